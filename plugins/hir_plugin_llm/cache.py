"""Answers by content, in one SQLite file that survives kills and can be shared."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hir_kit import UsageError
from hir_kit.plugin import jsonl

_SECONDS = 30.0  # that another process may take to write
_TABLE = "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, answer BLOB) WITHOUT ROWID"
_PUT = "INSERT OR IGNORE INTO answers VALUES (?, ?)"


class Cache:
    """A file of answers, opened when it is first asked.

    Each answer is written at once, in the write-ahead log, which a killed process leaves whole.
    The first answer to a request counts, whoever else writes the same file.

    Args:
        path: The file.

    Raises UsageError, on use, where the file cannot be used.
    """

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._opened: tuple[int, sqlite3.Connection] | None = None

    def get(self, key: str) -> dict[str, Any] | None:
        """Return the answer of a key; None where there is none."""
        if self._opened is None and not self._path.is_file():
            return None
        with self._naming() as file:
            row = file.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
        answer = None if row is None else jsonl.loads(row[0])
        return answer if isinstance(answer, dict) else None

    def put(self, key: str, answer: Mapping[str, Any]) -> None:
        """Keep an answer."""
        with self._naming() as file:
            file.execute(_PUT, (key, jsonl.dumps(answer)))

    def add(self, answers: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Keep many answers, all or none."""
        with self._naming() as file:
            file.execute("BEGIN IMMEDIATE")
            with file:
                file.executemany(_PUT, ((key, jsonl.dumps(answer)) for key, answer in answers))

    def close(self) -> None:
        """Close the file, which is one file then; it is opened again on use."""
        if self._opened is not None and self._opened[0] == os.getpid():
            self._opened[1].close()
        self._opened = None

    @contextmanager
    def _naming(self) -> Iterator[sqlite3.Connection]:
        try:
            yield self._connection()
        except (sqlite3.Error, OSError) as error:
            raise UsageError(
                f"the cache of answers {self._path} cannot be used ({error}); "
                "`--set llm.cache=FILE` names another"
            ) from error

    def _connection(self) -> sqlite3.Connection:
        """Return the open file; a process that was forked off opens it anew."""
        if self._opened is None or self._opened[0] != os.getpid():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = sqlite3.connect(
                self._path, timeout=_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                file.execute("PRAGMA journal_mode=WAL")
                file.execute("PRAGMA synchronous=NORMAL")
                file.execute(_TABLE)
            except sqlite3.Error:
                file.close()
                raise
            self._opened = os.getpid(), file
        return self._opened[1]
