"""Bringing the scattered rollouts of a flat dump together, group by group."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any, BinaryIO

from hir_kit.errors import UsageError, shown
from hir_kit.files import jsonl
from hir_kit.model.constraint import parse_constraints
from hir_kit.model.rollout import Group, Location, Reject, Rollout
from hir_kit.read.format import Feedback, Item, ReadOptions, Unread
from hir_kit.read.ids import asked_digest


def grouped(
    pieces: Iterable[Group], options: ReadOptions, feedback: Feedback, index: GroupIndex
) -> Iterator[Item]:
    """Yield pieces that ask the same as the others of their group: joined, or as they come.

    Args:
        pieces: The rows of a flat dump, in their order.
        options: Whether whole groups are wanted.
        feedback: Where the other pieces go.
        index: The index that their rollouts were numbered by.
    """
    pieces = _alike(pieces, feedback, index)
    if options.whole_groups:
        return gathered(pieces, index)
    return _closing(pieces, index)


def _closing(pieces: Iterable[Group], index: GroupIndex) -> Iterator[Group]:
    with closing(index):
        yield from pieces


def _alike(pieces: Iterable[Group], feedback: Feedback, index: GroupIndex) -> Iterator[Group]:
    """Yield the pieces that ask what the first piece of their group asks; reject the others.

    A piece with another prompt or other constraints is not a rollout of the same instruction.
    """
    for piece in pieces:
        asked, known = asked_digest(piece), index[piece.id]
        if known.location is None:
            known.location, known.asked = piece.location, asked
        if known.asked == asked:
            yield piece
        else:
            reason = (
                f"group {piece.id!r} began at {known.location} with another prompt or other "
                "constraints; one group holds the rollouts of one instruction"
            )
            feedback.reject(Reject(piece.location, reason, _packed(piece)))


def gathered(pieces: Iterable[Item], index: GroupIndex) -> Iterator[Item]:
    """Yield whole groups: unread and complete ones at once, others by first appearance.

    Their rows wait in a temporary file, and where each one stands in the index.
    """
    end = 0
    with closing(index), tempfile.TemporaryFile() as spool:
        for piece in pieces:
            if not isinstance(piece, Group) or piece.complete:
                yield piece
                continue
            size = spool.write(_packed(piece) + b"\n")
            known = index[piece.id]
            known.location = known.location or piece.location
            known.size += size
            _refuse_huge(piece.id, known)
            index.wait(known, end)
            end += size
        for group_id, location, places in index.waiting():
            yield Gathered(location, group_id, tuple(_line(spool, place) for place in places))


def _line(spool: BinaryIO, place: int) -> bytes:
    spool.seek(place)
    return spool.readline()


def _refuse_huge(group_id: str, known: Known) -> None:
    """Raise UsageError where a group becomes too large to be worked on."""
    if known.size >= jsonl.LONGEST:
        raise UsageError(
            f"the group {shown(group_id)}, which begins at {known.location}, has "
            f"{jsonl.LONGEST >> 20} MiB or more, and a group is worked on in memory. Is the "
            "column that tells the groups the right one? If so, split the group into several"
        )


@dataclass(frozen=True, slots=True)
class Gathered(Unread):
    """The rows of a group of a flat dump.

    Attributes:
        group_id: The group's id.
        lines: Its rows, as they waited.
    """

    group_id: str
    lines: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """How many bytes the rows have."""
        return sum(map(len, self.lines))

    @property
    def raw(self) -> bytes:
        """The rows."""
        return b"".join(self.lines)

    def open(self) -> Group:
        """Return the group."""
        return _joined(self.group_id, self.location, [jsonl.loads(line) for line in self.lines])


def _packed(piece: Group) -> bytes:
    return jsonl.dumps(
        {
            "prompt": piece.prompt,
            "constraints": [spec.to_json() for spec in piece.constraints],
            "rollouts": [[r.id, r.text, r.entropy, r.logprob, r.meta] for r in piece.rollouts],
            "task": piece.task,
            "meta": piece.meta,
        }
    )


def _joined(group_id: str, location: Location, parts: list[dict[str, Any]]) -> Group:
    return Group(
        group_id,
        parts[0]["prompt"],
        parse_constraints(parts[0]["constraints"]),
        tuple(Rollout(*fields) for part in parts for fields in part["rollouts"]),
        location,
        parts[0]["task"],
        parts[0]["meta"],
    )


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
