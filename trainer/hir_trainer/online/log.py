"""What a run leaves beside TRL's own: the numbers of a step, and replays.jsonl.

replays.jsonl: every replay of a run, as `hir-kit relabel` would have written it.

The rows of step s are written before update s + 1. When training begins at step s, be it 0 or that
of a checkpoint, the rows of steps from s on are removed first: these steps are about to be taken
again. So a resumed run ends with the rows of a run that was never stopped, and a new run in the
same directory starts with none. Where a generation batch serves several updates and the checkpoint
lies between them, TRL samples anew on resume: then the rows of both batches stand, as both were
trained on.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from hir_kit.errors import ConfigError
from hir_kit.files import jsonl
from hir_kit.files.save import open_target
from hir_trainer.online.hindsight import Hindsight
from hir_trainer.online.rewards import Sample
from hir_trainer.online.rows import REASONS, Rows

STATES = ("failed", "mixed", "passed")

Sum = Callable[[list[float]], list[float]]


def step_statistics(
    samples: Sequence[Sample], size: int, hindsight: Hindsight, rows: Rows, add_up: Sum
) -> dict[str, float]:
    """Return the numbers of one generation batch, over all devices.

    Groups are failed, mixed or passed by the responses whose result is known; a group without any
    is in none. After replay, each replay counts as one more success of its group.

    Args:
        samples: This device's responses, in whole groups.
        size: Responses per group.
        hindsight: What was replayed of them.
        rows: What that adds to the batch.
        add_up: Adds up equally long lists of all devices, place by place.
    """
    replayed = Counter(found.source // size for found in hindsight.found)
    results = [
        [sample.checked.follow_all for sample in samples[start : start + size]]
        for start in range(0, len(samples), size)
    ]
    before = Counter(_state(group) for group in results)
    after = Counter(_state([*group, *[True] * replayed[i]]) for i, group in enumerate(results))
    kept = sum(found.replay.candidate.share for found in hindsight.found)
    counts = [float(states[name]) for states in (before, after) for name in STATES]
    more = [len(hindsight.found), kept, hindsight.refused, len(rows.added)]
    totals = add_up([*counts, *more, *(rows.without.get(reason, 0) for reason in REASONS)])
    counts, (replays, kept, refused, added) = totals[: len(counts)], totals[len(counts) :][:4]
    without = totals[-len(REASONS) :]
    groups = max(sum(counts[: len(STATES)]), 1.0)
    names = [f"hir/groups_{name}{when}" for when in ("", "_after") for name in STATES]
    shares = {name: count / groups for name, count in zip(names, counts, strict=True)}
    numbers = {"hir/replays": replays, "hir/refused": refused, "hir/rows": added, **shares}
    reasons = zip(REASONS, without, strict=True)
    numbers |= {f"hir/no_row_{reason}": count for reason, count in reasons}
    return {**numbers, "hir/kept_share": kept / replays} if replays else numbers


def _state(results: Sequence[bool | None]) -> str | None:
    known = {result for result in results if result is not None}
    if not known:
        return None
    return "mixed" if len(known) == 2 else "passed" if True in known else "failed"


NAME = "replays.jsonl"
MARK = {"run": "online"}
"""Stands in the provenance of every row, so that no other file is taken for one of a run."""

Row = Mapping[str, Any]


class ReplayFile:
    """The file of one run; only the main process writes it.

    Args:
        directory: The run's output_dir.
    """

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        self.path = Path(directory) / NAME

    def begin(self, step: int) -> None:
        """Remove the rows of steps that are not taken yet, and a last line that was cut off.

        Raises ConfigError where the file was not written by a run.
        """
        if not self.path.exists():
            return
        with self.path.open("rb") as old, open_target(str(self.path)) as new:
            new.writelines(line for line in old if self._is_before(step, line))

    def append(self, rows: Iterable[Row]) -> None:
        """Add rows at the end."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as stream:
            stream.write(b"".join(jsonl.dumps(row) + b"\n" for row in rows))

    def _is_before(self, step: int, line: bytes) -> bool:
        if not line.endswith(b"\n"):
            return False
        try:
            row = jsonl.loads(line)
            if MARK.items() <= row["provenance"].items():
                return bool(row["hindsight"]["step"] < step)
        except (ValueError, LookupError, TypeError, AttributeError):
            pass
        raise ConfigError(
            f"{self.path} was not written by an online run, which would write its replays there. "
            "Move it, set another output_dir, or set hir_log_replays to false."
        )
