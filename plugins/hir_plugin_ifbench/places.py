"""Words in their places: at the ends of sentences and paragraphs, at a given number."""

from __future__ import annotations

from itertools import islice, pairwise

from pydantic import PositiveInt

from hir_kit import Response, Verdict, Verifier, counted, fails, passes
from hir_kit.plugin import Amount, Fact, Mentions
from hir_plugin_ifbench import published
from hir_plugin_ifbench.analyses import EDGES, Text, first_tokens, last_tokens, sentences
from hir_plugin_ifbench.count import ordinal


class LastFirst(Verifier, id="words:last_first"):
    """The last word of each sentence is the first of the next.

    ## What it checks
    Without regard to case, to punctuation after the one and to punctuation before the other. There
    are at least two sentences.

    ## Known limits
    Punctuation after the first word of a sentence ("Tea, ...") makes it another word, as in the
    reference.

    ## References
    IFBench (arXiv 2507.02833), `words:last_first`.
    """

    english_only = True
    cases = (
        passes("“We drink tea.” Tea is hot — hot! ‘Hot as it is, it helps."),
        fails("We drink tea. It is hot."),
        fails("We drink tea."),
    )

    def describe(self) -> str:
        """Return the sentence of IFBench's prompts."""
        return (
            "In your response, the last word of each sentence must become the first word of the "
            "next sentence."
        )

    def check(self, response: Response) -> Verdict:
        """Compare the ends of neighbouring sentences."""
        found = response.get(sentences)
        if len(found) < 2:
            return self.verdict(False, reason="there is no second sentence")
        for one, other in pairwise(found):
            last, first = one.rstrip(EDGES).split()[-1:], other.lstrip(EDGES).split()[:1]
            if not last or not first or last[0].lower() != first[0].lower():
                return self._differ(last, first)
        return self.verdict(True)

    def check_reference(self, response: Response) -> Verdict:
        """Accept a single sentence; take typographic signs for letters."""
        for one, other in pairwise(published.each_sentence(response.text)):
            before, after = one.rstrip(published.ENDS).split(), other.lstrip(published.ENDS).split()
            if not before or not after:
                return published.raises("IndexError: list index out of range")
            if before[-1].lower() != after[0].lower():
                return self._differ(before[-1:], after[:1])
        return self.verdict(True)

    def _differ(self, last: list[str], first: list[str]) -> Verdict:
        shown = [word[:40] for word in last + first]
        return self.verdict(False, reason=f"ends with {shown[:1]}, goes on with {shown[1:]}")


class ParagraphLastFirst(Verifier, id="words:paragraph_last_first"):
    """Each paragraph ends with the word it begins with.

    ## What it checks
    In every line that has a word the first and the last are the same, without regard to case and to
    punctuation at the ends of the line.

    ## Known limits
    Punctuation after the first word ("Tea, ...") makes it another word, and a line of one word
    passes, as in the reference.

    ## References
    IFBench (arXiv 2507.02833), `words:paragraph_last_first`.
    """

    english_only = True
    cases = (
        passes("Tea is, they say, only tea.\n---\n“Milk is milk!”"),
        fails("Tea is hot."),
        fails("..."),
    )

    def describe(self) -> str:
        """Return the sentence of IFBench's prompts."""
        return (
            "Each paragraph of your response must end with the same word it started with, separate "
            "paragraphs with a newline."
        )

    def check(self, response: Response) -> Verdict:
        """Compare the ends of each line."""
        lines = [words for line in response.lines if (words := line.lower().strip(EDGES).split())]
        return self._alike(lines) if lines else self.verdict(False, reason="no word")

    def check_reference(self, response: Response) -> Verdict:
        """Take typographic signs for letters; fail a line of punctuation."""
        lines = [line.strip().lower() for line in response.lines]
        words = [line.strip(published.ENDS).split() for line in lines if line]
        if not all(words):
            return self.verdict(False, reason="a line of punctuation")
        return self._alike(words)

    def _alike(self, lines: list[list[str]]) -> Verdict:
        for words in lines:
            if words[0] != words[-1]:
                return self.verdict(False, reason=f"{words[0][:40]!r} ... {words[-1][:40]!r}")
        return self.verdict(True)


