"""Ordering rows so that near neighbours have nothing in common."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
Keys = tuple[Hashable, ...]

WINDOW = 16
POOL = 4096
_TRIES = 32


def interleaved(
    rows: Iterable[tuple[T, Hashable, Keys]], *, window: int = WINDOW, pool: int = POOL
) -> Iterator[T]:
    """Yield all rows so that a row shares no key with the `window` rows before it, if possible.

    Rows wait in a pool of limited size. The group with the most rows waiting that has not been
    drawn from lately goes next. Where only recent groups are left the distance shrinks, and
    direct neighbours share a key only where nothing else is left. Same rows in, same order out.

    Args:
        rows: Rows with their group and keys, those of one group standing together; they tend to
            share keys.
        window: How many rows back a key must not have occurred.
        pool: How many rows may wait.
    """
    waiting: _Pool[T] = _Pool(window)
    for row, group, keys in rows:
        waiting.add(group, row, keys)
        if waiting.size > pool:
            yield waiting.take()
    while waiting.size:
        yield waiting.take()


@dataclass(slots=True)
class _Group(Generic[T]):
    """The waiting rows of a group; it is awake unless it has been drawn from lately."""

    name: Hashable
    arrival: int
    rows: deque[tuple[T, Keys]] = field(default_factory=deque)
    is_awake: bool = True


class _Pool(Generic[T]):
    """Waiting rows by group: ready groups in a heap, the ones drawn from lately in a queue."""

    def __init__(self, window: int) -> None:
        self.size = 0
        self._recent: deque[Keys] = deque(maxlen=window)
        self._window = window
        self._groups: dict[Hashable, _Group[T]] = {}
        self._ready: list[tuple[int, int, Hashable]] = []
        self._resting: deque[tuple[int, _Group[T]]] = deque()
        self._time = self._arrivals = 0

    def add(self, name: Hashable, row: T, keys: Keys) -> None:
        self.size += 1
        group = self._groups.get(name)
        if group is None:
            self._arrivals += 1
            group = self._groups[name] = _Group(name, self._arrivals)
        group.rows.append((row, keys))
        if group.is_awake:
            self._push(group)

    def take(self) -> T:
        """Remove and return the row that goes next."""
        while self._resting and self._resting[0][0] <= self._time:
            self._push(self._resting.popleft()[1])
        passed: list[_Group[T]] = []
        row = None
        while row is None and len(passed) < _TRIES and (group := self._pop()) is not None:
            row = self._draw(group, self._recent)
            if row is None:
                passed.append(group)
        for group in passed:
            self._push(group)
        return self._force() if row is None else row

    def _push(self, group: _Group[T]) -> None:
        group.is_awake = True
        heapq.heappush(self._ready, (-len(group.rows), group.arrival, group.name))

    def _pop(self) -> _Group[T] | None:
        """Remove and return the ready group with the most rows; older entries of it are stale."""
        while self._ready:
            negative, _, name = heapq.heappop(self._ready)
            group = self._groups.get(name)
            if group and group.is_awake and len(group.rows) == -negative:
                return group
        return None

    def _force(self) -> T:
        """Take from whichever group rested longest, minding only the direct neighbour if it can."""
        group = self._resting.popleft()[1] if self._resting else self._pop()
        assert group is not None
        row = self._draw(group, list(self._recent)[-1:])
        row = self._draw(group, ()) if row is None else row
        assert row is not None
        return row

    def _draw(self, group: _Group[T], avoid: Iterable[Keys]) -> T | None:
        """Take the group's first row that shares no key with the given ones; let the group rest."""
        taken = {key for keys in avoid for key in keys}
        for place, (row, keys) in enumerate(group.rows):
            if place == _TRIES:
                return None
            if taken.isdisjoint(keys):
                del group.rows[place]
                self._rest(group, keys)
                return row
        return None

    def _rest(self, group: _Group[T], keys: Keys) -> None:
        self.size -= 1
        self._time += 1
        self._recent.append(keys)
        group.is_awake = False
        if group.rows:
            self._resting.append((self._time + self._window, group))
        else:
            del self._groups[group.name]
