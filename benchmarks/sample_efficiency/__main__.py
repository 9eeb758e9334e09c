"""How many rollouts hindsight replay saves: every arm tuned, five seeds each, one command.

    python -m benchmarks.sample_efficiency

trains the starting models, tunes each arm's learning rate on a seed and instructions of its own,
runs the arms and the study, and writes the report. What has been run stands in `results.jsonl`, one
line a run; the same command goes on where it stopped.
"""

from __future__ import annotations

import os
from pathlib import Path

import click

from benchmarks.sample_efficiency.jobs import (
    FRESH_SEED,
    fresh_jobs,
    hard_jobs,
    main_jobs,
    pilot_jobs,
    relax_jobs,
    study_jobs,
    trade_jobs,
    tuning_jobs,
)
from benchmarks.sample_efficiency.pool import run_all, train_starts
from benchmarks.sample_efficiency.records import read

HERE = Path(__file__).parent
STAGES = ("tuning", "main", "hard", "trade", "fresh", "study", "relax", "report", "all")


@click.command()
@click.option("--work", type=Path, default=Path(".sample-efficiency"), help="For the models.")
@click.option("--results", type=Path, default=HERE / "results.jsonl", help="One line a run.")
@click.option("--seeds", default=5, help="Of the comparison.")
@click.option("--hard-seeds", default=3, help="Of the comparison on eight constraints.")
@click.option("--trade-seeds", default=5, help="Of the comparison in the second world.")
@click.option("--fresh-seeds", default=5, help="Of the second comparison there.")
@click.option("--study-seeds", default=2, help="Of the study.")
@click.option("--relax-seeds", default=3, help="Of relaxing, offline.")
@click.option("--workers", default=os.cpu_count() or 1, help="Runs at a time.")
@click.option("--stage", type=click.Choice(STAGES), default="all", help="Only this one.")
def main(
    work: Path,
    results: Path,
    seeds: int,
    hard_seeds: int,
    trade_seeds: int,
    fresh_seeds: int,
    study_seeds: int,
    relax_seeds: int,
    workers: int,
    stage: str,
) -> None:
    """Run the whole comparison, or go on with it."""
    if stage != "report":
        work.mkdir(parents=True, exist_ok=True)
        most = max(seeds, hard_seeds, trade_seeds, study_seeds, relax_seeds)
        fresh = range(FRESH_SEED, FRESH_SEED + fresh_seeds)
        train_starts(work, sorted({*range(most + 1), *fresh}), workers)
        run_all(list(tuning_jobs()), work, results, workers)
        run_all(list(pilot_jobs(read(results))), work, results, workers)
    later = {"main": (main_jobs, seeds), "hard": (hard_jobs, hard_seeds),
             "trade": (trade_jobs, trade_seeds), "fresh": (fresh_jobs, fresh_seeds),
             "study": (study_jobs, study_seeds), "relax": (relax_jobs, relax_seeds)}  # fmt: skip
    for name, (jobs, count) in later.items():
        if stage in (name, "all"):
            run_all(list(jobs(read(results), count)), work, results, workers)
    if stage in ("report", "all"):
        from benchmarks.sample_efficiency.report import write_report

        write_report(read(results), HERE)


if __name__ == "__main__":
    main()
