"""Instructions with their constraints, kept apart from the rollouts: their sources, and the join.

A source knows how one dataset writes them. `Instructions` is the table that a dump's rows are
joined to: by the text of the prompt, by key, or by the number of the row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from hir_kit.errors import (
    CrashError,
    RowError,
    SpecError,
    UsageError,
    boundary,
    near_matches,
    shown,
)
from hir_kit.files import jsonl
from hir_kit.files.hub import hub_records, is_hub_name
from hir_kit.files.open import Input
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.prompt import Prompt
from hir_kit.model.rollout import Location, Reject
from hir_kit.read.chat_text import read_asked
from hir_kit.read.fields import as_id
from hir_kit.read.format import Feedback, Row, read_by, rows, rows_of, stem
from hir_kit.read.within import Prompts
from hir_kit.time_limit import CheckTimeout, TimeLimit


@dataclass(frozen=True, slots=True)
class Instruction:
    """What a model is asked, with everything it has to observe.

    Attributes:
        key: The dataset's id; file name and line where it has none.
        prompt: What is sent to the model, a string or messages.
        constraints: Its constraints, in order; one id may occur twice.
        location: The row it came from.
        task: The request without its constraints, where it is known.
        meta: Whatever else the dataset says of it.
        aliases: Other prompts that the same task and constraints are written as. One that is found
            is the prompt of what `Instructions.find` returns.
    """

    key: str
    prompt: Prompt
    constraints: tuple[ConstraintSpec, ...]
    location: Location
    task: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    aliases: tuple[Prompt, ...] = ()


class InstructionSource(Protocol):
    """The way in which a dataset writes instructions.

    Attributes:
        name: What `--prompts-format` takes.
        summary: One line for `hir-kit formats`.
    """

    name: str
    summary: str

    def recognizes(self, row: Mapping[str, Any]) -> bool:
        """Return whether a file whose first row is this one is written in this way."""

    def read(self, row: Row) -> Instruction:
        """Return the instruction of a row; raises RowError or SpecError saying what is wrong."""


@dataclass(slots=True)
class _Shared:
    """The first instruction with a text or key, and another one that has it too, if any."""

    first: Instruction
    rival: Instruction | None = None


@dataclass(slots=True)
class Instructions:
    """Instructions, to be found by what a dump says of them."""

    _texts: dict[str, _Shared] = field(default_factory=dict)
    _stripped: dict[str, _Shared] = field(default_factory=dict)
    _keys: dict[str, _Shared] = field(default_factory=dict)
    _rows: list[Instruction | None] = field(default_factory=list)
    _files: set[str] = field(default_factory=set)
    _prompts: Prompts = field(default_factory=Prompts)
    _found: set[str] = field(default_factory=set)

    def __len__(self) -> int:
        """Return how many instructions there are, equal ones under one key counted once."""
        return len(self._keys)

    def unfound(self) -> int:
        """Return how many have not been found since this was asked last."""
        found, self._found = self._found, set()
        return len(self._keys.keys() - found)

    def add(self, item: Instruction) -> None:
        """Take an instruction.

        Where its key is that of another one, it gets one with its place behind, and neither is
        found by the key they share. Raises RowError where that key is taken, too.
        """
        item = self._under_own_key(item)
        self._rows.append(item)
        self._files.add(item.location.file)
        for prompt in (item.prompt, *item.aliases):
            found = replace(item, prompt=prompt)
            for text in {_whole(prompt), _text(prompt)}:
                _enter(self._texts, text, found)
            _enter(self._stripped, _text(prompt).strip(), found)
            self._prompts.add(_text(prompt))

    def _under_own_key(self, item: Instruction) -> Instruction:
        shared = self._keys.setdefault(item.key, _Shared(item))
        if _same(shared.first, item):
            return item
        shared.rival = shared.rival or item
        own = replace(item, key=f"{item.key}@{stem(item.location.file)}:{item.location.line}")
        if not _same((other := self._keys.setdefault(own.key, _Shared(own))).first, own):
            self.skip(item.location)
            raise RowError(
                f"the key {item.key!r} is that of another instruction, at "
                f"{shared.first.location}, and {own.key!r} that of {other.first.location}"
            )
        return own

    def skip(self, location: Location) -> None:
        """Note a row that holds no instruction, so that the rows after it keep their numbers."""
        self._rows.append(None)
        self._files.add(location.file)

    def find(self, prompt: Prompt) -> Instruction:
        """Return the instruction with this prompt.

        It matches as a whole; else its one user message does, whatever system message is with it;
        else that message without white space at both ends. Raises RowError where there is none,
        or where two different instructions have it.
        """
        for table, text in (
            (self._texts, _whole(prompt)),
            (self._texts, _text(prompt)),
            (self._stripped, _text(prompt).strip()),
        ):
            if found := table.get(text):
                return self._noted(_only(found, "this prompt, with other constraints"))
        raise RowError("no instruction in the --prompts file has this prompt")

    def find_in(self, text: str) -> Instruction | None:
        """Return the instruction that the text of an unknown chat template asks; None for none.

        Raises RowError where several could be meant.
        """
        prompt = self._prompts.within(text)
        return None if prompt is None else self.find(prompt)

    def find_key(self, key: object) -> Instruction:
        """Return the instruction with this key; raises RowError where that is none, or two."""
        if found := self._keys.get(as_id(key, "a key")):
            return self._noted(_only(found, f"the key {shown(key)}"))
        raise RowError(
            f"no instruction in the --prompts file has the key {shown(key)}."
            f"{near_matches(str(key), list(self._keys)[:_LOOKED_AT])}"
        )

    def find_row(self, number: int) -> Instruction:
        """Return the instruction in the row of this number, from 0, blank lines not counted.

        Raises RowError where there is none, or where the rows are those of several files.
        """
        if len(self._files) > 1:
            raise RowError(
                f"row {number} could be of {len(self._files)} files: give one file by --prompts"
            )
        if not 0 <= number < len(self._rows):
            raise RowError(f"the --prompts file has {len(self._rows)} rows, and no row {number}")
        found = self._rows[number]
        if found is None:
            raise RowError(f"row {number} of the --prompts file was rejected")
        return self._noted(found)

    def _noted(self, item: Instruction) -> Instruction:
        self._found.add(item.key)
        return item


_LOOKED_AT = 10_000  # keys compared for a hint


def load_instructions(
    files: Sequence[str],
    sources: Mapping[str, InstructionSource],
    feedback: Feedback,
    name: str | None = None,
    limit: TimeLimit | None = None,
) -> Instructions:
    """Read all instructions of the files into one table.

    Args:
        files: Where they stand; `-` is standard input, `hf:OWNER/NAME` a dataset of the hub.
        sources: The known sources, by name.
        feedback: Where rows go that cannot be read.
        name: The source that all files are written in; None: told from the first row of each.
        limit: How long a source may take for a row; by default `hir_kit.time_limit.SECONDS`.

    Raises UsageError where a file cannot be opened or is written in no known way.
    """
    known = Instructions()
    for file in files:
        skipping = _Skipping(known, feedback)
        for item in each_instruction(file, sources, skipping, name, limit):
            try:
                known.add(item)
            except RowError as error:
                feedback.reject(Reject(item.location, str(error), _shown(item)))
    return known


def recognizes(part: object, row: Mapping[str, Any], at: object) -> bool:
    """Return whether a format or source says that it reads a row; one that does not say does not.

    Raises CrashError where its code breaks down or does not come to an end.
    """
    method = getattr(part, "recognizes", None)
    if method is None:
        return False
    what = f"{getattr(part, 'name', part)!r}: recognizes()"
    try:
        with boundary(part, what, at), TimeLimit() as limit:
            return bool(limit.run(method, row))
    except CheckTimeout as late:
        raise CrashError.late(part, what, late, at) from None


def source_of(
    row: Row, sources: Mapping[str, InstructionSource], name: str | None = None
) -> InstructionSource:
    """Return the source with this name, or the only one that recognizes a file's first row.

    Raises UsageError where that is none, or more than one.
    """
    if name is not None:
        return _named(name, sources)
    found = [source for source in sources.values() if recognizes(source, row.data, row.location)]
    if len(found) == 1:
        return found[0]
    if found:
        names = " and ".join(sorted(source.name for source in found))
        raise UsageError(
            f"{row.location} can be read as {names}: say which by --prompts-format NAME"
        )
    raise UsageError(
        f"{row.location} is no instruction of a known source; its keys are "
        f"{shown(sorted(row.data))}. hir-kit's own rows have 'prompt' and 'constraints'; known: "
        f"{', '.join(sorted(sources)) or 'none'}. `hir-kit formats` describes them"
    )


def _named(name: str, sources: Mapping[str, InstructionSource]) -> InstructionSource:
    if name in sources:
        return sources[name]
    known = ", ".join(sorted(sources)) or "none"
    raise UsageError(
        f"no source of instructions {name!r}.{near_matches(name, sources)} Known: {known}"
    )


def each_instruction(
    file: str | Input,
    sources: Mapping[str, InstructionSource],
    feedback: Feedback,
    name: str | None = None,
    limit: TimeLimit | None = None,
) -> Iterator[Instruction]:
    """Yield the instructions of one file, or of the dataset that `hf:OWNER/NAME` names.

    The arguments are those of `load_instructions`, and it raises the same.
    """
    source: InstructionSource | None = None
    with limit or TimeLimit() as limit:
        for row in _rows(file, feedback):
            source = source or source_of(row, sources, name)
            try:
                item = _read_by(source, row, limit)
            except (RowError, SpecError, CrashError) as error:
                feedback.reject(Reject(row.location, str(error), row.raw))
            else:
                yield item
    if source is None:
        raise UsageError(f"{file} holds no instruction")


def _read_by(source: InstructionSource, row: Row, limit: TimeLimit) -> Instruction:
    what = f"the source {source.name!r}"
    item = read_by(source, source.read, row, f"{what}: read()", limit)
    if not isinstance(item, Instruction):
        raise RowError(f"{what} gave {type(item).__name__}, not an Instruction")
    prompt, begun = read_asked(item.prompt)
    return replace(item, prompt=prompt, meta={**begun, **item.meta})


def _shown(item: Instruction) -> bytes:
    specs = [spec.to_json() for spec in item.constraints]
    return jsonl.dumps({"id": item.key, "prompt": item.prompt, "constraints": specs})


def _rows(file: str | Input, feedback: Feedback) -> Iterator[Row]:
    """Yield the rows of a file, or of a dataset that is named."""
    if isinstance(file, str) and is_hub_name(file):
        return rows_of(hub_records(file), file, feedback)
    return rows(file, feedback)


@dataclass(slots=True)
class _Skipping:
    """Passes rejects on and counts their rows; what is read here is not the dump's progress."""

    known: Instructions
    feedback: Feedback

    def reject(self, reject: Reject) -> None:
        self.known.skip(reject.location)
        self.feedback.reject(reject)

    def advance(self, size: int) -> None:
        del size


