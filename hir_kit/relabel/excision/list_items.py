"""List items of an instruction: their markers, extents and numbers."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_MARKER = re.compile(
    r"""(?P<indent>[ \t\u3000]*)
    (?:(?P<bullet>[-*+–—](?=[ \t])|[•·●○▪◦‣])
     |(?P<open>[(（\[]?)
      (?P<value>[0-9]{1,3}|[０-９]{1,3}|[A-Za-z]|[一二三四五六七八九十]{1,3})
      (?P<close>[.)\]](?=[ \t\u3000]|[^\x00-\x7f])|[）．、])
     |(?P<circled>[①-⑳])
    )[ \t\u3000]*(?=\S)""",
    re.VERBOSE,
)
_ROMAN = re.compile(r"[ \t]*[(（]?[ivxIVX]{2,5}[.)）]\s")
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")
_NARROW = str.maketrans("0123456789", "０１２３４５６７８９")
_CHINESE = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"]
_CHINESE += [f"十{digit}" for digit in _CHINESE[:9]] + ["二十"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line, without its line end.

    Attributes:
        start: Offset of its first character.
        end: Offset after its last one.
        indent: White space it starts with, counted in characters.
        blank: Whether it holds only white space.
    """

    start: int
    end: int
    indent: int
    blank: bool


@dataclass(frozen=True, slots=True)
class Item:
    """A list item.

    Attributes:
        line: Index of the line with its marker.
        start: Offset of the marker.
        content: Offset of what follows the marker.
        indent: Characters before the marker.
        style: What all markers of one list share.
        value: Its number, or None for a bullet.
        span: Offsets of the number inside the marker.
    """

    line: int
    start: int
    content: int
    indent: int
    style: tuple[str, str, str]
    value: int | None
    span: tuple[int, int]

    def renumbered(self, value: int) -> str:
        """Return how this list writes another number."""
        return _write(self.style[1], value)


class Lines:
    """The lines of an instruction and the list items that start on them.

    Attributes:
        text: The instruction.
        lines: Its lines.
        items: For each line, the item that starts there, if any.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = list(_lines(text))
        self.items = [_item(text, number, line) for number, line in enumerate(self.lines)]
        self._starts = [line.start for line in self.lines]

    def at(self, offset: int) -> int:
        """Return the index of the line that holds an offset."""
        return bisect_right(self._starts, offset) - 1

    def last_line(self, item: Item) -> int:
        """Return the index of the item's last line: what is indented deeper belongs to it."""
        last = item.line
        for number in range(item.line + 1, len(self.lines)):
            line = self.lines[number]
            if line.blank:
                continue
            if line.indent <= item.indent:
                break
            last = number
        return last

    def siblings(self, item: Item) -> list[Item]:
        """Return all items of the item's list, in order."""
        before: list[Item] = []
        while (previous := self._previous(before[-1] if before else item)) is not None:
            before.append(previous)
        found = [*reversed(before), item]
        while (following := self._following(found[-1])) is not None:
            found.append(following)
        return found

    def is_roman(self, items: list[Item]) -> bool:
        """Return whether a list of letters is one of Roman numbers, which are not read."""
        if items[0].style[1] not in "aA" or self.text[items[0].start].isspace():
            return False
        following = [*self.lines[self.last_line(items[-1]) + 1 :][:2]]
        near = [self.lines[item.line] for item in items] + following
        return any(_ROMAN.match(self.text, line.start, line.end) for line in near)

    def enclosing(self, number: int) -> Item | None:
        """Return the item that a line continues, if it does."""
        if self.items[number] is not None:
            return self.items[number]
        indent = self.lines[number].indent
        for above in range(number - 1, -1, -1):
            line = self.lines[above]
            if line.blank or line.indent >= indent:
                continue
            return self.items[above]
        return None

    def _following(self, item: Item) -> Item | None:
        for number in range(self.last_line(item) + 1, len(self.lines)):
            if not self.lines[number].blank:
                return self._same_list(item, self.items[number])
        return None

    def _previous(self, item: Item) -> Item | None:
        for number in range(item.line - 1, -1, -1):
            line = self.lines[number]
            if not line.blank and line.indent <= item.indent:
                return self._same_list(item, self.items[number])
        return None

    @staticmethod
    def _same_list(item: Item, other: Item | None) -> Item | None:
        same = other is not None and (other.style, other.indent) == (item.style, item.indent)
        return other if same else None


def _lines(text: str) -> Iterator[Line]:
    for match in _LINE.finditer(text):
        start = match.start()
        content = match[0].rstrip("\r\n")
        if start == match.end() and start > 0 and text[start - 1] not in "\r\n":
            return
        indent = len(content) - len(content.lstrip())
        yield Line(start, start + len(content), indent, indent == len(content))


def _item(text: str, number: int, line: Line) -> Item | None:
    match = _MARKER.match(text, line.start, line.end)
    if match is None:
        return None
    group = next(name for name in ("bullet", "value", "circled") if match[name])
    kind, value = _read(group, match[group])
    start = match.end("indent")
    style = (match["open"] or "", kind, match["close"] or "")
    if kind == "unknown":
        return None
    return Item(number, start, match.end(), line.indent, style, value, match.span(group))


def _read(group: str, mark: str) -> tuple[str, int | None]:
    """Return the kind of numbering and the number."""
    if group == "bullet":
        return mark, None
    if group == "circled":
        return "①", ord(mark) - ord("①") + 1
    if mark[0] in _CHINESE:
        return ("一", _CHINESE.index(mark) + 1) if mark in _CHINESE else ("unknown", None)
    if mark.isascii() and mark.isalpha():
        return ("a", ord(mark) - 96) if mark.islower() else ("A", ord(mark) - 64)
    return ("1", int(mark)) if mark.isascii() else ("１", int(mark.translate(_WIDE)))


def _write(kind: str, value: int) -> str:
    if kind == "1":
        return str(value)
    if kind == "１":
        return str(value).translate(_NARROW)
    if kind == "一":
        return _CHINESE[value - 1]
    return chr(ord(kind) + value - 1)
