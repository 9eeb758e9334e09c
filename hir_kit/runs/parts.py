"""Files that grow beside their target until a run ends, or goes on after it was stopped."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from hir_kit.errors import UsageError
from hir_kit.files import jsonl
from hir_kit.files.save import naming
from hir_kit.model.rollout import Location, Reject

SHOWN = 3
"""How many rejects are kept to be shown."""


def beside(target: Path, kind: str) -> Path:
    """Return where a file of this kind waits: beside its target, so that a rename moves it."""
    return target.with_name(f".{target.name}.{kind}")


class Part:
    """A file that is appended to, and cut where a run that stopped is known to have been.

    Args:
        path: Where it is.
        length: How much of it is kept.
        alone: Whether other runs are to be kept away from it until it is closed.
        name: What it is called in messages; by default by its path.

    Raises UsageError where it cannot be written, or another run has it.
    """

    def __init__(
        self, path: Path, length: int = 0, *, alone: bool = False, name: str | None = None
    ) -> None:
        self.path = path
        self._name = name or str(path)
        with naming(self._name):
            path.touch()
            self._stream: BinaryIO = path.open("r+b")
        if alone:
            self._lock()
        with naming(self._name):
            self._stream.truncate(length)
            self._stream.seek(length)
        self.length = length

    def write(self, data: bytes) -> None:
        """Append bytes."""
        with naming(self._name):
            self._stream.write(data)
        self.length += len(data)

    def sync(self) -> None:
        """Have everything on disk, under its name; raises UsageError where that cannot be."""
        with naming(self._name):
            self._stream.flush()
            os.fsync(self._stream.fileno())
            there = self.path.stat()
        if not os.path.samestat(there, os.fstat(self._stream.fileno())):
            raise UsageError(
                f"cannot write {self._name}: another file has taken the place of {self.path}"
            )

    def _lock(self) -> None:
        try:
            import fcntl
        except ImportError:  # Windows keeps others from replacing an open file
            return
        try:
            fcntl.flock(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._stream.close()
            raise UsageError(f"another run is writing {self._name}; give another -o") from None
        except OSError:  # some network file systems have no locks
            return

    def close(self) -> None:
        """Close it; what matters has been synced."""
        with suppress(OSError):
            self._stream.close()

    def remove(self) -> None:
        """Close it and take it away."""
        self.close()
        with suppress(OSError):
            self.path.unlink()


class RejectPart:
    """Rejected rows: how many, the first of them, and all of them in a file where there is one.

    Args:
        path: The file, which is made for the first reject; None: no file.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._part: Part | None = None
        self.count = 0
        self.first: list[Reject] = []

    def add(self, reject: Reject) -> None:
        """Keep one row aside."""
        self.count += 1
        if len(self.first) < SHOWN:
            self.first.append(reject)
        if self._path is not None:
            self._part = self._part or Part(self._path)
            self._part.write(jsonl.dumps(reject.to_json()) + b"\n")

    def sync(self) -> None:
        """Have everything on disk."""
        if self._part is not None:
            self._part.sync()

    def to_state(self) -> dict[str, object]:
        """Return what is needed to go on with it, as JSON can hold it."""
        length = self._part.length if self._part else 0
        first = [[one.location.file, one.location.line, one.reason] for one in self.first]
        return {"count": self.count, "length": length, "first": first}

    def restore(self, count: int, length: int, first: list[list[object]]) -> None:
        """Go on from a state."""
        self.count = count
        self.first = [
            Reject(Location(str(file), int(str(line))), str(why)) for file, line, why in first
        ]
        if self._path is None:
            return
        if length:
            if not self._path.is_file() or self._path.stat().st_size < length:
                raise UsageError(f"cannot resume: {self._path} is not what it was; start anew")
            self._part = Part(self._path, length)
        else:
            self.remove()

    def copy_to(self, other: Part) -> None:
        """Append what its file holds to another part."""
        if self._path is not None and self.count:
            with self._path.open("rb") as stream:
                while chunk := stream.read(1 << 20):
                    other.write(chunk)

    def close(self) -> None:
        """Close its file."""
        if self._part is not None:
            self._part.close()

    def remove(self) -> None:
        """Take its file away."""
        self.close()
        if self._path is not None:
            with suppress(OSError):
                self._path.unlink()


class RunRejects:
    """The rejects of a run: rows that could not be read, then groups that could not be worked on.

    Args:
        target: The output's file; None where there is none, and then the rejects have none.
    """

    def __init__(self, target: Path | None) -> None:
        self.path = target.with_name(f"{target.name}.rejects.jsonl") if target else None
        self.read = RejectPart(beside(target, "unread.part") if target else None)
        self.worked = RejectPart(beside(target, "rejects.part") if target else None)

    def __call__(self, reject: Reject) -> None:
        """Keep a row aside that could not be read."""
        self.read.add(reject)

    @property
    def count(self) -> int:
        """How many there are."""
        return self.read.count + self.worked.count

    @property
    def first(self) -> list[Reject]:
        """The first of them."""
        return [*self.read.first, *self.worked.first][:SHOWN]

    def publish(self) -> None:
        """Write them all to their file, which is taken away where there are none.

        The parts stay, so that this can be done again.
        """
        if self.path is None:
            return
        with naming(str(self.path)):
            if not self.count:
                self.path.unlink(missing_ok=True)
                return
            whole = Part(beside(self.path, "part"))
            for part in (self.read, self.worked):
                part.close()
                part.copy_to(whole)
            whole.sync()
            whole.close()
            whole.path.replace(self.path)

    def __enter__(self) -> RunRejects:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing: the output publishes or removes them."""

    def remove(self) -> None:
        """Take the parts away."""
        self.read.remove()
        self.worked.remove()
