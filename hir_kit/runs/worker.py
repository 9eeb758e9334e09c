"""A process that works on batches: `python -m hir_kit.runs.worker`, started by `handle`.

It reads its setup and tasks from its standard input and writes messages to what was its standard
output; what a verifier prints goes to standard error. How far it is stands in a file that its pool
has mapped, too, so that a check that hangs or ends the process can be named.
"""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import os
import pickle
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, TypeVar

from hir_kit.errors import HirKitError, RunError
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.plugins.loading import load_again
from hir_kit.runs.identity import versions
from hir_kit.runs.jobs import outcome_of
from hir_kit.runs.messages import (
    BEGUN,
    DONE,
    FAILED,
    INSIDE,
    PLACE,
    PROGRESS_BYTES,
    READY,
    TASK,
    Setup,
    Task,
    packed,
    read,
    write,
)
from hir_kit.verify.time_limit import CheckLost, TimeLimit

_BITS = 32

A = TypeVar("A")
R = TypeVar("R")


class _Watched(TimeLimit):
    """A time limit that numbers the checks of a batch, and tells which one is running.

    Checks have the numbers from 1. What reads kwargs has negative ones, told by the group's place:
    how often that happens depends on what the process has seen before.
    """

    def __init__(self, seconds: float, cells: memoryview) -> None:
        super().__init__(seconds)
        self._cells = cells
        self._lost: Mapping[int, str] = {}
        self._count = self._reading = 0

    def begin(self, lost: Mapping[int, str]) -> None:
        """Start counting anew, with the checks that must not be tried again."""
        self._lost, self._count = lost, 0
        self._cells[BEGUN] = self._cells[INSIDE] = self._cells[PLACE] = 0
        self._cells[TASK] += 1

    def at(self, place: int) -> None:
        """Note the place of the group whose turn it is."""
        self._cells[PLACE] = place
        self._reading = -(place << _BITS)

    def run(self, check: Callable[[A], R], argument: A) -> R:
        number = self._number(argument)
        if number in self._lost:
            raise CheckLost(self._lost[number])
        cells = self._cells
        cells[BEGUN] = number
        cells[INSIDE] = 1
        try:
            return super().run(check, argument)
        finally:
            cells[INSIDE] = 0

    def _number(self, argument: object) -> int:
        if isinstance(argument, ConstraintSpec):
            self._reading -= 1
            return self._reading
        self._count += 1
        return self._count


def main() -> None:
    """Serve until the input ends."""
    _end_with_parent()
    stream = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # the stream must hold messages only
    try:
        _serve(sys.stdin.buffer, stream)
    except (EOFError, BrokenPipeError):
        with contextlib.suppress(BrokenPipeError):
            stream.close()


def _serve(tasks: IO[bytes], stream: IO[bytes]) -> None:
    setup: Setup = read(tasks)
    try:
        kit = load_again(setup.plugins)
    except HirKitError as error:
        sys.exit(f"Error: {error}")
    cells = _mapped(setup.progress)
    limit = _Watched(setup.job.check.time_limit, cells)
    write(stream, packed((READY, versions(kit))))
    process = os.getpid()
    while True:
        task: Task = read(tasks)
        limit.begin(task.lost)
        try:
            outcome = outcome_of(task.batch, setup.job, kit, limit, limit.at)
            sys.stdout.flush()  # what checks printed: an idle process may be killed
        except Exception as error:
            write(stream, packed((FAILED, _sendable(error))))
        else:
            if os.getpid() != process:
                os._exit(1)  # a check has forked, and its child has come back
            write(stream, packed((DONE, outcome)))


def _mapped(path: str) -> memoryview:
    with Path(path).open("r+b") as file:
        return memoryview(mmap.mmap(file.fileno(), PROGRESS_BYTES)).cast("q")


def _sendable(error: Exception) -> Exception:
    """Return the error, or what it says where it cannot be pickled."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RunError(f"{type(error).__name__}: {error}")
    return error


def _end_with_parent() -> None:
    """Let Linux end this process with the one that started it, even inside a check that hangs."""
    if sys.platform == "linux":
        set_signal, kill = 1, 9
        ctypes.CDLL(None).prctl(set_signal, kill)


if __name__ == "__main__":
    main()
