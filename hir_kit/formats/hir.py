"""The canonical format: one group a line; also hir-kit's own replays, one rollout a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hir_kit import jsonl
from hir_kit.errors import RowError, shown
from hir_kit.formats.base import Feedback, ReadOptions, Row, each_row, stem
from hir_kit.rollouts import Group, Rollout, read_completion, read_prompt
from hir_kit.specs import ConstraintSpec, parse_constraints

SCHEMA = 1


class HirFormat:
    """Groups as hir-kit's documentation defines them, and the rows that `relabel` writes."""

    name = "hir"
    summary = "one instruction with its responses a line; also the output of `hir-kit relabel`"
    options: frozenset[str] = frozenset()

    def read(
        self, files: Sequence[str], options: ReadOptions, feedback: Feedback
    ) -> Iterator[Group]:
        """Yield one group a line."""
        del options
        return each_row(files, feedback, read_group)


def read_group(row: Row) -> Group:
    """Return the group of one line; raises RowError or SpecError saying what is wrong."""
    data = row.data
    if data.get("schema", SCHEMA) != SCHEMA:
        raise RowError(f"schema {shown(data['schema'])} is not known; this hir-kit reads {SCHEMA}")
    if "completion" in data and "responses" not in data:
        return _read_emitted(row)
    group_id = _id(data.get("id"), default=f"{stem(row.location.file)}:{row.location.line}")
    return Group(
        id=group_id,
        prompt=_prompt(data),
        constraints=_constraints(data),
        rollouts=_rollouts(group_id, data),
        location=row.location,
        task=_optional_string(data, "task"),
        meta=_object(data, "meta"),
    )


def _read_emitted(row: Row) -> Group:
    data = row.data
    rollout_id = _id(data.get("id"), default=f"{stem(row.location.file)}:{row.location.line}")
    text = read_completion(data["completion"])
    return Group(
        id=_id(data.get("group"), default=rollout_id),
        prompt=_prompt(data),
        constraints=_constraints(data),
        rollouts=(Rollout(rollout_id, text),),
        location=row.location,
        complete=False,
    )


def _prompt(data: Mapping[str, Any]) -> Any:
    if "prompt" not in data:
        raise RowError(f"the row has no 'prompt'; {_keys(data)}")
    return read_prompt(data["prompt"])


def _constraints(data: Mapping[str, Any]) -> tuple[ConstraintSpec, ...]:
    if "constraints" not in data:
        raise RowError(f"the row has no 'constraints'; {_keys(data)}")
    return parse_constraints(data["constraints"])


def _keys(data: Mapping[str, Any]) -> str:
    return f"its keys are {shown(sorted(data))}"


def _rollouts(group_id: str, data: Mapping[str, Any]) -> tuple[Rollout, ...]:
    if "responses" not in data:
        raise RowError(
            f"the row has no 'responses' (and no 'completion'); {_keys(data)}. For one response a "
            "line, name the columns: --response-field, --prompt-field, --constraints-field"
        )
    responses = data["responses"]
    if not isinstance(responses, list):
        raise RowError(f"'responses' is a list, got {jsonl.kind(responses)}")
    if not responses:
        raise RowError("'responses' is empty: there is nothing to verify")
    return tuple(_rollout(f"{group_id}/{i}", item) for i, item in enumerate(responses))


def _rollout(id: str, value: object) -> Rollout:
    if isinstance(value, str):
        return Rollout(id, value)
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        raise RowError(
            f"response {id} is a string or an object with a string 'text', got {shown(value)}"
        )
    return Rollout(
        id,
        value["text"],
        entropy=_optional_number(value, "entropy"),
        logprob=_optional_number(value, "logprob"),
        meta=_object(value, "meta"),
    )


def _id(value: object, *, default: str) -> str:
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise RowError(f"an id is a string or an integer, got {shown(value)}")
    return str(value)


def _optional_string(data: Mapping[str, Any], key: str) -> str | None:
    value = data.get(key)
    if value is not None and not isinstance(value, str):
        raise RowError(f"{key!r} is a string or null, got {jsonl.kind(value)}")
    return value


def _optional_number(data: Mapping[str, Any], key: str) -> float | None:
    value = data.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RowError(f"{key!r} is a number or null, got {shown(value)}")
    try:
        return float(value)
    except OverflowError:
        raise RowError(f"{key!r} is beyond the range of floating point: {shown(value)}") from None


def _object(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RowError(f"{key!r} is an object or null, got {jsonl.kind(value)}")
    return value
