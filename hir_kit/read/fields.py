"""Reading the fields of a row, with errors that say what was there instead."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from hir_kit.errors import RowError, shown
from hir_kit.files import jsonl
from hir_kit.files.parquet import is_null
from hir_kit.read.format import Row, stem


def required(data: Mapping[str, Any], key: str) -> Any:
    """Return the value of a key, None where it is null; raises RowError where the row has none."""
    if is_null(data, key):
        return None
    if key not in data:
        raise RowError(f"the row has no {key!r}; its keys are {shown(sorted(data))}")
    return data[key]


def value_at(data: Mapping[str, Any], path: str) -> Any:
    """Return the value under a key, which may be nested: `extra_info.prompt`, `messages.0.content`.

    A key that is there as it stands comes first. What is nested may be text that holds JSON, as
    tables have it. Raises KeyError where there is none.
    """
    if path in data:
        return data[path]
    value: Any = data
    for part in path.split("."):
        if isinstance(value, str):
            with suppress(ValueError):
                value = jsonl.loads(value)
        if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        elif isinstance(value, Mapping) and part in value:
            value = value[part]
        elif is_null(data, path):
            return None
        else:
            raise KeyError(path)
    return value


def string(data: Mapping[str, Any], key: str) -> str:
    """Return the string under a key; raises RowError where there is none."""
    value = required(data, key)
    if not isinstance(value, str):
        raise RowError(f"{key!r} is a string, got {jsonl.kind(value)}")
    return value


def strings(data: Mapping[str, Any], key: str) -> list[str]:
    """Return the list of strings under a key; raises RowError where there is none."""
    value = required(data, key)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise RowError(f"{key!r} is a list of strings, got {shown(value)}")
    return value


def optional_string(data: Mapping[str, Any], key: str) -> str | None:
    """Return the string under a key, None where it is missing or null; raises RowError."""
    value = data.get(key)
    if value is not None and not isinstance(value, str):
        raise RowError(f"{key!r} is a string or null, got {jsonl.kind(value)}")
    return value


def optional_object(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return the object under a key, an empty one where it is missing or null; raises RowError.

    It may be text that holds the object as JSON, as tables have it.
    """
    value = data.get(key)
    if isinstance(value, str):
        with suppress(ValueError):
            value = jsonl.loads(value)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RowError(f"{key!r} is an object or null, got {jsonl.kind(value)}")
    return value


def identifier(row: Row, key: str, file: str | None = None) -> str:
    """Return the id under a key as text, file name and line where it is missing or null.

    `file` is the name that tells the row's file from others of its name, where there may be some.
    Raises RowError where it is neither a string nor an integer.
    """
    value = row.data.get(key)
    if value is None:
        return f"{file or stem(row.location.file)}:{row.location.line}"
    return as_id(value)


def as_id(value: object, what: str = "an id") -> str:
    """Return an id as text, `3.0` as 3: tables with gaps make floats of integers.

    Raises RowError, in which `what` says what it is, where it is neither a string nor an integer.
    """
    if type(value) is str:  # mostly
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise RowError(f"{what} is a string or an integer, got {shown(value)}")
    return str(value)


def integer(data: Mapping[str, Any], key: str) -> int:
    """Return the integer under a key, `3.0` included; raises RowError where there is none."""
    value = required(data, key)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise RowError(f"{key!r} is an integer, got {shown(value)}")
    return value


def an_object(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return the object under a key; raises RowError where there is none."""
    value = required(data, key)
    if not isinstance(value, dict):
        raise RowError(f"{key!r} is an object, got {jsonl.kind(value)}")
    return value


def a_list(data: Mapping[str, Any], key: str) -> list[Any]:
    """Return the list under a key; raises RowError where there is none."""
    value = required(data, key)
    if not isinstance(value, list):
        raise RowError(f"{key!r} is an array, got {jsonl.kind(value)}")
    return value


def mean(values: object) -> float | None:
    """Return the mean of a list of finite numbers; None where it is anything else, or empty."""
    if not isinstance(values, list) or not values:
        return None
    if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
        return None
    try:
        total = math.fsum(values)
    except OverflowError:
        return None
    return total / len(values) if math.isfinite(total) else None
