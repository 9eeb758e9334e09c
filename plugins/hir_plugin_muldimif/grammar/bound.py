"""What reading a sentence comes to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Bound:
    """The id and kwargs of the verifier that decides a sentence."""

    id: str
    kwargs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a sentence has no verifier."""

    reason: str


_PARTS = (
    ("sentence", r"sentences?"),
    ("paragraph", r"paragraphs?"),
    ("section", r"(?:sub)?sections?|slides?|chapters?|parts?"),
    ("cell", r"(?:table )?cells?"),
    ("row", r"(?:table )?rows?"),
    ("heading", r"headings?|section titles?"),
    ("line", r"lines?"),
)
_UNFIT = re.compile(r"words?|letters?|characters?|keywords? .*|time|other", re.IGNORECASE)
_IN_TABLE = re.compile(r"(?:entry|item|cell) (?:in|of|within) the table", re.IGNORECASE)


def part_of(match: re.Match[str]) -> str | None:
    """Return the part that "each ..." means; None where it means no part."""
    noun = match["each"].strip().lower()
    if _UNFIT.fullmatch(noun):
        return None
    if _IN_TABLE.search(match[0]):
        return "cell"
    last = noun.split()[-1]
    for part, pattern in _PARTS:
        if re.fullmatch(pattern, noun) or re.fullmatch(pattern, last):
            return part
    return "item"
