"""What the rows of Allen AI's sets have in common: messages beside a ground truth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hir_kit.plugin import Prompt, RowError, SpecError, decoded, read_prompt, required, shown


def ground_truth(data: Mapping[str, Any]) -> Any:
    """Return the ground truth without its encodings and without lists of one around it.

    Raises SpecError where it is neither JSON nor a Python literal.
    """
    value = decoded(required(data, "ground_truth"))
    while isinstance(value, list) and len(value) == 1:
        value = decoded(value[0])
    return value


def has_ground_truth(data: Mapping[str, Any], *keys: str) -> bool:
    """Return whether a row has messages, and a ground truth that is an object with such a key."""
    if not {"messages", "ground_truth"} <= data.keys():
        return False
    try:
        value = ground_truth(data)
    except SpecError:
        return False
    return isinstance(value, Mapping) and any(key in value for key in keys)


def asked_prompt(data: Mapping[str, Any], key: str) -> Prompt:
    """Return the messages under a key; raises RowError where they do not end with the user's."""
    prompt = read_prompt(required(data, key))
    if isinstance(prompt, str):
        raise RowError(f"{key!r} is a list of messages, got {shown(prompt)}")
    if prompt[-1]["role"] != "user":
        raise RowError(
            f"{key!r} ends with a message of the {prompt[-1]['role']}: it is no instruction"
        )
    return prompt
