"""Capital and lower-case letters."""

from __future__ import annotations

from collections.abc import Callable

import regex as re
from pydantic import NonNegativeInt

from hir_kit import Relation, Response, Status, Verdict, Verifier, counted, fails, passes
from hir_kit.plugin import (
    Amount,
    Fact,
    InLanguage,
    Number,
    Wording,
    no_capital_letters,
    no_small_letters,
)
from hir_verifiers.analyses import count_capital_words, language
from hir_verifiers.language import UNDETECTABLE

_PIECE = re.compile(r"\w+(?:[-'.&]\w+)*")
_CAPITALS = re.compile(r"\p{Lu}+")


class CapitalWordFrequency(Verifier, id="change_case:capital_word_frequency"):
    """Words in all capitals occur at least, or less than, so many times.

    ## What it checks
    The number of NLTK's word tokens without a lower-case letter, and with at least one upper-case
    one, stands in the given relation to `capital_frequency`. Single letters ("I", "A") count, and
    a hyphenated word is one.

    ## References
    IFEval (arXiv 2311.07911), "Frequency of All-capital Words".
    """

    capital_frequency: NonNegativeInt
    capital_relation: Relation = Relation.AT_LEAST

    english_only = True
    relaxes = Number("capital_frequency", "capital_relation")
    cases = (
        passes("NASA and ESA agree.", capital_frequency=2, capital_relation="at least"),
        passes("Nobody agrees.", capital_frequency=1, capital_relation="less than"),
        fails("NASA agrees.", capital_frequency=2, capital_relation="at least"),
        fails("I AGREE.", capital_frequency=2, capital_relation="less than"),
    )

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return (
            "In your response, words with all capital letters should appear "
            f"{self.capital_relation} {self.capital_frequency} times."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        low, high = self.capital_relation.bounds(self.capital_frequency)
        return Amount("words in capitals", low, high), Amount("capital letters", low)

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording.count(
            "word", self.capital_frequency, self.capital_relation, topics=("case",), bare=True
        )

    def check(self, response: Response) -> Verdict:
        """Count the words in capitals."""
        n = response.get(count_capital_words)
        return self.verdict(
            self.capital_relation.holds(n, self.capital_frequency),
            measured=n,
            reason=f"{counted(n, 'word')} in capitals, {self.capital_relation} "
            f"{self.capital_frequency} wanted",
        )

    def evidence(self, response: Response) -> list[tuple[int, int]]:
        """Return where the words in capitals are, as far as they are words to the eye, too."""
        found = _PIECE.finditer(response.text)
        return [match.span() for match in found if match[0].isupper()]


def _english_in(
    in_case: Callable[[str], bool], response: Response, undetectable: Verdict
) -> Verdict:
    """Judge the case first: most texts fail there, and the language costs far more."""
    if not in_case(response.text):
        return Verdict(Status.VIOLATED, reason="a letter of the other case, or no letter at all")
    found = response.get(language)
    if found is None:
        return undetectable
    if found == "en":
        return Verdict(Status.SATISFIED, measured=found)
    return Verdict(Status.VIOLATED, measured=found, reason=f"found {found}, en wanted")


class EnglishCapital(Verifier, id="change_case:english_capital"):
    """The whole response is in English and in capital letters.

    ## What it checks
    No letter is lower-case, at least one is upper-case, and langdetect (seeded with 0 for every
    call) finds English. A text without anything to detect is `unknown`.

    ## Known limits
    langdetect takes short texts in capitals for other languages rather often.

    ## References
    IFEval (arXiv 2311.07911), "All Uppercase".
    """

    cases = (
        passes("THE KETTLE IS ON AND THE TEA WILL BE READY WHEN YOU COME HOME THIS EVENING."),
        fails("The kettle is on."),
        fails("DER KESSEL STEHT AUF DEM HERD UND DAS WASSER KOCHT SCHON SEIT EINER STUNDE."),
    )

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return "Your entire response should be in English, and in all capital letters."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (*no_small_letters(), InLanguage("en"))

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording(topics=("case",), language="en")

    def check(self, response: Response) -> Verdict:
        """Test the case, then the language."""
        return _english_in(str.isupper, response, UNDETECTABLE)

    def check_reference(self, response: Response) -> Verdict:
        """Accept a text in which no language can be detected."""
        return _english_in(str.isupper, response, Verdict(Status.SATISFIED))


class EnglishLowercase(Verifier, id="change_case:english_lowercase"):
    """The whole response is in English and in lower-case letters.

    ## What it checks
    No letter is upper-case, at least one is lower-case, and langdetect (seeded with 0 for every
    call) finds English. A text without anything to detect is `unknown`.

    ## References
    IFEval (arXiv 2311.07911), "All Lowercase".
    """

    cases = (
        passes("the kettle is on and the tea will be ready when you come home this evening."),
        fails("The kettle is on."),
        fails("der kessel steht auf dem herd und das wasser kocht schon seit einer stunde."),
    )

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return (
            "Your entire response should be in English, and in all lowercase letters. "
            "No capital letters are allowed."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (*no_capital_letters(), InLanguage("en"))

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording(topics=("case",), language="en")

    def check(self, response: Response) -> Verdict:
        """Test the case, then the language."""
        return _english_in(str.islower, response, UNDETECTABLE)

    def evidence(self, response: Response) -> list[tuple[int, int]]:
        """Return where the letters are that are not small."""
        return [match.span() for match in _CAPITALS.finditer(response.text)]

    def check_reference(self, response: Response) -> Verdict:
        """Accept a text in which no language can be detected."""
        return _english_in(str.islower, response, Verdict(Status.SATISFIED))
