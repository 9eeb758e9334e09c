"""How long a response is: words, sentences, paragraphs."""

from __future__ import annotations

import re

from pydantic import NonNegativeInt, PositiveInt, model_validator

from hir_kit import Response, Verdict, Verifier, counted, fails, passes
from hir_kit.plugin import Amount, Fact, Mentions, Number
from hir_plugin_rlvr.analyses import Text, unnumbered, unpadded
from hir_plugin_rlvr.quantifier import Quantifier, bounds, holds, tenth

_DIVIDER = "* * *"

# White space after a mark that ends a sentence: not after "e.g." or "U.S.", not after "Mr.".
_BETWEEN_SENTENCES = re.compile(r"(?<=[.?!])(?<!\w\.\w.)(?<![A-Z][a-z]\.)\s")


# The same, and after closing quotation marks and brackets, unless the sentence goes on.
_END_OF_SENTENCE = re.compile(
    r"(?<=[.?!])(?<!\w\.\w.)(?<![A-Z][a-z]\.)(?:\s|[\"'”’»)\]*_]+\s+(?![a-z\s]))"
)


class WordConstraint(Verifier, id="rlvr:validate_word_constraint"):
    """The response has at least, around, or at most so many words.

    ## What it checks
    The number of pieces between white space stands in the given relation to `N`. "Around" allows a
    tenth of `N` more or less, and one at least.

    ## Known limits
    A lone sign such as "-" counts as a word, and "don't" is one.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `validate_word_constraint` of open-instruct.
    """

    N: NonNegativeInt
    quantifier: Quantifier

    english_only = True
    relaxes = Number("N", "quantifier")
    cases = (
        passes("One two three.", N=3, quantifier="at least"),
        passes("One two three.", N=4, quantifier="around"),
        fails("One two three.", N=2, quantifier="at most"),
        fails("One two three.", N=5, quantifier="around"),
    )

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return f"Answer with {self.quantifier} {self.N} words"

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        low, high = bounds(self.quantifier, self.N, tenth(self.N))
        return (Amount("words", low, high),)

    def check(self, response: Response) -> Verdict:
        """Compare the number of words."""
        n = response.get(_count_pieces)
        return self.verdict(
            holds(self.quantifier, n, self.N, tenth(self.N)),
            measured=n,
            reason=f"{counted(n, 'word')}, {self.quantifier} {self.N} wanted",
        )


class SentenceConstraint(Verifier, id="rlvr:verify_sentence_constraint"):
    """The response has at least, around, or at most so many sentences.

    ## What it checks
    The text is cut at white space after `.`, `?` or `!` and closing quotation marks or brackets,
    but not after abbreviations such as "e.g." and "Mr.", nor after the number of a list. The number
    of parts with a letter or a digit stands in the given relation to `N`. "Around" allows one more
    or less.

    ## Known limits
    A sentence without a mark at its end goes on into the next line, and a heading is none. An
    initial ("A. Smith") ends one.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `verify_sentence_constraint` of open-instruct, which
    counts white space at the end and the numbers of lists as sentences, and cuts no quotations.
    """

    N: NonNegativeInt
    quantifier: Quantifier

    english_only = True
    relaxes = Number("N", "quantifier")
    cases = (
        passes("It rains. We stay in.", N=2, quantifier="at most"),
        passes("Mr. Fox is out.\n", N=1, quantifier="at most"),
        passes("1. It rains.\n2. We stay in. 🍵", N=2, quantifier="at most"),
        fails("It rains.", N=2, quantifier="at least"),
        fails("1. Tea\n2. Milk", N=2, quantifier="at least"),
        fails("“It rains.” “We stay in.” **So be it.** Yes.", N=3, quantifier="at most"),
        fails("It rains.", N=3, quantifier="around"),
    )

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return f"Answer with {self.quantifier} {self.N} sentences."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        low, high = bounds(self.quantifier, self.N, 1)
        return (Amount("sentences", low, high),)

    def check(self, response: Response) -> Verdict:
        """Compare the number of sentences."""
        return self._compare(response.get(_count_sentences))

    def check_reference(self, response: Response) -> Verdict:
        """Count white space after the last mark, too."""
        return self._compare(len(_BETWEEN_SENTENCES.findall(response.text)) + 1)

    def _compare(self, n: int) -> Verdict:
        return self.verdict(
            holds(self.quantifier, n, self.N, 1),
            measured=n,
            reason=f"{counted(n, 'sentence')}, {self.quantifier} {self.N} wanted",
        )


