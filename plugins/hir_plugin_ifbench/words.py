"""What each word must look like: its letters, its length, its neighbours."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain, pairwise
from string import ascii_lowercase

from pydantic import NonNegativeInt

from hir_kit import Response, Verdict, Verifier, counted, fails, passes
from hir_kit.plugin import Number
from hir_plugin_ifbench import published
from hir_plugin_ifbench.analyses import bare_words, has_alnum, lower_words

_VOWELS = "aeiou"
_CLUSTER = re.compile(r"[bcdfghjklmnpqrstvwxyz]{2}")
_LEAST_PALINDROMES, _LEAST_LETTERS = 10, 5
_NO_WORD = "no word"


class Alphabet(Verifier, id="words:alphabet"):
    """Each word begins with the next letter of the alphabet.

    ## What it checks
    The first word begins with any of the letters a to z, and every other with the letter after
    that of the word before it, a after z; without regard to case and punctuation.

    ## References
    IFBench (arXiv 2507.02833), `words:alphabet`.
    """

    english_only = True
    cases = (
        passes("Xena yelled, “Zoos are big!”"),
        fails("Xena yelled at zebras."),
        fails("2 apples"),
    )

    def describe(self) -> str:
        """Return the sentence of IFBench's prompts."""
        return (
            "Each word in your response must start with the next letter of the alphabet, looping "
            "back to 'A' after 'Z'."
        )

    def check(self, response: Response) -> Verdict:
        """Compare each word with the one before."""
        return self._in_order(response.get(lower_words))

    def check_reference(self, response: Response) -> Verdict:
        """Take typographic signs for words and letters."""
        words = published.each_word(response.text)
        first = next(words, "")
        if len(first[:1].lower()) > 1:  # a capital I with a dot
            first = ""
        return self._in_order(map(str.lower, chain([first], words)))

    def _in_order(self, words: Iterable[str]) -> Verdict:
        words = iter(words)
        first = next(words, "")[:1]
        if not first or first not in ascii_lowercase:
            return self.verdict(False, reason="the first word begins with none of a to z")
        for place, word in enumerate(words, ascii_lowercase.index(first) + 1):
            wanted = ascii_lowercase[place % 26]
            if word[0] != wanted:
                return self.verdict(
                    False, measured=word[:40], reason=f"{word[:40]!r}, {wanted!r} wanted"
                )
        return self.verdict(True)


