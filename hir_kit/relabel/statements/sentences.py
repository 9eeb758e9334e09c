"""The sentences of an instruction, each with the examples and list items that belong to it."""

# ruff: noqa: E501  # patterns that are read by the line
from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from hir_kit.relabel.excision.list_items import Item, Lines
from hir_kit.relabel.excision.locate import fold
from hir_kit.relabel.excision.quotations import quotations
from hir_kit.relabel.statements.demands import commands, is_demand, is_task

_END = re.compile(r"[.!?…]+[)\"'”’»\]]*(?=\s|$)|[。！？；]+[”’」』）]*|[.!?](?=[A-Z][a-z]+ )")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[\"'“‘*])(?:[^\W\d_]|e\.g|i\.e|a\.k\.a|vs|cf|al|dr|mr|mrs|ms|prof|sr|jr|st"
    r"|no|nos|vol|fig|eq|sec|ch|pp|approx|inc|ltd|co|corp|u\.s|u\.k|ph\.d|max|min|incl|excl)\.$",
    re.IGNORECASE,
)
_ETC = re.compile(r"(?:\betc|\bp\.?\s?s)\.$", re.IGNORECASE)
_LIMIT = re.compile(r"[a-z]['\"]?\s+['\"]?(?:max|min|no)\.$", re.IGNORECASE)
"""Of "50 words max.", which may end a sentence, as "max. 50 words" may not."""
_NUMBERED = re.compile(r"(?:^|[\s(])\d{1,2}\.$")
_NUMBERS = re.compile(r"[a-z]\s+\d{1,2}\.$")
_SHORT = re.compile(r"(?:No|Not|At (?:least|most)|Exactly|Only|All|Without|Max|Min)\b(?!\.)")
"""How short demands begin: "Mark each with Day X. No commas."."""
_POSTSCRIPT = re.compile(r"\bP\.\s?(?:P\.\s?)?S\.?(?=\s+[A-Z])")
_LEADS = re.compile(
    r"(?:[:：]|\b(?:such as|like|for example|i\.e\.|e\.g\.|example|like this|as follows|below)[:.,]?)\s*$",
    re.IGNORECASE,
)
_EXAMPLE_LINE = re.compile(
    r"\s*(?:[*•\-–]\s*(?=\S)|\*{3,}\s*$|\*[^*]+\*|\[[^\]\n]*\]|<<|\d{1,2}[.)]\s|\.\.\.|…|[{}\[\]\"`]"
    r"|[A-Z][\w]*\s+(?:\d+|[IVX]+|X|[A-C])\b\s*[:.]?.{0,40}$"
    r"|[A-Z]\w*(?:\s+\w+){1,3}\s+(?:\d+|X)\s*[:.]?\s*$)"
)
_FRAGMENT = re.compile(
    r"\s*(?:for example|example|e\.g\.|i\.e\.|like|such as)\b[^.!?\n]{0,90}", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an instruction.

    Attributes:
        start: Its first character.
        end: After its last character, final mark included.
        body: Where its own words end; what follows are lines of an example.
        item: The list item that it fills, if it does.
    """

    start: int
    end: int
    body: int
    item: Item | None = None


def split(text: str) -> list[Sentence]:
    """Return the sentences of an instruction, in order. White space between them is of none."""
    lines = Lines(text)
    closed = _long_quotations(text)
    starts = [start for start, _ in closed]
    found: list[Sentence] = []
    number = 0
    while number < len(lines.lines):
        line = lines.lines[number]
        if line.blank:
            number += 1
            continue
        last = number
        while _runs_on(lines, last):
            last += 1
        item = lines.items[number]
        start = item.content if item else line.start + line.indent
        pieces = _pieces(text, start, lines.lines[last].end, closed, starts)
        whole = item if item is not None and len(pieces) == 1 and last == number else None
        taken = [Sentence(low, high, high, whole) for low, high in pieces]
        found += taken
        number = last + 1
        if taken:
            after = _examples(lines, number, text[taken[-1].start : taken[-1].end])
            if after > number:
                final = taken[-1]
                end = lines.lines[after - 1].end
                found[-1] = Sentence(final.start, _stripped(text, end), final.end, None)
                number = after
    return _with_fragments(text, found)


def _stripped(text: str, end: int) -> int:
    return len(text[:end].rstrip())


def _long_quotations(text: str) -> list[tuple[int, int]]:
    """Return quotations in which no sentence of the instruction ends, the outermost ones."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(quotations(text)):
        if merged and start < merged[-1][1]:
            continue
        if end - start < 2000 or "```" in text[start : start + 3]:
            merged.append((start, end))
    return merged


def _runs_on(lines: Lines, line: int) -> bool:
    """Return whether the next line goes on with a sentence that has no final mark."""
    if line + 1 >= len(lines.lines) or lines.items[line + 1] is not None:
        return False
    here, following = lines.lines[line], lines.lines[line + 1]
    if following.blank or here.blank:
        return False
    last = lines.text[: here.end].rstrip()[-1:]
    first = lines.text[following.start + following.indent]
    return last not in ".!?:;。！？：；" and first.islower() and here.end - here.start > 20


def _pieces(
    text: str, start: int, end: int, closed: list[tuple[int, int]], starts: list[int]
) -> list[tuple[int, int]]:
    found = []
    begin = start
    depth_from = start
    for match in _END.finditer(text, start, end):
        at = match.end()
        if at <= begin or not _ends(text, match, end, closed, starts):
            continue
        if _open_bracket(text, depth_from, at):
            continue
        found.append((begin, at))
        begin = at + len(text[at:end]) - len(text[at:end].lstrip())
        depth_from = begin
    if begin < end and text[begin:end].strip():
        found.append((begin, _stripped(text, end)))
    return [cut for low, high in found for cut in _at_postscript(text, low, high)]


def _at_postscript(text: str, low: int, high: int) -> list[tuple[int, int]]:
    """Split "... starting with P.P.S The response must ...", which has no stop between."""
    match = _POSTSCRIPT.search(text, low, high)
    if match is None or high - match.end() < 3:
        return [(low, high)]
    begin = match.end() + len(text[match.end() : high]) - len(text[match.end() : high].lstrip())
    return [(low, match.end()), (begin, high)]


def _ends(
    text: str, match: re.Match[str], end: int, closed: list[tuple[int, int]], starts: list[int]
) -> bool:
    place = bisect_right(starts, match.start()) - 1
    if place >= 0 and match.start() < closed[place][1] - 1:
        quote_ends = match.end() >= closed[place][1]
        following = text[match.end() : end].lstrip()[:1]
        return quote_ends and (not following or following.isupper())
    following = text[match.end() : end].lstrip()
    if not following or match[0][0] in "。！？；":
        return True
    if match[0][0] == "." and len(match[0]) == 1:
        window = text[max(0, match.start() - 12) : match.start() + 1]
        ended = (_LIMIT.search(window) and following[0].isupper()) or _SHORT.match(following)
        if (
            not ended
            and _ABBREVIATION.search(window)
            and not commands(fold(text[match.end() : end][:80]).lstrip())
        ):
            return False
        if _ETC.search(window) and not following[0].isupper():
            return False
        if _NUMBERED.search(window) and not _NUMBERS.search(window):
            return False
    return following[0] not in ",;" and not (following[0].islower() and match[0][0] == "…")


def _open_bracket(text: str, start: int, end: int) -> bool:
    piece = text[start:end]
    return piece.count("(") > piece.count(")") and ")" in text[end : end + 300]


def _examples(lines: Lines, number: int, sentence: str) -> int:
    """Return the line after the lines of an example that a sentence introduces."""
    if not _LEADS.search(sentence[-40:]) or re.search(
        r"(?i)\b(?:rules|requirements|constraints|guidelines|instructions)\s*:$", sentence
    ):
        return number
    at = number
    while at < len(lines.lines) and lines.lines[at].blank:
        at += 1
    after = number
    blanks = 0
    while at < len(lines.lines):
        line = lines.lines[at]
        if line.blank:
            blanks += 1
            at += 1
            if blanks > 1:
                break
            continue
        if not _EXAMPLE_LINE.match(lines.text, line.start, line.end) or _asks(lines, at):
            break
        if line.end - line.start > 90:
            break
        blanks = 0
        at += 1
        after = at
    return after


def _asks(lines: Lines, number: int) -> bool:
    """Return whether a line is an item that says what to do, and so no example."""
    item = lines.items[number]
    text = "" if item is None else fold(lines.text[item.content : lines.lines[number].end])
    return item is not None and (is_task(text) or is_demand(text))


def _with_fragments(text: str, found: list[Sentence]) -> list[Sentence]:
    """Return the sentences, an example that is one of its own joined to the one before it."""
    joined: list[Sentence] = []
    for one in found:
        match = _FRAGMENT.match(text, one.start, one.body)
        if (
            joined
            and match is not None
            and (match.end() >= one.body - 1 or one.body < one.end)
            and not text[joined[-1].end : one.start].count("\n") > 1
        ):
            before = joined.pop()
            joined.append(Sentence(before.start, one.end, before.body, before.item))
        else:
            joined.append(one)
    return joined
