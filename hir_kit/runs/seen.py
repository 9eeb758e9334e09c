"""Rollouts as they are looked at: each with its instruction, its verdicts, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from hir_kit.files import jsonl
from hir_kit.model.prompt import Prompt
from hir_kit.model.rollout import Group, Rollout
from hir_kit.model.rows import ConstraintRow, VerdictRow
from hir_kit.model.verdict import Status, Verdict, follow_all
from hir_kit.plugins.kit import Kit
from hir_kit.read.format import Feedback, Item, opened
from hir_kit.runs.batches import batches
from hir_kit.runs.jobs import VerifyJob, Work
from hir_kit.runs.work import worked
from hir_kit.time_limit import TimeLimit
from hir_kit.verify.checker import Checked, CheckedGroup
from hir_kit.verify.counts import Tally
from hir_kit.write.rejects import Rejects


class SeenRow(TypedDict, total=False):
    """A rollout with everything that is known of it.

    `meta` is what the dump says of the instruction, `own` what it says of the response. `prompt`
    and `text` are left out where only the verdicts are wanted. `thinking` is how many characters
    the text begins with that are no part of the response; `evidence` are places in the text, in
    characters, that verdicts rest on.
    """

    id: str
    group: str
    file: str
    line: int
    constraints: list[ConstraintRow]
    verdicts: list[VerdictRow]
    loose: list[str]
    follow_all: bool | None
    meta: Mapping[str, Any]
    own: Mapping[str, Any]
    prompt: Prompt
    text: str
    thinking: int
    evidence: list[tuple[int, int]]
    entropy: float


@dataclass(frozen=True, slots=True)
class SeenJob(VerifyJob):
    """Rows to look at, of every rollout.

    Attributes:
        texts: Whether prompts and responses are wanted, too.
    """

    texts: bool = True

    def work(self, kit: Kit, limit: TimeLimit) -> Work[Tally]:
        """Return what makes rows and counts of checked groups."""
        del kit, limit

        def look(checked: Iterable[CheckedGroup]) -> tuple[bytes, Tally, bytes]:
            tally, lines = self.part(), []
            for item in checked:
                tally.add(item.group, item.checked)
                lines += [jsonl.dumps(row) for row in _rows(item, self.texts)]
            return b"\n".join(lines), tally, b""

        return look


def _rows(item: CheckedGroup, texts: bool) -> Iterator[SeenRow]:
    for rollout, result in zip(item.group.rollouts, item.checked, strict=True):
        row = _row(item.group, rollout, result)
        if texts:
            row |= {"prompt": item.group.prompt, "text": rollout.text}
            if thinking := item.checker.thinking(rollout.text):
                row["thinking"] = thinking
            if evidence := item.checker.evidence(rollout.text):
                row["evidence"] = evidence
        yield row


def _row(group: Group, rollout: Rollout, result: Checked) -> SeenRow:
    row: SeenRow = {
        "id": rollout.id,
        "group": group.id,
        "file": group.location.file,
        "line": group.location.line,
        "constraints": [spec.to_json() for spec in group.constraints],
        "verdicts": [verdict.to_json() for verdict in result.strict],
        "follow_all": result.follow_all,
        "meta": group.meta,
        "own": rollout.meta,
    }
    if result.loose is not None:
        row["loose"] = [verdict.status.value for verdict in result.loose]
    if rollout.entropy is not None:
        row["entropy"] = rollout.entropy
    return row


def seen(
    items: Iterator[Item],
    job: SeenJob,
    kit: Kit,
    workers: int | None,
    rejects: Rejects,
    tally: Tally | None = None,
) -> Iterator[SeenRow]:
    """Yield the rollouts of a dump as rows to look at, in order.

    Args:
        items: The groups, read or not.
        job: How they are checked.
        kit: What is loaded.
        workers: How many processes work; see `worked`.
        rejects: Takes the groups that could not be used.
        tally: Takes what is counted.
    """
    tally = tally or Tally()
    for _, outcome in worked(batches(items), job, kit, workers):
        tally.merge(outcome.tally)
        for reject in outcome.rejects:
            rejects.unworked.add(reject)
        yield from map(jsonl.loads, filter(None, outcome.lines.split(b"\n")))
    tally.close()


def of_ids(
    items: Iterable[Item], ids: Iterable[str], feedback: Feedback, limit: TimeLimit
) -> Iterator[Item]:
    """Yield the groups with one of these ids, or with a rollout of one; no more once all are there.

    In a dump an id is that of one group and its rollouts, so nothing behind it is read. Among
    relabelled rows the replays of a rollout have its id, in groups of their own.
    """
    missing = set(ids)
    for group in opened(items, feedback, limit):
        if found := missing & {group.id, *(rollout.id for rollout in group.rollouts)}:
            yield group
            if not any("kind" in rollout.meta for rollout in group.rollouts):
                missing -= found
        if not missing:
            return


def with_given_verdicts(row: SeenRow) -> SeenRow:
    """Return a row with the verdicts that came with its response where code has none.

    A row that `hir-kit relabel` wrote has those it was written with, one that a benchmark's judge
    has looked at those of the judge. They are there for all constraints, or they do not count.
    """
    given, own = row["own"].get("verdicts"), row["verdicts"]
    if not isinstance(given, list) or len(given) != len(own):
        return row
    if not all(isinstance(one, dict) and one.get("status") in _STATUSES for one in given):
        return row
    filled = [
        said if mine["status"] == Status.UNKNOWN.value else mine
        for said, mine in zip(given, own, strict=True)
    ]
    result = follow_all([Verdict(Status(one["status"])) for one in filled])
    made: SeenRow = {**row, "verdicts": filled, "follow_all": result}
    if "loose" in row:
        pairs = zip(row["loose"], filled, strict=True)
        made["loose"] = [said["status"] if one == "unknown" else one for one, said in pairs]
    return made


_STATUSES = frozenset(status.value for status in Status)
