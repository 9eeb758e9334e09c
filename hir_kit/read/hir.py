"""The canonical format: one group a line; also hir-kit's own replays, one rollout a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from hir_kit.errors import RowError, SpecError, shown
from hir_kit.files import jsonl
from hir_kit.files.open import Input
from hir_kit.files.records import Record, records
from hir_kit.model.constraint import ConstraintSpec, constraints_of
from hir_kit.model.prompt import read_prompt
from hir_kit.model.rollout import Group, Location, Reject, Rollout
from hir_kit.model.rows import SCHEMA
from hir_kit.read.answers import as_it_stood, read_answer
from hir_kit.read.chat_text import read_asked, single_answer
from hir_kit.read.fields import as_id, identifier, optional_object, optional_string, required
from hir_kit.read.format import (
    Feedback,
    Item,
    ReadOptions,
    Row,
    UnreadRow,
    unread_response,
)
from hir_kit.read.ids import FileNames, GroupNames, RowNames
from hir_kit.read.instructions import Instruction
from hir_kit.read.spool import GroupIndex, gathered

_LONG = 1 << 12  # constraints are kept; no longer ones
_OWN = ("id", "group", "task", "prompt", "completion", "constraints", "meta", "schema")
_RESPONSE = frozenset(("text", "id", "entropy", "logprob", "meta"))
_KEYS = frozenset(("id", "task", "prompt", "constraints", "responses", "meta", "schema"))


class HirFormat:
    """Groups as hir-kit's documentation defines them, and the rows that `relabel` writes."""

    name = "hir"
    summary = "one instruction with its responses a line; also the output of `hir-kit relabel`"
    uses: frozenset[str] = frozenset()
    limits_rows = True  # they are opened later

    def recognizes(self, row: Mapping[str, Any]) -> bool:
        """Return whether it is a group with its responses, or a row that `relabel` wrote."""
        is_emitted = {"prompt", "completion", "constraints", "verdicts", "kind"} <= row.keys()
        return is_emitted or ("prompt" in row and isinstance(row.get("responses"), list))

    def read(
        self, files: Sequence[Input], options: ReadOptions, feedback: Feedback
    ) -> Iterator[Item]:
        """Yield one group a line, and the relabelled rows of an instruction as one, if asked."""
        items = _items(files, feedback)
        return gathered(items, GroupIndex()) if options.whole_groups else items


def _items(files: Sequence[Input], feedback: Feedback) -> Iterator[Item]:
    reader = _Reader(files)
    for file in files:
        for record in records(file, feedback.advance):
            location = Location(file.name, record.number)
            try:
                yield reader.item(location, record)
            except (RowError, SpecError) as error:
                feedback.reject(Reject(location, str(error), record.raw))


class HirInstructions:
    """The instructions of `hir` rows; what they hold of responses is not read."""

    name = "hir"
    summary = "hir-kit's own rows (`prompt`, `constraints`, `task`), with or without responses"

    def recognizes(self, row: Mapping[str, Any]) -> bool:
        """Return whether the row has prompt and constraints."""
        return {"prompt", "constraints"} <= row.keys()

    def read(self, row: Row) -> Instruction:
        """Return the instruction of a row."""
        data = row.data
        _check_schema(data)
        if "completion" in data:
            kind = "a training row of `hir-kit relabel`" if "kind" in data else "a rollout"
            raise RowError(f"this is {kind}, no instruction")
        return Instruction(
            identifier(row, "id"),
            read_prompt(required(data, "prompt")),
            constraints_of(required(data, "constraints")),
            row.location,
            optional_string(data, "task"),
            optional_object(data, "meta"),
        )


def _check_schema(data: Mapping[str, Any]) -> None:
    if data.get("schema", SCHEMA) != SCHEMA:
        raise RowError(f"schema {shown(data['schema'])} is not known; this hir-kit reads {SCHEMA}")


class _Reader:
    """Reads rows, and tells apart what has one name: files, rows, the instructions of a group."""

    def __init__(self, files: Sequence[Input]) -> None:
        names = FileNames()
        self._files = {file.name: names[file.name] for file in files}
        self._stems = frozenset(self._files.values())
        self._rows = RowNames()
        self._groups = GroupNames(self._rows)

    def item(self, location: Location, record: Record) -> Item:
        """Return a row with its own id, unread; of a relabelled one the piece of its group.

        Raises RowError or SpecError saying what is wrong, as far as it is looked at.
        """
        file, data = self._files[location.file], record.data
        if isinstance(data, RowError):
            if record.value is not None:
                raise data
            return UnreadRow(location, record.raw, read_group)  # in its order with other rejects
        if "completion" in data and "responses" not in data:
            piece = _read_emitted(Row(location, record.raw, data), file)
            return replace(piece, id=self._groups.id(piece))
        read = partial(read_group, file=file, id=self._own(data.get("id"), location))
        return UnreadRow(location, record.raw, read, dict(data))  # as its line: without columns

    def _own(self, id: object, location: Location) -> str | None:
        """Return an id in place of one that another row has; None where the row's own will do."""
        try:
            given = as_id(id)
        except RowError:
            return None
        own = self._rows.id(given, is_taken=self._is_of_another(given, location))
        return None if own == given else own

    def _is_of_another(self, id: str, location: Location) -> bool:
        """Return whether a row in another place has this id if it has none of its own."""
        file, _, line = id.rpartition(":")
        if file not in self._stems or not line.isdecimal():
            return False
        return id != f"{self._files[location.file]}:{location.line}"


