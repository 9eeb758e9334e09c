"""The syllables of each word."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

from hir_kit import Response, Verdict, Verifier, fails, loading, passes
from hir_plugin_ifbench import published
from hir_plugin_ifbench.analyses import lower_words

_LONG = 60


class OddEvenSyllables(Verifier, id="words:odd_even_syllables"):
    """Words with an odd and an even number of syllables take turns.

    ## What it checks
    Of any two neighbouring words one has an odd and one an even number of syllables, as the package
    syllapy counts them: by a list of words, and by their vowels.

    ## Known limits
    syllapy knows 7,000 words and guesses the others; a word with a digit has no syllable.

    ## References
    IFBench (arXiv 2507.02833), `words:odd_even_syllables`; syllapy (MIT).
    """

    english_only = True
    cases = (passes("Tea kettle sings gladly — now."), fails("Tea is hot."))

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return "Alternate between words with odd and even numbers of syllables."

    def check(self, response: Response) -> Verdict:
        """Compare each word with the next."""
        return self._taking_turns(response.get(lower_words))

    def check_reference(self, response: Response) -> Verdict:
        """Count the syllables of typographic signs."""
        return self._taking_turns(published.each_word(response.text.lower()))

    def _taking_turns(self, words: Iterable[str]) -> Verdict:
        for one, other in pairwise(words):
            if syllables(one) % 2 == syllables(other) % 2:
                reason = f"{one[:40]!r} has {syllables(one)}, {other[:40]!r} {syllables(other)}"
                return self.verdict(False, reason=reason)
        return self.verdict(True)


@cache
@loading
def _syllapy() -> Any:
    import syllapy

    return syllapy


def syllables(word: str) -> int:
    """Return the number of syllables of a word in lower case."""
    return _remembered(word) if len(word) <= _LONG else _counted(word)


def _counted(word: str) -> int:
    return int(_syllapy().count(word))


_remembered = lru_cache(maxsize=1 << 16)(_counted)
