"""Cutting stretches out of a text so that the rest closes up as if they had never been there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hir_kit.relabel.excision.list_items import Item

Edit = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch to be cut out.

    Attributes:
        start: Its first character; for an item, its marker.
        end: After its last character.
        item: The list item it is, or the last of several.
        followed: Whether an item of the same list comes next.
        header: Whether it takes a list's header with it.
    """

    start: int
    end: int
    item: Item | None
    followed: bool = False
    header: bool = False


def merge_cuts(text: str, cuts: Sequence[Cut]) -> list[Cut]:
    """Return the cuts in order, those made one that have only white space between them."""
    merged: list[Cut] = []
    for cut in sorted(cuts, key=lambda cut: (cut.start, cut.end)):
        last = merged[-1] if merged else None
        if last is not None and (cut.start < last.end or text[last.end : cut.start].isspace()):
            header = cut.header or last.header
            merged[-1] = replace(cut, start=last.start, end=max(cut.end, last.end), header=header)
        else:
            merged.append(cut)
    return merged


def close_series(text: str, cut: Cut) -> Cut:
    """Return the cut so that a series "A；B。" that loses its last part ends in "A。"."""
    low = _low(text, cut.start)
    if cut.item or text[low - 1 : low] != "；" or text[cut.end - 1] not in "。！？":
        return cut
    return replace(cut, start=low - 1, end=cut.end - 1)


def apply_cuts(text: str, cuts: Sequence[Cut], edits: Sequence[Edit]) -> str:
    """Return the text without the cuts and with the edits, none of which is inside a cut."""
    changes = [*edits, *((*_with_space(text, cut), "") for cut in cuts)]
    parts, position = [], 0
    for start, end, new in sorted(changes):
        parts += [text[position:start], new]
        position = end
    return "".join([*parts, text[position:]])


def _with_space(text: str, cut: Cut) -> tuple[int, int]:
    """Return the span to remove: of the white space on both sides, the stronger stays.

    Where the list goes on, what stood before the item stays: a header may be further away.
    """
    low, high = _low(text, cut.start), _high(text, cut.end)
    if low == 0:
        return cut.start, high
    if high == len(text):
        return low, cut.end
    stronger = text.count("\n", low, cut.start) > text.count("\n", cut.end, high)
    return (cut.start, high) if cut.followed or stronger else (low, cut.end)


def _low(text: str, start: int) -> int:
    return len(text[:start].rstrip())


def _high(text: str, end: int) -> int:
    return len(text) - len(text[end:].lstrip())
