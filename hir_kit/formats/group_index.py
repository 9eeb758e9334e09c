"""What is known of the groups of a flat dump: in memory for a while, and then on disk.

A dump may have any number of groups, whose rows stand anywhere in it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from hir_kit.rollouts import Location

_HELD = 20_000
_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -16384;
CREATE TABLE groups
    (number INTEGER PRIMARY KEY, id BLOB UNIQUE, file INTEGER, line INTEGER, asked BLOB,
     rollouts INTEGER, size INTEGER);
CREATE TABLE pieces (number INTEGER, place INTEGER);
"""
_WRITE = "INSERT OR REPLACE INTO groups VALUES (?, ?, ?, ?, ?, ?, ?)"
_READ = "SELECT number, file, line, asked, rollouts, size FROM groups WHERE id = ?"


@dataclass(slots=True)
class Known:
    """What is known of a group.

    Attributes:
        number: Its place in the order of first appearance.
        location: Where it began, once a piece of it has been taken.
        asked: A digest of what its first piece asks.
        rollouts: How many have been numbered.
        size: How many bytes of it wait.
    """

    number: int
    location: Location | None = None
    asked: bytes = b""
    rollouts: int = 0
    size: int = 0


@dataclass(slots=True)
class GroupIndex:
    """The groups by id, and where their pieces wait. Close it when all has been read.

    `Known` objects may be changed until the next one is asked for.
    """

    _held: dict[str, Known] = field(default_factory=dict)
    _pieces: list[tuple[int, int]] = field(default_factory=list)
    _files: dict[str, int] = field(default_factory=dict)
    _count: int = 0
    _base: sqlite3.Connection | None = None

    def __getitem__(self, id: str) -> Known:
        """Return what is known of a group, which may be new."""
        known = self._held.get(id)
        if known is None:
            if len(self._held) >= _HELD:
                self._put_down()
            known = self._held[id] = self._read(id) or self._new()
        return known

    def wait(self, known: Known, place: int) -> None:
        """Note where a piece of the group is."""
        self._pieces.append((known.number, place))
        if len(self._pieces) >= _HELD:
            self._put_down()

    def waiting(self) -> Iterator[tuple[str, Location, list[int]]]:
        """Yield id, beginning and places of every group with pieces, in order."""
        base = self._put_down()
        files = list(self._files)
        rows = base.execute(
            "SELECT id, file, line, place FROM pieces JOIN groups USING (number) "
            "ORDER BY number, place"
        )
        for (id, file, line), pieces in groupby(rows, key=itemgetter(0, 1, 2)):
            location = Location(files[file], line)
            yield _text(id), location, [place for *_, place in pieces]

    def close(self) -> None:
        """Forget everything."""
        if self._base is not None:
            self._base.close()

    def _new(self) -> Known:
        self._count += 1
        return Known(self._count)

    def _read(self, id: str) -> Known | None:
        found = self._base and self._base.execute(_READ, (_bytes(id),)).fetchone()
        if not found:
            return None
        number, file, line, asked, rollouts, size = found
        location = None if file is None else Location(list(self._files)[file], line)
        return Known(number, location, asked, rollouts, size)

    def _put_down(self) -> sqlite3.Connection:
        """Bring what is held to disk: a file without a name, which goes when it is closed."""
        if self._base is None:
            self._base = sqlite3.connect("", isolation_level=None)
            self._base.executescript(_TABLES)
        self._base.execute("BEGIN")
        self._base.executemany(_WRITE, map(self._row, self._held, self._held.values()))
        self._base.executemany("INSERT INTO pieces VALUES (?, ?)", self._pieces)
        self._base.execute("COMMIT")
        self._held.clear()
        self._pieces.clear()
        return self._base

    def _row(self, id: str, known: Known) -> tuple[object, ...]:
        file, line = None, None
        if known.location is not None:
            file = self._files.setdefault(known.location.file, len(self._files))
            line = known.location.line
        return (known.number, _bytes(id), file, line, known.asked, known.rollouts, known.size)


def _bytes(id: str) -> bytes:
    return id.encode("utf-8", "surrogatepass")


def _text(id: bytes) -> str:
    return id.decode("utf-8", "surrogatepass")
