"""How long the response is: words, sentences and paragraphs."""

from __future__ import annotations

import re
from collections.abc import Callable

from pydantic import NonNegativeInt, model_validator

from hir_kit import Response, Verdict, Verifier, counted, fails, passes, unknown
from hir_kit.plugin import Amount, Between, Fact, numbers
from hir_plugin_muldimif.analyses import (
    IS_OPEN,
    RULER,
    Part,
    body_lines,
    ended,
    parts,
    read,
    sentences,
    shown,
    whole_fences,
)

# What the published checker counts alone, where a response holds one of it.
_WIDE = re.compile("[\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0002a6df\u3000-\u303f\uff00-\uffef]")
_HAN = re.compile("[\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0002a6df]")
_WIDE_OR_WORD = re.compile(f"{_HAN.pattern}|[^\\s{_WIDE.pattern[1:-1]}]+")
_MARKS = re.compile("[.!?]")
_WORD = re.compile(r"[^\W_]")


def count_words(text: str) -> int:
    """Count what stands between white space; each Chinese character is a word of its own.

    Where there is one, or a full-width sign, signs alone are no word.
    """
    if not _WIDE.search(text):
        return len(text.split())
    return sum(1 for piece in _WIDE_OR_WORD.findall(text) if _WORD.search(piece))


def _count_sentences(text: str) -> int:
    """Count the sentences that have a letter or digit, those that no mark ends among them."""
    return len(sentences(text))


class _Length(Verifier):
    """A bound on a number of parts, in the response or in each part of it."""

    @property
    def _bounds(self) -> tuple[int, int | None]:
        raise NotImplementedError

    def _check_bounds(self) -> None:
        low, high = self._bounds
        if high is None and not low:
            raise ValueError("a least number above 0 or a greatest number is wanted")
        if high is not None and low > high:
            raise ValueError(f"the least number ({low}) is above the greatest ({high})")

    def _holds(self, n: int) -> bool:
        low, high = self._bounds
        return low <= n and (high is None or n <= high)

    def _whole(self, n: int, unit: str) -> Verdict:
        reason = f"{counted(n, unit)}, {numbers.spelled(*self._bounds)} wanted"
        return self.verdict(self._holds(n), measured=n, reason=reason)

    def _each(
        self, part: Part, texts: list[str], count: Callable[[str], int], unit: str
    ) -> Verdict:
        for text in texts:
            n = count(text)
            if not self._holds(n):
                reason = f"a {part} has {counted(n, unit)}, {numbers.spelled(*self._bounds)} wanted"
                return self.verdict(False, measured=n, reason=reason)
        return self.verdict(True, measured=len(texts))

    def _unparted(self, part: Part | None, whole: int, unit: str) -> Verdict:
        """Compare a response in which no part is found: sure where no part of it could differ."""
        low, _ = self._bounds
        if whole < low or (not low and self._holds(whole)):
            return self._whole(whole, unit)
        return unknown(f"no {part} is found in the response")

    def _described(self, unit: str, each: Part | None) -> str:
        low, high = self._bounds
        said = numbers.spelled(low, high)
        who = f"Each {each}" if each else "The answer"
        only = high if high is not None else low
        return f"{who} must contain {said} {unit}{'' if only == 1 else 's'}."


