"""Writing results: complete or not at all, bad rows kept aside."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from hir_kit import jsonl
from hir_kit.errors import UsageError
from hir_kit.formats.base import Reject

STDOUT = "-"


class Sink(Protocol):
    """Somewhere rows go."""

    def write(self, row: object) -> None:
        """Write one row."""


class _JsonLines:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, row: object) -> None:
        self._stream.write(jsonl.dumps(row) + b"\n")


class _Nowhere:
    def write(self, row: object) -> None:
        """Drop the row: no output was asked for."""


@contextmanager
def open_sink(path: str | None) -> Iterator[Sink]:
    """Give a sink for JSON lines: a file, standard output for `-`, or nothing for None.

    A file appears under its name only when everything has been written; until then, and if
    anything goes wrong, an older file of that name stays as it was.
    """
    if path is None:
        yield _Nowhere()
    elif path == STDOUT:
        yield _JsonLines(sys.stdout.buffer)
        sys.stdout.buffer.flush()
    else:
        with _atomically(Path(path)) as stream:
            yield _JsonLines(stream)


@contextmanager
def _atomically(path: Path) -> Iterator[BinaryIO]:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        stream = part.open("wb")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from None
    try:
        with stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)


class Rejects:
    """Collects the rows that could not be used, in `<out>.rejects.jsonl` where there is a file.

    The file is written only when there is something in it; one left by an earlier run is removed.

    Args:
        out: The output of the run; None or `-` leaves the rejects without a file.
    """

    def __init__(self, out: str | None) -> None:
        self.path = None if out in (None, STDOUT) else Path(f"{out}.rejects.jsonl")
        self.count = 0
        self.first: list[Reject] = []
        self._stream: BinaryIO | None = None

    def __call__(self, reject: Reject) -> None:
        """Keep one row aside."""
        self.count += 1
        if len(self.first) < 3:
            self.first.append(reject)
        if self.path is not None:
            if self._stream is None:
                self._stream = self._part().open("wb")
            self._stream.write(jsonl.dumps(reject.to_json()) + b"\n")

    def __enter__(self) -> Rejects:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self.path is None:
            return
        if self._stream is not None:
            self._stream.close()
            self._part().replace(self.path) if kind is None else self._part().unlink()
        elif kind is None:
            self.path.unlink(missing_ok=True)

    def _part(self) -> Path:
        assert self.path is not None
        return self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
