"""Flat dumps: one row a response, or some of one instruction."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from hir_kit.errors import CrashError, RowError, SpecError, boundary, shown
from hir_kit.files.open import Input
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.prompt import Prompt
from hir_kit.model.rollout import Group, Location, Reject, Rollout
from hir_kit.read.answers import Sample, as_it_stood
from hir_kit.read.chat_text import read_asked, single_answer
from hir_kit.read.format import (
    Feedback,
    Item,
    ReadOptions,
    Row,
    read_by,
    rows,
    unread_response,
    without_unread,
)
from hir_kit.read.ids import FileNames, GroupNumbers
from hir_kit.read.spool import GroupIndex, grouped
from hir_kit.time_limit import TimeLimit


@dataclass(frozen=True, slots=True)
class Piece:
    """What one row of a flat dump says: some responses, and the instruction they answer.

    Attributes:
        group: The id of the group; rows with the same one belong together.
        prompt: What was sent to the model.
        constraints: The instruction's constraints, in order.
        samples: The responses of the row, in order.
        task: The request without its constraints, where the dump has it.
        meta: Whatever else the dump says of the instruction.
    """

    group: str
    prompt: Prompt
    constraints: tuple[ConstraintSpec, ...]
    samples: tuple[Sample, ...]
    task: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)

    def read_back(self) -> Piece:
        """Return it without what a chat template put around prompt and responses.

        A response that is no single answer gets its `problem`. Raises RowError where the prompt
        cannot be read back, or no response can be used.
        """
        prompt, begun = read_asked(self.prompt)
        samples = tuple(map(_single, self.samples))
        if samples and all(one.problem for one in samples):
            raise RowError(str(samples[0].problem))
        return replace(self, prompt=prompt, samples=samples, meta={**begun, **self.meta})

    def to_group(self, location: Location, first: int = 0, *, complete: bool = True) -> Group:
        """Return it as a group or a piece of one, its first rollout numbered `first`."""
        numbered = [(f"{self.group}/{n}", one) for n, one in enumerate(self.samples, start=first)]
        rollouts = tuple(
            Rollout(id, one.text, one.entropy, one.logprob, one.meta)
            for id, one in numbered
            if one.problem is None
        )
        unread = tuple(
            unread_response(location, id, one.problem, one.text)
            for id, one in numbered
            if one.problem is not None
        )
        return Group(
            self.group,
            self.prompt,
            self.constraints,
            rollouts,
            location,
            self.task,
            self.meta,
            complete,
            unread,
        )


def _single(sample: Sample) -> Sample:
    if sample.problem is not None:
        return sample
    if not isinstance(sample.text, str):
        said = f"a response is a text, got {shown(sample.text)}"
        return replace(sample, text=as_it_stood(sample.text), problem=said)
    try:
        return replace(sample, text=single_answer(sample.text))
    except RowError as error:
        return replace(sample, problem=str(error))


class FlatReader(ABC):
    """Reads the rows of one dump, in order. One is made for each run.

    Attributes:
        options: What the user said about the files.
        files: A short name for each file, for ids made from it.
        numbers: Numbers for groups that have no id.
    """

    def __init__(self, options: ReadOptions) -> None:
        self.options = options
        self.files = FileNames()
        self.numbers = GroupNumbers()

    @abstractmethod
    def read(self, row: Row) -> Piece | None:
        """Return what a row says; None where it adds nothing.

        Raises RowError or SpecError, which reject the row.
        """


class FlatFormat:
    """A flat dump: what its rows look like, and what reads them. Formats are made by subclassing.

    Rollouts are named by their place in the group. A row that asks something else than the first
    one of its group is rejected.

    Attributes:
        name: What `--format` takes.
        summary: One line for `hir-kit formats`.
        uses: The options that it uses, see `Format`; `prompts` where nothing else is said.
        columns: Those of a row by which auto-detection knows it; none: it does not.
        reader: What makes the reader of the rows of one run: its class, or a method.
    """

    name: str
    summary: str
    uses: frozenset[str] = frozenset({"prompts"})
    columns: frozenset[str] = frozenset()
    limits_rows: ClassVar[bool] = True  # each by itself: one that takes long is rejected
    reader: Callable[[ReadOptions], FlatReader]

    def recognizes(self, row: Mapping[str, Any]) -> bool:
        """Return whether the first row of a file has all columns of this format."""
        return bool(self.columns) and row.keys() >= self.columns

    def read(
        self, files: Sequence[Input], options: ReadOptions, feedback: Feedback
    ) -> Iterator[Item]:
        """Yield the groups, whole or row by row as the options say."""
        reader, index = self.reader(options), GroupIndex()

        def pieces() -> Iterator[Group]:
            for piece, location in each_piece(files, reader, feedback, options.limit):
                known = index[piece.group]
                first = known.rollouts
                known.rollouts += len(piece.samples)
                yield without_unread(piece.to_group(location, first, complete=False), feedback)

        return grouped(pieces(), options, feedback, index)


def each_piece(
    files: Sequence[Input], reader: FlatReader, feedback: Feedback, limit: TimeLimit
) -> Iterator[tuple[Piece, Location]]:
    """Yield what the rows of a flat dump say; those that cannot be read are rejected."""
    for file in files:
        for row in rows(file, feedback):
            try:
                read = read_by(reader, reader.read, row, "reading a row", limit)
                with boundary(reader, "a row that was read"):
                    piece = read and read.read_back()
            except (RowError, SpecError, CrashError) as error:
                feedback.reject(Reject(row.location, str(error), row.raw))
            else:
                if piece is not None:
                    yield piece, row.location
