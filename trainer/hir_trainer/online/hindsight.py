"""The engine's selection and rewriting (`hir_kit.relabel`), on one generation batch."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hir_kit.files import jsonl
from hir_kit.model.rollout import Group, Location, Rollout
from hir_kit.relabel.contract import Rewriter
from hir_kit.relabel.engine import Relabelled, RelabelOptions, Replay, relabel
from hir_kit.relabel.rewriting import Recheck
from hir_kit.verify.checker import CheckedGroup, Checker
from hir_trainer.online.rewards import Sample

if TYPE_CHECKING:
    from hir_trainer.online.arguments import HirArguments


@dataclass(frozen=True, slots=True)
class Sampled:
    """The responses of one generation batch on this device, in whole groups, row by row.

    Attributes:
        rows: The dataset's row of each response.
        samples: The responses, verified.
        checkers: The bound constraints of each row.
        entropies: Mean token entropy under the current policy of the responses at these places.
        replayable: Whether each response may be trained on under another instruction.
    """

    rows: Sequence[Mapping[str, Any]]
    samples: Sequence[Sample]
    checkers: Sequence[Checker]
    entropies: Mapping[int, float]
    replayable: Sequence[bool]

    def group(self, start: int, size: int, step: int) -> tuple[Group, list[int]]:
        """Return the group that begins at a row, with what may be replayed, and where that is.

        In a group that is ranked by entropies, what has none cannot be chosen, whatever it were: 0.
        """
        row = self.rows[start]
        group_id = _id_of(row)
        places = [i for i in range(start, start + size) if self.replayable[i]]
        other = 0.0 if any(i in self.entropies for i in places) else None
        rollouts = tuple(
            Rollout(
                f"{group_id}/{step}/{i - start}",
                self.samples[i].text,
                self.entropies.get(i, other),
            )
            for i in places
        )
        group = Group(
            id=group_id,
            prompt=row["prompt"],
            constraints=self.checkers[start].constraints,
            rollouts=rollouts,
            location=Location("online", step),
            task=row.get("task"),
        )
        return group, places


@dataclass(frozen=True, slots=True)
class Found:
    """A replay, and the row of the batch whose response it takes."""

    source: int
    replay: Replay


@dataclass(frozen=True, slots=True)
class Hindsight:
    """What one generation batch gave on this device.

    Attributes:
        groups: What became of each group, in order.
        found: The replays, group by group, best first.
    """

    groups: tuple[Relabelled, ...] = ()
    found: tuple[Found, ...] = ()

    @property
    def refused(self) -> int:
        """How many selected responses no strategy could write an instruction for."""
        return sum(len(group.refused) for group in self.groups)


def options_at(arguments: HirArguments, step: int) -> RelabelOptions:
    """Return how failures are selected at a training step."""
    return RelabelOptions(
        top_k=arguments.hir_top_k,
        lambda0=arguments.hir_lambda0,
        eta=arguments.hir_eta,
        lambda_max=arguments.hir_lambda_max,
        step=step,
        min_kept=arguments.hir_min_kept,
        integrity=arguments.hir_integrity,
        relax=arguments.hir_relax,
        relax_within=arguments.hir_relax_within,
        thinking=arguments.hir_thinking,
    )


def to_rank(sampled: Sampled, arguments: HirArguments, step: int, most_entropy: float) -> list[int]:
    """Return the places of the responses among which replays are chosen by their entropies.

    A group with no more candidates than `hir_top_k` has none: all of them are replayed. Nor has one
    whose best candidates are ahead by integrity, whatever the entropies are.

    Args:
        sampled: The batch.
        arguments: How failures are selected.
        step: The training step.
        most_entropy: What no entropy is above, in nats.
    """
    size, ranked = arguments.num_generations or 1, []
    options = options_at(arguments, step)
    for start in range(0, len(sampled.rows), size):
        if _is_wanted(sampled.samples[start : start + size], arguments):
            group, places = sampled.group(start, size, 0)
            checked = [sampled.samples[i].relied_on for i in places]
            found, _ = options.candidates(group, checked)
            able = {places[one.index]: one.f_int for one in found}
            ranked += sorted(_in_question(able, options, most_entropy))
    return ranked


def _in_question(
    able: Mapping[int, float], options: RelabelOptions, most_entropy: float
) -> list[int]:
    """Return which of the candidates with these integrities are chosen among by their entropies.

    Those too far behind the last one that integrity alone would choose are not.
    """
    best = sorted(able.values(), reverse=True)
    if len(best) <= options.top_k:
        return []
    last = best[options.top_k - 1]
    near = [i for i, mine in able.items() if options.lambda_ * (last - mine) <= most_entropy]
    return near if len(near) > options.top_k else []


def look_back(
    sampled: Sampled,
    rewriters: Sequence[Rewriter],
    arguments: HirArguments,
    step: int,
    recheck: Recheck,
) -> Hindsight:
    """Return the replays of a batch at a training step.

    Args:
        sampled: The batch.
        rewriters: The strategies to try, in order.
        arguments: How failures are selected.
        step: The training step.
        recheck: What verifies once more that responses satisfy what is kept.
    """
    size = arguments.num_generations or 1
    options = options_at(arguments, step)
    places: list[list[int]] = []
    groups: dict[bool, list[CheckedGroup]] = {True: [], False: []}
    wanted: list[bool] = []
    for start in range(0, len(sampled.rows), size):
        group, rows = sampled.group(start, size, step)
        checked = tuple(sampled.samples[i].relied_on for i in rows)
        places.append(rows)
        wanted.append(_is_wanted(sampled.samples[start : start + size], arguments))
        groups[wanted[-1]].append(CheckedGroup(group, sampled.checkers[start], checked))
    with sampled.checkers[0].limit:  # that of all of them
        made = {
            True: iter(relabel(groups[True], rewriters, options, recheck)),
            False: iter(relabel(groups[False], (), replace(options, top_k=0))),
        }
    results = [next(made[is_wanted]) for is_wanted in wanted]
    found = [
        Found(rows[item.candidate.index], item)
        for rows, result in zip(places, results, strict=True)
        for item in result.replays
    ]
    return Hindsight(tuple(results), tuple(found))


def _is_wanted(samples: Sequence[Sample], arguments: HirArguments) -> bool:
    passed = any(sample.checked.follow_all for sample in samples)
    return arguments.hir_replay_groups == "all" or not passed


def _id_of(row: Mapping[str, Any]) -> str:
    """Return the row's id, or one that the same instruction always gets."""
    if row.get("id") is not None:
        return str(row["id"])
    return hashlib.sha256(jsonl.dumps(row["prompt"])).hexdigest()[:12]
