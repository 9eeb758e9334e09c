"""A process that verifies: `python -m hir_kit.rewards.workers.process`, started by `pool`.

It reads its setup and jobs from its standard input and writes messages to what was its standard
output; what a verifier prints goes to standard error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hir_kit.errors import HirKitError, SpecError
from hir_kit.model.verdict import Verdict
from hir_kit.plugins.loading import load
from hir_kit.rewards.workers.messages import DONE, READY, STARTED, Job, Setup, read, write
from hir_kit.verify.checker import Checker, CheckOptions
from hir_kit.verify.registry import Registry
from hir_kit.verify.time_limit import TimeLimit

A = TypeVar("A")
R = TypeVar("R")


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
        verdicts = self._verdicts(job)
        sys.stdout.flush()  # what checks printed: an idle process may be killed
        self._send((DONE, verdicts))

    def _verdicts(self, job: Job) -> tuple[Verdict, ...]:
        try:
            checker = Checker(self._registry, job.constraints, self._options, self._limit)
        except SpecError as error:
            return job.undecided(str(error))
        self._bound, self._places = tuple(checker.verifiers), job.places
        return checker.recheck(job.text, job.places)

    def _announce(self, verifier: object) -> None:
        """Say the place: equal constraints share one verifier, and the first place stands."""
        places = (i for i in self._places if self._bound[i] is verifier)
        self._send((STARTED, next(places, None)))


def main() -> None:
    """Serve until the input ends."""
    stream = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # the stream must hold messages only
    try:
        setup: Setup = read(sys.stdin.buffer)
        registry = _load(setup.plugins)
        verifying = _Verifying(registry, setup.options, lambda message: write(stream, message))
        write(stream, (READY, None))
        while True:
            verifying.do(read(sys.stdin.buffer))
    except (EOFError, BrokenPipeError):
        return


def _load(plugins: Sequence[str]) -> Registry:
    try:
        return load(plugins).registry
    except HirKitError as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()
