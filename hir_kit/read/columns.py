"""Plain JSON lines with named fields: one response a line, grouped by a column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from hir_kit.errors import RowError, shown
from hir_kit.files import jsonl
from hir_kit.files.open import Input
from hir_kit.model.constraint import ConstraintSpec, parse_constraints
from hir_kit.model.prompt import read_prompt
from hir_kit.read.answers import Sample, read_answer
from hir_kit.read.fields import optional_string
from hir_kit.read.flat import FlatFormat, FlatReader, Piece, each_piece
from hir_kit.read.format import Feedback, Item, ReadOptions, Row


class _Reader(FlatReader):
    """Reads rows; the constraints of rows in a row are mostly the same, and read once."""

    def __init__(self, options: ReadOptions) -> None:
        super().__init__(options)
        self._last: tuple[object, tuple[ConstraintSpec, ...]] = (None, ())

    def read(self, row: Row) -> Piece:
        options = self.options
        group_id = self._group_id(row)
        prompt = read_prompt(_field(row, options.prompt_field, "--prompt-field"))
        constraints = self._constraints(row)
        answers = _answers(_field(row, options.response_field, "--response-field"))
        entropy, logprob = _number(row, "entropy"), _number(row, "logprob")
        samples = tuple(replace(one, entropy=entropy, logprob=logprob) for one in answers)
        return Piece(group_id, prompt, constraints, samples, optional_string(row.data, "task"))

    def _group_id(self, row: Row) -> str:
        if self.options.group_by is None:
            return f"{self.files[row.location.file]}:{row.location.line}"
        value = _field(row, self.options.group_by, "--group-by")
        if value is None:
            raise RowError(
                f"the column {self.options.group_by!r} is null: the row belongs to no group"
            )
        if isinstance(value, float) and value.is_integer():  # 8.0: tables with gaps make floats
            value = int(value)
        return value if isinstance(value, str) else jsonl.dumps(value).decode()

    def _constraints(self, row: Row) -> tuple[ConstraintSpec, ...]:
        value = _field(row, self.options.constraints_field, "--constraints-field")
        raw = (repr(value), repr(row.data.get("kwargs")))
        if raw != self._last[0]:
            self._last = (raw, parse_constraints(value, row.data.get("kwargs")))
        return self._last[1]


class PlainFormat(FlatFormat):
    """One response a line, in columns that the user names."""

    name = "jsonl"
    summary = (
        "one response a line; name the columns with --prompt-field, --response-field, "
        "--constraints-field, --group-by"
    )
    uses = frozenset({"prompt_field", "response_field", "constraints_field", "group_by"})
    reader = _Reader

    def read(
        self, files: Sequence[Input], options: ReadOptions, feedback: Feedback
    ) -> Iterator[Item]:
        """Yield one group a row, or one per value of the `group_by` column."""
        if options.group_by:
            return super().read(files, options, feedback)
        pieces = each_piece(files, _Reader(options), feedback, options.limit)
        return (piece.to_group(location) for piece, location in pieces)


def _field(row: Row, name: str, option: str) -> Any:
    if name not in row.data:
        raise RowError(
            f"the row has no column {name!r}; its columns are {shown(sorted(row.data))}; "
            f"{option} names the right one"
        )
    return row.data[name]


def _answers(value: object) -> list[Sample]:
    """Return the responses of a row: one, or a list of texts, some of which may be null."""
    if isinstance(value, list) and value and all(isinstance(one, str | None) for one in value):
        return [read_answer(one) for one in value]
    return [read_answer(value)]


def _number(row: Row, name: str) -> float | None:
    value = row.data.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None
