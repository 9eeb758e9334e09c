"""Capital and lower-case letters."""

from __future__ import annotations

import re

from pydantic import NonNegativeInt

from hir_kit import Response, Verdict, Verifier, counted, fails, passes
from hir_kit.plugin import Amount, Fact, InLanguage, Number, no_capital_letters, no_small_letters
from hir_plugin_rlvr.quantifier import Quantifier, bounds, holds, tenth

_CAPITAL_WORD = re.compile(r"\b[A-Z]+\b")


class Uppercase(Verifier, id="rlvr:validate_uppercase"):
    """The response has no lower-case letter.

    ## What it checks
    The text equals itself in upper case.

    ## Known limits
    The language is not looked at, and a text without letters passes, as in the reference.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `validate_uppercase` of open-instruct.
    """

    cases = (passes("THE TEA IS READY."), fails("The tea is ready."))

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return "Your entire response should be in English, capital letters only."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (*no_small_letters(), InLanguage("en"))

    def check(self, response: Response) -> Verdict:
        """Compare with the text in upper case."""
        return self.verdict(response.text == response.text.upper(), reason="a lower-case letter")


class Lowercase(Verifier, id="rlvr:validate_lowercase"):
    """The response has no capital letter.

    ## What it checks
    The text equals itself in lower case.

    ## Known limits
    The language is not looked at, and a text without letters passes, as in the reference.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `validate_lowercase` of open-instruct.
    """

    cases = (passes("the tea is ready."), fails("The tea is ready."))

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return (
            "Your entire response should be in English, and in all lowercase letters. "
            "No capital letters are allowed."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (*no_capital_letters(), InLanguage("en"))

    def check(self, response: Response) -> Verdict:
        """Compare with the text in lower case."""
        return self.verdict(response.text == response.lower, reason="a capital letter")


class FrequencyCapitalWords(Verifier, id="rlvr:validate_frequency_capital_words"):
    """Words in all capitals occur at least, around, or at most so many times.

    ## What it checks
    The number of words of the letters `A` to `Z` only stands in the given relation to `N`. "Around"
    allows a tenth of `N` more or less, and one at least. "I" and "A" count.

    ## Known limits
    "ÉCOLE" and "R2D2" are no such words, as in the reference.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `validate_frequency_capital_words` of open-instruct. In
    its first version "around" was exact.
    """

    N: NonNegativeInt
    quantifier: Quantifier

    english_only = True
    relaxes = Number("N", "quantifier")
    cases = (
        passes("NASA and ESA agree.", N=2, quantifier="at least"),
        passes("NASA agrees.", N=2, quantifier="around"),
        fails("I AGREE.", N=1, quantifier="at most"),
        fails("Nobody agrees.", N=2, quantifier="around"),
    )

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return (
            "In your response, words with all capital letters should appear "
            f"{self.quantifier} {self.N} times."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        low, high = bounds(self.quantifier, self.N, tenth(self.N))
        return Amount("words in capitals", low, high), Amount("capital letters", low)

    def check(self, response: Response) -> Verdict:
        """Count the words in capitals."""
        n = response.get(_count_capital_words)
        return self.verdict(
            holds(self.quantifier, n, self.N, tenth(self.N)),
            measured=n,
            reason=f"{counted(n, 'word')} in capitals, {self.quantifier} {self.N} wanted",
        )


def _count_capital_words(text: str) -> int:
    return len(_CAPITAL_WORD.findall(text))
