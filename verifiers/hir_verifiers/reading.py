"""Sentences as a reader finds them, for the packs that need not count as IFEval's checkers do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hir_verifiers.analyses import sentence_spans
from hir_verifiers.signs import SPACES

__all__ = [
    "BULLET",
    "HEADING",
    "ITEM",
    "RULER",
    "blocks",
    "is_ended",
    "read_each",
    "read_sentences",
    "unnumbered",
    "unpadded",
]

_Span = tuple[int, int]

HEADING = re.compile(r"(#+)\s+(.*)", re.DOTALL)
RULER = re.compile(r"([-*=_])(?:[ \t]*\1){2,}")
_SIGN = "[•‣◦▪▫●○■□◆▸▶➤➢⁃]"
BULLET = rf"(?:[-*+∙·](?:[^\S\n]|$)|{_SIGN}(?!{_SIGN})(?:\uFE0F|[^\S\n])*)"
"""What a bullet point begins with; signs that are nothing else need no space behind them."""
ITEM = re.compile(rf"\s*(?:{BULLET}|\d{{1,9}}[.)]\s|\(\d{{1,3}}\)\s|\(?[a-z]\)\s)\s*")
"""What a line of a list begins with."""
_ENDED = re.compile(r"[.!?…。！？।॥؟۔:：;；]\W*$")
_ASIDES = frozenset("#|-*=_")
_LEADS_ON = re.compile(r"[:：]\W*$")
_TAIL = 40

_LIST_NUMBER = re.compile(r"^([ \t>#]*[*_]{0,2})\d{1,3}[.)](?=[*_]{0,2}[ \t])", re.MULTILINE)
_BLANK_LINE = re.compile("\n\n")
_CLOSING = f"\"')]}}‘’“”«»{SPACES}"
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
    found: list[_Span] = []
    for start, stop in sentence_spans(text):
        _add(found, text, start, stop)
    return [text[start:stop] for start, stop in found]


def read_each(texts: Sequence[str]) -> Iterator[list[str]]:
    """Give the `read_sentences` of each text; none may be blank or have a blank line in it.

    They are read together, which takes less time than to read one after the other.
    """
    # the first and the last marks of a text are read otherwise
    whole = unnumbered("\n\n".join(("X", *texts, "X")))
    ends = iter([*(end.start() for end in _BLANK_LINE.finditer(whole)), len(whole)])
    end = next(ends)
    found: list[_Span] = []
    is_text = False
    for start, stop in sentence_spans(whole):
        while stop > end:
            if start < end:
                _add(found, whole, start, end)
            if is_text:
                yield [whole[start:stop] for start, stop in found]
            start, end, found, is_text = max(start, end + 2), next(ends), [], True
        if start < stop:
            _add(found, whole, start, stop)


def _add(found: list[_Span], text: str, start: int, stop: int) -> None:
    """Add what was cut off behind the sentences of a text, to the last one if that goes on."""
    head = text[start]
    if found and (
        (head.islower() and _GOES_ON.search(text, *_tail(found[-1])))
        or (head in _MARKS and not text[start:stop].strip(_MARKS))
        or (len(found) == 1 and _only_closes(text, *found[0]))
    ):
        found[-1] = found[-1][0], stop
    else:
        found.append((start, stop))


def _tail(span: _Span) -> _Span:
    return max(span[0], span[1] - _TAIL), span[1]


def _only_closes(text: str, start: int, stop: int) -> bool:
    """Return whether this is what the sentence before would be closed by, were it of the text."""
    return text[start] in _CLOSING and not text[start:stop].strip(_CLOSING)


def blocks(text: str) -> list[str]:
    """Return the paragraphs and the items of lists, each without its marker.

    No sentence goes on in the next one. Headings, rules and tables are none. What ends with a colon
    belongs to what follows.
    """
    found: list[list[str]] = [[]]
    for line in text.split("\n"):
        stripped = line.strip()
        starts = not stripped or (stripped[0] in _ASIDES and _is_aside(stripped))
        if starts:
            stripped = ""
        elif marker := ITEM.match(line):
            starts, stripped = True, line[marker.end() :].strip()
        if starts and found[-1] and not _leads_on(found[-1][-1]):
            found.append([])
        if stripped:
            found[-1].append(stripped)
    return ["\n".join(lines) for lines in found if lines]


def _leads_on(line: str) -> bool:
    return (":" in line or "：" in line) and _LEADS_ON.search(line[-_TAIL:]) is not None


def _is_aside(line: str) -> bool:
    """Return whether a line is a heading, a rule, or one of a table."""
    if line[0] == "#":
        return HEADING.fullmatch(line) is not None
    return line[0] == "|" or RULER.fullmatch(line) is not None


def is_ended(block: str) -> bool:
    """Return whether a mark stands at the end, signs that are no letters after it or none."""
    return _ENDED.search(block[-_TAIL:]) is not None


def unnumbered(text: str) -> str:
    """Return the text without the numbers of lists: "1." or "1)" at the beginning of a line."""
    return _LIST_NUMBER.sub(r"\1", text)


def unpadded(text: str) -> str:
    """Return the text without the white space in its blank lines, that of `\\r\\n` among it."""
    return "\n".join("" if line.isspace() else line for line in text.split("\n"))
