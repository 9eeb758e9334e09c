"""Plain JSON lines with named fields: one response a line, grouped by a column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from hir_kit import jsonl
from hir_kit.errors import RowError, SpecError, shown
from hir_kit.formats.base import Feedback, ReadOptions, Reject, Row, rows
from hir_kit.formats.gathering import FileNames, alike, gathered
from hir_kit.rollouts import Group, Rollout, read_completion, read_prompt
from hir_kit.specs import parse_constraints


class PlainFormat:
    """One response a line, in columns that the user names."""

    name = "jsonl"
    summary = (
        "one response a line; name the columns with --prompt-field, --response-field, "
        "--constraints-field, --group-by"
    )
    options = frozenset({"prompt_field", "response_field", "constraints_field", "group_by"})

    def read(
        self, files: Sequence[str], options: ReadOptions, feedback: Feedback
    ) -> Iterator[Group]:
        """Yield one group a row, or one per value of the `group_by` column."""
        counts: dict[str, int] = defaultdict(int)
        pieces = _pieces(files, options, feedback, counts)
        if options.group_by is None:
            return pieces
        pieces = alike(pieces, feedback)
        return gathered(pieces) if options.whole_groups else pieces


def _pieces(
    files: Sequence[str], options: ReadOptions, feedback: Feedback, counts: dict[str, int]
) -> Iterator[Group]:
    names = FileNames()
    for file in files:
        for row in rows(file, feedback):
            try:
                group = _read_row(row, options, counts, names[file])
            except (RowError, SpecError) as error:
                feedback.reject(Reject(row.location, str(error), row.raw))
            else:
                yield group


def _read_row(row: Row, options: ReadOptions, counts: dict[str, int], file: str) -> Group:
    group_id = _group_id(row, options, file)
    prompt = read_prompt(_field(row, options.prompt_field, "--prompt-field"))
    value = _field(row, options.constraints_field, "--constraints-field")
    constraints = parse_constraints(value, row.data.get("kwargs"))
    texts = _texts(_field(row, options.response_field, "--response-field"))
    first = counts[group_id] if options.group_by else 0
    if options.group_by:
        counts[group_id] += len(texts)
    rollouts = tuple(
        Rollout(f"{group_id}/{i}", text, _number(row, "entropy"), _number(row, "logprob"))
        for i, text in enumerate(texts, start=first)
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
