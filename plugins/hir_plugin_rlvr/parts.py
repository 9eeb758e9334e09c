"""How a response begins and ends, and the parts it is made of."""

from __future__ import annotations

from hir_kit import Response, Verdict, Verifier, counted, fails, passes, unknown
from hir_kit.plugin import Begins, Ends, Fact, Mentions
from hir_plugin_rlvr.analyses import Text, is_wrapped, plain_quotes

_DIVIDER = "******"


class RepeatPrompt(Verifier, id="rlvr:validate_repeat_prompt"):
    """The response begins with the request, word for word.

    ## What it checks
    The text begins with `original_prompt`, to the letter.

    ## Known limits
    White space and case must be the same, as in the reference.

    ## Relabelling
    A rewritten instruction may ask for this only where it still holds the request to be repeated.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `validate_repeat_prompt` of open-instruct.
    """

    original_prompt: Text

    cases = (
        passes("Make tea.\n\nBoil water.", original_prompt="Make tea."),
        fails("make tea. Boil water.", original_prompt="Make tea."),
        fails("Sure! Make tea. Boil water.", original_prompt="Make tea."),
    )

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return (
            "First, repeat the request without change, then give your answer (do not say anything "
            "before repeating the request; the request you need to repeat does not include this "
            "sentence)"
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Begins((self.original_prompt.strip(),), any_case=False),)

    def check(self, response: Response) -> Verdict:
        """Compare the beginning."""
        begins = response.text.startswith(self.original_prompt)
        return self.verdict(begins, reason="does not begin with the request")

    def quoted(self) -> tuple[str, ...]:
        """Return the request that is to be repeated."""
        return (self.original_prompt.strip(),)


class TwoResponses(Verifier, id="rlvr:validate_two_responses"):
    """The response holds two different responses, divided by six asterisks.

    ## What it checks
    `******` stands in the text once. What stands before and after it is not blank, and differs.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `validate_two_responses` of open-instruct, to which one
    of the two may be blank.
    """

    cases = (
        passes("Tea.\n******\nMilk."),
        fails("Tea.\n******\nTea."),
        fails("Tea.\n******\n"),
        fails("Tea.\n******\nMilk.\n******\nBread."),
    )

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return (
            "Give two different responses. Responses and only responses should be separated by "
            "6 asterisk symbols: ******."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Mentions(_DIVIDER, 1, 1),)

    def check(self, response: Response) -> Verdict:
        """Compare the two parts, which must not be blank."""
        parts = self._parts(response)
        if len(parts) == 2 and not all(parts):
            return self.verdict(False, measured=1, reason="one of the two parts is blank")
        return self._compare(parts)

    def check_reference(self, response: Response) -> Verdict:
        """Compare the two parts."""
        return self._compare(self._parts(response))

    def _parts(self, response: Response) -> list[str]:
        return [part.strip() for part in response.text.split(_DIVIDER)]

    def _compare(self, parts: list[str]) -> Verdict:
        n = len(parts)
        if n != 2:
            return self.verdict(False, measured=n, reason=f"{counted(n, 'part')}, 2 wanted")
        return self.verdict(parts[0] != parts[1], measured=2, reason="both parts are the same")


class End(Verifier, id="rlvr:validate_end"):
    """The response ends with a given phrase.

    ## What it checks
    The text ends with `end_phrase`, to the letter. Curly quotation marks and straight ones are the
    same.

    ## Known limits
    White space after the phrase violates, as in the reference.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `validate_end` of open-instruct.
    """

    end_phrase: Text

    cases = (
        passes("Drink it hot. Enjoy your tea!", end_phrase="Enjoy your tea!"),
        passes("Bye. That’s all.", end_phrase="That's all."),
        fails("Drink it hot. enjoy your tea!", end_phrase="Enjoy your tea!"),
        fails("Enjoy your tea! And come again.", end_phrase="Enjoy your tea!"),
    )

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return (
            f"Finish your response with this exact phrase {self.end_phrase}. "
            "No other words should follow this phrase."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Ends((self.end_phrase.strip(),), any_case=False),)

    def check(self, response: Response) -> Verdict:
        """Compare the end of the text, whatever its quotation marks."""
        end = response.text[-len(self.end_phrase) :]
        return self._decide(end, plain_quotes(end) == plain_quotes(self.end_phrase))

    def check_reference(self, response: Response) -> Verdict:
        """Compare the end of the text to the letter."""
        end = response.text[-len(self.end_phrase) :]
        return self._decide(end, end == self.end_phrase)

    def _decide(self, end: str, is_wanted: bool) -> Verdict:
        return self.verdict(is_wanted, reason=f"ends with {end!r}, {self.end_phrase!r} wanted")


class Quotation(Verifier, id="rlvr:validate_quotation"):
    """The whole response stands in double quotation marks.

    ## What it checks
    The text begins and ends with `"`, and these are the marks of one quotation.

    ## Known limits
    White space before or after the marks violates, as in the reference.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `validate_quotation` of open-instruct, to which a lone
    `"` is wrapped in quotation marks, and so is `"Tea" and "milk"`.
    """

    cases = (
        passes('"Tea is ready."'),
        passes('"He said "tea" twice."'),
        fails('"Tea is ready."\n'),
        fails('"'),
        fails('"Tea," he said. "Now."'),
    )

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return "Wrap your entire response with double quotation marks."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return Begins(('"',)), Ends(('"',))

    def check(self, response: Response) -> Verdict:
        """Look at the marks at both ends, and whether they are those of one quotation."""
        wrapped = is_wrapped(response.text, '"', '"')
        if wrapped is None:
            return unknown("a mark within the text may open or close a quotation")
        return self._decide(wrapped)

    def check_reference(self, response: Response) -> Verdict:
        """Look at the first and the last character, which may be the same."""
        return self._decide(_is_quoted(response.text))

    def _decide(self, quoted: bool) -> Verdict:
        return self.verdict(quoted, reason='does not begin and end with "')


def _is_quoted(text: str) -> bool:
    return text.startswith('"') and text.endswith('"')
