"""Which rows are added to a batch for its replays, and what they weigh.

A replay alone is one row: its response under the rewritten instruction. Regrouped, it is the whole
group under that instruction. The verdicts say which of the responses meet it, so that nothing has
to be sampled or checked anew, and each response is weighed against the others as GRPO weighs a
group: A_j = w (r_j - mean(r)) / (std(r) + 1e-4), where r_j is 1 if response j satisfies all that is
kept, else 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from hir_kit.model.prompt import Prompt
from hir_kit.model.verdict import follow_all
from hir_trainer.online.hindsight import Found
from hir_trainer.online.rewards import Sample

EPSILON = 1e-4  # TRL's


@dataclass(frozen=True, slots=True)
class Added:
    """A row to add to the batch: a response of it under a rewritten instruction.

    Attributes:
        row: The row whose response it takes.
        prompt: The rewritten instruction.
        advantage: What it weighs in the update; with pooled advantages that is settled later.
    """

    row: int
    prompt: Prompt
    advantage: float


def alone(found: Sequence[Found], weight: float) -> list[Added]:
    """Return one row per replay."""
    return [Added(item.row, item.replay.prompt, weight) for item in found]


def regrouped(
    found: Sequence[Found],
    samples: Sequence[Sample],
    usable: Sequence[bool],
    size: int,
    weight: float,
) -> list[Added]:
    """Return the whole group for every rewritten instruction that tells its responses apart.

    Args:
        found: The replays of a batch.
        samples: Its responses, in whole groups.
        usable: Which of them may be trained on under another instruction.
        size: Responses per group.
        weight: The factor on all advantages.
    """
    added: list[Added] = []
    for start, prompt, kept in _instructions(found, size):
        rewards = {
            row: float(met)
            for row in range(start, start + size)
            if usable[row] and (met := _meets(samples[row], kept)) is not None
        }
        added += [Added(row, prompt, weight * a) for row, a in _relative(rewards)]
    return added


def _instructions(
    found: Sequence[Found], size: int
) -> Iterator[tuple[int, Prompt, tuple[int, ...]]]:
    """Yield first row, prompt and kept places of every rewritten instruction, once in its group."""
    seen = set()
    for item in found:
        kept = item.replay.candidate.kept
        start = item.row // size * size
        if (start, kept) not in seen:
            seen.add((start, kept))
            yield start, item.replay.prompt, kept


def _meets(sample: Sample, kept: Sequence[int]) -> bool | None:
    return follow_all([sample.checked.strict[place] for place in kept])


def _relative(rewards: dict[int, float]) -> Iterator[tuple[int, float]]:
    """Yield each row with its advantage; nothing where all rewards are the same."""
    if len(set(rewards.values())) < 2:
        return
    mean, spread = fmean(rewards.values()), stdev(rewards.values())
    for row, reward in rewards.items():
        yield row, (reward - mean) / (spread + EPSILON)
