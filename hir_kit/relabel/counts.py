"""Counting what became of a dump while it is relabelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from hir_kit.relabel.contract import Refusal
from hir_kit.relabel.engine import Relabelled
from hir_kit.verify.counts import ranked
from hir_kit.verify.thinking import NOTES

SCHEMA = 1


@dataclass(slots=True)
class RelabelTally:
    """The numbers that the end-of-run summary shows, in the order of the path.

    A failure violates some constraint; a rollout with unknown verdicts and no violation is
    undetermined. A candidate is a failure with something satisfied; equal responses of a group
    count once, and those that were cut off are counted apart. What is selected is either rewritten,
    by a strategy, or refused. Of what is rewritten, `relaxed` counts what asks for something in a
    weaker form. `used` is what strategies say that they took, as `STRATEGY: NAME`.
    """

    groups: int = 0
    rollouts: int = 0
    failures: int = 0
    undetermined: int = 0
    cut_off: int = 0
    candidates: int = 0
    selected: int = 0
    rewritten: Counter[str] = field(default_factory=Counter)
    relaxed: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], str] = field(default_factory=dict)
    written: Counter[str] = field(default_factory=Counter)
    tasks: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    joined: Counter[str] = field(default_factory=Counter)
    used: Counter[str] = field(default_factory=Counter)

    def add_task(self, *, given: bool, refusal: Refusal | None) -> None:
        """Count where the task of a group is from: the dump, the prompt's layout, or nowhere."""
        self.tasks["given" if given else "recovered" if refusal is None else refusal.code] += 1

    def add(self, relabelled: Relabelled) -> None:
        """Count one group."""
        self.groups += 1
        for checked in relabelled.checked:
            self.rollouts += 1
            self.failures += checked.follow_all is False
            self.undetermined += checked.follow_all is None
            self.notes.update(checked.notes)
        self.cut_off += relabelled.cut_off
        self.candidates += relabelled.candidates
        self.selected += relabelled.selected
        self.rewritten.update(replay.rewriter for replay in relabelled.replays)
        self.relaxed.update(replay.rewriter for replay in relabelled.replays if replay.is_relaxed)
        for refused in relabelled.refused:
            self.refused += 1
            for strategy, refusal in refused.reasons.items():
                key = (strategy, refusal.code)
                self.reasons[key] += 1
                self.examples.setdefault(key, f"{refused.rollout.id}: {refusal.reason}")

    def merge(self, other: RelabelTally) -> None:
        """Add what was counted in a later part of the dump."""
        for name in _names(int):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in _names(Counter):
            getattr(self, name).update(getattr(other, name))
        for key, example in other.examples.items():
            self.examples.setdefault(key, example)

    def to_state(self) -> dict[str, Any]:
        """Return everything in it, as JSON can hold it."""
        state = {name: getattr(self, name) for name in (*_names(int), *_names(Counter))}
        state["reasons"] = [[*key, n] for key, n in self.reasons.items()]
        state["examples"] = [[*key, example] for key, example in self.examples.items()]
        return state

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> RelabelTally:
        """Return what `to_state` was called on."""
        tally = cls(**{name: state[name] for name in _names(int)})
        for name in _names(Counter):
            if name != "reasons":
                getattr(tally, name).update(state[name])
        tally.reasons.update({(one, code): n for one, code, n in state["reasons"]})
        tally.examples.update({(one, code): text for one, code, text in state["examples"]})
        return tally

    def to_json(self) -> dict[str, Any]:
        """Return the numbers for machines."""
        return {
            "schema": SCHEMA,
            "groups": self.groups,
            "tasks": dict(sorted(self.tasks.items())),
            "rollouts": self.rollouts,
            "failures": self.failures,
            "undetermined": self.undetermined,
            **{note: self.notes[note] for note in NOTES},
            "cut_off": self.cut_off,
            "candidates": self.candidates,
            "selected": self.selected,
            "rewritten": dict(sorted(self.rewritten.items())),
            "relaxed": dict(sorted(self.relaxed.items())),
            "refused": self.refused,
            "refusals": [
                {"rewriter": strategy, "code": code, "count": n, "example": self.examples[key]}
                for key, n in ranked(self.reasons)
                for strategy, code in [key]
            ],
            "written": dict(sorted(self.written.items())),
            **({"used": dict(sorted(self.used.items()))} if self.used else {}),
        }


def _names(kind: type) -> list[str]:
    """Return the names of the tally's numbers, or of its counters."""
    empty = RelabelTally()
    return [one.name for one in fields(empty) if type(getattr(empty, one.name)) is kind]
