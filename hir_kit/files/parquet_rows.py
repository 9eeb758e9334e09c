"""Reading Parquet: the rows of a file as JSON objects, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from hir_kit.errors import FileFormatError, RowError
from hir_kit.files.arrow import row_converter, without_nanoseconds
from hir_kit.files.extras import needed

BATCH = 128
_BUFFER = 1 << 20

Advance = Callable[[int], None]


def parquet_rows(
    file: str, stream: BinaryIO, advance: Advance | None = None
) -> Iterator[dict[str, Any] | RowError]:
    """Yield the rows of a Parquet file as JSON objects, or what is wrong with them, in order.

    Args:
        file: Its name, for messages.
        stream: Its bytes; seekable.
        advance: Told how many bytes have been read, reckoned by rows.

    Raises FileFormatError where the file is damaged or cut short, UsageError without pyarrow.
    """
    parquet = needed("pyarrow.parquet", "parquet", "a Parquet file")
    with _naming(file):
        reader = parquet.ParquetFile(
            stream, pre_buffer=False, buffer_size=_BUFFER, page_checksum_verification=True
        )
        schema = reader.schema_arrow
        _check_names(file, schema.names)
        convert = row_converter(schema)
    yield from _rows(file, reader, convert, _Share(stream, reader.metadata.num_rows, advance))


def _rows(
    file: str, reader: Any, convert: Callable[[Any], Any], share: _Share
) -> Iterator[dict[str, Any] | RowError]:
    target = without_nanoseconds(reader.schema_arrow)
    with _naming(file):
        batches = reader.iter_batches(batch_size=BATCH, use_threads=False)
    count = 0
    while True:
        with _naming(file):
            batch = next(batches, None)
        if batch is None:
            break
        share.advance(batch.num_rows)
        count += batch.num_rows
        yield from rows_of_batch(batch, target, convert)
    if count != reader.metadata.num_rows:
        raise FileFormatError(
            f"{file} is damaged: it holds {count} rows and says {reader.metadata.num_rows}"
        )


def rows_of_batch(
    batch: Any, target: Any, convert: Callable[[Any], Any]
) -> Iterator[dict[str, Any] | RowError]:
    """Yield the rows of an Arrow batch or table as JSON objects, or what is wrong with them.

    Args:
        batch: The rows.
        target: The schema whose values Python has; see `without_nanoseconds`.
        convert: What makes JSON objects of them; see `row_converter`.
    """
    for row in _values(batch, target):
        yield row if isinstance(row, RowError) else _converted(row, convert)


def _values(batch: Any, target: Any) -> Iterator[dict[str, Any] | RowError]:
    """Yield the rows of a batch as Python values; one that has none does not spoil the others."""
    try:
        if not batch.schema.equals(target):
            batch = batch.cast(target, safe=False)
        yield from batch.to_pylist()
    except (ValueError, OverflowError) as error:  # UnicodeDecodeError and ArrowInvalid are such
        if batch.num_rows == 1:
            yield RowError(f"it has no Python value: {error}")
            return
        for place in range(batch.num_rows):
            yield from _values(batch.slice(place, 1), target)


def _converted(row: dict[str, Any], convert: Callable[[Any], Any]) -> dict[str, Any] | RowError:
    try:
        data: dict[str, Any] = convert(row)
    except RowError as error:
        return error
    return data


def _check_names(file: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise FileFormatError(f"{file} has two columns of one name: {', '.join(twice)}")


@contextmanager
def _naming(file: str) -> Iterator[None]:
    """Make an error of pyarrow name the file; it raises subclasses of these only."""
    from pyarrow import ArrowException

    try:
        yield
    except (ArrowException, OSError) as error:
        reason = " ".join(str(error).split())
        raise FileFormatError(f"{file} is a damaged Parquet file, or cut short: {reason}") from None


class _Share:
    """Turns rows read into bytes read, so that all rows make the file's size."""

    def __init__(self, stream: BinaryIO, rows: int, advance: Advance | None) -> None:
        self._size = stream.seek(0, 2)
        self._rows = rows
        self._told = self._done = 0
        self._advance = advance

    def advance(self, rows: int) -> None:
        self._done += rows
        told = self._size * self._done // max(self._rows, 1)
        if self._advance:
            self._advance(told - self._told)
        self._told = told
