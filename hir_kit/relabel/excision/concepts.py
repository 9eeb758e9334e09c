"""The vocabulary of constraints: wordings that mean the same become the same token."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hir_kit.relabel.excision.vocabulary import CHINESE, CHINESE_LANGUAGES, ENGLISH, LANGUAGES


def _groups(table: str, suffix: str) -> str:
    """Return one named group for each name in the table, in its order."""
    patterns: dict[str, list[str]] = {}
    for line in table.strip().splitlines():
        name, pattern = line.split(maxsplit=1)
        patterns.setdefault(name, []).append(pattern)
    named = ((name, "|".join(alike)) for name, alike in patterns.items())
    return "|".join(f"(?P<{name}{suffix}>{pattern})" for name, pattern in named)


_TOKEN = re.compile(
    r"(?P<x_quote>(?<!\w)'(?:[^'\n]|(?<=\w)'(?=\w)){1,80}'(?!\w))"
    rf"|\b(?:{_groups(ENGLISH, '')}|(?P<x_language>{LANGUAGES}))\b"
    rf"|{_groups(CHINESE, '_')}|(?P<x_language_>{CHINESE_LANGUAGES})"
    r"|(?P<x_digits>\d[\d,]*)|(?P<x_hashes>\#{1,6}(?=\s|'|$))"
    r"|(?P<x_cjk>[\u3400-\u9fff\u3040-\u30ff])|(?P<x_letters>[^\W\d_]+(?:'[a-z]+)?)"
)
_NUMERALS = (
    "zero,one 一,two 二 两 兩,three 三,four 四,five 五,six 六,seven 七,eight 八,nine 九,ten 十,"
    "eleven,twelve,thirteen,fourteen,fifteen,sixteen,seventeen,eighteen,nineteen,twenty"
)
_VALUES = {word: n for n, words in enumerate(_NUMERALS.split(",")) for word in words.split()}
_VALUES |= {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "hundred": 100}
_DIGIT = re.compile(r"\d|one|two|three")
_SUFFIXES = (
    *("ations", "ation", "ities", "ings", "ing", "ness", "ies"),
    *("ed", "ly", "es", "s", "e", "y"),
)


def tokens(folded: str) -> Iterator[str]:
    """Yield a folded text's tokens: concepts by name, numbers as digits, other words as stems.

    Quotations come as they stand, with their marks.
    """
    for match in _TOKEN.finditer(folded):
        kind = (match.lastgroup or "").rstrip("_")
        if kind in ("x_letters", "x_cjk"):
            yield _plain(match[0])
        elif kind.startswith("x_"):
            yield from _special(kind, match[0])
        else:
            yield kind


def _plain(word: str) -> str:
    value = _VALUES.get(word)
    return stem(word) if value is None else str(value)


def _special(kind: str, found: str) -> Iterator[str]:
    if kind == "x_digits":
        yield found.replace(",", "").lstrip("0") or "0"
    elif kind == "x_quote":
        yield found
    elif kind == "x_language":
        yield f"x_language:{found}"
    elif kind == "x_hashes":
        yield f"f_hlevel:{len(found)}"
    elif kind == "x_hlevel":
        yield "f_heading"
        yield from (
            f"f_hlevel:{_VALUES.get(n, n)}" for n in _DIGIT.findall(found.removeprefix("h"))
        )
    elif kind == "x_twice":
        yield {"once": "1", "twice": "2", "thrice": "3"}[found]
        yield "u_time"
    else:
        yield kind


def stem(word: str) -> str:
    """Return the word without a common English ending."""
    word = word.removesuffix("'s")
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    return word
