"""Phrases that are repeated with changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, PositiveInt

from hir_kit import Response, Verdict, Verifier, fails, passes
from hir_kit.plugin import Number
from hir_plugin_iftrain.analyses import Text, as_reference

_SPECIAL = frozenset(r".^$*+?{}[]\|()")


def _of_three_words(phrase: str) -> str:
    if len(phrase.split()) < 3:
        raise ValueError("a phrase of at least three words is wanted: one between two others")
    return phrase


class RepeatPhrase(Verifier, id="copy:repeat_phrase"):
    """The response has so many copies of a phrase, each with one word changed.

    ## What it checks
    A copy runs from the phrase's first word and a space to a space and the phrase's last word, at
    the first place in the line where that stands. There are exactly `small_n` copies. Each has as
    many words as the phrase, and exactly one of them is another word. Case matters.

    ## Known limits
    The changed word may be any but the first and the last, not only the one in the centre. Where
    the first word occurs in other text too, what follows up to the next last word counts as a copy.
    Both as in the reference.

    ## References
    IFTrain (arXiv 2507.02833), `RepeatPhraseChecker` of open-instruct.
    """

    phrase: Annotated[Text, AfterValidator(_of_three_words)]
    small_n: PositiveInt

    relaxes = Number("small_n", "exactly")
    cases = (
        passes(
            "Time heals most wounds. Time heals deep wounds.",
            phrase="Time heals all wounds",
            small_n=2,
        ),
        fails("Time heals most wounds.", phrase="Time heals all wounds", small_n=2),
        fails("Time heals all wounds.", phrase="Time heals all wounds", small_n=1),
        fails("Time leaves no wounds.", phrase="Time heals all wounds", small_n=1),
        fails(
            "Time heals all wounds. Time heals deep wounds.",
            phrase="Time heals all wounds",
            small_n=2,
        ),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return (
            f"Repeat the phrase {self.phrase.strip()} exactly {self.small_n} times, transforming "
            "it slightly each time by replacing only one word in the center of the phrase."
        )

    def check(self, response: Response) -> Verdict:
        """Find the copies, and count the changed words of each."""
        words = self.phrase.split()
        return self._compare(list(_copies(response.text, words[0], words[-1])))

    def check_reference(self, response: Response) -> Verdict:
        """Take the first and the last word for regular expressions."""
        words = self.phrase.split()
        if _SPECIAL.isdisjoint(words[0] + words[-1]):
            return self.check(response)
        pattern = as_reference(f"{words[0]} .*? {words[-1]}", 0)
        if isinstance(pattern, Verdict):
            return pattern
        return self._compare([match[0] for match in pattern.finditer(response.text)])

    def _compare(self, copies: list[str]) -> Verdict:
        n = len(copies)
        if n != self.small_n:
            reason = f"{n} {'copy' if n == 1 else 'copies'}, {self.small_n} wanted"
            return self.verdict(False, measured=n, reason=reason)
        words = self.phrase.split()
        wrong = next((copy for copy in copies if not _is_varied(copy.split(), words)), None)
        return self.verdict(
            wrong is None, measured=n, reason=f"not one word changed: {(wrong or '')[:80]!r}"
        )


def _is_varied(copy: list[str], words: list[str]) -> bool:
    """Return whether a copy has as many words as the phrase, and one other than the phrase's."""
    return len(copy) == len(words) and sum(map(str.__ne__, copy, words)) == 1


def _copies(text: str, first: str, last: str) -> Iterator[str]:
    """Give what `FIRST .*? LAST` finds, in time linear in the text."""
    first, last = f"{first} ", f" {last}"
    for line in text.split("\n"):
        start = line.find(first)
        while start >= 0:
            stop = line.find(last, start + len(first))
            if stop < 0:
                break
            yield line[start : stop + len(last)]
            start = line.find(first, stop + len(last))
