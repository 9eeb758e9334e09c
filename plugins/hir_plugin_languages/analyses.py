"""Words and sentences of texts, as languages write them. Each is a pure function of the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import regex

from hir_kit import loading
from hir_verifiers.reading import read_each, read_sentences
from hir_verifiers.signs import is_wrapped

__all__ = [
    "characters",
    "count_english_sentences",
    "east_asian_sentences",
    "east_asian_words",
    "is_wrapped",
    "letters",
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


def count_english_sentences(text: str) -> int:
    """Return the number of sentences as NLTK cuts them, a quotation that goes on no end of one."""
    return len(read_sentences(text))


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
_SAYING, _PAUSES = tuple("：:，,"), tuple("，、,；")
_INTRODUCED = regex.compile(r"[：:，,][「『“]")
_ENDS = "。！？!?．｡…"
_END = re.compile(rf"[{_ENDS}]+[{_CLOSING}'’\"]*|[{_OPENING}]|[{_CLOSING}]")
_SIGNS = frozenset(_ENDS + _OPENING + _CLOSING)


_NUMBER = re.compile(r"\s*[（(]?\d{1,3}[.．、)）](?!\d)")
_HEADING = re.compile(r"\s*#+\s")
_LINE = re.compile(r".+")


def east_asian_sentences(text: str) -> int | range:
    """Return the number of sentences of Chinese or Japanese.

    A sentence ends with `。`, `！`, `？` and their like, or with the line. What stands in brackets
    or in quotation marks within a sentence belongs to it. Latin full stops end one as in English.
    Headings and the numbers of lists are none. `…` within a line can end one, or not, and so can a
    quotation behind a colon or comma: then the number is a range.
    """
    lines = [_unnumbered(line) for line in _LINE.findall(text) if not _HEADING.match(line)]
    divided = [_divided(lines)]
    if "…" in text or _INTRODUCED.search(text):
        divided.append(_divided(lines, least=True))
    latin = list(dict.fromkeys(piece for pieces in divided for piece in pieces if ". " in piece))
    numbers = dict(zip(latin, map(len, read_each(latin)), strict=True))
    # an end the fewer may part an initial from its sentence, which gives more of them
    counts = [sum(numbers.get(piece) or 1 for piece in pieces) for pieces in divided]
    least, most = min(counts), max(counts)
    return most if least == most else range(least, most + 1)


def _unnumbered(line: str) -> str:
    number = _NUMBER.match(line)
    return line[number.end() if number else 0 :].strip()


def _divided(lines: list[str], *, least: bool = False) -> list[str]:
    """Return the pieces of lines that have a word; with `least`, what is unsure ends none."""
    pieces = (piece for line in lines for piece in _pieces(line, least=least))
    return [piece for piece in pieces if _HAS_WORD.search(piece)]


def _pieces(line: str, *, least: bool) -> Iterator[str]:
    """Give the sentences of a line, which Latin full stops may divide, and what has no word."""
    if _SIGNS.isdisjoint(line):
        yield line
        return
    if line[:1] in _OPENING and line[-1:] in _CLOSING:
        line = line[1:-1]
    start, depth, is_said = 0, 0, False
    for mark in _END.finditer(line):
        sign = mark[0][0]
        if sign in _OPENING:
            is_said = is_said if depth else line[mark.start() - 1 : mark.start()] in _SAYING
            depth += 1
        elif sign in _CLOSING:
            depth = max(depth - 1, 0)
        elif depth:
            # the marks after it close what is open
            depth = max(depth - sum(map(_CLOSING.__contains__, mark[0])), 0)
            end = mark.end()
            if not depth and is_said and not least and line[end : end + 1] not in _PAUSES:
                yield line[start:end]
                start = end
        elif not (least and not mark[0].strip(f"…{_CLOSING}'’\"")):
            yield line[start : mark.end()]
            start = mark.end()
    yield line[start:]


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)
