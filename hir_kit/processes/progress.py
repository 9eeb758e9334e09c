"""How far a worker is, in memory that its pool sees too: a call that hangs cannot say its name."""

from __future__ import annotations

import hashlib
import mmap
import os
import tempfile
from collections.abc import Callable, Mapping, Set
from pathlib import Path
from typing import Any, TypeVar

from hir_kit.files import jsonl
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.processes.wire import FINE, LOST
from hir_kit.time_limit import CheckLost, TimeLimit
from hir_kit.verify.verifier import Verifier

A = TypeVar("A")
R = TypeVar("R")

TASK, PLACE, CALL, LIMIT, LOADING, RENEWED = range(6)
"""The cells: tasks begun; of the last one, the place in it and the number of the call that is
running, 0 where none is; that call's limit in microseconds; whether it is loading; how often it
has been given all of its time again."""
_BYTES = 8 * 6
_BITS = 32
_SAID_ONCE = (ConstraintSpec, Verifier)
"""What a call gets that reads kwargs, or asks a verifier what it says of itself."""
_MICRO = 1_000_000


def make_cells() -> tuple[str, memoryview]:
    """Make cells; return the file that others find them in, and the cells."""
    descriptor, path = tempfile.mkstemp(prefix="hir-kit-progress-")
    os.truncate(descriptor, _BYTES)
    cells = memoryview(mmap.mmap(descriptor, _BYTES)).cast("q")
    os.close(descriptor)
    return path, cells


def find_cells(path: str) -> memoryview:
    """Return the cells in a file."""
    with Path(path).open("r+b") as file:
        return memoryview(mmap.mmap(file.fileno(), _BYTES)).cast("q")


class WatchedLimit(TimeLimit):
    """A time limit that numbers the calls of a task, and shows which one is running.

    A call has the place in the task and its number there, from 1. One that gets kwargs or a
    verifier has a negative number that its name gives: whether such a call is made depends on what
    the process has seen before.

    Args:
        seconds: The limit per call.
        cells: Where to show it.
        say: Told of calls that are lost, and of calls like them that are fine.
    """

    def __init__(
        self, seconds: float, cells: memoryview, say: Callable[[tuple[Any, ...]], None]
    ) -> None:
        super().__init__(seconds)
        self._cells, self._say = cells, say
        self._lost: Mapping[int, str] = {}
        self._suspects: set[str] = set()
        self._count = 0
        self._shown: float | None = -1
        self._numbers: dict[tuple[int, str], tuple[object, int]] = {}

    def begin(self, lost: Mapping[int, str], suspects: Set[str]) -> None:
        """Begin a task; see `Lease`."""
        self._lost, self._suspects = lost, set(suspects)
        self._cells[CALL] = 0
        self.at(0)
        self._cells[TASK] += 1

    def at(self, place: int) -> None:
        """Note the place in the task, and count its calls from here on."""
        self._cells[PLACE] = place
        self._count = place << _BITS

    def run(self, call: Callable[[A], R], argument: A, seconds: float | None = None) -> R:
        """Return `call(argument)`; raises CheckLost where that has cost a process before."""
        cells = self._cells
        if cells[CALL]:  # a part of another call
            return call(argument)
        if isinstance(argument, _SAID_ONCE):
            number = self._number_of(call, argument)
        else:
            self._count = number = self._count + 1
        if number in self._lost:
            self._say_lost(number, call, argument)
        if seconds != self._shown:
            self._shown = seconds
            cells[LIMIT] = int((self.seconds if seconds is None else seconds) * _MICRO)
        cells[CALL] = number
        try:
            result = super().run(call, argument, seconds)
        finally:
            cells[CALL] = 0
        if self._suspects:
            self._say_fine(call, argument)
        return result

    def hold(self) -> None:
        """Stop the clock, here and outside."""
        super().hold()
        self._cells[LOADING] += 1

    def go_on(self) -> None:
        """Start the clock anew, here and outside."""
        self._cells[RENEWED] += 1
        self._cells[LOADING] -= 1
        super().go_on()

    def renewed(self) -> None:
        """Show that the call that is running has been given all of its time again."""
        self._cells[RENEWED] += 1

    def _number_of(self, call: Callable[[A], Any], argument: A) -> int:
        """Return the number of a call that is made once; that of a verifier's is looked up."""
        key = (id(argument), getattr(call, "__name__", ""))
        known = self._numbers.get(key)
        if known is None or known[0] is not argument:
            digest = hashlib.sha256(name_of(call, argument).encode()).digest()
            known = (argument, -1 - (int.from_bytes(digest[:8], "big") >> 2))
            if isinstance(argument, Verifier):
                self._numbers[key] = known
        return known[1]

    def _say_lost(self, number: int, call: Callable[[A], Any], argument: A) -> None:
        name = name_of(call, argument)
        self._suspects.add(name)
        self._say((LOST, number, name))
        raise CheckLost(self._lost[number])

    def _say_fine(self, call: Callable[[A], Any], argument: A) -> None:
        name = name_of(call, argument)
        if name in self._suspects:
            self._suspects.remove(name)
            self._say((FINE, name))


def name_of(call: Callable[[A], Any], argument: A) -> str:
    """Return how a call reads in messages: what is called, of which constraint or part."""
    named = getattr(call, "__name__", "a call").strip("_")
    for one in (argument, owner := getattr(call, "__self__", None)):
        if isinstance(one, ConstraintSpec):
            return f"{named}() of the constraint {one.id} {_kwargs(one.kwargs)}"
        if isinstance(one, Verifier):
            return f"{named}() of the constraint {one.constraint_id} {_kwargs(vars(one))}"
    return f"{named}() of {getattr(owner, 'name', None) or type(owner).__name__}"


def _kwargs(kwargs: Mapping[str, Any]) -> str:
    try:
        return jsonl.dumps(dict(kwargs)).decode()
    except (TypeError, ValueError):  # a plugin's own types
        return repr(dict(kwargs))
