"""MulDimIF (Junjie-Ye/MulDimIF): each constraint is `[category, subcategory, sentence]`.

There are no parameters: its checkers parse the English sentence when they check. Where the grammar
of `hir_plugin_muldimif` understands the whole of it, the constraint gets the id and kwargs of a
verifier. The others have the id `muldimif:<checker class>`, which has no verifier; `meta` says why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hir_kit.plugin import (
    ConstraintSpec,
    FlatFormat,
    FlatReader,
    Instruction,
    Piece,
    Prompt,
    Row,
    RowError,
    Sample,
    identifier,
    read_prompt,
    required,
    shown,
)
from hir_plugin_muldimif.classes import class_of
from hir_plugin_muldimif.grammar import Refused, read_sentence


class MulDimIfInstructions:
    """Rows with `conversations` and `constraints` of three strings each."""

    name = "muldimif"
    summary = "MulDimIF (`conversations`, `constraints` of three strings); verifiers for most"

    def recognizes(self, row: Mapping[str, Any]) -> bool:
        """Return whether the row has conversations and constraints of a pattern."""
        return {"conversations", "constraints", "constraint_pattern"} <= row.keys()

    def read(self, row: Row) -> Instruction:
        """Return the instruction of a row, its pattern, level and categories in `meta`."""
        value = required(row.data, "constraints")
        constraints = read_triples(value)
        return Instruction(
            identifier(row, "id"),
            _prompt(row),
            constraints,
            row.location,
            meta=_kept(row.data) | kept_of(value),
        )


class _Reader(FlatReader):
    def read(self, row: Row) -> Piece:
        item = MulDimIfInstructions().read(row)
        *_, last = row.data["conversations"]
        if last["role"] != "assistant":
            raise RowError("the last of 'conversations' is no response of an assistant")
        sample = Sample(last["content"])
        return Piece(item.key, item.prompt, item.constraints, (sample,), meta=item.meta)


class MulDimIfFormat(FlatFormat):
    """Rows with the response at the end of `conversations`, as MulDimIF's evaluation reads them."""

    name = "muldimif"
    summary = "MulDimIF's responses: its rows with the answer at the end of `conversations`"
    uses: frozenset[str] = frozenset()
    reader = _Reader

    def recognizes(self, row: Mapping[str, Any]) -> bool:
        """Return whether it is a row of the data set that ends with an answer."""
        talk = row.get("conversations")
        last = talk[-1] if isinstance(talk, list) and talk else None
        is_answered = isinstance(last, dict) and last.get("role") == "assistant"
        return is_answered and MulDimIfInstructions().recognizes(row)


def _kept(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row says of itself, under the names of its fields."""
    return {key: data[key] for key in ("constraint_pattern", "difficulty") if key in data}


def kept_of(triples: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Return the categories of triples that were read, and why some have no verifier.

    The reasons are under the constraint's place in the list, from 0.
    """
    read = [read_sentence(*triple) for triple in triples]
    refused = {str(n): item.reason for n, item in enumerate(read) if isinstance(item, Refused)}
    kept: dict[str, Any] = {"categories": [[part.strip() for part in item[:2]] for item in triples]}
    return kept | ({"refused": refused} if refused else {})


def read_triples(
    value: object, criteria: Sequence[str] | None = None
) -> tuple[ConstraintSpec, ...]:
    """Return the constraints that triples of strings state; raises RowError on anything else.

    `criteria` are what the instruction says in place of the sentences, where that is known apart: a
    verifier has to decide both.
    """
    if not isinstance(value, list) or not value:
        raise RowError(f"'constraints' is a list of triples, not empty, got {shown(value)}")
    told = criteria if criteria and len(criteria) == len(value) else [None] * len(value)
    return tuple(_read_triple(item, text) for item, text in zip(value, told, strict=True))


def _read_triple(item: object, criterion: str | None) -> ConstraintSpec:
    if (
        not isinstance(item, list)
        or len(item) != 3
        or not all(isinstance(part, str) and part.strip() for part in item)
    ):
        raise RowError(f"a constraint is [category, subcategory, sentence], got {shown(item)}")
    category, subcategory, sentence = item
    bound = read_sentence(category, subcategory, sentence)
    if isinstance(bound, Refused) or (
        criterion is not None and read_sentence(category, subcategory, criterion) != bound
    ):
        return ConstraintSpec(f"muldimif:{class_of(category, subcategory)}", {}, sentence)
    return ConstraintSpec(bound.id, dict(bound.kwargs), sentence)


def _prompt(row: Row) -> Prompt:
    """Return the conversation up to the user's last message: some files have the answer, too."""
    talk = read_prompt(required(row.data, "conversations"))
    if isinstance(talk, str):
        raise RowError(f"'conversations' is a list of messages, got {shown(talk)}")
    while talk and talk[-1]["role"] == "assistant":
        talk = talk[:-1]
    if not talk or talk[-1]["role"] != "user":
        raise RowError("'conversations' has no message of the user to answer")
    return talk
