"""What is said between a pool and its workers: pickles, each after its length.

To a worker go its `Setup` once, and jobs. From it come READY once, then for each job STARTED with a
place for every check that begins (None where constraints are read), and DONE with the verdicts.
"""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass
from typing import IO, Any

from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.verdict import Verdict, unknown
from hir_kit.verify.checker import CheckOptions

READY, STARTED, DONE = "ready", "started", "done"

_HEADER = struct.Struct("!Q")


@dataclass(frozen=True, slots=True)
class Setup:
    """What a worker needs to begin.

    Attributes:
        plugins: The plugin files to load.
        options: How to check.
    """

    plugins: tuple[str, ...]
    options: CheckOptions


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

    @classmethod
    def whole(cls, constraints: tuple[ConstraintSpec, ...], text: str) -> Job:
        """Return the job of checking all constraints."""
        return cls(constraints, text, tuple(range(len(constraints))))

    def undecided(self, reason: str) -> tuple[Verdict, ...]:
        """Return its verdicts where nobody can know them."""
        return (unknown(reason),) * len(self.places)


def write(stream: IO[bytes], message: object) -> None:
    """Write one message."""
    data = pickle.dumps(message)
    stream.write(_HEADER.pack(len(data)) + data)
    stream.flush()


def read(stream: IO[bytes]) -> Any:
    """Return the next message; raises EOFError where there is none."""
    (size,) = _HEADER.unpack(_exactly(stream, _HEADER.size))
    return pickle.loads(_exactly(stream, size))


def _exactly(stream: IO[bytes], size: int) -> bytes:
    parts, missing = [], size
    while missing:
        part = stream.read(missing)
        if not part:
            raise EOFError
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
