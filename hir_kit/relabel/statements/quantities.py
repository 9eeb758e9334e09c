"""Quantities in an instruction: "at least 300 words", "600 to 700 words", "twice", "不超过200字"."""

# ruff: noqa: E501  # patterns that are read by the line
from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from hir_kit.verify import topics
from hir_kit.verify.numbers import NUMBER_WORD, number, turned, unwanted

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
    "zehn": 10, "hundert": 100, "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50,
    "soixante": 60, "soixante-dix": 70, "quatre-vingts": 80, "quatre-vingt-dix": 90,
    "deux cents": 200, "trois cents": 300, "mille": 1000, "zwölf": 12, "zwanzig": 20,
    "dreißig": 30, "vierzig": 40, "fünfzig": 50, "sechzig": 60, "siebzig": 70, "achtzig": 80,
    "neunzig": 90, "zweihundert": 200, "dreihundert": 300, "tausend": 1000, "uno": 1, "una": 1,
    "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9,
    "diez": 10, "veinte": 20, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60,
    "setenta": 70, "ochenta": 80, "noventa": 90, "cien": 100, "doscientas": 200,
}  # fmt: skip
VALUES = {word: n for n, word in enumerate(_ENGLISH.split())} | _OTHERS
_IN_WORDS = re.compile(NUMBER_WORD)
_CHINESE = {**dict(zip("零一二三四五六七八九十", range(11), strict=True)), "两": 2, "兩": 2}
_WORDS = "|".join(re.escape(word) for word in sorted(VALUES, key=len, reverse=True))
_NUMBER = (
    rf"(?:\d{{1,7}}(?:,\d{{3}})*|(?:{NUMBER_WORD}|{_WORDS})(?![^\W\d_\u2e80-\u9fff])"
    r"|[零一二两兩三四五六七八九十百]{1,4})"
)
_KIND_OF = r"(?: (?:length|number|count|size|total|limit|bound)(?: of words)?)?(?: of| is|:)?"
_RELATIONS = {
    "min": r"at (?:the very )?least|(?:no|not) (?:less|fewer|shorter) than|(?:an? |the )?(?:minimum|lower)"
    + _KIND_OF
    + r"|min\.?:?|upwards of|≥|>=|au moins|au minimum|pas moins de|minimum :|mindestens|wenigstens"
    r"|nicht (?:weniger|kürzer) als|nicht unter|minimum:?|(?:字数|字數)?(?:至少|不少于|不少於|不低于|最少|最低|[不勿](?:能|得|可|要|应)(?:少于|少於|低于))"
    r"|下限(?:为|是)?[:：]?|al menos|por lo menos|como mínimo|no menos de|(?:un |el )?mínimo(?: de|:)?",
    "over": r"more than|over|above|exceed\w*|surpass\w*|beyond|(?:longer|higher|greater) than|plus de|dépass\w*|mehr als|über"
    r"|überschreite\w*|超过|超過|多于|多於|大于|高于|más de",
    "max": r"(?:no|not|nothing|isn't|n't|never|anything)(?: \w+)? (?:more|longer|greater|higher|larger) than|at (?:the very )?most|up to|(?:an? |the )?(?:maximum|upper)"
    + _KIND_OF
    + r"|max\.?:?|(?:not|never|n't|without|cannot)(?: to| go| be)? (?:exceed\w*|surpass\w*|over|above|beyond)(?: a total of)?"
    r"|(?:limit|restrict|confin)\w*(?: \w+){0,4} to|keep (?:\w+ ){1,4}(?:to|within|inside)|cap\w*(?: \w+){0,3} at|within|stop (?:after|at)|limit(?: of| is|:)|≤|<="
    r"|au plus|au maximum|(?:pas|jamais) plus de|maximum(?: de| :)|ne (?:pas )?dépass\w+ pas|jusqu'à|limit\w*(?:-\w+)?(?: \w+){0,3} (?:à|de)"
    r"|höchstens|maximal|nicht (?:mehr|länger) als|nicht über|bis zu|(?:beschränk|begrenz)\w*(?: \w+){0,4} auf|limit von"
    r"|至多|最多|不超过|不超過|不得超过|[不勿](?:能|得|可|要|应)(?:多于|超过|超過)|不多于|上限(?:为|是)?[:：]?"
    r"|como (?:máximo|mucho)|a lo sumo|no más de|(?:un |el )?máximo(?: de|:)?|hasta|(?:no|sin) (?:debe )?(?:super|exced|sobrepas)\w+(?: las)?",
    "under": r"less than|fewer than|under|below|shorter than|short of|moins de|weniger als|unter|少于|少於|不到|低于|小于|menos de",
    "reach": r"reach\w*|get to|erreich\w*|attein\w*|达到",
    "exact": r"(?:no|not) (?:more|less|fewer),?(?: and|,| or| nor)? (?:no|not)? ?(?:more|less|fewer) than|exactly|precisely|just|only|exactement|genau|nur|seulement|恰好|正好|刚好|只|exactamente",
}
_RELATED = "|".join(
    f"(?P<{name}>{_RELATIONS[name]})" for name in ("max", "min", "under", "over", "reach", "exact")
).replace(" ", r"\s+")
_AFTER = (
    r"(?P<more>\s*\+|(?:\s+long)?\s+or\s+(?:more|above|longer|over)|\s+and\s+(?:above|more|up)|以上|\s+ou\s+(?:plus|davantage)"
    r"|\s+oder\s+mehr|\s+o\s+más|\s+at\s+(?:the\s+)?(?:very\s+)?least|\s+(?:at\s+)?min(?:imum|\.)|\s+(?:is|as)\s+(?:the|a|your|my)\s+minimum"
    r"|\s+au\s+(?:moins|minimum)|\s+(?:como\s+mínimo|al\s+menos)|\s+nicht\s+unterschr\w+)|(?P<less>(?:\s+long)?\s+or\s+(?:less|fewer|under|below|shorter)"
    r"|以内|以內|之内|以下|\s+(?:(?:at\s+)?max(?:imum)?|at\s+(?:the\s+)?(?:very\s+)?most|tops)\b"
    r"|\s+(?:is|as)\s+(?:the|a|your|my)\s+(?:maximum|(?:upper\s+)?limit|most)|\s+ou\s+moins|\s+oder\s+weniger|\s+o\s+menos"
    r"|\s+(?:tout\s+)?au\s+(?:plus|maximum)|\s+como\s+(?:máximo|mucho)|\s+nicht\s+über(?:schr|steig)\w+)"
)
_JOINT = r"[\s,;、，]*(?:\b(?:and|but|et|mais|und|aber|sowie|y|pero)\b|且|但|并)?\s*"
_NEAR = 80
_DENIED = {"over": "max", "under": "min", "reach": "under"}
_WRITE = r"(?:[写寫用有]|包含|包括|使用|出现|出現|提到)?"
_GAP = r"(?:[ \t\u00a0-]|\r?\n(?!\s*[*•-]))"
_BETWEEN = r"(?!(?:and|or|as|in|for|with|to|that|which|at|by|on)\b)[a-z*'-](?:[a-z*'.-]*[a-z*'-])?"
"""A word between a number and its unit; no sentence ends after it."""
_SPECIAL = {"once": 1, "twice": 2, "thrice": 3, "einmal": 1, "zweimal": 2, "dreimal": 3}
_TIMES = re.compile("|".join(_SPECIAL))
_AS_WORD = rf"\b(?:{'|'.join(_SPECIAL)})\b"
_HEAD = rf"(?:(?<![a-z])(?:{_RELATED})\s*(?:a\s+total\s+of\s+|of\s+|than\s+)?{_WRITE})?"
_FIRST = (
    r"(?<![a-z0-9_.])(?:between\s+|from\s+|de\s+|entre\s+|zwischen\s+|von\s+)?"
    rf"(?P<first>{_NUMBER})(?![\d.])"
)


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
        """Whether both bounds are said, each of which may be a constraint's own."""
        return None not in (self.least, self.most) and (self.least != self.most or self.is_exact)

    @property
    def is_exact(self) -> bool:
        """Whether it says that it is so many, neither more nor less."""
        return self.least is not None and self.least == self.most and not self.bare


