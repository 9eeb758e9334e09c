"""Letters: how many there are, how neighbouring words begin, what reads the same backwards."""

from __future__ import annotations

import re
from itertools import chain, pairwise

from pydantic import NonNegativeInt

from hir_kit import Relation, Response, Verdict, Verifier, counted, fails, passes, unknown
from hir_kit.plugin import Amount, Fact, Number
from hir_plugin_iftrain.analyses import LetterFrequency
from hir_plugin_iftrain.splitting import distinct_sentences, words_of

_SHORTEST = 3
_NO_LETTER = re.compile("[^a-zA-Z]+")
_SIGN = re.compile(r"[\W_]+")


class LetterCounting(Verifier, id="letters:letter_counting"):
    """The response has at least, or less than, so many letters.

    ## What it checks
    The number of letters from `a` to `z` and `A` to `Z` stands in the given relation to `N`.

    ## Known limits
    Letters with accents and of other scripts do not count, as in the reference.

    ## References
    IFTrain (arXiv 2507.02833), `LetterCountingChecker` of open-instruct.
    """

    N: NonNegativeInt
    relation: Relation

    english_only = True
    relaxes = Number("N", "relation")
    cases = (
        passes("Tea, 2 cups.", N=7, relation="at least"),
        passes("Tea.", N=4, relation="less than"),
        fails("Tea.", N=4, relation="at least"),
        fails("Tea.", N=3, relation="less than"),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return f"Answer with {self.relation} {self.N} letters."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Amount("letters", *self.relation.bounds(self.N)),)

    def check(self, response: Response) -> Verdict:
        """Count the letters."""
        n = response.get(_count_letters)
        return self.verdict(
            self.relation.holds(n, self.N),
            measured=n,
            reason=f"{counted(n, 'letter')}, {self.relation} {self.N} wanted",
        )

    def check_reference(self, response: Response) -> Verdict:
        """Give up on 0, which the reference replaces."""
        if self.N == 0:
            return unknown("the reference replaces an N of 0 by a random number")
        return self.check(response)


class LetterCounting2(LetterFrequency, id="letters:letter_counting2"):
    """A letter occurs at least, or less than, so many times.

    ## What it checks
    The number of times the letter stands in the text, without regard to case, stands in the given
    relation to `let_frequency`, which has to be named. Any single character may be asked for.

    ## References
    IFTrain (arXiv 2507.02833), `LetterFrequencyChecker` of open-instruct: IFEval's
    `keywords:letter_frequency` under another id.
    """

    let_relation: Relation


class NoAdjacentConsecutive(Verifier, id="keywords:no_adjacent_consecutive"):
    """No word begins with the letter after the one that the word before it begins with.

    ## What it checks
    The text is cut at white space. Of no two neighbouring words does the first begin with a letter
    and the second with the next letter of the alphabet (a to z), without regard to case. Signs
    before a word are passed over, and so are pieces without letter or digit.

    ## Known limits
    Only the next letter is meant: "banana apple" is accepted, as in the reference.

    ## References
    IFTrain (arXiv 2507.02833), `AdjacentLetterChecker` of open-instruct, which looks at the first
    characters, whatever they are.
    """

    english_only = True
    cases = (
        passes("Tea is hot today."),
        passes("From 1 2 3 to 4."),
        fails("A big cup."),
        fails('Drink "Earl Grey" now.'),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return "No two adjacent words can start with consecutive letters of the alphabet."

    def check(self, response: Response) -> Verdict:
        """Compare the first letters of neighbours."""
        return self._compare(_first_following("".join(map(_first, response.get(str.split)))))

    def check_reference(self, response: Response) -> Verdict:
        """Compare the first characters of what stands between white space."""
        firsts = [word[0].lower() for word in response.get(str.split)]
        if len(firsts) > 1 and max(map(len, firsts)) > 1:
            return self.verdict(False, reason="a character that is two in lower case")
        return self._compare(_first_following("".join(firsts)))

    def _compare(self, found: tuple[str, str] | None) -> Verdict:
        return self.verdict(
            found is None, reason=f"neighbours begin with {' and '.join(found or ())}"
        )


class Palindrome(Verifier, id="keywords:palindrome"):
    """A palindrome is in the response.

    ## What it checks
    A word, a line or a sentence of at least three letters or digits reads the same backwards,
    without regard to case, to spaces and to punctuation.

    ## Known limits
    A palindrome of several words that is only a part of a sentence is not found. One or two letters
    ("I", "a") are not enough: nearly every text has them.

    ## References
    IFTrain (arXiv 2507.02833), `PalindromeBasicChecker` of open-instruct, to which any piece
    between white space is a palindrome that equals its reverse, also "a" and "-".
    """

    cases = (
        passes("At noon, we drink tea."),
        passes("Her level: high."),
        passes("A man, a plan, a canal: Panama!"),
        fails("I drink a cup of tea."),
        fails("It is hot - is it?"),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return "Include a palindrome in your response."

    def check(self, response: Response) -> Verdict:
        """Look at the words, then at the lines and sentences."""
        texts = chain(
            dict.fromkeys(response.get(words_of)),
            dict.fromkeys(response.lines),
            response.get(distinct_sentences),
        )
        found = next(filter(_is_palindrome, texts), None)
        return self.verdict(
            found is not None, measured=found and found[:80], reason="no palindrome"
        )

    def check_reference(self, response: Response) -> Verdict:
        """Look for a piece between white space that equals its reverse."""
        found = any(word == word[::-1] for word in response.get(str.split))
        return self.verdict(found, reason="no palindrome")


def _count_letters(text: str) -> int:
    return len(_NO_LETTER.sub("", text))


def _first(word: str) -> str:
    """Return the small letter that a word begins with, "0" for another sign, "" for no word."""
    for char in word:
        if char.isalnum():
            return char.lower() if char.isascii() and char.isalpha() else "0"
    return ""


def _first_following(chars: str) -> tuple[str, str] | None:
    """Return the first character with the one after it, where that is the next one in Unicode."""
    return next(((a, b) for a, b in pairwise(chars) if ord(b) - ord(a) == 1), None)


def _is_palindrome(text: str) -> bool:
    letters = _SIGN.sub("", text).casefold()
    return len(letters) >= _SHORTEST and letters == letters[::-1]
