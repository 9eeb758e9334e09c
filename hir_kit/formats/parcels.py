"""Groups as they stand in a file, to be parsed where they are worked on.

Parsing is most of what reading costs. A format whose rows can be read one by one gives them as
they are; a format that gathers gives the gathered rows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hir_kit.errors import RowError, SpecError
from hir_kit.files.records import parse_object
from hir_kit.formats.base import Feedback, Reject, Row
from hir_kit.rollouts import Group, Location


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


class Parcels(Iterator[Group]):
    """Groups, which may be had as they came instead.

    Attributes:
        packed: The groups, not parsed yet. Take them from here, or from the iterator, not both.
    """

    def __init__(self, packed: Iterator[Parcel | Group], feedback: Feedback) -> None:
        self.packed = packed
        self._feedback = feedback

    def __next__(self) -> Group:
        """Return the next group; those that cannot be read are rejected."""
        while True:
            item = next(self.packed)
            if isinstance(item, Group):
                return item
            try:
                return item.open()
            except (RowError, SpecError) as error:
                self._feedback.reject(Reject(item.location, str(error), item.raw))
