"""Parts that a response must contain: placeholders, a postscript."""

from __future__ import annotations

import re
from collections.abc import Callable

from pydantic import NonNegativeInt

from hir_kit import Response, Verdict, Verifier, counted, fails, passes, unknown
from hir_kit.plugin import Amount, Fact, Mentions, Number, Wording
from hir_verifiers.patterns import Text, as_reference

_BRACKET = re.compile(r"\[[^\]\n]*(\]?)")
_BLANK = re.compile(r"\[[^\S\n]*\]")
_POSTSCRIPTS = {"P.S.": re.compile(r"p\.\s?s\."), "P.P.S": re.compile(r"p\.\s?p\.\s?s")}


class NumberPlaceholders(Verifier, id="detectable_content:number_placeholders"):
    """The response has at least so many placeholders in square brackets.

    ## What it checks
    The number of `[...]` within a line, counted from the first open bracket to the next closing
    one, is at least `num_placeholders`. Where blank ones (`[]`, the `[ ]` of a task list) decide it
    is `unknown`.

    ## Known limits
    Any bracket that is not blank counts: a Markdown link, an index such as `a[0]`.

    ## References
    IFEval (arXiv 2311.07911), "Number Placeholder".
    """

    num_placeholders: NonNegativeInt

    relaxes = Number("num_placeholders", "at least")
    cases = (
        passes("Dear [name], meet me at [place].", num_placeholders=2),
        fails("Dear [name], meet me at (place).", num_placeholders=2),
        fails("Dear [na\nme]", num_placeholders=1),
    )

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return (
            f"The response must contain at least {self.num_placeholders} placeholders "
            "represented by square brackets, such as [address]."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        n = self.num_placeholders
        return Amount("placeholders", n), Mentions("[", n), Mentions("]", n)

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording.count(
            "placeholder", self.num_placeholders, "at least", topics=("placeholder",), bare=True
        )

    def check(self, response: Response) -> Verdict:
        """Count the bracketed parts, those that are not blank and all."""
        return placeholders_compared(response, self._compare)

    def check_reference(self, response: Response) -> Verdict:
        """Count all bracketed parts."""
        return self._compare(response.get(count_placeholders))

    def _compare(self, n: int) -> Verdict:
        return self.verdict(
            n >= self.num_placeholders,
            measured=n,
            reason=f"{counted(n, 'placeholder')}, at least {self.num_placeholders} wanted",
        )

    def evidence(self, response: Response) -> list[tuple[int, int]]:
        """Return where the placeholders are."""
        return [match.span() for match in _BRACKET.finditer(response.text) if match[1]]


class Postscript(Verifier, id="detectable_content:postscript"):
    r"""The response has a postscript that begins with a given marker.

    ## What it checks
    The marker stands somewhere in the text, without regard to case. `P.S.` and `P.P.S` may have
    one white-space character between their letters; any other marker is taken literally.

    ## Known limits
    The marker need not begin a line or stand near the end, and nothing need follow it, as in the
    reference.

    ## References
    IFEval (arXiv 2311.07911), "Postscript".
    """

    postscript_marker: Text

    cases = (
        passes("Yours, Ann\n\nP.S. Bring tea.", postscript_marker="P.S."),
        passes("p. p. s. one more thing", postscript_marker="P.P.S"),
        passes("Yours, Ann. P.S.", postscript_marker="P.S."),
        passes("Note (1): tea.", postscript_marker="Note (1):"),
        fails("Yours, Ann\n\nPS: bring tea.", postscript_marker="P.S."),
    )

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return (
            "At the end of your response, please explicitly add a postscript "
            f"starting with {self.postscript_marker.strip()}"
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        marker = self.postscript_marker.strip()
        if marker in _POSTSCRIPTS:  # its letters may stand apart
            return (Mentions(".", marker.count(".")),)
        return (Mentions(marker),)

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording(topics=("postscript",), texts=(self.postscript_marker.strip(),))

    def check(self, response: Response) -> Verdict:
        """Look for the marker."""
        marker = self.postscript_marker.strip()
        pattern = _POSTSCRIPTS.get(marker)
        lower = response.lower
        found = bool(pattern.search(lower)) if pattern else marker.lower() in lower
        return self.verdict(found, reason=f"no postscript starting with {marker!r}")

    def evidence(self, response: Response) -> list[tuple[int, int]]:
        """Return where the marker is; where lower case moves characters, nowhere."""
        marker, lower = self.postscript_marker.strip(), response.lower
        pattern = _POSTSCRIPTS.get(marker, re.compile(re.escape(marker.lower())))
        found = pattern.finditer(lower) if len(lower) == len(response.text) else ()
        return [match.span() for match in found]

    def check_reference(self, response: Response) -> Verdict:
        r"""Read any other marker as a regular expression.

        The reference's begins with `\s*`, which takes quadratic time on a run of white space. Where
        it matches, it matches from the start of the run too, so only those are tried.
        """
        marker = self.postscript_marker.strip()
        if marker in _POSTSCRIPTS:
            return self.check(response)
        pattern = as_reference(rf"(?<!\s)\s*{marker.lower()}.*$", re.MULTILINE)
        if isinstance(pattern, Verdict):
            return pattern
        return self.verdict(bool(pattern.search(response.lower)), reason=f"no match: {marker}")


def placeholders_compared(response: Response, compare: Callable[[int], Verdict]) -> Verdict:
    """Compare the number of placeholders; `unknown` where blank ones decide."""
    found = compare(response.get(count_placeholders))
    if not found.satisfied or not _BLANK.search(response.text):
        return found
    if compare(response.get(_count_filled)).satisfied:
        return found
    return unknown("some of the square brackets are blank: whether those are placeholders")


def _count_filled(text: str) -> int:
    """Return the number of bracketed parts that are not blank."""
    return sum(1 for match in _BRACKET.finditer(text) if match[1] and match[0][1:-1].strip())


def count_placeholders(text: str) -> int:
    r"""Return the number of matches of `\[.*?\]`, in time linear in the text.

    The expression itself takes quadratic time on a line of open brackets. This one runs on to the
    end of the line where no bracket closes, so that nothing is read twice.
    """
    return _BRACKET.findall(text).count("]")
