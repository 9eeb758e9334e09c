"""What is done with the batches of a dump: the same in this process and in any other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pickle import PickleBuffer
from typing import Any, Generic, Protocol, TypeVar

from hir_kit.files import jsonl
from hir_kit.model.rollout import Reject, Rollout
from hir_kit.model.rows import CheckedRow
from hir_kit.plugins.kit import Kit
from hir_kit.read.format import Item, opened
from hir_kit.runs.batches import Batch
from hir_kit.time_limit import TimeLimit
from hir_kit.verify.checker import Checked, CheckedGroup, CheckOptions, check_groups
from hir_kit.verify.counts import Tally
from hir_kit.verify.instructed import instruct_groups
from hir_kit.verify.prompt_language import read_in_languages
from hir_kit.verify.verdict_files import VerdictFiles


class Counting(Protocol):
    """What is counted while a dump is worked on. It can be pickled.

    Attributes:
        joined: What verdict files did; see `VerdictFiles.filled`.
    """

    joined: Counter[str]

    def to_state(self) -> dict[str, Any]:
        """Return everything in it, as JSON can hold it."""

    def merge(self: C, other: C) -> None:
        """Add what was counted in a later part of the dump."""


C = TypeVar("C", bound=Counting)
Work = Callable[[Iterable[CheckedGroup]], tuple[bytes, C, bytes]]
"""Makes rows, counts, and rows of what was refused."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[C]):
    """What became of a batch.

    Attributes:
        lines: The rows to write, as JSON lines.
        tally: What was counted.
        rejects: The groups that could not be used, in order.
        refused: What no strategy could rewrite, as JSON lines of the `hir` format.
    """

    lines: bytes
    tally: C
    rejects: tuple[Reject, ...]
    refused: bytes = b""

    def __reduce__(self) -> tuple[object, ...]:
        """Let a pickle leave the lines out that is told where to put them."""
        lines, refused = PickleBuffer(self.lines), PickleBuffer(self.refused)
        return Outcome, (lines, self.tally, self.rejects, refused)


class Job(Protocol[C]):  # type: ignore[misc]  # C is bound to a method that takes it
    """What is done with every batch. It can be pickled.

    Attributes:
        check: How responses are checked.
        verdicts: What decides where code cannot.
    """

    @property
    def check(self) -> CheckOptions:
        """How responses are checked."""

    @property
    def verdicts(self) -> VerdictFiles | None:
        """What decides where code cannot."""

    def tally(self) -> C:
        """Return the tally of the whole dump, still empty."""

    def part(self) -> C:
        """Return the tally of a part of it, still empty."""

    def restored(self, state: Mapping[str, Any]) -> C:
        """Return the tally of a part of it, of its state."""

    def work(self, kit: Kit, limit: TimeLimit) -> Work[C]:
        """Return what makes rows and counts of checked groups."""


class Collected:
    """Feedback that keeps what was rejected."""

    def __init__(self) -> None:
        self.rejects: list[Reject] = []

    def reject(self, reject: Reject) -> None:
        """Keep a row aside."""
        self.rejects.append(reject)

    def advance(self, size: int) -> None:
        """Do nothing: what is read here has been counted."""


def outcome_of(
    batch: Batch,
    job: Job[C],
    kit: Kit,
    limit: TimeLimit,
    begin: Callable[[int], object] = int,
) -> Outcome[C]:
    """Return what becomes of a batch.

    Args:
        batch: The groups.
        job: What to do with them.
        kit: The plugins to do it with.
        limit: What keeps the time of checks.
        begin: Told the place of every group in the batch when its turn comes.
    """
    feedback = Collected()
    groups = opened(_numbered(batch, begin), feedback, limit)
    counts: Counter[str] = Counter()
    read = read_in_languages(groups, kit.registry, job.check.languages, counts)
    asked = instruct_groups(read, kit.registry)
    checked = check_groups(asked, kit.registry, job.check, feedback, limit)
    if job.verdicts is not None:
        checked = job.verdicts.filled(checked, counts)
    lines, tally, refused = job.work(kit, limit)(checked)
    tally.joined.update(counts)
    return Outcome(lines, tally, tuple(feedback.rejects), refused)


def _numbered(batch: Batch, begin: Callable[[int], object]) -> Iterator[Item]:
    for place, item in enumerate(batch):
        begin(place)
        yield item


@dataclass(frozen=True, slots=True)
class VerifyJob:
    """Verdicts on every rollout.

    Attributes:
        check: How responses are checked.
        writes: Whether rows are wanted; the counts always are.
        verdicts: What decides where code cannot.
    """

    check: CheckOptions
    writes: bool = True
    verdicts: VerdictFiles | None = None

    def tally(self) -> Tally:
        """Return the tally of the whole dump, still empty."""
        return Tally()

    def part(self) -> Tally:
        """Return the tally of a part of it, still empty."""
        return Tally.of_a_part()

    def restored(self, state: Mapping[str, Any]) -> Tally:
        """Return the tally of a part of it, of its state."""
        return Tally.from_state(state)

    def work(self, kit: Kit, limit: TimeLimit) -> Work[Tally]:
        """Return what makes rows and counts of checked groups."""
        del kit, limit

        def verify(checked: Iterable[CheckedGroup]) -> tuple[bytes, Tally, bytes]:
            tally, lines = self.part(), []
            for item in checked:
                tally.add(item.group, item.checked)
                if self.writes:
                    lines += [
                        _line(rollout, item.group.id, result)
                        for rollout, result in zip(item.group.rollouts, item.checked, strict=True)
                    ]
            return joined(lines), tally, b""

        return verify


def _line(rollout: Rollout, group: str, result: Checked) -> CheckedRow:
    row: CheckedRow = {
        "id": rollout.id,
        "group": group,
        "verdicts": [verdict.to_json() for verdict in result.strict]
        if not result.judged
        else [
            verdict.to_row() if place in result.judged else verdict.to_json()
            for place, verdict in enumerate(result.strict)
        ],
    }
    if result.loose is not None:
        row["loose"] = [{"status": verdict.status.value} for verdict in result.loose]
    row["follow_all"] = result.follow_all
    return row


def joined(rows: Iterable[object]) -> bytes:
    """Return rows as JSON lines."""
    return b"".join([jsonl.dumps(row) + b"\n" for row in rows])
