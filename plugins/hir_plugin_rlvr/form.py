"""The form of a response: lists, a title, sections, highlights, JSON."""

from __future__ import annotations

import json
import re

from pydantic import NonNegativeInt, PositiveInt

from hir_kit import Response, Verdict, Verifier, counted, fails, passes, unknown
from hir_kit.plugin import Amount, Begins, Fact, Mentions, Number
from hir_plugin_rlvr.analyses import Text, count_highlights, json_problem

_JSON_BEGINS = (*'{["-0123456789', "true", "false", "null", "NaN", "Infinity")
_BETWEEN_STARS = re.compile(r"\*[^*\n]*(\*?)")


class BulletPoints(Verifier, id="rlvr:verify_bullet_points"):
    """The response has exactly so many Markdown bullet points.

    ## What it checks
    The number of lines that begin with `*` or `-`, after white space, is `N`.

    ## Known limits
    A line that begins with `**bold**`, with a rule `---` or with a negative number counts, as in
    the reference.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `verify_bullet_points` of open-instruct.
    """

    N: NonNegativeInt

    relaxes = Number("N", "exactly")
    cases = (
        passes("Buy:\n* tea\n  - milk", N=2),
        fails("* tea\n* milk\n* bread", N=2),
        fails("1. tea\n2. milk", N=2),
    )

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return (
            f"Your answer must contain exactly {self.N} bullet points. Use the markdown bullet "
            "points such as: * This is a point."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Amount("bullet points", self.N, self.N, ("bullets",)),)

    def check(self, response: Response) -> Verdict:
        """Count the bullets."""
        n = response.get(_count_bullets)
        return self.verdict(
            n == self.N,
            measured=n,
            reason=f"{counted(n, 'bullet point')}, exactly {self.N} wanted",
        )


class Title(Verifier, id="rlvr:validate_title"):
    """The response has a title in double angular brackets, `<<so>>`.

    ## What it checks
    Some line holds `<<`, a text that is not blank, and `>>`.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `validate_title` of open-instruct, to which the title
    may be blank.
    """

    cases = (
        passes("<<Ode to Tea>>\nO leaf!"),
        fails("<Ode to Tea>\nO leaf!"),
        fails("<<>>\nO leaf!"),
        fails("<<Ode\nto Tea>>"),
    )

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return (
            "Your answer must contain a title, wrapped in double angular brackets, "
            "such as <<poem of joy>>."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return Mentions("<<"), Mentions(">>")

    def check(self, response: Response) -> Verdict:
        """Look for a title, line by line."""
        found = "<<" in response.text and any(map(_has_title, response.lines))
        return self.verdict(found, reason="no <<title>>")

    def check_reference(self, response: Response) -> Verdict:
        """Accept a blank title."""
        return self.verdict(any(map(_has_brackets, response.lines)), reason="no <<title>>")


class HighlightedSections(Verifier, id="rlvr:validate_highlighted_sections"):
    """The response has at least so many highlighted parts, `*so*` or `**so**`.

    ## What it checks
    The number of non-blank parts between single asterisks, plus the number between double ones,
    each within a line, is at least `N`.

    ## Known limits
    `***bold***` counts twice, and `2 * 3 * 4` once.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `validate_highlighted_sections` of open-instruct, which
    counts the two pairs of asterisks around `**bold**`, and not the text between them.
    """

    N: NonNegativeInt

    relaxes = Number("N", "at least")
    cases = (
        passes("*One* and **two**.", N=2),
        fails("**One** and __two__.", N=2),
        fails("* a bullet\n* another", N=1),
    )

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return (
            f"Highlight at least {self.N} sections in your answer with markdown, "
            "i.e. *highlighted section*"
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return Amount("highlighted sections", self.N), Mentions("*", 2 if self.N else 0)

    def check(self, response: Response) -> Verdict:
        """Count the highlights."""
        return self._compare(response.get(count_highlights))

    def check_reference(self, response: Response) -> Verdict:
        """Count pairs of asterisks within a line."""
        return self._compare(response.get(_count_pairs_of_stars))

    def _compare(self, n: int) -> Verdict:
        return self.verdict(
            n >= self.N,
            measured=n,
            reason=f"{counted(n, 'highlighted part')}, at least {self.N} wanted",
        )


class Sections(Verifier, id="rlvr:validate_sections"):
    """The response has exactly so many sections.

    ## What it checks
    The text is cut where `section_splitter` stands, to the letter. There are `N` parts; an empty
    one before the first splitter does not count.

    ## Known limits
    The number after the splitter is not looked at. An introduction before the first splitter counts
    as a section, and so does a mention in running text, as in the reference.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `validate_sections` of open-instruct. Its newest version
    counts numbered splitters without regard to case, and accepts more than `N`.
    """

    N: PositiveInt
    section_splitter: Text

    relaxes = Number("N", "exactly")
    cases = (
        passes("SECTION 1\nTea.\nSECTION 2\nMilk.", N=2, section_splitter="SECTION"),
        fails("SECTION 1\nTea.", N=2, section_splitter="SECTION"),
        fails("Hello!\nSECTION 1\nTea.\nSECTION 2\nMilk.", N=2, section_splitter="SECTION"),
    )

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return (
            f"Your response must have {self.N} sections. Mark the beginning of each section with "
            f"{self.section_splitter} X."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        splitter, n = self.section_splitter.strip(), self.N
        return Amount("sections", n, n), Mentions(splitter, n - 1, any_case=False)

    def check(self, response: Response) -> Verdict:
        """Count the parts."""
        text = response.text
        n = text.count(self.section_splitter) + (not text.startswith(self.section_splitter))
        return self.verdict(
            n == self.N, measured=n, reason=f"{counted(n, 'section')}, {self.N} wanted"
        )


class JsonFormat(Verifier, id="rlvr:validate_json_format"):
    """The whole response is JSON.

    ## What it checks
    The text parses as JSON, without any code fence around it.

    ## Known limits
    Python's parser decides: `NaN` is accepted. Any JSON value will do, also a bare number.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `validate_json_format` of open-instruct.
    """

    cases = (
        passes('{"tea": 2}'),
        fails('```json\n{"tea": 2}\n```'),
        fails("{'tea': 2}"),
    )

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return "Entire output should be wrapped in JSON format."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Begins(_JSON_BEGINS, any_case=False),)

    def check(self, response: Response) -> Verdict:
        """Parse the text."""
        problem = json_problem(response.text)
        return self.verdict(problem is None, reason=f"not JSON: {problem}")

    def check_reference(self, response: Response) -> Verdict:
        """Give up where Python's parser does: on long integers, and on deep nesting."""
        try:
            json.loads(response.text)
        except ValueError as error:
            return self.verdict(False, reason=f"not JSON: {error}")
        except RecursionError:
            return unknown("the reference raises RecursionError")
        return self.verdict(True)


def _count_bullets(text: str) -> int:
    return sum(line.lstrip()[:1] in ("*", "-") for line in text.split("\n") if line.strip())


def _has_title(line: str) -> bool:
    return any(part.partition(">>")[0].strip() for part in line.split("<<")[1:] if ">>" in part)


def _has_brackets(line: str) -> bool:
    start = line.find("<<")
    return start >= 0 and line.find(">>", start + 2) >= 0


def _count_pairs_of_stars(text: str) -> int:
    r"""Return the number of matches of `\*(.*?)\*`, in time linear in the text."""
    return _BETWEEN_STARS.findall(text).count("*")
