"""A pool of worker processes: tasks in, outcomes out."""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import Generic, TypeVar

from hir_kit.processes.crew import Crew, Work
from hir_kit.processes.wire import Setup

T = TypeVar("T")
R = TypeVar("R")

_AHEAD = 3


class Pool(Generic[T, R]):
    """Worker processes, which start when there is work for them. Use it in a `with` block.

    Threads may share a pool. After a fork, the child starts workers of its own. A pool that is
    closed starts again with the next task.

    Args:
        count: How many processes at most.
        setup: What a worker needs to begin.
        where: Says for a task and a place in it what stands there.
    """

    def __init__(
        self, count: int, setup: Setup, where: Callable[[T, int], object] = lambda *_: "a task"
    ) -> None:
        self._count, self._setup, self._where = count, setup, where
        self._lock = threading.Lock()
        self._crews: list[Crew] = []
        weakref.finalize(self, _dismiss, self._crews)

    def submit(self, task: T) -> Future[R]:
        """Let a task be worked on; raises in the future what working on it raises.

        That is RunError where no process can start, or one call costs a process again and again,
        and TaskLostError where the task does so outside of any call.
        """
        work = Work(task)
        with self._lock:
            if self._crews and not self._crews[0].is_mine:
                self._crews.clear()
            if not self._crews:
                self._crews.append(Crew(self._count, self._setup, self._where))
            self._crews[0].put(work)
        return work.future

    def outcomes(self, tasks: Iterable[T]) -> Iterator[tuple[T, R]]:
        """Yield every task with its outcome, in order; raises what working on one raises.

        Few tasks are on their way at any time, so that memory stays flat: reading waits for
        working, and working for whoever takes the outcomes.
        """
        order: deque[tuple[T, Future[R]]] = deque()
        try:
            for task in tasks:
                order.append((task, self.submit(task)))
                while order and (order[0][1].done() or len(order) > _AHEAD * self._count):
                    yield order[0][0], order[0][1].result()
                    order.popleft()
            while order:
                yield order[0][0], order[0][1].result()
                order.popleft()
        finally:
            for _, future in order:
                future.cancel()

    def close(self) -> None:
        """End the processes."""
        with self._lock:
            _dismiss(self._crews)

    def __enter__(self) -> Pool[T, R]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _dismiss(crews: list[Crew]) -> None:
    while crews:
        crews.pop().stop()
