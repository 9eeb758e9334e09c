"""Checks in worker processes, so that none of them can stall or end the training process.

The workers are fresh interpreters that import the engine and its plugins alone: they share no
state with the training process and its devices, and a training script needs no main guard. A
check that overruns its time is stopped inside its worker; one that cannot be stopped there (native
code that never returns) costs the worker, which is killed and replaced. Both are `unknown`.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import sys
import time
import weakref
from collections import deque
from collections.abc import Sequence
from typing import IO, Protocol

from hir_kit.checking import Checker, CheckOptions
from hir_kit.errors import UsageError
from hir_kit.registry import Registry
from hir_kit.time_limits import TimeLimit
from hir_kit.verdicts import Verdict, unknown
from hir_trainer.online.worker import DONE, READY, STARTED, Job, read, write

_START_SECONDS = 300.0
_MARGIN_SECONDS = 2.0
_POLL_SECONDS = 0.25

Verdicts = dict[int, Verdict]


class Verifying(Protocol):
    """Something that checks responses."""

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
            return [self._checker(job).recheck(job.text, job.places) for job in jobs]

    def _checker(self, job: Job) -> Checker:
        return Checker(self._registry, job.constraints, self._options, self._limit)

    def close(self) -> None:
        """Do nothing: there is nothing to give back."""


def open_verifying(
    count: int, plugins: Sequence[str], registry: Registry, options: CheckOptions
) -> Verifying:
    """Return what checks: so many worker processes, or this process where the count is 0."""
    if count == 0:
        return LocalVerifying(registry, options)
    return WorkerPool(count, plugins, options.time_limit)


class WorkerPool:
    """Checks in processes of their own, which start with the first job.

    Args:
        count: How many processes.
        plugins: The plugin files that they load.
        time_limit: Seconds per check; 0: no limit, and then none is ever killed.
    """

    def __init__(self, count: int, plugins: Sequence[str], time_limit: float) -> None:
        self._count = count
        self._command = [sys.executable, "-m", "hir_trainer.online.worker", str(time_limit)]
        self._command += plugins
        self._patience = 2 * time_limit + _MARGIN_SECONDS if time_limit else None
        self._killed = unknown(f"the check did not stop after {time_limit:g} s and was killed")
        self._workers: list[_Worker] = []
        weakref.finalize(self, _stop, self._workers)

    def check(self, jobs: Sequence[Job]) -> list[tuple[Verdict, ...]]:
        """Return, for each job, the verdicts on its places, in their order."""
        found: list[Verdicts] = [{} for _ in jobs]
        waiting = deque((index, job) for index, job in enumerate(jobs) if job.places)
        try:
            while waiting or any(worker.task for worker in self._workers):
                self._hand_out(waiting)
                for worker in _with_news(self._workers):
                    self._hear(worker, waiting, found)
                self._replace_hung(waiting, found)
        except BaseException:
            self.close()  # their answers to these jobs must not be taken for those to the next
            raise
        pairs = zip(jobs, found, strict=True)
        return [tuple(verdicts[i] for i in job.places) for job, verdicts in pairs]

    def close(self) -> None:
        """End the processes; the next job starts new ones."""
        _stop(self._workers)

    def _hand_out(self, waiting: deque[tuple[int, Job]]) -> None:
        while len(self._workers) < self._count:
            self._workers.append(_Worker(self._command))
        for worker in self._workers:
            if waiting and worker.is_ready and worker.task is None:
                worker.start(waiting.popleft(), self._patience)

    def _hear(
        self, worker: _Worker, waiting: deque[tuple[int, Job]], found: list[Verdicts]
    ) -> None:
        try:
            word, value = read(worker.output)
        except EOFError:
            self._replace(worker, unknown("the check ended its process"), waiting, found)
            return
        worker.expect(self._patience)
        if word == READY:
            worker.is_ready = True
        elif word == STARTED:
            worker.place = value
        elif word == DONE and worker.task is not None:
            index, job = worker.task
            found[index].update(zip(job.places, value, strict=True))
            worker.task = None

    def _replace_hung(self, waiting: deque[tuple[int, Job]], found: list[Verdicts]) -> None:
        for worker in [worker for worker in self._workers if worker.is_late]:
            self._replace(worker, self._killed, waiting, found)

    def _replace(
        self,
        worker: _Worker,
        verdict: Verdict,
        waiting: deque[tuple[int, Job]],
        found: list[Verdicts],
    ) -> None:
        """Kill a worker; give its check the verdict, and the rest of its job to another one."""
        if not worker.is_ready:
            raise UsageError(
                "a verifying process could not start; what it said stands above. hir_workers 0 "
                "verifies in the training process."
            )
        self._workers.remove(worker)
        worker.kill()
        if worker.task is None:
            return
        index, job = worker.task
        lost = job.places if worker.place is None else (worker.place,)
        found[index].update(dict.fromkeys(lost, verdict))
        if rest := tuple(place for place in job.places if place not in lost):
            waiting.appendleft((index, Job(job.constraints, job.text, rest)))


class _Worker:
    """One process, what it is doing, and when it will be late."""

    def __init__(self, command: list[str]) -> None:
        # The way to the packages may be one that only this process knows.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            bufsize=0,  # what is not read yet must show in the selector
            start_new_session=True,  # Ctrl-C is for the training process; see `kill`
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input: IO[bytes] = self._process.stdin
        self.output: IO[bytes] = self._process.stdout
        self.is_ready = False
        self.task: tuple[int, Job] | None = None
        self.place: int | None = None
        self._deadline: float | None = time.monotonic() + _START_SECONDS

    def start(self, task: tuple[int, Job], patience: float | None) -> None:
        self.task, self.place = task, None
        self.expect(patience)
        with contextlib.suppress(BrokenPipeError):  # it is gone, which shows when it is heard
            write(self._input, task[1])

    def expect(self, patience: float | None) -> None:
        """Set the time by which it must be heard of again."""
        self._deadline = None if patience is None else time.monotonic() + patience

    @property
    def is_late(self) -> bool:
        busy = self.task is not None or not self.is_ready
        return busy and self._deadline is not None and time.monotonic() > self._deadline

    def kill(self) -> None:
        """End the process and all that its checks may have started."""
        with contextlib.suppress(BrokenPipeError):
            self._input.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, 9)
            else:
                self._process.kill()
        self._process.wait()
        self.output.close()


def _with_news(workers: Sequence[_Worker]) -> list[_Worker]:
    """Return the workers that have said something, after a short wait for it."""
    with selectors.DefaultSelector() as selector:
        for worker in workers:
            selector.register(worker.output, selectors.EVENT_READ, worker)
        return [key.data for key, _ in selector.select(timeout=_POLL_SECONDS)]


def _stop(workers: list[_Worker]) -> None:
    while workers:
        workers.pop().kill()
