"""The canonical format: one group a line; also hir-kit's own replays, one rollout a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from hir_kit.errors import RowError, SpecError, shown
from hir_kit.files import jsonl
from hir_kit.files.records import Block, Record, blocks
from hir_kit.model.constraint import parse_constraints
from hir_kit.model.prompt import read_completion, read_prompt
from hir_kit.model.rollout import Group, Location, Reject, Rollout
from hir_kit.read.fields import identifier, optional_object, optional_string, required
from hir_kit.read.format import Feedback, ReadOptions, Row
from hir_kit.read.instructions import Instruction
from hir_kit.read.parcel import Item, Parcel, Parcels, RawRow, RawRows
from hir_kit.read.spool import FileNames, GroupIndex, GroupNames, RowNames, gathered

SCHEMA = 1
_COMPLETION = b'"completion"'  # a key, or no row of `relabel`: quotes inside a text are escaped
_ESCAPED = re.compile(  # the same key, with letters written by their numbers
    b'"%s"' % b"".join(b"(?:%c|\\\\u00(?i:%02x))" % (code, code) for code in b"completion")
)
_ID_FIRST = re.compile(rb'\{\s*"id"\s*:\s*("(?:[^"\\]|\\.)*"|-?[0-9]+)\s*[,}]')
_PLAIN_ID_FIRST = re.compile(  # of one line, and the same in any encoding of it
    rb'\{[ \t]*"id"[ \t]*:[ \t]*("[ !#-\[\]-~]*"|0|-?[1-9][0-9]{,17})[ \t]*[,}]'
)
_OWN = ("id", "group", "prompt", "completion", "constraints", "schema")


class HirFormat:
    """Groups as hir-kit's documentation defines them, and the rows that `relabel` writes."""

    name = "hir"
    summary = "one instruction with its responses a line; also the output of `hir-kit relabel`"
    uses: frozenset[str] = frozenset()

    def recognizes(self, row: Mapping[str, Any]) -> bool:
        """Return whether it is a group with its responses, or a row that `relabel` wrote."""
        is_emitted = {"prompt", "completion", "constraints", "verdicts", "kind"} <= row.keys()
        return is_emitted or ("prompt" in row and isinstance(row.get("responses"), list))

    def read(
        self, files: Sequence[str], options: ReadOptions, feedback: Feedback
    ) -> Iterator[Group]:
        """Yield one group a line, and the relabelled rows of an instruction as one, if asked."""
        items = _items(files, feedback)
        return Parcels(gathered(items, GroupIndex()) if options.whole_groups else items, feedback)


def _items(files: Sequence[str], feedback: Feedback) -> Iterator[Item]:
    reader = _Reader(files)
    for file in files:
        for item in blocks(file, feedback.advance):
            if isinstance(item, Block) and not _may_be_emitted(item.data):
                yield from reader.rows(str(file), item)
            else:
                yield from _one_by_one(str(file), item, reader, feedback)


def _one_by_one(
    file: str, item: Block | Record, reader: _Reader, feedback: Feedback
) -> Iterator[Item]:
    for record in item.records() if isinstance(item, Block) else (item,):
        location = Location(file, record.number)
        try:
            yield reader.parcel(location, record)
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
            raise RowError("this is a training row of `hir-kit relabel`, no instruction")
        return Instruction(
            identifier(row, "id"),
            read_prompt(required(data, "prompt")),
            parse_constraints(required(data, "constraints")),
            row.location,
            optional_string(data, "task"),
            optional_object(data, "meta"),
        )


def _check_schema(data: Mapping[str, Any]) -> None:
    if data.get("schema", SCHEMA) != SCHEMA:
        raise RowError(f"schema {shown(data['schema'])} is not known; this hir-kit reads {SCHEMA}")


