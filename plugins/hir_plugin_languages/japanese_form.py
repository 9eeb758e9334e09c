"""What M-IFEval asks of the form of Japanese: its bullets, brackets, sections and answers."""

from __future__ import annotations

import regex
from pydantic import NonNegativeInt

from hir_kit import Response, Verdict, counted, fails, passes
from hir_kit.plugin import Number
from hir_plugin_languages import built_in
from hir_plugin_languages.subjects import InLanguage, examples

_ANSWERS = ("はい、そうです。", "いいえ、違います。", "どちらとも言えません。")


class NumberBulletLists(
    InLanguage, built_in.NumberBulletLists, id="detectable_format:number_bullet_lists"
):
    """The response has exactly so many bullet points of `・`.

    ## What it checks
    The number of lines that begin with `・` and another character, after white space, equals
    `num_bullets`.

    ## References
    M-IFEval (arXiv 2502.04688), "number_bullet_lists".
    """

    cases = examples(
        passes("・お茶\n・牛乳", num_bullets=2), fails("* お茶\n* 牛乳", num_bullets=2)
    )

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return (
            f"応答はちょうど {self.num_bullets} 個の箇条書きで構成してください。 以下のような"
            "箇条書きの形を参考にしてください:\n・一つめの内容\n・二つめの内容"
        )

    def check(self, response: Response) -> Verdict:
        """Count the lines."""
        n = _lines(response.text, r"・[^・]")
        return self.verdict(n == self.num_bullets, measured=n, reason=counted(n, "bullet point"))


class NumberNumberedLists(InLanguage, id="detectable_format:number_numbered_lists"):
    """The response has exactly so many numbered points.

    ## What it checks
    The number of lines that begin with digits, a full stop and white space equals `num_items`.

    ## References
    M-IFEval (arXiv 2502.04688), "number_numbered_lists".
    """

    num_items: NonNegativeInt

    relaxes = Number("num_items", "exactly")
    cases = examples(passes("1. お茶\n2. 牛乳", num_items=2), fails("・お茶", num_items=1))

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return (
            f"応答はちょうど {self.num_items} 個の番号付きリストで構成してください。 以下のような"
            "番号付きリストの形を参考にしてください:\n1. 一つめの内容\n2. 二つめの内容"
        )

    def check(self, response: Response) -> Verdict:
        """Count the lines."""
        n = _lines(response.text, r"\d++\.\s")
        return self.verdict(n == self.num_items, measured=n, reason=counted(n, "numbered point"))


class NumberHighlightedSections(
    InLanguage,
    built_in.NumberHighlightedSections,
    id="detectable_format:number_highlighted_sections",
):
    """At least so many parts stand in `《》`.

    ## What it checks
    The number of `《...》` within a line, with something in them, is at least `num_highlights`.

    ## References
    M-IFEval (arXiv 2502.04688), "number_highlighted_sections".
    """

    cases = examples(
        passes("《お茶》と《牛乳》", num_highlights=2), fails("*お茶*", num_highlights=1)
    )

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return (
            "例えば《強調されたセクション》のように、回答の中で少なくとも"
            f"{self.num_highlights}つのセクションを《》の記号を用いて強調してください。"
        )

    def check(self, response: Response) -> Verdict:
        """Count the parts."""
        parts = regex.findall(r"《([^\n《》]*+)》", response.text)
        n = sum(1 for part in parts if part.strip())
        return self.verdict(
            n >= self.num_highlights, measured=n, reason=counted(n, "highlighted part")
        )


class MultipleSections(
    InLanguage, built_in.MultipleSections, id="detectable_format:multiple_sections"
):
    """The response has at least so many sections, each marked by `第` and a number.

    ## What it checks
    The number of places with `第`, digits (of half or full width) and `section_spliter` is at least
    `num_sections`.

    ## References
    M-IFEval (arXiv 2502.04688), "multiple_sections".
    """

    cases = examples(
        passes("第1章\nお茶\n第２章\n牛乳", section_spliter="章", num_sections=2),
        fails("章1\n章2", section_spliter="章", num_sections=2),
    )

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        mark = self.section_spliter.strip()
        return (
            f"あなたは{self.num_sections}つのセクションで文章を構成させて応答してください。各セクション"
            f"の始まりは次のように数字と{mark}から書き始めてください。例:\n第1{mark}\n"
            f"[セクション1の内容]\n第2{mark}\n[セクション2の内容]"
        )

    def check(self, response: Response) -> Verdict:
        """Count the marks."""
        mark = regex.escape(self.section_spliter.strip())
        n = len(regex.findall(rf"第\d++{mark}", response.text))
        return self.verdict(n >= self.num_sections, measured=n, reason=counted(n, "section"))


class Title(InLanguage, built_in.Title, id="detectable_format:title"):
    """The response has a title in `『』`.

    ## What it checks
    Somewhere within a line stands `『...』` with something in it.

    ## References
    M-IFEval (arXiv 2502.04688), "title".
    """

    cases = examples(passes("『喜びの詩』\n春が来た。"), fails("<<喜びの詩>>"))

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return "例えば『喜びの詩』のように、応答に二重鉤括弧で囲まれたタイトルをつけてください。"

    def check(self, response: Response) -> Verdict:
        """Look for a title."""
        return self.verdict(any(map(_has_title, response.lines)), reason="no 『title』")


def _has_title(line: str) -> bool:
    """Return whether there is something between the first `『` and the last `』` of a line."""
    start, end = line.find("『"), line.rfind("』")
    return 0 <= start < end and bool(line[start:end].lstrip("『").rstrip("』").strip())


class ConstrainedResponse(InLanguage, id="detectable_format:constrained_response"):
    """The response holds one of three answers.

    ## What it checks
    One of はい、そうです。 いいえ、違います。 どちらとも言えません。 stands in the text.

    ## References
    M-IFEval (arXiv 2502.04688), "constrained_response".
    """

    cases = examples(passes("はい、そうです。"), fails("はい。"))

    def describe(self) -> str:
        """Return M-IFEval's sentence."""
        return f"次の選択肢のいずれかで回答してください: {_ANSWERS}"

    def check(self, response: Response) -> Verdict:
        """Look for an answer."""
        return self.verdict(
            any(answer in response.text for answer in _ANSWERS), reason="none of the answers"
        )


def _lines(text: str, begins: str) -> int:
    return len(regex.findall(rf"(?m)^[^\S\n]*+{begins}", text))


FORM = (
    NumberBulletLists,
    NumberNumberedLists,
    NumberHighlightedSections,
    MultipleSections,
    Title,
    ConstrainedResponse,
)
