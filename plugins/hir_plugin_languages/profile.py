"""What is particular about a language: the profile that the built-in subjects are read with."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import regex

from hir_kit import Case

Count = Callable[[str], int | range]
"""A number of a text; a range where only bounds of it can be told."""

ENGLISH = "the kettle is on and the tea will be ready when you come home this evening."
"""What cases show to be in another language."""

_COMMA = regex.compile(",")
_APOSTROPHES = str.maketrans("’‘ʼ", "'''")
_MARKS = regex.compile(r"[^\p{L}\p{M}\p{N}_]+")


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """A language.

    Attributes:
        code: What stands before its ids: "zh".
        name: Its English name.
        words: How many words a text has.
        sentences: How many sentences it has.
        commas: What finds one comma.
        quotes: The pairs of quotation marks that can stand around a response.
        form: The Unicode form in which texts are compared. NFKC makes letters of full and of half
            width the same, which East Asian languages write side by side.
        before: What may stand before a word within a longer run of letters, as an expression.
        after: The same after it.
        is_spaced: Whether words stand between spaces.
        has_case: Whether its letters have two cases.
        why_a_range: Why only bounds of a number can be told.
        relations: Its words for IFEval's relations, as published sets write them in kwargs.
        at_most: Whether the published checkers read "less than" as "at most".
        counts_tokens: Whether the published checkers count tokens of spaCy, which is not used here.
        asks: The published sentences by id, with kwargs in braces.
        cases: The cases of ids that read otherwise than in English.
    """

    code: str
    name: str
    words: Count
    sentences: Count
    commas: regex.Pattern[str] = _COMMA
    quotes: tuple[tuple[str, str], ...] = (('"', '"'),)
    form: Literal["NFC", "NFKC"] = "NFC"
    before: str = ""
    after: str = ""
    is_spaced: bool = True
    has_case: bool = True
    why_a_range: str = "an abbreviation can be the end of a sentence"
    relations: Mapping[str, str] = field(default_factory=dict)
    at_most: bool = False
    counts_tokens: bool = False
    asks: Mapping[str, str] = field(default_factory=dict)
    cases: Mapping[str, tuple[Case, ...]] = field(default_factory=dict)

    def plain(self, text: str) -> str:
        """Return a text as it is compared: one Unicode form, lower case, straight apostrophes."""
        lower = unicodedata.normalize(self.form, text).lower()
        return unicodedata.normalize(self.form, lower).translate(_APOSTROPHES)

    def whole_word(self, word: str) -> regex.Pattern[str]:
        """Return what finds a word of its own in a plain text."""
        return _whole_word(self.plain(word), self.before, self.after, self.is_spaced)

    def first_words(self, text: str) -> str:
        """Return a plain text without signs, its words with one space between them."""
        words = (_MARKS.sub("", word) for word in self.plain(text).split())
        return " ".join(filter(None, words))


@lru_cache(maxsize=10_000)
def _whole_word(word: str, before: str, after: str, is_spaced: bool) -> regex.Pattern[str]:
    r"""Return a pattern; a vowel sign is part of a word, which it is not for `re`.

    The underscores of Markdown's `_italics_` are none.
    """
    edge = r"[\p{L}\p{M}\p{N}_]"
    free = rf"(?<!{edge})"
    start = (
        rf"(?:{free}|(?<={free}_)|(?<={free}__)){before}"
        if is_spaced and regex.match(edge, word)
        else ""
    )
    end = rf"{after}(?=_{{0,2}}(?!{edge}))" if is_spaced and regex.match(edge, word[-1]) else ""
    return regex.compile(f"{start}{regex.escape(word)}{end}")
