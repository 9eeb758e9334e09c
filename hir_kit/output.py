"""Writing results: complete or not at all, bad rows kept aside."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream = stream
        self._name = name

    def write(self, row: object) -> None:
        with _naming(self._name):
            self._stream.write(jsonl.dumps(row) + b"\n")


class _Nowhere:
    def write(self, row: object) -> None:
        """Drop the row: no output was asked for."""


@contextmanager
def open_sink(path: str | None) -> Iterator[Sink]:
    """Give a sink for JSON lines: a file, standard output for `-`, or nothing for None.

    A file appears under its name only when everything has been written; until then, and if
    anything goes wrong, an older file of that name stays as it was. A device or a named pipe is
    written to directly.
    """
    if path is None:
        yield _Nowhere()
    elif path == STDOUT:
        if sys.__stdout__ is None:
            raise UsageError("cannot write standard output: it is closed")
        yield _JsonLines(sys.stdout.buffer, "standard output")
        with _naming("standard output"):
            sys.stdout.buffer.flush()
    else:
        opened = _directly if _is_device(path) else _atomically
        with opened(Path(path)) as stream:
            yield _JsonLines(stream, path)


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Make an error of the system say what could not be written; a closed pipe is no error."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"cannot write {name}: {error.strerror or error}") from error


def _is_device(path: str) -> bool:
    """Return whether it is there and neither a file nor a directory, which must not be replaced."""
    target = Path(path)
    return target.exists() and not target.is_file() and not target.is_dir()


@contextmanager
def _directly(path: Path) -> Iterator[BinaryIO]:
    with _naming(str(path)):
        stream = path.open("wb")
    try:
        yield stream
        with _naming(str(path)):
            stream.flush()
    finally:
        with suppress(OSError):
            stream.close()


@contextmanager
def _atomically(path: Path) -> Iterator[BinaryIO]:
    _refuse_directory(path)
    part = _part_of(path)
    with _naming(str(path)):
        stream = part.open("wb")
    try:
        try:
            yield stream
            with _naming(str(path)):
                stream.flush()
                os.fsync(stream.fileno())
        finally:
            with suppress(OSError):  # what matters has been flushed
                stream.close()
        with _naming(str(path)):
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _refuse_directory(path: Path) -> None:
    if path.is_dir():
        raise UsageError(f"cannot write {path}: it is a directory")


def _part_of(path: Path) -> Path:
    """Return where a file waits until it is whole: beside its target, so that a rename moves it."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")


class Rejects:
    """Collects the rows that could not be used, in `<out>.rejects.jsonl` where there is a file.

    The file is written only when there is something in it; one left by an earlier run is removed.

    Args:
        out: The output of the run; None, `-` or a device leaves the rejects without a file.
    """

    def __init__(self, out: str | None) -> None:
        has_file = out is not None and out != STDOUT and not _is_device(out)
        self.path = Path(f"{out}.rejects.jsonl") if has_file else None
        self.count = 0
        self.first: list[Reject] = []
        self._stream: BinaryIO | None = None

    def __call__(self, reject: Reject) -> None:
        """Keep one row aside."""
        self.count += 1
        if len(self.first) < 3:
            self.first.append(reject)
        if self.path is not None:
            with _naming(str(self.path)):
                if self._stream is None:
                    self._stream = _part_of(self.path).open("wb")
                self._stream.write(jsonl.dumps(reject.to_json()) + b"\n")

    def __enter__(self) -> Rejects:
        if self.path is not None:
            _refuse_directory(self.path)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self.path is None:
            return
        if kind is not None:
            self._forget(self.path)
            return
        with _naming(str(self.path)):
            if self._stream is None:
                self.path.unlink(missing_ok=True)
            else:
                self._stream.close()
                _part_of(self.path).replace(self.path)

    def _forget(self, path: Path) -> None:
        """Drop what was collected, quietly: another error is on its way."""
        with suppress(OSError):
            if self._stream is not None:
                self._stream.close()
            _part_of(path).unlink(missing_ok=True)
