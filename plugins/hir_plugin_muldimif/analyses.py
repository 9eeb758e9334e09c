"""What several verifiers look for in a response: sentences, headings, tables, items of lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import compress
from typing import Literal, NamedTuple

from hir_kit import Response
from hir_kit.plugin import sentences as punkt_sentences
from hir_verifiers.patterns import WORD_END, WORD_START, own_word, written
from hir_verifiers.reading import BULLET, HEADING, ITEM, RULER, blocks, is_ended, read_each
from hir_verifiers.signs import SIGNS, SPACES, SYMBOLS

__all__ = [
    "BULLET",
    "IS_OPEN",
    "RULER",
    "SIGNS",
    "SYMBOLS",
    "WORD_END",
    "WORD_START",
    "Heading",
    "Part",
    "Sentence",
    "Table",
    "body_lines",
    "ended",
    "find_headings",
    "find_tables",
    "items",
    "own_word",
    "paragraphs",
    "parts",
    "punkt_sentences",
    "read",
    "sections",
    "sentences",
    "shown",
    "whole_fences",
    "without_fences",
    "written",
]

_CLOSED = re.compile(r"(?:^|(?<=\s))#+$")
_FENCE = re.compile(r"\s*(```|~~~)(?!.*\1)")
_RULE_CELL = re.compile(r":?-+:?")
_GRID = re.compile(r"\+(?:[-=:]+\+)+")
_BAR = re.compile(r"(?<!\\)\|")
_UNSEEN = SPACES + "\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f\ufeff"
_WORD = re.compile(r"[^\W_]")
_OPENING = "“‘「『（(\"'"
_MARK = re.compile("[.!?…]")
_SPACE = re.compile(r"\s")
_WIDE_END = re.compile(r"[。！？।॥؟۔]+([*_]*)([”’」』）)\"']*)(?![”’」』）)\"'，、,])")
_BLANK = re.compile(r"\n[ \t\r\f\v]*\n")


# The parts of a response that "each ..." can mean.
Part = Literal["sentence", "paragraph", "section", "line", "item", "heading", "row", "cell"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of Markdown: its level, its text."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of Markdown: the cells of its first row, and of those below."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def shown(text: str) -> str:
    """Return the text without what nobody sees at its ends: white space, a byte-order mark."""
    return text.strip(_UNSEEN)


def find_headings(text: str) -> tuple[Heading, ...]:
    """Return the headings: lines that begin with number signs and a space, wherever they stand.

    Number signs that close one are no part of its text.
    """
    found = []
    for line in text.split("\n"):
        if "#" in line and (match := HEADING.fullmatch(line.strip())):
            found.append(Heading(len(match[1]), _CLOSED.sub("", match[2]).strip()))
    return tuple(found)


def find_tables(text: str) -> tuple[Table, ...]:
    """Return the tables: two lines or more with cells between bars, one below the other.

    The bars at both ends may be missing where a line of dashes follows the first one.
    """
    if "|" not in text:
        return ()
    found, block = [], []
    for line in [*text.split("\n"), ""]:
        stripped = line.strip()
        if _GRID.fullmatch(stripped):
            continue
        if "|" in stripped:
            block.append(stripped)
        elif block:
            found += _tables_of(block)
            block = []
    return tuple(found)


def _tables_of(block: list[str]) -> list[Table]:
    """Return the table that a block of lines with bars is, if it is one."""
    framed = [line for line in block if line.startswith("|")]
    rows = [_cells(line) for line in (block if _is_ruled(block) else framed)]
    if len(rows) < 2:
        return []
    body = [row for row in rows[1:] if not _is_rule(row)]
    return [Table(rows[0], tuple(body))]


def _is_ruled(block: list[str]) -> bool:
    return len(block) > 1 and _is_rule(_cells(block[1]))


def _is_rule(cells: tuple[str, ...]) -> bool:
    return bool(cells) and all(_RULE_CELL.fullmatch(cell) for cell in cells)


def _cells(line: str) -> tuple[str, ...]:
    inner = line.removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return tuple(cell.strip() for cell in _BAR.split(inner))


def body_lines(text: str) -> list[str]:
    """Return the lines that are neither blank, nor headings, nor rulers, without space around."""
    lines = (line.strip() for line in text.split("\n"))
    return [
        line for line in lines if line and not RULER.fullmatch(line) and not HEADING.fullmatch(line)
    ]


def whole_fences(text: str) -> str:
    """Return the text without the blank lines in fenced code blocks; an open fence is none."""
    lines = text.split("\n")
    inside = _fenced(lines)
    return "\n".join(line for at, line in enumerate(lines) if at not in inside or line.strip())


def without_fences(text: str) -> str:
    """Return the text without its fenced code blocks."""
    lines = text.split("\n")
    inside = _fenced(lines)
    return "\n".join(line for at, line in enumerate(lines) if at not in inside)


def _fenced(lines: list[str]) -> set[int]:
    """Return the places of the lines in fenced code blocks, the fences among them."""
    inside: set[int] = set()
    opened = None
    for at, line in enumerate(lines):
        fence = _FENCE.match(line)
        if fence and opened is None:
            opened = at, fence[1]
        elif fence and opened and fence[1] == opened[1]:
            inside.update(range(opened[0], at + 1))
            opened = None
    return inside


def paragraphs(text: str) -> list[str]:
    """Return the parts between blank lines, without headings and rulers; code in fences is one."""
    blocks = ("\n".join(body_lines(block)) for block in _BLANK.split(whole_fences(text)))
    return [block for block in blocks if block]


def sections(text: str) -> list[str]:
    """Return what stands below each heading, or between rulers; none where there are neither.

    What stands before the first heading is no section.
    """
    found: list[list[str]] = [[]]
    headings = marks = 0
    for line in text.split("\n"):
        stripped = line.strip()
        is_heading = HEADING.fullmatch(stripped) is not None
        if is_heading and not headings:
            found.clear()
        if is_heading or RULER.fullmatch(stripped):
            headings, marks = headings + is_heading, marks + 1
            found.append([])
        elif stripped:
            found[-1].append(stripped)
    return ["\n".join(lines) for lines in found if lines] if marks else []


def items(text: str) -> list[str]:
    """Return the items of lists, with the indented lines that go on; none without a list."""
    found: list[list[str]] = []
    is_open = False
    for line in text.split("\n"):
        marker = ITEM.match(line)
        if marker and line[marker.end() :].strip() and not RULER.fullmatch(line.strip()):
            found.append([line[marker.end() :].strip()])
            is_open = True
        elif is_open and line[:1] in (" ", "\t") and line.strip():
            found[-1].append(line.strip())
        elif line.strip():
            is_open = False
    return [" ".join(lines) for lines in found]


IS_OPEN = "a line without a mark at its end may be a sentence or not"


class Sentence(NamedTuple):
    """A sentence; `is_open` where it is a line or an item by itself that no mark ends."""

    text: str
    is_open: bool = False


def read(text: str) -> list[Sentence]:
    """Return the sentences, none of which goes on in another paragraph or item of a list.

    Headings, rulers and tables are none. A line that ends with a colon belongs to what follows.
    """
    found = []
    has_wide = _WIDE_END.search(text) is not None
    for said in _said(list(filter(_WORD.search, blocks(text)))):
        cut = [piece for one in said for piece in _cut(one)] if has_wide else said
        pieces = [piece.rstrip("*_ ") for piece in cut if _WORD.search(piece)]
        is_open = len(pieces) == 1 and not is_ended(pieces[0])
        found += [Sentence(piece, is_open) for piece in pieces]
    return found


def _said(blocks: list[str]) -> Iterator[list[str]]:
    """Give what English marks cut each block into; only those that have one are looked at."""
    has_break = [_has_break(block) for block in blocks]
    each = read_each(list(compress(blocks, has_break)))
    for block, found in zip(blocks, has_break, strict=True):
        yield next(each) if found else [block]


def _has_break(block: str) -> bool:
    mark = _MARK.search(block)
    return mark is not None and _SPACE.search(block, mark.end()) is not None


def sentences(text: str) -> list[str]:
    """Return the texts of the sentences."""
    return [sentence.text for sentence in read(text)]


def ended(response: Response, part: Part | None) -> list[str]:
    """Return the sentences that a mark ends, where sentences are meant."""
    if part != "sentence":
        return []
    return [sentence.text for sentence in response.get(read) if not sentence.is_open]


def _cut(sentence: str) -> list[str]:
    """Return what the marks of other scripts cut a sentence into.

    One that begins with a quotation goes on behind it: “下雨了！”他说。
    """
    found, start = [], 0
    for mark in _WIDE_END.finditer(sentence):
        if not (mark[2] and sentence[start] in _OPENING and _WORD.match(sentence, mark.end())):
            found.append(sentence[start : mark.end()].strip())
            start = mark.end()
    found.append(sentence[start:].strip())
    return found


def _cells_below(text: str) -> list[str]:
    return [cell for table in find_tables(text) for row in table.rows for cell in row if cell]


def _rows_below(text: str) -> list[str]:
    return [" ".join(row) for table in find_tables(text) for row in table.rows]


def _items_or_cells(text: str) -> list[str]:
    return items(text) or _cells_below(text)


def _items_or_rows(text: str) -> list[str]:
    return items(text) or _rows_below(text)


def _heading_texts(text: str) -> list[str]:
    return [heading.text for heading in find_headings(text)]


_PARTS: dict[Part, Callable[[str], list[str]]] = {
    "paragraph": paragraphs,
    "section": sections,
    "line": body_lines,
    "item": _items_or_cells,
    "heading": _heading_texts,
    "row": _rows_below,
    "cell": _cells_below,
}


def parts(response: Response, part: Part, *, whole_rows: bool = False) -> list[str]:
    """Return the parts of a response; none where it has no such part.

    `whole_rows` takes a row of a table for an item, and not each of its cells.
    """
    if part == "sentence":
        return [sentence.text for sentence in response.get(read)]
    if part == "item" and whole_rows:
        return response.get(_items_or_rows)
    return response.get(_PARTS[part])
