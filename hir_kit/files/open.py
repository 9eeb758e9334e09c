"""Opening files and standard input as streams of bytes, unpacked."""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from hir_kit.errors import FileFormatError, UsageError, needed

STDIN = "-"

Advance = Callable[[int], None]


class Input:
    """What is read: a file by its name, or standard input for `-`.

    Standard input and pipes can be read once. What is read of them in a `looking` block is given
    again by the next opening, so that telling a dump's format by its first rows loses nothing.

    Attributes:
        name: The name, as it stands in messages and ids.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._is_looking = False
        self._stack = ExitStack()
        self._stream: BinaryIO | None = None
        self._seen: list[bytes] = []

    def __str__(self) -> str:
        return self.name

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Let what is read in this block be read again after it."""
        self._is_looking = True
        try:
            yield
        finally:
            self._is_looking = False

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """Give the bytes from the start, seekable where it is a file, or Parquet.

        Raises UsageError where it cannot be opened.
        """
        stack, self._stack = self._stack, ExitStack()
        with stack:
            stream = self._stream or self._first_opened(stack)
            start = stream.tell() if stream.seekable() else None
            try:
                yield _stream_of(self._whole(stream)) if start is None else stream
            finally:
                if self._is_looking and (self.name == STDIN or not Path(self.name).is_file()):
                    if start is not None:
                        stream.seek(start)
                    self._stream, self._stack = stream, stack.pop_all()

    def _first_opened(self, stack: ExitStack) -> BinaryIO:
        stream = stack.enter_context(_open(self.name))
        if stream.seekable():
            return stream
        head = b""
        while len(head) < _HEAD and (chunk := next(_chunks(stream), b"")):
            head += chunk
        if head.startswith(PARQUET):  # read from its end
            whole = _stream_of(chain([head], _chunks(stream)))
            return stack.enter_context(_spooled(whole))
        self._seen = [head]
        return stream

    def _whole(self, stream: BinaryIO) -> Iterator[bytes]:
        """Yield what was seen, and what comes after it."""
        yield from self._seen
        for chunk in _chunks(stream):
            if self._is_looking:
                self._seen.append(chunk)
            yield chunk

    def close(self) -> None:
        """Let go of what was looked at and is not read."""
        self._stack.close()


@contextmanager
def _open(name: str) -> Iterator[BinaryIO]:
    if name == STDIN:
        if sys.stdin is None:
            raise UsageError("cannot read standard input: it is closed")
        yield sys.stdin.buffer
        return
    try:
        stream = Path(name).open("rb")  # noqa: SIM115  # closed below; only opening may fail
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror or error}") from None
    with stream:
        yield stream


@contextmanager
def open_binary(file: str | Input, advance: Advance | None = None) -> Iterator[BinaryIO]:
    """Open a file, or standard input for `-`, and unpack gzip and zstd.

    Args:
        file: What is opened.
        advance: Told how many bytes have been read, where the file is compressed.

    Raises UsageError where it cannot be opened, and FileFormatError, also while it is read, where
    it is damaged or cut short.
    """
    with open_packed(file) as (head, stream):
        if packing := packing_of(head):
            yield unpacked(str(file), stream, packing, advance)
        else:
            yield stream


@contextmanager
def open_packed(file: str | Input) -> Iterator[tuple[bytes, BinaryIO]]:
    """Open a file as it is; give its first bytes, and the stream from its start."""
    with (Input(file) if isinstance(file, str) else file).opened() as stream:
        head = _head(stream)
        _check_name(str(file), head)
        yield head, stream


def _head(stream: BinaryIO) -> bytes:
    """Return the first bytes of a stream, and leave it at its start."""
    if not stream.seekable():
        return cast(io.BufferedReader, stream).peek(_HEAD)[:_HEAD]
    start = stream.tell()
    head = stream.read(_HEAD)
    stream.seek(start)
    return head


