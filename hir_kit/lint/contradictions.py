"""Constraints that no response can meet together, by what their verifiers say of responses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple, TypeVar

from hir_kit.lint.asked import Asked
from hir_kit.lint.finding import short
from hir_kit.verify.facts import CAPITAL, SMALL, Amount, Begins, Ends, Fact, InLanguage, Mentions

F = TypeVar("F", bound=Fact)
_AROUND_ENDS = ' \t\r\n"'  # IFEval takes quotation marks away before it looks at the end


class Conflict(NamedTuple):
    """Two constraints that contradict each other, by their places; equal: one that does alone."""

    first: int
    second: int
    why: str


class _Placed(NamedTuple):
    place: int
    fact: Fact


def conflicts(constraints: Sequence[Asked]) -> list[Conflict]:
    """Return which constraints contradict each other, each pair once, in order."""
    known = [_Placed(place, fact) for place, one in enumerate(constraints) for fact in one.facts]
    known += [_Placed(at, fact) for at, given in known for fact in _that_follow(given)]
    known += [_Placed(at, fact) for at, given in known for fact in _letters_of(given)]
    first: dict[tuple[int, int], Conflict] = {}
    for search in (_alone, _amounts, _texts, _edges, _languages):
        for one in search(known):
            pair = sorted((one.first, one.second))
            first.setdefault((pair[0], pair[1]), Conflict(pair[0], pair[1], one.why))
    return [first[pair] for pair in sorted(first)]


def _that_follow(fact: Fact) -> Iterator[Fact]:
    """Yield that a text which the response begins or ends with stands in it."""
    if isinstance(fact, (Begins, Ends)) and len(fact.texts) == 1:
        yield Mentions(fact.texts[0], any_case=fact.any_case)


def _letters_of(fact: Fact) -> Iterator[Fact]:
    """Yield how many letters of each case a text brings along that stands there to the letter."""
    if isinstance(fact, Mentions) and not fact.any_case and fact.at_least:
        for what, is_one in ((CAPITAL, str.isupper), (SMALL, str.islower)):
            if found := sum(map(is_one, fact.text)):
                yield Amount(what, found)


def _of(known: Sequence[_Placed], kind: type[F]) -> list[tuple[int, F]]:
    return [(place, fact) for place, fact in known if isinstance(fact, kind)]


def _alone(known: Sequence[_Placed]) -> Iterator[Conflict]:
    """Look for bounds that nothing is between."""
    for at, fact in known:
        if not isinstance(fact, (Amount, Mentions)) or fact.at_most is None:
            continue
        if fact.at_most < fact.at_least:
            yield Conflict(at, at, f"no number is {_spelled(fact)}")


def _amounts(known: Sequence[_Placed]) -> Iterator[Conflict]:
    """Compare the bounds on the same thing."""
    found = _of(known, Amount)
    for at, low in found:
        for other, high in found:
            if low.what == high.what and high.at_most is not None and high.at_most < low.at_least:
                yield Conflict(at, other, f"{low.what}: {_spelled(low)}, {_spelled(high)}")


def _spelled(fact: Amount | Mentions) -> str:
    """Return the bounds in words."""
    low, high = fact.at_least, fact.at_most
    if high is None:
        return f"at least {low}"
    if high < 0:
        return "fewer than 0"
    return f"exactly {high}" if low == high else (f"{low} to {high}" if low else f"at most {high}")


def _texts(known: Sequence[_Placed]) -> Iterator[Conflict]:
    """Compare what has to stand in the response with what may not, or not so often."""
    found = _of(known, Mentions)
    for at, wanted in found:
        for other, limited in found:
            if limited.at_most is None or not wanted.at_least:
                continue
            times = wanted.at_least * _holds(wanted, limited)
            if times > limited.at_most:
                yield Conflict(at, other, _clash(wanted, limited))


def _holds(wanted: Mentions, limited: Mentions) -> int:
    """Return how often the limited text surely stands within each place of the wanted one."""
    has_case = limited.text.lower() != limited.text.upper()
    if has_case and wanted.any_case and not limited.any_case:
        return 0
    lower: Callable[[str], str] = str if not limited.any_case else str.lower
    text, part = lower(wanted.text), lower(limited.text)
    if not limited.whole_word:
        return text.count(part) if part else 0
    if limited.at_most and not wanted.whole_word:
        return 0  # letters beside the wanted text may make another word of it
    return len(re.findall(rf"(?<!\w){re.escape(part)}(?!\w)", text))


def _clash(wanted: Mentions, limited: Mentions) -> str:
    text, part = short(wanted.text), short(limited.text)
    if limited.at_most:
        return f"{part!r}: {_spelled(limited)}, {_spelled(wanted)} of {text!r}"
    if wanted.text.lower() == limited.text.lower():
        return f"{part!r} is both required and forbidden"
    return f"{text!r}, which is required, holds {part!r}, which is forbidden"


def _edges(known: Sequence[_Placed]) -> Iterator[Conflict]:
    """Compare what the response begins with, and what it ends with."""
    yield from _edge(known, Begins, str.startswith, "begin")
    yield from _edge(known, Ends, str.endswith, "end")


def _edge(
    known: Sequence[_Placed], kind: type[Begins | Ends], fits: Callable[[str, str], bool], said: str
) -> Iterator[Conflict]:
    for (at, one), (other, two) in combinations(_of(known, kind), 2):
        is_loose = one.any_case or two.any_case
        pairs = [
            (_bare(a, kind, is_loose), _bare(b, kind, is_loose))
            for a in one.texts
            for b in two.texts
        ]
        if not any(fits(a, b) or fits(b, a) for a, b in pairs):
            yield Conflict(at, other, f"no response can {said} in both ways")
    for at, one in _of(known, kind):
        options = [Mentions(text, any_case=one.any_case) for text in one.texts]
        for other in sorted({place for place, _ in known}):
            bans = [
                ban for place, ban in _of(known, Mentions) if place == other and ban.at_most == 0
            ]
            if all(any(_holds(option, ban) for ban in bans) for option in options):
                yield Conflict(at, other, f"what it has to {said} with is forbidden")


def _bare(text: str, kind: type[Begins | Ends], any_case: bool) -> str:
    bare = text.strip(_AROUND_ENDS if kind is Ends else None)
    return bare.lower() if any_case else bare


def _languages(known: Sequence[_Placed]) -> Iterator[Conflict]:
    """Compare the languages; `zh` is any Chinese."""
    for (at, one), (other, two) in combinations(_of(known, InLanguage), 2):
        short, long = sorted((one.code, two.code), key=len)
        if short != long and not long.startswith(f"{short}-"):
            yield Conflict(at, other, f"the language is {one.code}, and {two.code}")
