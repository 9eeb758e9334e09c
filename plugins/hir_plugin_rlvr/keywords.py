"""Words that must, or must not, be in the response, and how often."""

from __future__ import annotations

import re
from collections import Counter
from typing import Annotated

from annotated_types import Len
from pydantic import NonNegativeInt

from hir_kit import Response, Verdict, Verifier, counted, fails, passes
from hir_kit.plugin import Fact, Items, Mentions, Number
from hir_plugin_rlvr.analyses import Text, occurrences, own_word

Texts = Annotated[list[Text], Len(1)]

_WORD = re.compile(r"\w+")


class Keywords(Verifier, id="rlvr:verify_keywords"):
    """Every keyword is in the response.

    ## What it checks
    Each keyword stands somewhere in the text, without regard to case, also as a part of a longer
    word. Curly quotation marks and straight ones are the same, and so are blanks and the end of a
    line.

    ## Known limits
    "cat" is found in "category", as in the reference.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `verify_keywords` of open-instruct.
    """

    keyword_list: Texts

    relaxes = Items("keyword_list")
    cases = (
        passes("The Subnet mask.", keyword_list=["subnet", "mask"]),
        passes("It’s fine.", keyword_list=["it's"]),
        fails("The mask.", keyword_list=["subnet", "mask"]),
    )

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return f"Include keywords {', '.join(self.keyword_list)} in your response."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return tuple(map(Mentions, self.keyword_list))

    def check(self, response: Response) -> Verdict:
        """Look for each keyword."""
        return self._none([word for word in self.keyword_list if not occurrences(word, response)])

    def check_reference(self, response: Response) -> Verdict:
        """Look for it to the letter, but for its case."""
        return self._none([one for one in self.keyword_list if one.lower() not in response.lower])

    def _none(self, missing: list[str]) -> Verdict:
        return self.verdict(not missing, reason=f"missing: {', '.join(map(repr, missing))}")


class KeywordFrequency(Verifier, id="rlvr:verify_keyword_frequency"):
    r"""A word occurs exactly so many times.

    ## What it checks
    The number of places where the word stands by itself, without regard to case, is `N`: with no
    letter, digit or underscore beside it, but for the underscores of `_italics_`.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `verify_keyword_frequency` of open-instruct, which
    counts runs of `\w`, and never finds a word that is none ("ice cream").
    """

    word: Text
    N: NonNegativeInt

    relaxes = Number("N", "exactly")
    cases = (
        passes("Rain, rain, rainy.", word="rain", N=2),
        passes("Ice cream is ice cream.", word="ice cream", N=2),
        passes("_Rain_, rain", word="rain", N=2),
        fails("Rain, rain, rain.", word="rain", N=2),
        fails("Rainy.", word="rain", N=1),
    )

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return f"In your response, the word {self.word.strip()} should appear {self.N} times."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Mentions(self.word.strip(), self.N, self.N, whole_word=True),)

    def check(self, response: Response) -> Verdict:
        """Count the word."""
        return self._compare(len(own_word(self.word.strip()).findall(response.text)))

    def check_reference(self, response: Response) -> Verdict:
        """Count the runs that are the word."""
        return self._compare(response.get(_word_counts)[self.word.lower()])

    def _compare(self, n: int) -> Verdict:
        return self.verdict(
            n == self.N, measured=n, reason=f"{counted(n, 'time')}, {self.N} wanted"
        )


class ForbiddenWords(Verifier, id="rlvr:validate_forbidden_words"):
    """None of the forbidden words is in the response.

    ## What it checks
    No forbidden word stands anywhere in the text, without regard to case, also as a part of a
    longer word. Curly quotation marks and straight ones are the same.

    ## Known limits
    "cat" is found in "category", as in the reference.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `validate_forbidden_words` of open-instruct.
    """

    forbidden_words: Texts

    relaxes = Items("forbidden_words")
    cases = (
        passes("A dog barks.", forbidden_words=["cat"]),
        fails("A Cat sleeps.", forbidden_words=["dog", "cat"]),
        fails("One category.", forbidden_words=["cat"]),
        fails("I don’t know.", forbidden_words=["don't"]),
    )

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return f"Do not include keywords {', '.join(self.forbidden_words)} in the response."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return tuple(Mentions(word, 0, 0) for word in self.forbidden_words)

    def check(self, response: Response) -> Verdict:
        """Look for each forbidden word."""
        return self._none([word for word in self.forbidden_words if occurrences(word, response)])

    def check_reference(self, response: Response) -> Verdict:
        """Look for it to the letter, but for its case."""
        return self._none([one for one in self.forbidden_words if one.lower() in response.lower])

    def _none(self, found: list[str]) -> Verdict:
        return self.verdict(not found, reason=f"found: {', '.join(map(repr, found))}")


class LetterFrequency(Verifier, id="rlvr:verify_letter_frequency"):
    """A letter occurs exactly so many times.

    ## What it checks
    The number of times the character stands in the text is `N`. Case matters.

    ## Known limits
    "A" and "a" are different letters, as in the reference.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `verify_letter_frequency` of open-instruct.
    """

    letter: Annotated[Text, Len(1, 1)]
    N: NonNegativeInt

    relaxes = Number("N", "exactly")
    cases = (
        passes("Aha", letter="a", N=1),
        fails("Aha", letter="a", N=2),
        fails("Ahaaa", letter="a", N=2),
    )

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return f"In your response, the letter {self.letter} should appear {self.N} times."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Mentions(self.letter, self.N, self.N, any_case=False),)

    def check(self, response: Response) -> Verdict:
        """Count the letter."""
        n = response.text.count(self.letter)
        return self.verdict(
            n == self.N, measured=n, reason=f"{counted(n, 'time')}, {self.N} wanted"
        )


def _word_counts(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.lower()))
