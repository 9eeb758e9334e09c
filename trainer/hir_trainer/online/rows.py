"""The rows that replays add to the batch.

A replay alone adds one row: its response under the rewritten instruction. Regrouped, it adds the
whole group under that instruction. The verdicts say which of the responses meet it, so that nothing
has to be sampled or checked anew, and each response is weighed against the others as GRPO weighs a
group: A_j = w (r_j - mean(r)) / (std(r) + 1e-4), where r_j is 1 if response j satisfies all that is
kept, else 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, pvariance, stdev

from hir_kit.model.prompt import Prompt
from hir_kit.model.verdict import Verdict, follow_all
from hir_kit.relabel.contract import Kept
from hir_kit.relabel.rewriting import Claim, Recheck, check_again
from hir_trainer.online.hindsight import Found, Sampled

EPSILON = 1e-4  # TRL's


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
OVER_BUDGET = "over_budget"
REASONS = (CUT_OFF, ALIKE, UNKNOWN, REPEATED, OVER_BUDGET)
"""Why a replay adds no row: the responses that would tell it from the others of its group were cut
off; all responses meet it; too few verdicts are known; another replay of the group has the same
instruction; or the update has no room for its rows (`hir_row_budget`)."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """A rewritten instruction, with what it adds to the batch.

    Attributes:
        rows: The rows under it.
        spread: The variance of what its group earns under it; 0 where the group is not weighed.
        place: Its place among those of its group, the best first.
    """

    rows: tuple[Added, ...]
    spread: float
    place: int


@dataclass(frozen=True, slots=True)
class Rows:
    """What replays add to the batch.

    Attributes:
        instructions: The rows, by instruction.
        without: How many replays add none, by the reason.
    """

    instructions: Sequence[Instruction] = ()
    without: Mapping[str, int] = field(default_factory=dict)

    @property
    def added(self) -> list[Added]:
        """All rows, in the order of the batch."""
        return [row for instruction in self.instructions for row in instruction.rows]

    def within(self, most: int) -> Rows:
        """Return what stays where so many rows may be added.

        Instructions that tell the responses of their group apart best go first, then the best ones
        of each group.
        """
        found, room, chosen = self.instructions, most, set()
        for i in sorted(range(len(found)), key=lambda i: (-found[i].spread, found[i].place)):
            if len(found[i].rows) <= room:
                chosen.add(i)
                room -= len(found[i].rows)
        kept = [item for i, item in enumerate(found) if i in chosen]
        left_out = Counter({OVER_BUDGET: len(found) - len(kept)})
        return Rows(kept, +(Counter(self.without) + left_out))


def alone(found: Sequence[Found], size: int, weight: float) -> Rows:
    """Return one row per replay, of groups of so many responses."""
    seen: Counter[int] = Counter()
    instructions = []
    for item in found:
        group = item.source // size
        row = Added(item.source, item.replay.prompt, weight)
        instructions.append(Instruction((row,), 0.0, seen[group]))
        seen[group] += 1
    return Rows(instructions)


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
    instructions: list[Instruction] = []
    without: Counter[str] = Counter()
    asked = list(_instructions(found, size))
    without[REPEATED] = len(found) - len(asked)
    weaker = iter(recheck(list(_weaker_claims(asked, sampled, size))))
    for start, place, prompt, kept in asked:
        rows = range(start, start + size)
        results = {row: _meets(sampled, row, kept, weaker) for row in rows}
        met = {row: result for row, result in results.items() if result is not None}
        rewards = {row: float(result) for row, result in met.items() if sampled.replayable[row]}
        if len(set(rewards.values())) == 2:
            added = (Added(row, prompt, weight * a) for row, a in _relative(rewards))
            instructions.append(Instruction(tuple(added), pvariance(rewards.values()), place))
        elif len(set(met.values())) == 2:
            without[CUT_OFF] += 1
        else:
            without[ALIKE if len(met) == size else UNKNOWN] += 1
    return Rows(instructions, +without)


def _instructions(
    found: Sequence[Found], size: int
) -> Iterator[tuple[int, int, Prompt, tuple[Kept, ...]]]:
    """Yield every rewritten instruction, once in its group.

    That is the group's first row, the place among those of the group, prompt and constraints.
    """
    seen: dict[int, list[tuple[Kept, ...]]] = {}
    for item in found:
        start = item.source // size * size
        before = seen.setdefault(start, [])
        if item.replay.kept not in before:
            yield start, len(before), item.replay.prompt, item.replay.kept
            before.append(item.replay.kept)


def _weaker_claims(
    asked: Sequence[tuple[int, int, Prompt, tuple[Kept, ...]]], sampled: Sampled, size: int
) -> Iterator[Claim]:
    """Yield what is to be checked of the group's responses: the constraints in a weaker form."""
    for start, _, _, kept in asked:
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
