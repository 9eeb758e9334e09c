"""What a dump format is, and what its reader gets and gives."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from hir_kit.errors import CrashError, RowError, SpecError, boundary
from hir_kit.files.open import STDIN, Input
from hir_kit.files.records import Record, parse_object, records
from hir_kit.model.rollout import Group, Location, Reject
from hir_kit.time_limit import CheckTimeout, TimeLimit

if TYPE_CHECKING:
    from hir_kit.read.instructions import Instructions

A = TypeVar("A")
R = TypeVar("R")


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
        limit: How long the code of a format or source may take for one row.
    """

    whole_groups: bool = True
    instructions: Instructions | None = None
    prompt_field: str = "prompt"
    response_field: str = "response"
    constraints_field: str = "constraints"
    group_by: str | None = None
    limit: TimeLimit = field(default_factory=TimeLimit, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Unread(ABC):
    """A whole group, or row of one, as it stood in its files. It can be pickled.

    Parsing is most of what reading costs: it is left to whoever works on the group.

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


Item = Group | Unread
"""What a format gives: a group, or what will be one."""


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
        self, files: Sequence[Input], options: ReadOptions, feedback: Feedback
    ) -> Iterator[Item]:
        """Yield the groups of these files, streaming where it can.

        A group may come `Unread`: it is then opened where it is worked on, in another process as
        a rule, and is whole. A row that cannot be read is handed to `feedback`, and reading goes
        on. Raises FileFormatError where a whole file is something else, UsageError where it cannot
        be opened.
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


@dataclass(frozen=True, slots=True)
class UnreadRow(Unread):
    """A row of a file that holds a group a row.

    Attributes:
        line: The row as it stands in the file.
        read: What makes a group of the row; a function of a module, so that it can be pickled.
        data: What the line holds, where it has been parsed; it is not pickled.
    """

    line: bytes
    read: Callable[[Row], Group]
    data: dict[str, Any] | None = None

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
        data = parse_object(self.line) if self.data is None else self.data
        return self.read(Row(self.location, self.line, data))

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the line alone: parsing it anew is cheaper than sending what it holds."""
        return UnreadRow, (self.location, self.line, self.read)


def read_by(part: object, read: Callable[[A], R], given: A, what: str, limit: TimeLimit) -> R:
    """Return what the code of a format or source makes of a row.

    Args:
        part: Whose code it is.
        read: Its function or method.
        given: What it is given, a row as a rule.
        what: How the call reads in messages.
        limit: How long it may take, where this has been entered.

    Raises CrashError where it breaks down or takes too long; RowError and SpecError are what it
    says by rule.
    """
    try:
        with boundary(part, what):
            return limit.run(read, given)
    except CheckTimeout as late:
        raise CrashError.late(part, what, late) from None


def opened(
    items: Iterable[Item], feedback: Feedback, limit: TimeLimit | None = None
) -> Iterator[Group]:
    """Yield the groups; those that cannot be read, or take longer than the limit, are rejected."""
    limit = limit or TimeLimit(0)
    for item in items:
        if isinstance(item, Group):
            yield without_unread(item, feedback)
            continue
        part = getattr(item, "read", item)
        try:
            group = read_by(part, type(item).open, item, "reading a row", limit)
        except (RowError, SpecError, CrashError) as error:
            feedback.reject(Reject(item.location, str(error), item.raw))
        else:
            yield without_unread(group, feedback)


def unread_response(location: Location, id: str, problem: str, text: str) -> Reject:
    """Return what is put aside of a row whose other responses are sound."""
    return Reject(location, f"response {id}: {problem}", text.encode("utf-8", "surrogatepass"), id)


def without_unread(group: Group, feedback: Feedback) -> Group:
    """Put the responses of a group aside that cannot be used, and return the others."""
    for reject in group.unread:
        feedback.reject(reject)
    return replace(group, unread=()) if group.unread else group


class Following:
    """Feedback that knows how far a reader has come, and holds its clock while it waits for a row.

    Attributes:
        row: The last row that it was given by `rows`.
        group: Where the last group that it gave came from.
    """

    def __init__(self, feedback: Feedback, limit: TimeLimit) -> None:
        self.row: Location | None = None
        self.group: Location | None = None
        self.reject, self.advance = feedback.reject, feedback.advance
        self._limit, self._is_waiting = limit, False

    def wait(self) -> None:
        """Hold the clock: what comes is not the reader's doing."""
        if not self._is_waiting:
            self._is_waiting = True
            self._limit.hold()

    def go_on(self) -> None:
        """Start the clock anew."""
        if self._is_waiting:
            self._is_waiting = False
            self._limit.go_on()

    def next_of(self, items: Iterator[Item]) -> Item | None:
        """Return what a reader gives next; its clock runs from each row to the next."""
        self.wait()
        try:
            return next(items, None)
        finally:
            self.go_on()

    def __str__(self) -> str:
        return str(self.row or self.group or "the first row")


def guarded(
    format: Format, files: Sequence[Input], options: ReadOptions, feedback: Feedback
) -> Iterator[Item]:
    """Yield what a format reads; raises CrashError naming the row where its code breaks down.

    So it does where a row that came from `rows` takes longer than the limit.
    """
    limits_rows = getattr(format, "limits_rows", False)
    following = Following(feedback, TimeLimit(0) if limits_rows else options.limit)
    what = f"the format {format.name!r}: read()"
    with boundary(format, what, following):
        items = iter(format.read(files, options, following))
    timed = partial(options.limit.run, following.next_of, items)
    take = partial(next, items, None) if limits_rows else timed
    with options.limit:
        while True:
            try:
                with boundary(format, what, following):
                    item = take()
            except CheckTimeout as late:
                raise CrashError.late(format, what, late, following) from None
            if item is None:
                return
            if not isinstance(item, (Group, Unread)):
                raise CrashError(f"{what} gave {type(item).__name__}, not a Group, at {following}")
            following.group = item.location
            yield item


def rows(file: str | Input, feedback: Feedback) -> Iterator[Row]:
    """Yield the objects of a file of JSON lines or a Parquet file; other rows are rejected.

    A Parquet file's rows are numbered in place of lines. Raises what `records` raises.
    """
    return rows_of(records(file, feedback.advance), str(file), feedback)


def rows_of(found: Iterable[Record], file: str, feedback: Feedback) -> Iterator[Row]:
    """Yield the rows among these records of a file; the others are rejected."""
    following = feedback if isinstance(feedback, Following) else None
    for record in found:
        location, data = Location(file, record.number), record.data
        if following:
            following.row = location
        if isinstance(data, RowError):
            feedback.reject(Reject(location, str(data), record.raw))
        elif following:
            following.go_on()
            try:
                yield Row(location, record.raw, data)
            finally:  # where the reader was stopped, nothing stops what closes the files
                following.wait()
        else:
            yield Row(location, record.raw, data)


def stem(file: str) -> str:
    """Return the name of a file without its folders and ending, for ids made from it."""
    return "stdin" if file == STDIN else Path(file).name.split(".")[0]
