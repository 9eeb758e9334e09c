"""What a step logs, beside TRL's own numbers and the accuracies that the reward logs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from hir_trainer.online.hindsight import Hindsight
from hir_trainer.online.rewards import Sample

STATES = ("failed", "mixed", "passed")

Sum = Callable[[list[float]], list[float]]


def step_statistics(
    samples: Sequence[Sample], size: int, hindsight: Hindsight, add_up: Sum
) -> dict[str, float]:
    """Return the numbers of one generation batch, over all devices.

    Groups are failed, mixed or passed by the responses whose result is known; a group without any
    is in none. After replay, each replay counts as one more success of its group.

    Args:
        samples: This device's responses, in whole groups.
        size: Responses per group.
        hindsight: What was replayed of them.
        add_up: Adds up equally long lists of all devices, place by place.
    """
    replayed = Counter(found.row // size for found in hindsight.found)
    results = [
        [sample.checked.follow_all for sample in samples[start : start + size]]
        for start in range(0, len(samples), size)
    ]
    before = Counter(_state(group) for group in results)
    after = Counter(_state([*group, *[True] * replayed[i]]) for i, group in enumerate(results))
    kept = sum(found.replay.candidate.f_int for found in hindsight.found)
    counts = [float(states[name]) for states in (before, after) for name in STATES]
    *counts, replays, kept, refused = add_up(
        [*counts, float(len(hindsight.found)), kept, float(hindsight.refused)]
    )
    groups = max(sum(counts[: len(STATES)]), 1.0)
    names = [f"hir/groups_{name}{when}" for when in ("", "_after") for name in STATES]
    shares = {name: count / groups for name, count in zip(names, counts, strict=True)}
    numbers = {"hir/replays": replays, "hir/refused": refused, **shares}
    return {**numbers, "hir/kept_share": kept / replays} if replays else numbers


def _state(results: Sequence[bool | None]) -> str | None:
    known = {result for result in results if result is not None}
    if not known:
        return None
    return "mixed" if len(known) == 2 else "passed" if True in known else "failed"