class Vowel(Verifier, id="words:vowel"):
    """A single paragraph with at most three of the vowels.

    ## What it checks
    There is one line, and of a, e, i, o, u no more than three occur in it, without regard to case.

    ## Known limits
    Letters with an accent are no vowels, and y is none, as in the reference.

    ## References
    IFBench (arXiv 2507.02833), `words:vowel`.
    """

    english_only = True
    cases = (
        passes("Tea tastes fine."),
        fails("Tea is not hot, but cold."),
        fails("Tea.\nMilk."),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return "Write a paragraph using words that contain only three types of vowels."

    def check(self, response: Response) -> Verdict:
        """Count the vowels that occur."""
        text = response.lower.strip()
        if "\n" in text:
            return self.verdict(False, reason="more than one line")
        found = [vowel for vowel in _VOWELS if vowel in text]
        return self.verdict(
            len(found) <= 3, measured="".join(found), reason=f"vowels: {', '.join(found)}"
        )


class Consonants(Verifier, id="words:consonants"):
    """Each word has two consonants side by side.

    ## What it checks
    Every word between white space has two letters next to each other of b to z without a, e, i, o,
    u. Marks that stand alone are no words.

    ## Known limits
    y is a consonant, and a number has none, as in the reference.

    ## References
    IFBench (arXiv 2507.02833), `words:consonants`.
    """

    english_only = True
    cases = (
        passes("Strong milk – fresh, cold."),
        fails("Strong tea."),
        fails("..."),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return (
            "Ensure each word in your response has at least one consonant cluster (two or more "
            "consonants together)."
        )

    def check(self, response: Response) -> Verdict:
        """Look for a cluster in each word."""
        words = list(filter(has_alnum, response.lower.split()))
        return self._all_clustered(words) if words else self.verdict(False, reason=_NO_WORD)

    def check_reference(self, response: Response) -> Verdict:
        """Look for one in marks that stand alone, too."""
        lines = response.lower.split("\n")
        return self._all_clustered(chain.from_iterable(map(str.split, lines)))

    def _all_clustered(self, words: Iterable[str]) -> Verdict:
        for word in words:
            if not _CLUSTER.search(word):
                return self.verdict(False, measured=word[:40], reason=f"none in {word[:40]!r}")
        return self.verdict(True)


class Palindromes(Verifier, id="words:palindrome"):
    """The response has at least ten palindromes of five letters or more.

    ## What it checks
    At least ten words read the same backwards, without regard to case and punctuation, and have at
    least five characters.

    ## Known limits
    The same word ten times passes, as in the reference.

    ## References
    IFBench (arXiv 2507.02833), `words:palindrome`.
    """

    english_only = True
    more_lines_never_hurt = True
    cases = (
        passes("Level, radar, civic, kayak, refer, rotor, madam, tenet, stats, “solos”."),
        fails("Level, radar, civic, kayak, refer, rotor, madam, tenet, stats, noon."),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return "Include at least 10 single-word palindromes, each at least 5 characters long."

    def check(self, response: Response) -> Verdict:
        """Count the palindromes."""
        return self._at_least(response.get(lower_words))

    def check_reference(self, response: Response) -> Verdict:
        """Take typographic signs for letters."""
        return self._at_least(published.words(response.text.lower()))

    def _at_least(self, words: list[str]) -> Verdict:
        long = [word for word in words if word[-1] == word[0] and len(word) >= _LEAST_LETTERS]
        n = sum(word == word[::-1] for word in long)
        return self.verdict(
            n >= _LEAST_PALINDROMES,
            measured=n,
            reason=f"{counted(n, 'palindrome')}, {_LEAST_PALINDROMES} wanted",
        )


@lru_cache(maxsize=4096)
def is_prime(n: int) -> bool:
    """Return whether a number is prime."""
    return n > 1 and all(n % divisor for divisor in range(2, int(n**0.5) + 1))


class PrimeLengths(Verifier, id="words:prime_lengths"):
    """The length of each word is a prime number.

    ## What it checks
    Every word between white space has 2, 3, 5, 7, 11, ... characters, punctuation not counted
    ("don't" has four).

    ## References
    IFBench (arXiv 2507.02833), `words:prime_lengths`.
    """

    english_only = True
    cases = (
        passes("Green tea is hot — so hot!"),
        fails("Milk is cold."),
        fails("..."),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return "Use only words with lengths that are prime numbers."

    def check(self, response: Response) -> Verdict:
        """Measure each word."""
        words = response.get(bare_words)
        return self._all_prime(words) if words else self.verdict(False, reason=_NO_WORD)

    def check_reference(self, response: Response) -> Verdict:
        """Take typographic signs for letters, and no word for all of them."""
        return self._all_prime(published.each_word(response.text), largest=97)

    def _all_prime(self, words: Iterable[str], largest: int | None = None) -> Verdict:
        for word in words:
            n = len(word)
            if not is_prime(n) or (largest and n > largest):
                return self.verdict(False, measured=n, reason=f"{word[:40]!r} has {n}")
        return self.verdict(True)


class Repeats(Verifier, id="words:repeats"):
    """No word comes more often than so many times.

    ## What it checks
    Every word between white space occurs at most `small_n` times, without regard to case and
    punctuation.

    ## References
    IFBench (arXiv 2507.02833), `words:repeats`.
    """

    small_n: NonNegativeInt

    english_only = True
    relaxes = Number("small_n", "at most")
    cases = (
        passes("Tea – and – tea – and – milk.", small_n=2),
        fails("Tea, tea, TEA!", small_n=2),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return f"The response should not repeat any word more than {self.small_n} times."

    def check(self, response: Response) -> Verdict:
        """Find the most frequent word."""
        return self._at_most(response.get(lower_words))

    def check_reference(self, response: Response) -> Verdict:
        """Count typographic signs as words."""
        return self._at_most(published.words(response.lower))

    def _at_most(self, words: list[str]) -> Verdict:
        if not words:
            return self.verdict(True)
        counts = Counter(words)
        n = max(counts.values())
        if n <= self.small_n:
            return self.verdict(True, measured=n)
        word = next(word for word, times in counts.items() if times == n)
        return self.verdict(False, measured=n, reason=f"{word[:40]!r} comes {counted(n, 'time')}")


class NoConsecutive(Verifier, id="words:no_consecutive"):
    """No two words side by side begin with the same letter.

    ## What it checks
    Of any two neighbouring words the first characters differ, without regard to case and
    punctuation.

    ## References
    IFBench (arXiv 2507.02833), `words:no_consecutive`.
    """

    english_only = True
    cases = (passes("Tea is hot — milk — cold."), fails("Tea tastes fine."))

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return "No two consecutive words can share the same first letter."

    def check(self, response: Response) -> Verdict:
        """Compare each word with the next."""
        return self._none(response.get(lower_words))

    def check_reference(self, response: Response) -> Verdict:
        """Take typographic signs for words and letters."""
        return self._none(published.each_word(response.lower))

    def _none(self, words: Iterable[str]) -> Verdict:
        for one, other in pairwise(words):
            if one[0] == other[0]:
                return self.verdict(False, reason=f"{one[:40]!r}, {other[:40]!r}")
        return self.verdict(True)
