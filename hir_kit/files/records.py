"""The rows of a file, whatever it is packed with: JSON lines, an array, gzip, zstd or Parquet."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, starmap
from typing import Any, BinaryIO

from hir_kit.errors import FileFormatError, RowError
from hir_kit.files import jsonl
from hir_kit.files.open import PARQUET, Advance, Input, open_packed, packing_of, unpacked
from hir_kit.files.parquet import parquet_rows

Block = tuple[int, bytes]

BLOCK_BYTES = 1 << 18
"""How much of a file is read, and handed over, at once, about."""

LARGEST_ARRAY = 1 << 26
"""How many bytes a file that is one JSON array may have: it is held in memory."""

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it stands in a file.

    Attributes:
        number: Its line, or its row in a Parquet file or array, from 1.
        raw: The line; of a Parquet file or array, what the line would be.
        value: The row of a Parquet file or array, or what is wrong with it; None for a line.
    """

    number: int
    raw: bytes
    value: dict[str, Any] | RowError | None = None

    @property
    def data(self) -> dict[str, Any] | RowError:
        """The JSON object that the row holds, or what is wrong with it; a line is parsed now."""
        if self.value is not None:
            return self.value
        try:
            return parse_object(self.raw)
        except RowError as error:
            return error


def records(file: str | Input, advance: Advance | None = None) -> Generator[Record, None, None]:
    """Yield the rows of a file, or of standard input for `-`, streaming.

    Args:
        file: What is read, or its name. Its first bytes tell what it is packed with.
        advance: Told how many bytes of the file have been read.

    Raises UsageError where it cannot be opened or a package is missing, FileFormatError where it is
    damaged, cut short, or nothing that holds JSON objects.
    """
    name = str(file)
    with open_packed(file) as (head, stream):
        if head == PARQUET:
            yield from _of_parquet(name, stream, advance)
            return
        is_live = not stream.seekable()
        if packing := packing_of(head):
            stream, advance = unpacked(name, stream, packing, advance), None
        # From a pipe take what is there now; from a file the same blocks every time.
        read = getattr(stream, "read1", stream.read) if is_live else stream.read
        yield from _of_text(name, _blocks(name, stream, read, advance))


def _of_text(file: str, blocks: Iterator[Block]) -> Iterator[Record]:
    for number, data in blocks:
        lines = _lines(number, data)
        first = next(lines, None)
        if first is None:
            continue
        if first.raw.startswith(b"["):
            yield from _of_array(file, chain([data], (data for _, data in blocks)))
            return
        if first.raw == b"{":
            yield from _of_indented(file, chain([(number, data)], blocks))
            return
        _refuse_other(file, first.raw)
        yield first
        yield from lines
        yield from chain.from_iterable(starmap(_lines, blocks))


def _blocks(
    file: str, stream: BinaryIO, read: Callable[[int], bytes], advance: Advance | None
) -> Iterator[Block]:
    """Yield whole lines, some at once, with the number of the first."""
    number = 1
    while data := read(BLOCK_BYTES):
        if not data.endswith(b"\n"):
            data += stream.readline(jsonl.LONGEST)
        count = data.count(b"\n") + (not data.endswith(b"\n"))
        _refuse_long(data, file, number + count - 1)
        if advance:
            advance(len(data))
        yield number, data
        number += count


def _lines(first: int, data: bytes) -> Iterator[Record]:
    """Yield the lines that are not blank."""
    for number, line in enumerate(data.split(b"\n"), start=first):
        if number == 1:
            line = line.removeprefix(_BOM)
        if line := line.strip(b" \t\r\n"):
            yield Record(number, line)


def _of_array(file: str, parts: Iterator[bytes]) -> Iterator[Record]:
    """Yield the elements of a JSON array, which has to be read as a whole."""
    text = bytearray()
    for part in parts:
        text += part
        if len(text) > LARGEST_ARRAY:
            raise FileFormatError(
                f"{file} holds a JSON array of more than {LARGEST_ARRAY >> 20} MiB; "
                f"`jq -c '.[]' {file} | hir-kit ... -` reads it. {_TEXT}"
            )
    try:
        values = jsonl.loads(bytes(text).removeprefix(_BOM))
    except ValueError as error:
        raise FileFormatError(f"{file} begins as a JSON array, but is none: {error}") from None
    for number, value in enumerate(values, start=1):
        raw = jsonl.dumps(value)
        if isinstance(value, dict):
            yield Record(number, raw, value)
        else:
            wrong = RowError(f"an element is a JSON object, got {jsonl.kind(value)}")
            yield Record(number, raw, wrong)


def _of_indented(file: str, blocks: Iterable[Block]) -> Iterator[Record]:
    """Yield objects that are written over several lines, as `jq` does, by their first lines.

    Each begins and ends with a line that is not indented; a line end within is white space.
    """
    first, parts, size = 0, list[bytes](), 0
    for start, data in blocks:
        for number, line in enumerate(data.split(b"\n"), start=start):
            if parts or line.strip(b" \t\r\n"):
                first = first if parts else number
                parts.append(line.strip(b" \t\r\n"))
                size += len(line)
            if size >= jsonl.LONGEST:
                _refuse_long(b" " * size, file, first)
            if line.startswith(b"}"):
                yield Record(first, b" ".join(parts).removeprefix(_BOM))
                parts, size = [], 0
    if parts:
        yield Record(first, b" ".join(parts))


def _refuse_long(data: bytes, file: str, number: int) -> None:
    """Refuse a block whose last line, which has this number, is too long; no other can be."""
    if len(data) - 1 - data.rfind(b"\n", 0, -1) >= jsonl.LONGEST:
        raise FileFormatError(
            f"{file}:{number} has {jsonl.LONGEST >> 20} MiB or more, and a row is worked on in "
            "memory. Write it as several rows, a group as several groups"
        )


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


_TEXT = "hir-kit reads one JSON object a line, also in gzip and zstd, small arrays, and Parquet"
_OTHERS = {
    b"\xff\xfe": "is UTF-16; `iconv -f UTF-16 -t UTF-8 FILE | hir-kit ... -` reads it",
    b"\xfe\xff": "is UTF-16; `iconv -f UTF-16 -t UTF-8 FILE | hir-kit ... -` reads it",
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
