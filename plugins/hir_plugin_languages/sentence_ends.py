"""Sentences of languages with spaces: which full stops end one, and which cannot be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

import regex

Ends = bool | Literal["unsure"]
"""Whether a mark ends a sentence."""

Kind = Literal["titles", "names", "numbers", "dates", "others"]

_HAS_WORD = regex.compile(r"[\p{L}\p{N}]")
_CAPITAL = regex.compile(r"\p{Lu}")
_CASED = regex.compile(r"[\p{Lu}\p{Ll}]")
_GOES_ON = regex.compile(r"[,;:]|\s*+\p{Ll}|[^\S\n]*+[—–-][^\S\n]*+\p{Ll}")
_UNCASED_NEXT = regex.compile(r"[^\S\n]++\p{Lo}")
_CLOSING = r"[\"'»«”“’‘›‹)\]*_]*+(?:[^\S\n]»)?+"
_LINE_END = r"(?<![:,;：\s])[^\S\n]*+\n(?=[^\S\n]*+(?:\n|[-*+•–][^\S\n]|\p{N}{1,3}[.)][^\S\n]))"
_HEADING = regex.compile(r"(?m)^[^\S\n]*+#++[^\S\n].*+$")
_NEXT = regex.compile(r"(\s*+)[^\p{L}\p{N}\s]*+([\p{L}\p{M}\p{N}]*+)")
_ROMAN = regex.compile(r"[IVXLC]+")
_LETTER = r"(?![\p{Hangul}\p{Han}])[\p{Lu}\p{Lo}]"
_INITIAL = regex.compile(rf"{_LETTER}(?:\.-?{_LETTER})*")
_DETERMINER = regex.compile(
    r"(?i)am|d(?:er|ie|as|en|em|es)|[iv]om|im|zu[mr]|beim|(?:k?ein|jede).{0,2}"
)
"""What stands before a German ordinal number."""
_QUOTATION = regex.compile(
    r"„[^„“”\n]*+[“”]|“[^“”\n]*+”|»[^»«\n]*+«|«[^»«\n]*+»|(?<![^\s(])\"[^\"\n]*+\"(?!\w)"
)
_INNER_END = regex.compile(r"[.!?…](?=\s)")
_CARRIES_ON = regex.compile(r" *+(?:[,;]|\p{Ll})")
_BLANKS = " \t\r\n\f\v\xa0"
_QUOTES = "\"'»«”“’‘›‹"
_OPENING = "([{«»„“”‘'\"¿¡*_<"
_REACH = 24
"""How far from a full stop its words are looked for."""
_PARTS = 4
"""The most full stops of an abbreviation."""


@dataclass(frozen=True)
class Abbreviations:
    """What may stand before a full stop within a sentence, with blanks between.

    One of several parts has its full stops and no spaces ("z.b"); it is found with spaces, too, and
    in any case. One of a single letter is found as it stands: a capital is else an initial.

    Attributes:
        titles: Those that something follows always: "dr", "z.b".
        names: Those that end a sentence only before a word of `starters`.
        numbers: Those that a number follows, and that may else end one: "vol".
        others: Those that may end one: "etc".
        starters: Words that have a capital at the beginning of a sentence alone.
        months: The months, where a full stop makes an ordinal number of one or two digits.
    """

    titles: str = ""
    names: str = ""
    numbers: str = ""
    others: str = ""
    starters: str = ""
    months: str = ""

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """Return which kind each is of; the titles that stand in texts of any language, too."""
        listed: tuple[tuple[Kind, str], ...] = (
            ("titles", "mr mrs ms dr prof vs e.g i.e"),
            ("others", "etc a.m p.m"),
            ("others", self.others),
            ("numbers", self.numbers),
            ("names", self.names),
            ("titles", self.titles),
        )
        return {one: kind for kind, text in listed for one in text.split()}

    @cached_property
    def continued(self) -> dict[str, regex.Pattern[str]]:
        """Return by the beginning of an abbreviation, up to a full stop in it, how it goes on."""
        rests: dict[str, list[str]] = {}
        for one in self.kinds:
            parts = one.split(".")
            for n in range(1, len(parts)):
                rest = r"\.\s?".join(map(regex.escape, parts[n:]))
                rests.setdefault(".".join(parts[:n]).lower(), []).append(rest)
        return {
            begun: regex.compile(rf"\s?(?:{'|'.join(found)})\.", regex.IGNORECASE)
            for begun, found in rests.items()
        }

    @cached_property
    def tails(self) -> frozenset[str]:
        """Return the ends of abbreviations of several parts, behind one of their full stops."""
        parts = [one.split(".") for one in self.kinds]
        return frozenset(".".join(one[n:]) for one in parts for n in range(1, len(one)))


def sentences_by(
    abbreviations: Abbreviations | None = None, ends: str = "", *, quotes_within: bool = False
) -> Callable[[str], int | range]:
    """Return what counts sentences of a language with spaces.

    `.`, `!`, `?` and `…` end one before white space, unless a small letter follows in a text that
    has capitals, also behind a dash or the mark of a quotation. A full stop after an abbreviation,
    an initial or the number of a list does not, or it cannot be told: then the count is a range. It
    is one, too, where a quotation ends in a script without capitals, or a paragraph or an item of a
    list ends without a mark. Headings are no sentences.

    Args:
        abbreviations: Those of the language.
        ends: The signs that end one wherever they stand.
        quotes_within: Whether a quotation of several sentences that stands within one is part of
            that one.
    """
    own = rf"[{ends}]+{_CLOSING}|" if ends else ""
    marks = rf"(?<![.!?…])[.!?…]++{_CLOSING}(?=[\s,;:]|$)"
    end = regex.compile(rf"{own}{marks}|{_LINE_END}")
    stops = _FullStops(abbreviations or Abbreviations())

    def ending(text: str, at: int, after: int, is_cased: bool) -> Ends:
        if text[at] in ".!?…" and is_cased and _GOES_ON.match(text, after):
            return False
        if text[at] in _BLANKS or (text[after - 1] in _QUOTES and _UNCASED_NEXT.match(text, after)):
            return "unsure"
        if text[at] in ".۔" and text[at + 1 : at + 2] != text[at]:
            return stops.ends(text, at, after)
        return True

    def count(text: str) -> int | range:
        text = _HEADING.sub("", text) if "#" in text else text
        if quotes_within:
            text = _quoted_as_one(text)
        is_cased = _CAPITAL.search(text) is not None or not _CASED.search(text)
        least = most = looked = 0
        may_be_open = is_open = False  # whether a word stands in the sentence that is not ended yet
        for mark in end.finditer(text):
            at, after = mark.span()
            is_open = is_open or _HAS_WORD.search(text, looked, after) is not None
            may_be_open = may_be_open or is_open
            looked = after
            ends_here = may_be_open and ending(text, at, after, is_cased)
            if ends_here:
                most += is_open
                is_open = False
            if ends_here is True:
                least += may_be_open
                may_be_open = False
        is_open = is_open or _HAS_WORD.search(text, looked) is not None
        most += is_open
        least += may_be_open or is_open
        return most if least == most else range(least, most + 1)

    count.__doc__ = "Return the number of ends of sentences" + (
        f" (`{ends}` ends one, and `.`, `!`, `?` before white space)"
        if ends
        else " (`.`, `!`, `?` or `…` before white space and no small letter)"
    )
    return count


def _quoted_as_one(text: str) -> str:
    """Return the text with commas for the ends of sentences inside quotations within a sentence.

    What ends the quotation stays: it may end the sentence, too.
    """

    def one(match: regex.Match[str]) -> str:
        before = text[max(0, match.start() - _REACH) : match.start()].rstrip(" ")[-1:]
        if not (before.isalnum() or before in (*",:;–—",) or _CARRIES_ON.match(text, match.end())):
            return match[0]
        head = match[0][:-1].rstrip(".!?… ")
        return _INNER_END.sub(",", head) + match[0][len(head) :]

    return _QUOTATION.sub(one, text)


class _FullStops:
    """Whether a single full stop ends a sentence, by the words on both sides."""

    def __init__(self, abbreviations: Abbreviations) -> None:
        self._kinds = abbreviations.kinds
        self._continued = abbreviations.continued
        self._tails = abbreviations.tails
        self._starting = frozenset(abbreviations.starters.split())
        self._months = frozenset(abbreviations.months.split())
        self._decided = lru_cache(maxsize=1 << 13)(self._decide)

    def ends(self, text: str, at: int, after: int) -> Ends:
        """Return whether the full stop at `at` ends a sentence; the next word is beyond `after`."""
        if at == 0 or text[at - 1].isspace():
            return True
        start = max(0, at - _REACH)
        return self._decided(text[start:at], text[at : after + _REACH], after - at, start == 0)

    def _decide(self, before: str, text: str, after: int, is_whole: bool) -> Ends:
        """Return it for the full stop that `text` begins with.

        `is_whole` says whether `before` is all that stands before it.
        """
        words = before.rsplit(None, _PARTS)
        word = words[-1].lstrip(_OPENING)
        if word.isdecimal() or len(word) == 1:
            line = before.rpartition("\n")[2] if is_whole or "\n" in before else None
            if line is not None and line.strip() == word:
                return False  # the mark of a list
        said = self._said(word, words)
        kind = self._kind(said, words)
        if kind is not None:
            return kind != "titles" and self._before_next(kind, text, after)
        rests = [self._continued[one] for one in said if one in self._continued]
        return not any(rest.match(text, 1) for rest in rests)

    def _said(self, word: str, words: list[str]) -> list[str]:
        """Return what an abbreviation can be that the last word ends, the longest first."""
        said = [_folded(word)]
        for one in words[-2::-1]:
            if said[0].lower() not in self._tails or not one.endswith("."):
                break
            said.insert(0, _folded(one.lstrip(_OPENING) + said[0]))
        return said

    def _kind(self, said: list[str], words: list[str]) -> Kind | None:
        """Return what kind of abbreviation the last words are."""
        word = said[-1]
        for one in said:
            if found := self._kinds.get(one):
                is_unit = found == "names" and len(one) <= 2 and _follows_number(words)
                return "others" if is_unit else found
        if _is_initial(word):
            return "others" if _follows_number(words) else "names"
        if self._months and word.isdecimal() and len(word) <= 2:
            return "names" if _DETERMINER.fullmatch(words[-2:][0]) else "dates"
        return None

    def _before_next(self, kind: Kind, text: str, after: int) -> Ends:
        """Return whether an abbreviation is the end of a sentence, by what follows."""
        found = _NEXT.match(text, after)
        assert found is not None  # it matches anything
        space, word = found.groups()
        if word.lower() in self._starting or "\n\n" in space:
            return True
        if kind == "numbers":
            goes_on = word[:1].isdecimal() or _ROMAN.fullmatch(word) is not None
        else:
            goes_on = kind == "names" or (kind == "dates" and word.lower() in self._months)
        return False if goes_on else "unsure"


def _folded(word: str) -> str:
    """Return an abbreviation as it is looked up: a capital alone is an initial."""
    return word if len(word) == 1 else word.lower()


@lru_cache(maxsize=4096)
def _is_initial(word: str) -> bool:
    return _INITIAL.fullmatch(word) is not None


def _follows_number(words: list[str]) -> bool:
    return len(words) > 1 and words[-2][-1:].isdecimal()
