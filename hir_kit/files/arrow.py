"""From Arrow's values to JSON's, by type.

A null in a column or a struct is read as a key that is not there: Arrow gives every struct of a
list the keys of all the others, filled with nulls. A null in a list stays, as places count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from hir_kit import jsonl
from hir_kit.errors import RowError, shown

Convert = Callable[[Any], Any]
JSON = "arrow.json"
"""The extension type of JSON documents, which `datasets` reads and writes as well."""


def row_converter(schema: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return what makes JSON objects of the rows of an Arrow schema.

    It raises RowError, naming the column, where a value has no counterpart in JSON.
    """
    converters = {field.name: converter(field.type) for field in schema}

    def convert(row: dict[str, Any]) -> dict[str, Any]:
        data = {}
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
