"""Opening files and standard input as streams of bytes, and holding what can be read once."""

from __future__ import annotations

import io
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from hir_kit.errors import UsageError
from hir_kit.files.unpacking import (
    CHUNK,
    HEAD,
    PARQUET,
    Advance,
    check_name,
    packing_of,
    unpacked,
)

STDIN = "-"


@contextmanager
def open_binary(file: str, advance: Advance | None = None) -> Iterator[BinaryIO]:
    """Open a file, or standard input for `-`, and unpack gzip and zstd.

    Args:
        file: The file's name.
        advance: Told how many bytes have been read, where the file is compressed.

    Raises UsageError where it cannot be opened, and FileFormatError, also while it is read, where
    it is damaged or cut short.
    """
    with open_packed(file) as (head, stream):
        if packing := packing_of(head):
            yield unpacked(file, stream, packing, advance)
        else:
            yield stream


@contextmanager
def open_packed(file: str) -> Iterator[tuple[bytes, BinaryIO]]:
    """Open a file as it is; give its first bytes, and the stream from its start."""
    with _open(file) as stream:
        head, stream = _peeked(stream)
        check_name(file, head)
        yield head, stream


@contextmanager
def _open(file: str) -> Iterator[BinaryIO]:
    if isinstance(file, Held):
        with file.opened() as stream:
            yield stream
    elif file == STDIN:
        if sys.stdin is None:
            raise UsageError("cannot read standard input: it is closed")
        yield sys.stdin.buffer
    else:
        try:
            stream = Path(file).open("rb")  # noqa: SIM115  # closed below; only opening may fail
        except OSError as error:
            raise UsageError(f"cannot read {file}: {error.strerror or error}") from None
        with stream:
            yield stream


def _peeked(stream: BinaryIO) -> tuple[bytes, BinaryIO]:
    """Return the first bytes of a stream, and a stream that still has them."""
    if not stream.seekable():
        replay = _Replay(stream)
        head = replay.head(HEAD)
        return head, replay.again(last=True)
    start = stream.tell()
    head = stream.read(HEAD)
    stream.seek(start)
    return head, stream


class _Replay(io.RawIOBase):
    """A stream that can be read once, whose beginning can be read twice."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._seen = bytearray()
        self._place = 0
        self._records = True

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._place < len(self._seen):
            chunk = bytes(self._seen[self._place : self._place + len(buffer)])
            self._place += len(chunk)
        else:
            chunk = self._read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def _read(self, size: int) -> bytes:
        read = getattr(self._source, "read1", self._source.read)
        chunk: bytes = read(size)
        if self._records:
            self._seen += chunk
            self._place += len(chunk)
        elif self._seen:
            self._seen, self._place = bytearray(), 0
        return chunk

    def head(self, size: int) -> bytes:
        """Read at least so many bytes, if there are, and return the first of them."""
        while len(self._seen) < size and self._read(size - len(self._seen)):
            pass
        return bytes(self._seen[:size])

    def again(self, *, last: bool) -> BinaryIO:
        """Return a stream from the start; after the last one nothing more is kept."""
        self._place, self._records = 0, not last
        return cast(BinaryIO, _Kept(self, CHUNK))


class _Kept(io.BufferedReader):
    """A buffer that leaves what is under it open when it goes."""

    def close(self) -> None:
        """Close nothing: the stream below is another's."""


class Held(str):
    """The name of an input that can be opened once, with its stream: a look, then all of it."""

    _source: BinaryIO | _Replay
    _start: int
    _stack: ExitStack
    _looking: bool

    @classmethod
    def of(cls, file: str) -> str:
        """Return the file's name; that of standard input or a pipe with the stream held open."""
        if not _opens_once(file):
            return file
        held = cls(file)
        held._looking = True
        with ExitStack() as stack:
            held._take(stack.enter_context(_open(file)), stack)
            held._stack = stack.pop_all()
        return held

    def _take(self, stream: BinaryIO, stack: ExitStack) -> None:
        if not stream.seekable():
            replay = _Replay(stream)
            if replay.head(HEAD) != PARQUET:
                self._source = replay
                return
            stream = stack.enter_context(spooled(replay.again(last=True)))  # read from its end
        self._source, self._start = stream, stream.tell()

    def looked(self) -> None:
        """Let the next reading be the last one, so that nothing more is kept for another."""
        self._looking = False

    def close(self) -> None:
        """Let go of the stream."""
        self._stack.close()

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """Give the stream from its start; it is closed after the last reading."""
        try:
            if isinstance(self._source, _Replay):
                yield self._source.again(last=not self._looking)
            else:
                self._source.seek(self._start)
                yield self._source
        finally:
            if not self._looking:
                self.close()


def _opens_once(file: str) -> bool:
    if file == STDIN:
        return sys.stdin is not None
    try:
        mode = Path(file).stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def spooled(stream: BinaryIO) -> BinaryIO:
    """Return a temporary file with what a stream holds, at its start; it goes when it is closed."""
    spool = tempfile.TemporaryFile()  # noqa: SIM115  # the caller closes it
    shutil.copyfileobj(stream, spool, 1 << 20)
    spool.seek(0)
    return cast(BinaryIO, spool)
