"""Batches on a Ray cluster: the same workers as here, on any number of machines.

This process reads and writes. A task that it gives to Ray is a few batches. They go to a worker
process that stays for the next tasks on its node: what a check that hangs or crashes costs is the
same as here. A task whose node is lost is run again by Ray.
"""

from __future__ import annotations

import os
import pickle
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Generic

from hir_kit.errors import RunError, needed
from hir_kit.plugins.kit import Kit, Origin
from hir_kit.plugins.loading import load_again
from hir_kit.processes.pool import Pool
from hir_kit.runs.batches import Batch
from hir_kit.runs.checkpoint import versions
from hir_kit.runs.jobs import C, Job, Outcome
from hir_kit.runs.work import compare, pool_of

_AHEAD = 3
_RETRIES = 20
_BATCHES = 8
"""How many batches a task has: each costs Ray some milliseconds."""


class Cluster(Generic[C]):
    """A Ray cluster to work on. Use it in a `with` block.

    Args:
        job: What is done with every batch.
        kit: What is loaded in this process; the nodes must have the same, plugin files under
            the same names.
        address: That of a running cluster, or "local": this machine's cores, for this run.
    """

    def __init__(self, job: Job[C], kit: Kit, address: str) -> None:
        self._ray: Any = needed("ray", "ray", "`--engine ray`")
        self._setup = _Pickled.of(_Setup(job, kit.origin, versions(kit), str(Path.cwd())))
        self._address = address

    def __enter__(self) -> Cluster[C]:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Ray would report to its makers
        try:
            self._ray.init(address=self._address, log_to_driver=False, logging_level="error")
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise RunError(f"cannot reach the Ray cluster: {error}") from None
        return self

    def __exit__(self, *_: object) -> None:
        self._ray.shutdown()

    def outcomes(self, batches: Iterator[Batch]) -> Iterator[tuple[Batch, Outcome[C]]]:
        """Yield every batch with its outcome, in order; raises what `Pool.outcomes` raises."""
        task = self._ray.remote(num_cpus=1, max_retries=_RETRIES)(_work)
        setup = self._ray.put(self._setup)
        cores = int(self._ray.cluster_resources().get("CPU", 1))
        order: deque[tuple[list[Batch], Any]] = deque()
        while some := list(islice(batches, _BATCHES)):
            order.append((some, task.remote(setup, _Pickled.of(some))))
            if len(order) > _AHEAD * cores:
                yield from self._first(order)
        while order:
            yield from self._first(order)

    def _first(self, order: deque[tuple[list[Batch], Any]]) -> Iterator[tuple[Batch, Outcome[C]]]:
        some, reference = order.popleft()
        try:
            data = self._ray.get(reference)
        except self._ray.exceptions.RayTaskError as error:
            raise error.cause from None
        except self._ray.exceptions.RayError as error:
            where = some[0].location(0)
            reason = " ".join(str(error).split())[:300]
            raise RunError(f"Ray gave up the batches that begin at {where}: {reason}") from None
        outcomes: list[Outcome[C]] = data.value()
        return zip(some, outcomes, strict=True)


@dataclass(frozen=True, slots=True)
class _Pickled:
    """Something pickled, so that nothing on its way takes it apart."""

    data: bytes

    @classmethod
    def of(cls, value: object) -> _Pickled:
        return cls(pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL))

    def value(self) -> Any:
        return pickle.loads(self.data)


@dataclass(frozen=True, slots=True)
class _Setup:
    """What a task needs to begin: the job, the plugin files, their versions, and where they are."""

    job: Any
    plugins: Origin
    versions: dict[str, Any]
    folder: str


_pools: dict[bytes, Pool[Batch, Any]] = {}


def _work(setup: _Pickled, batches: _Pickled) -> _Pickled:
    """Return the outcomes of batches; in a process of Ray's, which keeps its pool of one worker."""
    pool = _pools.get(setup.data)
    if pool is None:
        pool = _pools[setup.data] = _pool(setup.value())
    return _Pickled.of([outcome for _, outcome in pool.outcomes(batches.value())])


def _pool(setup: _Setup) -> Pool[Batch, Any]:
    with suppress(OSError):  # plugin files may be named as seen from there
        os.chdir(setup.folder)
    compare(setup.versions, versions(load_again(setup.plugins)))
    return pool_of(1, setup.job, setup.plugins, setup.versions)
