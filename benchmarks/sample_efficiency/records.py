"""What has been run: `results.jsonl`, one line a run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from typing import Any

from hir_kit import UsageError
from hir_kit.files import jsonl

LAST = 3
"""How many evaluations at the end make up the final accuracy: one alone is noisy."""


@dataclass(frozen=True, slots=True)
class Record:
    """One run: what it was, and an evaluation a row."""

    stage: str
    arm: str
    rate: float
    seed: int
    rows: list[dict[str, Any]]

    @property
    def name(self) -> tuple[str, str, float, int]:
        """What tells it from other runs."""
        return self.stage, self.arm, self.rate, self.seed

    def final(self, measure: str = "ila") -> float:
        """Return the mean of a measure over the last evaluations (of KTO's two, the last)."""
        last = self.rows[-LAST:] if len(self.rows) > LAST else self.rows[-1:]
        return fmean(row[measure] for row in last)

    def area(self) -> float:
        """Return the area under the curve of ILA over the rollouts, as a mean over the run."""
        parts = [
            (later["rollouts"] - row["rollouts"]) * (row["ila"] + later["ila"]) / 2
            for row, later in pairwise(self.rows)
        ]
        return float(sum(parts) / self.rows[-1]["rollouts"])


def read(path: Path) -> list[Record]:
    """Return the runs of a file; none where there is no file."""
    if not path.exists():
        return []
    return [Record(**jsonl.loads(line)) for line in path.read_bytes().splitlines()]


def write(path: Path, record: Record) -> None:
    """Add a run to the file."""
    row = asdict(record)
    row["rows"] = [{name: _short(value) for name, value in item.items()} for item in record.rows]
    with path.open("ab") as stream:
        stream.write(jsonl.dumps(row) + b"\n")


def _short(value: float) -> float:
    return round(value, 5)


def of_stage(records: Iterable[Record], stage: str) -> dict[str, list[Record]]:
    """Return a stage's runs by arm, in order of seed."""
    arms: dict[str, list[Record]] = {}
    for record in sorted(records, key=lambda record: record.seed):
        if record.stage == stage:
            arms.setdefault(record.arm, []).append(record)
    return arms


def tuned(records: Iterable[Record], arm: str) -> float:
    """Return the learning rate with the best final ILA of an arm's tuning runs."""
    runs = of_stage(records, "tuning").get(arm)
    if not runs:
        raise UsageError(f"the arm {arm} has not been tuned")
    return max(runs, key=Record.final).rate