@cache
def _pattern(unit: str) -> re.Pattern[str]:
    things = topics.units()[unit].pattern
    special = rf"|(?P<special>{_AS_WORD})" if unit == "time" else ""
    later = re.sub(r"\?P<(\w+)>", r"?P<\1_later>", _AFTER)
    return re.compile(
        rf"{_HEAD}(?:{_FIRST}"
        rf"(?:\s*(?:-|–|to\b|and\b|or\b|à|et\b|bis\b|und\b|y\b|a\b(?=\s*\d)|到|至|~)\s*(?P<second>{_NUMBER})(?!\d))?"
        rf"(?:{_AFTER})?(?P<gap>{_GAP}*(?:个|個)?(?:{_BETWEEN}{_GAP}+){{0,3}}?)(?P<unit>{things})"
        rf"(?:{later})?{special})"
    )


@cache
def _unit_first(unit: str) -> re.Pattern[str]:
    """The pattern of "the number of words ... should be 250 or more", "字数：50"."""
    things = topics.units()[unit].pattern
    related = re.sub(r"\?P<(\w+)>", r"?P<\1_>", _RELATED)
    after = re.sub(r"\?P<(\w+)>", r"?P<\1_>", _AFTER)
    return re.compile(
        rf"(?:(?:(?P<ceiling_>\b(?:max(?:imum|\.)?|upper)\s+)?(?P<floor_>\b(?:min(?:imum|\.)?|lower)\s+)?"
        rf"(?:(?:number|count|amount|total|nombre|anzahl|zahl)\s+(?:of\s+|de\s+|der\s+)?(?:the\s+)?(?:{things})"
        rf"|(?:{things})[\s-]*(?:(?P<limit_>limit|maximum|max\b)|(?P<lowest_>minimum|min\b)|count|total|number|length|range|数|數))"
        rf"{'|字[数數]|wort(?:an)?zahl' if unit == 'word' else ''})(?:[^.!?;\n。！？；，]{{0,60}}?)|(?:{things})\s*[:：]\s*)(?<![a-z0-9])(?:{related})?\s*(?P<between_>(?:in\s+the\s+range\s+(?:of|from)|between|from|entre|zwischen)\s+)?(?P<first_>{_NUMBER})(?!\w)"
        rf"(?:\s*(?:-|–|to\b|and\b|et\b|à|bis\b|und\b|y\b|到|至|~)\s*(?P<second_>{_NUMBER})(?!\w))?(?:{after})?"
    )


