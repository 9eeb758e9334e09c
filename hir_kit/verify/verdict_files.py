"""Verdict files read back: they decide what code cannot, by rollout id and place.

A verdict file has a line for each rollout, as `hir-kit verify` and `hir-kit judge` write it: `id`
and `verdicts`, one for each constraint in their order. With `constraints`, their ids or themselves,
it can be told that they are those of the dump.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hir_kit.errors import FileFormatError, UsageError, shown
from hir_kit.files import jsonl
from hir_kit.files.index import Index
from hir_kit.model.rollout import Group, Location, Reject, Rollout
from hir_kit.model.verdict import Status, Verdict, unknown
from hir_kit.read.format import Row, rows
from hir_kit.verify.checker import Checked, CheckedGroup

if TYPE_CHECKING:
    from hir_kit.verify.calibration import Trust

_NAME = "verdicts.sqlite"
UNTRUSTED = "untrusted: "
"""What the counts of verdicts that are not relied on begin with, before the reason."""


@dataclass(frozen=True, slots=True)
class VerdictFiles:
    """The verdicts of files. It can be pickled: where the index is not there, it is made anew.

    Attributes:
        files: The files, in order.
        wins: Whether they win over code where both have decided and differ.
        index: Where their rows are, by rollout id.
        digests: A digest of what each holds, by its name.
        count: How many rollouts they have.
        trust: Which verdicts of models are taken where they say *met*; None: all.
    """

    files: tuple[str, ...]
    wins: bool
    index: str
    digests: tuple[tuple[str, str], ...] = ()
    count: int = 0
    trust: Trust | None = None

    def filled(
        self, checked: Iterable[CheckedGroup], counts: Counter[str]
    ) -> Iterator[CheckedGroup]:
        """Yield checked groups with these verdicts where code gave none; count what was done.

        Raises UsageError where a row does not fit its rollout, or contradicts code or another row.
        """
        index = _opened(self.files, self.index)
        for item in checked:
            results = [
                self._one(item.group, rollout, result, index, counts)
                for rollout, result in zip(item.group.rollouts, item.checked, strict=True)
            ]
            yield replace(item, checked=tuple(results))

    def _one(
        self, group: Group, rollout: Rollout, result: Checked, index: Index, counts: Counter[str]
    ) -> Checked:
        found = [_Row.of(data, self.files) for data in index[rollout.id]]
        if not found:
            counts["missing"] += any(one.status is Status.UNKNOWN for one in result.strict)
            return result
        counts["rows"] += 1
        merged = _Merged(group, rollout, list(result.strict), self.wins, self.trust)
        for row in found:
            merged.add(row)
        counts.update(f"{UNTRUSTED}{reason}" for reason in merged.untrusted)
        counts["filled"] += len(merged.sources)
        loose = result.loose and tuple(
            merged.verdicts[place] if place in merged.sources else verdict
            for place, verdict in enumerate(result.loose)
        )
        judged = frozenset(merged.sources)
        return Checked(tuple(merged.verdicts), loose, result.notes, judged)

    def unused(self, counts: Counter[str]) -> int:
        """Return how many rollouts of the files are none of the dump."""
        return max(0, self.count - counts["rows"])


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of a verdict file."""

    location: Location
    verdicts: tuple[Verdict, ...]
    ids: tuple[str, ...] | None

    @classmethod
    def of(cls, data: bytes, files: Sequence[str]) -> _Row:
        """Return a row of the index."""
        file, line, verdicts, ids = jsonl.loads(data)
        return cls(
            Location(files[file], line),
            tuple(Verdict(Status(status), *rest) for status, *rest in verdicts),
            None if ids is None else tuple(ids),
        )


@dataclass(slots=True)
class _Merged:
    """The verdicts on one rollout, of code and of files."""

    group: Group
    rollout: Rollout
    verdicts: list[Verdict]
    wins: bool
    trust: Trust | None
    untrusted: list[str] = field(default_factory=list)
    sources: dict[int, Location] = field(default_factory=dict)

    def add(self, row: _Row) -> None:
        self._compare(row)
        for place, said in enumerate(row.verdicts):
            mine = self.verdicts[place]
            if said.status is Status.UNKNOWN:
                if mine.status is Status.UNKNOWN and said.reason:
                    self.verdicts[place] = said
            elif mine.status is Status.UNKNOWN:
                self._take(place, said, row)
            elif mine.status is not said.status:
                if place in self.sources or not self.wins:
                    raise UsageError(self._conflict(place, said, row))
                self._take(place, said, row)

    def _take(self, place: int, verdict: Verdict, row: _Row) -> None:
        spec = self.group.constraints[place]
        if self.trust is not None and (problem := self.trust.problem(spec, verdict)) is not None:
            self.untrusted.append(problem)
            self.verdicts[place] = unknown(problem)
            return
        self.verdicts[place] = verdict
        self.sources[place] = row.location

    def _compare(self, row: _Row) -> None:
        asked = self.group.constraints
        if len(row.verdicts) != len(asked):
            raise UsageError(
                f"{row.location}: {len(row.verdicts)} verdicts on the rollout {self.rollout.id!r}, "
                f"whose instruction has {len(asked)} constraints ({self.group.location})"
            )
        for place, (id, spec) in enumerate(zip(row.ids or (), asked, strict=False)):
            if id != spec.id:
                raise UsageError(
                    f"{row.location}: constraint {place} of the rollout {self.rollout.id!r} is "
                    f"{id!r}, and {spec.id!r} in the dump ({self.group.location})"
                )

    def _conflict(self, place: int, said: Verdict, row: _Row) -> str:
        other = self.sources.get(place)
        spec = self.group.constraints[place]
        hint = "leave one of them out" if other else "--verdicts-win takes those of the files"
        return (
            f"{row.location}: {spec.id!r}, constraint {place} of the rollout {self.rollout.id!r}, "
            f"is {said.status} there, and {self.verdicts[place].status} by "
            f"{other or 'code'} ({self.group.location}); {hint}"
        )


