"""The rows of a file, whatever it is packed with: JSON lines, gzip, zstd or Parquet."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, BinaryIO

from hir_kit import jsonl
from hir_kit.errors import FileFormatError, RowError
from hir_kit.files.parquet_rows import parquet_rows
from hir_kit.files.streams import open_packed, spooled
from hir_kit.files.unpacking import PARQUET, packing_of, unpacked

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it stands in a file.

    Attributes:
        number: Its line, or its row in a Parquet file, from 1.
        raw: The line; of a Parquet file, what the line would be.
        value: The row of a Parquet file, or what is wrong with it; None for a line.
    """

    number: int
    raw: bytes
    value: dict[str, Any] | RowError | None = None

    @property
    def data(self) -> dict[str, Any] | RowError:
        """The JSON object that the row holds, or what is wrong with it; a line is parsed now."""
        return _parsed(self.raw) if self.value is None else self.value


def records(file: str, advance: Advance | None = None) -> Generator[Record, None, None]:
    """Yield the rows of a file, or of standard input for `-`, streaming.

    Args:
        file: Its name. Its first bytes tell what it is packed with.
        advance: Told how many bytes of the file have been read.

    Raises UsageError where it cannot be opened or a package is missing, FileFormatError where it is
    damaged, cut short, or nothing that holds JSON objects.
    """
    with open_packed(file) as (head, stream):
        if head == PARQUET:
            with nullcontext(stream) if stream.seekable() else spooled(stream) as seekable:
                yield from _of_parquet(file, seekable, advance)
        elif packing := packing_of(head):
            yield from _of_lines(file, unpacked(file, stream, packing, advance), None)
        else:
            yield from _of_lines(file, stream, advance)


def _of_lines(file: str, stream: BinaryIO, advance: Advance | None) -> Iterator[Record]:
    is_first = True
    for number, line in jsonl.numbered_lines(stream, file):
        if advance:
            advance(len(line) + 1)
        if is_first:
            _refuse_other(file, line)
            is_first = False
        yield Record(number, line)


def _parsed(line: bytes) -> dict[str, Any] | RowError:
    try:
        return parse_object(line)
    except RowError as error:
        return error


def parse_object(line: bytes) -> dict[str, Any]:
    """Return the JSON object of a line; raises RowError saying what it is instead."""
    try:
        data = jsonl.loads(line)
    except UnicodeDecodeError as error:
        raise RowError(f"not UTF-8: {error.reason} at byte {error.start}") from None
    except ValueError as error:
        raise RowError(f"not JSON: {error}") from None
    if not isinstance(data, dict):
        raise RowError(f"a line is a JSON object, got {jsonl.kind(data)}")
    return data


def _of_parquet(file: str, stream: BinaryIO, advance: Advance | None) -> Iterator[Record]:
    for number, row in enumerate(parquet_rows(file, stream, advance), start=1):
        raw = b"" if isinstance(row, RowError) else jsonl.dumps(row)
        yield Record(number, raw, row)


_TEXT = "hir-kit reads one JSON object a line, also in gzip and zstd, and Parquet"
_OTHERS = {
    b"\xff\xfe": "is UTF-16; `iconv -f UTF-16 -t UTF-8 FILE | hir-kit ... -` reads it",
    b"\xfe\xff": "is UTF-16; `iconv -f UTF-16 -t UTF-8 FILE | hir-kit ... -` reads it",
    b"[": "holds a JSON array; `jq -c '.[]' FILE | hir-kit ... -` reads it",
    b"BZh": "is compressed; `bunzip2 -c FILE | hir-kit ... -` reads it",
    b"\xfd7zXZ\x00": "is compressed; `xz -dc FILE | hir-kit ... -` reads it",
    b"PK\x03\x04": "is a zip archive, as PyTorch's files are, too",
    b"PAR1": "is a Parquet file inside another packing; unpack it",
    b"\x1f\x8b": "is packed twice; unpack it once",
    b"\x28\xb5\x2f\xfd": "is packed twice; unpack it once",
    b"PARE": "is an encrypted Parquet file",
    b"ARROW1": "is an Arrow file; write it as Parquet",
    b"\xff\xff\xff\xff": "is an Arrow stream, as `save_to_disk` writes; use `to_parquet`",
}


def _refuse_other(file: str, line: bytes) -> None:
    """Say what a file is where its first line shows that it is not JSON lines."""
    for magic, what in _OTHERS.items():
        if line.startswith(magic):
            raise FileFormatError(f"{file} {what.replace('FILE', file)}. {_TEXT}")
