"""One worker, as its pool sees it: a process, what it is doing, and for how long."""

from __future__ import annotations

import contextlib
import mmap
import os
import queue
import subprocess
import tempfile
import threading
import time
from collections import deque
from pathlib import Path
from typing import IO, Any

from hir_kit.plugins.kit import Origin
from hir_kit.processes.process import command, environment
from hir_kit.runs.messages import (
    BEGUN,
    INSIDE,
    PLACE,
    PROGRESS_BYTES,
    READY,
    TASK,
    Packed,
    Setup,
    packed,
    read,
    write,
)
from hir_kit.verify.time_limit import waited

_MODULE = "hir_kit.runs.worker"
_START_SECONDS = 300.0
_PIPE_BYTES = 1 << 20
_QUICK_SECONDS = 1.0

News = queue.SimpleQueue[tuple["Worker", Any]]
"""What workers say; None where one has ended."""


class Worker:
    """A process that works on one batch at a time, and may have the next one waiting.

    Args:
        job: What it does with every batch.
        plugins: The plugins that it loads.
        news: Where what it says goes.

    Attributes:
        is_ready: Whether it has said that it is.
        tasks: What it has been given and has not answered, in order.
    """

    def __init__(self, job: Any, plugins: Origin, news: News) -> None:
        descriptor, self._progress = tempfile.mkstemp(prefix="hir-kit-progress-")
        os.truncate(descriptor, PROGRESS_BYTES)
        self._cells = memoryview(mmap.mmap(descriptor, PROGRESS_BYTES)).cast("q")
        os.close(descriptor)
        self._process = subprocess.Popen(
            command(_MODULE),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
            start_new_session=True,  # Ctrl-C is for the command; see `kill`
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input: IO[bytes] = self._process.stdin
        self._room = _widened(self._input)
        _widened(self._process.stdout)
        self.is_ready = False
        self.tasks: deque[Any] = deque()
        self._answered = 0
        self._is_quick = False
        self._seen = (0, 0.0)
        self._started = time.monotonic()
        self._listener = threading.Thread(
            target=self._listen, args=(self._process.stdout, news), daemon=True
        )
        self._listener.start()
        self._say(packed(Setup(job, plugins, self._progress)))

    @property
    def is_free(self) -> bool:
        """Whether it has nothing to do."""
        return self.is_ready and not self.tasks

    def may_wait(self, size: int) -> bool:
        """Return whether a task of this size can wait for it, and will not have to for long."""
        return self._is_quick and len(self.tasks) == 1 and 2 * size <= self._room

    def give(self, task: object, message: Packed) -> None:
        """Give it a task."""
        if not self.tasks:
            self._started = time.monotonic()
        self.tasks.append(task)
        self._say(message)

    def answered(self) -> Any:
        """Note that its first task is done, and return that."""
        now = time.monotonic()
        self._is_quick = now - self._started < _QUICK_SECONDS
        self._started, self._seen = now, (0, 0.0)
        self._answered += 1
        return self.tasks.popleft()

    @property
    def check(self) -> int | None:
        """The number of the check that it is in, of its first task; None where it is in none."""
        return self._cells[BEGUN] if self._has_begun and self._cells[INSIDE] else None

    @property
    def place(self) -> int:
        """The place of the group that it is at, of its first task."""
        return self._cells[PLACE] if self._has_begun else 0

    @property
    def _has_begun(self) -> bool:
        """Whether it has begun its first task, and no other one."""
        return self._cells[TASK] == self._answered + 1

    def is_late(self, patience: float | None) -> bool:
        """Return whether it has been in one check, or starting, for longer than that.

        Time in which it waited for a core does not count, as in the time limit of checks.
        """
        if not self.is_ready:
            return self._had() - self._started > _START_SECONDS
        check = self.check
        if patience is None or not self.tasks or check is None:
            return False
        had = self._had()
        if check != self._seen[0]:
            self._seen = (check, had)
        return had - self._seen[1] > patience

    def _had(self) -> float:
        """Return a clock that stands still while the process waits for a core."""
        return time.monotonic() - waited(self._process.pid)

    def kill(self) -> int:
        """End the process and all that its checks may have started; return its exit code."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, 9)
            else:
                self._process.kill()
        with contextlib.suppress(OSError):  # after that: what it has not read is still there
            self._input.close()
        self._forget_progress()
        code = self._process.wait()
        self._listener.join()
        return code

    def _forget_progress(self) -> None:
        """Take the name of the shared file away; what is mapped stays."""
        Path(self._progress).unlink(missing_ok=True)

    def _say(self, message: Packed) -> None:
        with contextlib.suppress(BrokenPipeError):  # it is gone, which shows when it is heard
            write(self._input, message)

    def _listen(self, output: IO[bytes], news: News) -> None:
        with output, contextlib.suppress(EOFError, OSError):
            while True:
                message = read(output)
                if message[0] == READY:
                    self._forget_progress()
                news.put((self, message))
        news.put((self, None))


def _widened(pipe: IO[bytes]) -> int:
    """Let a pipe hold more where the system can do that; return how much it holds, 0: not known."""
    try:
        import fcntl

        return fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    except (ImportError, AttributeError, OSError):
        return 0