class _Reader:
    """Reads rows, and tells apart what has one name: files, rows, the instructions of a group."""

    def __init__(self, files: Sequence[str]) -> None:
        names = FileNames()
        self._files = {str(file): names[str(file)] for file in files}
        self._stems = frozenset(self._files.values())
        self._rows = RowNames()
        self._groups = GroupNames(self._rows)

    def rows(self, file: str, block: Block) -> Iterator[RawRows | RawRow]:
        """Yield the rows of a block that holds groups: as they are, where their ids are theirs."""
        plain = _plain_ids(block.data)
        if plain is not None and self._may_keep(plain):
            yield RawRows(file, block, partial(read_group, file=self._files[file]))
            return
        own = [
            (record, self._own(_id_or_none(record), Location(file, record.number)))
            for record in block.records()
        ]
        if not any(id for _, id in own):
            yield RawRows(file, block, partial(read_group, file=self._files[file]))
            return
        for record, id in own:
            yield self._raw(Location(file, record.number), record.raw, id)

    def _raw(self, location: Location, raw: bytes, id: str | None) -> RawRow:
        return RawRow(location, raw, partial(read_group, file=self._files[location.file], id=id))

    def parcel(self, location: Location, record: Record) -> Parcel | Group:
        """Return a row not parsed yet; the group of one that may be of several of its group.

        Raises RowError or SpecError saying what is wrong, as far as it is looked at.
        """
        if isinstance(record.value, RowError):
            raise record.value
        if _may_be_emitted(record.raw):
            return self.read(Row(location, record.raw, _parsed(record)))
        return self._raw(location, record.raw, self._own(_id_of(record), location))

    def read(self, row: Row) -> Group:
        """Return the group of one line; raises RowError or SpecError saying what is wrong."""
        file = self._files[row.location.file]
        if "completion" in row.data and "responses" not in row.data:
            piece = _read_emitted(row, file)
            return replace(piece, id=self._groups.id(piece))
        return read_group(row, file, self._own(row.data.get("id"), row.location))

    def _may_keep(self, ids: list[bytes]) -> bool:
        """Return whether rows keep these ids, which then are taken; not where one looks made up."""
        return not any(b":" in id for id in ids) and self._rows.take_all(ids)

    def _own(self, id: object, location: Location) -> str | None:
        """Return an id in place of one that another row has; None where the row's own will do."""
        if isinstance(id, bool) or not isinstance(id, str | int):
            return None
        own = self._rows.id(str(id), is_taken=self._is_of_another(str(id), location))
        return None if own == str(id) else own

    def _is_of_another(self, id: str, location: Location) -> bool:
        """Return whether a row in another place has this id if it has none of its own."""
        file, _, line = id.rpartition(":")
        if file not in self._stems or not line.isdecimal():
            return False
        return id != f"{self._files[location.file]}:{location.line}"


def _may_be_emitted(raw: bytes) -> bool:
    return _COMPLETION in raw or (b"\\u00" in raw and _ESCAPED.search(raw) is not None)


def _plain_ids(data: bytes) -> list[bytes] | None:
    """Return the ids of lines that all begin with a plain one; None where one does not."""
    ids, start = [], 0
    while start < len(data):
        match = _PLAIN_ID_FIRST.match(data, start)
        if match is None:
            return None
        ids.append(match[1].strip(b'"'))
        start = data.find(b"\n", match.end()) + 1 or len(data)
    return ids


def _id_of(record: Record) -> object:
    """Return the id of a row; most rows begin with it, and need not be parsed for it."""
    if record.value is None and (match := _ID_FIRST.match(record.raw)):
        with suppress(ValueError):
            return jsonl.loads(match[1])
    return _parsed(record).get("id")


def _id_or_none(record: Record) -> object:
    """Return the id of a row; None where it cannot be read, which is said where it is worked on."""
    try:
        return _id_of(record)
    except RowError:
        return None


def _parsed(record: Record) -> dict[str, Any]:
    data = record.data
    if isinstance(data, RowError):
        raise data
    return data


def read_group(row: Row, file: str | None = None, id: str | None = None) -> Group:
    """Return the group of a row with responses; raises RowError or SpecError.

    `file` names its file in the id of a row that has none, as in `identifier`. `id` is that of the
    group, where another row has the row's own.
    """
    data = row.data
    _check_schema(data)
    group_id = id or identifier(row, "id", file)
    return Group(
        id=group_id,
        prompt=read_prompt(required(data, "prompt")),
        constraints=parse_constraints(required(data, "constraints")),
        rollouts=_rollouts(group_id, data),
        location=row.location,
        task=optional_string(data, "task"),
        meta=optional_object(data, "meta"),
    )


def _read_emitted(row: Row, file: str) -> Group:
    data = row.data
    _check_schema(data)
    rollout_id = identifier(row, "id", file)
    text = read_completion(data["completion"])
    return Group(
        id=rollout_id if data.get("group") is None else identifier(row, "group", file),
        prompt=read_prompt(required(data, "prompt")),
        constraints=parse_constraints(required(data, "constraints")),
        rollouts=(Rollout(rollout_id, text, meta=_rest(data)),),
        location=row.location,
        complete=False,
    )


def _rest(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what else a relabelled row says: label, verdicts, where it came from."""
    return {key: value for key, value in data.items() if key not in _OWN}


def _rollouts(group_id: str, data: Mapping[str, Any]) -> tuple[Rollout, ...]:
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
    return tuple(_rollout(f"{group_id}/{i}", item) for i, item in enumerate(responses))


def _rollout(id: str, value: object) -> Rollout:
    if isinstance(value, str):
        return Rollout(id, value)
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        raise RowError(
            f"response {id} is a string or an object with a string 'text', got {shown(value)}"
        )
    return Rollout(
        _response_id(value.get("id"), default=id),
        value["text"],
        entropy=_optional_number(value, "entropy"),
        logprob=_optional_number(value, "logprob"),
        meta=optional_object(value, "meta"),
    )


def _response_id(value: object, *, default: str) -> str:
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise RowError(
            f"the id of response {default} is a string or an integer, got {shown(value)}"
        )
    return str(value)


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
