"""Ordering rows so that near neighbours have nothing in common."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
Keys = tuple[Hashable, ...]

WINDOW = 16
POOL = 4096
_TRIES = 32


def interleaved(
    rows: Iterable[T],
    group: Callable[[T], Hashable],
    keys: Callable[[T], Keys],
    *,
    window: int = WINDOW,
    pool: int = POOL,
) -> Iterator[T]:
    """Yield all rows so that a row shares no key with the `window` rows before it, if possible.

    Rows wait in a pool of limited size. The group with the most rows waiting that has not been
    drawn from lately goes next. Where only recent groups are left the distance shrinks, and
    direct neighbours share a key only where nothing else is left. Same rows in, same order out.

    Args:
        rows: The rows, those of one group standing together.
        group: The group of a row; rows of one group tend to share keys.
        keys: The keys of a row.
        window: How many rows back a key must not have occurred.
        pool: How many rows may wait.
    """
    waiting: _Pool[T] = _Pool(keys, window)
    for row in rows:
        waiting.add(group(row), row)
        if len(waiting) > pool:
            yield waiting.take()
    while len(waiting):
        yield waiting.take()


class _Pool(Generic[T]):
    """Waiting rows by group: ready groups in a heap, the ones drawn from lately in a queue."""

    def __init__(self, keys: Callable[[T], Keys], window: int) -> None:
        self._keys = keys
        self._recent: deque[Keys] = deque(maxlen=window)
        self._window = window
        self._rows: dict[Hashable, deque[T]] = {}
        self._ready: list[tuple[int, int, Hashable]] = []
        self._resting: deque[tuple[int, Hashable]] = deque()
        self._awake: set[Hashable] = set()
        self._order: dict[Hashable, int] = {}
        self._size = self._time = self._arrivals = 0

    def __len__(self) -> int:
        return self._size

    def add(self, group: Hashable, row: T) -> None:
        self._size += 1
        if group not in self._rows:
            self._rows[group] = deque()
            self._arrivals += 1
            self._order[group] = self._arrivals
            self._awake.add(group)
        self._rows[group].append(row)
        if group in self._awake:
            self._push(group)

    def take(self) -> T:
        """Remove and return the row that goes next."""
        self._wake()
        passed: list[Hashable] = []
        row = None
        while row is None and len(passed) < _TRIES and (group := self._pop()) is not None:
            row = self._draw(group, self._recent)
            if row is None:
                passed.append(group)
        for group in passed:
            self._push(group)
        return self._force() if row is None else row

    def _pop(self) -> Hashable | None:
        """Remove and return the ready group with the most rows; older entries of it are stale."""
        while self._ready:
            negative, _, group = heapq.heappop(self._ready)
            if group in self._awake and len(self._rows[group]) == -negative:
                return group
        return None

    def _force(self) -> T:
        """Take from whichever group rested longest, minding only the direct neighbour if it can."""
        group = self._resting.popleft()[1] if self._resting else self._pop()
        last = list(self._recent)[-1:]
        row = self._draw(group, last)
        row = self._draw(group, ()) if row is None else row
        assert row is not None
        return row

    def _draw(self, group: Hashable, avoid: Iterable[Keys]) -> T | None:
        """Take the group's first row that shares no key with the given ones; let the group rest."""
        taken = {key for keys in avoid for key in keys}
        rows = self._rows[group]
        for place, row in enumerate(rows):
            if place == _TRIES:
                return None
            if taken.isdisjoint(self._keys(row)):
                del rows[place]
                self._gone(group, row)
                return row
        return None

    def _gone(self, group: Hashable, row: T) -> None:
        self._size -= 1
        self._time += 1
        self._recent.append(self._keys(row))
        self._awake.discard(group)
        if self._rows[group]:
            self._resting.append((self._time + self._window, group))
        else:
            del self._rows[group], self._order[group]

    def _wake(self) -> None:
        while self._resting and self._resting[0][0] <= self._time:
            group = self._resting.popleft()[1]
            self._awake.add(group)
            self._push(group)

    def _push(self, group: Hashable) -> None:
        heapq.heappush(self._ready, (-len(self._rows[group]), self._order[group], group))
