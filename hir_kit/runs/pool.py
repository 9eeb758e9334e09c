"""Several workers, and the outcomes of batches in the order of the batches.

Few batches are on their way at any time, so that memory stays flat: reading waits for working, and
working for writing. A worker that hangs in a check, or whose process ends, is replaced. Its batch
is worked on again without the check that cost it, which is `unknown` from then on.
"""

from __future__ import annotations

import queue
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic

from hir_kit.errors import RunError
from hir_kit.plugins.kit import Origin
from hir_kit.runs.batches import Batch
from hir_kit.runs.handle import News, Worker
from hir_kit.runs.identity import compare
from hir_kit.runs.jobs import C, Job, Outcome
from hir_kit.runs.messages import DONE, FAILED, READY, Task, packed

_MARGIN_SECONDS = 2.0
_POLL_SECONDS = 0.25
_AHEAD = 3
_TRIES = 2
"""How often a worker may end at one point: the first time it may have been ended from outside."""


@dataclass(slots=True)
class _Slot(Generic[C]):
    """A batch on its way, and what is known of it."""

    batch: Batch
    lost: dict[int, str] = field(default_factory=dict)
    ends: Counter[tuple[str, int]] = field(default_factory=Counter)
    outcome: Outcome[C] | None = None


class Pool(Generic[C]):
    """Worker processes, which start when there is work for them. Use it in a `with` block.

    Args:
        count: How many processes at most.
        job: What is done with every batch.
        plugins: The plugins that they load.
        versions: What they must have loaded; see `identity.versions`.
    """

    def __init__(
        self, count: int, job: Job[C], plugins: Origin, versions: Mapping[str, Any]
    ) -> None:
        self._count, self._job, self._plugins, self._versions = count, job, plugins, versions
        limit = job.check.time_limit
        self._patience = 2 * limit + _MARGIN_SECONDS if limit else None
        self._killed = f"did not stop after {limit:g} s and was killed"
        self._news: News = queue.SimpleQueue()
        self._workers: list[Worker] = []
        self._looked = 0.0
        self._failed_starts = 0
        self._order: deque[_Slot[C]] = deque()
        self._waiting: deque[_Slot[C]] = deque()

    def __enter__(self) -> Pool[C]:
        return self

    def __exit__(self, *_: object) -> None:
        while self._workers:
            self._workers.pop().kill()

    def outcomes(self, batches: Iterator[Batch]) -> Iterator[tuple[Batch, Outcome[C]]]:
        """Yield every batch with its outcome, in order.

        Raises RunError where a worker cannot start, or ends twice outside of any check, and
        whatever working on a batch raises.
        """
        is_over = False
        while not is_over or self._order:
            may_read = not is_over and len(self._order) < _AHEAD * self._count + 1
            if may_read:
                is_over = not self._take(batches)
            self._hand_out()
            self._listen(wait=not may_read)
            self._replace_late()
            while self._order and (outcome := self._order[0].outcome) is not None:
                yield self._order.popleft().batch, outcome

    def _take(self, batches: Iterator[Batch]) -> bool:
        """Take the next batch in; return whether there was one."""
        batch = next(batches, None)
        if batch is None:
            return False
        slot: _Slot[C] = _Slot(batch)
        self._order.append(slot)
        self._waiting.append(slot)
        return True

    def _hand_out(self) -> None:
        for worker in [one for one in self._workers if one.is_free]:
            if self._waiting:
                self._give(worker)
        for worker in self._workers:
            if self._waiting and worker.may_wait(self._waiting[0].batch.size):
                self._give(worker)
        starting = sum(not worker.is_ready for worker in self._workers)
        while len(self._workers) < self._count and starting < len(self._waiting):
            self._workers.append(Worker(self._job, self._plugins, self._news))
            starting += 1

    def _give(self, worker: Worker) -> None:
        slot = self._waiting.popleft()
        worker.give(slot, packed(Task(slot.batch, slot.lost)))

    def _listen(self, *, wait: bool) -> None:
        """Hear what has been said; wait for something where nothing else can be done."""
        timeout = _POLL_SECONDS if wait and not self._is_first_done() else 0.0
        while True:
            try:
                worker, message = (
                    self._news.get(timeout=timeout) if timeout else self._news.get(block=False)
                )
            except queue.Empty:
                return
            timeout = 0.0
            if worker in self._workers:
                self._hear(worker, message)

    def _is_first_done(self) -> bool:
        return bool(self._order) and self._order[0].outcome is not None

    def _hear(self, worker: Worker, message: tuple[str, Any] | None) -> None:
        if message is None:
            self._ended(worker)
            return
        word, value = message
        if word == READY:
            worker.is_ready, self._failed_starts = True, 0
            compare(self._versions, value)
        elif word == FAILED:
            raise value
        elif word == DONE:
            slot: _Slot[C] = worker.answered()
            slot.outcome = value
            self._hand_out()

    def _ended(self, worker: Worker) -> None:
        """Replace a worker whose process has ended."""
        check, place = worker.check, worker.place
        self._workers.remove(worker)
        code = worker.kill()
        if not worker.is_ready:
            self._failed_starts += 1
            if code >= 0 or self._failed_starts >= _TRIES:
                raise RunError(
                    f"a worker process could not start ({_said(code)}); what it said, if anything, "
                    "stands above. `--workers 0` works in this process"
                )
        if not worker.tasks:
            return
        slot: _Slot[C] = worker.tasks[0]
        key = ("group", place) if check is None else ("check", check)
        slot.ends[key] += 1
        if slot.ends[key] >= _TRIES:
            if check is None:
                raise RunError(
                    f"a worker process ended twice at {slot.batch.location(place)}, outside "
                    f"of any check ({_said(code)})"
                )
            slot.lost[check] = "ended its process"
        self._again(worker)

    def _replace_late(self) -> None:
        if time.monotonic() - self._looked < _POLL_SECONDS:
            return
        self._looked = time.monotonic()
        for worker in [one for one in self._workers if one.is_late(self._patience)]:
            if not worker.is_ready:
                raise RunError("a worker process did not start within five minutes")
            check = worker.check
            self._workers.remove(worker)
            worker.kill()
            if check is not None:
                worker.tasks[0].lost[check] = self._killed
            self._again(worker)

    def _again(self, worker: Worker) -> None:
        """Let others do what a worker has not done."""
        self._waiting.extendleft(reversed(worker.tasks))


def _said(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
