"""Plain JSON lines with named fields: one response a line, grouped by a column."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from hir_kit.errors import RowError, shown
from hir_kit.files import jsonl
from hir_kit.model.constraint import ConstraintSpec, decoded, parse_constraints
from hir_kit.model.prompt import Prompt
from hir_kit.read.answers import Sample, each_answer, read_answer
from hir_kit.read.chat_text import is_written_out, read_asked
from hir_kit.read.fields import as_id, optional_string, value_at
from hir_kit.read.flat import FlatFormat, FlatReader, Piece
from hir_kit.read.format import ReadOptions, Row
from hir_kit.read.instructions import Instruction

_KEYS = ("key", "id", "custom_id")
_READ = ("kwargs", "entropy", "logprob", "task")


class _Reader(FlatReader):
    """Reads rows; the constraints of rows in a row are mostly the same, and read once."""

    def __init__(self, options: ReadOptions) -> None:
        super().__init__(options)
        self._first: dict[bytes, str] = {}
        self._last: tuple[object, tuple[ConstraintSpec, ...]] = (None, ())

    def read(self, row: Row) -> Piece:
        options = self.options
        sent = _field(row, options.prompt_field, "--prompt-field")
        prompt, begun = self._asked(sent)
        known = self._known(row, prompt)
        constraints = self._constraints(row) if known is None else known.constraints
        prompt = prompt if known is None else known.prompt
        group_id = self._group_id(row, prompt, constraints)
        said = _field(row, options.response_field, "--response-field")
        answers = _answers(decoded(said) if _are_written_out(sent, said) else said)
        entropy, logprob = _number(row, "entropy"), _number(row, "logprob")
        rest = self._rest(row)
        samples = tuple(
            replace(one, entropy=entropy, logprob=logprob, meta={**rest, **one.meta})
            for one in answers
        )
        task = optional_string(row.data, "task") or (known.task if known else None)
        meta = {**(known.meta if known else {}), **begun}
        return Piece(group_id, prompt, constraints, samples, task, meta)

    def _asked(self, value: object) -> tuple[Prompt, dict[str, str]]:
        """Return a prompt, and what is to be kept of it.

        With `--prompts` a text of an unknown template is left as it is where it asks one of its
        instructions, and an empty text, whose row may have a key.
        """
        table = self.options.instructions
        try:
            return read_asked(value)
        except RowError:
            if table is None or not isinstance(value, str):
                raise
            if value.strip() and table.find_in(value) is None:
                raise
            return value, {}

    def _known(self, row: Row, prompt: Prompt) -> Instruction | None:
        """Return the instruction of `--prompts` that a row answers: by prompt, text or id."""
        table = self.options.instructions
        if table is None:
            return None
        try:
            return table.find(prompt)
        except RowError:
            found = table.find_in(prompt) if isinstance(prompt, str) else None
            keys = [row.data[name] for name in _KEYS if row.data.get(name) is not None]
            if found is None and not keys:
                raise
            return found or table.find_key(keys[0])

    def _rest(self, row: Row) -> dict[str, Any]:
        """Return the columns of a row that nothing is read from."""
        options = self.options
        named = (
            options.prompt_field, options.response_field, options.constraints_field,
            options.group_by or "", *_READ,
        )  # fmt: skip
        used = {name if name in row.data else name.split(".")[0] for name in named}
        return {key: value for key, value in row.data.items() if key not in used}

    def _group_id(self, row: Row, prompt: Prompt, asked: Sequence[ConstraintSpec]) -> str:
        if self.options.group_by is None:
            own = f"{self.files[row.location.file]}:{row.location.line}"
            specs = [spec.to_json() for spec in asked]
            digest = hashlib.blake2b(
                jsonl.dumps([row.location.file, prompt, specs]), digest_size=16
            ).digest()
            return self._first.setdefault(digest, own)
        value = _field(row, self.options.group_by, "--group-by")
        if value is None:
            raise RowError(
                f"the column {self.options.group_by!r} is null: the row belongs to no group"
            )
        try:
            return as_id(value)
        except RowError:  # a group may be known by anything
            return jsonl.dumps(value).decode()

    def _constraints(self, row: Row) -> tuple[ConstraintSpec, ...]:
        name = self.options.constraints_field
        value, kwargs = _field(row, name, "--constraints-field"), _beside(row, name)
        raw = (repr(value), repr(kwargs))
        if raw != self._last[0]:
            self._last = (raw, parse_constraints(value, kwargs))
        return self._last[1]


class PlainFormat(FlatFormat):
    """One response a line, in columns that the user names."""

    name = "jsonl"
    summary = (
        "one response a line; name the columns with --prompt-field, --response-field, "
        "--constraints-field, --group-by"
    )
    uses = frozenset({"prompts", "prompt_field", "response_field", "constraints_field", "group_by"})
    reader = _Reader


def _field(row: Row, name: str, option: str) -> Any:
    try:
        return value_at(row.data, name)
    except KeyError:
        raise RowError(
            f"the row has no column {name!r}; its columns are {shown(sorted(row.data))}; "
            f"{option} names the right one"
        ) from None


def _beside(row: Row, name: str) -> Any:
    """Return the `kwargs` beside a column that may be nested."""
    parent = name.rpartition(".")[0]
    with suppress(KeyError):
        return value_at(row.data, f"{parent}.kwargs" if parent else "kwargs")
    return row.data.get("kwargs")


def _are_written_out(sent: object, said: object) -> bool:
    """Return whether both are messages as text: then the table made the answer's, not the model."""
    return all(isinstance(one, str) and is_written_out(one) for one in (sent, said))


def _answers(value: object) -> tuple[Sample, ...]:
    """Return the responses of a row: one, or a list with texts, some of which may be null."""
    if isinstance(value, list) and any(isinstance(one, str | list | None) for one in value):
        return each_answer(value)
    return (read_answer(value),)


def _number(row: Row, name: str) -> float | None:
    value = row.data.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None
