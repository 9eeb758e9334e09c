"""Cutting a dump into batches, the same ones whoever works on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hir_kit.formats.parcels import Parcel
from hir_kit.rollouts import Group

BATCH_BYTES = 1 << 18
"""How much text a batch holds: enough to make handing it over cheap, and little in memory."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive groups of a dump."""

    items: tuple[Parcel | Group, ...]


def batches(items: Iterable[Parcel | Group]) -> Iterator[Batch]:
    """Yield consecutive items in batches; pieces of one group in a row stay together."""
    waiting: list[Parcel | Group] = []
    size = 0
    for item in items:
        if size >= BATCH_BYTES and not _belongs(item, waiting[-1]):
            yield Batch(tuple(waiting))
            waiting, size = [], 0
        waiting.append(item)
        size += _size(item)
    if waiting:
        yield Batch(tuple(waiting))


def _size(item: Parcel | Group) -> int:
    if isinstance(item, Parcel):
        return item.size
    return 200 + sum(len(rollout.text) for rollout in item.rollouts)


def _belongs(item: Parcel | Group, last: Parcel | Group) -> bool:
    return isinstance(item, Group) and isinstance(last, Group) and item.id == last.id
