"""A process that verifies: `python -m hir_trainer.online.worker`, started by `verifying`.

It reads jobs from its standard input and writes messages to what was its standard output; what a
verifier prints goes to standard error. Both ways are pickles, each after its length.

Messages: READY once, then for each job STARTED with a place for every check that begins (None
where constraints are read), and DONE with the verdicts.
"""

from __future__ import annotations

import os
import pickle
import struct
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, Any, TypeVar

from hir_kit.checking import Checker, CheckOptions
from hir_kit.plugins import load
from hir_kit.registry import Registry
from hir_kit.specs import ConstraintSpec
from hir_kit.time_limits import TimeLimit

A = TypeVar("A")
R = TypeVar("R")

READY, STARTED, DONE = "ready", "started", "done"
HEADER = struct.Struct("!Q")


@dataclass(frozen=True, slots=True)
class Job:
    """One response to verify.

    Attributes:
        constraints: All constraints of its instruction.
        text: The response.
        places: Which of them to check.
    """

    constraints: tuple[ConstraintSpec, ...]
    text: str
    places: tuple[int, ...]


def write(stream: IO[bytes], message: object) -> None:
    """Write one message."""
    data = pickle.dumps(message)
    stream.write(HEADER.pack(len(data)) + data)
    stream.flush()


def read(stream: IO[bytes]) -> Any:
    """Return the next message; raises EOFError where there is none."""
    (size,) = HEADER.unpack(_exactly(stream, HEADER.size))
    return pickle.loads(_exactly(stream, size))


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = stream.read(size - len(data))
        if not part:
            raise EOFError
        data += part
    return data


class _Announcing(TimeLimit):
    """A time limit that says which check begins, so that one that hangs can be named."""

    def __init__(self, seconds: float, announce: Callable[[object], None]) -> None:
        super().__init__(seconds)
        self._announce = announce

    def run(self, check: Callable[[A], R], argument: A) -> R:
        self._announce(getattr(check, "__self__", None))
        return super().run(check, argument)


class _Verifying:
    """Checks one job after the other."""

    def __init__(
        self, registry: Registry, options: CheckOptions, send: Callable[[object], None]
    ) -> None:
        self._registry, self._options, self._send = registry, options, send
        self._limit = _Announcing(options.time_limit, self._announce)
        self._bound: tuple[Any, ...] = ()
        self._places: tuple[int, ...] = ()

    def do(self, job: Job) -> None:
        self._bound, self._places = (), ()
        checker = Checker(self._registry, job.constraints, self._options, self._limit)
        self._bound, self._places = tuple(checker.verifiers), job.places
        self._send((DONE, checker.recheck(job.text, job.places)))

    def _announce(self, verifier: object) -> None:
        """Say the place: equal constraints share one verifier, and the first place stands."""
        places = (i for i in self._places if self._bound[i] is verifier)
        self._send((STARTED, next(places, None)))


def main(arguments: Sequence[str]) -> None:
    """Serve until the input ends. The arguments are the time limit and the plugin files."""
    stream = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # the stream must hold messages only
    options = CheckOptions(time_limit=float(arguments[0]))
    verifying = _Verifying(
        load(arguments[1:]).registry, options, lambda message: write(stream, message)
    )
    write(stream, (READY, None))
    try:
        while True:
            verifying.do(read(sys.stdin.buffer))
    except (EOFError, BrokenPipeError):
        return


if __name__ == "__main__":
    main(sys.argv[1:])