class Words(_Length, id="muldimif:words"):
    """The response, or each part of it, has at least, at most or exactly so many words.

    ## What it checks
    The number of words is not below `min_words` and not above `max_words`. A word is what stands
    between white space: "don't" and "well-known" are one each, and so is a dash by itself. Each
    Chinese character is a word, and signs between them are none. With `each`, every part of that
    kind has to keep the bounds: items of lists (else cells of a table, else lines), sections (what
    stands below each heading, else paragraphs), cells, rows, headings, paragraphs, sentences.

    ## Known limits
    An item "name: explanation" is `unknown` where the verdict depends on which of both is meant. A
    response without a table has no cells: `unknown`, unless its whole number decides.

    ## References
    MulDimIF, the checker `Length_Words`. It counts Chinese characters and full-width signs alone
    where there is one of either, and so takes a long English answer for a short one.
    """

    min_words: NonNegativeInt = 0
    max_words: NonNegativeInt | None = None
    each: Part | None = None

    relaxes = Between("min_words", "max_words")
    cases = (
        passes("Don't stop now.", max_words=3),
        passes("One well-known word.", min_words=3, max_words=3),
        passes("Two words（好）", max_words=3),
        passes("茶,好,喝", max_words=3),
        passes("- One two.\n- Three.", max_words=2, each="item"),
        passes("No table.", max_words=2, each="cell"),
        fails("One two three four.", max_words=3),
        fails("One two.", min_words=3),
        fails("- One two three.\n- Four.", max_words=2, each="item"),
    )

    @model_validator(mode="after")
    def _is_a_bound(self) -> Words:
        self._check_bounds()
        return self

    @property
    def _bounds(self) -> tuple[int, int | None]:
        return self.min_words, self.max_words

    def describe(self) -> str:
        """Return a sentence as MulDimIF words it."""
        return self._described("word", self.each)

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        if self.each:
            return ()
        return (Amount("words", *self._bounds),)

    def check(self, response: Response) -> Verdict:
        """Compare the number of words, of the response or of each part."""
        if self.each is None:
            return self._whole(response.get(count_words), "word")
        found = parts(response, self.each) or self._without(response)
        if not found:
            return self._unparted(self.each, response.get(count_words), "word")
        verdict, sure = self._by_sides(found), ended(response, self.each)
        if sure and not verdict.satisfied and self._by_sides(sure).satisfied:
            return unknown(IS_OPEN)
        return verdict

    def _without(self, response: Response) -> list[str]:
        """Return what stands in for parts that are not marked."""
        if self.each == "section":
            return parts(response, "paragraph")
        return response.get(body_lines) if self.each == "item" else []

    def _by_sides(self, found: list[str]) -> Verdict:
        """Compare each part; of "name: explanation", as a whole and by its sides."""
        assert self.each is not None
        verdict = self._each(self.each, found, count_words, "word")
        if self.each != "item" or not any(":" in text for text in found):
            return verdict
        for side in (0, -1):
            other = self._each(
                self.each, [text.split(":", 1)[side] for text in found], count_words, "word"
            )
            if other.status is not verdict.status:
                return unknown("items with a colon: which side of it is meant is not told")
        return verdict

    def check_reference(self, response: Response) -> Verdict:
        """Count Chinese characters and full-width signs, where there are any, and no word."""
        signs = len(_WIDE.findall(response.text))
        if self.each is not None:
            return self.check(response)
        return self._whole(signs or len(response.text.split()), "word")


class Sentences(_Length, id="muldimif:sentences"):
    """The response, or each part of it, has at least, at most or exactly so many sentences.

    ## What it checks
    The number of sentences is not below `min_sentences` and not above `max_sentences`. Sentences
    are cut as NLTK cuts them for English, and at the marks of other scripts (`。`, `।`, `؟`); what
    follows the last mark is one, too, and what has neither letter nor digit is none, nor the number
    of a list. None goes on in another paragraph or item, unless after a colon. Headings, tables and
    rules are none. With `each`, every part of that kind has to keep the bounds.

    ## Known limits
    A line or an item of a list that no mark ends may be a sentence or not: `unknown` where it
    decides. A response of several lines without such parts is `unknown`, unless its whole number
    decides.

    ## References
    MulDimIF, the checker `Length_Sentences`. It counts the characters `.`, `!` and `?`, so that
    "Dr.", "3.5" and "..." count more than once, and it counts them in the whole response.
    """

    min_sentences: NonNegativeInt = 0
    max_sentences: NonNegativeInt | None = None
    each: Part | None = None

    relaxes = Between("min_sentences", "max_sentences")
    cases = (
        passes("It rains. It pours!", min_sentences=2, max_sentences=2),
        passes("**Dr. Smith paid 3.5 dollars.**", max_sentences=1),
        passes("下雨了。停了。", min_sentences=2),
        passes("- It rains. It pours.\n- It stops. It shines.", min_sentences=2, each="item"),
        passes('1. "Is it wet?" he asks.\n2. It is.', min_sentences=2, max_sentences=2),
        passes("“下雨了！”他说。", max_sentences=1),
        passes("# Rain\n\nIt rains. It pours.", min_sentences=2, max_sentences=2),
        fails("It rains.", min_sentences=2),
        fails("1. It rains.\n2. It pours.", min_sentences=3),
        fails("- It rains. It pours.\n- It stops.", min_sentences=2, each="item"),
    )

    @model_validator(mode="after")
    def _is_a_bound(self) -> Sentences:
        self._check_bounds()
        if self.each == "sentence":
            raise ValueError("a sentence has one sentence: 'each' is another part")
        return self

    @property
    def _bounds(self) -> tuple[int, int | None]:
        return self.min_sentences, self.max_sentences

    def describe(self) -> str:
        """Return a sentence as MulDimIF words it."""
        return self._described("sentence", self.each)

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        if self.each:
            return ()
        return (Amount("sentences", *self._bounds),)

    def check(self, response: Response) -> Verdict:
        """Compare the number of sentences, of the response or of each part."""
        found_all = response.get(read)
        whole = len(found_all)
        if self.each is None:
            sure = sum(not sentence.is_open for sentence in found_all)
            if sure and self._holds(sure) is not self._holds(whole):
                return unknown(f"from {sure} to {whole} sentences: {IS_OPEN}")
            return self._whole(whole, "sentence")
        found = parts(response, self.each, whole_rows=True)
        if found:
            return self._each(self.each, found, _count_sentences, "sentence")
        if len(response.get(body_lines)) == 1:
            return self._whole(whole, "sentence")
        return self._unparted(self.each, whole, "sentence")

    def check_reference(self, response: Response) -> Verdict:
        """Count full stops, exclamation and question marks in the whole response."""
        return self._whole(len(_MARKS.findall(response.text)), "sentence")


