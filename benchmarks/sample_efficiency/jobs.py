"""What is to be run: the tuning, the comparison and the study, as lists of runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.sample_efficiency.arms import (
    ARMS,
    FRESH,
    HARD,
    PILOTS,
    RATES,
    RELAX,
    RELAX_RATE,
    STUDY,
    TRADE,
    Keys,
    Offline,
)
from benchmarks.sample_efficiency.records import Record, tuned

TUNING_SEED = 0
SECOND = ("trade", "fresh")
"""The stages in the second world."""

FRESH_SEED = 5
"""The first one that no arm was chosen on."""


@dataclass(frozen=True, slots=True)
class Job:
    """One training run."""

    stage: str
    arm: str
    rate: float
    seed: int
    keys: Keys | Offline

    @property
    def name(self) -> tuple[str, str, float, int]:
        """What tells it from other runs."""
        return self.stage, self.arm, self.rate, self.seed


def tuning_jobs() -> Iterator[Job]:
    """Yield a run for every arm and rate."""
    for arm, keys in ARMS.items():
        for rate in RATES[arm]:
            yield Job("tuning", arm, rate, TUNING_SEED, keys)


def pilot_jobs(records: list[Record]) -> Iterator[Job]:
    """Yield a run for every arm that may become one of the compared."""
    for arm, keys in PILOTS.items():
        yield Job("pilot", arm, tuned(records, "hir-cla"), TUNING_SEED, keys)


def main_jobs(records: list[Record], seeds: int) -> Iterator[Job]:
    """Yield the runs that are compared, seed by seed, at the tuned rates."""
    for seed in range(1, seeds + 1):
        for arm, keys in ARMS.items():
            yield Job("main", arm, tuned(records, arm), seed, keys)


def hard_jobs(records: list[Record], seeds: int) -> Iterator[Job]:
    """Yield the runs on instructions of which nearly every rollout fails at the start."""
    for seed in range(1, seeds + 1):
        for arm in HARD:
            yield Job("hard", arm, tuned(records, arm), seed, ARMS[arm])


def trade_jobs(records: list[Record], seeds: int) -> Iterator[Job]:
    """Yield the runs in the second world, at the rates tuned in the first one.

    Nothing is tuned in it, so the seed for tuning is one of its seeds.
    """
    for seed in range(TUNING_SEED, TUNING_SEED + seeds):
        for arm in TRADE:
            yield Job("trade", arm, tuned(records, arm), seed, ARMS[arm])


def fresh_jobs(records: list[Record], seeds: int) -> Iterator[Job]:
    """Yield the runs in the second world that confirm what was found there on other seeds."""
    for seed in range(FRESH_SEED, FRESH_SEED + seeds):
        for arm in FRESH:
            yield Job("fresh", arm, tuned(records, arm), seed, ARMS[arm])


def study_jobs(records: list[Record], seeds: int) -> Iterator[Job]:
    """Yield the runs of the study: each varies an arm, at that arm's rate."""
    for seed in range(1, seeds + 1):
        for name, (arm, keys) in STUDY.items():
            yield Job("study", name, tuned(records, arm), seed, keys)


def relax_jobs(records: list[Record], seeds: int) -> Iterator[Job]:
    """Yield the runs on dumps that were relabelled with and without relaxing."""
    del records  # the rate is that of all of them
    for seed in range(TUNING_SEED, TUNING_SEED + seeds):
        for arm, keys in RELAX.items():
            yield Job("relax", arm, RELAX_RATE, seed, keys)
