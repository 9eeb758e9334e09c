"""Finding the texts that users give: literally, as a constraint's sentence reads."""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator

from hir_kit import Response, Verdict, unknown

_UNSPACED = (
    "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # kana, Han
)
_BOUNDED_EDGE = re.compile(rf"(?![{_UNSPACED}])\w")
_MARKS = "\u0300-\u036f" + "".join(
    sign for sign in map(chr, range(0x900, 0xE00)) if unicodedata.category(sign) in ("Mn", "Mc")
)
"""Accents, and the vowel signs of India's scripts: parts of words, but not to `re`."""
_BEFORE = rf"(?<![^\W{_UNSPACED}])(?<![{_MARKS}])"
_AFTER = rf"(?![^\W{_UNSPACED}]|[{_MARKS}])"


WORD_START = rf"(?:{_BEFORE}|(?<={_BEFORE}_)|(?<={_BEFORE}__))"
WORD_END = rf"(?=_{{0,2}}{_AFTER})"
"""Where no character of a word stands beside, but for the underscores of Markdown's `_italics_`.
The letters of scripts without spaces are no part of a word in another script ("用Python写")."""

_NOT_AS_ASCII = re.compile("[\u0130\u0131\u017f\u212a\u0300-\u036f]")
"""Dotted I, dotless i, long s and the Kelvin sign, which are letters of ASCII without regard to
case; accents, which make another letter of the one before."""
_ALIKE = {
    **dict.fromkeys("'’‘ʼ‛", "['’‘ʼ‛]"),
    **dict.fromkeys('"“”„‟', '["“”„‟]'),
}
_PLAIN = {ord(sign): found[1] for sign, found in _ALIKE.items()}
_READ_ALIKE = {
    **_ALIKE,
    **dict.fromkeys("-‐‑", "[-‐‑]"),
    **dict.fromkeys("ßẞ", "(?:ß|(?-i:SS))"),
    "SS": "(?:ß|SS)",
}
"""To a reader hyphens are alike, too, and capitals have SS for ß; to IFEval they are not."""
_LETTERS = re.compile("SS|.", re.DOTALL)
_GAP = re.compile(r"(?<=\S)\s+(?=\S)")
_BETWEEN = r"(?:[^\S\n]+(?:\n[^\S\n]*)?|\n[^\S\n]*)"
_LOOSE = re.compile("[\\s'\"]")


def _not_blank(text: str) -> str:
    if not text or text.isspace():
        raise ValueError("a text that is not blank is wanted")
    return text


Text = Annotated[str, AfterValidator(_not_blank)]
"""A string that is not blank."""


def folded(text: str) -> str:
    """Return a text as it is compared at its end: composed, with plain quotation marks and blanks.

    Case stays.
    """
    plain = plain_quotes(unicodedata.normalize("NFC", text))
    return " ".join(plain.split())


def plain_quotes(text: str) -> str:
    """Return a text with straight quotation marks and apostrophes in the place of all others."""
    return text.translate(_PLAIN)


def _typed(text: str, alike: Mapping[str, str] = _ALIKE, between: str = _BETWEEN) -> str:
    """Return an expression of a text however it is typed: its quotation marks, blanks, accents."""
    words = _GAP.split(unicodedata.normalize("NFC", text))
    return between.join(
        "".join(alike.get(one) or _accented(one) for one in _LETTERS.findall(word))
        for word in words
    )


def _accented(char: str) -> str:
    parts = unicodedata.normalize("NFD", char)
    return re.escape(char) if parts == char else f"(?:{re.escape(char)}|{re.escape(parts)})"


def written(text: str, *, between: str = _BETWEEN) -> str:
    """Return an expression of a text as a reader finds it; see `_READ_ALIKE`.

    Between words stands `between`: blanks or one line's end.
    """
    return _typed(text, _READ_ALIKE, between)


