"""Responses of two paragraphs."""

from __future__ import annotations

from hir_kit import Response, Verdict, Verifier, counted, fails, passes
from hir_kit.plugin import Amount, Fact, Mentions
from hir_plugin_iftrain.analyses import unpadded


class _TwoParagraphs(Verifier):
    """What the verifiers of two paragraphs have in common."""

    def _count(self, parts: list[str], divider: str) -> Verdict:
        filled = [bool(part.strip()) for part in parts]
        if not all(filled[1:-1]):
            return self.verdict(False, reason="a part between two dividers is blank")
        n = sum(filled)
        return self.verdict(
            n == 2,
            measured=n,
            reason=f"{counted(n, 'paragraph')} between {divider}, 2 wanted",
        )


class Paragraphs(_TwoParagraphs, id="paragraphs:paragraphs"):
    """The response has two paragraphs, divided by `***`.

    ## What it checks
    The text is cut at `***`. A blank part at either end does not count; a blank part in between
    fails. Two parts are left.

    ## Known limits
    `* * *` is no divider, and `***bold***` is two, as in the reference.

    ## References
    IFTrain (arXiv 2507.02833), `ParagraphBasicChecker` of open-instruct.
    """

    cases = (
        passes("Tea.\n***\nMilk."),
        passes("***\nTea.\n***\nMilk.\n***"),
        fails("Tea.\n\nMilk."),
        fails("Tea.\n***\nMilk.\n***\nBread."),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return (
            "There should be 2 paragraphs. Paragraphs are separated with the markdown divider: ***"
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (
            Amount("paragraphs divided by ***", 2, 2, ("paragraphs",)),
            Mentions("***"),
            Mentions("******", 0, 0),  # a blank part between two dividers
        )

    def check(self, response: Response) -> Verdict:
        """Count the parts between dividers."""
        return self._count(response.text.split("***"), "*** dividers")


class Paragraphs2(_TwoParagraphs, id="paragraphs:paragraphs2"):
    r"""The response has two paragraphs, divided by two line breaks.

    ## What it checks
    The text is cut at two line breaks, `\n\n` or `\r\n\r\n`; spaces in a blank line do not matter.
    A blank part at either end does not count; a blank part in between fails. Two parts are left.

    ## Known limits
    Four line breaks in a row violate, three do not, as in the reference.

    ## References
    IFTrain (arXiv 2507.02833), `ParagraphBasicChecker2` of open-instruct, to which `\r\n` is no
    line break, and a blank line with spaces divides nothing.
    """

    cases = (
        passes("Tea.\n\nMilk."),
        passes("Tea.\r\n\r\nMilk."),
        fails("Tea.\nMilk."),
        fails("Tea.\n\nMilk.\n\nBread."),
        fails("Tea.\n\n\n\nMilk."),
        fails("Tea.\n \nMilk.\n\nBread."),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return (
            "There should be 2 paragraphs. Paragraphs and only paragraphs are separated with each "
            "other by two line breaks."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Amount("paragraphs divided by blank lines", 2, 2, ("paragraphs",)),)

    def check(self, response: Response) -> Verdict:
        """Count the parts between two line breaks."""
        return self._count(unpadded(response.text).split("\n\n"), "two line breaks")

    def check_reference(self, response: Response) -> Verdict:
        r"""Cut at `\n\n` only."""
        return self._count(response.text.split("\n\n"), "two line breaks")
