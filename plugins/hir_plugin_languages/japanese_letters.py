"""What M-IFEval asks of the letters of Japanese: kana, kanji and furigana."""

from __future__ import annotations

import unicodedata

import regex
from pydantic import NonNegativeInt

from hir_kit import Relation, Response, Verdict, counted, fails, passes
from hir_kit.plugin import Number
from hir_plugin_languages.subjects import InLanguage, examples

_KANJI = regex.compile(r"[\u4e00-\u9faf]")
_RUBY = regex.compile(r"[\u4e00-\u9faf]++(（[ぁ-ん]++）)?")


class Furigana(InLanguage, id="letters:furigana"):
    """All kanji have furigana.

    ## What it checks
    Each run of kanji is followed by hiragana in `（）`.

    ## References
    M-IFEval (arXiv 2502.04688), "furigana".
    """

    cases = examples(passes("お茶（ちゃ）を飲（の）む。"), fails("お茶（ちゃ）を飲む。"))

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return (
            "全ての漢字にふりがなをつけてください。ふりがなは全角の括弧（）の中に書いてください。"
        )

    def check(self, response: Response) -> Verdict:
        """Look after each run of kanji."""
        bare = next((run[0] for run in _RUBY.finditer(response.text) if not run[1]), None)
        return self.verdict(bare is None, reason=f"{bare} has no furigana")


class Kansuuji(InLanguage, id="letters:kansuuji"):
    """Numbers are written in kanji.

    ## What it checks
    No digit stands in the text.

    ## References
    M-IFEval (arXiv 2502.04688), "kansuuji".
    """

    cases = examples(passes("三杯"), fails("3杯"), fails("３杯"))

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return "数字を全て漢数字で表記してください。"

    def check(self, response: Response) -> Verdict:
        """Count the digits."""
        n = len(regex.findall(r"\d", response.text))
        return self.verdict(not n, measured=n, reason=counted(n, "digit"))


class Kanji(InLanguage, id="letters:kanji"):
    """The response has so many kanji, or fewer.

    ## What it checks
    The number of kanji stands in the given relation to `kanji_limit` (以上, 未満).

    ## References
    M-IFEval (arXiv 2502.04688), "kanji".
    """

    kanji_limit: NonNegativeInt
    relation: Relation = Relation.AT_LEAST

    relaxes = Number("kanji_limit", "relation")
    cases = examples(
        passes("お茶を飲む", kanji_limit=2, relation="以上"),
        fails("お茶を飲む", kanji_limit=2, relation="未満"),
    )

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        relation = "以上" if self.relation is Relation.AT_LEAST else "未満"
        return f"{self.kanji_limit}文字{relation}漢字を用いて、答えてください。"

    def check(self, response: Response) -> Verdict:
        """Compare the number."""
        n = len(_KANJI.findall(response.text))
        return self.compared(n, self.relation, self.kanji_limit, "kanji")


def _is_hiragana(char: str) -> bool:
    return "ぁ" <= char <= "ゖ"


def _is_katakana(char: str) -> bool:
    return "ァ" <= char <= "ヺ" or "ｦ" <= char <= "ﾟ"


def _is_letter(char: str) -> bool:
    return unicodedata.category(char).startswith("L")


class _Script(InLanguage):
    """Which letters may stand in the text."""

    def refused(self, char: str) -> bool:
        """Return whether a character must not be there."""
        raise NotImplementedError

    def check(self, response: Response) -> Verdict:
        """Look for a character that must not be there."""
        found = next(filter(self.refused, response.text), None)
        return self.verdict(found is None, reason=f"found {found}")


class NoHiragana(_Script, id="letters:no_hiragana"):
    """No hiragana is used.

    ## What it checks
    No letter of hiragana stands in the text.

    ## References
    M-IFEval (arXiv 2502.04688), "no_hiragana".
    """

    cases = examples(passes("コーヒー"), fails("お茶"))

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return "ひらがなを一文字も使わないで答えてください。"

    def refused(self, char: str) -> bool:
        """Return whether it is hiragana."""
        return _is_hiragana(char)


class NoKatakana(_Script, id="letters:no_katakana"):
    """No katakana is used.

    ## What it checks
    No letter of katakana, of full or half width, stands in the text.

    ## References
    M-IFEval (arXiv 2502.04688), "no_katakana".
    """

    cases = examples(passes("お茶"), fails("コーヒー"))

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return "カタカナを一文字も使わないで答えてください。"

    def refused(self, char: str) -> bool:
        """Return whether it is katakana."""
        return _is_katakana(char)


class HiraganaOnly(_Script, id="letters:hiragana_only"):
    """Hiragana alone is used.

    ## What it checks
    Every letter is hiragana, or the mark `ー`. Signs and digits may stand beside them.

    ## References
    M-IFEval (arXiv 2502.04688), "hiragana_only".
    """

    cases = examples(passes("おちゃ、ください。"), fails("お茶ください。"))

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return "ひらがなだけを用いて答えてください。"

    def refused(self, char: str) -> bool:
        """Return whether it is another letter."""
        return _is_letter(char) and not (_is_hiragana(char) or char in "ーゝゞ")


class KatakanaOnly(_Script, id="letters:katakana_only"):
    """Katakana alone is used.

    ## What it checks
    Every letter is katakana, or the mark `ー`. Signs and digits may stand beside them.

    ## References
    M-IFEval (arXiv 2502.04688), "katakana_only".
    """

    cases = examples(passes("コーヒー、ヲ。"), fails("コーヒーを。"))

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return "カタカナだけを用いて答えてください。"

    def refused(self, char: str) -> bool:
        """Return whether it is another letter."""
        return _is_letter(char) and not (_is_katakana(char) or char in "ーヽヾ")


LETTERS = (Furigana, Kansuuji, Kanji, NoHiragana, NoKatakana, HiraganaOnly, KatakanaOnly)
