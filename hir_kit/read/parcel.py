"""Groups as they stand in a file, to be parsed where they are worked on.

Parsing is most of what reading costs. A format whose rows can be read one by one gives blocks of
them as they are; a format that gathers gives the gathered rows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from hir_kit.errors import RowError, SpecError
from hir_kit.files.records import Block, parse_object
from hir_kit.model.rollout import Group, Location, Reject
from hir_kit.read.format import Feedback, Row


@dataclass(frozen=True, slots=True)
class Parcel(ABC):
    """A group that is not parsed yet. It can be pickled.

    Attributes:
        location: The row, or first row, it came from.
    """

    location: Location

    @property
    @abstractmethod
    def size(self) -> int:
        """How many bytes it holds, about."""

    @property
    @abstractmethod
    def raw(self) -> bytes:
        """What is kept of it where it is rejected."""

    @abstractmethod
    def open(self) -> Group:
        """Return the group; raises RowError or SpecError saying what is wrong with it."""


@dataclass(frozen=True, slots=True)
class RawRow(Parcel):
    """One row of a file that holds a group a row.

    Attributes:
        line: The row as it stands in the file.
        read: What makes a group of the row; a function of a module, so that it can be pickled.
    """

    line: bytes
    read: Callable[[Row], Group]

    @property
    def size(self) -> int:
        """How many bytes the row has."""
        return len(self.line)

    @property
    def raw(self) -> bytes:
        """The row."""
        return self.line

    def open(self) -> Group:
        """Return the group of the row."""
        return self.read(Row(self.location, self.line, parse_object(self.line)))


@dataclass(frozen=True, slots=True)
class RawRows:
    """Consecutive rows of a file that holds a group a row.

    Attributes:
        file: Its name.
        block: The rows as they stand in the file.
        read: What makes a group of a row; a function of a module, so that it can be pickled.
    """

    file: str
    block: Block
    read: Callable[[Row], Group]

    @property
    def size(self) -> int:
        """How many bytes they have."""
        return len(self.block.data)

    def __len__(self) -> int:
        """Return how many lines they are."""
        return self.block.count

    def rows(self) -> Iterator[RawRow]:
        """Yield the rows one by one."""
        for record in self.block.records():
            yield RawRow(Location(self.file, record.number), record.raw, self.read)


Item = RawRows | Parcel | Group
"""What a format may give: groups, or what they are made of."""


class Parcels(Iterator[Group]):
    """Groups, which may be had as they came instead.

    Attributes:
        packed: The groups, not parsed yet. Take them from here, or from the iterator, not both.
    """

    def __init__(self, packed: Iterator[Item], feedback: Feedback) -> None:
        self.packed = packed
        self._groups = opened(single(packed), feedback)

    def __next__(self) -> Group:
        """Return the next group; those that cannot be read are rejected."""
        return next(self._groups)


def single(items: Iterable[Item]) -> Iterator[Parcel | Group]:
    """Yield the items with rows one by one."""
    for item in items:
        if isinstance(item, RawRows):
            yield from item.rows()
        else:
            yield item


def opened(items: Iterable[Parcel | Group], feedback: Feedback) -> Iterator[Group]:
    """Yield the groups; those that cannot be read are rejected."""
    for item in items:
        if isinstance(item, Group):
            yield item
            continue
        try:
            group = item.open()
        except (RowError, SpecError) as error:
            feedback.reject(Reject(item.location, str(error), item.raw))
        else:
            yield group
