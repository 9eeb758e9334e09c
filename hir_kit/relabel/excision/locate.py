"""Finding a constraint's text in an instruction, whatever quotes, case and white space it has."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache

_FOLDED = str.maketrans(dict.fromkeys('"“”„‟‘’‚‛`´', "'") | {"\u00a0": " "})
_HEADER = re.compile(
    r"\s*(?:the|your)\s+(?:output|response|answer)\s+must\s+follow\s+the\s+following\s+"
    r"(?:rules|constraints|requirements)\s*:\s*"
)
_NON_SPACE = re.compile(r"\S+")
_END_MARKS = " \t\r\n\u3000.!?。！？…．;；:：,，、'"
_WORDLIKE = re.compile(r"[0-9A-Za-z\u00c0-\u024f\u0370-\u052f]")


@lru_cache(maxsize=1024)
def fold(text: str) -> str:
    """Return the text in lower case with one kind of quotation mark, as long as it was."""
    plain = text.translate(_FOLDED)
    lowered = plain.lower()
    if len(lowered) == len(plain):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in plain)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A constraint's text, ready to be searched.

    Attributes:
        body: Folded, white space collapsed, without final punctuation.
        tail: The final punctuation, folded.
    """

    body: str
    tail: str

    @property
    def empty(self) -> bool:
        """Whether there is nothing to search: no letter and no digit."""
        return not any(char.isalnum() for char in self.body)


@lru_cache(maxsize=4096)  # instructions share few sentences, which are sought in each of them
def wanted(text: str) -> Wanted:
    """Return the text as it is searched."""
    folded = fold(text).strip()
    header = _HEADER.match(folded)
    if header and header.end() < len(folded):
        folded = folded[header.end() :]
    body = folded.rstrip(_END_MARKS)
    if any(char.isspace() for char in folded[len(body) :]):
        # What stands by itself at the end is what the text is about: "ends with '?'".
        body = folded.rstrip(".。")
    return Wanted(" ".join(body.split()), folded[len(body) :])


class Searchable:
    """An instruction in which constraints' texts are found.

    Attributes:
        folded: The instruction, folded; same offsets.
    """

    def __init__(self, text: str) -> None:
        self.folded = fold(text)
        self._flat = " ".join(self.folded.split())

    def find(self, sought: Wanted) -> list[tuple[int, int]]:
        """Return where the text stands, as offsets into the instruction."""
        body, found = sought.body, []
        at = self._flat.find(body) if body else -1
        while at >= 0:
            end = at + len(body)
            if self._whole(at, end):
                found.append((self._origin(at), self._origin(end - 1) + 1))
            at = self._flat.find(body, end)
        return found

    def holds(self, sought: Wanted) -> bool:
        """Return whether the text stands anywhere, even inside a longer word."""
        return bool(sought.body) and sought.body in self._flat

    def _whole(self, start: int, end: int) -> bool:
        """Return whether no word is cut in two ("at most 1" does not stand in "at most 10")."""
        return not (_glued(self._flat, start) or _glued(self._flat, end))

    def _origin(self, flat: int) -> int:
        if len(self._flat) == len(self.folded):  # there is no additional white space
            return flat
        starts, origins = self._places
        word = bisect_right(starts, flat) - 1
        return origins[word] + flat - starts[word]

    @cached_property
    def _places(self) -> tuple[list[int], list[int]]:
        """Where each word starts, without the additional white space and with it."""
        starts, origins, position = [], [], 0
        for match in _NON_SPACE.finditer(self.folded):
            starts.append(position)
            origins.append(match.start())
            position += len(match[0]) + 1
        return starts, origins


def _glued(text: str, at: int) -> bool:
    if at <= 0 or at >= len(text):
        return False
    return bool(_WORDLIKE.match(text[at - 1]) and _WORDLIKE.match(text[at]))
