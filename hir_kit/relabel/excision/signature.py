"""What a sentence requires, as far as its wording tells: quantities, features, quoted texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import inf

from hir_kit.relabel.excision.concepts import stem, tokens
from hir_kit.relabel.excision.locate import fold

_MARKS = ("m_period", "m_question", "m_exclamation")


def _stems(words: str) -> frozenset[str]:
    return frozenset(map(stem, words.split()))


_ASKING = _stems(
    "in as use using with into via through include including to present provide create give make"
    " form an add no not without avoid avoiding omit skip refrain never exclude excluding leave"
)
_FORMAT_NOUNS = _stems("format formatted formatting object syntax style free less")
_MARKUP = frozenset(("f_json", "f_xml", "f_html", "f_csv", "f_yaml", "f_latex", "f_markdown"))
# Features that a text may have as its subject ("explain this XML report").
_TOPICS = _MARKUP | {"f_table", "f_comma", "f_italic", "f_bold", "f_title"}
_SPEAKING = _stems("in into to use using simplified traditional simple plain")
_ONE = _stems("a single")
_EACH = re.compile(r"\b(?:each|every)\s+(?!word\b)\w+|每(?!个字)")
_TABLE = re.compile(
    r"\b(?:an?|one|single)\s+(?:[\w-]+\s+){0,2}table\b|\btable\s+format|\btabular|\bin\s+tables?\b"
    r"|表格形式|使用表格|以表格"
)
_CONDITION = re.compile(r"\b(?:if|any|when|whenever|where)\b|如果|若")
_GENERIC = _stems(
    "answer response output text reply must should shall need needs have has having include"
    " included including contain containing use used using provide provided write written"
    " ensure ensuring make making be is are was the a an of in to for with and or your you it"
    " that this these those each every all any if follow following please format on at by as"
    " from its their they will can may do does not no than which who what when while total"
    " long length complete also so b_max b_min b_exact b_between describe explanation"
    " description summary script article essay story"
)

Quantity = tuple[str, float, float]


@dataclass(frozen=True, slots=True)
class Signature:
    """What a text requires.

    Attributes:
        quantities: Unit, lowest and highest number.
        features: What is mentioned and what might be required.
        asked: Those features that the wording asks for, whatever the text is about.
        numbers: All numbers.
        quotes: Quoted texts and unquoted keywords, without marks.
        stems: Its words, without those that every constraint has.
        size: How many tokens it has.
        each: Whether it speaks of each of several things.
        keyword: Whether it speaks of keywords.
    """

    quantities: frozenset[Quantity]
    features: frozenset[str]
    asked: frozenset[str]
    numbers: frozenset[str]
    quotes: frozenset[str]
    stems: frozenset[str]
    size: int
    each: bool
    keyword: bool

    @property
    def units(self) -> frozenset[str]:
        """What it counts."""
        return frozenset(unit for unit, _, _ in self.quantities)


@lru_cache(maxsize=8192)
def signature(text: str) -> Signature:
    """Return what a sentence requires."""
    folded = fold(text)
    words = list(tokens(folded))
    features = _features(words, folded)
    quotes = frozenset(word[1:-1].strip(" .,;:!?。，") for word in words if word[0] == "'")
    return Signature(
        quantities=frozenset(_quantities(words)) | _heading_levels(features),
        features=features,
        asked=frozenset(f for f in features if f not in _TOPICS or _asked_for(words, f)),
        numbers=frozenset(word for word in words if word.isdecimal()),
        quotes=(quotes | _bare_keywords(words)) - {""},
        stems=frozenset(word for word in words if word not in _GENERIC and len(word) > 1),
        size=len(words),
        each=bool(_EACH.search(folded)),
        keyword="x_keyword" in words,
    )


def _features(words: list[str], folded: str) -> frozenset[str]:
    found = {word for word in words if word.startswith("f_")}
    found |= {"f_heading" for word in words if word == "u_hlevel"}
    found |= {"f_bullet" for word in words if word == "u_bullet"}
    found |= {f"f_end:{mark}" for mark in _MARKS if mark in words and "x_end" in words}
    found |= {
        f"f_{word[2:]}"
        for before, word in zip(["in", *words], words, strict=False)
        if word.startswith("x_language:") and _speaks(before, words)
    }
    if "f_table" in found and (not _TABLE.search(folded) or _CONDITION.search(folded)):
        found.discard("f_table")
    if "f_heading" not in found:
        found = {feature for feature in found if not feature.startswith("f_hlevel")}
    return frozenset(found)


def _speaks(before: str, words: list[str]) -> bool:
    """Return whether a language's name stands for the language ("in French")."""
    return before in _SPEAKING or "languag" in words