class Paragraphs(_Length, id="muldimif:paragraphs"):
    """The response, or each section of it, has at least, at most or exactly so many paragraphs.

    ## What it checks
    The number of parts between blank lines is not below `min_paragraphs` and not above
    `max_paragraphs`; blank lines in a fenced code block (three backticks or tildes) divide nothing,
    and a rule such as `---` is no paragraph. With `each`, every part of that kind has to keep the
    bounds; a response without such parts is one part.

    ## Known limits
    A heading or a list between blank lines is a paragraph, too.

    ## References
    MulDimIF, the checker `Length_Paragraphs`. It cuts at two line feeds that nothing parts: a blank
    line with spaces, or one of Windows, divides no paragraphs.
    """

    min_paragraphs: NonNegativeInt = 0
    max_paragraphs: NonNegativeInt | None = None
    each: Part | None = None

    relaxes = Between("min_paragraphs", "max_paragraphs")
    cases = (
        passes("One.\n\nTwo.", min_paragraphs=2),
        passes("One.\r\n\r\nTwo.", min_paragraphs=2, max_paragraphs=2),
        passes("```\na = 1\n\nb = 2\n```", max_paragraphs=1),
        passes("One.\n\n---\n\nTwo.", max_paragraphs=2),
        fails("One.\nTwo.", min_paragraphs=2),
        fails("One.\n\nTwo.", max_paragraphs=1),
    )

    @model_validator(mode="after")
    def _is_a_bound(self) -> Paragraphs:
        self._check_bounds()
        if self.each not in (None, "section"):
            raise ValueError("only sections have paragraphs: 'each' is 'section' or left out")
        return self

    @property
    def _bounds(self) -> tuple[int, int | None]:
        return self.min_paragraphs, self.max_paragraphs

    def describe(self) -> str:
        """Return a sentence as MulDimIF words it."""
        return self._described("paragraph", self.each)

    def entails(self) -> tuple[Fact, ...]:
        """Return what is surely true of the response."""
        if self.each:
            return ()
        low, high = self._bounds
        return (Amount("paragraphs divided by blank lines", low, high, ("paragraphs",)),)

    def check(self, response: Response) -> Verdict:
        """Compare the number of paragraphs, of the response or of each section."""
        found = response.get(_section_paragraphs) if self.each else ()
        for n in found:
            if not self._holds(n):
                return self._whole(n, "paragraph")
        if found:
            return self.verdict(True, measured=len(found))
        return self._whole(response.get(_count_paragraphs), "paragraph")

    def check_reference(self, response: Response) -> Verdict:
        """Cut the whole response at two line feeds."""
        n = sum(1 for part in response.text.split("\n\n") if part.strip())
        return self._whole(n, "paragraph")


def _count_paragraphs(text: str) -> int:
    blocks = Response(whole_fences(text)).paragraphs
    return sum(1 for block in blocks if shown(block) and not RULER.fullmatch(block))


def _section_paragraphs(text: str) -> tuple[int, ...]:
    """Return how many paragraphs stand below each heading; none where there are no headings."""
    counts: list[int] = []
    is_inside = False
    for line in whole_fences(text).split("\n"):
        if re.match(r"\s*#+\s", line):
            counts.append(0)
            is_inside = False
        elif not shown(line) or RULER.fullmatch(line.strip()):
            is_inside = False
        elif counts and not is_inside:
            counts[-1] += 1
            is_inside = True
    return tuple(counts)
