"""Whether a text is JSON, however long its numbers and however deep its nesting."""

from __future__ import annotations

import json
import re

_TOKEN = re.compile(
    r"""[ \t\n\r]*(?:(?P<sign>[][{},:])
    |(?P<string>"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*")
    |(?P<other>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?
        |true|false|null|NaN|-?Infinity)
    |(?P<end>\Z))""",
    re.VERBOSE,
)
"""What Python's parser reads, `NaN` and `Infinity` included."""


def json_problem(text: str) -> str | None:
    """Return why a text is no JSON, None where it is; in time linear in the text.

    Python's parser decides. Its limits do not: an integer may have any number of digits, and
    arrays and objects may be nested to any depth.
    """
    try:
        json.loads(text, parse_int=str, parse_float=str)
    except ValueError as error:
        return str(error)
    except RecursionError:
        return None if _is_nested(text) else "a deeply nested text that ends or goes on wrongly"
    return None


def _is_nested(text: str) -> bool:
    """Read token by token, with what is open on a stack; `expected` says what may come next."""
    opened: list[str] = []
    expected, at = "value", 0
    while (match := _TOKEN.match(text, at)) and match["end"] is None:
        found = "value" if match["other"] else "string" if match["string"] else match["sign"]
        next_ = _next(found, expected, opened)
        if next_ is None:
            return False
        expected, at = next_, match.end()
    return match is not None and not opened and expected == "end"


def _next(found: str, expected: str, opened: list[str]) -> str | None:
    """Return what is expected after a token, None where it is not allowed; keep the stack."""
    if found in ("[", "{") and expected in ("value", "first value"):
        opened.append(found)
        return "first value" if found == "[" else "first key"
    if found in ("value", "string") and expected in ("value", "first value"):
        return "end"
    if found == "string" and expected in ("key", "first key"):
        return "colon"
    if found == ":" and expected == "colon":
        return "value"
    if not opened:
        return None
    if found == "," and expected == "end":
        return "value" if opened[-1] == "[" else "key"
    is_closing = (opened[-1], found) in (("[", "]"), ("{", "}"))
    if is_closing and expected in ("end", "first value" if found == "]" else "first key"):
        opened.pop()
        return "end"
    return None
