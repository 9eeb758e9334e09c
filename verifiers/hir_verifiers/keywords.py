"""Words that must, or must not, be in the response, and how often."""

from __future__ import annotations

from string import ascii_lowercase
from typing import Annotated

from annotated_types import Len
from pydantic import NonNegativeInt

from hir_kit import Relation, Response, Verdict, Verifier, counted, fails, passes, unknown
from hir_kit.plugin import Fact, Items, Mentions, Number, Wording
from hir_verifiers.patterns import (
    Text,
    as_reference,
    has_word,
    occurrences,
    whole_word,
)

Texts = Annotated[list[Text], Len(1)]


class Existence(Verifier, id="keywords:existence"):
    """Every keyword is in the response.

    ## What it checks
    Each keyword stands somewhere in the text, without regard to case, also as a part of a longer
    word. Keywords are taken literally; curly quotation marks and straight ones are the same, and so
    are blanks and the end of a line.

    ## Known limits
    "cat" is found in "category", as in the reference.

    ## References
    IFEval (arXiv 2311.07911), "Include Keywords".
    """

    keywords: Texts

    relaxes = Items("keywords")
    cases = (
        passes("The Subnet mask.", keywords=["subnet"]),
        passes("I write C++ daily.", keywords=["C++"]),
        fails("The mask.", keywords=["subnet", "mask"]),
        fails("Cats are nice.", keywords=["C++"]),
    )

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return f"Include keywords {sorted(self.keywords)} in the response."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return tuple(map(Mentions, self.keywords))

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording(texts=tuple(self.keywords))

    def check(self, response: Response) -> Verdict:
        """Look for each keyword."""
        missing = [word for word in self.keywords if not occurrences(word, response)]
        return self.verdict(not missing, reason=f"missing: {_listed(missing)}")

    def check_reference(self, response: Response) -> Verdict:
        """Read each keyword as a regular expression."""
        for word in sorted(self.keywords):
            pattern = as_reference(word)
            if isinstance(pattern, Verdict):
                return pattern
            if not pattern.search(response.text):
                return self.verdict(False, reason=f"no match: {word}")
        return self.verdict(True)


class Frequency(Verifier, id="keywords:frequency"):
    """A keyword occurs at least, or less than, so many times.

    ## What it checks
    The number of places where the keyword stands, without regard to case, also within a longer
    word, stands in the given relation to `frequency`. The keyword is taken literally.

    ## Known limits
    "war" is counted in "toward", as in the reference. Overlapping places count once.

    ## References
    IFEval (arXiv 2311.07911), "Keyword Frequency".
    """

    keyword: Text
    frequency: NonNegativeInt
    relation: Relation = Relation.AT_LEAST

    relaxes = Number("frequency", "relation")
    cases = (
        passes("Rain, rain, rain.", keyword="rain", frequency=3, relation="at least"),
        passes("It costs $5.", keyword="$5", frequency=1, relation="at least"),
        fails("Rain, rain.", keyword="rain", frequency=3, relation="at least"),
        fails("Rain, rain.", keyword="rain", frequency=2, relation="less than"),
    )

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return (
            f"In your response, the word {self.keyword.strip()} should appear "
            f"{self.relation} {self.frequency} times."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Mentions(self.keyword.strip(), *self.relation.bounds(self.frequency)),)

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording.count(
            "time", self.frequency, self.relation, texts=(self.keyword.strip(),), bare=True
        )

    def check(self, response: Response) -> Verdict:
        """Count the places."""
        return self._compare(occurrences(self.keyword.strip(), response))

    def check_reference(self, response: Response) -> Verdict:
        """Count the matches of the keyword as a regular expression."""
        pattern = as_reference(self.keyword.strip())
        if isinstance(pattern, Verdict):
            return pattern
        return self._compare(len(pattern.findall(response.text)))

    def _compare(self, n: int) -> Verdict:
        return self.verdict(
            self.relation.holds(n, self.frequency),
            measured=n,
            reason=f"{counted(n, 'time')}, {self.relation} {self.frequency} wanted",
        )


