"""Demands that are listed within a sentence: in brackets, behind a colon, or as all of it.

"Write on tea (at least 80 words, no commas)." An item of such a list goes with one of its commas,
the last one with the brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from hir_kit.relabel.excision.cuts import Edit
from hir_kit.relabel.statements.joints import Member

_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_COLON = re.compile(r"[^\s\d]:\s+(?=\S)")
_SEPARATOR = re.compile(r"(?<!\s)(?:\s*[,;]\s*(?:and\s+)?|\s+and\s+)")
_WITH_AND = re.compile(r"\band\b")
_ORDINAL = re.compile(
    r"(?:first|second|third|fourth|then|next|last|finally)(?:ly)?|\d+[.)]?|[a-e][.)]"
)
_FRAGMENT = re.compile(
    r"(?:no|not|all|only|in|at|under|over|less|fewer|more|max\w*|min\w*|exactly|between|with|without"
    r"|\d+|end|start|mention|use|include|title|lowercase|uppercase)\b"
)
"""How an item begins where a sentence is nothing but a list of demands."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list within a sentence.

    Attributes:
        start: Where it begins, with what opens it.
        end: Where it ends, with what closes it.
        spans: Where each of its items stands.
        whole: Whether it is the whole sentence.
        bracketed: Whether it stands in brackets.
    """

    start: int
    end: int
    spans: tuple[tuple[int, int], ...]
    whole: bool = False
    bracketed: bool = False


def without_items(
    text: str, start: int, stop: int, members: Sequence[Member], quoted: Sequence[tuple[int, int]]
) -> list[Edit] | None:
    """Return what takes the members that go out of a list, None where they are in no one list.

    Args:
        text: The instruction, folded.
        start: Where the sentence begins.
        stop: Where its final mark is.
        members: What its parts state.
        quoted: Where quotations stand, in which nothing is parted.
    """
    gone = [member for member in members if member.gone]
    for one in _lists(text, start, stop, members, quoted):
        if not all(one.start <= member.start and member.end <= one.end for member in gone):
            continue
        stated = [any(_in(m, span) for m in members) for span in one.spans]
        if not (all(stated) or one.bracketed):
            continue
        if any(_ORDINAL.fullmatch(text, *span) for span in one.spans):
            return None
        falling = [any(_in(m, span) for m in gone) for span in one.spans]
        staying = [any(_in(m, span) for m in members if not m.gone) for span in one.spans]
        if any(both == (True, True) for both in zip(falling, staying, strict=True)):
            return None
        return None if all(falling) and one.whole else list(_edits(text, one, falling))
    return None


def _in(member: Member, span: tuple[int, int]) -> bool:
    return member.start < span[1] and span[0] < member.end


def _lists(
    text: str, start: int, stop: int, members: Sequence[Member], quoted: Sequence[tuple[int, int]]
) -> Iterator[Items]:
    closed = [*quoted, *((member.start, member.end) for member in members)]
    for match in _BRACKETS.finditer(text, start, stop):
        low, high = match.span(1) if match[1] is not None else match.span(2)
        before = len(text[: low - 1].rstrip())
        if any(low <= member.start and member.end <= high for member in members):
            yield Items(before, high + 1, tuple(_spans(text, low, high, closed)), bracketed=True)
    for match in _COLON.finditer(text, start, stop):
        inside = any(low < match.start() < high - 1 for low, high in quoted)
        led = [member for member in members if member.start >= match.end()]
        if not inside and led and all(m.gone is False or m in led for m in members):
            yield Items(match.start() + 1, stop, tuple(_spans(text, match.end(), stop, closed)))
    spans = tuple(_spans(text, start, stop, closed))
    if len(spans) > 2 and all(_FRAGMENT.match(text, low, high) for low, high in spans):
        yield Items(start, stop, spans, whole=True)


def _spans(
    text: str, start: int, stop: int, closed: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    begin = start
    for match in _SEPARATOR.finditer(text, start, stop):
        if match.end() < stop and not any(
            low < match.end() and match.start() < high - 1 for low, high in closed
        ):
            yield begin, match.start()
            begin = match.end()
    yield begin, stop


def _edits(text: str, items: Items, falling: Sequence[bool]) -> Iterator[Edit]:
    if all(falling):
        yield items.start, items.end, ""
        return
    left = [span for span, falls in zip(items.spans, falling, strict=True) if not falls]
    first, last = left[0], left[-1]
    if items.spans[0] != first:
        yield items.spans[0][0], first[0], ""
    if items.spans[-1] != last:
        yield last[1], items.spans[-1][1], ""
    joined = any(_WITH_AND.search(text[a[1] : b[0]]) for a, b in pairwise(items.spans))
    for one, two in pairwise(left):
        between = text[one[1] : two[0]]
        new = re.sub(r"\s*and\s+", " ", between) if one != left[-2] else between
        if joined and one == left[-2]:
            new = " and " if len(left) == 2 else ", and "
        elif items.spans.index(two) - items.spans.index(one) > 1:
            new = f"{between.lstrip()[:1]} "
        if new != between:
            yield one[1], two[0], new
