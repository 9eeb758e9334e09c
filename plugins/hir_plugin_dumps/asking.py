"""What a row's prompt asks for: the constraints in its ground truth, or those of `--prompts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hir_kit.plugin import (
    ConstraintSpec,
    Instruction,
    Instructions,
    Prompt,
    ReadOptions,
    RowError,
    SpecError,
    is_constraint_id,
    parse_constraints,
    prefill_of,
    read_chat,
    shown,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The constraints of a prompt, and what else its dataset says of it.

    Attributes:
        constraints: The constraints, in order.
        task: The request without its constraints, where it is known.
        meta: Whatever else is known.
    """

    constraints: tuple[ConstraintSpec, ...]
    task: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)


def asked_by(prompt: Prompt, ground_truth: object, options: ReadOptions) -> Asked:
    """Return what a prompt asks for.

    That is what the row's own ground truth says, unless `--prompts` is given: then it is what the
    instruction with this prompt says, and a ground truth that says something else is an error.
    Raises RowError or SpecError.
    """
    if options.instructions is None:
        if ground_truth is None:
            raise RowError("the row has no constraints: give the instructions by --prompts FILE")
        return Asked(named_constraints(ground_truth))
    return joined(options.instructions.find(prompt), ground_truth)


def read_asking(text: str, options: ReadOptions) -> tuple[Prompt, dict[str, Any]]:
    """Return the prompt of a chat text, and what is to be kept of it.

    Where no template is known that could have written the text, it is the one prompt of
    `--prompts` that the text is, or asks. Raises RowError where there is none either.
    """
    try:
        chat = read_chat(text)
    except RowError:
        item = _known_in(text, options.instructions)
        if item is None:
            raise
        begun = prefill_of(text)
        return item.prompt, {"prefill": begun} if begun else {}
    return chat.messages, chat.meta


def _known_in(text: str, known: Instructions | None) -> Instruction | None:
    if known is None:
        return None
    try:
        return known.find(text)  # of a model without a template: the bare prompt
    except RowError:
        return known.find_in(text)


def joined(item: Instruction, ground_truth: object) -> Asked:
    """Return what an instruction asks for; raises RowError where the row's own says otherwise."""
    own = _readable(ground_truth)
    if own is not None and _compared(own) != _compared(item.constraints):
        raise RowError(
            f"the row has other constraints than the instruction with its prompt, {item.location}"
        )
    return Asked(item.constraints, item.task, item.meta)


def ground_truth_in(*candidates: object) -> object:
    """Return the one of several columns that holds constraints; None where none does.

    Raises RowError where two of them hold different ones.
    """
    found = [(item, specs) for item in candidates if (specs := _readable(item)) is not None]
    if any(_compared(specs) != _compared(found[0][1]) for _, specs in found):
        raise RowError("the row has constraints in two places, and they differ")
    return found[0][0] if found else None


def named_constraints(value: object) -> tuple[ConstraintSpec, ...]:
    """Read the constraints in a column that may hold other things, too: a ground truth.

    As `parse_constraints`, but every id must read `namespace:name`, so that the answer to a math
    problem, or an array that was written out as a string, is not taken for a constraint. Raises
    SpecError.
    """
    found = parse_constraints(value)
    for spec in found:
        if not is_constraint_id(spec.id):
            raise SpecError(f"{shown(spec.id)} is no constraint id: an id reads 'namespace:name'")
    return found


def _readable(value: object) -> tuple[ConstraintSpec, ...] | None:
    if value is None:
        return None
    try:
        return named_constraints(value)
    except SpecError:
        return None


def _compared(specs: tuple[ConstraintSpec, ...]) -> list[tuple[str, dict[str, Any]]]:
    return [(spec.id, dict(spec.kwargs)) for spec in specs]
