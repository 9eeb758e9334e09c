"""What is said between a pool and its workers: pickles, each after its length.

Large bytes follow the pickle that they belong to, so that nothing copies them into it. To a worker
go its `Setup` once, and then tasks, each as a `Lease`. From it come READY once, and for each task
DONE with its outcome or FAILED with what was raised; in between LOST with the number and the name
of a call that was not made again, and FINE with the name of one like it that came to its end.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Any

READY, DONE, FAILED, LOST, FINE = "ready", "done", "failed", "lost", "fine"

_NUMBER = struct.Struct("!Q")

Packed = list[bytes | memoryview]
"""A message as it is written, in parts."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a worker needs to begin.

    Attributes:
        open: A function of a module. It gets `arguments` and the worker's time limit, and returns
            what makes an outcome of a task.
        arguments: What it gets.
        seconds: The time limit of calls into plugins; 0: none.
    """

    open: Callable[..., Callable[[Any], Any]]
    arguments: tuple[Any, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Lease:
    """A task as a worker gets it.

    Attributes:
        task: What is to be done.
        lost: The calls that must not be tried again, by number, and what they did.
        suspects: The names of calls that have cost a process.
    """

    task: Any
    lost: Mapping[int, str]
    suspects: frozenset[str]


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
