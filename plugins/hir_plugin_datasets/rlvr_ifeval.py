"""RLVR-IFeval (Allen AI): one constraint to a prompt, named by the function that decides it.

The functions are those of open-instruct's `if_functions.py`. They mean other things than IFEval's
ids (`verify_letter_frequency` wants an exact number, `verify_paragraph_count` divides at `* * *`),
so they have ids and verifiers of their own, `rlvr:<function>`, and are never bound to IFEval's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hir_kit.plugin import (
    ConstraintSpec,
    Instruction,
    Row,
    RowError,
    identifier,
    instruction_of,
    jsonl,
    optional_string,
    parse_kwargs,
    shown,
)
from hir_plugin_datasets.ground_truth import asked_prompt, ground_truth, has_ground_truth

_FUNCTION = "func_name"


class RlvrIfevalInstructions:
    """Rows with `messages` and a `ground_truth` that names a function."""

    name = "rlvr-ifeval"
    summary = "RLVR-IFeval (`messages`, `ground_truth` with `func_name`)"

    def recognizes(self, row: Mapping[str, Any]) -> bool:
        """Return whether the ground truth names a function."""
        return has_ground_truth(row, _FUNCTION)

    def read(self, row: Row) -> Instruction:
        """Return the instruction of a row."""
        from hir_kit.plugin import recover  # takes long to load

        prompt = asked_prompt(row.data, "messages")
        value = ground_truth(row.data)
        if not isinstance(value, Mapping):
            raise RowError(f"'ground_truth' is an object, got {jsonl.kind(value)}")
        function = value.get(_FUNCTION)
        if not isinstance(function, str) or not function.isidentifier():
            raise RowError(f"'func_name' in 'ground_truth' names a function, got {shown(function)}")
        kwargs = parse_kwargs({key: item for key, item in value.items() if key != _FUNCTION})
        sentence = _filled(optional_string(row.data, "constraint"), kwargs)
        [text] = recover(instruction_of(prompt), [sentence]).texts
        spec = ConstraintSpec(f"rlvr:{function}", kwargs, text)
        return Instruction(identifier(row, "key"), prompt, (spec,), row.location)


def _filled(template: str | None, kwargs: Mapping[str, Any]) -> str | None:
    """Return the sentence with its placeholders filled; what is not known stays, and is not found.

    The column holds the template, "{N} paragraphs"; the prompt has the number.
    """
    for key, value in kwargs.items():
        if template is not None and isinstance(value, str | int) and not isinstance(value, bool):
            template = template.replace(f"{{{key}}}", str(value))
    return template
