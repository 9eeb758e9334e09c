"""AutoIF (QwenLM): one constraint in words, and functions `evaluate(response)` that decide it.

Rows are `{prompt, instruction, eval_func, ...}` with `[instruction] ... [Query] ...` in the prompt,
or, for preferences, `{prompt, eval_func, ...}` with a sentence before the query. `eval_func` lists
the sources with how many of the cases each has right; they are data here and never run.
`gpt-answer` has the responses that were sampled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hir_kit.plugin import (
    ConstraintSpec,
    FlatFormat,
    FlatReader,
    Instruction,
    Piece,
    Row,
    RowError,
    a_list,
    each_answer,
    identifier,
    jsonl,
    optional_string,
    required,
    shown,
    string,
)

_FUNCTION = "evaluate"
_QUERY = "\n[Query] "


class AutoIfInstructions:
    """Rows with `prompt` and `eval_func`."""

    name = "autoif"
    summary = "AutoIF (`prompt`, `eval_func`); functions as `code:python`"

    def recognizes(self, row: Mapping[str, Any]) -> bool:
        """Return whether the row has a prompt and functions."""
        return {"prompt", "eval_func"} <= row.keys()

    def read(self, row: Row) -> Instruction:
        """Return the instruction of a row: all its functions are for one constraint."""
        prompt = string(row.data, "prompt")
        source, *also = _sources(row.data)
        kwargs = {"source": source, "function": _FUNCTION, **({"also": also} if also else {})}
        text = optional_string(row.data, "instruction")
        stated = text if text and text in prompt else None
        _, mark, query = prompt.partition(_QUERY)
        return Instruction(
            identifier(row, "id"),
            prompt,
            (ConstraintSpec("code:python", kwargs, stated),),
            row.location,
            query if mark else None,
        )


class _Reader(FlatReader):
    def read(self, row: Row) -> Piece:
        item = AutoIfInstructions().read(row)
        samples = each_answer(a_list(row.data, "gpt-answer"))
        return Piece(item.key, item.prompt, item.constraints, samples, item.task)


class AutoIfFormat(FlatFormat):
    """Rows with the responses that AutoIF has sampled for them."""

    name = "autoif"
    summary = "AutoIF's samples (`prompt`, `eval_func`, `gpt-answer`)"
    uses: frozenset[str] = frozenset()
    columns = frozenset({"eval_func", "gpt-answer", "prompt"})
    reader = _Reader


def _sources(data: Mapping[str, Any]) -> list[str]:
    """Return the distinct sources; raises RowError where there are none, or they are no pairs."""
    pairs = required(data, "eval_func")
    if not isinstance(pairs, list):
        raise RowError(f"'eval_func' is a list, got {jsonl.kind(pairs)}")
    if not pairs:
        raise RowError("'eval_func' is empty")
    for pair in pairs:
        if not (isinstance(pair, list) and pair and isinstance(pair[0], str)):
            raise RowError(f"'eval_func' has pairs of a source and a share, got {shown(pair)}")
    return list(dict.fromkeys(pair[0] for pair in pairs))
