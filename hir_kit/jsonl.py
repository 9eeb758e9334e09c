"""JSON lines: reading with line numbers, writing the same bytes every time.

orjson does the work. What it cannot take and Python can (lone surrogates, integers over 64 bits)
goes through the standard library, so that such a row is not lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

import orjson

_BOM = b"\xef\xbb\xbf"


def loads(data: bytes | str) -> Any:
    """Parse one JSON document; raises ValueError where it is not JSON.

    NaN and Infinity are refused: they are not JSON, and no trainer downstream reads them.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as first:
        return _loads_leniently(data, first)


def _loads_leniently(data: bytes | str, first: ValueError) -> Any:
    text = data.decode("utf-8") if isinstance(data, bytes) else data
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError:
        raise first from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def dumps(value: object) -> bytes:
    """Return the value as one line of JSON, without the line end; keys keep their order."""
    try:
        return orjson.dumps(value)
    except TypeError:
        # A lone surrogate or a huge integer: only escaped ASCII can hold them.
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode("ascii")


def numbered_lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield (line number from 1, line without its end) for every line that is not blank."""
    for number, line in enumerate(stream, start=1):
        if number == 1 and line.startswith(_BOM):
            line = line[len(_BOM) :]
        line = line.strip(b" \t\r\n")
        if line:
            yield number, line
