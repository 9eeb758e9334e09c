"""A worker's process, as its pool sees it: what it says, and whether it hangs."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

from hir_kit.processes.progress import (
    CALL,
    LIMIT,
    LOADING,
    PLACE,
    RENEWED,
    TASK,
    make_cells,
)
from hir_kit.processes.wire import Packed, Setup, packed, read, write
from hir_kit.time_limit import waited

_MODULE = "hir_kit.processes.worker"
_START_SECONDS = 300.0
_MARGIN_SECONDS = 2.0
_PIPE_BYTES = 1 << 20
_SPARE_BYTES = 1 << 16

# `-m` would put the working folder first, where any file may lie.
_SAFE_PATH = ("-P",) if sys.version_info >= (3, 11) else ()


class Process:
    """A fresh interpreter that works on one task after the other.

    It imports what this process would, and nothing from the working folder; it shares no state with
    this process and its devices, and a script needs no main guard.

    Args:
        setup: What it needs to begin.

    Attributes:
        is_ready: Whether it has begun to take tasks.
        answered: How many tasks it has done.
        late: What is known of the call for which it was ended: its number, and what it did.
    """

    def __init__(self, setup: Setup) -> None:
        self._progress, self._cells = make_cells()
        self._process = subprocess.Popen(
            (sys.executable, *_SAFE_PATH, "-m", _MODULE, self._progress),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
            start_new_session=True,  # Ctrl-C is for the command; see `kill`
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input: IO[bytes] = self._process.stdin
        self._output: IO[bytes] = self._process.stdout
        self._room = _widened(self._input) - _SPARE_BYTES
        _widened(self._output)
        self._killing = threading.Lock()
        self._seen: tuple[int, ...] = ()
        self._since = time.monotonic()
        self.is_ready = False
        self.answered = 0
        self.late: tuple[int, str] | None = None
        self.say(packed(setup))

    def begin(self) -> None:
        """Note that it takes tasks."""
        self.is_ready = True
        self._forget_progress()

    def _forget_progress(self) -> None:
        """Take the name of the shared file away; what is mapped stays."""
        with contextlib.suppress(OSError):
            Path(self._progress).unlink()

    def say(self, message: Packed) -> None:
        """Send a message; where it is gone, that shows when it is heard."""
        with contextlib.suppress(BrokenPipeError, ValueError):
            write(self._input, message)

    def hear(self) -> Any:
        """Return its next message; raises EOFError where there is none: it has ended."""
        try:
            return read(self._output)
        except (OSError, ValueError):
            raise EOFError from None

    def has_room(self, size: int) -> bool:
        """Return whether so many bytes can wait for it without anyone waiting with them."""
        return size <= self._room

    @property
    def has_begun(self) -> bool:
        """Whether it has begun its first task that is not done, and no other one."""
        return self._cells[TASK] == self.answered + 1

    @property
    def call(self) -> int:
        """The number of the call that it is in, of its first task; 0 where it is in none."""
        return self._cells[CALL] if self.has_begun else 0

    @property
    def place(self) -> int:
        """The place that it is at in its first task."""
        return self._cells[PLACE] if self.has_begun else 0

    def look(self) -> None:
        """End it where it has been in one call, or starting, for too long, and not loading.

        Time in which it waited for a core does not count, as in the time limit of calls.
        """
        if self._has_ended():
            self.kill()  # what it has started may keep its output open
            return
        cells = self._cells
        call, limit = cells[CALL], cells[LIMIT] / 1e6
        seen = (self.is_ready, cells[TASK], call, cells[RENEWED])
        had = time.monotonic() - waited(self._process.pid)
        if seen != self._seen or cells[LOADING]:
            self._seen, self._since = seen, had
        elif not self.is_ready:
            if had - self._since > _START_SECONDS:
                self.late = 0, "did not start within five minutes"
                self.kill()
        elif call and limit and had - self._since > 2 * limit + _MARGIN_SECONDS:
            self.late = call, f"did not stop after {limit:g} s and was killed"
            self.kill()

    def _has_ended(self) -> bool:
        """Return whether it has ended, without taking note: its number must stay its own."""
        if not hasattr(os, "waitid"):
            return False
        try:
            how = os.WEXITED | os.WNOHANG | os.WNOWAIT
            return os.waitid(os.P_PID, self._process.pid, how) is not None
        except ChildProcessError:
            return False

    def kill(self) -> int:
        """End the process and all that its tasks may have started; return its exit code."""
        with self._killing:
            if self._process.returncode is None:  # after `wait`, another may have its number
                self._signal()
            code = self._process.wait()
        self._forget_progress()
        return code

    def _signal(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, 9)
            else:
                self._process.kill()

    def close(self) -> None:
        """Close what it was spoken with through, after it has ended."""
        for pipe in (self._input, self._output):
            with contextlib.suppress(OSError):
                pipe.close()


def _environment() -> dict[str, str]:
    """Return this process's environment, with its way to the packages: only it may know that."""
    paths = [path or str(Path.cwd()) for path in sys.path]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def _widened(pipe: IO[bytes]) -> int:
    """Let a pipe hold more where the system can do that; return how much it holds, 0: not known."""
    try:
        import fcntl

        return fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    except (ImportError, AttributeError, OSError):
        return 0
