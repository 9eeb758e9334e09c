"""How many words and sentences a response has, and how often words occur."""

from __future__ import annotations

import re

from pydantic import NonNegativeInt, PositiveInt

from hir_kit import Response, Verdict, Verifier, counted, fails, passes, unknown
from hir_kit.plugin import Amount, Fact, Mentions, Number
from hir_plugin_iftrain.analyses import Text, as_reference, occurrences, tokens_by_sentence
from hir_plugin_iftrain.splitting import split_sentences, spoken_sentences, words_of

_LOWER_WORD = re.compile(r"\b[a-z]+\b")
_DIVIDER = re.compile(r"\*\*\*|\* \* \*")


class LowercaseCounting(Verifier, id="count:lowercase_counting"):
    """The response has at most so many words in lower case.

    ## What it checks
    The number of words of the letters `a` to `z` only is at most `N`.

    ## Known limits
    All such words are counted together, not each for itself, as in the reference. "café" is none,
    because of its accent; "isn't" is two.

    ## References
    IFTrain (arXiv 2507.02833), `LowercaseCountingChecker` of open-instruct.
    """

    N: NonNegativeInt

    english_only = True
    relaxes = Number("N", "at most")
    cases = (
        passes("TEA is ready.", N=2),
        passes("TEA IS READY.", N=0),
        fails("Tea is hot and ready.", N=3),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return f"In your response, all lowercase words should appear at most {self.N} times."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Amount("words in lower case", at_most=self.N),)

    def check(self, response: Response) -> Verdict:
        """Count the words in lower case."""
        n = response.get(_count_lower_words)
        return self.verdict(
            n <= self.N,
            measured=n,
            reason=f"{counted(n, 'word')} in lower case, at most {self.N} wanted",
        )

    def check_reference(self, response: Response) -> Verdict:
        """Give up on 0, which the reference replaces."""
        if self.N == 0:
            return unknown("the reference replaces an N of 0 by a random number")
        return self.check(response)


