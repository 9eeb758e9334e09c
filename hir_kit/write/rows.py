"""The rows of `hir-kit relabel`: originals and replays, with everything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.prompt import Prompt, as_messages
from hir_kit.model.rollout import Group, Rollout
from hir_kit.model.rows import SCHEMA, ConstraintRow, GroupRow, HindsightRow, HirRow, RelaxedRow
from hir_kit.relabel.contract import Kept
from hir_kit.relabel.engine import Refused, Relabelled, Replay
from hir_kit.verify.checker import Checked

_SAID = HirRow.__annotations__.keys()


@dataclass(frozen=True, slots=True)
class HirRows:
    """Makes `hir` rows of relabelled groups.

    Attributes:
        provenance: What goes under `provenance` of every row: versions and settings.
        originals: Whether the original rollouts with a known result are written too.
        messages: Whether string prompts become a user message, as chat models are trained.
    """

    provenance: Mapping[str, Any]
    originals: bool = True
    messages: bool = True

    def of(self, relabelled: Relabelled) -> Iterator[HirRow]:
        """Yield the rows of one group: its originals in order, then its replays, best first."""
        if self.originals:
            yield from self._originals(relabelled.group, relabelled.checked)
        for replay in relabelled.replays:
            yield self._replay(relabelled.group, replay)

    def _originals(self, group: Group, checked: Iterable[Checked]) -> Iterator[HirRow]:
        prompt, constraints = self._prompt(group.prompt), _specs(group.constraints)
        for rollout, result in zip(group.rollouts, checked, strict=True):
            label = result.follow_all
            if label is not None:
                row: HirRow = {
                    "prompt": prompt,
                    "completion": _completion(prompt, rollout.text),
                    "label": label,
                    "reward": float(label),
                    "kind": "original",
                    "id": rollout.id,
                    "group": group.id,
                    "constraints": constraints,
                    "verdicts": [verdict.to_json() for verdict in result.strict],
                    "provenance": self.provenance,
                    "schema": SCHEMA,
                }
                yield _with_rest(row, group, rollout)

    def _replay(self, group: Group, replay: Replay) -> HirRow:
        prompt = self._prompt(replay.prompt)
        hindsight: HindsightRow = {
            "dropped": _specs(replay.dropped),
            "original_prompt": self._prompt(group.prompt),
            "rewriter": replay.rewriter,
            "f_div": replay.candidate.f_div,
            "f_div_from": replay.diversity,
            "f_int": replay.candidate.f_int,
            "lambda": replay.candidate.lambda_,
            "score": replay.candidate.score,
            "step": replay.step,
        }
        if relaxed := _relaxed(replay.kept):
            hindsight["relaxed"] = relaxed
        row: HirRow = {
            "prompt": prompt,
            "completion": _completion(prompt, replay.rollout.text),
            "label": True,
            "reward": 1.0,
            "kind": "replay",
            "id": replay.rollout.id,
            "group": group.id,
            "constraints": _specs(kept.spec for kept in replay.kept),
            "verdicts": [verdict.to_json() for verdict in replay.verdicts],
            "hindsight": hindsight,
            "provenance": self.provenance,
            "schema": SCHEMA,
        }
        return _with_rest(row, group, replay.rollout)

    def _prompt(self, prompt: Prompt) -> Prompt:
        return as_messages(prompt) if self.messages else prompt


def _with_rest(row: HirRow, group: Group, rollout: Rollout) -> HirRow:
    """Return a row with the task, and what else the dump says, where it says something.

    What an earlier run of `relabel` said of the rollout is not said again.
    """
    if group.task is not None:
        row["task"] = group.task
    own = {key: value for key, value in rollout.meta.items() if key not in _SAID}
    if meta := {**group.meta, **own}:
        row["meta"] = meta
    return row


def refused_row(group: Group, relabelled: Relabelled) -> GroupRow | None:
    """Return the responses that no strategy could write an instruction for, as a row to read again.

    Args:
        group: The group as it was read: what was told from its prompt is told again.
        relabelled: What became of it.

    Returns:
        A row of the `hir` format with these responses, each with its reasons per strategy in
        `meta.refused`; None where there are none.
    """
    if not relabelled.refused:
        return None
    rollouts = tuple(
        replace(refused.rollout, meta={**refused.rollout.meta, "refused": _reasons(refused)})
        for refused in relabelled.refused
    )
    return replace(group, rollouts=rollouts).to_json()


def _reasons(refused: Refused) -> dict[str, dict[str, str]]:
    return {
        rewriter: {"code": refusal.code, "reason": refusal.reason}
        for rewriter, refusal in refused.reasons.items()
    }


def _completion(prompt: Prompt, text: str) -> Prompt:
    """Return a completion of the kind of the prompt, as TRL wants it."""
    return text if isinstance(prompt, str) else [{"role": "assistant", "content": text}]


def _relaxed(kept: Iterable[Kept]) -> list[RelaxedRow]:
    """Return what is asked for in a weaker form, each with its original."""
    return [
        {"from": one.relaxed_from.to_json(), "to": one.spec.to_json()}
        for one in kept
        if one.relaxed_from is not None
    ]


def _specs(constraints: Iterable[ConstraintSpec]) -> list[ConstraintRow]:
    return [spec.to_json() for spec in constraints]
