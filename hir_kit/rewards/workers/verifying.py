"""What checks: worker processes, or the asking process itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hir_kit.errors import SpecError
from hir_kit.model.verdict import Verdict
from hir_kit.rewards.workers.messages import Job
from hir_kit.rewards.workers.pool import WorkerPool
from hir_kit.verify.checker import Checker, CheckOptions
from hir_kit.verify.registry import Registry
from hir_kit.verify.time_limit import TimeLimit


class Verifying(Protocol):
    """Something that checks responses. Threads may share it."""

    def check(self, jobs: Sequence[Job]) -> list[tuple[Verdict, ...]]:
        """Return, for each job, the verdicts on its places, in their order."""

    def close(self) -> None:
        """Give back what it holds."""


class LocalVerifying:
    """Checks in this process, one after the other.

    Args:
        registry: The verifiers that are loaded.
        options: How to check.
    """

    def __init__(self, registry: Registry, options: CheckOptions) -> None:
        self._registry, self._options = registry, options
        self._limit = TimeLimit(options.time_limit)

    def check(self, jobs: Sequence[Job]) -> list[tuple[Verdict, ...]]:
        """Return, for each job, the verdicts on its places, in their order."""
        with self._limit:
            return [self._verdicts(job) for job in jobs]

    def close(self) -> None:
        """Do nothing: there is nothing to give back."""

    def _verdicts(self, job: Job) -> tuple[Verdict, ...]:
        try:
            checker = Checker(self._registry, job.constraints, self._options, self._limit)
        except SpecError as error:
            return job.undecided(str(error))
        return checker.recheck(job.text, job.places)


def open_verifying(
    count: int, plugins: Sequence[str], registry: Registry, options: CheckOptions
) -> Verifying:
    """Return what checks: so many worker processes, or this process where the count is 0."""
    if count == 0:
        return LocalVerifying(registry, options)
    return WorkerPool(count, plugins, options)
