"""The nearest weaker goal that a response meets: what `Verifier.relax` finds by itself.

    class MaxEmoji(Verifier, id="acme:max_emoji"):
        limit: PositiveInt
        relaxes = Number("limit", "at most")

A verifier says where its number stands, or its list, and its own check does the rest. Numbers are
such as a person would write: 280 for a response of 287 words, 70 for "less than" and 63.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from pydantic import ValidationError

from hir_kit.model.verdict import Status

if TYPE_CHECKING:
    from hir_kit.verify.response import Response
    from hir_kit.verify.verifier import Verifier

V = TypeVar("V", bound="Verifier")

_STEPS = ((20, 1), (50, 5), (1000, 10), (5000, 50))
_TRIES = 20


class Goal(Protocol):
    """What of a verifier can be asked for in a weaker form."""

    def weaker(self, asked: V, response: Response) -> V | None:
        """Return the nearest weaker form that a response meets which violates `asked`."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number that a count is compared with. The check has to give the count as `measured`.

    Attributes:
        field: The number's field.
        relation: "at least", "at most", "less than", "exactly" or "around", or the field that holds
            one of them.
        lowest: The number below which it asks for nothing.
        within: How far the count may be from a number that is asked for exactly.
    """

    field: str
    relation: str
    lowest: int = 1
    within: int = 0

    def weaker(self, asked: V, response: Response) -> V | None:
        """Return the verifier with the number that the response reaches."""
        n, wanted = _measured(asked, response), getattr(asked, self.field)
        if n is None or not wanted:  # what is forbidden is forbidden
            return None
        numbers = (one for one in self._nearest(n, wanted, asked) if one >= self.lowest)
        found = (_met(asked, response, {self.field: number}) for number in numbers)
        return next((weaker for weaker in found if weaker is not None), None)

    def _nearest(self, n: float, wanted: float, asked: Verifier) -> Iterable[int]:
        """Return numbers for a count, the one that is nearest to the asked one first."""
        if not self.within:
            return (moved_to(n, str(getattr(asked, self.relation, self.relation)), wanted),)
        if n < wanted:
            return range(math.floor(n) + self.within, math.floor(n) - 1, -1)
        return range(math.ceil(n) - self.within, math.ceil(n) + 1)


@dataclass(frozen=True, slots=True)
class Between:
    """Two bounds of a count, of which one may not be set; if they are equal, it is exact.

    Attributes:
        least: The field of the least count, 0 or None where it is not set.
        most: The field of the greatest count, None where it is not set.
        measured: Whether the check gives the count as `measured`. Otherwise bounds are moved step
            by step.
    """

    least: str
    most: str
    measured: bool = True

    def weaker(self, asked: V, response: Response) -> V | None:
        """Return the verifier with the bound that is missed where the response is."""
        low, high = getattr(asked, self.least) or 0, getattr(asked, self.most)
        if high == 0:  # what is forbidden is forbidden
            return None
        for _ in range(_TRIES):  # with parts that are counted each, more than one may miss
            wide = asked.model_copy(update={self.least: low, self.most: high})
            n = _measured(wide, response) if self.measured else None
            if n is None:
                break
            if low == high:
                low = high = int(n)
            elif n < low:
                low = rounded_down(n)
            elif high is not None and n > high:
                high = rounded_up(n)
            else:
                return None
            if low < 1 and getattr(asked, self.least):
                return None
            if weaker := _met(asked, response, self._changed(asked, low, high)):
                return weaker
        return None if self.measured else self._step_by_step(asked, response)

    def _changed(self, asked: V, low: int, high: int | None) -> dict[str, Any]:
        found = {self.least: low, self.most: high}
        return {name: n for name, n in found.items() if n != (getattr(asked, name) or 0)}

    def _step_by_step(self, asked: V, response: Response) -> V | None:
        for low, high in self._steps(getattr(asked, self.least) or 0, getattr(asked, self.most)):
            if weaker := _met(asked, response, self._changed(asked, low, high)):
                return weaker
        return None

    @staticmethod
    def _steps(low: int, high: int | None) -> Iterator[tuple[int, int | None]]:
        for step in range(1, _TRIES + 1):
            is_exact = low == high
            if low - step > 0:
                yield low - step, low - step if is_exact else high
            if high is not None:
                yield high + step if is_exact else low, high + step


@dataclass(frozen=True, slots=True, init=False)
class Items:
    """Lists of which each item is asked for, or forbidden, by itself."""

    fields: tuple[str, ...]

    def __init__(self, *fields: str) -> None:
        object.__setattr__(self, "fields", fields)

    def weaker(self, asked: V, response: Response) -> V | None:
        """Return the verifier with the items that the response keeps to, some of each list."""
        changes: dict[str, list[Any]] = {}
        for field in self.fields:
            items = getattr(asked, field)
            kept = [item for item in items if self._is_met(asked, field, item, response)]
            if items and not kept:
                return None
            if len(kept) < len(items):
                changes[field] = kept
        return _met(asked, response, changes)

    def _is_met(self, asked: V, field: str, item: Any, response: Response) -> bool:
        alone = {name: [item] if name == field else [] for name in self.fields}
        return asked.model_copy(update=alone).check(response).satisfied


@dataclass(frozen=True, slots=True, init=False)
class Either:
    """Several goals, of which one is made weaker: the first that suffices."""

    goals: tuple[Goal, ...]

    def __init__(self, *goals: Goal) -> None:
        object.__setattr__(self, "goals", goals)

    def weaker(self, asked: V, response: Response) -> V | None:
        """Return what the first goal gives that gives something."""
        found = (goal.weaker(asked, response) for goal in self.goals)
        return next((weaker for weaker in found if weaker is not None), None)


def rounded_down(n: float) -> int:
    """Return the greatest number that a person would write up to this one: 287 -> 280."""
    return math.floor(n) // _step(n) * _step(n)


def rounded_up(n: float) -> int:
    """Return the least number that a person would write from this one on: 63 -> 70."""
    return -(-math.ceil(n) // _step(n)) * _step(n)


def moved_to(n: float, relation: str, asked: float) -> int:
    """Return the number that a person would write for a count, instead of the asked one.

    One more than a number stays one more: "at least 801" is "more than 800", as people say it.
    """
    more = int(not _is_written(asked) and _is_written(asked - 1))
    if relation == "at least":
        return rounded_down(n - more) + more
    if relation == "at most":
        return rounded_up(n)
    if relation == "less than":
        return rounded_up(math.floor(n) + 1 - more) + more
    if relation == "around":
        return min(rounded_down(n), rounded_up(n), key=lambda number: abs(number - n))
    return int(n)


def share_left(asked: Mapping[str, Any], weaker: Mapping[str, Any]) -> float:
    """Return how much of what was asked a weaker goal still asks for, from 0 to 1.

    Of a number it is the ratio of both: 280 of 300, and 50 of 70 where "less than 50" became "less
    than 70". Of a list it is the share of items. Of several changes it is the least; 0 where
    something else was changed.

    Args:
        asked: The kwargs that were asked for.
        weaker: Those of the weaker goal, by the same names.
    """
    return min(
        (
            _left(value, weaker.get(name))
            for name, value in asked.items()
            if value != weaker.get(name)
        ),
        default=1.0,
    )


def _left(asked: Any, weaker: Any) -> float:
    if isinstance(asked, (int, float)) and isinstance(weaker, (int, float)):
        small, great = sorted((float(asked), float(weaker)))
        return small / great if small > 0 else 0.0
    if isinstance(asked, list) and isinstance(weaker, list):
        return len(weaker) / len(asked) if all(item in asked for item in weaker) else 0.0
    return 0.0


def _is_written(n: float) -> bool:
    return n >= 0 and rounded_down(n) == n


def _step(n: float) -> int:
    for limit, step in _STEPS:
        if n < limit:
            return step
    return int(10 ** (len(str(int(n))) - 2))


def _measured(asked: Verifier, response: Response) -> float | None:
    """Return the count of a violation, None where it is of something else."""
    verdict = asked.check(response)
    n = verdict.measured
    if verdict.status is not Status.VIOLATED or isinstance(n, (bool, str)):
        return None
    return n


def _met(asked: V, response: Response, changes: Mapping[str, Any]) -> V | None:
    """Return a verifier with other kwargs, if there are such ones and the response meets it."""
    if not changes:
        return None
    kwargs = {name: getattr(asked, name) for name in type(asked).model_fields}
    try:
        weaker = type(asked).model_validate({**kwargs, **changes})
    except ValidationError:
        return None
    return weaker if weaker.check(response).satisfied else None
