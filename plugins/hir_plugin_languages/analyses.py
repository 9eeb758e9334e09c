"""Words and sentences of texts, as languages write them. Each is a pure function of the text."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

import regex

from hir_kit import loading
from hir_verifiers.analyses import count_sentences as count_english_sentences

__all__ = [
    "characters",
    "count_english_sentences",
    "east_asian_sentences",
    "east_asian_words",
    "letters",
    "sentences_by",
    "spaced_words",
    "thai_sentences",
    "thai_words",
    "words",
    "words_and_numbers",
    "words_listed",
]

_EAST_ASIAN = r"\p{Han}\p{Hiragana}\p{Katakana}\u30fc\uff70"
_EAST_ASIAN_WORDS = regex.compile(
    rf"[{_EAST_ASIAN}]|(?:(?![{_EAST_ASIAN}])[\p{{L}}\p{{M}}\p{{N}}_])+"
)
_WORDS = regex.compile(r"\w++(?:[\u200c\u200d]\w++)*")  # Persian and Hindi join within words
_WORDS_AND_NUMBERS = regex.compile(r"\p{N}+(?:[.,]\p{N}+)*+|[\p{L}\p{M}_][\p{L}\p{M}\p{N}_]*")
_LIST_MARKS = regex.compile(r"(?m)^[^\S\n]*(?:\d++\.|[-*])")
_HAS_WORD = regex.compile(r"[\p{L}\p{N}]")
_GOES_ON = regex.compile(r"\s*+\p{Ll}")
_REACH = 20
"""How far back of a full stop its word is looked for."""


def words(text: str) -> int:
    """Return the number of runs of letters, marks (such as vowel signs) and digits."""
    return sum(1 for _ in _WORDS.finditer(_composed(text)))


def words_and_numbers(text: str) -> int:
    """Return the number of words; "3,14" is one, and the marks of lists are none."""
    cleaned = _LIST_MARKS.sub(" ", _composed(text))
    return sum(1 for _ in _WORDS_AND_NUMBERS.finditer(cleaned))


def words_listed(text: str) -> list[str]:
    """Return the runs of letters, marks and digits."""
    return _WORDS.findall(_composed(text))


def spaced_words(text: str) -> int:
    """Return the number of runs without white space that hold a letter or a digit."""
    return sum(1 for word in text.split() if _HAS_WORD.search(word))


def east_asian_words(text: str) -> int:
    """Return the number of Chinese characters and kana, and of words in other scripts."""
    return sum(1 for _ in _EAST_ASIAN_WORDS.finditer(_composed(text)))


def thai_words(text: str) -> int | range:
    """Return the number of words that ICU finds; where it is not installed, what it can be."""
    breaker = _icu()
    if breaker is None:
        return range(spaced_words(text), characters(text) + 1)
    return sum(1 for word in breaker(text, "th") if _HAS_WORD.search(word))


def thai_sentences(text: str) -> int | range:
    """Return what the number of sentences can be: nothing but some spaces marks their ends."""
    most = spaced_words(text)
    return range(min(most, 1), most + 1)


@cache
@loading
def _icu() -> Callable[[str, str], Any] | None:
    try:
        from icu4py.breakers import WordBreaker
    except ImportError:
        return None
    breaker: Callable[[str, str], Any] = WordBreaker
    return breaker


def characters(text: str) -> int:
    """Return the number of characters that a reader counts, without white space.

    A letter with its vowel signs and accents is one.
    """
    return sum(1 for one in regex.finditer(r"\X", text) if not one[0].isspace())


def letters(text: str) -> int:
    """Return the number of code points, as M-IFEval counts the letters of Japanese."""
    return len(text)


_OPENING, _CLOSING = "「『（(“《〈【", "」』）)”》〉】"
_END = regex.compile(
    rf"[。！？!?．｡…]+[{regex.escape(_CLOSING)}'’\"]*|[{_OPENING}]|[{_CLOSING}]|\n"
)


def east_asian_sentences(text: str) -> int:
    """Return the number of sentences of Chinese or Japanese.

    A sentence ends with `。`, `！`, `？` and their like, or with the line. What stands in brackets
    or in quotation marks within a sentence belongs to it. Latin full stops end one as in English.
    """
    return sum(_sentences_of_line(line.strip()) for line in text.split("\n"))


def _sentences_of_line(line: str) -> int:
    if line[:1] in _OPENING and line[-1:] in _CLOSING:
        line = line[1:-1]
    count, start, depth = 0, 0, 0
    for mark in _END.finditer(line):
        sign = mark[0][0]
        if sign in _OPENING:
            depth += 1
        elif sign in _CLOSING:
            depth = max(depth - 1, 0)
        elif depth:  # the marks after it close what is open
            depth = max(depth - sum(one in _CLOSING for one in mark[0]), 0)
        else:
            count += _sentences_of(line[start : mark.end()])
            start = mark.end()
    return count + _sentences_of(line[start:])


def _sentences_of(piece: str) -> int:
    """Return 1, or more where Latin full stops divide it; 0 where there is no word."""
    if not _HAS_WORD.search(piece):
        return 0
    return max(1, count_english_sentences(piece)) if ". " in piece else 1


def sentences_by(
    ends: str = "", abbreviations: str = "", *, ordinals: bool = False
) -> Callable[[str], int]:
    """Return what counts sentences of a language with spaces.

    `.`, `!`, `?` and `…` end one before white space, unless a small letter follows. A full stop
    after an abbreviation, an initial, or the number of a list does not.

    Args:
        ends: The signs that end one wherever they stand.
        abbreviations: What may stand before a full stop within a sentence, in lower case, with
            blanks between.
        ordinals: Whether a full stop after one or two digits makes an ordinal number.
    """
    own = rf"[{ends}]+|" if ends else ""
    end = regex.compile(rf"{own}(?<![.!?…])[.!?…]++[\"'»”’)\]]*+(?=\s|$)")
    known = frozenset(abbreviations.split())

    def count(text: str) -> int:
        found, start = 0, 0
        for mark in end.finditer(text):
            if mark[0][0] in ".!?…" and _is_within(text, mark.start(), mark.end()):
                continue
            found += _HAS_WORD.search(text, start, mark.end()) is not None
            start = mark.end()
        return found + (_HAS_WORD.search(text, start) is not None)

    def _is_within(text: str, at: int, after: int) -> bool:
        """Return whether a mark is one within a sentence."""
        if _GOES_ON.match(text, after):
            return True
        if text[at] != "." or after - at > 1:
            return False
        before = text[max(0, at - _REACH) : at]
        last = before.split()[-1:]
        word = last[0].lower().lstrip("(«\"'“¿¡") if last else ""
        if word.isdecimal():
            line = before.rpartition("\n")[2] if "\n" in before or at <= _REACH else "?"
            return line.strip() == word or (ordinals and len(word) <= 2)
        return word in known or (len(word) == 1 and last[0][-1].isupper())

    count.__doc__ = "Return the number of ends of sentences" + (
        f" (`{ends}` ends one, and `.`, `!`, `?` before white space)"
        if ends
        else " (`.`, `!`, `?` or `…` before white space and no small letter)"
    )
    return count


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)
