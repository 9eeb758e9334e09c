"""Whether an instruction asks for a weaker goal, and nowhere for the one that it was made of."""

# ruff: noqa: E501  # patterns that are read by the line
from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from math import inf

from hir_kit.relabel.statements.examine import Witness, shown
from hir_kit.relabel.statements.find import Hit, Page, read
from hir_kit.relabel.statements.owning import owned
from hir_kit.relabel.statements.quantities import VALUES, words_of
from hir_kit.relabel.statements.sought import Sought, agrees
from hir_kit.verify.wording import Wording

_RARE = 20
"""Above this a number hardly ever says something else."""
_DIGITS = re.compile(r"(?<![\w.])\d{1,7}(?![\w]|\.\d)")
_RECKONED = re.compile(
    r"\b(?:one|two|three|four|\d+)\s(?:for|per|from|on|about|of|to|a)\s(?:each|every|all|both|day|week|month|season|person|line)\b"
    r"|\b(?:half|double|triple|twice|thrice|(?:a|one|two) (?:third|quarter|fifth)s?)(?: of)? (?:as|that|my|the|your|what|this|it|a|an)\b"
    r"|\b(?:percent|respectively|as (?:many|much) as|the same number|my usual|than usual|one each|each of which)\b|\d ?%"
    r"|\b(?:makes?|making|that's|i\.e\.|in other words|meaning)\s(?:\w+\s)?\d+"
    r"|\b(?:une?|deux) (?:par|pour chaque)\b|\b(?:eine?[rns]?|je) (?:pro|für jede\w*)\b|\b(?:uno|una) (?:por|para cada)\b|每.{0,6}[一两]|一半|两倍"
)
_BRACKETS = re.compile(r"\(([^()]*)\)")
_A_NUMBER = re.compile(
    rf"(?<![\w.*])(?:\d[\d,]*|{'|'.join(sorted((word for word, n in VALUES.items() if n > 1), key=len, reverse=True))})(?!\w)"
)
_MANY = {2: ("both", "twice", "pair", "either", "couple"), 3: ("thrice",), 1: ("once", "single")}


def as_before(text: str, kept: Sequence[Sought], asked: Sequence[Sought]) -> Witness | None:
    """Return where a text still asks for what a weaker goal was made of, if it does.

    Args:
        text: An instruction, or another message.
        kept: What is asked for now.
        asked: For each of them what was asked for before, the same where nothing is weaker.
    """
    page = read(text)
    hits = owned(page, kept)
    for place, (now, was) in enumerate(zip(kept, asked, strict=True)):
        if now == was:
            continue
        others = [hit for n, mine in enumerate(hits) if n != place for hit in mine]
        mine, before = hits[place], _before(was, now)
        for start, end in (
            *_numbers(page, mine, others, before),
            *_beside(page, mine, others, _bounds(was.wording) - before),
            *_texts(page, now, was),
        ):
            hit = Hit(start, end, page.at(start), "name")
            return Witness(place, shown(page, hit))
    return None


def reckoned(text: str, kept: Sequence[Sought], asked: Sequence[Sought]) -> Witness | None:
    """Return where an instruction counts or reasons with the number of before, if it does.

    "Exactly 3 points, one for each season" says four; "35 words (half of my usual 80)" says forty.
    """
    page = read(text)
    hits = owned(page, kept)
    spans = _merged([hit for mine in hits for hit in mine if hit.quantity is not None])
    for place, (now, was) in enumerate(zip(kept, asked, strict=True)):
        if now == was or not _has_other_bounds(was.wording, now.wording):
            continue
        for number in sorted({hit.sentence for hit in hits[place]}):
            body = page.body(number)
            start = page.sentences[number].start
            if _RECKONED.search(body) or any(
                not _inside(
                    spans, start + match.start(1) + one.start(), start + match.start(1) + one.end()
                )
                for match in _BRACKETS.finditer(body)
                for one in _A_NUMBER.finditer(match[1])
            ):
                return Witness(place, shown(page, Hit(start, start, number, "name")))
    return None