def _accent_free(text: str) -> str:
    """Return what must not follow a text: an accent makes another letter of its last one."""
    return "(?![\u0300-\u036f])" if text[-1].isalpha() else ""


@lru_cache(maxsize=100_000)
def literal(text: str) -> re.Pattern[str]:
    """Return a pattern that finds the text anywhere, without regard to case.

    Curly quotation marks and straight ones are the same, and so are blanks and a line's end, and
    the two ways to write an accent.
    """
    return re.compile(_typed(text) + _accent_free(text), re.IGNORECASE)


def occurrences(text: str, response: Response) -> int:
    """Return how often the text stands in the response, without regard to case.

    Where no other characters count as letters of ASCII, lower case says the same as an expression
    that ignores case, and is faster.
    """
    if _is_plain(text) and response.get(_lowers_as_ascii):
        return response.lower.count(text.lower())
    return len(literal(text).findall(response.text))


def has_word(text: str, response: Response) -> bool:
    """Return whether the text stands in the response as a word of its own."""
    if _is_plain(text) and response.get(_lowers_as_ascii):
        return _stands_alone(text.lower(), response.lower)
    return whole_word(text).search(response.text) is not None


def _stands_alone(word: str, text: str) -> bool:
    """Return what `whole_word` finds of a word in ASCII, where case is the same."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        before, after = text[at - 1 : at], text[end : end + 1]
        if not (_are_joined(before, word[0]) or _are_joined(word[-1], after)):
            return True
        at = text.find(word, at + 1)
    return False


def _are_joined(left: str, right: str) -> bool:
    """Return whether two characters, or one and none, are word characters both."""
    return (left.isalnum() or left == "_") and (right.isalnum() or right == "_")


def _is_plain(text: str) -> bool:
    """Return whether a text can be typed in one way only."""
    return text.isascii() and not _LOOSE.search(text)


def _lowers_as_ascii(text: str) -> bool:
    """Return whether only letters of ASCII are letters of ASCII without regard to case."""
    return text.isascii() or not _NOT_AS_ASCII.search(text)


@lru_cache(maxsize=100_000)
def whole_word(text: str) -> re.Pattern[str]:
    r"""Return a pattern that finds the text as a word of its own, without regard to case.

    Where an edge of the text is a word character, none may stand beside it (IFEval's `\b`). Where
    the edge is a sign (`C#`) or belongs to a script written without spaces, nothing is asked.
    Signs, blanks and accents are found as `literal` does.
    """
    before = r"(?<!\w)" if _BOUNDED_EDGE.match(text[0]) else ""
    after = r"(?!\w)" if _BOUNDED_EDGE.match(text[-1]) else ""
    return re.compile(f"{before}{_typed(text)}{_accent_free(text)}{after}", re.IGNORECASE)


@lru_cache(maxsize=100_000)
def own_word(text: str) -> re.Pattern[str]:
    """Return what `whole_word` does, as a reader finds it.

    The text is found in Markdown's `_italics_` and beside scripts without spaces, too.
    """
    before = WORD_START if _BOUNDED_EDGE.match(text[0]) else ""
    after = WORD_END if _BOUNDED_EDGE.match(text[-1]) else ""
    return re.compile(f"{before}{written(text)}{_accent_free(text)}{after}", re.IGNORECASE)


@lru_cache(maxsize=10_000)
def numbered(text: str) -> re.Pattern[str]:
    """Return a pattern that finds the text with a number after it, one white space between."""
    return re.compile(rf"{re.escape(text)}\s?\d+")


@lru_cache(maxsize=10_000)
def as_reference(pattern: str, flags: int = re.IGNORECASE) -> re.Pattern[str] | Verdict:
    """Compile a user's text as the reference does: as a regular expression."""
    try:
        with warnings.catch_warnings():  # Python warns of sets such as [[a]
            warnings.simplefilter("ignore")
            return re.compile(pattern, flags)
    except re.error as error:
        return unknown(f"the reference raises re.error: {error}")
