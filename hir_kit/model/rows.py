"""The rows that hir-kit writes: their types, and their columns for formats that want them typed.

A key whose value is not known is left out, save for `follow_all` and `rejected_prompt`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypedDict

from hir_kit.files.columns import JSON, TALK, columns_of
from hir_kit.model.prompt import Prompt

SCHEMA = 1
"""The version of every row that is read back."""

Talk = Annotated[Prompt, TALK]
Value = Annotated[Any, JSON]
Object = Annotated[Mapping[str, Any], JSON]


class ConstraintRow(TypedDict, total=False):
    """A constraint; `text` states it."""

    id: str
    kwargs: Object
    text: str


class ResponseRow(TypedDict, total=False):
    """A response of a group."""

    id: str
    text: str
    entropy: float
    logprob: float
    meta: Object


class GroupRow(TypedDict, total=False):
    """A group of rollouts, as `hir-kit convert` writes it and the format `hir` reads it."""

    id: str
    prompt: Talk
    task: str
    constraints: list[ConstraintRow]
    responses: list[ResponseRow]
    meta: Object


class VerdictRow(TypedDict, total=False):
    """What became of one constraint."""

    status: str
    measured: Value
    reason: str


class JudgedVerdictRow(VerdictRow, total=False):
    """The same, with what else a judge says of it."""

    detail: Object


class LooseRow(TypedDict):
    """The same under loose verification."""

    status: str


class CheckedRow(TypedDict, total=False):
    """A rollout with its verdicts, as `hir-kit verify` writes it."""

    id: str
    group: str
    verdicts: list[VerdictRow]
    loose: list[LooseRow]
    follow_all: bool | None


class JudgedRow(TypedDict, total=False):
    """The same as `hir-kit judge` writes it, and `verify` with verdict files."""

    id: str
    group: str
    verdicts: list[JudgedVerdictRow]
    loose: list[LooseRow]
    follow_all: bool | None


RelaxedRow = TypedDict("RelaxedRow", {"from": ConstraintRow, "to": ConstraintRow})
"""A constraint that is asked for in a weaker form."""
Relaxed = Annotated[list[RelaxedRow], JSON]

_Hindsight = TypedDict(
    "_Hindsight",
    {
        "dropped": list[ConstraintRow],
        "original_prompt": Talk,
        "rewriter": str,
        "f_div": float,
        "f_div_from": str,
        "f_int": float,
        "lambda": float,
        "score": float,
        "step": int,
    },
)


class HindsightRow(_Hindsight, total=False):
    """Where a replay came from."""

    relaxed: Relaxed


class HirRow(TypedDict, total=False):
    """An original or a replay with everything, as `hir-kit relabel` writes it."""

    prompt: Talk
    completion: Talk
    label: bool
    reward: float
    kind: str
    id: str
    group: str
    task: str
    constraints: list[ConstraintRow]
    verdicts: list[VerdictRow]
    hindsight: HindsightRow
    meta: Object
    provenance: Object
    schema: int


class SftRow(TypedDict):
    """A row for SFT."""

    prompt: Talk
    completion: Talk
    kind: str
    id: str
    group: str
    schema: int


class KtoRow(TypedDict):
    """A row for KTO."""

    prompt: Talk
    completion: Talk
    label: bool
    kind: str
    id: str
    group: str
    schema: int


class DpoRow(TypedDict):
    """A pair for DPO: two responses, or one response under two instructions."""

    prompt: Talk
    chosen: Talk
    rejected: Talk
    rejected_prompt: Talk | None
    kind: str
    id: str
    group: str
    schema: int


class VerlRewardRow(TypedDict):
    """How verl scores a response."""

    style: str
    ground_truth: str


class VerlInfoRow(TypedDict):
    """What verl hands on to the reward."""

    index: int
    split: str
    id: str
    group: str
    kind: str
    instruction: str


class VerlRow(TypedDict):
    """An instruction as verl's training data."""

    data_source: str
    prompt: Talk
    ability: str
    reward_model: VerlRewardRow
    extra_info: VerlInfoRow


GROUPS = columns_of(GroupRow)
VERDICTS = columns_of(CheckedRow)
JUDGED = columns_of(JudgedRow)
