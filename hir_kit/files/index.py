"""Rows by a key, on disk: for what is looked up in any order and may be larger than memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

_TABLE = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -16384;
CREATE TABLE rows (key BLOB, row BLOB);
CREATE INDEX by_key ON rows (key);
"""


class Index:
    """Rows by a key; one key may have several. Close it when it is not needed any more.

    Args:
        path: Where it is, so that other processes can open it; None: a temporary file of the
            database's own.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._base = sqlite3.connect(path or "", isolation_level=None, check_same_thread=False)
        self._base.executescript(_TABLE)

    @classmethod
    def opened(cls, path: Path) -> Index:
        """Return an index that another process has made, to be read."""
        index = cls.__new__(cls)
        name = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        index._base = sqlite3.connect(name, uri=True, check_same_thread=False)
        return index

    def add(self, rows: Iterable[tuple[str, bytes]]) -> None:
        """Add rows with their keys."""
        self._base.execute("BEGIN")
        self._base.executemany("INSERT INTO rows VALUES (?, ?)", ((_key(k), v) for k, v in rows))
        self._base.execute("COMMIT")

    def __getitem__(self, key: str) -> list[bytes]:
        """Return the rows of a key, in the order in which they were added."""
        found = self._base.execute(
            "SELECT row FROM rows WHERE key = ? ORDER BY rowid", (_key(key),)
        )
        return [row for (row,) in found]

    def __len__(self) -> int:
        """Return how many keys there are."""
        count: int = self._base.execute("SELECT COUNT(DISTINCT key) FROM rows").fetchone()[0]
        return count

    def close(self) -> None:
        """Forget what is in a temporary one."""
        self._base.close()


def _key(key: str) -> bytes:
    return key.encode("utf-8", "surrogatepass")