def _enter(table: dict[str, _Shared], text: str, item: Instruction) -> None:
    shared = table.setdefault(text, _Shared(item))
    if shared.rival is None and not _alike(shared.first, item):
        shared.rival = item


def _only(shared: _Shared, what: str) -> Instruction:
    if shared.rival is None:
        return shared.first
    raise RowError(
        f"two instructions in the --prompts file have {what}: "
        f"{shared.first.location} and {shared.rival.location}"
    )


def _same(one: Instruction, other: Instruction) -> bool:
    return one.prompt == other.prompt and _asked(one) == _asked(other)


def _alike(one: Instruction, other: Instruction) -> bool:
    return _asked(one) == _asked(other) and _context(one.prompt) == _context(other.prompt)


def _asked(item: Instruction) -> list[tuple[str, Mapping[str, Any]]]:
    return [(spec.id, spec.kwargs) for spec in item.constraints]


def _context(prompt: Prompt) -> list[str]:
    if isinstance(prompt, str):
        return []
    return [str(message["content"]) for message in prompt if message["role"] == "system"]


def _text(prompt: Prompt) -> str:
    """Return the one user message of a prompt; a talk of several turns only matches as a whole."""
    if isinstance(prompt, str):
        return prompt
    talk = [message for message in prompt if message["role"] != "system"]
    if len(talk) == 1 and talk[0]["role"] == "user":
        return str(talk[0]["content"])
    return _whole(prompt)


def _whole(prompt: Prompt) -> str:
    if isinstance(prompt, str):
        return prompt
    if len(prompt) == 1 and prompt[0]["role"] == "user":
        return str(prompt[0]["content"])
    turns = [[message["role"], message["content"]] for message in prompt]
    return "\0" + jsonl.dumps(turns).decode()
