"""Where output goes: a file that appears when it is whole, a device, or standard output."""

from __future__ import annotations

import glob
import gzip
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from hir_kit.errors import UsageError, needed
from hir_kit.files import jsonl
from hir_kit.files.columns import Columns, write_parquet

STDOUT = "-"


@contextmanager
def open_target(path: str) -> Iterator[BinaryIO]:
    """Give a stream to write to: a file, or standard output for `-`.

    A file appears under its name only when everything has been written; until then, and if
    anything goes wrong, an older file of that name stays as it was. Through a link the file is
    written that it stands for. A device or a named pipe is written to directly.
    """
    if path == STDOUT:
        if sys.__stdout__ is None:
            raise UsageError("cannot write standard output: it is closed")
        yield sys.stdout.buffer
        with naming("standard output"):
            sys.stdout.buffer.flush()
    else:
        opened = _directly if is_device(path) else _atomically
        with opened(Path(path)) as stream:
            yield stream


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Make an error of the system say what could not be written; a closed pipe is no error."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"cannot write {name}: {error.strerror or error}") from error


def is_device(path: str) -> bool:
    """Return whether it is there and neither a file nor a directory, which must not be replaced."""
    target = Path(path)
    return target.exists() and not target.is_file() and not target.is_dir()


@contextmanager
def _directly(path: Path) -> Iterator[BinaryIO]:
    with naming(str(path)):
        stream = path.open("wb")
    try:
        yield stream
        with naming(str(path)):
            stream.flush()
    finally:
        with suppress(OSError):
            stream.close()


@contextmanager
def _atomically(path: Path) -> Iterator[BinaryIO]:
    refuse_directory(path)
    path = linked(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with naming(str(path)):
        forget_left(path)
        stream = part.open("wb")
    try:
        try:
            yield stream
            with naming(str(path)):
                stream.flush()
                os.fsync(stream.fileno())
        finally:
            with suppress(OSError):  # what matters has been flushed
                stream.close()
        with naming(str(path)):
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def linked(path: Path) -> Path:
    """Return the file that a link stands for, which need not be there: the link stays."""
    if not path.is_symlink():
        return path
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        raise UsageError(f"cannot write {path}: it is a link in a circle") from None


def refuse_directory(path: Path) -> None:
    """Raise UsageError where there is a directory of this name."""
    if path.is_dir():
        raise UsageError(f"cannot write {path}: it is a directory")


def forget_left(path: Path) -> None:
    """Take away what killed processes have left of a file."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        process = left.name.removeprefix(f".{path.name}.").removesuffix(".part")
        if process.isdecimal() and _is_over(int(process)):
            left.unlink(missing_ok=True)


def _is_over(process: int) -> bool:
    if os.name != "posix":  # elsewhere asking would end it
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


class GrowingFile:
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


class Sink(Protocol):
    """Somewhere rows go."""

    def write(self, row: object) -> None:
        """Write one row."""

    def write_line(self, line: bytes) -> None:
        """Write one row that is JSON already, without a line end."""


class _JsonLines:
    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream = stream
        self._name = name

    def write(self, row: object) -> None:
        self.write_line(jsonl.dumps(row))

    def write_line(self, line: bytes) -> None:
        with naming(self._name):
            self._stream.write(line + b"\n")


class _Nowhere:
    def write(self, row: object) -> None:
        """Drop the row: no output was asked for."""

    def write_line(self, line: bytes) -> None:
        """Drop the row, too."""


def is_plain(path: str) -> bool:
    """Return whether the lines of such a file are its rows as they are given."""
    return Path(path).suffix.lower() not in _OPENED


def require(path: str) -> None:
    """Raise UsageError where writing such a file needs a package that is missing."""
    ending = Path(path).suffix.lower()
    if ending in _NEEDED:
        needed(*_NEEDED[ending])


@contextmanager
def open_sink(path: str | None, columns: Columns | None = None) -> Iterator[Sink]:
    """Give a sink for rows: a file, standard output for `-`, or nothing for None.

    The ending of a file's name tells how it is written: `.parquet`, `.gz` and `.zst` as such, any
    other as JSON lines; so are standard output and what is compressed. A file appears under its
    name only when everything has been written; until then, and if anything goes wrong, an older
    file of that name stays as it was.

    Args:
        path: Where rows go.
        columns: What they hold, for Parquet.

    Raises UsageError where it cannot be written, a package is missing, or a row does not fit.
    """
    if path is None:
        yield _Nowhere()
    elif path == STDOUT:
        with open_target(path) as stream:
            yield _JsonLines(stream, "standard output")
    else:
        with _OPENED.get(Path(path).suffix.lower(), _plain)(path, columns) as sink:
            yield sink


@contextmanager
def _plain(path: str, columns: Columns | None) -> Iterator[Sink]:
    del columns
    with open_target(path) as stream:
        yield _JsonLines(stream, path)


@contextmanager
def _gzip(path: str, columns: Columns | None) -> Iterator[Sink]:
    del columns
    with open_target(path) as stream:
        # Without name and time, so that the same rows are the same bytes.
        packed = gzip.GzipFile("", "wb", fileobj=stream, mtime=0)
        with _finished(cast(BinaryIO, packed), path):
            yield _JsonLines(cast(BinaryIO, packed), path)


@contextmanager
def _zstd(path: str, columns: Columns | None) -> Iterator[Sink]:
    del columns
    zstandard = needed(*_NEEDED[".zst"])
    compressor = zstandard.ZstdCompressor(write_checksum=True)
    with open_target(path) as stream:
        packed = compressor.stream_writer(stream, closefd=False)
        with _finished(packed, path):
            yield _JsonLines(packed, path)


@contextmanager
def _finished(packed: BinaryIO, path: str) -> Iterator[None]:
    """Write the end of a compressed stream; where all is lost already, quietly."""
    try:
        yield
    except BaseException:
        with suppress(OSError, ValueError):
            packed.close()
        raise
    with naming(path):
        packed.close()


@contextmanager
def _parquet(path: str, columns: Columns | None) -> Iterator[Sink]:
    if columns is None:
        raise UsageError(f"cannot write {path}: this output has no columns for Parquet")
    needed(*_NEEDED[".parquet"])
    with open_target(path) as stream, tempfile.TemporaryFile() as spool:
        yield _JsonLines(cast(BinaryIO, spool), path)
        with naming(path):
            write_parquet(path, cast(BinaryIO, spool), stream, columns)


_NEEDED = {
    ".zst": ("zstandard", "zstd", "writing zstd"),
    ".parquet": ("pyarrow.parquet", "parquet", "writing Parquet"),
}
_OPENED = {".gz": _gzip, ".zst": _zstd, ".parquet": _parquet}
