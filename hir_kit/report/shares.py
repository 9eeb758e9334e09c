"""Shares of what was met, added up by instruction, so that intervals can be had of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from math import comb

from hir_kit.report.intervals import Bootstrap

Key = tuple[str, str]
"""A section and a name within it."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its interval.

    Attributes:
        value: The share, from 0 to 1.
        low: Where its 95 % interval begins; None where one instruction alone has a part in it.
        high: Where it ends.
        of: What it is a share of: how many responses or verdicts.
        instructions: How many instructions have a part in it.
    """

    value: float
    low: float | None
    high: float | None
    of: float
    instructions: int

    def to_json(self) -> dict[str, float | None]:
        """Return it as an object."""
        names = ("value", "low", "high", "of", "instructions")
        return {name: getattr(self, name) for name in names}


@dataclass(slots=True)
class _Parts:
    """What one share is made of, by the instruction's number."""

    each: bool
    met: dict[int, float] = field(default_factory=dict)
    of: dict[int, float] = field(default_factory=dict)


class Shares:
    """Adds up shares, by section and name, in the order in which they are first met."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._parts: dict[Key, _Parts] = {}

    def __len__(self) -> int:
        """Return how many instructions there are."""
        return len(self._numbers)

    def __iter__(self) -> Iterator[Key]:
        return iter(self._parts)

    def __contains__(self, key: Key) -> bool:
        return key in self._parts

    def add(self, key: Key, group: str, met: float, of: float = 1, *, each: bool = False) -> None:
        """Add what one response to an instruction has met.

        Args:
            key: The share that it belongs to.
            group: The instruction.
            met: How much was met; a truth counts as 1.
            of: Of how much.
            each: Whether every instruction weighs the same, however many responses it has.
        """
        number = self._numbers.setdefault(group, len(self._numbers))
        parts = self._parts.setdefault(key, _Parts(each))
        parts.met[number] = parts.met.get(number, 0) + met
        parts.of[number] = parts.of.get(number, 0) + of

    @cached_property
    def _bootstrap(self) -> Bootstrap:
        return Bootstrap(len(self))

    def columns(self, key: Key) -> tuple[list[float], list[float]]:
        """Return what is above and below the line of a share, by instruction."""
        parts = self._parts[key]
        above, below = [0.0] * len(self), [0.0] * len(self)
        for number, of in parts.of.items():
            if of:
                above[number] = parts.met[number] / of if parts.each else parts.met[number]
                below[number] = 1.0 if parts.each else of
        return above, below

    def share(self, key: Key) -> Share | None:
        """Return a share with its interval; None where it is of nothing."""
        if key not in self._parts:
            return None
        above, below = self.columns(key)
        total = sum(below)
        if not total:
            return None
        low, high = self._bootstrap.interval(above, below)
        of = sum(self._parts[key].of.values())
        return Share(sum(above) / total, low, high, of, sum(map(bool, below)))

    def samples(self, key: Key) -> int:
        """Return how many responses every instruction has at least, of those that have any."""
        return int(min(filter(None, self._parts[key].of.values()), default=0))

    def passed(self, key: Key, k: int) -> Share | None:
        """Return pass@k: the chance that one of k responses is a success, over instructions.

        The unbiased estimator of Chen et al. (arXiv 2107.03374): 1 - C(n-c, k) / C(n, k), for c
        successes among n responses. Instructions with fewer than k responses have no part in it.
        """
        parts = self._parts[key]
        above, below = [0.0] * len(self), [0.0] * len(self)
        for number, n in parts.of.items():
            if n >= k:
                failed = int(n - parts.met[number])
                above[number] = 1 - comb(failed, k) / comb(int(n), k)
                below[number] = 1.0
        total = sum(below)
        if not total:
            return None
        low, high = self._bootstrap.interval(above, below)
        return Share(sum(above) / total, low, high, total, int(total))
