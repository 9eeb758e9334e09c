"""IF_multi_constraints_upto5 (Allen AI): IFEval's and IFTrain's ids, up to five to a prompt.

`ground_truth` is a Python literal in a string, `"[{'instruction_id': [...], 'kwargs': [...]}]"`.
JSON, and either of them encoded twice or wrapped in a list, are found too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hir_kit.plugin import Instruction, Row, RowError, identifier, parse_constraints
from hir_plugin_datasets.ground_truth import asked_prompt, ground_truth, has_ground_truth


class IfMultiInstructions:
    """Rows with `messages` and a `ground_truth` that lists ids and kwargs."""

    name = "if-multi"
    summary = "IF_multi_constraints_upto5, as open-instruct reads it (`messages`, `ground_truth`)"

    def recognizes(self, row: Mapping[str, Any]) -> bool:
        """Return whether the ground truth lists ids, and nothing else says what is asked."""
        lists = has_ground_truth(row, "instruction_id", "instruction_id_list")
        return lists and not row.keys() & {"criteria", "rubrics"}

    def read(self, row: Row) -> Instruction:
        """Return the instruction of a row."""
        prompt = asked_prompt(row.data, "messages")
        constraints = parse_constraints(ground_truth(row.data))
        if not constraints:
            raise RowError("'ground_truth' lists no constraint")
        key = identifier(row, "key")
        return Instruction(key, prompt, constraints, row.location)
