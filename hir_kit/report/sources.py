"""What the files are that are to be shown: dumps, verdicts, rejected rows, directories of runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hir_kit.errors import FileFormatError, RowError, UsageError
from hir_kit.files.names import expand
from hir_kit.files.open import STDIN, Input
from hir_kit.files.records import records
from hir_kit.model.rollout import Reject
from hir_kit.model.verdict import Status, Verdict, follow_all
from hir_kit.read.format import rows
from hir_kit.report.digest import REFUSED, REPLAY, Digest
from hir_kit.report.online import charts, is_online, is_run, replays_of
from hir_kit.runs.seen import SeenRow

_RELABELLED = {"completion", "constraints", "kind", "prompt", "verdicts"}
_REJECT = {"file", "line", "reason", "row"}
_VERDICTS = {"id", "verdicts"}
_DUMPS = {"completion", "prompt", "responses", "response"}


@dataclass(slots=True)
class Sources:
    """Files by what they are.

    Attributes:
        dump: Rollouts, of any format.
        replays: What `hir-kit relabel` wrote.
        refused: What it could not rewrite.
        verdicts: What `hir-kit verify` or `hir-kit judge` wrote.
        rejects: Rows that were kept aside.
        runs: Directories of online runs.
        empty: Files without a row, which do not say what they would hold.
    """

    dump: list[str] = field(default_factory=list)
    replays: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    verdicts: list[str] = field(default_factory=list)
    rejects: list[str] = field(default_factory=list)
    runs: list[Path] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)

    @property
    def files(self) -> list[str]:
        """All of them."""
        return [
            *self.dump,
            *self.replays,
            *self.refused,
            *self.verdicts,
            *self.rejects,
            *map(str, self.runs),
            *self.empty,
        ]

    def has(self, kind: str) -> bool:
        """Return whether there are files of replays or of what was refused; some may be empty.

        An empty one is known by its name, or where the other kind of `relabel` is there.
        """
        own, other = (
            (self.replays, self.refused) if kind == REPLAY else (self.refused, self.replays)
        )
        sign = "refus" if kind == REFUSED else "repl"
        names = [Path(file).name.lower() for file in self.empty]
        return bool(own or any(sign in name for name in names) or (names and other))


def sorted_out(names: Iterable[str]) -> Sources:
    """Return what the named files, patterns and directories are; their first rows tell.

    The replays of an online run are among the others. Raises UsageError where one is not there, or
    a directory is that of another run.
    """
    found = Sources()
    for name in names:
        path = Path(name)
        if path.is_dir() and is_run(path):
            found.runs.append(path)
            found.replays += replays_of(path)
            if not is_online(path):
                raise UsageError(
                    f"{path} is the directory of a run that is not online: its log has no "
                    "numbers of `method: hir`. Give its data, or responses of its model"
                )
            continue
        files = [name] if name.endswith(".rejects.jsonl") else expand([name])
        for file in files:
            getattr(found, _kind(file)).append(file)
    return found


def digest_of(name: str, sources: Sources) -> Digest:
    """Return the digest of a run, with what its directories have logged and what was rejected."""
    given = frozenset(filter(sources.has, (REPLAY, REFUSED)))
    digest = Digest(name, _told_apart(sources.files), given)
    for row in rejected_rows(sources.rejects):
        digest.reject(row)
    for directory in sources.runs:
        digest.charts += charts(directory)
    return digest


def _told_apart(files: Sequence[str]) -> list[str]:
    """Return the names of files, with the folder where two are of one name."""
    paths = [Path(file) for file in files]
    counts = Counter(path.name for path in paths)
    return [str(Path(*path.parts[-2:])) if counts[path.name] > 1 else path.name for path in paths]


def _kind(file: str) -> str:
    if file == STDIN:
        return "dump"
    with closing(records(Input(file))) as found:
        first = next(found, None)
    if first is None:
        return "empty"
    if isinstance(first.data, RowError):
        return "dump"
    keys = first.data.keys()
    if keys - {"response"} == _REJECT:
        return "rejects"
    if keys >= _RELABELLED:
        return "replays"
    if _is_refused(first.data):
        return "refused"
    return "verdicts" if keys >= _VERDICTS and not keys & _DUMPS else "dump"


def _is_refused(row: Mapping[str, Any]) -> bool:
    """Return whether a response of the row says why it was refused."""
    responses = row.get("responses")
    first = responses[0] if isinstance(responses, list) and responses else None
    meta = first.get("meta") if isinstance(first, dict) else None
    return isinstance(meta, dict) and "refused" in meta


class _Strict:
    """Feedback that refuses a file with a row that cannot be read."""

    def reject(self, reject: Reject) -> None:
        raise FileFormatError(f"{reject.location}: {reject.reason}")

    def advance(self, size: int) -> None:
        """Do nothing."""


def rejected_rows(files: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """Yield rows that were kept aside: file, line, reason, and the row as text."""
    for file in files:
        for row in rows(file, _Strict()):
            yield row.data


def verdict_rows(files: Iterable[str]) -> Iterator[SeenRow]:
    """Yield the rows of verdict files by themselves: without prompts and responses.

    Raises FileFormatError where a row is none.
    """
    for file in files:
        for row in rows(file, _Strict()):
            try:
                yield _seen(row.data, file, row.location.line)
            except (KeyError, TypeError, ValueError, AttributeError):
                raise FileFormatError(
                    f"{row.location}: no row of a verdict file, which has 'id' and 'verdicts'"
                ) from None


def _seen(data: Mapping[str, Any], file: str, line: int) -> SeenRow:
    verdicts = list(data["verdicts"])
    asked: list[Any] = data.get("constraints") or [{"id": ""}] * len(verdicts)
    seen: SeenRow = {
        "id": str(data["id"]),
        "group": str(data.get("group", data["id"])),
        "file": file,
        "line": line,
        "constraints": [{"id": str(one["id"] if isinstance(one, dict) else one)} for one in asked],
        "verdicts": verdicts,
        "follow_all": follow_all([Verdict(Status(one["status"])) for one in verdicts]),
        "meta": {},
        "own": {},
    }
    if "loose" in data:
        seen["loose"] = [Status(one["status"]).value for one in data["loose"]]
    return seen