def _asked_for(words: list[str], feature: str) -> bool:
    for at, word in enumerate(words):
        if word == feature and (
            _ASKING.intersection(words[max(0, at - 3) : at])
            or _FORMAT_NOUNS.intersection(words[at + 1 : at + 2])
        ):
            return True
    return False


def _bare_keywords(words: list[str]) -> frozenset[str]:
    """Return the keyword in "include keyword nebula twice"."""
    return frozenset(
        after
        for word, after in pairwise(words)
        if word == "x_keyword" and after.isalpha() and after not in _GENERIC and len(after) > 3
    )


def _heading_levels(features: frozenset[str]) -> frozenset[Quantity]:
    levels = sum(feature.startswith("f_hlevel:") for feature in features)
    return frozenset([("u_hlevel", float(levels), inf)] if levels > 1 else [])


def _quantities(words: list[str]) -> list[Quantity]:
    found = []
    for at, word in enumerate(words):
        if word.startswith("u_"):
            quantity = _quantity(words, at)
            if quantity is not None:
                found.append(quantity)
    return found


def _quantity(words: list[str], at: int) -> Quantity | None:
    number = _number_before(words, at)
    if number < 0:
        number = _number_after(words, at)
    if number < 0:
        return (words[at], 1.0, 1.0) if _is_one(words, at) else None
    low, high, first = _range(words, number)
    if low == high:
        bound = _bound(words, first, at)
        low, high = (
            (0.0, high) if bound == "b_max" else (low, inf) if bound == "b_min" else (low, high)
        )
    return words[at], low, high


def _number_before(words: list[str], at: int) -> int:
    for index in range(at - 1, max(-1, at - 6), -1):
        if words[index].isdecimal():
            return index
        if words[index].startswith("u_"):
            break
    return -1


def _number_after(words: list[str], at: int) -> int:
    for index in range(at + 1, min(len(words), at + 8)):
        if words[index].startswith("u_"):
            break
        if words[index].isdecimal():
            # "each sentence must have 15 words": the number belongs to the next unit.
            if any(word.startswith("u_") for word in words[index + 1 : index + 4]):
                break
            return index
    return -1


def _is_one(words: list[str], at: int) -> bool:
    """Return whether "a sentence" or "a single paragraph" is meant."""
    near = _ONE.intersection(words[max(0, at - 2) : at])
    return words[at] in ("u_sentence", "u_paragraph") and bool(near)


def _range(words: list[str], number: int) -> tuple[float, float, int]:
    """Return the bounds that the number belongs to and where the first of them stands."""
    value = float(words[number])
    for first, last in ((number - 2, number), (number - 1, number), (number, number + 2)):
        if first < 0 or last >= len(words) or not words[first].isdecimal():
            continue
        joint = words[first + 1 : last]
        ranged = "b_between" in words[max(0, first - 3) : first]
        if words[last].isdecimal() and (joint in ([], ["to"]) or (joint == ["and"] and ranged)):
            return float(words[first]), float(words[last]), first
    return value, value, number


def _bound(words: list[str], number: int, unit: int) -> str:
    start, end = min(number, unit), max(number, unit)
    for index in range(end - 1, max(-1, start - 5), -1):
        if words[index] in ("b_max", "b_min", "b_exact"):
            return words[index]
        if index < start and words[index].startswith("u_"):
            break
    after = words[end + 1 : end + 3]
    return next((word for word in after if word in ("b_max", "b_min")), "")
