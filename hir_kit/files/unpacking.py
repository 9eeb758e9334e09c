"""Telling how bytes are packed, and unpacking gzip and zstd.

What a file is packed with is told by its first bytes. Its name says only what was expected.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from hir_kit.errors import FileFormatError
from hir_kit.files.extras import needed

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
