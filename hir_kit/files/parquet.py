"""Reading Parquet: the rows of a file as JSON objects, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, BinaryIO

from hir_kit.errors import FileFormatError, RowError, needed, shown
from hir_kit.files import jsonl

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


Convert = Callable[[Any], Any]
JSON = "arrow.json"
"""The extension type of JSON documents, which `datasets` reads and writes as well."""


class TableRow(dict[str, Any]):
    """A row of a table, without what is null in it.

    Attributes:
        columns: The columns of the table, and the fields of its structs: `a`, `a.b`.
    """

    columns: frozenset[str]


def is_null(row: Mapping[str, Any], column: str) -> bool:
    """Return whether a row is of a table that has a column, or field, which the row lacks."""
    return isinstance(row, TableRow) and column not in row and column in row.columns


def row_converter(schema: Any) -> Callable[[dict[str, Any]], TableRow]:
    """Return what makes JSON objects of the rows of an Arrow schema.

    It raises RowError, naming the column, where a value has no counterpart in JSON.
    """
    converters = {field.name: converter(field.type) for field in schema}
    columns = frozenset(_columns(schema))

    def convert(row: dict[str, Any]) -> TableRow:
        data = TableRow()
        data.columns = columns
        for name, value in row.items():
            if value is not None and (change := converters[name]):
                try:
                    value = change(value)
                except RowError as error:
                    raise RowError(f"column {name!r}: {error}") from None
            if value is not None:
                data[name] = value
        return data

    return convert


def _columns(fields: Iterable[Any], within: str = "") -> Iterator[str]:
    from pyarrow import types

    for field in fields:
        yield f"{within}{field.name}"
        if types.is_struct(field.type):
            yield from _columns(field.type, f"{within}{field.name}.")


def converter(kind: Any) -> Convert | None:
    """Return what makes JSON values of the Python values of an Arrow type; None: they are such.

    It is not called with None, and may return it.
    """
    from pyarrow import types

    if hasattr(kind, "extension_name"):
        return _of_extension(kind)
    if types.is_struct(kind):
        return _of_struct({field.name: converter(field.type) for field in kind})
    if types.is_map(kind):
        return _of_map(converter(kind.key_type), converter(kind.item_type))
    if inner := getattr(kind, "value_type", None):  # of lists of all sorts, and of codes
        convert = converter(inner)
        coded = types.is_dictionary(kind) or types.is_run_end_encoded(kind)
        return convert if coded or convert is None else _of_list(convert)
    return _of_value(kind)


def _of_value(kind: Any) -> Convert | None:
    from pyarrow import types

    if types.is_floating(kind):
        return _float
    if types.is_decimal(kind):
        return _decimal
    if types.is_duration(kind):
        return timedelta.total_seconds
    if types.is_date(kind) or types.is_time(kind) or types.is_timestamp(kind):
        return _iso
    if str(kind).endswith("binary") or "binary[" in str(kind) or "binary_view" in str(kind):
        return _text
    if types.is_interval(kind) or types.is_union(kind):
        return _refused(str(kind))
    return None


def _of_extension(kind: Any) -> Convert | None:
    if kind.extension_name == JSON:
        return _json
    if kind.extension_name == "arrow.uuid":
        return str
    return converter(kind.storage_type)


def _of_struct(converters: dict[str, Convert | None]) -> Convert:
    def convert(struct: dict[str, Any]) -> dict[str, Any]:
        data = {}
        for name, value in struct.items():
            if value is not None and (change := converters[name]):
                value = change(value)
            if value is not None:
                data[name] = value
        return data

    return convert


def _of_list(convert: Convert) -> Convert:
    def each(values: Iterable[Any]) -> list[Any]:
        return [None if value is None else convert(value) for value in values]

    return each


def _of_map(key: Convert | None, item: Convert | None) -> Convert:
    def convert(pairs: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for name, value in pairs:
            name = key(name) if key else name
            if isinstance(name, bool) or not isinstance(name, str | int):
                raise RowError(f"a map with the key {shown(name)}, which no JSON object can have")
            if str(name) in data:
                raise RowError(f"a map that holds the key {shown(name)} twice")
            data[str(name)] = item(value) if item and value is not None else value
        return {name: value for name, value in data.items() if value is not None}

    return convert


def _float(value: Any) -> float | None:
    """Return the number; NaN, which stands for a missing value in tables, is null."""
    number = float(value)
    if number != number:
        return None
    if number in (float("inf"), float("-inf")):
        raise RowError(f"the number {number}, which is no JSON value")
    return number


def _decimal(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _iso(value: date | time) -> str:
    return value.isoformat()


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RowError(f"bytes that are not UTF-8 text: {error.reason}") from None


def _json(value: str) -> Any:
    try:
        return jsonl.loads(value)
    except ValueError as error:
        raise RowError(f"not JSON: {error}") from None


def _refused(kind: str) -> Convert:
    def refuse(value: Any) -> Any:
        raise RowError(f"{shown(value)} of type {kind}, which has no counterpart in JSON")

    return refuse


def without_nanoseconds(schema: Any) -> Any:
    """Return the schema with microseconds for nanoseconds, which Python's times do not have."""
    import pyarrow

    return pyarrow.schema([field.with_type(_micro(field.type)) for field in schema])


def _micro(kind: Any) -> Any:
    """Return the type with microseconds for nanoseconds in it, at any depth."""
    import pyarrow
    from pyarrow import types

    if types.is_struct(kind):
        return pyarrow.struct([field.with_type(_micro(field.type)) for field in kind])
    if types.is_list(kind):
        return pyarrow.list_(_micro(kind.value_type))
    if getattr(kind, "unit", None) != "ns":
        return kind
    if types.is_timestamp(kind):
        return pyarrow.timestamp("us", kind.tz)
    return pyarrow.duration("us") if types.is_duration(kind) else pyarrow.time64("us")