class KeywordPosition(Verifier, id="words:keywords_specific_position"):
    """A keyword is the m-th word of the n-th sentence.

    ## What it checks
    There are at least `n` sentences, and the `m`-th word of the `n`-th is `keyword`, without regard
    to case. Words are NLTK's tokens with a letter or a digit.

    ## Known limits
    A contraction such as "don't" is two words.

    ## References
    IFBench (arXiv 2507.02833), `words:keywords_specific_position`, in the version of 2026.
    """

    keyword: Text
    n: PositiveInt
    m: PositiveInt

    english_only = True
    cases = (
        passes("It rains. We, well, eat.", keyword="Eat", n=2, m=3),
        fails("It rains. We eat.", keyword="eat", n=2, m=3),
        fails("We eat.", keyword="eat", n=2, m=2),
        fails("It rains. We are eating.", keyword="eat", n=2, m=3),
    )

    def describe(self) -> str:
        """Return the sentence of IFBench's prompts."""
        return (
            f"Include keyword {self.keyword.strip()} in the {ordinal(self.n, '-')} sentence, as "
            f"the {ordinal(self.m, '-')} word of that sentence."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return Amount("sentences", self.n), Mentions(self.keyword.strip())

    def check(self, response: Response) -> Verdict:
        """Look at the word in its place."""
        found = response.get(sentences)
        if len(found) < self.n:
            return self._too_few(len(found))
        words = first_tokens(found[self.n - 1], self.m)[self.m - 1 :][:1]
        return self._is_keyword(words, words and words[0].lower() == self.keyword.strip().lower())

    def check_reference(self, response: Response) -> Verdict:
        """Count punctuation as words, and heed the case."""
        found = list(islice(published.each_sentence(response.text), self.n))
        if len(found) < self.n:
            return self._too_few(len(found))
        words = published.tokens(found[self.n - 1])[self.m - 1 :][:1]
        return self._is_keyword(words, words == [self.keyword.strip()])

    def _too_few(self, n: int) -> Verdict:
        return self.verdict(
            False, measured=n, reason=f"{counted(n, 'sentence')}, at least {self.n} wanted"
        )

    def _is_keyword(self, words: list[str], is_keyword: object) -> Verdict:
        shown = repr(words[0][:40]) if words else "missing"
        return self.verdict(
            bool(is_keyword), reason=f"word {self.m} of sentence {self.n} is {shown}"
        )


class WordsPosition(Verifier, id="words:words_position"):
    """The second and the last word but one are a keyword.

    ## What it checks
    Both are `keyword`, without regard to case. Words are NLTK's tokens with a letter or a digit.

    ## Known limits
    A contraction such as "don't" is two words.

    ## References
    IFBench (arXiv 2507.02833), `words:words_position`, in the version of 2026.
    """

    keyword: Text

    english_only = True
    cases = (
        passes("Hot tea is, they say, Tea indeed!", keyword="tea"),
        fails("Hot tea is tea.", keyword="tea"),
        fails("Tea.", keyword="tea"),
    )

    def describe(self) -> str:
        """Return IFBench's sentence."""
        return (
            "The second word in your response and the second to last word in your response should "
            f"be the word {self.keyword.strip()}."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        return (Mentions(self.keyword.strip()),)

    def check(self, response: Response) -> Verdict:
        """Look at both words."""
        first, last = first_tokens(response.text, 2), last_tokens(response.text, 2)
        found = [word.lower() for word in (*first[1:2], *last[-2:-1])]
        return self._are_keyword(found, self.keyword.strip().lower())

    def check_reference(self, response: Response) -> Verdict:
        """Count punctuation as words, and heed the case."""
        tokens = response.get(published.tokens)
        return self._are_keyword(tokens[1:2] + tokens[-2:-1], self.keyword.strip())

    def _are_keyword(self, found: list[str], keyword: str) -> Verdict:
        shown = " and ".join(repr(word[:40]) for word in found)
        return self.verdict(found == [keyword] * 2, reason=f"{shown or 'no second word'}")
