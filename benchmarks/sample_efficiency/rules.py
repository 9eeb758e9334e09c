"""Verifiers of this benchmark's own: a plugin file, as a user would write one."""

from __future__ import annotations

import re

from hir_kit import Response, verifier

_WORD = re.compile(r"[a-z]+")


def words_of(text: str) -> list[str]:
    """Return the lower-case words of a text, in order."""
    return _WORD.findall(text)


@verifier("world:first_word", describe="Start with {word}.")
def first_word(response: Response, *, word: str) -> bool:
    return words_of(response.text)[:1] == [word]


@verifier("world:order", describe="Say {first} before {second}.")
def order(response: Response, *, first: str, second: str) -> bool:
    words = words_of(response.text)
    return first in words and second in words and words.index(first) < words.index(second)


@verifier("world:no_repeats", describe="Repeat no word.")
def no_repeats(response: Response) -> bool:
    words = words_of(response.text)
    return len(set(words)) == len(words)
