"""Sentences as a reader finds them, for the packs that need not count as IFEval's checkers do."""

from __future__ import annotations

import re
from itertools import pairwise

from hir_verifiers.analyses import sentences

__all__ = [
    "BULLET",
    "HEADING",
    "ITEM",
    "RULER",
    "blocks",
    "is_ended",
    "read_sentences",
    "unnumbered",
    "unpadded",
]

HEADING = re.compile(r"(#+)\s+(.*)", re.DOTALL)
RULER = re.compile(r"([-*=_])(?:[ \t]*\1){2,}")
_SIGN = "[•‣◦▪▫●○■□◆▸▶➤➢⁃]"
BULLET = rf"(?:[-*+∙·](?:[^\S\n]|$)|{_SIGN}(?!{_SIGN})(?:\uFE0F|[^\S\n])*)"
"""What a bullet point begins with; signs that are nothing else need no space behind them."""
ITEM = re.compile(rf"\s*(?:{BULLET}|\d{{1,9}}[.)]\s|\(\d{{1,3}}\)\s|\(?[a-z]\)\s)\s*")
"""What a line of a list begins with."""
_ENDED = re.compile(r"[.!?…。！？।॥؟۔:：;；]\W*$")
_LEADS_ON = re.compile(r"[:：]\W*$")
_TAIL = 40

_LIST_NUMBER = re.compile(r"^([ \t>#]*[*_]{0,2})\d{1,3}[.)](?=[*_]{0,2}[ \t])", re.MULTILINE)
_GOES_ON = re.compile(r"(?:[?!][\"'”’»)]+|\b(?:etc|et al|i\.e)\.)$", re.IGNORECASE)


def read_sentences(text: str) -> list[str]:
    """Return the `sentences` as a reader finds them.

    The number of a list ends none, and neither does a mark within quotation marks, or "etc.", after
    which the sentence goes on with a small letter ("Why?" he said).
    """
    pieces = sentences(unnumbered(text))
    begins = [at for at, piece in enumerate(pieces) if not (at and _goes_on(pieces[at - 1], piece))]
    if len(begins) == len(pieces):
        return pieces
    return [" ".join(pieces[start:stop]) for start, stop in pairwise([*begins, len(pieces)])]


def _goes_on(piece: str, other: str) -> bool:
    return other[:1].islower() and _GOES_ON.search(piece) is not None


def blocks(text: str) -> list[str]:
    """Return the paragraphs and the items of lists, each without its marker.

    No sentence goes on in the next one. Headings, rules and tables are none. What ends with a colon
    belongs to what follows.
    """
    found: list[list[str]] = [[]]
    for line in text.split("\n"):
        stripped = line.strip()
        starts = not stripped or _is_aside(stripped)
        if starts:
            stripped = ""
        elif marker := ITEM.match(line):
            starts, stripped = True, line[marker.end() :].strip()
        if starts and found[-1] and not _LEADS_ON.search(found[-1][-1][-_TAIL:]):
            found.append([])
        if stripped:
            found[-1].append(stripped)
    return ["\n".join(lines) for lines in found if lines]


def _is_aside(line: str) -> bool:
    """Return whether a line is a heading, a rule, or one of a table."""
    sign = line[0]
    if sign == "#":
        return HEADING.fullmatch(line) is not None
    return sign == "|" or (sign in "-*=_" and RULER.fullmatch(line) is not None)


def is_ended(block: str) -> bool:
    """Return whether a mark stands at the end, signs that are no letters after it or none."""
    return _ENDED.search(block[-_TAIL:]) is not None


def unnumbered(text: str) -> str:
    """Return the text without the numbers of lists: "1." or "1)" at the beginning of a line."""
    return _LIST_NUMBER.sub(r"\1", text)


def unpadded(text: str) -> str:
    """Return the text without the white space in its blank lines, that of `\\r\\n` among it."""
    return "\n".join("" if line.isspace() else line for line in text.split("\n"))
