"""The numbers that an instruction states of something: "at least 400 words", "a few bullets"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from hir_kit.verify import numbers

_VAGUE = r"(?:a few|several|multiple|a couple of)"
_TIMES = {"once": 1, "twice": 2, "thrice": 3}
_OR_MORE = r"(?:\+| or more| or above)"
_OR_LESS = r"(?: or fewer| or less| or below)"
_ADJECTIVES = r"(?: (?!(?:and|or|of|the|to|in|with|per|from|for|a|an)\b)[a-z][a-z'’-]*){0,2}?"
_MIN, _MAX = r" (?:minimum|at least|at minimum)\b", r" (?:maximum|max|at most|tops)\b"
_NUMBER = re.compile(rf"(?<![\w.,]){numbers.NUMBER}", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+|\n+")
_PART = (
    r"(?:titles?|headings?|headline|subject|summary|abstract|introduction|intro|conclusion|opening"
    r"|closing|first|second|third|fourth|fifth|last|final|paragraphs?|sentences?|sections?|stanzas?"
    r"|verses?|lines?|bullets?|items?|steps?|points?|rows?|columns?|cells?|chapters?|parts?|quotes?"
    r"|quotations?|examples?|names?|keywords?|options?|responses)"
)
_EACH = re.compile(r"\b(?:each|every|per|apiece|respectively)\b", re.IGNORECASE)
_OF_A_PART = re.compile(rf"\b{_PART}\b", re.IGNORECASE)
_IN_A_PART = re.compile(
    rf" (?:in|of|for|under|within|to)(?: [a-z]+){{0,2}} {_PART}\b", re.IGNORECASE
)
_ASKS = re.compile(
    r"\b(?:must|should|shall|needs?|use|include|contains?|write|answer|respond|response|reply|repeat"
    r"|mention|appears?|give|make|limit|ensure)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"(?:\b(?:not|never|no|cannot|without|avoid|refrain)|n['’]t)\b"
    r"(?:(?![,;:]| and | but )\W+\w+){0,8}\W*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """How many of something a text asks for.

    Attributes:
        said: The words.
        low: The least number.
        high: The greatest number; None where there is none.
        is_bare: Whether a number stands there without any relation.
        is_strict: Whether it says "more than" or "less than": the number itself stands beside.
        is_vague: Whether no number is said ("a few").
        is_local: Whether it may be the number in a part of the response.
    """

    said: str
    low: int
    high: int | None
    is_bare: bool = False
    is_strict: bool = False
    is_vague: bool = False
    is_local: bool = False


def sentences(text: str) -> list[str]:
    """Return the sentences and lines of an instruction."""
    return [part for part in _SENTENCE_END.split(text) if part.strip()]


def quantities(sentence: str, nouns: Sequence[str]) -> Iterator[Quantity]:
    """Yield how many of the things with these plural nouns a sentence asks for."""
    flat = " ".join(sentence.split())
    for match in _pattern(tuple(nouns)).finditer(flat):
        before, after = flat[: match.start()], flat[match.end() :]
        quantity = _quantity(match, is_local=_is_local(before, after))
        if quantity.is_bare and ("-" in match[0] or not _ASKS.search(flat)):
            continue  # "this 500-word article", "it was said 3 times"
        denied = numbers.turned(before, after)
        if not _NEGATED.search(before) and denied is False:
            yield quantity
        elif denied is not None and (turned := _turned(quantity)):
            yield turned


def _turned(quantity: Quantity) -> Quantity | None:
    """Return what is asked by "not more than ...", said with words between; None: nobody knows."""
    if re.match(r"(?:more than|over|above|exceeding) ", quantity.said, re.IGNORECASE):
        return replace(quantity, low=0, high=quantity.low - 1)
    if re.match(r"(?:less|fewer) than |(?:under|below) ", quantity.said, re.IGNORECASE):
        return replace(quantity, low=(quantity.high or 0) + 1, high=None)
    return None


def _is_local(before: str, after: str) -> bool:
    """Return whether what stands around a number says that it may be that of a part."""
    if _EACH.search(before) or _EACH.search(after):
        return True
    return bool(_OF_A_PART.search(before) or _IN_A_PART.match(after))


def stated_numbers(text: str) -> set[int]:
    """Return all numbers that stand in a text, in figures or in words."""
    found = {numbers.number(match[0]) for match in _NUMBER.finditer(text)}
    return found | {n for word, n in _TIMES.items() if re.search(rf"\b{word}\b", text.lower())}


@lru_cache(maxsize=1024)
def _pattern(nouns: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds a number with one of the nouns; "once" is a number of times."""
    forms = {form for noun in nouns for form in (noun, _singular(noun))}
    named = "|".join(map(re.escape, sorted(forms, key=lambda form: (-len(form), form))))
    number = rf"(?:{numbers.bound('n', bare=True)}|(?P<vague>{_VAGUE}))"
    counted = (
        rf"{number}(?P<more>{_OR_MORE})?(?P<less>{_OR_LESS})?{_ADJECTIVES}[ -](?:{named})\b"
        rf"(?:(?P<more2>{_OR_MORE}|{_MIN})|(?P<less2>{_OR_LESS}|{_MAX}))?"
    )
    adverbs = (
        r"|(?:(?P<least>at least|no fewer than|no less than) |(?P<most>at most|no more than"
        r"|not more than) |(?P<below>less than|fewer than) |(?P<above>more than) |exactly |only )?"
        r"(?P<adverb>once|twice|thrice)\b(?: or (?P<adverb_more>more))?"
    )
    pattern = rf"(?<![\w.,$])(?:{counted}{adverbs if 'times' in nouns else ''})"
    return re.compile(pattern, re.IGNORECASE)


def _singular(noun: str) -> str:
    return noun[:-3] + "y" if noun.endswith("ies") else noun.removesuffix("s")


def _quantity(match: re.Match[str], *, is_local: bool) -> Quantity:
    groups = match.groupdict()
    if groups["vague"]:
        return Quantity(match[0], 2, None, is_vague=True, is_local=is_local)
    if groups.get("adverb"):
        low, high, is_bare = _of_adverb(groups)
    else:
        low, high, is_bare = _of_number(match, groups)
    is_strict = any(groups.get(name) for name in ("n_above", "n_below", "above", "below"))
    return Quantity(match[0], low, high, is_bare, is_strict, is_local=is_local)


def _of_adverb(groups: dict[str, str | None]) -> tuple[int, int | None, bool]:
    n = _TIMES[str(groups["adverb"]).lower()]
    if groups["least"] or groups["adverb_more"]:
        return n, None, False
    if groups["above"]:
        return n + 1, None, False
    if groups["most"] or groups["below"]:
        return 0, n if groups["most"] else n - 1, False
    return n, n, True


def _of_number(match: re.Match[str], groups: dict[str, str | None]) -> tuple[int, int | None, bool]:
    low, high = numbers.limits("n", match)
    if groups["more"] or groups["more2"]:
        return low, None, False
    if groups["less"] or groups["less2"]:
        return 0, high, False
    return low, high, groups["n_bare"] is not None
