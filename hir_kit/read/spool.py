"""Bringing the scattered rollouts of a flat dump together, group by group."""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any, BinaryIO

from hir_kit.errors import UsageError, shown
from hir_kit.files import jsonl
from hir_kit.model.constraint import ConstraintSpec, parse_constraints
from hir_kit.model.prompt import Prompt
from hir_kit.model.rollout import Group, Location, Reject, Rollout
from hir_kit.read.format import Feedback, ReadOptions, Row, each_row, stem
from hir_kit.read.parcel import Item, Parcel, Parcels


@dataclass(frozen=True, slots=True)
class Sample:
    """One response of a flat dump.

    Attributes:
        text: What the model wrote, unchanged.
        entropy: Mean token entropy, in nats, where the dump has it.
        logprob: Mean token log-probability, in nats, where the dump has it.
        meta: Whatever else the dump says of it.
    """

    text: str
    entropy: float | None = None
    logprob: float | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Piece:
    """What one row of a flat dump says: some responses, and the instruction they answer.

    Attributes:
        group: The id of the group; rows with the same one belong together.
        prompt: What was sent to the model.
        constraints: The instruction's constraints, in order.
        samples: The responses of the row, in order.
        task: The request without its constraints, where the dump has it.
        meta: Whatever else the dump says of the instruction.
    """

    group: str
    prompt: Prompt
    constraints: tuple[ConstraintSpec, ...]
    samples: tuple[Sample, ...]
    task: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)


class FileNames:
    """A short name for each file, for ids made from it: two of one name are told apart."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._counts: Counter[str] = Counter()

    def __getitem__(self, file: str) -> str:
        """Return the name: without folders and ending; `name~2` for the second of that name."""
        if file not in self._names:
            name = stem(file)
            self._counts[name] += 1
            count = self._counts[name]
            self._names[file] = name if count == 1 else f"{name}~{count}"
        return self._names[file]


class RowNames:
    """Ids that no two rows share, where each row is a group: `q`, then `q~2` for the next `q`.

    Of each id eight bytes are kept, in some 70 bytes of memory.
    """

    def __init__(self) -> None:
        self._taken: set[int] = set()
        self._counts: dict[str, int] = {}

    def id(self, given: str, *, is_taken: bool = False) -> str:
        """Return the id of the next row with this one, which may be taken by a row to come."""
        name, number = given, self._counts.get(given, 1)
        is_free = not is_taken and self._take(name)
        while not is_free:
            number += 1
            name = f"{given}~{number}"
            is_free = self._take(name)
        if number > 1:
            self._counts[given] = number
        return name

    def take_all(self, given: Sequence[bytes]) -> bool:
        """Let rows keep these ids, in UTF-8, if no two rows share any; return whether they do."""
        taken = set(map(_eight_bytes, given))
        if len(taken) < len(given) or not taken.isdisjoint(self._taken):
            return False
        self._taken |= taken
        return True

    def _take(self, name: str) -> bool:
        taken = len(self._taken)
        self._taken.add(_eight_bytes(name.encode("utf-8", "surrogatepass")))
        return len(self._taken) > taken


def _eight_bytes(name: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big")


class GroupNames:
    """Ids for groups whose rows share a name: `q` for its first instruction, `q~2` for another.

    Args:
        names: The names that are taken, by other rows, too.
    """

    def __init__(self, names: RowNames) -> None:
        self._names = names
        self._of: dict[tuple[str, bytes], str] = {}

    def id(self, group: Group) -> str:
        """Return the id of the group that this row belongs to by its name and its instruction."""
        key = group.id, _digest(group)
        if key not in self._of:
            self._of[key] = self._names.id(group.id)
        return self._of[key]


class GroupNumbers:
    """Ids for groups that have none: `scope:0`, `scope:1`, in order of first appearance."""

    def __init__(self) -> None:
        self._numbers: dict[str, dict[bytes, int]] = {}

    def id(self, scope: object, *key: object) -> str:
        """Return the id of the group that this key tells, within a scope such as a step."""
        digest = hashlib.blake2b(jsonl.dumps(key), digest_size=16).digest()
        numbers = self._numbers.setdefault(str(scope), {})
        return f"{scope}:{numbers.setdefault(digest, len(numbers))}"


def read_flat(
    files: Sequence[str],
    options: ReadOptions,
    feedback: Feedback,
    read: Callable[[Row], Piece | None],
) -> Iterator[Group]:
    """Yield the groups of a flat dump, whole or row by row as the options say.

    Rollouts are named by their place in the group. `read` returns None for a row that adds
    nothing; a RowError or SpecError that it raises rejects the row.
    """
    index = GroupIndex()

    def numbered(row: Row) -> Group | None:
        piece = read(row)
        return None if piece is None else _group(piece, row.location, index[piece.group])

    return grouped(each_row(files, feedback, numbered), options, feedback, index)


def grouped(
    pieces: Iterable[Group], options: ReadOptions, feedback: Feedback, index: GroupIndex
) -> Iterator[Group]:
    """Yield pieces that ask the same as the others of their group: joined, or as they come.

    Args:
        pieces: The rows of a flat dump, in their order.
        options: Whether whole groups are wanted.
        feedback: Where the other pieces go.
        index: The index that their rollouts were numbered by.
    """
    pieces = _alike(pieces, feedback, index)
    if options.whole_groups:
        return Parcels(gathered(pieces, index), feedback)
    return _closing(pieces, index)


def _closing(pieces: Iterable[Group], index: GroupIndex) -> Iterator[Group]:
    with closing(index):
        yield from pieces


def _group(piece: Piece, location: Location, known: Known) -> Group:
    first = known.rollouts
    known.rollouts += len(piece.samples)
    rollouts = tuple(
        Rollout(f"{piece.group}/{i}", sample.text, sample.entropy, sample.logprob, sample.meta)
        for i, sample in enumerate(piece.samples, start=first)
    )
    return Group(
        piece.group,
        piece.prompt,
        piece.constraints,
        rollouts,
        location,
        piece.task,
        piece.meta,
        complete=False,
    )


def _alike(pieces: Iterable[Group], feedback: Feedback, index: GroupIndex) -> Iterator[Group]:
    """Yield the pieces that ask what the first piece of their group asks; reject the others.

    A piece with another prompt or other constraints is not a rollout of the same instruction.
    """
    for piece in pieces:
        asked, known = _digest(piece), index[piece.id]
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
    """Yield whole groups: parcels and complete ones at once, others by first appearance.

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
class Gathered(Parcel):
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


def _digest(piece: Group) -> bytes:
    asked = [
        piece.prompt,
        [[spec.id, _plain(spec.kwargs), spec.text] for spec in piece.constraints],
    ]
    return hashlib.blake2b(jsonl.dumps(asked), digest_size=16).digest()


def _plain(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the kwargs in order of their names, with 3 for 3.0: some writers make floats."""
    return {
        name: int(value) if isinstance(value, float) and value.is_integer() else value
        for name, value in sorted(kwargs.items())
    }


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
