"""verl's training data, whose ground truth lists ids and kwargs: what `--emit verl` writes.

Rows are `{data_source, prompt, ability, reward_model: {style, ground_truth}, extra_info}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hir_kit.plugin import (
    Instruction,
    Row,
    RowError,
    SpecError,
    an_object,
    decoded,
    identifier,
    optional_object,
    parse_constraints,
    read_prompt,
    required,
)

_LISTS = ("instruction_id_list", "instruction_id")


class VerlInstructions:
    """Rows with a `prompt`, and a `reward_model` whose `ground_truth` lists ids and kwargs."""

    name = "verl"
    summary = "verl's training data (`prompt`, `reward_model`), as `--emit verl` writes it"

    def recognizes(self, row: Mapping[str, Any]) -> bool:
        """Return whether it is a row of verl's, and its ground truth lists ids."""
        model = row.get("reward_model")
        if not {"data_source", "prompt"} <= row.keys() or not isinstance(model, Mapping):
            return False
        try:
            truth = decoded(model.get("ground_truth"))
        except SpecError:
            return False
        while isinstance(truth, list) and len(truth) == 1:
            truth = truth[0]
        return isinstance(truth, Mapping) and any(key in truth for key in _LISTS)

    def read(self, row: Row) -> Instruction:
        """Return the instruction of a row, named by the `id` or else `index` that verl keeps."""
        more = optional_object(row.data, "extra_info")
        constraints = parse_constraints(
            required(an_object(row.data, "reward_model"), "ground_truth")
        )
        if not constraints:
            raise RowError("'ground_truth' lists no constraint")
        named = Row(row.location, row.raw, more)
        key = identifier(named, "index" if more.get("id") is None else "id")
        return Instruction(
            key, read_prompt(required(row.data, "prompt")), constraints, row.location
        )
