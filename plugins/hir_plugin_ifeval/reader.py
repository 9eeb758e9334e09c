"""Responses joined to their instructions by prompt text.

Prompts: `{"key", "prompt", "instruction_id_list", "kwargs"}`; responses: `{"prompt", "response"}`
(google-research IFEval, allenai/IFBench). A prompt matches exactly, or else after white space at
both ends is taken away: IFBench's released prompts and responses differ by a trailing space.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from hir_kit import jsonl
from hir_kit.errors import RowError, SpecError, UsageError, shown
from hir_kit.formats.base import Feedback, ReadOptions, Reject, Row, rows, stem
from hir_kit.formats.gathering import alike, gathered
from hir_kit.rollouts import Group, Location, Rollout
from hir_kit.specs import ConstraintSpec, parse_constraints


@dataclass(frozen=True, slots=True)
class _Instruction:
    key: str
    prompt: str
    constraints: tuple[ConstraintSpec, ...]
    location: Location


@dataclass(slots=True)
class _Instructions:
    """Instructions by prompt text; None marks a text that two different instructions share."""

    exact: dict[str, _Instruction | None] = field(default_factory=dict)
    stripped: dict[str, _Instruction | None] = field(default_factory=dict)
    keys: dict[str, _Instruction] = field(default_factory=dict)

    def add(self, item: _Instruction) -> None:
        """Take an instruction; raises RowError where another one has its key."""
        first = self.keys.setdefault(item.key, item)
        if (first.prompt, first.constraints) != (item.prompt, item.constraints):
            raise RowError(
                f"the key {item.key!r} is that of another instruction, at {first.location}; "
                "verify dumps that number their prompts alike one by one"
            )
        for table, text in ((self.exact, item.prompt), (self.stripped, item.prompt.strip())):
            other = table.setdefault(text, item)
            if other is not None and other.constraints != item.constraints:
                table[text] = None

    def find(self, prompt: str) -> _Instruction:
        if prompt in self.exact:
            found = self.exact[prompt]
        else:
            found = self.stripped.get(prompt.strip(), _MISSING)
        if found is _MISSING:
            raise RowError("no instruction in the --prompts file has this prompt")
        if found is None:
            raise RowError("two instructions in the --prompts file have this prompt")
        return found


_MISSING = _Instruction("", "", (), Location("", 0))


class PromptJoinFormat:
    """IFEval's and IFBench's way: prompts in one file, responses in others, joined by text."""

    def __init__(self, name: str, summary: str) -> None:
        self.name = name
        self.summary = summary
        self.options = frozenset({"prompts"})

    def read(
        self, files: Sequence[str], options: ReadOptions, feedback: Feedback
    ) -> Iterator[Group]:
        """Yield the responses in file order, or gathered by prompt.

        Several files (or repeated prompts) form groups. Rows that carry their own
        `instruction_id_list` and `kwargs` need no `--prompts`.
        """
        known = _load_instructions(options.prompts, feedback)
        pieces = alike(_pieces(files, known, feedback), feedback)
        return gathered(pieces) if options.whole_groups else pieces


def _load_instructions(files: Sequence[str], feedback: Feedback) -> _Instructions | None:
    if not files:
        return None
    known = _Instructions()
    for file in files:
        for row in rows(file, feedback):
            try:
                known.add(_instruction(row))
            except (RowError, SpecError) as error:
                feedback.reject(Reject(row.location, str(error), row.raw))
    return known


def _instruction(row: Row) -> _Instruction:
    prompt = _string(row.data, "prompt")
    if "instruction_id_list" not in row.data:
        raise RowError(f"the row has no 'instruction_id_list'; {_keys(row.data)}")
    key = row.data.get("key", f"{stem(row.location.file)}:{row.location.line}")
    return _Instruction(str(key), prompt, parse_constraints(row.data), row.location)


def _pieces(
    files: Sequence[str], known: _Instructions | None, feedback: Feedback
) -> Iterator[Group]:
    counts: Counter[str] = Counter()
    for file in files:
        for row in rows(file, feedback):
            try:
                group = _piece(row, known, counts)
            except (RowError, SpecError) as error:
                feedback.reject(Reject(row.location, str(error), row.raw))
            else:
                yield group


def _piece(row: Row, known: _Instructions | None, counts: Counter[str]) -> Group:
    texts = _responses(row.data)
    item = _find(row, known)
    first = counts[item.key]
    counts[item.key] += len(texts)
    rollouts = tuple(Rollout(f"{item.key}/{i}", text) for i, text in enumerate(texts, start=first))
    return Group(item.key, item.prompt, item.constraints, rollouts, row.location, complete=False)


def _find(row: Row, known: _Instructions | None) -> _Instruction:
    if "instruction_id_list" in row.data:
        return _instruction(row)
    if known is None:
        raise UsageError(
            f"{row.location} has no 'instruction_id_list': give the file with the prompts and "
            "their constraints by --prompts PROMPTS.jsonl"
        )
    return known.find(_string(row.data, "prompt"))


def _responses(data: dict[str, Any]) -> list[str]:
    value = data.get("response")
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return value
    if "response" not in data:
        raise RowError(f"the row has no 'response'; {_keys(data)}")
    raise RowError(f"'response' is a string or a list of strings, got {jsonl.kind(value)}")


def _string(data: dict[str, Any], key: str) -> str:
    if key not in data:
        raise RowError(f"the row has no {key!r}; {_keys(data)}")
    value = data[key]
    if not isinstance(value, str):
        raise RowError(f"{key!r} is a string, got {jsonl.kind(value)}")
    return value


def _keys(data: dict[str, Any]) -> str:
    return f"its keys are {shown(sorted(data))}"
