"""What a client and its sandbox say to each other, through one socket.

The client sends a job: its limits, then its text, which only the process that works on it reads.
It hears a message: what kind it is, and words.
"""

from __future__ import annotations

import json
import os
import struct
from dataclasses import asdict, dataclass

JOB = struct.Struct("<dQI")  # seconds, bytes of memory, length of the text
MESSAGE = struct.Struct("<cH")  # kind, length of the words

READY, REFUSED = b"Y", b"N"
ANSWER, LATE, LARGE, ENDED, KILLED, LOST = b"A", b"L", b"M", b"E", b"K", b"X"

TRUE, FALSE, DIFFERS, NO_BOOL, RAISED, TRIED = "T", "F", "D", "N", "R", "W"
"""How the words of an answer begin."""

LONGEST_WORDS = 400
STARTED = b"+"
"""What a function's process says before its answer: it has read its job."""

UNLIMITED_WAIT = 10
"""Limits count the time that the function computed; so many times as long is waited for it."""


@dataclass(frozen=True)
class Job:
    """A function and what it is called with."""

    source: str
    function: str
    arguments: tuple[str, ...]

    def packed(self) -> bytes:
        """Return it as bytes."""
        return json.dumps(asdict(self)).encode("ascii")

    @classmethod
    def unpacked(cls, text: bytes) -> Job:
        """Return what `packed` was called on."""
        read = json.loads(text)
        return cls(read["source"], read["function"], tuple(read["arguments"]))


def read_exactly(descriptor: int, size: int) -> bytes:
    """Return so many bytes; raises EOFError where there are fewer."""
    parts = []
    while size:
        part = os.read(descriptor, min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def message(kind: bytes, words: str = "") -> bytes:
    """Return a message as bytes."""
    text = words.encode("utf-8", "replace")[:LONGEST_WORDS]
    return MESSAGE.pack(kind, len(text)) + text
