"""Whether what a cut has brought together in a sentence is built alike.

Of "Use A and B" one goes: then B begins as A did. Of "a text with A in B" one goes: then what goes
begins as such an addition does, and so does what follows. What fits neither may be no sentence.
"""

# ruff: noqa: SIM905  # lists of words are read and changed as one
from __future__ import annotations

from collections.abc import Iterator, Sequence

from hir_kit.relabel.statements.belonging import torn_off
from hir_kit.relabel.statements.word_kinds import (
    COORDINATORS,
    PARTICIPLES,
    STOPS,
    is_word,
    kinds_at,
    past_joints,
)

_WRITING = frozenset(
    "write compose create use include give describe explain make tell avoid produce generate "
    "answer respond reply draft provide".split()
)
"""Verbs behind which a comma begins what stands between two."""


def unlike(
    old: Sequence[str], new: Sequence[str], gone: Sequence[tuple[int, int, int]]
) -> str | None:
    """Return two words that a cut has made neighbours and that do not go together, or None.

    Args:
        old: The words and marks of the instruction, folded.
        new: The same after the cut.
        gone: For each stretch that was taken out, its start and end in `old`, and where in `new`
            it was.
    """
    for start, end, at in gone:
        if not 0 < at < len(new):
            continue
        if torn_off(old, new, (start, end, at)):
            return f"{new[at - 1]} {new[at]}"
        if not is_word(new[at - 1]) or new[at - 1].isdigit() or not is_word(new[at]):
            continue
        if new[at] == "that" and new[at - 1] in ("sure", "ensure"):
            continue
        half = old[start] == "," != old[end - 1] and new[at - 1] in _WRITING
        half = half or (old[start] != "," == old[end - 1] and _ends_a_list(old, end))
        if half or not any(_fit(old, *way) for way in _shifted(old, start, end)):
            return f"{new[at - 1]} {new[at]}"
    return None


def _ends_a_list(old: Sequence[str], at: int) -> bool:
    """Return whether the comma before a thing closes what goes: "in red [or blue,] a song"."""
    rest = old[at : next((n for n in range(at, len(old)) if old[n] in STOPS), len(old))]
    named = kinds_at(old, at) <= {"noun", "subject"} and not old[at].isdigit()
    return named and COORDINATORS.isdisjoint(rest)


def _shifted(old: Sequence[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches whose lack gives the same text: of "a b a" the first two or the last."""
    yield start, end
    low, high = start, end
    while low and old[low - 1] == old[high - 1]:
        low, high = low - 1, high - 1
        yield low, high
    while end < len(old) and old[start] == old[end]:
        start, end = start + 1, end + 1
        yield start, end


def _fit(old: Sequence[str], start: int, end: int) -> bool:
    if old[end - 1] == "it" and "." in old[start:end]:
        return True  # "it" at the start of a sentence has become what it means
    following = old[end] if end < len(old) else ""
    if start and old[start - 1] in ("be", "is", "are") and following.endswith("ed"):
        return True  # what the text is: "is concise and structured"
    if old[start] == old[end - 1] == "," and old[start + 1] not in COORDINATORS:
        return True
    start = past_joints(old, start, end)
    first = old[start]
    if start == end or not is_word(following) or following in COORDINATORS:
        return True
    kinds = kinds_at(old, start) | ({"adding"} if first in PARTICIPLES else set())
    return not kinds.isdisjoint(kinds_at(old, end))
