"""What a run notes down beside its output, so that it can be gone on with after it was stopped.

The first line says what run it is; each one after it, how far everything was at some moment, and
what had been counted since the line before. A line counts when it is whole.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from hir_kit.errors import UsageError
from hir_kit.files import jsonl
from hir_kit.files.save import naming
from hir_kit.runs.parts import Part

SCHEMA = 1


class Journal:
    """The journal of one output. It appears with its first entry.

    Args:
        path: Where it is.
        identity: What run it is; see `identity`.
    """

    def __init__(self, path: Path, identity: Mapping[str, Any]) -> None:
        self.path = path
        self._identity = identity
        self._part: Part | None = None

    @property
    def is_there(self) -> bool:
        """Whether it has been begun."""
        return self._part is not None

    def add(self, entry: Mapping[str, Any]) -> None:
        """Write an entry down, to be found again whatever happens after this."""
        if self._part is None:
            self._part = Part(self.path)
            self._write({"schema": SCHEMA, "identity": self._identity})
        self._write(entry)
        self._part.sync()

    def resume(self) -> Iterator[dict[str, Any]]:
        """Yield the entries of a run that stopped, then be ready to go on.

        Raises UsageError where the journal is of another run.
        """
        length = 0
        with naming(str(self.path)), self.path.open("rb") as stream:
            for number, line in enumerate(stream):
                entry = _whole(line)
                if entry is None:
                    break
                length += len(line)
                if number == 0:
                    _compare(entry, self._identity)
                else:
                    yield entry
        self._part = Part(self.path, length)

    def close(self) -> None:
        """Close it."""
        if self._part is not None:
            self._part.close()

    def remove(self) -> None:
        """Take it away: the run has ended, or is not to be gone on with."""
        self.close()
        self._part = None
        with suppress(OSError):
            self.path.unlink()

    def _write(self, entry: Mapping[str, Any]) -> None:
        assert self._part is not None
        self._part.write(jsonl.dumps(entry) + b"\n")


def _whole(line: bytes) -> dict[str, Any] | None:
    """Return the entry of a line; None for the last line of a run that was killed writing it."""
    if not line.endswith(b"\n"):
        return None
    try:
        entry = jsonl.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None


def _compare(header: Mapping[str, Any], identity: Mapping[str, Any]) -> None:
    """Raise UsageError naming the first thing that is not as it was."""
    was = header.get("identity")
    if header.get("schema") != SCHEMA or not isinstance(was, dict):
        raise UsageError("cannot resume: the journal is of another version of hir-kit; start anew")
    now = jsonl.loads(jsonl.dumps(identity))
    for name in dict.fromkeys([*was, *now]):
        if was.get(name) != now.get(name):
            raise UsageError(
                f"cannot resume: {name} is {_said(now.get(name))}, and was {_said(was.get(name))} "
                "when the run began. Start anew without --resume, or make it what it was"
            )


def _said(value: object) -> str:
    return "none" if value is None else jsonl.dumps(value).decode()


def sync_folder(path: Path) -> None:
    """Have the names in a file's folder on disk, where the system can do that."""
    with suppress(OSError):
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
