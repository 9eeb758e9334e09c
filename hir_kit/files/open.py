"""Opening files and standard input as streams of bytes, and holding what can be read once."""

from __future__ import annotations

import io
import shutil
import stat
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from hir_kit.errors import FileFormatError, UsageError, needed

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


PARQUET = b"PAR1"
HEAD = 4
"""How many first bytes tell."""
CHUNK = 1 << 15
_WINDOW = 1 << 31  # what `zstd --long=31` looks back at; only files that ask for it take the memory
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_SKIPPABLE = b"\x2a\x4d\x18"  # the last three bytes of a zstd frame without data
_EXPECTED = {".gz": (_GZIP, "gzip"), ".zst": (_ZSTD, "zstd"), ".parquet": (PARQUET, "Parquet")}

Advance = Callable[[int], None]


def packing_of(head: bytes) -> str | None:
    """Return what data that begins so is compressed with; None where it is not."""
    if head.startswith(_GZIP):
        return "gzip"
    is_zstd = head == _ZSTD or (head[1:] == _SKIPPABLE and head[:1] in b"PQRSTUVWXYZ[\\]^_")
    return "zstd" if is_zstd else None


def check_name(file: str, head: bytes) -> None:
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
    chunks = _unpack(file, _chunks(stream, advance), packing, *_DECODERS[packing]())
    return cast(BinaryIO, io.BufferedReader(_Chunks(chunks), CHUNK))


def _gzip() -> tuple[Callable[[], _Decoder], type[Exception]]:
    return lambda: cast(_Decoder, zlib.decompressobj(wbits=31)), zlib.error


def _zstd() -> tuple[Callable[[], _Decoder], type[Exception]]:
    zstandard = needed("zstandard", "zstd", "a zstd file")
    decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    return lambda: decompressor.decompressobj(), zstandard.ZstdError


_DECODERS = {"gzip": _gzip, "zstd": _zstd}


def _chunks(stream: BinaryIO, advance: Advance | None) -> Iterator[bytes]:
    read = getattr(stream, "read1", stream.read)  # what is there now, from a pipe
    while chunk := read(CHUNK):
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
