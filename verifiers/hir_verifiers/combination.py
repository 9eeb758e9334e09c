"""Responses made of parts: two responses, the request repeated before the answer."""

from __future__ import annotations

from hir_kit import Response, Verdict, Verifier, counted, fails, passes
from hir_kit.plugin import Begins, Fact, Mentions, Wording
from hir_verifiers.patterns import Text

_DIVIDER = "******"


class TwoResponses(Verifier, id="combination:two_responses"):
    """The response holds two different responses, divided by six asterisks.

    ## What it checks
    The text is cut at `******`. Exactly two parts are not blank, they differ, and a blank part
    stands only at either end.

    ## References
    IFEval (arXiv 2311.07911), "Give Two Responses".
    """

    cases = (
        passes("Tea.\n******\nMilk."),
        fails("Tea.\n******\nTea."),
        fails("Tea.\n***\nMilk."),
        fails("Tea.\n******\n******\nMilk."),
    )

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return (
            "Give two different responses. Responses and only responses should be separated by "
            "6 asterisk symbols: ******."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Mentions(_DIVIDER),)

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording(topics=("two_answers",))

    def check(self, response: Response) -> Verdict:
        """Compare the parts."""
        parts = [part.strip() for part in response.text.split(_DIVIDER)]
        filled = [part for part in parts if part]
        if not all(parts[1:-1]):
            return self.verdict(False, reason="a part between two dividers is blank")
        if len(filled) != 2:
            return self.verdict(
                False, measured=len(filled), reason=f"{counted(len(filled), 'part')}, 2 wanted"
            )
        return self.verdict(filled[0] != filled[1], measured=2, reason="both parts are the same")


class RepeatPrompt(Verifier, id="combination:repeat_prompt"):
    """The response begins with the request, word for word.

    ## What it checks
    The text begins with `prompt_to_repeat`, without regard to case and to white space at the ends.

    ## Known limits
    White space within the request must be the same, as in the reference.

    ## Relabelling
    A rewritten instruction may ask for this only where it still holds the request to be repeated.

    ## References
    IFEval (arXiv 2311.07911), "Repeat Prompt".
    """

    prompt_to_repeat: Text

    cases = (
        passes("Make tea.\n\nBoil water.", prompt_to_repeat="Make tea."),
        fails("Sure! Make tea. Boil water.", prompt_to_repeat="Make tea."),
    )

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return (
            "First repeat the request word for word without change, then give your answer (1. do "
            "not say any words or characters before repeating the request; 2. the request you "
            "need to repeat does not include this sentence)"
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Begins((self.prompt_to_repeat.strip(),)),)

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording(topics=("repeat",))

    def check(self, response: Response) -> Verdict:
        """Compare the beginning."""
        wanted = self.prompt_to_repeat.strip().lower()
        begins = response.text.strip().lower().startswith(wanted)
        return self.verdict(begins, reason="does not begin with the request")

    def quoted(self) -> tuple[str, ...]:
        """Return the request that is to be repeated."""
        return (self.prompt_to_repeat.strip(),)
