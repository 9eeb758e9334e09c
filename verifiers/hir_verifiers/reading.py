"""Sentences as a reader finds them, for the packs that need not count as IFEval's checkers do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from hir_verifiers.analyses import sentence_spans

__all__ = [
    "BULLET",
    "HEADING",
    "ITEM",
    "RULER",
    "blocks",
    "is_ended",
    "read_sentences",
    "sentences_ended_within",
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
_SPACES = "".join(filter(str.isspace, map(chr, range(0x3001))))
_CLOSING = f"\"')]}}‘’“”«»{_SPACES}"
"""What closes a sentence for NLTK, also at the beginning of the next line."""
_MARKS = f".?!…*_{_CLOSING}"
_GOES_ON = re.compile(r"(?:[?!][\"'”’»)]+|\b(?:etc|et al|i\.e)\.)$", re.IGNORECASE)


def read_sentences(text: str) -> list[str]:
    """Return the `sentences` as a reader finds them.

    The number of a list ends none, and neither does a mark within quotation marks, or "etc.", after
    which the sentence goes on with a small letter ("Why?" he said). Marks alone are none: they
    belong to the sentence before them.
    """
    text = unnumbered(text)
    found: list[tuple[int, int]] = []
    for start, stop in sentence_spans(text):
        if found and _goes_on(text, *found[-1], start, stop):
            found[-1] = found[-1][0], stop
        else:
            found.append((start, stop))
    return [text[start:stop] for start, stop in found]


def sentences_ended_within(lines: Iterable[str]) -> Counter[str]:
    """Return for each line how many of its `read_sentences` another one follows in it.

    The lines are read together, which takes less time than to read one after the other.
    """
    # the first and the last marks of a text are read otherwise
    listed = ["X", *dict.fromkeys(lines), "X"]
    text = unnumbered("\n".join(listed))
    found: Counter[str] = Counter()
    number, seen = 0, 0
    for (start, stop), (after, end) in pairwise(sentence_spans(text)):
        number, seen = number + text.count("\n", seen, after), after
        marked = start + len(text[start:stop].rstrip(_CLOSING))
        if "\n" not in text[marked:after]:
            within = text.find("\n", after, end)
            goes_on = _goes_on(text, start, stop, after, end if within < 0 else within)
            found[listed[number]] += not goes_on
    return found


def _goes_on(text: str, start: int, stop: int, after: int, end: int) -> bool:
    """Return whether a sentence goes on in what is cut off behind it."""
    head = text[after]
    if head.islower():
        return _GOES_ON.search(text, max(start, stop - _TAIL), stop) is not None
    return head in _MARKS and not text[after:end].strip(_MARKS)


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