@contextmanager
def verdict_files(
    files: Sequence[str], *, wins: bool = False, trust: Trust | None = None
) -> Iterator[VerdictFiles | None]:
    """Give the verdicts of files, as long as the block lasts; None without files.

    Raises FileFormatError where a row is none, UsageError where a file cannot be read.
    """
    if not files:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="hir-kit-") as folder:
        path = Path(folder, _NAME)
        index = Index(path)
        digests = tuple(
            (Path(file).name, _read(index, file, number)) for number, file in enumerate(files)
        )
        count = len(index)
        index.close()
        yield VerdictFiles(tuple(files), wins, str(path), digests, count, trust)


@lru_cache(maxsize=2)
def _opened(files: tuple[str, ...], path: str) -> Index:
    """Return the index of files; where it is on another machine, one that is made of them here."""
    if Path(path).is_file():
        return Index.opened(Path(path))
    index = Index()
    for number, file in enumerate(files):
        _read(index, file, number)
    return index


class _Strict:
    """Feedback that refuses a file with a row that cannot be read."""

    def reject(self, reject: Reject) -> None:
        raise FileFormatError(f"{reject.location}: {reject.reason}")

    def advance(self, size: int) -> None:
        """Do nothing."""


def _read(index: Index, file: str, number: int) -> str:
    """Add the rows of a file to an index; return a digest of them."""
    digest = hashlib.sha256()

    def packed() -> Iterator[tuple[str, bytes]]:
        for row in rows(file, _Strict()):
            try:
                id, verdicts, ids = _parsed(row)
            except ValueError as error:
                raise FileFormatError(f"{row.location}: {error}") from None
            digest.update(jsonl.dumps([id, verdicts, ids]))
            yield id, jsonl.dumps([number, row.location.line, verdicts, ids])

    index.add(packed())
    return f"sha256:{digest.hexdigest()[:12]}"


def _parsed(row: Row) -> tuple[str, list[list[Any]], list[str] | None]:
    """Return a row's id, verdicts and, where they stand there, the ids of the constraints."""
    id, verdicts, asked = (row.data.get(name) for name in ("id", "verdicts", "constraints"))
    if not isinstance(id, str) or not isinstance(verdicts, list):
        raise ValueError(
            "a row of a verdict file has an 'id' and 'verdicts', a list with one for each "
            f"constraint; its keys are {shown(sorted(row.data))}"
        )
    if asked is not None and not (isinstance(asked, list) and len(asked) == len(verdicts)):
        raise ValueError("'constraints' is a list with one id for each verdict")
    ids = None if asked is None else [_id(item) for item in asked]
    return id, [_verdict(item) for item in verdicts], ids


def _id(item: object) -> str:
    id = item.get("id") if isinstance(item, dict) else item
    if not isinstance(id, str):
        raise ValueError(f"a constraint is an id, or an object with one, got {shown(item)}")
    return id


_STATUSES = frozenset(status.value for status in Status)


def _verdict(item: object) -> list[Any]:
    """Return the parts of a verdict."""
    if not isinstance(item, dict) or item.get("status") not in _STATUSES:
        raise ValueError(
            f"a verdict is an object with a 'status' of {', '.join(sorted(_STATUSES))}, "
            f"got {shown(item)}"
        )
    measured, reason, detail = (item.get(name) for name in ("measured", "reason", "detail"))
    if not isinstance(measured, int | float | str | None):
        raise ValueError(f"'measured' is a number or a string, got {jsonl.kind(measured)}")
    if not isinstance(reason, str | None):
        raise ValueError(f"'reason' is a string, got {jsonl.kind(reason)}")
    if not isinstance(detail, dict | None):
        raise ValueError(f"'detail' is an object, got {jsonl.kind(detail)}")
    return [item["status"], measured, reason, detail]