class ParagraphCount(Verifier, id="rlvr:verify_paragraph_count"):
    """The response has exactly so many paragraphs, divided by `* * *`.

    ## What it checks
    The text is cut at `* * *`. No part is blank, and there are `N`.

    ## Known limits
    `***` and blank lines divide nothing, and a divider at either end violates, as in the reference.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `verify_paragraph_count` of open-instruct.
    """

    N: PositiveInt

    relaxes = Number("N", "exactly", lowest=2)
    cases = (
        passes("One.\n* * *\nTwo.", N=2),
        fails("One.\n***\nTwo.", N=2),
        fails("One.\n* * *\nTwo.\n* * *", N=2),
        fails("One.\n* * *\nTwo.", N=3),
    )

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return (
            f"Your response should contain {self.N} paragraphs. You separate paragraphs using the "
            "markdown divider: * * *"
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        n = self.N
        return (
            Amount("paragraphs divided by * * *", n, n, ("paragraphs",)),
            Mentions(_DIVIDER, n - 1),
        )

    def check(self, response: Response) -> Verdict:
        """Count the parts between dividers."""
        parts = response.get(_without_margins).split(_DIVIDER)
        if not all(part.strip() for part in parts):
            return self.verdict(False, reason=f"a part beside a divider {_DIVIDER} is blank")
        n = len(parts)
        return self.verdict(
            n == self.N,
            measured=n,
            reason=f"{counted(n, 'paragraph')} between {_DIVIDER} dividers, {self.N} wanted",
        )


class Paragraphs(Verifier, id="rlvr:validate_paragraphs"):
    r"""There are exactly so many paragraphs, and the i-th begins with a given word.

    ## What it checks
    The text is cut at two line breaks, `\n\n` or `\r\n\r\n`; spaces in a blank line do not matter.
    There are `N` parts, blank ones included, and part `i` (from 1) begins with `first_word`, after
    white space. Case matters.

    ## Known limits
    "Rainy" begins with "Rain", as in the reference.

    ## References
    RLVR-IFeval (Tülu 3, arXiv 2411.15124), `validate_paragraphs` of open-instruct, to which
    `\r\n` is no line break, and a blank line with spaces divides nothing.
    """

    N: PositiveInt
    first_word: Text
    i: PositiveInt

    relaxes = Number("N", "exactly", lowest=2)
    cases = (
        passes("Rain fell.\n\nSun came.", N=2, first_word="Sun", i=2),
        fails("Rain fell.\n\nsun came.", N=2, first_word="Sun", i=2),
        fails("Rain fell.\nSun came.", N=2, first_word="Sun", i=2),
        fails("Rain fell.\n \nFog came.\n\nSun came.", N=2, first_word="Sun", i=2),
    )

    @model_validator(mode="after")
    def _ith_exists(self) -> Paragraphs:
        if self.i > self.N:
            raise ValueError(f"i ({self.i}) is greater than N ({self.N})")
        return self

    def describe(self) -> str:
        """Return RLVR-IFeval's sentence."""
        return (
            f"There should be {self.N} paragraphs. Paragraphs and only paragraphs are separated "
            f"with each other by two line breaks. The {self.i}-th paragraph must start with word "
            f"{self.first_word}."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        n = self.N
        return (
            Amount("paragraphs divided by blank lines", n, n, ("paragraphs",)),
            Mentions(self.first_word.strip(), any_case=False),
        )

    def check(self, response: Response) -> Verdict:
        """Count the paragraphs, then look at the beginning of the i-th."""
        return self._read(unpadded(response.text).split("\n\n"))

    def check_reference(self, response: Response) -> Verdict:
        r"""Cut at `\n\n` only."""
        return self._read(response.text.split("\n\n"))

    def _read(self, parts: list[str]) -> Verdict:
        n = len(parts)
        if n != self.N:
            return self.verdict(
                False, measured=n, reason=f"{counted(n, 'paragraph')}, {self.N} wanted"
            )
        part = parts[self.i - 1].strip()
        return self.verdict(
            part.startswith(self.first_word),
            measured=n,
            reason=f"paragraph {self.i} starts with {part[: len(self.first_word)]!r}, "
            f"{self.first_word!r} wanted",
        )


def _count_pieces(text: str) -> int:
    return len(text.split())


def _count_sentences(text: str) -> int:
    parts = _END_OF_SENTENCE.split(unnumbered(text))
    return sum(any(map(str.isalnum, part)) for part in parts)


def _without_margins(text: str) -> str:
    """Return the text without white space around its lines: a divider may be indented."""
    return "\n".join(map(str.strip, text.splitlines())).strip()
