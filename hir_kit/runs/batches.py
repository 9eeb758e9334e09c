"""Cutting a dump into batches of a block's size, the same ones whoever works on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hir_kit.files.records import BLOCK_BYTES
from hir_kit.model.rollout import Group, Location
from hir_kit.read.format import Item


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive groups of a dump.

    Attributes:
        items: The groups, read or not.
    """

    items: tuple[Item, ...]

    def __len__(self) -> int:
        """Return how many groups it has."""
        return len(self.items)

    @property
    def size(self) -> int:
        """How many bytes it holds, about."""
        return sum(map(_size, self.items))

    def __iter__(self) -> Iterator[Item]:
        """Yield the groups one by one."""
        return iter(self.items)

    def location(self, place: int) -> Location:
        """Return where the group at a place comes from."""
        return self.items[place].location


def batches(items: Iterable[Item]) -> Iterator[Batch]:
    """Yield consecutive items in batches; pieces of one group in a row stay together."""
    waiting: list[Item] = []
    size = 0
    for item in items:
        if size >= BLOCK_BYTES and not _belongs(item, waiting[-1]):
            yield Batch(tuple(waiting))
            waiting, size = [], 0
        waiting.append(item)
        size += _size(item)
    if waiting:
        yield Batch(tuple(waiting))


def _size(item: Item) -> int:
    if isinstance(item, Group):
        return 200 + sum(len(rollout.text) for rollout in item.rollouts)
    return item.size


def _belongs(item: Item, last: Item) -> bool:
    return isinstance(item, Group) and isinstance(last, Group) and item.id == last.id
