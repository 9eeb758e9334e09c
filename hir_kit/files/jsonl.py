"""JSON: reading what it says and nothing else, writing the same bytes every time.

orjson does the work. What it cannot take and Python can (lone surrogates, integers over 64 bits)
goes through the standard library, so that such a row is not lost. So do documents with a long run
of digits: orjson makes a float of an integer over 64 bits, and two ids become one.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import orjson

LONGEST = 1 << 28
"""How many bytes a line may have. Working on it takes many times as much memory."""

_MAX_DEPTH = 100  # far from where encoders and recursive readers give up
_MAX_DIGITS = 4300  # Python's own limit
_LONG = b"1" * 19  # digits; fewer never overflow 64 bits
_STRIDE = 9  # of so many digits, two stand at places that are looked at
_KEY_END, _NO_KEY_END = re.compile(rb'"\s*:'), re.compile(rb'\\"\s*:')
_AS_ONES = bytes(ord("1" if chr(byte).isdecimal() and byte < 128 else " ") for byte in range(256))


def loads(data: bytes | str) -> Any:
    """Parse one JSON document; raises ValueError where it is not JSON.

    NaN, which is not JSON, is null, as Parquet files have it; Infinity is refused. So are documents
    nested more than a hundred deep: what reads them cannot write them again. So are objects in
    which a key stands twice: nobody knows which one is meant.
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as first:
        value = _loads_leniently(data, first)
    else:
        raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        keys, is_flat = _looked_over(value)
        if (not is_flat and _may_overflow(raw)) or _may_repeat(raw, keys):
            value = _loads_exactly(data)
        elif is_flat:
            return value
    if _may_be_deep(data) and _is_deep(value):
        raise ValueError(f"nested more than {_MAX_DEPTH} deep")
    return value


def kind(value: object) -> str:
    """Return what a parsed value is, in JSON's words: "an array", "null", ..."""
    if value is None:
        return "null"
    return _KINDS.get(type(value), f"a {type(value).__name__}")


_KINDS: dict[type, str] = {
    bool: "a boolean",
    dict: "an object",
    float: "a number",
    int: "a number",
    list: "an array",
    str: "a string",
}


def _loads_leniently(data: bytes | str, first: json.JSONDecodeError) -> Any:
    try:
        return _loads_exactly(data)
    except json.JSONDecodeError:
        raise ValueError(f"{first.msg}, at character {first.pos + 1}") from None


def _loads_exactly(data: bytes | str) -> Any:
    text = data.decode("utf-8") if isinstance(data, bytes) else data
    try:
        return json.loads(
            text,
            object_pairs_hook=_once_each,
            parse_constant=_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
    except RecursionError:
        raise ValueError(f"nested more than {_MAX_DEPTH} deep") from None


def _constant(name: str) -> None:
    """Return what NaN says: no number is known there."""
    if name != "NaN":
        raise ValueError(f"{name} is no JSON value; write null")


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"the number {text[:20]} is beyond the range of floating point")
    return value


def _whole(text: str) -> int:
    if (digits := len(text.removeprefix("-"))) > _MAX_DIGITS:
        raise ValueError(f"an integer of {digits} digits is beyond what is read")
    return int(text)


def _may_overflow(data: bytes) -> bool:
    """Return whether there may be a long integer: 19 digits in a row, and not after a point.

    Most documents have no such row of digits, and the first look says so fast.
    """
    if data[::_STRIDE].translate(_AS_ONES).find(b"11") < 0:
        return False
    ones = data.translate(_AS_ONES)
    start = ones.find(_LONG)
    while start >= 0:
        if data[start - 1 : start] != b".":
            return True
        end = ones.find(b" ", start)
        start = ones.find(_LONG, end) if end >= 0 else -1
    return False


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise ValueError(f"the key {twice[:60]!r} stands twice in an object")
    return found


def _looked_over(value: Any) -> tuple[int, bool]:
    """Return how many keys all objects have, and whether a value is surely flat and without floats.

    Long lists that begin with neither an object nor a list are not looked at.
    """
    keys, is_flat, parts = 0, True, [value]
    for part in parts:  # which grow meanwhile
        kind = type(part)
        if kind is dict:
            keys += len(part)
            parts += part.values()
        elif kind is list:
            if len(part) <= _MAX_DEPTH or type(part[0]) in (dict, list):
                parts += part
            else:
                is_flat = False
        elif kind is float:
            is_flat = False
    return keys, is_flat and len(parts) <= _MAX_DEPTH


def _may_repeat(data: bytes, read: int) -> bool:
    """Return whether more keys are written than were read; most documents need no closer look.

    Within a text a quotation mark is escaped, so that a bare one before a colon ends a key. Where a
    backslash is escaped, too, they are not told apart.
    """
    written = len(_KEY_END.findall(data))  # which is faster than to count what has no space
    if written <= read:
        return False
    return b"\\\\" in data or written - len(_NO_KEY_END.findall(data)) > read


def _may_be_deep(data: bytes | str) -> bool:
    """Return whether there are brackets enough; most documents need no closer look."""
    if isinstance(data, bytes):
        return data.count(b"[") + data.count(b"{") > _MAX_DEPTH
    return data.count("[") + data.count("{") > _MAX_DEPTH


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(_MAX_DEPTH + 1):
        level = [child for item in level for child in _children(item)]
    return bool(level)


def _children(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def dumps(value: object) -> bytes:
    """Return the value as one line of JSON, without the line end; keys keep their order."""
    try:
        return orjson.dumps(value)
    except TypeError:
        # A lone surrogate or a huge integer: only escaped ASCII can hold them.
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode("ascii")
