"""Who works on the batches: worker processes, or this process where there is little to do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

from hir_kit.errors import RunError
from hir_kit.plugins.kit import BUILT_IN, Kit, Origin
from hir_kit.plugins.loading import load_again
from hir_kit.processes.pool import Pool
from hir_kit.processes.progress import WatchedLimit
from hir_kit.processes.wire import Setup
from hir_kit.runs.batches import Batch
from hir_kit.runs.checkpoint import versions
from hir_kit.runs.jobs import C, Job, Outcome, outcome_of
from hir_kit.time_limit import limit_of


def worked(
    batches: Iterator[Batch],
    job: Job[C],
    kit: Kit,
    workers: int | None = None,
    cluster: str | None = None,
) -> Iterator[tuple[Batch, Outcome[C]]]:
    """Yield every batch with its outcome, in order. Close the generator where it is left early.

    Args:
        batches: What to work on.
        job: What to do with it.
        kit: What is loaded in this process; worker processes load the same.
        workers: How many processes; 0: this one. None: one for each core, and this one for a
            single batch that no plugin of others has a part in, which may hang or crash.
        cluster: The address of a Ray cluster to work on; "local": one of this machine, for this
            run. None: no Ray.
    """
    if cluster is not None:
        from hir_kit.runs.ray import Cluster

        with Cluster(job, kit, cluster) as nodes:
            yield from nodes.outcomes(batches)
        return
    first = list(islice(batches, 2))
    is_small = workers is None and len(first) < 2 and not _has_others(kit)
    if workers == 0 or is_small:
        limit = limit_of(job.check.time_limit)
        for batch in chain(first, batches):
            yield batch, outcome_of(batch, job, kit, limit)
        return
    with pool_of(workers or _cores(), job, kit.origin, versions(kit)) as pool:
        yield from pool.outcomes(chain(first, batches))


def pool_of(
    count: int, job: Job[C], origin: Origin, versions: Mapping[str, Any]
) -> Pool[Batch, Outcome[C]]:
    """Return a pool of so many processes that work on batches.

    Args:
        count: How many processes at most.
        job: What is done with every batch.
        origin: What they load.
        versions: What they must have loaded.
    """
    setup = Setup(_open, (job, origin, versions), job.check.time_limit)
    return Pool(count, setup, Batch.location)


def _open(
    job: Job[C], origin: Origin, wanted: Mapping[str, Any], limit: WatchedLimit
) -> Callable[[Batch], Outcome[C]]:
    """Return what works on batches in a worker process."""
    kit = load_again(origin)
    compare(wanted, versions(kit))
    return lambda batch: outcome_of(batch, job, kit, limit, limit.at)


def compare(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Raise RunError naming what another process has loaded in another version."""
    for name in dict.fromkeys([*wanted, *found]):
        if wanted.get(name) != found.get(name):
            raise RunError(
                f"{name} is {found.get(name, 'none')} in a worker process, and "
                f"{wanted.get(name, 'none')} where the run began; have the same everywhere"
            )


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _has_others(kit: Kit) -> bool:
    return any(plugin.source != BUILT_IN and plugin.error is None for plugin in kit.plugins)