def quantities(folded: str, unit: str) -> Iterator[Quantity]:
    """Yield the quantities of a unit in a folded text, in order."""
    special = unit == "time" and _TIMES.search(folded)
    if not special and not topics.units()[unit].search(folded):
        return
    spans: list[tuple[int, int]] = []
    for match in _matches(folded, unit):
        for quantity in (*_before(match), _read(match, ""), *_behind(match)):
            if quantity is not None:
                spans.append((quantity.start, quantity.end))
                yield quantity
    for match in _unit_first(unit).finditer(folded) if _may_begin_with_units(folded) else ():
        quantity = _read(match, "_")
        if quantity is not None and not any(
            low < quantity.end and quantity.start < high for low, high in spans
        ):
            yield quantity


_STARTS = re.compile(rf"(?={_HEAD}(?:{_FIRST}|{_AS_WORD}))")
_UNIT_FIRST = re.compile(
    r"[:：数數]|number|count|amount|total|nombre|zahl|limit|max|min|length|range"
)
"""What stands in all that begins with a unit."""


@lru_cache(maxsize=64)
def _starts(folded: str) -> list[int]:
    """Return where a quantity may begin, whatever its unit is: a text is searched for many."""
    return [match.start() for match in _STARTS.finditer(folded)]


@lru_cache(maxsize=64)
def _may_begin_with_units(folded: str) -> bool:
    return _UNIT_FIRST.search(folded) is not None


