"""What is said between a pool and its workers: pickles, each after its length.

Large bytes follow the pickle that they belong to, so that nothing copies them into it. To a worker
go its `Setup` once, and tasks. From it come READY once, and for each task DONE with its outcome, or
FAILED with what was raised.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from hir_kit.plugins.kit import Origin
from hir_kit.runs.batches import Batch

READY, DONE, FAILED = "ready", "done", "failed"

_NUMBER = struct.Struct("!Q")

TASK, BEGUN, INSIDE, PLACE = range(4)
"""The cells of a worker's progress: tasks begun; of the last one, checks begun, whether it is
inside one, and the group's place."""
CELLS = 4
PROGRESS_BYTES = 8 * CELLS

Packed = list[bytes | memoryview]
"""A message as it is written, in parts."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a worker needs to begin.

    Attributes:
        job: What is done with every batch.
        plugins: The plugins to load.
        progress: The file whose bytes are the cells of its progress.
    """

    job: Any
    plugins: Origin
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


def packed(message: object) -> Packed:
    """Return a message as it is written."""
    buffers: list[pickle.PickleBuffer] = []
    data = pickle.dumps(message, protocol=5, buffer_callback=buffers.append)
    parts: Packed = [data, *(buffer.raw() for buffer in buffers)]
    sizes = map(_NUMBER.pack, (len(parts), *map(len, parts)))
    return [b"".join(sizes), *parts]


def write(stream: IO[bytes], parts: Packed) -> None:
    """Write a packed message to a buffered stream."""
    for part in parts:
        stream.write(part)
    stream.flush()


def read(stream: IO[bytes]) -> Any:
    """Return the next message of a buffered stream; raises EOFError where there is none."""
    sizes = [_number(stream) for _ in range(_number(stream))]
    data, *buffers = [_exactly(stream, size) for size in sizes]
    return pickle.loads(data, buffers=buffers)


def _number(stream: IO[bytes]) -> int:
    number: int = _NUMBER.unpack(_exactly(stream, _NUMBER.size))[0]
    return number


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
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
