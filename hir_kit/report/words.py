"""What of a text was cut and put, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "cut", "put"]
Part = tuple[Kind, str]
Words = tuple[Kind, list[str]]

_UNSPACED = r"\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_WORD = re.compile(rf"\s+|[{_UNSPACED}]|[^\s{_UNSPACED}]+")
"""A word; of Chinese and Japanese, which write no spaces, a character."""

_LONGEST = 2000
"""Words between what both texts begin and end with; more are not compared one by one."""


def word_diff(before: str, after: str) -> list[Part]:
    """Return how a text became another one: parts that are the same, cut or put, in order.

    A part that could stand in several places begins where a sentence does.
    """
    a, b = _WORD.findall(before), _WORD.findall(after)
    start = _common(a, b)
    end = _common(a[start:][::-1], b[start:][::-1])
    inner = a[start : len(a) - end], b[start : len(b) - end]
    parts: list[Words] = [("same", a[:start]), *_inner(*inner), ("same", a[len(a) - end :])]
    parts = [(kind, words) for kind, words in parts if words]
    _slide(parts)
    return [(kind, "".join(words)) for kind, words in parts if words]


def _slide(parts: list[Words]) -> None:
    """Move what was cut or put alone back to where a sentence begins, where that says the same."""
    for place in range(1, len(parts) - 1):
        kind, words = parts[place]
        if kind == "same" or {parts[place - 1][0], parts[place + 1][0]} != {"same"}:
            continue
        before, after = parts[place - 1][1], parts[place + 1][1]
        for count in range(min(len(words), len(before)) + 1):
            if count and before[-count] != words[-count]:
                break
            if _ends_sentence(before[: len(before) - count]):
                moved = before[len(before) - count :]
                parts[place - 1] = "same", before[: len(before) - count]
                parts[place] = kind, [*moved, *words[: len(words) - count]]
                parts[place + 1] = "same", [*words[len(words) - count :], *after]
                break


def _ends_sentence(words: list[str]) -> bool:
    """Return whether a sentence may begin after these words and the white space between."""
    if not words or words[-1] in ("。", "！", "？", "；", "："):
        return True
    if not words[-1].isspace():
        return False
    return "\n" in words[-1] or len(words) < 2 or words[-2][-1] in ".!?:;)\"'"


def _common(a: list[str], b: list[str]) -> int:
    """Return how many words both begin with."""
    for count, (one, other) in enumerate(zip(a, b, strict=False)):
        if one != other:
            return count
    return min(len(a), len(b))


def _inner(a: list[str], b: list[str]) -> Iterator[Words]:
    if max(len(a), len(b)) > _LONGEST:
        yield "cut", a
        yield "put", b
        return
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            yield "same", a[i:j]
        else:
            yield "cut", a[i:j]
            yield "put", b[k:m]
