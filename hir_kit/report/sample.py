"""A sample of rows, drawn by their names: the same rows every time, whatever their order."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Sample(Generic[T]):
    """Keeps at most so many rows of all that it is given.

    Args:
        size: How many.

    Attributes:
        of: How many it was given.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._heap: list[tuple[int, int, T]] = []
        self.of = 0

    def add(self, name: str, row: T) -> None:
        """Give it a row."""
        digest = hashlib.blake2b(
            f"{name}\0{self.of}".encode("utf-8", "surrogatepass"), digest_size=8
        )
        entry = (-int.from_bytes(digest.digest(), "big"), self.of, row)
        self.of += 1
        if len(self._heap) < self._size:
            heapq.heappush(self._heap, entry)
        else:
            heapq.heappushpop(self._heap, entry)

    def __len__(self) -> int:
        return len(self._heap)

    def __iter__(self) -> Iterator[T]:
        """Yield the rows in the order in which they came."""
        for _, _, row in sorted(self._heap, key=lambda entry: entry[1]):
            yield row