def _matches(folded: str, unit: str) -> Iterator[re.Match[str]]:
    """Yield the places where a number stands before its unit, as `finditer` would."""
    pattern, end = _pattern(unit), 0
    for start in _starts(folded):
        if start >= end and (match := pattern.match(folded, start)) is not None:
            yield match
            end = match.end()


_BOUND = rf"(?:(?<![a-z])(?:{_RELATED})\s*(?P<first>{_NUMBER}))"
_SHARED = re.compile(rf"{_BOUND}\s+[^\W\d]+(?:\s[^\W\d]+)?\s+(?:and|or|by|und|et|y)\s+$")
_LEFT = re.compile(rf"{_BOUND}{_JOINT}$")
_BOUNDS = re.compile(rf"(?={_BOUND})")
_RIGHT = re.compile(
    rf"{_JOINT}{_BOUND}(?=\s*(?:[.;!?,)。，；]|$|in\b|long\b|altogether\b|overall\b|total\b))"
)


def _before(match: re.Match[str]) -> Iterator[Quantity | None]:
    """Yield the bound in "at least 50 and at most 70 words" that goes without its unit."""
    if _related(match):
        starts, end = _bound_starts(match.string), match.start()
        for start in starts[bisect_left(starts, end - _NEAR) : bisect_left(starts, end)]:
            if (left := _LEFT.match(match.string, start, end)) is not None:
                yield _alone(left)
                return


@lru_cache(maxsize=64)
def _bound_starts(folded: str) -> list[int]:
    return [match.start() for match in _BOUNDS.finditer(folded)]


def _behind(match: re.Match[str]) -> Iterator[Quantity | None]:
    """Yield the bound in "at least 50 words and no more than 70" that goes without its unit."""
    if _related(match) and (right := _RIGHT.match(match.string, match.end())) is not None:
        yield _alone(right)


def _alone(match: re.Match[str]) -> Quantity | None:
    """Return a bound without its unit, and without what joins it to another."""
    found = _read(match, "")
    start = next(match.start(name) for name in _RELATIONS if match[name])
    return found and replace(found, start=start, end=match.end("first"))


def _related(match: re.Match[str]) -> bool:
    return any(match[name] for name in _RELATIONS)


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
    relation = _relation(match, suffix)
    least, most = _bounds(_in_place(relation, match), first)
    return Quantity(match.start(), match.end(), span, least, most, bare=relation == "")


def _relation(match: re.Match[str], suffix: str) -> str:
    """Return the relation that is said with a number, "" where none is."""
    groups = match.groupdict()
    for names, relation in (
        ((f"more{suffix}", "more_later"), "min"),
        ((f"less{suffix}", "less_later"), "max"),
        *(((f"{name}{suffix}",), name) for name in _RELATIONS),
        (("ceiling_", "limit_"), "max"),
        (("floor_", "lowest_"), "min"),
    ):
        if any(groups.get(name) for name in names):
            return relation
    return _shared(match)


def _shared(match: re.Match[str]) -> str:
    """Return the relation of "5 columns" in "at most 10 rows and 5 columns"; "" without one."""
    before = _SHARED.search(match.string, max(0, match.start() - _NEAR), match.start())
    return "" if before is None else next(r for r in _RELATIONS if before[r])


def _in_place(relation: str, match: re.Match[str]) -> str:
    """Return a relation as it is meant: "more than" is "at most" in what is denied or not wanted."""
    before = match.string[max(0, match.start() - _NEAR) : match.start()]
    after = match.string[match.end() : match.end() + _NEAR]
    if relation not in _DENIED:
        return "?" if unwanted(after) else relation
    is_turned = turned(before, after)
    return "?" if is_turned is None else _DENIED[relation] if is_turned else relation


def _bounds(relation: str, n: int) -> tuple[int | None, int | None]:
    """Return the least and the greatest of so many; none where it cannot be told."""
    return {
        "min": (n, None), "reach": (n, None), "over": (n + 1, None), "max": (None, n), "under": (None, n - 1),
        "?": (None, None),
    }.get(relation, (n, n))  # fmt: skip


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
