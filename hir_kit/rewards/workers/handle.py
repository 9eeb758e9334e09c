"""One worker, as its pool sees it: a process, what it says, and when it is late."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import threading
import time
from typing import IO, Any

from hir_kit.model.verdict import Verdict
from hir_kit.processes.process import command, environment
from hir_kit.rewards.workers.messages import STARTED, Job, Setup, read, write

_START_SECONDS = 300.0
_MODULE = "hir_kit.rewards.workers.process"


class LostError(Exception):
    """A worker is gone, or has not been heard of for too long.

    Attributes:
        place: The check that had begun; None where none had.
        is_late: Whether it did not answer in time, and is still there.
        is_silent: Whether it ended without having begun the job.
    """

    def __init__(self, place: int | None, is_late: bool, is_silent: bool) -> None:
        super().__init__("the worker is lost")
        self.place, self.is_late, self.is_silent = place, is_late, is_silent


class Worker:
    """A process that verifies, started with its setup. One thread may give it jobs.

    Args:
        setup: What it needs to begin.
    """

    def __init__(self, setup: Setup) -> None:
        self._process = subprocess.Popen(
            command(_MODULE),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
            start_new_session=True,  # Ctrl-C is for the asking process; see `kill`
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input: IO[bytes] = self._process.stdin
        self._news: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._heard = time.monotonic()
        self._place: int | None = None
        self._is_silent = True
        self._killing = threading.Lock()
        output = self._process.stdout
        threading.Thread(target=self._listen, args=(output,), daemon=True).start()
        self._say(setup)

    def wait_until_ready(self) -> None:
        """Return when it takes jobs; raises LostError where it never will."""
        self._next(_START_SECONDS)

    def run(self, job: Job, patience: float | None) -> tuple[Verdict, ...]:
        """Return the verdicts on the places of a job.

        Raises LostError where it ends, or begins no next check within `patience` seconds.
        """
        self._place, self._is_silent, self._heard = None, True, time.monotonic()
        self._say(job)
        verdicts: tuple[Verdict, ...] = self._next(patience)
        return verdicts

    def kill(self) -> None:
        """End the process and all that its checks may have started."""
        with self._killing:
            if self._process.returncode is None:  # after `wait`, another may have its number
                self._signal()
            with contextlib.suppress(BrokenPipeError):
                self._input.close()
            self._process.wait()

    def _signal(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, 9)
            else:
                self._process.kill()

    def _say(self, message: object) -> None:
        """Write a message; where the worker is gone, that shows when it is heard."""
        try:
            write(self._input, message)
        except BrokenPipeError:
            pass
        except ValueError:
            if not self._input.closed:
                raise

    def _next(self, patience: float | None) -> Any:
        """Return what comes with its next message but STARTED."""
        while True:
            left = None if patience is None else self._heard + patience - time.monotonic()
            if left is not None and left <= 0:
                raise LostError(self._place, is_late=True, is_silent=False)
            with contextlib.suppress(queue.Empty):  # a check may have begun meanwhile
                message = self._news.get(timeout=left)
                if message is None:
                    raise LostError(self._place, is_late=False, is_silent=self._is_silent)
                return message[1]

    def _listen(self, output: IO[bytes]) -> None:
        with output, contextlib.suppress(EOFError, OSError):
            while True:
                word, value = read(output)
                self._heard = time.monotonic()
                if word == STARTED:
                    self._place, self._is_silent = value, False
                else:
                    self._news.put((word, value))
        self._news.put(None)
