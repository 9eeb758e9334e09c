"""Lists whose points are denoted by asterisks."""

from __future__ import annotations

import re
from collections.abc import Callable

from hir_kit import Response, Verdict, Verifier, counted, fails, passes
from hir_plugin_ifbench import published
from hir_plugin_ifbench.analyses import mark_of, sentences

_SUB_POINT = re.compile(r"(?:\n[ \t]*|[.!?:;] +)-[ \t]")
_POINT = re.compile(r"\*(?!\*)(?!\S[^*]*\*)")


class SubBullets(Verifier, id="format:sub-bullets"):
    """There are bullet points by `*`, each with a sub-point by `-`.

    ## What it checks
    There is at least one `*`, and between each of them and the next stands a `-` and a space, at
    the beginning of a line or after the end of a sentence.

    ## Known limits
    Every asterisk denotes a point, those of `**bold**` text, too, and wherever it stands, as in the
    reference.

    ## References
    IFBench (arXiv 2507.02833), `format:sub-bullets`.
    """

    cases = (
        passes("* Tea\n  - hot\n* Milk\n  - cold\n  - white"),
        fails("* Tea\n  - hot\n* Milk"),
        fails("* A well-known drink"),
        fails("* Tea - a hot drink\n* Milk - a cold one"),
        fails("* Tea\n---\n* Milk\n---"),
        fails("Tea is hot."),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return (
            "Your response must include bullet points denoted by * and at least one sub-bullet "
            "point denoted by - for each bullet point."
        )

    def check(self, response: Response) -> Verdict:
        """Look for a sub-point after each point."""
        points = response.text.split("*")[1:]
        if not points:
            return self.verdict(False, measured=0, reason="no *")
        without = sum(not _SUB_POINT.search(point) for point in points)
        return self.verdict(
            not without,
            measured=len(points),
            reason=f"{without} of {counted(len(points), 'point')} without a sub-point",
        )

    def check_reference(self, response: Response) -> Verdict:
        """Take any hyphen for a sub-point; accept a text without a point."""
        parts = response.text.split("*")[1:]
        return self.verdict(all("-" in part for part in parts), reason="an asterisk without -")


class BulletsAfterSentences(Verifier, id="format:no_bullets_bullets"):
    """At least two sentences, then at least two bullet points.

    ## What it checks
    Before the first line that begins with `*` there are at least two sentences that end with a full
    stop, in lines without a blank one between them; and at least two lines begin with `*`, with
    nothing after them and none between. A line that begins in bold or in italics is no point.

    ## Known limits
    A blank line between or after the points fails, and so does a point that goes on on a second
    line, as in the reference.

    ## References
    IFBench (arXiv 2507.02833), `format:no_bullets_bullets`.
    """

    cases = (
        passes("Tea is hot.\nMilk is cold.\n\n* Tea\n* Milk"),
        fails("Tea and milk\nHot and cold\n* Tea\n* Milk"),
        fails("Tea is hot. Milk is cold.\n* Tea"),
        fails("Tea is hot. Milk is cold.\n\n**Tea:** hot\n**Milk:** cold"),
        fails("Tea is hot. Milk is cold.\n* Tea\n* Milk\nThat is all."),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return (
            "Your answer must contain at least two sentences ending in a period followed by at "
            "least two bullet points denoted by *."
        )

    def check(self, response: Response) -> Verdict:
        """Count the sentences before the points, and the points."""
        return self._read(response, _statements, lambda line: _POINT.match(line) is not None)

    def check_reference(self, response: Response) -> Verdict:
        """Count lines and fragments as sentences, and bold lines as points."""
        return self._read(
            response,
            lambda line: len(published.sentences(line)),
            lambda line: line.startswith("*"),
        )

    def _read(
        self, response: Response, count: Callable[[str], int], is_point: Callable[[str], bool]
    ) -> Verdict:
        spoken = points = 0
        closed = False
        for line in map(str.strip, response.lines):
            if is_point(line):
                if spoken < 2:
                    break
                points += 1
                closed = True
            elif closed:
                return self.verdict(False, reason="a line follows a blank one or a bullet point")
            else:
                spoken += count(line) if spoken < 2 else 0  # no more are asked for
                closed = not line
        return self._enough(spoken, points)

    def _enough(self, spoken: int, points: int) -> Verdict:
        return self.verdict(
            spoken >= 2 and points >= 2,
            measured=points,
            reason=f"{'at least ' * (spoken > 1)}{counted(spoken, 'sentence')}, "
            f"then {counted(points, 'bullet point')}",
        )


def _statements(line: str) -> int:
    return sum(mark_of(sentence) == "." for sentence in sentences(line))
