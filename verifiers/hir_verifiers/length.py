"""How long a response is: words, sentences, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

from pydantic import NonNegativeInt, PositiveInt, model_validator

from hir_kit import Relation, Response, Verdict, Verifier, counted, fails, passes
from hir_kit.plugin import Amount, Fact, Mentions, Number, Wording
from hir_verifiers.analyses import count_sentences, sentence_spans
from hir_verifiers.patterns import Text

_DIVIDER = "***"
_FIRST_WORD_ENDS = re.compile(r"""[.,?!'"]""")

_LENGTH = (
    r"(?:control|limit|watch|mind|check) (?:\w+ ){0,2}(?:the |your )?length"
    r"(?: of (?:your|the) \w+)?"
    r"|word (?:count|limit)"
)


class NumberWords(Verifier, id="length_constraints:number_words"):
    r"""The response has at least, or less than, so many words.

    ## What it checks
    The number of words stands in the given relation to `num_words`. A word is a run of `\w`, so
    that "don't" and "3.14" count as two.

    ## Known limits
    Text in a script without spaces (Chinese, Thai) counts as one word per unbroken run.

    ## References
    IFEval (arXiv 2311.07911), "Number Words".
    """

    num_words: NonNegativeInt
    relation: Relation = Relation.AT_LEAST

    english_only = True
    relaxes = Number("num_words", "relation")
    more_lines_never_hurt = "relation"
    cases = (
        passes("One two three.", num_words=3, relation="at least"),
        passes("One two.", num_words=3, relation="less than"),
        fails("One two.", num_words=3, relation="at least"),
        fails("One two three.", num_words=3, relation="less than"),
        passes("don't", num_words=2),
    )

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return f"Answer with {self.relation} {self.num_words} words."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        low, high = self.relation.bounds(self.num_words)
        return (Amount("words", low, high),)

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording.count("word", self.num_words, self.relation, names=(_LENGTH,))

    def check(self, response: Response) -> Verdict:
        """Compare the number of words."""
        n = response.word_count
        return self.verdict(
            self.relation.holds(n, self.num_words),
            measured=n,
            reason=f"{counted(n, 'word')}, {self.relation} {self.num_words} wanted",
        )

    def evidence(self, response: Response) -> list[tuple[int, int]]:
        """Return where the words are that are too many."""
        if self.relation is Relation.AT_LEAST or not self.num_words:
            return []
        words = islice(re.finditer(r"\w+", response.text), self.num_words - 1, None)
        first = next(words, None)
        return [(first.start(), len(response.text.rstrip()))] if first else []


class NumberSentences(Verifier, id="length_constraints:number_sentences"):
    """The response has at least, or less than, so many sentences.

    ## What it checks
    The number of sentences that NLTK's Punkt finds stands in the given relation to
    `num_sentences`.

    ## Known limits
    English only: `。` and `।` end no sentence. The number of a list (`1.`) is a sentence, and items
    without a mark at their end run together. Which Punkt parameters are in use (NLTK's own data
    or the embedded ones) is shown by `hir-kit plugins`.

    ## References
    IFEval (arXiv 2311.07911), "Number Sentences".
    """

    num_sentences: NonNegativeInt
    relation: Relation = Relation.AT_LEAST

    english_only = True
    relaxes = Number("num_sentences", "relation")
    cases = (
        passes("It rains. We stay in.", num_sentences=2, relation="at least"),
        passes("Mr. Fox is out.", num_sentences=2, relation="less than"),
        passes("1. It rains.\n2. It pours.", num_sentences=4, relation="at least"),
        fails("It rains.", num_sentences=2, relation="at least"),
        fails("It rains. We stay in.", num_sentences=2, relation="less than"),
    )

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return f"Your response should contain {self.relation} {self.num_sentences} sentences."

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        low, high = self.relation.bounds(self.num_sentences)
        return (Amount("sentences", low, high),)

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording.count("sentence", self.num_sentences, self.relation)

    def check(self, response: Response) -> Verdict:
        """Compare the number of sentences."""
        n = response.get(count_sentences)
        return self.verdict(
            self.relation.holds(n, self.num_sentences),
            measured=n,
            reason=f"{counted(n, 'sentence')}, {self.relation} {self.num_sentences} wanted",
        )

    def evidence(self, response: Response) -> list[tuple[int, int]]:
        """Return where the sentences are that are too many."""
        if self.relation is Relation.AT_LEAST or not self.num_sentences:
            return []
        return list(islice(sentence_spans(response.text), self.num_sentences - 1, None))


class NumberParagraphs(Verifier, id="length_constraints:number_paragraphs"):
    """The response has exactly so many paragraphs, divided by `***`.

    ## What it checks
    The text is cut at `***` (with one white-space character on either side). A blank part at
    either end does not count; a blank part in between fails.

    ## Known limits
    Blank lines divide nothing, `* * *` is no divider, and `***bold***` is two: `***Tea*** is hot`,
    a divider and another paragraph are three.

    ## References
    IFEval (arXiv 2311.07911), "Number Paragraphs".
    """

    num_paragraphs: NonNegativeInt

    relaxes = Number("num_paragraphs", "exactly", lowest=2)
    cases = (
        passes("One.\n***\nTwo.", num_paragraphs=2),
        passes("***\nOne.\n***\nTwo.\n***", num_paragraphs=2),
        passes("***Tea*** is hot\n***\nb", num_paragraphs=3),
        fails("One.\n\nTwo.", num_paragraphs=2),
        fails("One.\n***\n***\nTwo.", num_paragraphs=2),
    )

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return (
            f"There should be {self.num_paragraphs} paragraphs. "
            "Paragraphs are separated with the markdown divider: ***"
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        n = self.num_paragraphs
        return (
            Amount("paragraphs divided by ***", n, n, ("paragraphs",)),
            Mentions(_DIVIDER, max(n - 1, 0)),
            Mentions(2 * _DIVIDER, 0, 0),  # a blank part between two dividers
        )

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording.count("paragraph", self.num_paragraphs, "exactly", topics=("paragraph_",))

    def check(self, response: Response) -> Verdict:
        """Count the parts between dividers."""
        parts = [bool(part.strip()) for part in response.text.split(_DIVIDER)]
        if not all(parts[1:-1]):
            return self.verdict(False, reason="a part between two dividers is blank")
        n = sum(parts)
        return self.verdict(
            n == self.num_paragraphs,
            measured=n,
            reason=f"{counted(n, 'paragraph')} between *** dividers, {self.num_paragraphs} wanted",
        )


class NthParagraphFirstWord(Verifier, id="length_constraints:nth_paragraph_first_word"):
    r"""There are exactly so many paragraphs, and the n-th starts with a given word.

    ## What it checks
    The text is cut at two line feeds. The number of parts that are not blank equals
    `num_paragraphs`, and the first word of part `nth_paragraph` (from 1) is `first_word`: without
    regard to case, without quotation marks before it, up to the first of `. , ? ! ' "`.

    ## Known limits
    Blank parts are not counted but take a place when the n-th is looked up, as in the reference.

    ## References
    IFEval (arXiv 2311.07911), "Number Paragraphs + First Word in i-th Paragraph".
    """

    num_paragraphs: PositiveInt
    nth_paragraph: PositiveInt
    first_word: Text

    english_only = True
    relaxes = Number("num_paragraphs", "exactly", lowest=2)
    cases = (
        passes("Rain fell.\n\nSun came.", num_paragraphs=2, nth_paragraph=2, first_word="sun"),
        passes('"Sun", he said.', num_paragraphs=1, nth_paragraph=1, first_word="Sun"),
        fails("Rain fell.\nSun came.", num_paragraphs=2, nth_paragraph=2, first_word="sun"),
        fails("Rain fell.\n\nThe sun.", num_paragraphs=2, nth_paragraph=2, first_word="sun"),
    )

    @model_validator(mode="after")
    def _nth_exists(self) -> NthParagraphFirstWord:
        if self.nth_paragraph > self.num_paragraphs:
            raise ValueError(
                f"nth_paragraph ({self.nth_paragraph}) is greater than "
                f"num_paragraphs ({self.num_paragraphs})"
            )
        return self

    def describe(self) -> str:
        """Return IFEval's sentence."""
        return (
            f"There should be {self.num_paragraphs} paragraphs. Paragraphs and only paragraphs "
            "are separated with each other by two new lines as if it was '\\n\\n' in python. "
            f"Paragraph {self.nth_paragraph} must start with word {self.first_word.lower()}."
        )

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        n = self.num_paragraphs
        return (
            Amount("paragraphs divided by blank lines", n, n, ("paragraphs",)),
            Mentions(self.first_word.strip()),
        )

    def wording(self) -> Wording:
        """Return what it is talked about by."""
        return Wording.count(
            "paragraph",
            self.num_paragraphs,
            "exactly",
            topics=("paragraph_",),
            texts=(self.first_word,),
        )

    def check(self, response: Response) -> Verdict:
        """Count the paragraphs, then look at the n-th one's first word."""
        return self._compare(response, str.lower)

    def check_reference(self, response: Response) -> Verdict:
        """Lower the response's word letter by letter: a capital sigma at its end stays medial."""
        return self._compare(response, _lower_letters)

    def _compare(self, response: Response, lower: Callable[[str], str]) -> Verdict:
        parts = response.get(_split_at_two_line_feeds)
        n = sum(1 for part in parts if part and not part.isspace())
        if n != self.num_paragraphs:
            return self.verdict(
                False, measured=n, reason=f"{counted(n, 'paragraph')}, {self.num_paragraphs} wanted"
            )
        word = lower(_first_word(parts[self.nth_paragraph - 1]))
        return self.verdict(
            word == self.first_word.lower(),
            measured=word,
            reason=f"paragraph {self.nth_paragraph} starts with {word!r}, "
            f"{self.first_word.lower()!r} wanted",
        )


def _split_at_two_line_feeds(text: str) -> list[str]:
    return text.split("\n\n")


def _first_word(paragraph: str) -> str:
    first = paragraph.split(maxsplit=1)[:1]
    word = first[0].lstrip("'").lstrip('"') if first else ""
    return _FIRST_WORD_ENDS.split(word, maxsplit=1)[0]


def _lower_letters(word: str) -> str:
    return "".join(map(str.lower, word))
