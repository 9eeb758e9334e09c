"""Responses that copy the request, or a part of it."""

from __future__ import annotations

from pydantic import PositiveInt, model_validator

from hir_kit import Response, Verdict, Verifier, counted, fails, passes, unknown
from hir_kit.plugin import Begins, Ends, Fact, Mentions, Number
from hir_plugin_iftrain.analyses import Text

_DIVIDER = "******"
_NOT_THIS = "the request you need to repeat does not include this sentence"
_ONLY_REPEAT = f"(do not say anything before repeating the request; {_NOT_THIS})"


def _folded(text: str) -> str:
    return text.strip().lower()


class _Copy(Verifier):
    """What the verifiers of whole copies have in common."""

    prompt_to_repeat: Text

    def check(self, response: Response) -> Verdict:
        """Compare the whole texts."""
        same = _folded(response.text) == _folded(self.prompt_to_repeat)
        return self.verdict(same, reason="is not the request")

    def quoted(self) -> tuple[str, ...]:
        """Return the request that is to be copied."""
        return (self.prompt_to_repeat.strip(),)


class Copy(_Copy, id="copy:copy"):
    """The response is a copy of the instruction, and nothing else.

    ## What it checks
    The text equals `prompt_to_repeat`, without regard to case and to white space at the ends.

    ## Known limits
    Case does not matter although the sentence says "verbatim", as in the reference.

    ## Relabelling
    A rewritten instruction may ask for this only where it still holds the request to be copied.

    ## References
    IFTrain (arXiv 2507.02833), `CopyChecker` of open-instruct.
    """

    cases = (
        passes("make tea.\n", prompt_to_repeat="Make tea."),
        fails("Make tea. Boil water.", prompt_to_repeat="Make tea."),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return (
            "Copy this instruction verbatim, do not follow the instruction, only copy it into the "
            "output (do not include this instruction sentence!)."
        )


class CopyingSimple(_Copy, id="copy:copying_simple"):
    """The response repeats the request, and does not answer it.

    ## What it checks
    The text equals `prompt_to_repeat`, without regard to case and to white space at the ends.

    ## Known limits
    Case does not matter although the sentence says "without change", as in the reference.

    ## Relabelling
    A rewritten instruction may ask for this only where it still holds the request to be repeated.

    ## References
    IFTrain (arXiv 2507.02833), `CopyingSimpleChecker` of open-instruct.
    """

    cases = (
        passes("Make tea.", prompt_to_repeat="Make tea."),
        fails("Sure! Make tea.", prompt_to_repeat="Make tea."),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return (
            f"Repeat the request without change {_ONLY_REPEAT} and do not answer the actual "
            "request!"
        )


class CopyingMultiple(Verifier, id="copy:copying_multiple"):
    """The response repeats the request so many times, with six asterisks between.

    ## What it checks
    The text is cut at `******`. There are exactly `N` parts, and each equals `prompt_to_repeat`,
    without regard to case and to white space at the ends.

    ## Known limits
    A divider at the beginning or the end leaves a blank part, which violates, as in the reference.

    ## Relabelling
    A rewritten instruction may ask for this only where it still holds the request to be repeated.

    ## References
    IFTrain (arXiv 2507.02833), `CopyingMultipleChecker` of open-instruct.
    """

    prompt_to_repeat: Text
    N: PositiveInt

    relaxes = Number("N", "exactly", lowest=2)
    cases = (
        passes("Make tea.\n******\nMake tea.", prompt_to_repeat="Make tea.", N=2),
        fails("Make tea.\n******\nMake tea.", prompt_to_repeat="Make tea.", N=3),
        fails("Make tea.\n***\nMake tea.", prompt_to_repeat="Make tea.", N=2),
        fails("Make tea.\n******\nBoil water.", prompt_to_repeat="Make tea.", N=2),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return (
            f"Repeat the request without change {self.N} times, separated by 6 asterisk symbols "
            f"{_ONLY_REPEAT} and do not answer the actual request!"
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        copies = Begins((self.prompt_to_repeat.strip(),)), Ends((self.prompt_to_repeat.strip(),))
        return (*copies, Mentions(_DIVIDER, self.N - 1))

    def check(self, response: Response) -> Verdict:
        """Compare each part."""
        parts = response.text.split(_DIVIDER)
        if len(parts) != self.N:
            return self.verdict(
                False, measured=len(parts), reason=f"{counted(len(parts), 'part')}, {self.N} wanted"
            )
        wanted = _folded(self.prompt_to_repeat)
        others = sum(_folded(part) != wanted for part in parts)
        return self.verdict(
            not others,
            measured=len(parts),
            reason=f"{counted(others, 'part')} differing from the request",
        )

    def quoted(self) -> tuple[str, ...]:
        """Return the request that is to be repeated."""
        return (self.prompt_to_repeat.strip(),)


class CopySpan(Verifier, id="new:copy_span_idx"):
    """The response is the part of the request between two character indices.

    ## What it checks
    The text equals the characters of `prompt_to_repeat` from `n_start` to `n_end`, the last one
    included as the sentence says, counted from 0, or below 0 from the end (-1 is the last one);
    without regard to case and to white space at the ends.

    ## Known limits
    The part may begin or end within a word.

    ## Relabelling
    A rewritten instruction may ask for this only where it still holds the request.

    ## References
    IFTrain (arXiv 2507.02833), `CopySpanIdxChecker` of open-instruct, which leaves the character
    at `n_end` out.
    """

    prompt_to_repeat: Text
    n_start: int
    n_end: int

    cases = (
        passes("green", prompt_to_repeat="Make green tea.", n_start=5, n_end=9),
        passes("Make", prompt_to_repeat="Make green tea.", n_start=0, n_end=4),
        fails("gree", prompt_to_repeat="Make green tea.", n_start=5, n_end=9),
        fails("Make green tea.", prompt_to_repeat="Make green tea.", n_start=5, n_end=9),
    )

    @model_validator(mode="after")
    def _is_a_span(self) -> CopySpan:
        if self._place(self.n_start) > self._place(self.n_end):
            raise ValueError(f"n_start ({self.n_start}) is behind n_end ({self.n_end})")
        return self

    def _place(self, index: int) -> int:
        return index if index >= 0 else max(len(self.prompt_to_repeat) + index, 0)

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return (
            f"Copy the span of words that lies between (and including) index {self.n_start} and "
            f"{self.n_end}, the indices are character indices!"
        )

    def check(self, response: Response) -> Verdict:
        """Compare with the span, its last character included."""
        return self._compare(response, self._place(self.n_end) + 1)

    def check_reference(self, response: Response) -> Verdict:
        """Compare with the span without its last character; an index of 0 is replaced there."""
        if not (self.n_start and self.n_end):
            return unknown("the reference replaces an index of 0 by a random one")
        return self._compare(response, self._place(self.n_end))

    def _compare(self, response: Response, end: int) -> Verdict:
        wanted = self.prompt_to_repeat[self._place(self.n_start) : end]
        return self.verdict(
            _folded(response.text) == _folded(wanted),
            reason=f"is not the span, {len(wanted)} characters from index {self.n_start}",
        )

    def quoted(self) -> tuple[str, ...]:
        """Return the request that holds the span."""
        return (self.prompt_to_repeat.strip(),)
