"""Batch files: requests and answers in the shape of the OpenAI batch interface.

`custom_id` is the key of the answer in the cache, so that answers need nothing to be joined with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from hir_kit import UsageError
from hir_kit.plugin import jsonl, open_target, shown
from hir_plugin_llm.cache import Cache
from hir_plugin_llm.server import answer_of

_KEY = re.compile(r"[0-9a-f]{64}\Z")
_URL = "/v1/chat/completions"


class BatchFile:
    """Requests that are written to a file, each once; it appears when it is closed.

    Args:
        path: The file.
    """

    def __init__(self, path: str) -> None:
        self._stack = ExitStack()
        self._stream = self._stack.enter_context(open_target(path))
        self._keys: set[str] = set()

    def add(self, key: str, body: Mapping[str, Any]) -> bool:
        """Write a request; return whether it was not there yet."""
        if key in self._keys:
            return False
        self._keys.add(key)
        row = {"custom_id": key, "method": "POST", "url": _URL, "body": body}
        self._stream.write(jsonl.dumps(row) + b"\n")
        return True

    def close(self) -> None:
        """Make the file appear."""
        self._stack.close()


def take_results(path: str, cache: Cache) -> int:
    """Take the answers of a file into the cache; return how many requests have several answers.

    Of those none is taken: nobody knows which is right. Failures are passed over, to be asked
    again.

    Raises UsageError where a line is no answer.
    """
    found: dict[str, dict[str, Any]] = {}
    differing: set[str] = set()
    for where, row in _rows(path):
        key, answer = _answer(row, where)
        if answer is not None and found.setdefault(key, answer)["choice"] != answer["choice"]:
            differing.add(key)
    cache.add((key, answer) for key, answer in found.items() if key not in differing)
    return len(differing)


def _rows(path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        lines = Path(path).read_bytes().split(b"\n")
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            row = jsonl.loads(line)
        except ValueError as error:
            raise UsageError(f"{where}: {error}") from None
        if not isinstance(row, dict):
            raise UsageError(f"{where}: a line of results is an object, got {shown(row)}")
        yield where, row


def _answer(row: Mapping[str, Any], where: str) -> tuple[str, dict[str, Any] | None]:
    """Return a key with its answer; None where the request failed."""
    key, response = row.get("custom_id"), row.get("response")
    if not isinstance(key, str) or not _KEY.match(key):
        raise UsageError(
            f"{where}: 'custom_id' is the key that `--requests` wrote (64 hex digits), "
            f"got {shown(key)}"
        )
    if not isinstance(response, dict) or row.get("error") or response.get("status_code") != 200:
        return key, None
    try:
        return key, answer_of(response.get("body"))
    except ValueError:
        return key, None
