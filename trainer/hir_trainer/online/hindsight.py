"""The engine's selection and rewriting (`hir_kit.relabel`), on one generation batch.

A replay alone adds one row to the batch: its response under the rewritten instruction. Regrouped,
it adds the whole group under that instruction. The verdicts say which of the responses meet it, so
that nothing has to be sampled or checked anew, and each response is weighed against the others as
GRPO weighs a group: A_j = w (r_j - mean(r)) / (std(r) + 1e-4), where r_j is 1 if response j
satisfies all that is kept, else 0.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any

from hir_kit.files import jsonl
from hir_kit.model.prompt import Prompt
from hir_kit.model.rollout import Group, Location, Rollout
from hir_kit.model.verdict import Verdict, follow_all
from hir_kit.relabel.contract import Kept, Rewriter
from hir_kit.relabel.engine import Relabelled, RelabelOptions, Replay, relabel
from hir_kit.relabel.rewriting import Claim, Recheck, check_again
from hir_kit.relabel.selection import eligible
from hir_kit.verify.checker import CheckedGroup, Checker
from hir_trainer.online.rewards import Sample

if TYPE_CHECKING:
    from hir_trainer.online.arguments import HirArguments

EPSILON = 1e-4  # TRL's


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
        """Return the group that begins at a row, with what may be replayed, and where that is."""
        row = self.rows[start]
        group_id = _id_of(row)
        places = [i for i in range(start, start + size) if self.replayable[i]]
        rollouts = tuple(
            Rollout(f"{group_id}/{step}/{i - start}", self.samples[i].text, self.entropies.get(i))
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
        relax=arguments.hir_relax,
        relax_within=arguments.hir_relax_within,
        thinking=arguments.hir_thinking,
    )


def to_rank(sampled: Sampled, arguments: HirArguments) -> list[int]:
    """Return the places of the responses among which replays are chosen by their entropies.

    A group with no more candidates than `hir_top_k` has none: all of them are replayed.
    """
    size, found = arguments.num_generations or 1, []
    for start in range(0, len(sampled.rows), size):
        if _is_wanted(sampled.samples[start : start + size], arguments):
            group, places = sampled.group(start, size, 0)
            checked = [sampled.samples[i].relied_on for i in places]
            if len(eligible(group.rollouts, checked)) > arguments.hir_top_k:
                found += places
    return found


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


@dataclass(frozen=True, slots=True)
class Added:
    """A row to add to the batch: a response of it under a rewritten instruction.

    Attributes:
        source: The row of the batch whose response it takes.
        prompt: The rewritten instruction.
        advantage: What it weighs in the update; with pooled advantages that is settled later.
    """

    source: int
    prompt: Prompt
    advantage: float


CUT_OFF, ALIKE, UNKNOWN, REPEATED = "cut_off", "alike", "unknown", "repeated"
REASONS = (CUT_OFF, ALIKE, UNKNOWN, REPEATED)
"""Why a replay adds no row when its group is weighed under it: the responses that would tell it
from the others were cut off; all responses meet it; too few verdicts are known; another replay of
the group has the same instruction."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What replays add to the batch.

    Attributes:
        added: The rows.
        without: How many replays add none, by the reason.
    """

    added: Sequence[Added] = ()
    without: Mapping[str, int] = field(default_factory=dict)


def alone(found: Sequence[Found], weight: float) -> Rows:
    """Return one row per replay."""
    return Rows([Added(item.source, item.replay.prompt, weight) for item in found])


def regrouped(
    found: Sequence[Found],
    sampled: Sampled,
    size: int,
    weight: float,
    recheck: Recheck = check_again,
) -> Rows:
    """Return the whole group for every rewritten instruction that tells its responses apart.

    Args:
        found: The replays of a batch.
        sampled: The batch.
        size: Responses per group.
        weight: The factor on all advantages.
        recheck: What verifies which of a group's responses meet a weaker form of a constraint.
    """
    added: list[Added] = []
    without: Counter[str] = Counter()
    instructions = list(_instructions(found, size))
    without[REPEATED] = len(found) - len(instructions)
    weaker = iter(recheck(list(_weaker_claims(instructions, sampled, size))))
    for start, prompt, kept in instructions:
        rows = range(start, start + size)
        results = {row: _meets(sampled, row, kept, weaker) for row in rows}
        met = {row: result for row, result in results.items() if result is not None}
        rewards = {row: float(result) for row, result in met.items() if sampled.replayable[row]}
        if len(set(rewards.values())) == 2:
            added += [Added(row, prompt, weight * a) for row, a in _relative(rewards)]
        elif len(set(met.values())) == 2:
            without[CUT_OFF] += 1
        else:
            without[ALIKE if len(met) == size else UNKNOWN] += 1
    return Rows(added, +without)


def _instructions(
    found: Sequence[Found], size: int
) -> Iterator[tuple[int, Prompt, tuple[Kept, ...]]]:
    """Yield first row, prompt and constraints of every rewritten instruction, once in its group."""
    seen: list[tuple[int, tuple[Kept, ...]]] = []
    for item in found:
        one = item.source // size * size, item.replay.kept
        if one not in seen:
            seen.append(one)
            yield one[0], item.replay.prompt, one[1]


def _weaker_claims(
    instructions: Sequence[tuple[int, Prompt, tuple[Kept, ...]]], sampled: Sampled, size: int
) -> Iterator[Claim]:
    """Yield what is to be checked of the group's responses: the constraints in a weaker form."""
    for start, _, kept in instructions:
        if specs := tuple(one.spec for one in kept if one.relaxed_from is not None):
            for row in range(start, start + size):
                yield sampled.checkers[row], sampled.samples[row].text, specs


def _meets(
    sampled: Sampled, row: int, kept: Sequence[Kept], weaker: Iterator[tuple[Verdict, ...]]
) -> bool | None:
    """Return whether a response meets what is kept; None where a verdict on it is not known."""
    asked, verdicts = sampled.checkers[row].constraints, sampled.samples[row].relied_on.strict
    is_relaxed = any(one.relaxed_from is not None for one in kept)
    fresh = iter(next(weaker) if is_relaxed else ())
    return follow_all(
        [
            verdicts[asked.index(one.spec)] if one.relaxed_from is None else next(fresh)
            for one in kept
        ]
    )


def _relative(rewards: dict[int, float]) -> Iterator[tuple[int, float]]:
    """Yield each row with its advantage; not all rewards are the same."""
    mean, spread = fmean(rewards.values()), stdev(rewards.values())
    for row, reward in rewards.items():
        yield row, (reward - mean) / (spread + EPSILON)
