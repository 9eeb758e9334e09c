"""Running jobs in processes of their own, each on one core."""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.sample_efficiency.jobs import SECOND, Job
from benchmarks.sample_efficiency.records import Record, read, write


def train_starts(work: Path, seeds: list[int], workers: int) -> None:
    """Train the starting model of each seed."""
    with _pool(workers) as pool:
        for done in [pool.submit(_start, work, seed) for seed in seeds]:
            done.result()


def run_all(jobs: list[Job], work: Path, results: Path, workers: int) -> None:
    """Run what has not been run yet."""
    done = {record.name for record in read(results)}
    waiting = [job for job in jobs if job.name not in done]
    with _pool(workers) as pool:
        futures = {pool.submit(_run, job, work): job for job in waiting}
        for future in as_completed(futures):
            job, rows = futures[future], future.result()
            write(results, Record(job.stage, job.arm, job.rate, job.seed, rows))
            print(*job.name, f"ILA {rows[-1]['ila']:.3f}", flush=True)


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_calm)


def _calm() -> None:
    """One core for each worker, and no word about what a benchmark does not change."""
    import warnings

    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read by the hub client at its import
    import torch

    warnings.simplefilter("ignore")
    torch.set_num_threads(1)


def _start(work: Path, seed: int) -> Path:
    from benchmarks.sample_efficiency.base import train_base
    from benchmarks.sample_efficiency.online import Scale
    from benchmarks.sample_efficiency.world import World

    scale = Scale()
    return train_base(
        work / f"base-{seed}",
        World(),
        width=scale.width,
        layers=scale.layers,
        examples=scale.examples,
        seed=seed,
    )


def _run(job: Job, work: Path) -> list[dict[str, Any]]:
    from benchmarks.sample_efficiency.arms import Offline
    from benchmarks.sample_efficiency.offline import run_offline
    from benchmarks.sample_efficiency.online import SCALES, Scale, run_online
    from benchmarks.sample_efficiency.trade import TradeWorld
    from benchmarks.sample_efficiency.world import World

    base = _start(work, job.seed)
    world = TradeWorld() if job.stage in SECOND else World()
    scale = SCALES.get(job.stage, Scale())
    asked_of = "validation" if job.stage in ("tuning", "pilot") else "held-out"
    with tempfile.TemporaryDirectory(dir=work) as directory:
        out = Path(directory)
        if isinstance(job.keys, Offline):
            return run_offline(world, scale, base, job.keys, job.rate, job.seed, asked_of, out)
        return run_online(world, scale, base, job.keys, job.rate, job.seed, asked_of, out)
