"""Counting verdicts: ILA, CLA, and what a run has to say at its end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.rollout import Group
from hir_kit.model.verdict import Status, Verdict, follow_all
from hir_kit.verify.checker import Checked
from hir_kit.verify.thinking import NOTES

K = TypeVar("K", str, tuple[str, str])

SCHEMA = 1
_MAX_REASONS = 1000
_NO_LIMIT = 1 << 62


@dataclass(slots=True)
class Scores:
    """Counts of verdicts under one way of judging, strict or loose."""

    followed: int = 0
    failed: int = 0
    undetermined: int = 0
    by_id: dict[str, Counter[Status]] = field(default_factory=lambda: defaultdict(Counter))

    def add(
        self, constraints: Sequence[ConstraintSpec], verdicts: Sequence[Verdict]
    ) -> bool | None:
        """Count one rollout; return whether it follows everything, None where it is not known."""
        result = follow_all(verdicts)
        self.followed += result is True
        self.failed += result is False
        self.undetermined += result is None
        for spec, verdict in zip(constraints, verdicts, strict=True):
            self.by_id[spec.id][verdict.status] += 1
        return result

    def merge(self, other: Scores) -> None:
        """Add the counts of another part of the dump."""
        self.followed += other.followed
        self.failed += other.failed
        self.undetermined += other.undetermined
        for id, counts in other.by_id.items():
            self.by_id[id].update(counts)

    def to_state(self) -> dict[str, Any]:
        """Return everything in it, as JSON can hold it."""
        return {
            "counts": [self.followed, self.failed, self.undetermined],
            "by_id": {id: _statuses(counts) for id, counts in self.by_id.items()},
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Scores:
        """Return what `to_state` was called on."""
        scores = cls(*state["counts"])
        for id, counts in state["by_id"].items():
            scores.by_id[id].update({Status(name): n for name, n in counts.items()})
        return scores

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

    Attributes:
        joined: What verdict files did.
        notes: What was found in telling answers from texts; see `Answer`.
        max_reasons: How many reasons are told apart; those beyond are counted together.
    """

    strict: Scores = field(default_factory=Scores)
    loose: Scores | None = None
    rollouts: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    groups: Counter[str] = field(default_factory=Counter)
    unknown_reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    joined: Counter[str] = field(default_factory=Counter)
    max_reasons: int = _MAX_REASONS
    _open: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of_a_part(cls) -> Tally:
        """Return a tally of a part of a dump, to be merged: it keeps all reasons apart."""
        return cls(max_reasons=_NO_LIMIT)

    def add(self, group: Group, checked: Sequence[Checked]) -> None:
        """Count one group, or a piece of one."""
        results = _seen([self._add_one(group.constraints, result) for result in checked])
        if not group.complete:
            self._open[group.id] = self._open.get(group.id, 0) | results
        elif results:
            self.groups[_KINDS[results]] += 1

    def merge(self, other: Tally) -> None:
        """Add what was counted in a later part of the dump."""
        self.strict.merge(other.strict)
        if other.loose is not None:
            self.loose = self.loose or Scores()
            self.loose.merge(other.loose)
        self.rollouts += other.rollouts
        self.notes.update(other.notes)
        self.groups.update(other.groups)
        self.joined.update(other.joined)
        for (id, reason), count in other.unknown_reasons.items():
            self._note_unknown(id, reason, count)
        for id, results in other._open.items():
            self._open[id] = self._open.get(id, 0) | results

    def to_state(self) -> dict[str, Any]:
        """Return everything in it, as JSON can hold it."""
        return {
            "strict": self.strict.to_state(),
            "loose": self.loose.to_state() if self.loose else None,
            "rollouts": self.rollouts,
            "notes": self.notes,
            "groups": self.groups,
            "joined": self.joined,
            "unknown": [[*key, n] for key, n in self.unknown_reasons.items()],
            "open": self._open,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Tally:
        """Return what `to_state` was called on, as the tally of a part."""
        tally = cls.of_a_part()
        tally.strict = Scores.from_state(state["strict"])
        tally.loose = Scores.from_state(state["loose"]) if state["loose"] else None
        tally.rollouts = state["rollouts"]
        tally.notes.update(state["notes"])
        tally.groups.update(state["groups"])
        tally.joined.update(state["joined"])
        tally.unknown_reasons.update({(id, why): n for id, why, n in state["unknown"]})
        tally._open.update(state["open"])
        return tally

    def close(self) -> None:
        """Count the groups whose pieces were scattered; call it once, at the end."""
        self.groups.update(_KINDS[results] for results in self._open.values() if results)
        self._open.clear()

    def _add_one(self, constraints: Sequence[ConstraintSpec], result: Checked) -> bool | None:
        self.rollouts += 1
        if result.notes:
            self.notes.update(result.notes)
        followed = self.strict.add(constraints, result.strict)
        if result.loose is not None:
            self.loose = self.loose or Scores()
            self.loose.add(constraints, result.loose)
        for spec, verdict in zip(constraints, result.strict, strict=True):
            if verdict.status is Status.UNKNOWN:
                self._note_unknown(spec.id, verdict.reason or "")
        return followed

    def _note_unknown(self, id: str, reason: str, count: int = 1) -> None:
        """Count a reason; those beyond the limit are counted together."""
        key = (id, reason)
        if key not in self.unknown_reasons and len(self.unknown_reasons) >= self.max_reasons:
            key = (id, "(other reasons)")
        self.unknown_reasons[key] += count

    def to_json(self) -> dict[str, Any]:
        """Return the summary for machines."""
        return {
            "schema": SCHEMA,
            "rollouts": self.rollouts,
            **{note: self.notes[note] for note in NOTES},
            "groups": {kind: self.groups[kind] for kind in GROUP_KINDS},
            "strict": self.strict.to_json(),
            "loose": self.loose.to_json() if self.loose else None,
            "unknown": listed(self.unknown_reasons, "id", "reason"),
        }


def ranked(counts: Counter[K]) -> list[tuple[K, int]]:
    """Return what was counted, the most frequent first."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def listed(counts: Counter[K], *names: str) -> list[dict[str, Any]]:
    """Return what was counted as objects, the most frequent first, their keys by these names."""
    return [
        {**dict(zip(names, (key,) if isinstance(key, str) else key, strict=True)), "count": n}
        for key, n in ranked(counts)
    ]


GROUP_KINDS = ("all-failed", "mixed", "all-passed", "undetermined")


_MET, _MISSED, _UNDETERMINED = 1, 2, 4
_BITS = {True: _MET, False: _MISSED, None: _UNDETERMINED}
_KINDS = {
    _MET: "all-passed",
    _MISSED: "all-failed",
    _MET | _MISSED: "mixed",
    _MET | _MISSED | _UNDETERMINED: "mixed",
    _UNDETERMINED: "undetermined",
    _MET | _UNDETERMINED: "undetermined",
    _MISSED | _UNDETERMINED: "undetermined",
}


def _seen(results: Iterable[bool | None]) -> int:
    """Return which results occur, a bit for each."""
    seen = 0
    for result in results:
        seen |= _BITS[result]
    return seen


def _share(yes: int, no: int) -> float | None:
    return yes / (yes + no) if yes + no else None


def _statuses(counts: Counter[Status]) -> dict[str, int]:
    return {status.value: counts[status] for status in Status}
