"""Goes over a sentence from left to right; each word must belong to something it knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hir_plugin_muldimif.grammar.words import REASON, asks

_BETWEEN = re.compile(r"[\s,;:.!()–—-]*")
_QUOTE = re.compile(
    r"(?<![\w@])(?:'(?P<single>[^\"“”]*?[^\s\"“”])'|\"(?P<double>[^\"]*?)\"|“(?P<curly>[^“”]*)”"
    r"|‘(?P<bent>[^‘]*?)’|「(?P<corner>[^「」]*)」|`(?P<code>[^`]*)`)(?![\w'])"
)
MASK = r"@(?P<{}>\d+)@"
LONGEST = 1000
SUBJECTS = ("whole", "each")


@dataclass(frozen=True, slots=True)
class Item:
    """A part of a sentence that says something: its name, and how it matched."""

    name: str
    match: re.Match[str]


@dataclass(frozen=True, slots=True)
class Masked:
    """A sentence with numbers in the place of what it quotes."""

    text: str
    quotes: tuple[str, ...]

    @classmethod
    def of(cls, sentence: str) -> Masked:
        """Mask what stands between quotation marks that open and close beside no letter."""
        quotes: list[str] = []

        def mask(match: re.Match[str]) -> str:
            quotes.append(next(part for part in match.groups() if part is not None))
            return f"@{len(quotes) - 1}@"

        text = " ".join(sentence.replace("@", " at ").split())
        return cls(_QUOTE.sub(mask, text), tuple(quotes))


class Rules:
    """Patterns in the order in which they are tried. Those without a name say nothing.

    Args:
        subject: What the sentences are about; their reasons may speak of it.
        rules: Pairs of a name ("" for what says nothing) and a pattern.
    """

    def __init__(self, subject: str, rules: Iterable[tuple[str, str]]) -> None:
        whole = ((name, rf"(?:{pattern})(?![\w@])") for name, pattern in rules)
        self._rules = [(name, re.compile(pattern, re.IGNORECASE)) for name, pattern in whole]
        self._asks = asks(subject)

    def scan(self, text: str) -> list[Item] | str:
        """Return what a sentence says, in order; the words that are not understood, if any."""
        items: list[Item] = []
        place = _skip(text, 0)
        while place < len(text):
            end = self._reason(text, place) if _may_reason(items, text, place) else -1
            if end < 0:
                name, match = self._rule(text, place)
                if match is None:
                    return text[place:]
                end = match.end()
                if name:
                    items.append(Item(name, match))
            place = _skip(text, end)
        return items

    def _rule(self, text: str, place: int) -> tuple[str, re.Match[str] | None]:
        for name, pattern in self._rules:
            match = pattern.match(text, place)
            if match and match.end() > place:
                return name, match
        return "", None

    def _reason(self, text: str, place: int) -> int:
        """Return where a reason ends, at the last comma before something that asks; -1 if none."""
        match = REASON.match(text, place)
        if not match:
            return -1
        asking = self._asks.search(text, place, match.end())
        stop = asking.start() if asking else match.end()
        if not asking and stop == len(text):
            return stop
        return text.rfind(",", place, stop)


def _may_reason(items: Sequence[Item], text: str, place: int) -> bool:
    """Say whether a reason may stand here: after what is asked for, or "To ..., " before all."""
    if any(item.name not in SUBJECTS for item in items):
        return True
    return not items and text[place : place + 3].lower() == "to "


def _skip(text: str, place: int) -> int:
    match = _BETWEEN.match(text, place)
    return match.end() if match else place


def names(items: Sequence[Item]) -> str:
    """Return the names of the items, in order, with spaces between."""
    return " ".join(item.name for item in items)
