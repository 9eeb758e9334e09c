"""Whether what only led to something stands without it.

Of "Use dots, and, if you can, avoid dashes" the end goes: "and, if you can" must not stay.
"""

# ruff: noqa: SIM905  # lists of words are read and changed as one
from __future__ import annotations

from collections.abc import Sequence

from hir_kit.relabel.statements.word_kinds import COORDINATORS, kind_at

_COORDINATORS = COORDINATORS | {"so"}
_STOPS = frozenset(".;:!?")
_PREPOSITIONS = frozenset("for in at on with to after before".split())
LEADING = frozenset(
    "if when whenever while whatever whichever wherever since because as unless although though "
    "once apart besides aside instead rather wenn falls weil da während obwohl außer si quand "
    "puisque comme lorsque".split()
)
"""What a part begins with that says when, why or under which condition of another one."""


def left_open(
    old: Sequence[str], new: Sequence[str], gone: Sequence[tuple[int, int, int]]
) -> str | None:
    """Return what led to something that is gone, or None.

    Args:
        old: The words and marks of the instruction, folded.
        new: The same after the cut.
        gone: For each stretch that was taken out, its start and end in `old`, and where in `new`
            it was.
    """
    for start, end, at in gone:
        following = new[at] if at < len(new) else "."
        if (opener := _led_to_what_follows(old, start, end, new[:at][-1:])) is not None:
            return opener
        if not (following in _STOPS or following in _COORDINATORS):
            continue
        if old[start] == "," and old[min(start + 1, end - 1)] not in _COORDINATORS:
            piece = _last_piece(new, at)
            if piece and (piece[0] in LEADING or _introduced(new, at - len(piece))):
                return " ".join(piece)
    return None


def lost_its_comma(sentence: str, source: str) -> bool:
    """Return whether a sentence begins with such a part, and what the part led to is gone.

    Args:
        sentence: What is left of a sentence, folded.
        source: The sentence as it was, folded.
    """
    first = source.partition(" ")[0]
    opened = first in LEADING and sentence.startswith(f"{first} ")
    return opened and "," in source and "," not in sentence


def _led_to_what_follows(
    old: Sequence[str], start: int, end: int, before: Sequence[str]
) -> str | None:
    """Return what goes of "use dots[; as for commas], leave them out" besides the demand."""
    following = old[end] if end < len(old) else "."
    if following != "," != old[end - 1]:
        return None
    if following == "," and old[start] in _STOPS:
        return old[start + 1]
    piece = _last_piece(old, end - (old[end - 1] == ","))
    besides = old[start : end - len(piece) - (old[end - 1] == ",")]
    if not piece or piece[0] not in LEADING:
        return None
    at = end + 1 if following == "," else end if tuple(before) == (",",) else None
    listed = at is not None and kind_at(old, at) in ("noun", "prep")
    if listed or any(word.isalnum() and word not in _COORDINATORS for word in besides):
        return " ".join(piece)
    return None


def _last_piece(words: Sequence[str], at: int) -> Sequence[str]:
    """Return the words before a place up to a mark or to what joins them to others."""
    start = at
    while start and (words[start - 1][0].isalnum() or words[start - 1] in "'\"-"):
        start -= 1
        if words[start] in _COORDINATORS and not LEADING.isdisjoint(words[start + 1 : start + 2]):
            return words[start + 1 : at]
    while start < at and words[start] in _COORDINATORS:
        start += 1
    return words[start:at]


def _introduced(words: Sequence[str], at: int) -> bool:
    """Return whether a part begins what follows it, or interrupts it: "and, as always, ..."."""
    if at and words[at - 1] == ";":
        return words[at] in _PREPOSITIONS
    return at > 1 and words[at - 1] == "," and words[at - 2] in _COORDINATORS | {"that", "which"}
