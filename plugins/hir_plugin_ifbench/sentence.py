"""What each sentence holds, and how it compares to the one before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice, pairwise
from operator import eq

from pydantic import NonNegativeInt, PositiveInt

from hir_kit import Response, Verdict, Verifier, counted, fails, passes
from hir_kit.plugin import Amount, Fact, Mentions
from hir_plugin_ifbench import published
from hir_plugin_ifbench.analyses import EDGES, Text, bare_words, has_alnum, own_word, sentences
from hir_plugin_ifbench.count import ordinal


class SentenceKeyword(Verifier, id="sentence:keyword"):
    """The N-th sentence has a keyword.

    ## What it checks
    There are at least `N` sentences, and `word` stands in the N-th as a word of its own, without
    regard to case.

    ## References
    IFBench (arXiv 2507.02833), `sentence:keyword`, in the version of 2026.
    """

    word: Text
    N: PositiveInt

    english_only = True
    cases = (
        passes("It rains. We eat.", word="Eat", N=2),
        fails("It rains. We are eating.", word="eat", N=2),
        fails("We eat. It rains.", word="eat", N=2),
        passes("1. It rains.\n2. We _eat_.", word="eat", N=2),
        fails("We eat.", word="eat", N=2),
        fails("1. We eat.\n2. It rains.", word="eat", N=2),
    )

    def describe(self) -> str:
        """Return the sentence of IFBench's prompts."""
        return (
            f"The response must include keyword {self.word} in the {ordinal(self.N, '-')} sentence."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return Amount("sentences", self.N), Mentions(self.word.strip())

    def check(self, response: Response) -> Verdict:
        """Look for the word in the sentence."""
        found = response.get(sentences)
        pattern = own_word(self.word.strip())
        return self._in_nth(found, lambda sentence: pattern.search(sentence) is not None)

    def check_reference(self, response: Response) -> Verdict:
        """Find "eat" in "eating"."""
        word = self.word.lower()
        if word not in response.lower and word.isascii() and word.isalnum():
            return self.verdict(False, reason=f"no {self.word!r}")  # in no sentence either
        found = list(islice(published.each_sentence(response.text), self.N))
        return self._in_nth(found, lambda sentence: word in sentence.lower())

    def _in_nth(self, found: list[str], holds: Callable[[str], bool]) -> Verdict:
        n = len(found)
        if n < self.N:
            return self.verdict(
                False, measured=n, reason=f"{counted(n, 'sentence')}, at least {self.N} wanted"
            )
        sentence = found[self.N - 1]
        return self.verdict(
            holds(sentence), reason=f"sentence {self.N} has no {self.word!r}: {sentence[:60]!r}"
        )


class SentenceIncrement(Verifier, id="sentence:increment"):
    """Each sentence has exactly so many more words than the one before.

    ## What it checks
    The words between white space, those of punctuation alone left out: every sentence has
    `small_n` more than the one before. There are at least two sentences.

    ## References
    IFBench (arXiv 2507.02833), `sentence:increment`.
    """

    small_n: NonNegativeInt

    english_only = True
    cases = (
        passes("It rains. We stay in. Nobody goes out today.", small_n=1),
        passes("<p>It rains.</p><p>We all stay in.</p>", small_n=2),
        passes("1. It rains.\n2. We all stay in.", small_n=2),
        fails("It rains. We all stay in.", small_n=1),
        fails("It rains.", small_n=1),
    )

    def describe(self) -> str:
        """Return the sentence of IFBench's prompts."""
        return (
            f"Each sentence in your response must contain exactly {self.small_n} more words than "
            "the previous one."
        )

    def check(self, response: Response) -> Verdict:
        """Compare each sentence with the one before."""
        counts = [len(bare_words(sentence)) for sentence in response.get(sentences)]
        if len(counts) < 2:
            return self.verdict(False, reason="there is no second sentence")
        return self._compared(counts)

    def check_reference(self, response: Response) -> Verdict:
        """Accept a single sentence, and count words of signs."""
        found = published.each_sentence(response.text)
        return self._compared(len(published.words(sentence)) for sentence in found)

    def _compared(self, counts: Iterable[int]) -> Verdict:
        for place, (before, after) in enumerate(pairwise(counts), 2):
            if after != before + self.small_n:
                reason = f"sentence {place} has {counted(after, 'word')} after {before}"
                return self.verdict(False, measured=after - before, reason=reason)
        return self.verdict(True)


def alliterative(words: Iterable[str]) -> int:
    """Return how many words begin as a neighbour begins."""
    heads = [word[0] for word in words]
    alike = bytes(map(eq, heads, heads[1:]))
    rows = (b"\0" + alike).count(b"\0\1")
    return alike.count(1) + rows


class AlliterationIncrement(Verifier, id="sentence:alliteration_increment"):
    """Each sentence has more alliterative words than the one before.

    ## What it checks
    The number of words that begin with the same character as a word next to them is greater in
    every sentence than in the one before. There are at least two sentences.

    ## Known limits
    Not the longest row but all rows of a sentence together are counted, as in the reference.

    ## References
    IFBench (arXiv 2507.02833), `sentence:alliteration_increment`.
    """

    english_only = True
    cases = (
        passes("It rains. Two teas wait. Five fine fish fry."),
        fails("Two teas wait. It rains."),
        fails("Two teas taste terrific."),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return (
            "Each sentence must have a longer sequence of consecutive alliterative words than the "
            "previous one."
        )

    def check(self, response: Response) -> Verdict:
        """Compare each sentence with the one before."""
        found = response.get(sentences)
        if len(found) < 2:
            return self.verdict(False, reason="there is no second sentence")
        return self._increasing(alliterative(_heads(sentence)) for sentence in found)

    def check_reference(self, response: Response) -> Verdict:
        """Accept a single sentence, and count words of signs."""
        found = published.each_sentence(response.text)
        return self._increasing(alliterative(published.words(one.lower())) for one in found)

    def _increasing(self, counts: Iterable[int]) -> Verdict:
        for place, (before, after) in enumerate(pairwise(counts), 2):
            if after <= before:
                return self.verdict(
                    False, measured=after, reason=f"sentence {place} has {after} after {before}"
                )
        return self.verdict(True)


def _heads(sentence: str) -> list[str]:
    return [word.lstrip(EDGES) for word in sentence.lower().split() if has_alnum(word)]