def read_group(row: Row, file: str | None = None, id: str | None = None) -> Group:
    """Return the group of a row with responses; raises RowError or SpecError.

    `file` names its file in the id of a row that has none, as in `identifier`. `id` is that of the
    group, where another row has the row's own.
    """
    data = row.data
    _check_schema(data)
    group_id = id or identifier(row, "id", file)
    prompt, begun = read_asked(required(data, "prompt"))
    rollouts, unread = _rollouts(group_id, row)
    return Group(
        id=group_id,
        prompt=prompt,
        constraints=_constraints(data),
        rollouts=rollouts,
        location=row.location,
        task=optional_string(data, "task"),
        meta={**_others(data), **begun, **optional_object(data, "meta")},
        unread=unread,
    )


def _constraints(data: Mapping[str, Any]) -> tuple[ConstraintSpec, ...]:
    value = required(data, "constraints")
    written = jsonl.dumps(value)
    return _constraints_in(written) if len(written) <= _LONG else constraints_of(value)


@lru_cache(maxsize=1 << 10)  # they may be those of many rows
def _constraints_in(written: bytes) -> tuple[ConstraintSpec, ...]:
    return constraints_of(jsonl.loads(written))


def _others(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of one's own that a row has."""
    return {key: value for key, value in data.items() if key not in _KEYS}


def _read_emitted(row: Row, file: str) -> Group:
    data = row.data
    _check_schema(data)
    rollout_id = identifier(row, "id", file)
    answer = read_answer(data["completion"])
    prompt, begun = read_asked(required(data, "prompt"))
    return Group(
        id=rollout_id if data.get("group") is None else identifier(row, "group", file),
        prompt=prompt,
        constraints=_constraints(data),
        rollouts=(Rollout(rollout_id, single_answer(answer.text), meta=_rest(data)),),
        location=row.location,
        task=optional_string(data, "task"),
        meta={**begun, **optional_object(data, "meta")},
        complete=False,
    )


def _rest(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what else a relabelled row says: label, verdicts, where it came from."""
    return {key: value for key, value in data.items() if key not in _OWN}


def _rollouts(group_id: str, row: Row) -> tuple[tuple[Rollout, ...], tuple[Reject, ...]]:
    """Return the responses of a row, and those that cannot be used."""
    rollouts, unread = [], []
    for place, item in enumerate(_responses(row.data)):
        id = f"{group_id}/{place}"
        try:
            rollouts.append(_rollout(id, item))
        except RowError as error:
            unread.append(unread_response(row.location, id, str(error), as_it_stood(item)))
    if not rollouts:
        raise RowError(unread[0].reason)
    _refuse_repeated([one.id for one in rollouts])
    return tuple(rollouts), tuple(unread)


def _refuse_repeated(ids: Sequence[str]) -> None:
    if len(set(ids)) < len(ids):
        id, count = next(found for found in Counter(ids).items() if found[1] > 1)
        raise RowError(
            f"{count} responses have the id {shown(id)}: give each one of its own, or none"
        )


def _responses(data: Mapping[str, Any]) -> list[Any]:
    if "responses" not in data:
        raise RowError(
            "the row has no 'responses' (and no 'completion'); its keys are "
            f"{shown(sorted(data))}. For one response a line, name the columns: --response-field, "
            "--prompt-field, --constraints-field"
        )
    responses = data["responses"]
    if not isinstance(responses, list):
        raise RowError(f"'responses' is a list, got {jsonl.kind(responses)}")
    if not responses:
        raise RowError("'responses' is empty: there is nothing to verify")
    return responses


def _rollout(id: str, value: object) -> Rollout:
    if not isinstance(value, dict) or "text" not in value:
        return _answered(id, value)
    if value["text"] is not None and not isinstance(value["text"], str):
        raise RowError(f"its 'text' is a string or null, got {shown(value)}")
    rest = {key: item for key, item in value.items() if key not in _RESPONSE}
    return Rollout(
        _response_id(value.get("id"), default=id),
        single_answer(value["text"] or ""),
        entropy=_optional_number(value, "entropy"),
        logprob=_optional_number(value, "logprob"),
        meta={**rest, **optional_object(value, "meta")},
    )


def _answered(id: str, value: object) -> Rollout:
    """Return a response that is a text alone, null, or a message."""
    if isinstance(value, str):  # mostly
        return Rollout(id, single_answer(value))
    answer = read_answer(value)
    return Rollout(id, single_answer(answer.text), meta=answer.meta)


def _response_id(value: object, *, default: str) -> str:
    if value is None:
        return default
    return as_id(value, "its id")


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
