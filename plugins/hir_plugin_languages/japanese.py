"""What M-IFEval asks of Japanese: characters, the ends of sentences, and see FORM and LETTERS."""

from __future__ import annotations

from collections.abc import Callable

import regex
from pydantic import NonNegativeInt

from hir_kit import Response, Verdict, counted, fails, passes, unknown
from hir_plugin_languages import built_in, subjects
from hir_plugin_languages.analyses import letters
from hir_plugin_languages.japanese_form import FORM
from hir_plugin_languages.japanese_letters import LETTERS
from hir_plugin_languages.subjects import InLanguage, examples

_QUOTED = regex.compile(r"「[^」\n]*+(」?)"), regex.compile(r"『[^』\n]*+(』?)")
_PERIOD = regex.compile(r"[。｡]|．(?!\d)")
_SHIFT = ord("ァ") - ord("ぁ")


class NumberLetters(subjects.NumberLetters, id="length_constraints:number_letters"):
    """The response has so many characters, white space included, or fewer.

    ## What it checks
    The number of code points, line feeds and spaces included, stands in the given relation to
    `num_letters` (以上, 未満).

    ## References
    M-IFEval (arXiv 2502.04688), "number_letters".
    """

    cases = examples(
        passes("お茶です", num_letters=4, relation="以上"),
        fails("お茶です", num_letters=4, relation="未満"),
    )

    def check(self, response: Response) -> Verdict:
        """Compare the length."""
        n = response.get(letters)
        return self.compared(n, self.relation, self.num_letters, "character")


class LetterFrequency(subjects.LetterFrequency, id="keywords:letter_frequency"):
    """A kana occurs at least, or less than, so many times.

    ## What it checks
    A letter of hiragana is counted in katakana, too; any other as it is.

    ## References
    M-IFEval (arXiv 2502.04688), "letter_frequency".
    """

    cases = examples(
        passes("あめとアメ", letter="あ", let_frequency=2, let_relation="以上"),
        fails("あめ", letter="あ", let_frequency=2, let_relation="以上"),
    )

    def count(self, response: Response) -> int:
        """Return how often the letter stands in the text, in either kana."""
        letter, text = self.language_.compared(self.letter, response)
        n = text.count(letter)
        return n + text.count(chr(ord(letter) + _SHIFT)) if "ぁ" <= letter <= "ん" else n


class SentenceUnifiedEnd(InLanguage, id="startend:sentence_unified_end"):
    """All sentences end alike.

    ## What it checks
    What stands in 「」 and 『』 is left out, the rest cut at `。`, `！` and `？`. Every part that
    is not empty ends with `ending`.

    ## Known limits
    A line feed after the last `。` is a part of its own, as in the reference.

    ## References
    M-IFEval (arXiv 2502.04688), "sentence_unified_end".
    """

    ending: built_in.Text

    cases = examples(
        passes("お茶です。雨です。", ending="です"), fails("お茶です。雨だ。", ending="です"),
    )  # fmt: skip

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return f"応答において、全ての文末が「{self.ending}」で統一された自然な文章にしてください。"

    def check(self, response: Response) -> Verdict:
        """Compare the end of each part that is not blank."""
        return self._compare(response, str.strip)

    def check_reference(self, response: Response) -> Verdict:
        """Compare the end of each part, line feeds included."""
        return self._compare(response, str)

    def _compare(self, response: Response, plain: Callable[[str], str]) -> Verdict:
        parts = map(plain, regex.split("[。！？]", _unquoted(response.text)))
        other = next((part for part in parts if part and not part.endswith(self.ending)), None)
        return self.verdict(other is None, reason=f"ends otherwise: {(other or '')[-20:]!r}")


class NominalEnding(InLanguage, id="detectable_format:nominal_ending"):
    """So many sentences end with a noun.

    ## What it checks
    A tagger of Japanese would be needed; a text with fewer than `count` marks of an end (`。！？`)
    cannot have them, any other is `unknown`.

    ## References
    M-IFEval (arXiv 2502.04688), "nominal_ending".
    """

    count: NonNegativeInt

    cases = examples(passes("お茶。", count=0), fails("お茶", count=1))

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return f"応答の中で体言止めを{self.count}回は使用してください。"

    def check(self, response: Response) -> Verdict:
        """Count the ends at which a noun could stand."""
        n = len(regex.findall("[。！？]", _unquoted(response.text)))
        if not self.count or n < self.count:
            return self.verdict(not self.count, measured=n, reason=counted(n, "end"))
        return unknown("whether a word is a noun would need a tagger of Japanese")


def _unquoted(text: str) -> str:
    """Return a text without what stands in quotation marks within a line."""
    for quoted in _QUOTED:  # an open one runs on to the end of the line: nothing is read twice
        text = quoted.sub(lambda found: "" if found[1] else found[0], text)
    return text


class NoPeriod(InLanguage, id="punctuation:no_period"):
    """No `。` is used.

    ## What it checks
    The sign `。` does not stand in the text, nor `｡` of half width, nor `．` but before a digit.

    ## References
    M-IFEval (arXiv 2502.04688), "no_period".
    """

    cases = examples(passes("お茶です！"), fails("お茶です。"), fails("お茶です．"))

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return "応答全体で句点を使用しないでください。"

    def check(self, response: Response) -> Verdict:
        """Count the signs."""
        n = len(_PERIOD.findall(response.text))
        return self.verdict(not n, measured=n, reason=counted(n, "full stop"))


OWN = (*FORM, *LETTERS, NumberLetters, LetterFrequency, SentenceUnifiedEnd, NominalEnding, NoPeriod)
