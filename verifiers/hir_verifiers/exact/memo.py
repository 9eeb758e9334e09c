"""A bounded cache of a pure function, as fast to read as a dict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Memo(dict[K, V]):
    """``memo[key]`` is ``compute(key)``, kept until `limit` keys are held; then it starts afresh.

    Emptying the whole cache keeps a hit as cheap as a dict look-up, and the memory bounded. Every
    step is one atomic operation on a dict, so threads may share one: at worst a value is computed
    twice.
    """

    def __init__(self, compute: Callable[[K], V], limit: int) -> None:
        super().__init__()
        self._compute = compute
        self._limit = limit

    def __missing__(self, key: K) -> V:
        value = self._compute(key)
        if len(self) >= self._limit:
            self.clear()
        self[key] = value
        return value

    def keep(self, values: Mapping[K, V]) -> None:
        """Keep values that were computed elsewhere, such as many at once."""
        if len(self) + len(values) > self._limit:
            self.clear()
        self.update(islice(values.items(), self._limit))
