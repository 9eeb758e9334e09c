"""What several verifiers look for in a response: sentences, headings, tables, items of lists."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from hir_kit import Response
from hir_kit.plugin import sentences as punkt_sentences
from hir_verifiers.patterns import WORD_END, WORD_START, own_word
from hir_verifiers.reading import read_sentences as sentences
from hir_verifiers.signs import SIGNS, SYMBOLS

__all__ = [
    "SIGNS",
    "SYMBOLS",
    "WORD_END",
    "WORD_START",
    "Heading",
    "Part",
    "Table",
    "body_lines",
    "find_headings",
    "find_tables",
    "items",
    "own_word",
    "paragraphs",
    "parts",
    "punkt_sentences",
    "sections",
    "sentences",
    "whole_fences",
]

_HEADING = re.compile(r"(#+)\s+(.*)", re.DOTALL)
_ITEM = re.compile(r"[ \t]*(?:[-*+•][ \t]+|\d{1,9}[.)][ \t]+)")
_RULER = re.compile(r"([-*=_])\1{2,}")
_RULE_CELL = re.compile(r":?-+:?")
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


def find_headings(text: str) -> tuple[Heading, ...]:
    """Return the headings: lines that begin with number signs and a space, wherever they stand."""
    found = []
    for line in text.split("\n"):
        if "#" in line and (match := _HEADING.fullmatch(line.strip())):
            found.append(Heading(len(match[1]), match[2].strip()))
    return tuple(found)


def find_tables(text: str) -> tuple[Table, ...]:
    """Return the tables: lines with cells between bars, one below the other.

    The bars at both ends may be missing where a line of dashes follows the first one.
    """
    found, block = [], []
    for line in [*text.split("\n"), ""]:
        stripped = line.strip()
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
    if not rows:
        return []
    body = [row for row in rows[1:] if not _is_rule(row)]
    return [Table(rows[0], tuple(body))]


def _is_ruled(block: list[str]) -> bool:
    return len(block) > 1 and _is_rule(_cells(block[1]))


def _is_rule(cells: tuple[str, ...]) -> bool:
    return bool(cells) and all(_RULE_CELL.fullmatch(cell) for cell in cells)


def _cells(line: str) -> tuple[str, ...]:
    inner = line.removeprefix("|")
    if inner.endswith("|"):
        inner = inner[:-1]
    return tuple(cell.strip() for cell in inner.split("|"))


def body_lines(text: str) -> list[str]:
    """Return the lines that are neither blank, nor headings, nor rulers, without space around."""
    lines = (line.strip() for line in text.split("\n"))
    return [
        line
        for line in lines
        if line and not _RULER.fullmatch(line) and not _HEADING.fullmatch(line)
    ]


def whole_fences(text: str) -> str:
    """Return the text without the blank lines in fenced code blocks; an open fence is none."""
    if "```" not in text:
        return text
    lines = text.split("\n")
    fences = [at for at, line in enumerate(lines) if line.lstrip().startswith("```")]
    inside = {
        at
        for first, last in zip(fences[::2], fences[1::2], strict=False)
        for at in range(first, last)
    }
    return "\n".join(line for at, line in enumerate(lines) if at not in inside or line.strip())


def paragraphs(text: str) -> list[str]:
    """Return the parts between blank lines, without headings and rulers; code in fences is one."""
    blocks = ("\n".join(body_lines(block)) for block in _BLANK.split(whole_fences(text)))
    return [block for block in blocks if block]


def sections(text: str) -> list[str]:
    """Return what stands below each heading, or between rulers; none where there are neither."""
    found: list[list[str]] = [[]]
    marks = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if _HEADING.fullmatch(stripped) or _RULER.fullmatch(stripped):
            marks += 1
            found.append([])
        elif stripped:
            found[-1].append(stripped)
    return ["\n".join(lines) for lines in found if lines] if marks else []


def items(text: str) -> list[str]:
    """Return the items of lists, with the indented lines that go on; none without a list."""
    found: list[list[str]] = []
    is_open = False
    for line in text.split("\n"):
        marker = _ITEM.match(line)
        if marker and line[marker.end() :].strip() and not _RULER.fullmatch(line.strip()):
            found.append([line[marker.end() :].strip()])
            is_open = True
        elif is_open and line[:1] in (" ", "\t") and line.strip():
            found[-1].append(line.strip())
        elif line.strip():
            is_open = False
    return [" ".join(lines) for lines in found]


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
    "sentence": sentences,
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
    if part == "item" and whole_rows:
        return response.get(_items_or_rows)
    return response.get(_PARTS[part])
