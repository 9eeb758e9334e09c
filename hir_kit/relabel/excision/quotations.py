"""Stretches of an instruction that are somebody else's text: quotations and code."""

from __future__ import annotations

import re
from collections.abc import Iterator

_FENCE = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
_CODE = re.compile(r"`[^`\r\n]+`")
_MARK = re.compile("[\"'“”„‘’«»「」『』《》]")
_PAIRS = {"“": "”", "„": "”", "‘": "’", "«": "»", "「": "」", "『": "』", "《": "》"}
_CLOSERS = frozenset(_PAIRS.values())

_SHOT = re.compile(
    r"^[^\w\r\n]{0,8}_{0,2}(?:question|input|query|instruction|prompt|user|task|q|问题|輸入|输入)"
    r"[\W_]{0,4}?[:：]",
    re.MULTILINE | re.IGNORECASE,
)


def quotations(text: str) -> list[tuple[int, int]]:
    """Return the spans of fenced code, inline code, block quotes and quotations."""
    return [*_fences(text), *_inline_code(text), *_block_quotes(text), *_quoted(text)]


def last_request(text: str) -> int:
    """Return where the last request starts, after worked examples; 0 where there are none."""
    shots = [match.start() for match in _SHOT.finditer(text)]
    return shots[-1] if len(shots) > 1 else 0


def _fences(text: str) -> Iterator[tuple[int, int]]:
    marks = [match.start() for match in _FENCE.finditer(text)]
    # A fence that is never closed runs to the end, as in Markdown.
    if len(marks) % 2:
        marks.append(len(text))
    return zip(marks[::2], marks[1::2], strict=True)


def _inline_code(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _CODE.finditer(text))


def _block_quotes(text: str) -> Iterator[tuple[int, int]]:
    position = 0
    for line in text.splitlines(keepends=True):
        if line.lstrip().startswith(">"):
            yield position, position + len(line)
        position += len(line)


def _quoted(text: str) -> list[tuple[int, int]]:
    """Return the quotations, each kind of mark on its own: kinds nest in any order."""
    opened: dict[str, int] = {}
    spans: list[tuple[int, int]] = []
    for match in _MARK.finditer(text):
        mark, at = match[0], match.start()
        if mark in _PAIRS:
            opened.setdefault(_PAIRS[mark], at)
        elif (mark in _CLOSERS or _closes(text, at)) and mark in opened:
            if mark != "’" or _closes(text, at):
                spans.append((opened.pop(mark), at + 1))
        elif mark in "\"'" and _opens(text, at):
            opened.setdefault(mark, at)
    return spans


def _opens(text: str, at: int) -> bool:
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    return not before.isalnum() and not after.isspace()


def _closes(text: str, at: int) -> bool:
    """Return whether a mark may close: an apostrophe inside a word does not."""
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    return not after.isalnum() and (not before.isspace() or after.isspace())
