"""Signs that must not be used."""

from __future__ import annotations

from hir_kit import Response, Verdict, Verifier, counted, fails, passes
from hir_kit.plugin import Fact, Mentions, Wording


class NoComma(Verifier, id="punctuation:no_comma"):
    """The response has no comma.

    ## What it checks
    The character `,` does not stand in the text.

    ## Known limits
    Only the ASCII comma counts, not `，` or `、`, as in the reference.

    ## References
    IFEval (arXiv 2311.07911), "No Commas".
    """

    cases = (passes("Tea or milk."), fails("Tea, milk."))

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return "In your entire response, refrain from the use of any commas."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Mentions(",", 0, 0),)

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording(topics=("comma",))

    def check(self, response: Response) -> Verdict:
        """Count the commas."""
        n = response.text.count(",")
        return self.verdict(n == 0, measured=n, reason=counted(n, "comma"))
