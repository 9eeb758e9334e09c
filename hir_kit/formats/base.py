"""What a dump format is, and what its reader gets and gives."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from hir_kit import jsonl
from hir_kit.errors import FileFormatError, RowError, SpecError, UsageError
from hir_kit.rollouts import Group, Location

if TYPE_CHECKING:
    from hir_kit.formats.instructions import Instructions

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that could not be used: where it stands, why, and the row itself."""

    location: Location
    reason: str
    row: bytes = b""

    def to_json(self) -> dict[str, Any]:
        """Return the object written to `<out>.rejects.jsonl`."""
        return {
            "file": self.location.file,
            "line": self.location.line,
            "reason": self.reason,
            "row": self.row.decode("utf-8", "backslashreplace"),
        }


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
        options: What it uses of "prompts" (the `instructions` of the options), "prompt_field",
            "response_field", "constraints_field" and "group_by"; a user who gives another is told.
    """

    name: str
    summary: str
    options: frozenset[str]

    def read(
        self, files: Sequence[str], options: ReadOptions, feedback: Feedback
    ) -> Iterator[Group]:
        """Yield the groups of these files (`-` is standard input), streaming where it can.

        A row that cannot be read is handed to `feedback`, and reading goes on. Raises
        FileFormatError where a whole file is something else, UsageError where it cannot be opened.
        """


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a JSON-lines file, parsed."""

    location: Location
    raw: bytes
    data: dict[str, Any]


def rows(file: str, feedback: Feedback) -> Iterator[Row]:
    """Yield the objects of a JSON-lines file; lines that hold no object are rejected."""
    with open_binary(file) as stream:
        for place, (number, line) in enumerate(jsonl.numbered_lines(stream)):
            feedback.advance(len(line) + 1)
            location = Location(file, number)
            if place == 0:
                _refuse_other(file, line)
            try:
                yield Row(location, line, parse_object(line))
            except RowError as error:
                feedback.reject(Reject(location, str(error), line))


def parse_object(line: bytes) -> dict[str, Any]:
    """Return the JSON object of a line; raises RowError saying what it is instead."""
    try:
        data = jsonl.loads(line)
    except UnicodeDecodeError as error:
        raise RowError(f"not UTF-8: {error.reason} at byte {error.start}") from None
    except ValueError as error:
        raise RowError(f"not JSON: {error}") from None
    if not isinstance(data, dict):
        raise RowError(f"a line is a JSON object, got {jsonl.kind(data)}")
    return data


def each_row(
    files: Sequence[str], feedback: Feedback, read: Callable[[Row], Group]
) -> Iterator[Group]:
    """Yield `read(row)` for every row; a RowError or SpecError rejects the row."""
    for file in files:
        for row in rows(file, feedback):
            try:
                group = read(row)
            except (RowError, SpecError) as error:
                feedback.reject(Reject(row.location, str(error), row.raw))
            else:
                yield group


@contextmanager
def open_binary(file: str) -> Iterator[BinaryIO]:
    """Open a file, or standard input for `-`; raises UsageError where that is not possible."""
    if file == STDIN:
        if sys.stdin is None:
            raise UsageError("cannot read standard input: it is closed")
        yield sys.stdin.buffer
        return
    try:
        stream = Path(file).open("rb")  # noqa: SIM115  # closed below; only opening may fail
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror or error}") from None
    with stream:
        yield stream


def stem(file: str) -> str:
    """Return the name of a file without its folders and ending, for ids made from it."""
    return "stdin" if file == STDIN else Path(os.fspath(file)).name.split(".")[0]


_MAGIC = {
    b"\x1f\x8b": "is compressed; `gunzip -c FILE | hir-kit ... -` reads it",
    b"\x28\xb5\x2f\xfd": "is compressed; `zstd -dc FILE | hir-kit ... -` reads it",
    b"PAR1": "is a Parquet file; write it as JSON lines first",
    b"\xff\xfe": "is UTF-16; `iconv -f UTF-16 -t UTF-8 FILE | hir-kit ... -` reads it",
    b"\xfe\xff": "is UTF-16; `iconv -f UTF-16 -t UTF-8 FILE | hir-kit ... -` reads it",
    b"[": "holds a JSON array; `jq -c '.[]' FILE | hir-kit ... -` reads it",
}


def _refuse_other(file: str, line: bytes) -> None:
    """Say what a file is where its first line shows that it is not JSON lines."""
    for magic, what in _MAGIC.items():
        if line.startswith(magic):
            advice = what.replace("FILE", file)
            raise FileFormatError(f"{file} {advice}. hir-kit reads one JSON object a line")
