"""What a dump format is, and what its reader gets and gives."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from hir_kit.errors import RowError, SpecError
from hir_kit.files.open import STDIN, open_binary
from hir_kit.files.records import Record, records
from hir_kit.model.rollout import Group, Location, Reject

if TYPE_CHECKING:
    from hir_kit.read.instructions import Instructions

__all__ = [
    "STDIN",
    "Feedback",
    "Format",
    "ReadOptions",
    "Recognizing",
    "Reject",
    "Row",
    "each_row",
    "open_binary",
    "rows",
    "rows_of",
    "stem",
]


class Feedback(Protocol):
    """What a reader tells while it reads."""

    def reject(self, reject: Reject) -> None:
        """Take a row that could not be used."""

    def advance(self, size: int) -> None:
        """Note that so many bytes of input have been read."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user said about the files.

    Attributes:
        whole_groups: All rollouts of an instruction must come as one group. Where False, a reader
            may give the rows of a flat dump one by one, in file order.
        instructions: The instructions of the `--prompts` files, for formats that keep them apart;
            None where no file was given.
        prompt_field: Name of the column with the prompt.
        response_field: Name of the column with the response.
        constraints_field: Name of the column with the constraints.
        group_by: Name of the column that tells the groups of a flat dump.
    """

    whole_groups: bool = True
    instructions: Instructions | None = None
    prompt_field: str = "prompt"
    response_field: str = "response"
    constraints_field: str = "constraints"
    group_by: str | None = None


class Format(Protocol):
    """A way in which rollouts are stored.

    Attributes:
        name: What `--format` takes.
        summary: One line for `hir-kit formats`.
        uses: What it uses of "prompts" (the `instructions` of the options), "prompt_field",
            "response_field", "constraints_field" and "group_by"; a user who gives another is told.
    """

    name: str
    summary: str
    uses: frozenset[str]

    def read(
        self, files: Sequence[str], options: ReadOptions, feedback: Feedback
    ) -> Iterator[Group]:
        """Yield the groups of these files (`-` is standard input), streaming where it can.

        A row that cannot be read is handed to `feedback`, and reading goes on. Raises
        FileFormatError where a whole file is something else, UsageError where it cannot be opened.
        """


class Recognizing(Protocol):
    """What a format has beside `Format`, if it takes part in auto-detection."""

    def recognizes(self, row: Mapping[str, Any]) -> bool:
        """Return whether the first object of a file can be a row of this format.

        Exactly one format must say so. Be strict: name every key that the format's writers write,
        and leave a row alone that has those of another format.
        """


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a line of JSON, parsed; of a Parquet file, the object and the line it would be."""

    location: Location
    raw: bytes
    data: dict[str, Any]


def rows(file: str, feedback: Feedback) -> Iterator[Row]:
    """Yield the objects of a file of JSON lines or a Parquet file; other rows are rejected.

    A Parquet file's rows are numbered in place of lines. Raises what `records` raises.
    """
    return rows_of(records(file, feedback.advance), file, feedback)


def rows_of(found: Iterable[Record], file: str, feedback: Feedback) -> Iterator[Row]:
    """Yield the rows among these records of a file; the others are rejected."""
    for record in found:
        location, data = Location(str(file), record.number), record.data
        if isinstance(data, RowError):
            feedback.reject(Reject(location, str(data), record.raw))
        else:
            yield Row(location, record.raw, data)


def each_row(
    files: Sequence[str], feedback: Feedback, read: Callable[[Row], Group | None]
) -> Iterator[Group]:
    """Yield `read(row)` for every row; None adds nothing, a RowError or SpecError rejects it."""
    for file in files:
        for row in rows(file, feedback):
            try:
                group = read(row)
            except (RowError, SpecError) as error:
                feedback.reject(Reject(row.location, str(error), row.raw))
            else:
                if group is not None:
                    yield group


def stem(file: str) -> str:
    """Return the name of a file without its folders and ending, for ids made from it."""
    return "stdin" if file == STDIN else Path(os.fspath(file)).name.split(".")[0]
