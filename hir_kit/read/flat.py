"""Plain JSON lines with named fields: one response a line, grouped by a column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from hir_kit.errors import RowError, shown
from hir_kit.files import jsonl
from hir_kit.model.constraint import ConstraintSpec, parse_constraints
from hir_kit.model.prompt import read_completion, read_prompt
from hir_kit.model.rollout import Group, Rollout
from hir_kit.read.format import Feedback, ReadOptions, Row, each_row
from hir_kit.read.spool import FileNames, GroupIndex, grouped


class PlainFormat:
    """One response a line, in columns that the user names."""

    name = "jsonl"
    summary = (
        "one response a line; name the columns with --prompt-field, --response-field, "
        "--constraints-field, --group-by"
    )
    uses = frozenset({"prompt_field", "response_field", "constraints_field", "group_by"})

    def read(
        self, files: Sequence[str], options: ReadOptions, feedback: Feedback
    ) -> Iterator[Group]:
        """Yield one group a row, or one per value of the `group_by` column."""
        index = GroupIndex()
        pieces = each_row(files, feedback, _Reader(options, index).read)
        return grouped(pieces, options, feedback, index) if options.group_by else pieces


class _Reader:
    """Reads rows; the constraints of rows in a row are mostly the same, and read once."""

    def __init__(self, options: ReadOptions, index: GroupIndex) -> None:
        self._options, self._index = options, index
        self._names = FileNames()
        self._last: tuple[object, tuple[ConstraintSpec, ...]] = (None, ())

    def read(self, row: Row) -> Group:
        options = self._options
        group_id = _group_id(row, options, self._names[row.location.file])
        prompt = read_prompt(_field(row, options.prompt_field, "--prompt-field"))
        constraints = self._constraints(row)
        texts = _texts(_field(row, options.response_field, "--response-field"))
        rollouts = tuple(
            Rollout(f"{group_id}/{i}", text, _number(row, "entropy"), _number(row, "logprob"))
            for i, text in enumerate(texts, start=self._first(group_id, len(texts)))
        )
        return Group(
            group_id,
            prompt,
            constraints,
            rollouts,
            row.location,
            task=_task(row),
            complete=not options.group_by,
        )

    def _constraints(self, row: Row) -> tuple[ConstraintSpec, ...]:
        value = _field(row, self._options.constraints_field, "--constraints-field")
        raw = (repr(value), repr(row.data.get("kwargs")))
        if raw != self._last[0]:
            self._last = (raw, parse_constraints(value, row.data.get("kwargs")))
        return self._last[1]

    def _first(self, group_id: str, count: int) -> int:
        """Return the number of a row's first rollout in its group."""
        if not self._options.group_by:
            return 0
        known = self._index[group_id]
        first = known.rollouts
        known.rollouts += count
        return first


def _task(row: Row) -> str | None:
    task = row.data.get("task")
    if task is not None and not isinstance(task, str):
        raise RowError(f"'task' is a string or null, got {jsonl.kind(task)}")
    return task


def _group_id(row: Row, options: ReadOptions, file: str) -> str:
    if options.group_by is None:
        return f"{file}:{row.location.line}"
    value = _field(row, options.group_by, "--group-by")
    if value is None:
        raise RowError(f"the column {options.group_by!r} is null: the row belongs to no group")
    if isinstance(value, float) and value.is_integer():  # 8.0: tables with gaps make floats
        value = int(value)
    return value if isinstance(value, str) else jsonl.dumps(value).decode()


def _field(row: Row, name: str, option: str) -> Any:
    if name not in row.data:
        raise RowError(
            f"the row has no column {name!r}; its columns are {shown(sorted(row.data))}; "
            f"{option} names the right one"
        )
    return row.data[name]


def _texts(value: object) -> list[str]:
    """Return the responses of a row: one, or a list of strings."""
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return list(value)
    return [read_completion(value)]


def _number(row: Row, name: str) -> float | None:
    value = row.data.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None
