"""Responses joined to their instructions by prompt text.

Prompts: `{"key", "prompt", "instruction_id_list", "kwargs"}`; responses: `{"prompt", "response"}`
(google-research IFEval, allenai/IFBench). A prompt matches exactly, or else after white space at
both ends is taken away: IFBench's released prompts and responses differ by a trailing space.

The results of an evaluation (`eval_results_*.jsonl`) have ids without kwargs, and are joined, too.
The best-of-n files of HiR's authors have the number of the prompt's row as `prompt`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hir_kit.plugin import (
    FlatFormat,
    FlatReader,
    Instruction,
    Instructions,
    Piece,
    Row,
    RowError,
    Sample,
    UsageError,
    each_answer,
    identifier,
    jsonl,
    parse_constraints,
    read_answer,
    required,
    string,
)


class IfevalInstructions:
    """Prompts with `instruction_id_list` and `kwargs` beside each other."""

    name = "ifeval"
    summary = "IFEval's and IFBench's prompts (`prompt`, `instruction_id_list`, `kwargs`)"

    def recognizes(self, row: Mapping[str, Any]) -> bool:
        """Return whether the row has a prompt and a list of ids."""
        return {"prompt", "instruction_id_list"} <= row.keys()

    def read(self, row: Row) -> Instruction:
        """Return the instruction of a row."""
        prompt = string(row.data, "prompt")
        required(row.data, "instruction_id_list")
        required(row.data, "kwargs")
        constraints = parse_constraints(row.data)
        return Instruction(identifier(row, "key"), prompt, constraints, row.location)


_SOURCE = IfevalInstructions()
_VERDICTS = "follow_instruction_list"
_EVALUATED = ("follow_all_instructions", _VERDICTS)


class _Reader(FlatReader):
    def read(self, row: Row) -> Piece:
        answers = _responses(row.data)
        item = _find(row, self.options.instructions)
        meta = {name: row.data[name] for name in _EVALUATED if name in row.data}
        samples = tuple(replace(one, meta=meta) for one in answers)
        return Piece(item.key, item.prompt, item.constraints, samples, item.task, item.meta)


class IFBenchFormat(FlatFormat):
    """Prompts in one file, responses in others, joined by text; a group is an instruction.

    Rows that carry their own `instruction_id_list` and `kwargs` need no `--prompts`.
    """

    name = "ifbench"
    summary = "IFBench's response files (`prompt`, `response`), joined to --prompts"
    reader = _Reader


class IFEvalFormat(IFBenchFormat):
    """The same, under the one of two names by which it is detected."""

    name = "ifeval"
    summary = "IFEval's response files (`prompt`, `response`), joined to --prompts"

    def recognizes(self, row: Mapping[str, Any]) -> bool:
        """Return whether it is a response with its prompt."""
        prompt, response = row.get("prompt"), row.get("response")
        asked = isinstance(prompt, str | int) and not isinstance(prompt, bool)
        if "response" not in row or not asked or not isinstance(response, str | list | None):
            return False
        if "instruction_id_list" in row:
            return bool({"kwargs", _VERDICTS} & row.keys())
        return not {"constraints", "criteria"} & row.keys()


def _find(row: Row, known: Instructions | None) -> Instruction:
    if {"instruction_id_list", "kwargs"} <= row.data.keys():
        return _SOURCE.read(row)
    if known is None:
        raise UsageError(
            f"{row.location} has no 'instruction_id_list' with 'kwargs': give the file with the "
            "prompts and their constraints by --prompts PROMPTS.jsonl"
        )
    prompt = row.data.get("prompt")
    if isinstance(prompt, int) and not isinstance(prompt, bool):
        return known.find_row(prompt)
    item = known.find(string(row.data, "prompt"))
    own = row.data.get("instruction_id_list", [spec.id for spec in item.constraints])
    if own != [spec.id for spec in item.constraints]:
        raise RowError(f"the row has other constraints than its instruction, at {item.location}")
    return item


def _responses(data: dict[str, Any]) -> tuple[Sample, ...]:
    value = required(data, "response")
    if value is None or isinstance(value, str):
        return (read_answer(value),)
    if isinstance(value, list) and any(isinstance(item, str | None) for item in value):
        return each_answer(value)
    raise RowError(f"'response' is a string or a list of strings, got {jsonl.kind(value)}")
