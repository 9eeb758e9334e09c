"""What `--dry-run` shows of an online run: its batches, and a replay as it would be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hir_kit.model.rollout import Group, Rollout
from hir_kit.model.verdict import Status, Verdict, counted
from hir_kit.plugins.kit import Kit
from hir_kit.relabel.contract import Rewriter
from hir_kit.relabel.engine import Relabelled, relabel
from hir_kit.relabel.rewriting import Claim, choose_rewriters
from hir_kit.verify.checker import Checked, CheckedGroup
from hir_trainer.online.batch import slots_needed
from hir_trainer.online.data import Row, group_of

_TRIED = 200
_MET, _MISSED = Verdict(Status.SATISFIED), Verdict(Status.VIOLATED)

Line = tuple[str, str]


@dataclass(frozen=True)
class Sizes:
    """The arithmetic of a generation batch.

    Attributes:
        devices: Processes that train.
        groups: Instructions, over all devices.
        responses: Responses, over all devices.
        replays: Replays at most, over all devices.
        rows: Rows of a micro-batch without replays.
        added: Rows that the replays add at most, over all devices: one each, or a whole group.
        rows_at_most: Rows of a micro-batch with as many of these as there can be.
        updates: Optimizer steps per generation batch.
    """

    devices: int
    groups: int
    responses: int
    replays: int
    rows: int
    added: int
    rows_at_most: int
    updates: float


def sizes(training: Any) -> Sizes:
    """Return the arithmetic of a configuration."""
    m, parts = training.num_generations, training.steps_per_generation
    rows, devices = training.per_device_train_batch_size, training.world_size
    groups = rows * parts // m
    replays = groups * min(training.hir_top_k, m)
    added = replays * m if training.hir_advantage == "regroup" else replays
    return Sizes(
        devices=devices,
        groups=groups * devices,
        responses=rows * parts * devices,
        replays=replays * devices,
        rows=rows,
        added=added * devices,
        rows_at_most=rows + slots_needed(added, parts) // parts,
        updates=parts * training.num_iterations / training.gradient_accumulation_steps,
    )


def batch_lines(training: Any) -> list[Line]:
    """Return what is sampled, replayed and trained on at a time."""
    found = sizes(training)
    devices = f" on {found.devices} devices" if found.devices > 1 else ""
    each = f"{found.updates:g} optimizer steps" if found.updates != 1 else "each optimizer step"
    asked = f"{counted(found.groups, 'instruction')} x {training.num_generations} responses"
    rows = f"{found.rows} rows per device, at most {found.rows_at_most} with replays"
    again = f"at most {found.replays} of them again (hir_top_k {training.hir_top_k})"
    if found.added > found.replays:
        again += f", each with its group: {found.added} rows at most"
    return [
        ("sample", f"{asked} = {found.responses} for {each}{devices}"),
        ("replay", again),
        ("micro-batch", rows),
    ]


def replay_lines(training: Any, rows: Sequence[Row]) -> tuple[list[Line], dict[str, Any]]:
    """Return how many instructions can be rewritten, and one with its would-be replay.

    The failure is made up: a response that meets every constraint but the last.
    """
    kit = training.load_kit()
    rewriters = choose_rewriters(kit.rewriters, training.hir_rewriters)
    tried = [group_of(row) for row in rows[:_TRIED]]
    results = [_made_up(kit, group, rewriters) for group in tried if len(group.constraints) > 1]
    replays = [replay for result in results for replay in result.replays]
    by = ", ".join(f"{n} by {name}" for name, n in Counter(r.rewriter for r in replays).items())
    line = f"{len(replays)} of {counted(len(results), 'instruction')} without their last constraint"
    shown = next((result for result in results if result.replays), results[0] if results else None)
    return [("rewrite", f"{line} ({by})" if by else line)], _shown(shown) if shown else {}


def _shown(result: Relabelled) -> dict[str, Any]:
    original = {"original": result.group.prompt}
    if not result.replays:
        reasons = result.refused[0].reasons if result.refused else {}
        return {**original, "refused": {name: item.reason for name, item in reasons.items()}}
    replay = result.replays[0]
    return {
        **original,
        "replay": replay.prompt,
        "dropped": [spec.to_json() for spec in replay.dropped],
        "rewriter": replay.rewriter,
    }


def _made_up(kit: Kit, group: Group, rewriters: Sequence[Rewriter]) -> Relabelled:
    checker = kit.checker(group.constraints)
    rollout = Rollout(f"{group.id}/0", "...", entropy=0.0)
    asked = Group(group.id, group.prompt, group.constraints, (rollout,), group.location, group.task)
    verdicts = (*[_MET] * (len(group.constraints) - 1), _MISSED)
    item = CheckedGroup(asked, checker, (Checked(verdicts),))
    return relabel([item], rewriters, recheck=_believed)[0]


def _believed(claims: Sequence[Claim]) -> list[tuple[Verdict, ...]]:
    """Take the made-up response to satisfy what it is said to."""
    return [(_MET,) * len(specs) for _, _, specs in claims]