def _spooled(stream: BinaryIO) -> BinaryIO:
    """Return a temporary file with what a stream holds, at its start; it goes when it is closed."""
    spool = tempfile.TemporaryFile()  # noqa: SIM115  # the caller closes it
    shutil.copyfileobj(stream, spool, 1 << 20)
    spool.seek(0)
    return cast(BinaryIO, spool)


PARQUET = b"PAR1"
_HEAD = 4
"""How many first bytes tell."""
_CHUNK = 1 << 15
_WINDOW = 1 << 31  # what `zstd --long=31` looks back at; only files that ask for it take the memory
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_SKIPPABLE = b"\x2a\x4d\x18"  # the last three bytes of a zstd frame without data
_EXPECTED = {".gz": (_GZIP, "gzip"), ".zst": (_ZSTD, "zstd"), ".parquet": (PARQUET, "Parquet")}


def packing_of(head: bytes) -> str | None:
    """Return what data that begins so is compressed with; None where it is not."""
    if head.startswith(_GZIP):
        return "gzip"
    is_zstd = head == _ZSTD or (head[1:] == _SKIPPABLE and head[:1] in b"PQRSTUVWXYZ[\\]^_")
    return "zstd" if is_zstd else None


def _check_name(file: str, head: bytes) -> None:
    """Refuse a file that begins neither as its name says nor as text that can be JSON lines.

    A download may have been unpacked on its way, so text under such a name is read.
    """
    magic, kind = _EXPECTED.get(Path(file).suffix.lower(), (b"", ""))
    if not kind or head.startswith(magic) or packing_of(head) == kind:
        return
    if kind == "Parquet" or not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        what = "is empty" if not head else f"does not begin as {kind} does"
        raise FileFormatError(f"{file} {what}: it is damaged, or something else than it is named")


class _Decoder(Protocol):
    """What zlib and zstandard give for one member or frame."""

    eof: bool
    unused_data: bytes

    def decompress(self, data: bytes, /) -> bytes:
        """Return what these bytes unpack to."""


def unpacked(file: str, stream: BinaryIO, packing: str, advance: Advance | None) -> BinaryIO:
    """Return a stream of what a compressed stream holds, all of its members or frames."""
    return _stream_of(_unpack(file, _chunks(stream, advance), packing, *_DECODERS[packing]()))


def _gzip() -> tuple[Callable[[], _Decoder], type[Exception]]:
    return lambda: cast(_Decoder, zlib.decompressobj(wbits=31)), zlib.error


def _zstd() -> tuple[Callable[[], _Decoder], type[Exception]]:
    zstandard = needed("zstandard", "zstd", "a zstd file")
    decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    return lambda: decompressor.decompressobj(), zstandard.ZstdError


_DECODERS = {"gzip": _gzip, "zstd": _zstd}


def _chunks(stream: BinaryIO, advance: Advance | None = None) -> Iterator[bytes]:
    read = getattr(stream, "read1", stream.read)  # what is there now, from a pipe
    while chunk := read(_CHUNK):
        if advance:
            advance(len(chunk))
        yield chunk


def _unpack(
    file: str,
    chunks: Iterator[bytes],
    packing: str,
    new_decoder: Callable[[], _Decoder],
    failure: type[Exception],
) -> Iterator[bytes]:
    decoder, is_inside = new_decoder(), False
    try:
        for chunk in chunks:
            while chunk:
                if not is_inside and packing == "gzip":
                    chunk = chunk.lstrip(b"\0")  # tapes and some writers fill up with zeros
                    if not chunk:
                        break
                is_inside = True
                yield decoder.decompress(chunk)
                chunk = b""
                if decoder.eof:
                    chunk, decoder, is_inside = decoder.unused_data, new_decoder(), False
    except failure as error:
        raise FileFormatError(f"{file} is damaged: {error}") from None
    if is_inside:
        raise FileFormatError(f"{file} is cut short: its {packing} data ends in the middle")


def _stream_of(chunks: Iterator[bytes]) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_Chunks(chunks), _CHUNK))


class _Chunks(io.RawIOBase):
    """A stream of what an iterator of bytes gives."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
