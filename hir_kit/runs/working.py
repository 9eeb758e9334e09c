"""Who works on the batches: worker processes, or this process where there is little to do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain, islice

from hir_kit.plugins.kit import BUILT_IN, Kit
from hir_kit.runs.batches import Batch
from hir_kit.runs.identity import versions
from hir_kit.runs.jobs import C, Job, Outcome, outcome_of
from hir_kit.runs.pool import Pool
from hir_kit.verify.time_limit import TimeLimit


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
        from hir_kit.runs.on_ray import Cluster

        with Cluster(job, kit, cluster) as nodes:
            yield from nodes.outcomes(batches)
        return
    first = list(islice(batches, 2))
    is_small = workers is None and len(first) < 2 and not _has_others(kit)
    if workers == 0 or is_small:
        limit = TimeLimit(job.check.time_limit)
        for batch in chain(first, batches):
            yield batch, outcome_of(batch, job, kit, limit)
        return
    with Pool(workers or cores(), job, kit.origin, versions(kit)) as pool:
        yield from pool.outcomes(chain(first, batches))


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _has_others(kit: Kit) -> bool:
    return any(plugin.source != BUILT_IN and plugin.error is None for plugin in kit.plugins)
