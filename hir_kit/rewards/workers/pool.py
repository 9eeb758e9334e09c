"""Worker processes that check for any number of threads.

The workers are fresh interpreters that import the engine and its plugins alone: they share no
state with the asking process and its devices, and a training script needs no main guard. A check
that overruns its time is stopped inside its worker; one that cannot be stopped there (native code
that never returns) costs the worker, which is killed and replaced. Both are `unknown`.

Each worker has a thread that hands it jobs, and one that listens to it.
"""

from __future__ import annotations

import os
import queue
import threading
import weakref
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from hir_kit.errors import UsageError
from hir_kit.model.verdict import Verdict, unknown
from hir_kit.rewards.workers.handle import LostError, Worker
from hir_kit.rewards.workers.messages import Job, Setup
from hir_kit.verify.checker import CheckOptions

_MARGIN_SECONDS = 2.0

Verdicts = tuple[Verdict, ...]


class WorkerPool:
    """Checks in processes of their own, which start when there is work for them.

    Threads may share a pool. After a fork, the child starts workers of its own.

    Args:
        count: How many processes at most.
        plugins: The plugin files that they load.
        options: How to check. Without a time limit (0), no worker is ever killed.
    """

    def __init__(self, count: int, plugins: Sequence[str], options: CheckOptions) -> None:
        self._count = count
        self._setup = Setup(tuple(plugins), options)
        self._lock = threading.Lock()
        self._crews: list[_Crew] = []
        weakref.finalize(self, _dismiss, self._crews)

    def check(self, jobs: Sequence[Job]) -> list[Verdicts]:
        """Return, for each job, the verdicts on its places, in their order.

        Raises UsageError where no worker can start.
        """
        tasks = [_Task(job) for job in jobs]
        try:
            self._submit([task for task in tasks if task.job.places])
            return [task.result() for task in tasks]
        except BaseException:
            for task in tasks:
                task.future.cancel()
            raise

    def close(self) -> None:
        """End the processes; the next job starts new ones."""
        with self._lock:
            _dismiss(self._crews)

    def _submit(self, tasks: Sequence[_Task]) -> None:
        with self._lock:
            if self._crews and not self._crews[0].is_mine:
                self._crews.clear()
            if not self._crews:
                self._crews.append(_Crew(self._count, self._setup))
            for task in tasks:
                self._crews[0].tasks.put(task)


def _dismiss(crews: list[_Crew]) -> None:
    while crews:
        crews.pop().stop()


class _Task:
    """A job, and where its verdicts will be."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.future: Future[Verdicts] = Future()

    def result(self) -> Verdicts:
        return self.future.result() if self.job.places else ()


class _Crew:
    """The workers of a pool, from their start to their end."""

    def __init__(self, count: int, setup: Setup) -> None:
        self.tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._setup = setup
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._workers: set[Worker] = set()
        self._is_over = False
        self._places = [_Place(self) for _ in range(count)]
        for place in self._places:
            threading.Thread(target=place.serve, daemon=True, name="hir-kit-worker").start()

    @property
    def is_mine(self) -> bool:
        """Whether its threads are of this process, and not of one that was forked."""
        return self._pid == os.getpid()

    @property
    def options(self) -> CheckOptions:
        return self._setup.options

    def hire(self) -> Worker:
        with self._lock:
            self.refuse_if_over()
            worker = Worker(self._setup)
            self._workers.add(worker)
            return worker

    def fire(self, worker: Worker) -> None:
        with self._lock:
            self._workers.discard(worker)
        worker.kill()

    def refuse_if_over(self) -> None:
        if self._is_over:
            raise UsageError("the verifying processes were closed while they had work")

    def stop(self) -> None:
        if not self.is_mine:
            return
        with self._lock:
            self._is_over = True
            workers = list(self._workers)
            self._workers.clear()
        for _ in self._places:
            self.tasks.put(None)
        for worker in workers:
            worker.kill()


@dataclass(slots=True)
class _Progress:
    """What is left of a job whose worker may have to be replaced."""

    job: Job
    found: dict[int, Verdict]
    rest: tuple[int, ...]
    has_retried: bool = False

    def lose(self, error: LostError, verdict: Verdict) -> None:
        """Give the verdict to the check that was lost, or to all where it cannot be named."""
        lost = self.rest if error.place is None else (error.place,)
        self.found.update(dict.fromkeys(lost, verdict))
        self.rest = tuple(place for place in self.rest if place not in lost)


class _Place:
    """Hands jobs to one worker after the other, on a thread of its own."""

    def __init__(self, crew: _Crew) -> None:
        self._crew = crew
        self._worker: Worker | None = None
        limit = crew.options.time_limit
        self._patience = 2 * limit + _MARGIN_SECONDS if limit else None
        self._killed = unknown(f"the check did not stop after {limit:g} s and was killed")
        self._ended = unknown("the check ended its process")

    def serve(self) -> None:
        while (task := self._crew.tasks.get()) is not None:
            if not task.future.set_running_or_notify_cancel():
                continue
            try:
                task.future.set_result(self._do(task.job))
            except BaseException as error:
                task.future.set_exception(error)
            del task  # it would be kept until the next one comes

    def _do(self, job: Job) -> Verdicts:
        progress = _Progress(job, {}, job.places)
        while progress.rest:
            rest = Job(job.constraints, job.text, progress.rest)
            worker = self._hired()
            try:
                verdicts = worker.run(rest, self._patience)
            except LostError as error:
                self._replace(worker, error, progress)
                continue
            progress.found.update(zip(rest.places, verdicts, strict=True))
            progress.rest = ()
        return tuple(progress.found[place] for place in job.places)

    def _hired(self) -> Worker:
        """Return the worker, ready; raises UsageError where it cannot start."""
        if self._worker is None:
            worker = self._crew.hire()
            try:
                worker.wait_until_ready()
            except LostError:
                self._crew.fire(worker)
                self._crew.refuse_if_over()
                raise UsageError(
                    "a verifying process could not start; what it said stands above. 0 workers "
                    "verify in this process."
                ) from None
            self._worker = worker
        return self._worker

    def _replace(self, worker: Worker, error: LostError, progress: _Progress) -> None:
        self._worker = None
        self._crew.fire(worker)
        self._crew.refuse_if_over()
        if error.is_silent and not progress.has_retried:
            progress.has_retried = True  # it may have been gone before the job came
            return
        progress.lose(error, self._killed if error.is_late else self._ended)
