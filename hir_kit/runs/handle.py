"""One worker, as its pool sees it: a process, what it is doing, and for how long."""

from __future__ import annotations

import contextlib
import mmap
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, Any

from hir_kit.runs.messages import (
    BEGUN,
    INSIDE,
    PLACE,
    PROGRESS_BYTES,
    READY,
    Setup,
    packed,
    read,
    write,
)
from hir_kit.time_limits import waited

_COMMAND = (sys.executable, "-m", "hir_kit.runs.worker")
_START_SECONDS = 300.0

News = queue.SimpleQueue[tuple["Worker", Any]]
"""What workers say; None where one has ended."""


class Worker:
    """A process that works on one batch at a time.

    Args:
        job: What it does with every batch.
        plugins: The plugin files that it loads.
        news: Where what it says goes.
    """

    def __init__(self, job: Any, plugins: tuple[str, ...], news: News) -> None:
        descriptor, self._progress = tempfile.mkstemp(prefix="hir-kit-progress-")
        os.truncate(descriptor, PROGRESS_BYTES)
        self._cells = memoryview(mmap.mmap(descriptor, PROGRESS_BYTES)).cast("q")
        os.close(descriptor)
        # The way to the packages may be one that only this process knows.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            bufsize=0,
            start_new_session=True,  # Ctrl-C is for the command; see `kill`
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input: IO[bytes] = self._process.stdin
        self.is_ready = False
        self.task: Any = None
        self._seen = (0, 0.0)
        self._started = time.monotonic()
        self._listener = threading.Thread(
            target=self._listen, args=(self._process.stdout, news), daemon=True
        )
        self._listener.start()
        self._say(packed(Setup(job, plugins, self._progress)))

    def start(self, task: object, message: bytes) -> None:
        """Give it a task, which it is not working on another one of."""
        self.task = task
        self._cells[BEGUN] = self._cells[INSIDE] = self._cells[PLACE] = 0
        self._seen = (0, 0.0)
        self._say(message)

    @property
    def check(self) -> int | None:
        """The number of the check that it is in; None where it is in none."""
        return self._cells[BEGUN] if self._cells[INSIDE] else None

    @property
    def place(self) -> int:
        """The place of the group that it is at."""
        return self._cells[PLACE]

    def is_late(self, patience: float | None) -> bool:
        """Return whether it has been in one check, or starting, for longer than that.

        Time in which it waited for a core does not count, as in the time limit of checks.
        """
        if not self.is_ready:
            return self._had() - self._started > _START_SECONDS
        check = self.check
        if patience is None or self.task is None or check is None:
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
        with contextlib.suppress(OSError):
            self._input.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, 9)
            else:
                self._process.kill()
        self._forget_progress()
        code = self._process.wait()
        self._listener.join()
        return code

    def _forget_progress(self) -> None:
        """Take the name of the shared file away; what is mapped stays."""
        Path(self._progress).unlink(missing_ok=True)

    def _say(self, message: bytes) -> None:
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