class CountUnique(Verifier, id="count:count_unique"):
    """No word of the response occurs twice.

    ## What it checks
    No two words are the same, without regard to case. Punctuation is no word.

    ## Known limits
    Forms of a word ("cat", "cats") are different words.

    ## References
    IFTrain (arXiv 2507.02833), `CountUniqueChecker` of open-instruct, which counts NLTK's tokens,
    punctuation included, and tells capitals apart.
    """

    english_only = True
    cases = (
        passes("Tea, milk, bread. Nothing else."),
        fails("Tea with milk, or tea alone."),
        fails("The tea. Where is the milk?"),
        fails("Don't say don’t"),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return "Only use unique words in your response, no word should be repeated!"

    def check(self, response: Response) -> Verdict:
        """Look for a word that was there before."""
        words = [word.lower() for word in response.get(words_of)]
        again = len(words) - len(set(words))
        return self.verdict(not again, measured=again, reason=counted(again, "repeated word"))

    def check_reference(self, response: Response) -> Verdict:
        """Look for one of NLTK's tokens that was there before."""
        seen: set[str] = set()
        for found in tokens_by_sentence(response.text):
            for token in found:
                if token in seen:
                    return self.verdict(False, reason=f"repeated: {token!r}")
                seen.add(token)
        return self.verdict(True)


class CountingComposition(Verifier, id="count:counting_composition"):
    """There are three paragraphs of so many sentences, with so many words in each sentence.

    ## What it checks
    The text is cut at `***` and at `* * *`; a blank part at either end does not count. There are
    three parts, none of them blank, each of exactly `n_sent` sentences, and each sentence has
    exactly `n_words` words. Punctuation is no word.

    ## Known limits
    A sentence ends at each `.`, `?` and `!`, save for some English abbreviations, numbers and web
    addresses, as in the reference.

    ## References
    IFTrain (arXiv 2507.02833), `CountingCompositionChecker` of open-instruct, which knows the
    divider `***` only and counts punctuation as words.
    """

    n_sent: PositiveInt
    n_words: PositiveInt

    english_only = True
    cases = (
        passes("Tea boils. Milk cools.\n* * *\nWe drink. You eat.\n* * *\nAll sleep. Night falls.",
               n_sent=2, n_words=2),
        passes("Tea boils.\n***\nWe drink.\n***\nAll sleep.", n_sent=1, n_words=2),
        fails("Tea boils.\n***\nWe drink.", n_sent=1, n_words=2),
        fails("Tea boils.\n***\nWe drink.\n***\nAll of us sleep.", n_sent=1, n_words=2),
        fails("Tea boils.\n\nWe drink.\n\nAll sleep.", n_sent=1, n_words=2),
    )  # fmt: skip

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return (
            "Write 3 paragraphs, delimited by the markdown divider: * * *, with exactly "
            f"{self.n_sent} sentences each, with exactly {self.n_words} words in each sentence."
        )

    def check(self, response: Response) -> Verdict:
        """Count paragraphs, sentences and words."""
        parts = _DIVIDER.split(response.text)
        filled = [part for part in parts if part.strip()]
        if len(filled) != 3 or not all(part.strip() for part in parts[1:-1]):
            return self.verdict(
                False,
                measured=len(filled),
                reason=f"{counted(len(filled), 'paragraph')} between dividers, 3 wanted",
            )
        return self._count([[words_of(said) for said in spoken_sentences(part)] for part in filled])

    def check_reference(self, response: Response) -> Verdict:
        """Divide at `***` only; each part has its sentences, and each sentence its tokens."""
        parts = response.text.split("***")
        if len(parts) != 3 or not parts[1].strip():
            return self.verdict(False, measured=len(parts), reason="not 3 parts between ***")
        sentences = [split_sentences(part) for part in parts]
        if any(len(said) != self.n_sent for said in sentences):
            return self.verdict(False, measured=3, reason="a part without its sentences")
        return self._count([[_tokens(one) for one in said] for said in sentences])

    def _count(self, paragraphs: list[list[list[str]]]) -> Verdict:
        for place, sentences in enumerate(paragraphs, start=1):
            if len(sentences) != self.n_sent:
                return self.verdict(
                    False,
                    measured=3,
                    reason=f"paragraph {place} has {counted(len(sentences), 'sentence')}, "
                    f"{self.n_sent} wanted",
                )
            wrong = [len(words) for words in sentences if len(words) != self.n_words]
            if wrong:
                return self.verdict(
                    False,
                    measured=3,
                    reason=f"a sentence of paragraph {place} has {counted(wrong[0], 'word')}, "
                    f"{self.n_words} wanted",
                )
        return self.verdict(True, measured=3)


class CountIncrementWord(Verifier, id="count:count_increment_word"):
    """One keyword occurs once, another one twice.

    ## What it checks
    `keyword1` stands in the text exactly once and `keyword2` exactly twice, without regard to
    case, also within a longer word. Keywords are taken literally.

    ## Known limits
    "war" is counted in "toward", as in the reference. Overlapping places count once.

    ## References
    IFTrain (arXiv 2507.02833), `CountIncrementWordChecker` of open-instruct.
    """

    keyword1: Text
    keyword2: Text

    cases = (
        passes("Tea with milk. More milk?", keyword1="tea", keyword2="milk"),
        fails("Tea with milk.", keyword1="tea", keyword2="milk"),
        fails("Tea with milk. More tea? More milk?", keyword1="tea", keyword2="milk"),
    )

    def describe(self) -> str:
        """Return IFTrain's sentence."""
        return (
            f"Include keyword {self.keyword1.strip()} once in your response, "
            f"keyword {self.keyword2.strip()} twice in your response."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (
            Mentions(self.keyword1.strip(), 1, 1),
            Mentions(self.keyword2.strip(), 2, 2),
        )

    def check(self, response: Response) -> Verdict:
        """Count the places of both."""
        return self._compare(
            occurrences(self.keyword1.strip(), response),
            occurrences(self.keyword2.strip(), response),
        )

    def check_reference(self, response: Response) -> Verdict:
        """Count the matches of the keywords as regular expressions."""
        found = []
        for keyword in (self.keyword1, self.keyword2):
            pattern = as_reference(keyword.strip())
            if isinstance(pattern, Verdict):
                return pattern
            found.append(len(pattern.findall(response.text)))
        return self._compare(*found)

    def _compare(self, first: int, second: int) -> Verdict:
        return self.verdict(
            (first, second) == (1, 2),
            measured=f"{first} and {second}",
            reason=f"{counted(first, 'time')} and {counted(second, 'time')}, 1 and 2 wanted",
        )


def _count_lower_words(text: str) -> int:
    return len(_LOWER_WORD.findall(text))


def _tokens(sentence: str) -> list[str]:
    """Return NLTK's tokens of what IFEvalG takes for a sentence; to NLTK it may be several."""
    return [token for found in tokens_by_sentence(sentence) for token in found]
