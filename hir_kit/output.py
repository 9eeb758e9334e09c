"""Writing results: complete or not at all, bad rows kept aside."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from hir_kit import jsonl
from hir_kit.errors import UsageError
from hir_kit.files.columns import Columns
from hir_kit.files.extras import needed
from hir_kit.files.parquet_writing import write_parquet
from hir_kit.files.targets import (
    STDOUT,
    is_device,
    naming,
    open_part,
    open_target,
    part_of,
    refuse_directory,
)
from hir_kit.formats.base import Reject


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


class Rejects:
    """Collects the rows that could not be used, in `<out>.rejects.jsonl` where there is a file.

    The file is written only when there is something in it; one left by an earlier run is removed.

    Args:
        out: The output of the run; None, `-` or a device leaves the rejects without a file.
    """

    def __init__(self, out: str | None) -> None:
        has_file = out is not None and out != STDOUT and not is_device(out)
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
            with naming(str(self.path)):
                if self._stream is None:
                    self._stream = open_part(self.path)
                self._stream.write(jsonl.dumps(reject.to_json()) + b"\n")

    def __enter__(self) -> Rejects:
        if self.path is not None:
            refuse_directory(self.path)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self.path is None:
            return
        if kind is not None:
            self._forget(self.path)
            return
        with naming(str(self.path)):
            if self._stream is None:
                self.path.unlink(missing_ok=True)
            else:
                self._stream.close()
                part_of(self.path).replace(self.path)

    def _forget(self, path: Path) -> None:
        """Drop what was collected, quietly: another error is on its way."""
        with suppress(OSError):
            if self._stream is not None:
                self._stream.close()
            part_of(path).unlink(missing_ok=True)
