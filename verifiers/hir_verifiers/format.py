"""The form of a response: lists, titles, sections, highlights, JSON, fixed answers."""

from __future__ import annotations

import json
import re

from pydantic import NonNegativeInt

from hir_kit import Response, Verdict, Verifier, counted, fails, passes, unknown
from hir_kit.plugin import Amount, Begins, Fact, Mentions, Number, Wording
from hir_verifiers.json_text import json_problem
from hir_verifiers.patterns import Text, as_reference, numbered

_EMPHASIS = re.compile(r"\*[^\n*]*\*")
_STRONG = re.compile(r"\*\*[^\n*]*\*\*")
_JSON_BEGINS = (*'{["-0123456789', "true", "false", "null", "NaN", "Infinity")
_OPTIONS = ("My answer is yes.", "My answer is no.", "My answer is maybe.")
_CHOSEN = re.compile("|".join(map(re.escape, _OPTIONS)))


class NumberBulletLists(Verifier, id="detectable_format:number_bullet_lists"):
    """The response has exactly so many Markdown bullet points.

    ## What it checks
    The number of lines that begin with `*` (not `**`) or with `-`, after white space, equals
    `num_bullets`.

    ## Known limits
    A horizontal rule `---`, a negative number or `*emphasis*` at the start of a line counts, and
    so does a sub-bullet, as in the reference. `+` and `•` do not count.

    ## References
    IFEval (arXiv 2311.07911), "Number Bullets".
    """

    num_bullets: NonNegativeInt

    relaxes = Number("num_bullets", "exactly")
    cases = (
        passes("Buy:\n* tea\n* milk", num_bullets=2),
        passes("- tea\n  - milk", num_bullets=2),
        fails("* tea\n* milk\n* bread", num_bullets=2),
        fails("1. tea\n2. milk", num_bullets=2),
        fails("**Tea**", num_bullets=1),
    )

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return (
            f"Your answer must contain exactly {self.num_bullets} bullet points. Use the markdown "
            "bullet points such as:\n* This is point 1. \n* This is point 2"
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        n = self.num_bullets
        return (Amount("bullet points", n, n, ("bullets",)),)

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording.count("bullet", self.num_bullets, "exactly", topics=("bullet",))

    def check(self, response: Response) -> Verdict:
        """Count the bullets."""
        n = response.get(count_bullets)
        return self.verdict(
            n == self.num_bullets,
            measured=n,
            reason=f"{counted(n, 'bullet point')}, exactly {self.num_bullets} wanted",
        )

    def evidence(self, response: Response) -> list[tuple[int, int]]:
        """Return where the signs of the bullet points are."""
        return response.get(bullet_places)


class ConstrainedResponse(Verifier, id="detectable_format:constrained_response"):
    """The response holds one of three fixed answers.

    ## What it checks
    "My answer is yes.", "My answer is no." or "My answer is maybe." stands in the text, to the
    letter.

    ## Known limits
    Other text may stand around it, as in the reference.

    ## References
    IFEval (arXiv 2311.07911), "Choose".
    """

    cases = (
        passes("My answer is maybe."),
        fails("My answer is perhaps."),
        fails("my answer is yes"),
    )

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return f"Answer with one of the following options: {_OPTIONS}"

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return Mentions("My answer is ", any_case=False), Mentions(".")

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording(topics=("choice",))

    def check(self, response: Response) -> Verdict:
        """Look for one of the answers."""
        found = any(option in response.text for option in _OPTIONS)
        return self.verdict(found, reason=f"none of {_OPTIONS}")

    def evidence(self, response: Response) -> list[tuple[int, int]]:
        """Return where the answers are."""
        return [match.span() for match in _CHOSEN.finditer(response.text)]


class NumberHighlightedSections(Verifier, id="detectable_format:number_highlighted_sections"):
    """The response has at least so many highlighted parts, `*so*` or `**so**`.

    ## What it checks
    The number of non-blank parts between single asterisks, plus the number between double ones,
    each within a line, is at least `num_highlights`.

    ## Known limits
    `**bold**` counts once, but `***bold***` counts twice, and `2 * 3 * 4` and `** and **` once; a
    bullet `*` before `*so*` hides it. All as in the reference.

    ## References
    IFEval (arXiv 2311.07911), "Number Highlighted Section".
    """

    num_highlights: NonNegativeInt

    relaxes = Number("num_highlights", "at least")
    cases = (
        passes("*One* and **two**.", num_highlights=2),
        passes("** and **", num_highlights=1),
        fails("*One* and __two__.", num_highlights=2),
        fails("* a bullet\n* another", num_highlights=1),
        fails("* *One*", num_highlights=1),
    )

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return (
            f"Highlight at least {self.num_highlights} sections in your answer with markdown, "
            "i.e. *highlighted section*."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        n = self.num_highlights
        return Amount("highlighted sections", n), Mentions("*", 2 if n else 0)

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording.count(
            "highlight", self.num_highlights, "at least", topics=("highlight",), bare=True
        )

    def check(self, response: Response) -> Verdict:
        """Count the highlights."""
        n = response.get(count_highlights)
        return self.verdict(
            n >= self.num_highlights,
            measured=n,
            reason=f"{counted(n, 'highlighted part')}, at least {self.num_highlights} wanted",
        )

    def evidence(self, response: Response) -> list[tuple[int, int]]:
        """Return where the highlighted parts are."""
        found = (*_EMPHASIS.finditer(response.text), *_STRONG.finditer(response.text))
        return [match.span() for match in found if match[0].strip("*").strip()]


class MultipleSections(Verifier, id="detectable_format:multiple_sections"):
    r"""The response has at least so many numbered sections.

    ## What it checks
    The number of places where `section_spliter` (IFEval's spelling) is followed by a number is at
    least `num_sections`. The splitter is taken literally, with regard to case; one white-space
    character may stand before the number.

    ## Known limits
    A mention in running text ("see Section 2") counts, and more sections than asked for are
    accepted, as in the reference.

    ## References
    IFEval (arXiv 2311.07911), "Multiple Sections".
    """

    section_spliter: Text
    num_sections: NonNegativeInt

    relaxes = Number("num_sections", "at least")
    cases = (
        passes("Section 1\nTea.\nSection 2\nMilk.", section_spliter="Section", num_sections=2),
        fails("Section 1\nTea.\nSection B\nMilk.", section_spliter="Section", num_sections=2),
        fails("SECTION 1\nTea.", section_spliter="Section", num_sections=1),
    )

    def describe(self) -> str:
        """Return IFEval's sentence."""
        name = self.section_spliter.strip()
        return (
            f"Your response must have {self.num_sections} sections. Mark the beginning of each "
            f"section with {name} X, such as:\n{name} 1\n[content of section 1]\n"
            f"{name} 2\n[content of section 2]"
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        splitter, n = self.section_spliter.strip(), self.num_sections
        return Amount("sections", n), Mentions(splitter, n, any_case=False)

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording.count(
            "section",
            self.num_sections,
            "at least",
            topics=("section",),
            names=(rf"{re.escape(self.section_spliter.strip().lower())}\s+(?:x\b|\d|i\b)",),
            texts=(self.section_spliter.strip(),),
            bare=True,
        )

    def check(self, response: Response) -> Verdict:
        """Count the section marks."""
        splitter = self.section_spliter.strip()
        if splitter not in response.text:
            return self._compare(0)
        return self._compare(len(numbered(splitter).findall(response.text)))

    def evidence(self, response: Response) -> list[tuple[int, int]]:
        """Return where the section marks are."""
        pattern = numbered(self.section_spliter.strip())
        return [match.span() for match in pattern.finditer(response.text)]

    def check_reference(self, response: Response) -> Verdict:
        """Read the splitter as a regular expression, and cut the text at its matches."""
        pattern = as_reference(rf"\s?{self.section_spliter.strip()}\s?\d+\s?", 0)
        if isinstance(pattern, Verdict):
            return pattern
        return self._compare(len(pattern.split(response.text)) - 1)

    def _compare(self, n: int) -> Verdict:
        return self.verdict(
            n >= self.num_sections,
            measured=n,
            reason=f"{counted(n, 'section')}, {self.num_sections} wanted",
        )


class JsonFormat(Verifier, id="detectable_format:json_format"):
    """The whole response is JSON.

    ## What it checks
    The text without surrounding white space and a Markdown code fence (three backticks, with
    `json` or nothing behind) parses as JSON.

    ## Known limits
    Python's parser decides: `NaN` is accepted, and of a key that stands there twice the last one
    counts. Any JSON value will do, also a bare number. A byte-order mark before the text is no
    JSON, and so is a text before the fence.

    ## References
    IFEval (arXiv 2311.07911), "JSON Format".
    """

    cases = (
        passes('```json\n{"tea": 2}\n```'),
        passes("[1, 2]"),
        fails("{'tea': 2}"),
        fails('Here it is: {"tea": 2}'),
    )

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return (
            "Entire output should be wrapped in JSON format. You can use markdown ticks such as "
            "```."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Begins((*_JSON_BEGINS, "`"), any_case=False),)

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording(topics=("json",))

    def check(self, response: Response) -> Verdict:
        """Parse the text between the fences."""
        problem = json_problem(_without_fence(response.text))
        return self.verdict(problem is None, reason=f"not JSON: {problem}")

    def check_reference(self, response: Response) -> Verdict:
        """Give up where Python's parser does: on long integers, and on deep nesting."""
        try:
            json.loads(_without_fence(response.text))
        except ValueError as error:
            return self.verdict(False, reason=f"not JSON: {error}")
        except RecursionError:
            return unknown("the reference raises RecursionError")
        return self.verdict(True)


class Title(Verifier, id="detectable_format:title"):
    """The response has a title in double angular brackets, `<<so>>`.

    ## What it checks
    Some line holds `<<`, at least one character that is not a bracket or white space, and `>>`.

    ## Known limits
    Shifts in a line of code are a title, too, as in the reference: `cout << n; cin >> n;`.

    ## References
    IFEval (arXiv 2311.07911), "Title".
    """

    cases = (
        passes("<<Ode to Tea>>\nO leaf!"),
        passes("cout << n; cin >> n;"),
        fails("<Ode to Tea>\nO leaf!"),
        fails("<<  >>"),
        fails("<<Ode\nto Tea>>"),
    )

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return (
            "Your answer must contain a title, wrapped in double angular brackets, "
            "such as <<poem of joy>>."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return Mentions("<<"), Mentions(">>")

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording(topics=("title",))

    def check(self, response: Response) -> Verdict:
        """Look for a title, line by line."""
        return self.verdict(response.get(has_title), reason="no <<title>>")

    def evidence(self, response: Response) -> list[tuple[int, int]]:
        """Return where the title is."""
        found = re.finditer(r"<<[^\n]+>>", response.text) if response.get(has_title) else ()
        return [match.span() for match in found if _is_title(match[0])]


def _without_fence(text: str) -> str:
    text = text.strip()
    for fence in ("```json", "```Json", "```JSON", "```"):
        text = text.removeprefix(fence)
    return text.removesuffix("```").strip()


def count_bullets(text: str) -> int:
    """Return the number of bullet points, in time linear in the text.

    IFEval's expressions begin with `^\\s*`, which runs over line ends and takes quadratic time on
    blank lines. A bullet starts a line either way. What must be kept: a line of nothing but `*`
    takes the line after it along, because `[^*]` matches the line feed.
    """
    count, taken = 0, False
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        start = line.lstrip()[:2]
        count += start[:1] == "-"
        if taken or start[:1] != "*":
            taken = False
            continue
        taken = start == "*" and number < len(lines)
        count += start != "**" and (start != "*" or taken)
    return count


def bullet_places(text: str) -> list[tuple[int, int]]:
    """Return where the signs are of lines that begin like a bullet point."""
    found, at = [], 0
    for line in text.split("\n"):
        start = line.lstrip()
        if start[:1] == "-" or (start[:1] == "*" and start[:2] != "**"):
            sign = at + len(line) - len(start)
            found.append((sign, sign + 1))
        at += len(line) + 1
    return found


def count_highlights(text: str) -> int:
    """Return the number of `*parts*` and `**parts**` that are not blank."""
    if "*" not in text:
        return 0
    single = sum(1 for part in _EMPHASIS.findall(text) if part.strip("*").strip())
    return single + sum(1 for part in _STRONG.findall(text) if part[2:-2].strip())


def has_title(text: str) -> bool:
    r"""Return whether `<<[^\n]+>>` has a match with content, in time linear in the text.

    Within a line the greedy match runs from the first `<<` to the last `>>`.
    """
    return "<<" in text and any(map(_is_title, text.split("\n")))


def _is_title(line: str) -> bool:
    start, end = line.find("<<"), line.rfind(">>")
    if start < 0 or end < start + 3:
        return False
    return bool(line[start : end + 2].lstrip("<").rstrip(">").strip())
