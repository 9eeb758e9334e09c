"""What is said between a pool and its workers: pickles, each after its length.

To a worker go its `Setup` once, and tasks. From it come READY once, and for each task DONE with its
outcome, or FAILED with what was raised.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from hir_kit.runs.batches import Batch

READY, DONE, FAILED = "ready", "done", "failed"

_HEADER = struct.Struct("!Q")

BEGUN, INSIDE, PLACE = range(3)
"""The cells of a worker's progress: checks begun, whether it is inside one, the group's place."""
CELLS = 3
PROGRESS_BYTES = 8 * CELLS


@dataclass(frozen=True, slots=True)
class Setup:
    """What a worker needs to begin.

    Attributes:
        job: What is done with every batch.
        plugins: The plugin files to load.
        progress: The file whose bytes are the cells of its progress.
    """

    job: Any
    plugins: tuple[str, ...]
    progress: str


@dataclass(frozen=True, slots=True)
class Task:
    """One batch to work on.

    Attributes:
        batch: The groups.
        lost: The checks that must not be tried again, by their number in the batch from 1, and
            what they did.
    """

    batch: Batch
    lost: Mapping[int, str] = field(default_factory=dict)


def packed(message: object) -> bytes:
    """Return a message as it is written."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return _HEADER.pack(len(data)) + data


def write(stream: IO[bytes], data: bytes) -> None:
    """Write a packed message."""
    view = memoryview(data)
    while view:
        view = view[stream.write(view) :]
    stream.flush()


def read(stream: IO[bytes]) -> Any:
    """Return the next message; raises EOFError where there is none."""
    (size,) = _HEADER.unpack(_exactly(stream, _HEADER.size))
    return pickle.loads(_exactly(stream, size))


def _exactly(stream: IO[bytes], size: int) -> bytearray:
    data = bytearray(size)
    view = memoryview(data)
    while view:
        count = stream.readinto(view)  # type: ignore[attr-defined]  # binary streams have it
        if not count:
            raise EOFError
        view = view[count:]
    return data


@dataclass(frozen=True, slots=True)
class Pickled:
    """Something pickled, so that nothing on its way takes it apart."""

    data: bytes

    @classmethod
    def of(cls, value: object) -> Pickled:
        """Return the pickle of a value."""
        return cls(pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL))


def unpickled(value: Pickled) -> Any:
    """Return the value."""
    return pickle.loads(value.data)
