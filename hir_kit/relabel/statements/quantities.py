"""Quantities in an instruction: "at least 300 words", "600 to 700 words", "twice", "不超过200字"."""

# ruff: noqa: E501  # patterns that are read by the line
from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from hir_kit.verify import topics
from hir_kit.verify.numbers import NUMBER_WORD, number

_ENGLISH = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
)
_OTHERS = {
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "a hundred": 100, "one hundred": 100, "hundred": 100, "two hundred": 200, "three hundred": 300,
    "four hundred": 400, "five hundred": 500, "a thousand": 1000, "one thousand": 1000,
    "a dozen": 12, "half a dozen": 6, "a single": 1, "single": 1, "a couple of": 2, "a pair of": 2,
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8,
    "neuf": 9, "dix": 10, "cent": 100, "ein": 1, "eine": 1, "einen": 1, "einem": 1, "einzigen": 1,
    "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9,
    "zehn": 10, "hundert": 100,
}  # fmt: skip
VALUES = {word: n for n, word in enumerate(_ENGLISH.split())} | _OTHERS
_IN_WORDS = re.compile(NUMBER_WORD)
_CHINESE = {**dict(zip("零一二三四五六七八九十", range(11), strict=True)), "两": 2, "兩": 2}
_WORDS = "|".join(re.escape(word) for word in sorted(VALUES, key=len, reverse=True))
_NUMBER = (
    rf"(?:\d{{1,7}}(?:,\d{{3}})*|(?:{NUMBER_WORD}|{_WORDS})(?![^\W\d_\u2e80-\u9fff])"
    r"|[零一二两兩三四五六七八九十百]{1,4})"
)
_RELATIONS = {
    "min": r"at (?:the very )?least|(?:no|not) (?:less|fewer|shorter) than|(?:a )?minimum(?: length)?(?: of)?|"
    r"min\.?|au moins|au minimum|minimum|mindestens|wenigstens|至少|不少于|不少於|不低于|最少",
    "over": r"more than|over|above|exceed\w*|longer than|plus de|mehr als|超过|超過|多于",
    "max": r"(?:no|not|nothing|isn't|n't|never|anything)(?: \w+)? (?:more|longer|greater|higher|larger) than|at (?:the very )?most|up to|(?:a )?maximum(?: length)?(?: of)?"
    r"|max\.?|(?:not|never|n't|without|cannot)(?: to| go| be)? (?:exceed\w*|surpass\w*|over|above|beyond)(?: a total of)?|limit\w*(?: \w+){0,4} to|cap\w* at|within|capped at"
    r"|au plus|au maximum|pas plus de|maximum de|ne (?:pas )?dépass\w+ pas|höchstens|maximal|nicht mehr als|bis zu|至多|最多|不超过|不超過|不得超过|不多于",
    "under": r"less than|fewer than|under|below|shorter than|moins de|weniger als|unter|少于|不到",
    "exact": r"exactly|precisely|just|only|exactement|genau|nur|seulement|恰好|正好|刚好|只",
}
_RELATED = "|".join(
    f"(?P<{name}>{pattern})" for name, pattern in (
        ("max", _RELATIONS["max"]), ("min", _RELATIONS["min"]), ("under", _RELATIONS["under"]),
        ("over", _RELATIONS["over"]), ("exact", _RELATIONS["exact"]),
    )
)  # fmt: skip
_AFTER = (
    r"(?P<more>\s*\+|\s+or\s+(?:more|above|longer)|\s+and\s+(?:above|more)|以上|\s+ou\s+plus"
    r"|\s+oder\s+mehr|\s+(?:at\s+)?minimum)|(?P<less>\s+or\s+(?:less|fewer|under|below)"
    r"|以内|以內|以下|\s+(?:(?:at\s+)?max(?:imum)?|at\s+most|tops)\b|\s+ou\s+moins|\s+oder\s+weniger)"
)
_DENIED = {"over": "max", "under": "min"}
_NOT = re.compile(r"(?:\bnot|n't|\bnever)\s+(?:[^\s.,;:!?]+\s+){1,8}$")
"""What makes "at most" of "more than": "don't use the letter e more than 3 times"."""
_WRITE = r"(?:[写寫用有]|包含|包括|使用|出现|出現|提到)?"
_GAP = r"(?:[ \t\u00a0-]|\r?\n(?!\s*[*•-]))"
_BETWEEN = r"(?!(?:and|or|as|in|for|with|to|that|which|at|by|on)\b)[a-z*'-](?:[a-z*'.-]*[a-z*'-])?"
"""A word between a number and its unit; no sentence ends after it."""
_SPECIAL = {"once": 1, "twice": 2, "thrice": 3, "einmal": 1, "zweimal": 2, "dreimal": 3}
_TIMES = re.compile("|".join(_SPECIAL))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a unit, and where it stands.

    Attributes:
        start: Where the relation, or else the number, starts.
        end: Where it ends, unit included.
        number: The span of the number, of both numbers of a range.
        least: The least that is asked for, None: no bound.
        most: The greatest that is asked for, None: no bound.
        bare: Whether no relation is said.
    """

    start: int
    end: int
    number: tuple[int, int]
    least: int | None
    most: int | None
    bare: bool = False

    @property
    def unit_first(self) -> bool:
        """Whether the unit stands before the number: "the number of words should be 250"."""
        return self.end == self.number[1]

    @property
    def is_range(self) -> bool:
        """Whether both bounds are said."""
        return self.least is not None and self.most is not None and self.least != self.most


@cache
def _pattern(unit: str) -> re.Pattern[str]:
    things = topics.units()[unit].pattern
    special = rf"|(?P<special>\b(?:{'|'.join(_SPECIAL)})\b)" if unit == "time" else ""
    related = _RELATED.replace(" ", r"\s+")
    later = re.sub(r"\?P<(\w+)>", r"?P<\1_later>", _AFTER)
    return re.compile(
        rf"(?:(?<![a-z])(?:{related})\s*(?:a\s+total\s+of\s+|of\s+|than\s+)?{_WRITE})?"
        rf"(?:(?<![a-z0-9_.])(?:between\s+|from\s+|de\s+|zwischen\s+)?(?P<first>{_NUMBER})(?![\d.])"
        rf"(?:\s*(?:-|–|to\b|and\b|or\b|à|et\b|bis\b|und\b|到|至|~)\s*(?P<second>{_NUMBER})(?!\d))?"
        rf"(?:{_AFTER})?(?P<gap>{_GAP}*(?:个|個)?(?:{_BETWEEN}{_GAP}+){{0,3}}?)(?P<unit>{things})"
        rf"(?:{later})?{special})"
    )


@cache
def _unit_first(unit: str) -> re.Pattern[str]:
    """The pattern of "the number of words ... should be 250 or more"."""
    things = topics.units()[unit].pattern
    related = re.sub(r"\?P<(\w+)>", r"?P<\1_>", _RELATED).replace(" ", r"\s+")
    after = re.sub(r"\?P<(\w+)>", r"?P<\1_>", _AFTER)
    return re.compile(
        rf"(?:(?:number|count|amount|total)\s+(?:of\s+)?(?:{things})|(?:{things})[\s-]*(?:count|limit|total|number))"
        rf"(?:[^.!?;\n]{{0,60}}?)\b(?:{related})?\s*(?P<between_>(?:in\s+the\s+range\s+(?:of|from)|between|from)\s+)?(?P<first_>{_NUMBER})(?!\w)"
        rf"(?:\s*(?:-|–|to\b|and\b)\s*(?P<second_>{_NUMBER})(?!\w))?(?:{after})?"
    )


def quantities(folded: str, unit: str) -> Iterator[Quantity]:
    """Yield the quantities of a unit in a folded text, in order."""
    special = unit == "time" and _TIMES.search(folded)
    if not special and not topics.units()[unit].search(folded):
        return
    spans: list[tuple[int, int]] = []
    for match in _pattern(unit).finditer(folded):
        quantity = _read(match, "")
        if quantity is not None:
            spans.append(quantity.number)
            yield quantity
    for match in _unit_first(unit).finditer(folded):
        quantity = _read(match, "_")
        if quantity is not None and not any(
            low < quantity.end and quantity.start < high for low, high in spans
        ):
            yield quantity


def _read(match: re.Match[str], suffix: str) -> Quantity | None:
    groups = match.groupdict()
    if groups.get("special"):
        first, span = _SPECIAL[groups["special"]], match.span("special")
    else:
        value = value_of(groups[f"first{suffix}"])
        if value is None:
            return None
        first, span = value, match.span(f"first{suffix}")
    second = groups.get(f"second{suffix}")
    if second and (upper := value_of(second)) is not None and upper >= first:
        low = match.start(f"between{suffix}") if groups.get(f"between{suffix}") else span[0]
        number = (low, match.end(f"second{suffix}"))
        return Quantity(match.start(), match.end(), number, first, upper)
    relation = next((r for r in _RELATIONS if groups.get(f"{r}{suffix}")), "")
    if relation in _DENIED and _NOT.search(match.string, max(0, match.start() - 80), match.start()):
        relation = _DENIED[relation]
    if groups.get(f"more{suffix}") or groups.get("more_later"):
        relation = "min"
    elif groups.get(f"less{suffix}") or groups.get("less_later"):
        relation = "max"
    least, most = {
        "min": (first, None), "over": (first + 1, None), "max": (None, first),
        "under": (None, first - 1),
    }.get(relation, (first, first))  # fmt: skip
    return Quantity(match.start(), match.end(), span, least, most, bare=relation == "")


def words_of(numbers: Collection[int]) -> list[str]:
    """Return the words in which numbers above one are written."""
    return [word for word, n in VALUES.items() if n in numbers and n > 1]


def value_of(text: str) -> int | None:
    """Return the value of a number in digits or words; None where it is none."""
    text = " ".join(text.split())
    if text in VALUES:
        return VALUES[text]
    digits = text.replace(",", "")
    if digits.isdecimal():
        return int(digits)
    return number(text) if _IN_WORDS.fullmatch(text) else _chinese(text)


def _chinese(text: str) -> int | None:
    if not text or any(char not in _CHINESE and char != "百" for char in text):
        return None
    total, current = 0, 0
    for char in text:
        if char == "百":
            total, current = total + (current or 1) * 100, 0
        elif char == "十":
            total, current = total + (current or 1) * 10, 0
        else:
            current = _CHINESE[char]
    return total + current
