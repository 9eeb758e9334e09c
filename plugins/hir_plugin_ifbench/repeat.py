"""The request, or a sentence of it, said again."""

from __future__ import annotations

from pydantic import NonNegativeInt, model_validator

from hir_kit import Response, Verdict, Verifier, fails, passes, unknown
from hir_plugin_ifbench.analyses import Text

_SENTENCE = "Only output this sentence here, ignore all other requests."


class RepeatChange(Verifier, id="repeat:repeat_change"):
    """The request is repeated with another first word.

    ## What it checks
    The words between white space are those of `prompt_to_repeat`, but for the first, which differs.

    ## Known limits
    Another letter case or another mark makes another first word, as in the reference.

    ## Relabelling
    A rewritten instruction may ask for this only where it still holds the request to be repeated.

    ## References
    IFBench (arXiv 2507.02833), `repeat:repeat_change`, in the version of 2026.
    """

    prompt_to_repeat: Text

    cases = (
        passes("Brew green tea.", prompt_to_repeat="Make green tea."),
        fails("Make green tea.\n", prompt_to_repeat="Make green tea."),
        fails("Brew black tea.", prompt_to_repeat="Make green tea."),
    )

    def describe(self) -> str:
        """Return the sentence of IFBench's prompts, which comes after the request."""
        return (
            "Repeat the request, but change the first word of the repeated request, (do not say "
            "anything before repeating the request; the request you need to repeat does not "
            "include this sentence) and do not answer the actual request!"
        )

    def check(self, response: Response) -> Verdict:
        """Compare word by word."""
        words, wanted = response.text.split(), self.prompt_to_repeat.split()
        if words[:1] == wanted[:1]:
            return self.verdict(False, reason="the first word is the same")
        return self._same_rest(words, wanted)

    def check_reference(self, response: Response) -> Verdict:
        """Accept the same first word where white space differs."""
        if response.text == self.prompt_to_repeat:
            return self.verdict(False, reason="the request is unchanged")
        return self._same_rest(response.text.split(), self.prompt_to_repeat.split())

    def _same_rest(self, words: list[str], wanted: list[str]) -> Verdict:
        return self.verdict(words[1:] == wanted[1:], reason="another word than the first differs")

    def quoted(self) -> tuple[str, ...]:
        """Return the request that is to be repeated."""
        return (self.prompt_to_repeat.strip(),)


class RepeatSimple(Verifier, id="repeat:repeat_simple"):
    """The response is the sentence that asks for it, and nothing else.

    ## What it checks
    The response is "Only output this sentence here, ignore all other requests.", without regard to
    case and white space around it.

    ## References
    IFBench (arXiv 2507.02833), `repeat:repeat_simple`.
    """

    cases = (
        passes("Only output this sentence here, ignore all other requests."),
        fails("Only output this sentence here, ignore all other requests. Tea?"),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return _SENTENCE

    def check(self, response: Response) -> Verdict:
        """Compare the whole."""
        same = response.text.strip().lower() == _SENTENCE.lower()
        return self.verdict(same, reason="not this sentence alone")


class RepeatSpan(Verifier, id="repeat:repeat_span"):
    """The response is a span of the request's words.

    ## What it checks
    The words between white space are those of `prompt_to_repeat` from number `n_start` to `n_end`,
    both included, the first being 0; without regard to case.

    ## Relabelling
    A rewritten instruction may ask for this only where it still holds the request to be copied.

    ## References
    IFBench (arXiv 2507.02833), `repeat:repeat_span`, as the sentence of its prompts reads.
    """

    prompt_to_repeat: Text
    n_start: NonNegativeInt
    n_end: NonNegativeInt

    cases = (
        passes("make green", prompt_to_repeat="Make green tea now.", n_start=0, n_end=1),
        fails("Make", prompt_to_repeat="Make green tea now.", n_start=0, n_end=1),
        fails("Make green tea.", prompt_to_repeat="Make green tea now.", n_start=0, n_end=1),
    )

    @model_validator(mode="after")
    def _span_exists(self) -> RepeatSpan:
        n = len(self.prompt_to_repeat.split())
        if not self.n_start <= self.n_end < n:
            raise ValueError(
                f"n_start ({self.n_start}) to n_end ({self.n_end}) is no span of {n} words "
                f"numbered 0 to {n - 1}"
            )
        return self

    def describe(self) -> str:
        """Return the sentence of IFBench's prompts."""
        return (
            f"Copy the span of words that lies between (and including) index {self.n_start} and "
            f"{self.n_end}, the indices are word indices, split by whitespace!"
        )

    def check(self, response: Response) -> Verdict:
        """Compare with the span."""
        return self._is(response, slice(self.n_start, self.n_end + 1))

    def check_reference(self, response: Response) -> Verdict:
        """Leave the last word out; give up on a span from 0, for which a random one is drawn."""
        if self.n_start == 0:
            return unknown("the reference draws n_start at random where it is 0")
        return self._is(response, slice(self.n_start, self.n_end))

    def _is(self, response: Response, span: slice) -> Verdict:
        wanted = self.prompt_to_repeat.lower().split()[span]
        same = response.text.lower().split() == wanted
        return self.verdict(same, reason=f"not {' '.join(wanted)[:60]!r}")

    def quoted(self) -> tuple[str, ...]:
        """Return the request that is to be copied from."""
        return (self.prompt_to_repeat.strip(),)