class ForbiddenWords(Verifier, id="keywords:forbidden_words"):
    r"""None of the forbidden words is in the response.

    ## What it checks
    No forbidden word stands in the text as a word of its own, without regard to case. Words are
    taken literally. A word that begins or ends with a sign (`C#`), or is written in a script
    without spaces (`苹果`), is found wherever it stands.

    ## Known limits
    The underscore is a word character: `bad` is not found in `_bad_`, as in the reference.

    ## References
    IFEval (arXiv 2311.07911), "Forbidden Words".
    """

    forbidden_words: Texts

    relaxes = Items("forbidden_words")
    cases = (
        passes("A category of its own.", forbidden_words=["cat"]),
        passes("Plain C.", forbidden_words=["C#"]),
        fails("A Cat sleeps.", forbidden_words=["dog", "cat"]),
        fails("Write it in C#.", forbidden_words=["C#"]),
    )

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return f"Do not include keywords {sorted(set(self.forbidden_words))} in the response."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return tuple(Mentions(word, 0, 0, whole_word=True) for word in self.forbidden_words)

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording(texts=tuple(self.forbidden_words))

    def check(self, response: Response) -> Verdict:
        """Look for each forbidden word."""
        found = [word for word in self.forbidden_words if has_word(word, response)]
        return self.verdict(not found, reason=f"found: {_listed(found)}")

    def evidence(self, response: Response) -> list[tuple[int, int]]:
        """Return where forbidden words are."""
        patterns = map(whole_word, self.forbidden_words)
        return [match.span() for one in patterns for match in one.finditer(response.text)]

    def check_reference(self, response: Response) -> Verdict:
        r"""Read each word as a regular expression between two `\b`."""
        for word in sorted(set(self.forbidden_words)):
            pattern = as_reference(rf"\b{word}\b")
            if isinstance(pattern, Verdict):
                return pattern
            if pattern.search(response.text):
                return self.verdict(False, reason=f"found: {word}")
        return self.verdict(True)


class LetterFrequency(Verifier, id="keywords:letter_frequency"):
    """A letter occurs at least, or less than, so many times.

    ## What it checks
    The number of times the letter stands in the text, without regard to case, stands in the given
    relation to `let_frequency`. Any single character may be asked for.

    ## References
    IFEval (arXiv 2311.07911), "Letter Frequency".
    """

    letter: Annotated[Text, Len(1, 1)]
    let_frequency: NonNegativeInt
    let_relation: Relation = Relation.AT_LEAST

    relaxes = Number("let_frequency", "let_relation")
    more_lines_never_hurt = "let_relation"
    cases = (
        passes("Aha", letter="a", let_frequency=2, let_relation="at least"),
        passes("Wow!!", letter="!", let_frequency=2, let_relation="at least"),
        fails("Aha", letter="a", let_frequency=2, let_relation="less than"),
        fails("Wow!", letter="#", let_frequency=1, let_relation="at least"),
    )

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return (
            f"In your response, the letter {self.letter.lower()} should appear "
            f"{self.let_relation} {self.let_frequency} times."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Mentions(self.letter, *self.let_relation.bounds(self.let_frequency)),)

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        tags = self.letter == "#"
        return Wording.count(
            "hashtag" if tags else "time",
            self.let_frequency,
            self.let_relation,
            topics=("hashtag",) if tags else (),
            texts=(self.letter,),
            bare=True,
        )

    def check(self, response: Response) -> Verdict:
        """Count the letter."""
        n = response.lower.count(self.letter.lower())
        return self.verdict(
            self.let_relation.holds(n, self.let_frequency),
            measured=n,
            reason=f"{counted(n, 'time')}, {self.let_relation} {self.let_frequency} wanted",
        )

    def check_reference(self, response: Response) -> Verdict:
        """Answer only for a letter from a to z: for others the reference draws one, or fails."""
        if self.letter.lower() not in ascii_lowercase:
            return unknown("the reference replaces a letter outside a-z by a random one")
        return self.check(response)


def _listed(words: list[str]) -> str:
    return ", ".join(map(repr, words))
