"""What is particular about a language: the profile that the built-in subjects are read with."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import regex

from hir_kit import Case, Response

Count = Callable[[str], int | range]
"""A number of a text; a range where only bounds of it can be told."""

ENGLISH = "the kettle is on and the tea will be ready when you come home this evening."
"""What cases show to be in another language."""

_COMMA = regex.compile(",")
_ALIKE = {
    **str.maketrans("’‘ʼ‐‑", "'''--"),
    **dict.fromkeys(map(ord, "\u200b\u200e\u200f\u061c\u2060\ufeff\u00ad")),
}
"""Apostrophes and hyphens, and signs that nobody sees."""
VOWEL_MARKS: Mapping[int, str | None] = dict.fromkeys(
    (*range(0x610, 0x61B), *range(0x64B, 0x653), 0x670, 0x640)
)
"""The marks of Arabic that a word may have or lack, and what draws it out."""
PERSIAN_LETTERS: Mapping[int, str | None] = {
    **VOWEL_MARKS,
    **{ord(arabic): own for arabic, own in zip("يىك", "ییک", strict=True)},
}
_BLANK = regex.compile(r"[^\S\n]++(?:\n[^\S\n]*+)?|\n[^\S\n]*+")
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
        letters: What else is alike in texts that are compared; what is None there is left out.
        has_sharp_s: Whether capitals have SS for ß.
        spellings: What within a word is written in two ways, small letters each: one by the other.
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
    letters: Mapping[int, str | None] = field(default_factory=dict)
    has_sharp_s: bool = False
    spellings: Mapping[str, str] = field(default_factory=dict)
    before: str = ""
    after: str = ""
    is_spaced: bool = True
    has_case: bool = True
    why_a_range: str = (
        "an abbreviation, a quotation or a line without a mark can be the end of a sentence"
    )
    relations: Mapping[str, str] = field(default_factory=dict)
    at_most: bool = False
    counts_tokens: bool = False
    asks: Mapping[str, str] = field(default_factory=dict)
    cases: Mapping[str, tuple[Case, ...]] = field(default_factory=dict)

    def plain(self, text: str) -> str:
        """Return a text as it is compared: one Unicode form, lower case, signs and blanks alike."""
        lower = unicodedata.normalize(self.form, text).lower()
        alike = lower if lower.isascii() else self._alike(lower)
        return _BLANK.sub(" ", alike)

    def _alike(self, text: str) -> str:
        return unicodedata.normalize(self.form, text).translate({**_ALIKE, **self.letters})

    def compared(self, word: str, response: Response) -> tuple[str, str]:
        """Return a word that is looked for, and the text of a response that it is looked for in.

        They are plain; a word of nothing but what is left out there is looked for as it stands.
        Capitals with SS are a word with ß, but "ss" is not.
        """
        plain = self.plain(word)
        if not plain.strip():
            return word, response.text
        if self.has_sharp_s and "SS" in word:
            return plain.replace("ß", "ss"), response.get(self._doubled)
        if self.has_sharp_s and "ß" in plain:
            return plain, response.get(self._sharp)
        if self.spellings and len(plain) > 1:
            return self._spelt(plain), response.get(self._spelt)
        return plain, response.get(self.plain)

    def _doubled(self, text: str) -> str:
        return self.plain(text).replace("ß", "ss")

    def _sharp(self, text: str) -> str:
        return self.plain(text.replace("SS", "ß"))

    def _spelt(self, text: str) -> str:
        text = self.plain(text)
        for one, other in self.spellings.items():
            text = text.replace(one, other)
        return text

    def count(self, word: str, response: Response) -> int:
        """Return how often a word stands in a response, also within a longer one."""
        plain, text = self.compared(word, response)
        return text.count(plain)

    def has_word(self, word: str, response: Response) -> bool:
        """Return whether a word stands in a response as one of its own."""
        plain, text = self.compared(word, response)
        pattern = _whole_word(plain, self.before, self.after, self.is_spaced)
        return pattern.search(text) is not None

    def first_words(self, text: str) -> str:
        """Return a plain text without signs, its words with one space between them."""
        words = (_MARKS.sub("", word) for word in self._spelt(text).split())
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