def unstated(text: str, kept: Sequence[Sought], asked: Sequence[Sought]) -> Witness | None:
    """Return a weaker goal whose number or words an instruction does not say, if there is one."""
    page = read(text)
    for place, (now, was, mine) in enumerate(zip(kept, asked, owned(page, kept), strict=True)):
        if now == was:
            continue
        said = {hit.kind for hit in mine}
        numbers = [hit for hit in mine if hit.quantity is not None]
        if _has_other_bounds(was.wording, now.wording):
            is_said = bool(numbers) and all(
                hit.quantity is None or agrees(now.wording, hit.quantity) for hit in numbers
            )
        else:
            is_said = bool(said & {"word", "text"})
        if not is_said:
            return Witness(place, now.sentences[-1] if now.sentences else "")
    return None


def _has_other_bounds(was: Wording, now: Wording) -> bool:
    return (was.least, was.most) != (now.least, now.most)


def _before(was: Sought, now: Sought) -> set[int]:
    """Return the numbers that were asked for, and are not any more."""
    return _said(was) - _said(now)


def _said(sought: Sought) -> set[int]:
    found = {int(n) for text in sought.sentences[-1:] for n in _DIGITS.findall(text)}
    return found | _bounds(sought.wording)


def _bounds(wording: Wording) -> set[int]:
    """Return the numbers by which bounds are said."""
    least, most = wording.least, wording.most
    if least is None:  # at most 49 is less than 50
        return set() if most is None else {most, most + 1}
    return {least} if most is None else {least, most}


def _numbers(
    page: Page, mine: Sequence[Hit], others: Sequence[Hit], before: set[int]
) -> Iterator[tuple[int, int]]:
    """Yield where a number of before stands in what is asked, and is not another's."""
    own, spans = {hit.sentence for hit in mine}, _merged(others)
    for match in re.finditer(_pattern(before), page.folded) if before else ():
        number = page.at(match.start())
        if _inside(spans, *match.span()):
            continue
        asks = number in own or max(before) > _RARE or not page.tasks[number]
        if asks and not page.content(*match.span()):
            yield match.span()


def _beside(
    page: Page, mine: Sequence[Hit], others: Sequence[Hit], before: set[int]
) -> Iterator[tuple[int, int]]:
    """Yield where a number of before stands beside the weaker goal, of which it is a number, too.

    "Under 4 sentences (not 3)", where it was "under 3 sentences (not 3)".
    """
    own = {hit.sentence for hit in mine}
    spans = _merged([*others, *(hit for hit in mine if hit.quantity is not None)])
    numbers = before - {0, 1}
    for match in re.finditer(_pattern(numbers), page.folded) if numbers and own else ():
        if page.at(match.start()) in own and not _inside(spans, *match.span()):
            yield match.span()


def _merged(hits: Sequence[Hit]) -> list[tuple[int, int]]:
    """Return the stretches that places cover, in order, none overlapping another."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((hit.start, hit.end) for hit in hits):
        if merged and start < merged[-1][1]:
            start, end = merged[-1][0], max(merged.pop()[1], end)
        merged.append((start, end))
    return merged


def _inside(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    place = bisect_right(spans, (start, inf)) - 1
    return place >= 0 and end <= spans[place][1]


def _pattern(numbers: set[int]) -> str:
    said = words_of(numbers)
    said += [word for n in numbers for word in _MANY.get(n, ())]
    digits = [f"{n:,}" for n in numbers] + [str(n) for n in numbers]
    words = "|".join(
        sorted({*map(re.escape, [*said, *digits])}, key=lambda text: (-len(text), text))
    )
    return rf"(?<![\w.])(?:{words})(?![\w]|[.,]\d)"


def _texts(page: Page, now: Sought, was: Sought) -> Iterator[tuple[int, int]]:
    """Yield where items are asked for that are asked for no longer."""
    gone = tuple(text for text in was.wording.texts if text not in now.wording.texts)
    if not gone:
        return
    sought = Sought(Wording(texts=gone))
    for hit in (*page.hits(sought), *page.traces(sought)):
        yield hit.start, hit.end
