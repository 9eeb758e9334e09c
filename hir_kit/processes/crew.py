"""The workers of a pool, and how a task gets through whatever happens to them.

A process that hangs in a call into a plugin, or ends, is replaced. Its task is worked on again
without the call that cost it. A call that costs one process after the other ends the work, with its
name.

Each worker has a thread, which gives its process tasks and listens to it; one more thread looks
after the processes. They start when there is work.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from hir_kit.errors import RunError
from hir_kit.processes.process import Process
from hir_kit.processes.wire import DONE, FAILED, FINE, LOST, Lease, Packed, Setup, packed

_LOOK_SECONDS = 0.25
_QUICK_SECONDS = 1.0
_TRIES = 2
"""How often a process may end at one point: the first time it may have been ended from outside."""
_STRIKES = 3
"""How many processes in a row a call may cost; one more for each worker but the first, for what
they are at at the same time."""


class TaskLostError(RunError):
    """A task has cost its process twice, outside of any call that could be left out."""


@dataclass(slots=True, eq=False)
class Work:
    """A task on its way, and what is known of it."""

    task: Any
    future: Future[Any] = field(default_factory=Future)
    lost: dict[int, str] = field(default_factory=dict)
    named: set[int] = field(default_factory=set)
    ends: Counter[tuple[int, int]] = field(default_factory=Counter)
    size: int = 0


class Crew:
    """The workers of a pool, from their start to their end, and what they all know."""

    def __init__(self, count: int, setup: Setup, where: Callable[[Any, int], object]) -> None:
        self.setup, self.where = setup, where
        self.waiting: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self.lost: dict[int, str] = {}
        self.strikes: Counter[str] = Counter()
        self._count, self._pid = count, os.getpid()
        self._lock = threading.RLock()  # the end of a pool may come in any line
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._processes: set[Process] = set()

    @property
    def is_mine(self) -> bool:
        """Whether its threads are of this process, and not of one that was forked."""
        return self._pid == os.getpid()

    def put(self, work: Work) -> None:
        """Let a task be worked on; a thread is started for it while there are too few."""
        self.waiting.put(work)
        if not self._threads:
            self._start(self._look)
        if len(self._threads) <= self._count:
            self._start(_Worker(self).serve)

    def _start(self, target: Callable[[], None]) -> None:
        self._threads.append(threading.Thread(target=target, daemon=True, name="hir-kit-worker"))
        self._threads[-1].start()

    def take(self, *, wait: bool) -> Work | None:
        """Return the next task that is still wanted; None at the end, or where none is there."""
        while True:
            try:
                work = self.waiting.get(block=wait)
            except queue.Empty:
                return None
            if work is None:
                self.waiting.put(None)  # for the others
                return None
            if work.future.set_running_or_notify_cancel():
                return work

    def start_process(self) -> Process:
        """Return a new process; raises RunError where the work is over."""
        with self._lock:
            self.refuse_if_over()
            process = Process(self.setup)
            self._processes.add(process)
            return process

    def end_process(self, process: Process) -> int:
        """End a process; return its exit code."""
        with self._lock:
            self._processes.discard(process)
        code = process.kill()
        process.close()
        return code

    def refuse_if_over(self) -> None:
        """Raise RunError where the crew has been told to stop."""
        if self._over.is_set():
            raise RunError("the worker processes were closed while they had work")

    def lose(self, name: str, what: str) -> None:
        """Note that a call has cost a process; raises RunError where it does so in a row."""
        with self._lock:
            self.strikes[name] += 1
            times = self.strikes[name]
        if times >= _STRIKES + self._count - 1:
            raise RunError(f"{name} {what}, {times} times in a row; mend it, or leave it out")

    def clear(self, name: str) -> None:
        """Note that a call that has cost a process has come to its end since."""
        with self._lock:
            self.strikes.pop(name, None)

    def suspects(self) -> frozenset[str]:
        """Return the names of calls that have cost a process."""
        with self._lock:
            return frozenset(self.strikes)

    def stop(self) -> None:
        """End all processes; the tasks that are left fail."""
        if not self.is_mine:
            return
        with self._lock:
            self._over.set()
            processes = list(self._processes)
        self.waiting.put(None)
        for process in processes:
            process.kill()

    def _look(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            with self._lock:
                processes = list(self._processes)
            for process in processes:
                process.look()


class _Worker:
    """Keeps one process at work: one task, and the next one waiting where tasks are quick."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._process: Process | None = None
        self._works: deque[Work] = deque()
        self._given = 0
        self._failed_starts = 0
        self._is_quick = False
        self._began = 0.0

    def serve(self) -> None:
        """Work until the crew is told to stop."""
        while self._works or self._take(wait=True):
            try:
                self._go_on()
            except BaseException as error:
                self._fail(error)
        self._end_process()

    def _go_on(self) -> None:
        """Give the process what it can take, and hear what it says next."""
        process = self._process or self._start()
        if not self._given:
            self._began = time.monotonic()
            self._give(process)
        if self._is_quick and self._given == 1 and self._take(wait=False):
            self._give_early(process)
        try:
            message = process.hear()
        except EOFError:
            self._ended(process)
        else:
            self._hear(process, message)

    def _take(self, *, wait: bool) -> bool:
        """Take the next task; return whether there is one."""
        if len(self._works) > 1:
            return True
        work = self._crew.take(wait=wait)
        if work is not None:
            self._works.append(work)
        return work is not None

    def _start(self) -> Process:
        """Return a new process that is ready; raises RunError where it cannot be."""
        crew = self._crew
        while True:
            process = self._process = crew.start_process()
            try:
                message = process.hear()
            except EOFError:
                code = self._end_process()
                crew.refuse_if_over()
                self._failed_starts += 1
                if process.late:
                    raise RunError(f"a worker process {process.late[1]}") from None
                if code >= 0 or self._failed_starts >= _TRIES:
                    raise RunError(
                        f"a worker process could not start ({_said(code)}); what it said, if "
                        "anything, stands above. With 0 workers, this process does the work"
                    ) from None
                continue
            if message[0] == FAILED:
                raise message[1]
            process.begin()
            self._failed_starts = 0
            return process

    def _give(self, process: Process) -> None:
        process.say(self._packed(self._works[0]))
        self._given = 1

    def _give_early(self, process: Process) -> None:
        """Give the next task where it can wait, so that the process need not."""
        message = self._packed(self._works[1])
        first = 0 if process.has_begun else self._works[0].size
        if process.has_room(first + self._works[1].size):
            process.say(message)
            self._given = 2

    def _packed(self, work: Work) -> Packed:
        lost = {**self._crew.lost, **work.lost}
        message = packed(Lease(work.task, lost, self._crew.suspects()))
        work.size = sum(map(len, message))
        return message

    def _hear(self, process: Process, message: tuple[Any, ...]) -> None:
        word, *values = message
        if word == LOST:
            self._strike(*values)
        elif word == FINE:
            self._crew.clear(*values)
        else:
            now = time.monotonic()
            self._is_quick, self._began = now - self._began < _QUICK_SECONDS, now
            process.answered += 1
            self._given -= 1
            future = self._works.popleft().future
            if word == DONE:
                future.set_result(*values)
            else:
                future.set_exception(*values)

    def _strike(self, number: int, name: str) -> None:
        """Count a call that is not made again, once for each time that it cost a process."""
        work = self._works[0]
        if number in work.lost and number not in work.named:
            work.named.add(number)
            self._crew.lose(name, work.lost[number])

    def _ended(self, process: Process) -> None:
        """Note what has cost the process, so that its task can be worked on without that."""
        code = self._end_process()
        self._crew.refuse_if_over()
        work = self._works[0]
        call, what = process.late or (process.call, "ended its process")
        if not process.late:
            work.ends[call, process.place] += 1
            if work.ends[call, process.place] < _TRIES:
                return
        if not call:
            where = self._crew.where(work.task, process.place)
            raise TaskLostError(
                f"a worker process ended twice at {where}, outside of any check ({_said(code)})"
            )
        work.lost[call] = what
        if call < 0:  # whatever the task
            self._crew.lost[call] = what

    def _end_process(self) -> int:
        process, self._process, self._given = self._process, None, 0
        return self._crew.end_process(process) if process else 0

    def _fail(self, error: BaseException) -> None:
        """Give up the task at hand, with its process, which may be at it."""
        self._end_process()
        self._works.popleft().future.set_exception(error)


def _said(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
