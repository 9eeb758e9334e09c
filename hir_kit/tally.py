"""Counting verdicts: ILA, CLA, and what a run has to say at its end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hir_kit.checking import Checked
from hir_kit.rollouts import Group
from hir_kit.specs import ConstraintSpec
from hir_kit.verdicts import Status, Verdict, follow_all

SCHEMA = 1
_MAX_REASONS = 1000


@dataclass(slots=True)
class Scores:
    """Counts of verdicts under one way of judging, strict or loose."""

    followed: int = 0
    failed: int = 0
    undetermined: int = 0
    by_id: dict[str, Counter[Status]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, constraints: Sequence[ConstraintSpec], verdicts: Sequence[Verdict]) -> None:
        """Count one rollout."""
        result = follow_all(verdicts)
        self.followed += result is True
        self.failed += result is False
        self.undetermined += result is None
        for spec, verdict in zip(constraints, verdicts, strict=True):
            self.by_id[spec.id][verdict.status] += 1

    @property
    def total(self) -> Counter[Status]:
        """Verdicts over all ids."""
        return sum(self.by_id.values(), Counter())

    @property
    def ila(self) -> float | None:
        """Share of rollouts that follow everything, of those where that is known."""
        return _share(self.followed, self.failed)

    @property
    def cla(self) -> float | None:
        """Share of constraints that are satisfied, of those that could be judged."""
        total = self.total
        return _share(total[Status.SATISFIED], total[Status.VIOLATED])

    def to_json(self) -> dict[str, Any]:
        """Return the counts and shares for machines."""
        return {
            "ila": self.ila,
            "cla": self.cla,
            "rollouts": {
                "followed": self.followed,
                "failed": self.failed,
                "undetermined": self.undetermined,
            },
            "constraints": {
                "all": _statuses(self.total),
                **{id: _statuses(self.by_id[id]) for id in sorted(self.by_id) if id != "all"},
            },
        }


@dataclass(slots=True)
class Tally:
    """Everything that is counted while a dump is verified.

    Groups are all-failed, mixed or all-passed by their strict results; a group whose rollouts
    are not all determined is "undetermined" unless it is mixed already. Only mixed groups give
    GRPO a gradient.
    """

    strict: Scores = field(default_factory=Scores)
    loose: Scores | None = None
    rollouts: int = 0
    thinking: int = 0
    groups: Counter[str] = field(default_factory=Counter)
    unknown_reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    _open: dict[str, list[bool | None]] = field(default_factory=dict)

    def add(self, group: Group, checked: Sequence[Checked]) -> None:
        """Count one group, or a piece of one."""
        for result in checked:
            self._add_one(group.constraints, result)
        results = [result.follow_all for result in checked]
        if not group.complete:
            self._open.setdefault(group.id, []).extend(results)
        elif results:
            self.groups[_kind(results)] += 1

    def close(self) -> None:
        """Count the groups whose pieces were scattered; call it once, at the end."""
        self.groups.update(_kind(results) for results in self._open.values())
        self._open.clear()

    def _add_one(self, constraints: Sequence[ConstraintSpec], result: Checked) -> None:
        self.rollouts += 1
        self.thinking += result.thinking
        self.strict.add(constraints, result.strict)
        if result.loose is not None:
            self.loose = self.loose or Scores()
            self.loose.add(constraints, result.loose)
        for spec, verdict in zip(constraints, result.strict, strict=True):
            if verdict.status is Status.UNKNOWN:
                self._note_unknown(spec.id, verdict.reason or "")

    def _note_unknown(self, id: str, reason: str) -> None:
        """Count a reason; those beyond the first thousand are counted together."""
        key = (id, reason)
        if key not in self.unknown_reasons and len(self.unknown_reasons) >= _MAX_REASONS:
            key = (id, "(other reasons)")
        self.unknown_reasons[key] += 1

    def to_json(self) -> dict[str, Any]:
        """Return the summary for machines."""
        reasons = sorted(self.unknown_reasons.items(), key=lambda item: (-item[1], item[0]))
        return {
            "schema": SCHEMA,
            "rollouts": self.rollouts,
            "thinking_set_aside": self.thinking,
            "groups": {kind: self.groups[kind] for kind in GROUP_KINDS},
            "strict": self.strict.to_json(),
            "loose": self.loose.to_json() if self.loose else None,
            "unknown": [{"id": id, "reason": why, "count": n} for (id, why), n in reasons],
        }


GROUP_KINDS = ("all-failed", "mixed", "all-passed", "undetermined")


def _kind(results: Sequence[bool | None]) -> str:
    seen = set(results)
    if {True, False} <= seen:
        return "mixed"
    if seen == {True}:
        return "all-passed"
    return "all-failed" if seen == {False} else "undetermined"


def _share(yes: int, no: int) -> float | None:
    return yes / (yes + no) if yes + no else None


def _statuses(counts: Counter[Status]) -> dict[str, int]:
    return {status.value: counts[status] for status in Status}
