"""NLTK's word tokenizer, run on many short texts at once.

The tokenizer rewrites a text with some thirty patterns. On a text of a few characters nearly all
the time goes into calling them. So the texts are put between separators, and NLTK's own code goes
over all of them once, with its patterns changed in two places: a text begins and ends at a
separator, and "any character but these" is no separator either. Where a pattern has other means to
tell a separator from the end of a text, the texts are tokenized one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from hir_verifiers.text.sentences import untimed

_SEPARATOR = "\ufdd0"  # never a character: in no word, no space, neither large nor small
_BEGINS, _ENDS = f"(?<={_SEPARATOR})", f"(?=\n?{_SEPARATOR})"
_AT_ONCE = 1 << 12

# A pattern in parts: an escape, a class, any other character.
_PART = re.compile(r"\\u[0-9A-Fa-f]{4}|\\.|\[\^?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
_HARMLESS_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|[sdwb]|[^0-9A-Za-z])")
_HARMLESS_FLAGS = int(re.IGNORECASE | re.UNICODE)


def count_capitals(texts: Sequence[str]) -> list[int]:
    """Count for each text its tokens that ``isupper()``."""
    counts: list[int] = []
    for at in range(0, len(texts), _AT_ONCE):
        counts += _count_together(texts[at : at + _AT_ONCE])
    return counts


def _count_together(texts: Sequence[str]) -> list[int]:
    tokenizer = _tokenizer_of_many()
    if len(texts) == 1 or tokenizer is None or any(_SEPARATOR in text for text in texts):
        return [sum(map(str.isupper, _tokenizer().tokenize(text))) for text in texts]
    counts: list[int] = []
    for token in tokenizer.tokenize(_SEPARATOR.join(["", *texts, ""])):
        if token == _SEPARATOR:
            counts.append(0)
        else:
            counts[-1] += token.isupper()
    return counts[:-1]


@cache
def _tokenizer() -> Any:
    """Give NLTK's tokenizer without a wall-clock limit on its patterns."""
    return _changed(untimed)


@cache
def _tokenizer_of_many() -> Any:
    """Give NLTK's tokenizer for texts with separators, None where its patterns do not allow it."""
    try:
        tokenizer = _changed(_separating)
    except ValueError:
        return None
    parted = (re.compile(_SEPARATOR), f" {_SEPARATOR} ")  # NLTK has just done so to the whole
    tokenizer.ENDING_QUOTES = [parted, *tokenizer.ENDING_QUOTES]
    return tokenizer


def _changed(change: Callable[[Any], Any]) -> Any:
    """Give NLTK's tokenizer with each of its patterns changed."""
    from nltk.tokenize import NLTKWordTokenizer

    tokenizer = NLTKWordTokenizer()
    for name in ("STARTING_QUOTES", "PUNCTUATION", "ENDING_QUOTES"):
        setattr(tokenizer, name, [(change(rule), by) for rule, by in getattr(tokenizer, name)])
    for name in ("PARENS_BRACKETS", "DOUBLE_DASHES"):
        rule, by = getattr(tokenizer, name)
        setattr(tokenizer, name, (change(rule), by))
    for name in ("CONTRACTIONS2", "CONTRACTIONS3"):
        setattr(tokenizer, name, list(map(change, getattr(tokenizer, name))))
    return tokenizer


def _separating(pattern: Any) -> Any:
    """Give the pattern for texts with separators; raises ValueError where there is none."""
    import regex

    engine: Any = re if isinstance(pattern, re.Pattern) else regex
    if pattern.flags & ~(_HARMLESS_FLAGS | engine.compile("").flags):
        raise ValueError(pattern.pattern)
    parts = _PART.findall(pattern.pattern)
    source = "".join(_separating_part(part, engine.compile) for part in parts)
    return engine.compile(source, pattern.flags & re.IGNORECASE)


def _separating_part(part: str, compile: Callable[[str], Any]) -> str:
    if part in ("^", "$"):
        return _BEGINS if part == "^" else _ENDS
    if part[0] == "[" and len(part) > 1:
        return _separating_class(part, compile)
    if part == "." or (part[0] == "\\" and not _HARMLESS_ESCAPE.fullmatch(part)):
        raise ValueError(part)
    return part


def _separating_class(part: str, compile: Callable[[str], Any]) -> str:
    """Leave the separator out of what a class stands for."""
    if part.startswith("[^") and part != "[^]":
        part = f"[^{_SEPARATOR}{part[2:]}"
    if part in ("[]", "[^]") or compile(part).match(_SEPARATOR):
        raise ValueError(part)
    return part
