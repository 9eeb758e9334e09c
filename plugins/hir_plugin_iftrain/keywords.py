"""Words that must, or must not, be in the response, how often, and where."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Len
from pydantic import NonNegativeInt, PositiveInt

from hir_kit import Relation, Response, Verdict, Verifier, counted, fails, passes
from hir_kit.plugin import Amount, Fact, Mentions, Number
from hir_plugin_iftrain.analyses import (
    Text,
    as_reference,
    occurrences,
    own_word,
    tokens_by_sentence,
)
from hir_plugin_iftrain.splitting import split_sentences, spoken_sentences, words_of


class ExcludeWordHarder(Verifier, id="keywords:exclude_word_harder"):
    """A keyword is not in the response.

    ## What it checks
    The keyword does not stand in the text as a word of its own, without regard to case. It is taken
    literally. A word that begins or ends with a sign (`C#`), or is written in a script without
    spaces, is found wherever it stands.

    ## Known limits
    Other forms of the word ("cats" for "cat") may stand in the text.

    ## References
    IFTrain (arXiv 2507.02833), `ExcludeWordHarderChecker` of open-instruct, which finds a keyword
    between two spaces only.
    """

    keyword: Text

    cases = (
        passes("A category of its own.", keyword="cat"),
        fails("Cats? I like the cat.", keyword="cat"),
        fails("Cat, sit!", keyword="cat"),
        fails("An _old cat_ sleeps.", keyword="cat"),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return f"Do not include keyword {self.keyword.strip()} in the response."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Mentions(self.keyword.strip(), 0, 0, whole_word=True),)

    def check(self, response: Response) -> Verdict:
        """Look for the keyword."""
        found = own_word(self.keyword.strip()).search(response.text) is not None
        return self.verdict(not found, reason=f"found: {self.keyword.strip()!r}")

    def check_reference(self, response: Response) -> Verdict:
        """Look for the keyword between two spaces, in this case."""
        found = f" {self.keyword.strip()} " in response.text
        return self.verdict(not found, reason=f"found: {self.keyword.strip()!r}")


class WordOnce(Verifier, id="keywords:word_once"):
    """A keyword is in the response.

    ## What it checks
    The keyword stands in the text at least once, as the sentence says, without regard to case, also
    within a longer word. It is taken literally.

    ## Known limits
    "art" is found in "party", as in the reference.

    ## References
    IFTrain (arXiv 2507.02833), `KeywordFrequencyOnceChecker` of open-instruct, which wants the
    keyword exactly once.
    """

    keyword: Text

    cases = (
        passes("Tea is hot.", keyword="tea"),
        passes("Tea, and more tea.", keyword="tea"),
        fails("Milk is cold.", keyword="tea"),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return f"Include keyword {self.keyword.strip()} in your response."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Mentions(self.keyword.strip()),)

    def check(self, response: Response) -> Verdict:
        """Look for the keyword."""
        n = occurrences(self.keyword.strip(), response)
        return self.verdict(n > 0, measured=n, reason=f"missing: {self.keyword.strip()!r}")

    def check_reference(self, response: Response) -> Verdict:
        """Want one match of the keyword as a regular expression."""
        n = _matches(self.keyword, response)
        if isinstance(n, Verdict):
            return n
        return self.verdict(n == 1, measured=n, reason=f"{counted(n, 'time')}, 1 wanted")


class WordCountDifferentNumbers(Verifier, id="keywords:word_count_different_numbers"):
    """A keyword occurs so many times.

    ## What it checks
    The number of places where the keyword stands, without regard to case, also within a longer
    word, is `frequency`, as the sentence says. The keyword is taken literally. `relation` decides
    nothing: the sentence does not state it.

    ## Known limits
    "war" is counted in "toward", as in the reference. Overlapping places count once.

    ## References
    IFTrain (arXiv 2507.02833), `KeywordFrequencyCheckerDifferent` of open-instruct, which wants at
    least, or less than, `frequency`.
    """

    keyword: Text
    frequency: NonNegativeInt
    relation: Relation

    relaxes = Number("frequency", "exactly")
    cases = (
        passes("Rain, rain.", keyword="rain", frequency=2, relation="at least"),
        passes("Rain, rain.", keyword="rain", frequency=2, relation="less than"),
        fails("Rain, rain, rain.", keyword="rain", frequency=2, relation="at least"),
        fails("Rain.", keyword="rain", frequency=2, relation="less than"),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return (
            f"In your response, the word {self.keyword.strip()} should appear "
            f"{self.frequency} times."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Mentions(self.keyword.strip(), self.frequency, self.frequency),)

    def check(self, response: Response) -> Verdict:
        """Count the places."""
        n = occurrences(self.keyword.strip(), response)
        return self.verdict(
            n == self.frequency,
            measured=n,
            reason=f"{counted(n, 'time')}, {self.frequency} wanted",
        )

    def check_reference(self, response: Response) -> Verdict:
        """Compare the matches of the keyword as a regular expression by the relation."""
        n = _matches(self.keyword, response)
        if isinstance(n, Verdict):
            return n
        return self.verdict(
            self.relation.holds(n, self.frequency),
            measured=n,
            reason=f"{counted(n, 'time')}, {self.relation} {self.frequency} wanted",
        )


class KeywordSpecificPosition(Verifier, id="keywords:keyword_specific_position"):
    """A keyword is a given word of a given sentence.

    ## What it checks
    Word `m` of sentence `n`, both counted from 1, is the keyword, without regard to case. Of a list
    the first keyword is meant. Punctuation is no word, except where the keyword itself has neither
    letter nor digit: then NLTK's tokens are counted.

    ## Known limits
    A sentence ends at each `.`, `?` and `!`, save for some English abbreviations, numbers and web
    addresses, as in the reference. A keyword of several words is looked for from word `m` on.

    ## References
    IFTrain (arXiv 2507.02833), `KeywordSpecificPositionChecker` of open-instruct, which counts
    NLTK's tokens, punctuation included, and tells capitals apart.
    """

    keyword: Text | Annotated[list[Text], Len(1)]
    n: PositiveInt
    m: PositiveInt

    english_only = True
    cases = (
        passes("Well, tea is hot. Drink it.", keyword="tea", n=1, m=2),
        passes("Sit down. Tea is hot.", keyword="tea", n=2, m=1),
        passes("1. Sit down?!\n2. Tea is hot.", keyword="tea", n=2, m=1),
        fails("Well, tea is hot.", keyword="tea", n=1, m=3),
        fails("Well, tea is hot.", keyword="tea", n=2, m=1),
        fails("1. Tea is hot.\n2. Sit down.", keyword="tea", n=2, m=1),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return (
            f"Include keyword {self._meant} in the {self.n}-th sentence, as the {self.m}-th word "
            "of that sentence."
        )

    @property
    def _meant(self) -> str:
        return (self.keyword if isinstance(self.keyword, str) else self.keyword[0]).strip()

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return Amount("sentences", self.n), Mentions(self._meant.strip())

    def check(self, response: Response) -> Verdict:
        """Look at the words from that place on."""
        wanted = [word.lower() for word in words_of(self._meant)]
        if not wanted:
            return self.check_reference(response)
        sentences = response.get(spoken_sentences)
        if len(sentences) < self.n:
            return self._too_few(len(sentences))
        words = words_of(sentences[self.n - 1])
        found = [word.lower() for word in words[self.m - 1 : self.m - 1 + len(wanted)]]
        return self._compare(" ".join(found), " ".join(wanted))

    def check_reference(self, response: Response) -> Verdict:
        """Look at one of NLTK's tokens."""
        sentences = response.get(split_sentences)
        if len(sentences) < self.n:
            return self._too_few(len(sentences))
        place = self.m - 1
        for tokens in tokens_by_sentence(sentences[self.n - 1]):
            if place < len(tokens):
                return self._compare(tokens[place], self._meant)
            place -= len(tokens)
        return self._compare("", self._meant)

    def _too_few(self, n: int) -> Verdict:
        return self.verdict(False, reason=f"{counted(n, 'sentence')}, {self.n} wanted")

    def _compare(self, found: str, wanted: str) -> Verdict:
        return self.verdict(
            found == wanted,
            measured=found,
            reason=f"word {self.m} of sentence {self.n} is {found[:80]!r}, {wanted!r} wanted",
        )


def _matches(keyword: str, response: Response) -> int | Verdict:
    """Count the matches of a keyword as a regular expression; unknown where it is none."""
    pattern = as_reference(keyword.strip())
    return pattern if isinstance(pattern, Verdict) else len(pattern.findall(response.text))
