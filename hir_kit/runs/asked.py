"""What is to be asked of judges: the questions of a dump, made where it is checked by code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hir_kit.files import jsonl
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.rollout import Group, Rollout
from hir_kit.model.verdict import Status, Verdict
from hir_kit.plugins.kit import Kit
from hir_kit.relabel.calls import stated
from hir_kit.relabel.recovery import with_task
from hir_kit.runs.jobs import Work
from hir_kit.time_limit import TimeLimit
from hir_kit.verify.binding import Bound
from hir_kit.verify.checker import NO_ANSWER, Checked, CheckedGroup, CheckOptions
from hir_kit.verify.judge import (
    CRITERION,
    Judge,
    Question,
    as_criterion,
    choose_judges,
    claimed,
)
from hir_kit.verify.verdict_files import VerdictFiles


@dataclass(slots=True)
class Nothing:
    """A tally of nothing but what verdict files did: what is asked is counted when it is known."""

    joined: Counter[str] = field(default_factory=Counter)

    def to_state(self) -> dict[str, Any]:
        """Return everything in it, as JSON can hold it."""
        return {"joined": self.joined}

    def merge(self, other: Nothing) -> None:
        """Add what was counted in a later part of the dump."""
        self.joined.update(other.joined)


@dataclass(frozen=True, slots=True)
class Asked:
    """One rollout with its verdicts by code, and what judges are to be asked of it.

    Attributes:
        rollout: Its id.
        group: The id of its group.
        verdicts: One for each constraint.
        questions: What to ask, by the name of the judge.
        ids: The ids of the constraints.
    """

    rollout: str
    group: str
    verdicts: tuple[Verdict, ...]
    questions: Mapping[str, tuple[Question, ...]]
    ids: tuple[str, ...]

    def to_line(self) -> bytes:
        """Return it as a line, to be sent to another process."""
        one = next((some[0] for some in self.questions.values()), None)
        return jsonl.dumps(
            {
                "rollout": self.rollout,
                "group": self.group,
                "verdicts": [[v.status, v.measured, v.reason, v.detail] for v in self.verdicts],
                "ids": self.ids,
                "of": None if one is None else [one.prompt, one.task, one.response],
                "ask": {
                    name: [[question.place, question.spec.to_json()] for question in some]
                    for name, some in self.questions.items()
                },
            }
        )

    @classmethod
    def from_line(cls, line: bytes) -> Asked:
        """Return what `to_line` was called on."""
        data = jsonl.loads(line)
        rollout = data["rollout"]
        prompt, task, response = data["of"] or ("", None, "")
        return cls(
            rollout,
            data["group"],
            tuple(Verdict(Status(status), *rest) for status, *rest in data["verdicts"]),
            {
                name: tuple(
                    Question(ConstraintSpec.from_json(spec), prompt, task, response, rollout, place)
                    for place, spec in some
                )
                for name, some in data["ask"].items()
            },
            tuple(data["ids"]),
        )


@dataclass(frozen=True, slots=True)
class AskJob:
    """Verdicts by code on every rollout, with the questions that judges are to be asked.

    Attributes:
        check: How responses are checked.
        judges: The judges, by name; the first that claims a constraint is asked.
        only_unknown: Whether they are asked only what code cannot decide.
        unbound: Whether a constraint without a verifier is asked about as the criterion that its
            sentence is.
        probing: Whether they are asked only what code decides, as the criterion that its sentence
            is: what they say can be compared with what is known.
        verdicts: What decides where code cannot.
    """

    check: CheckOptions
    judges: tuple[str, ...]
    only_unknown: bool = True
    unbound: bool = False
    probing: bool = False
    verdicts: VerdictFiles | None = None

    def tally(self) -> Nothing:
        """Return the tally of the whole dump, still empty."""
        return Nothing()

    def part(self) -> Nothing:
        """Return the tally of a part of it, still empty."""
        return Nothing()

    def restored(self, state: Mapping[str, Any]) -> Nothing:
        """Return the tally of a part of it, of its state."""
        return Nothing(Counter(state["joined"]))

    def work(self, kit: Kit, limit: TimeLimit) -> Work[Nothing]:
        """Return what makes lines of checked groups; see `Asked.to_line`."""
        del limit
        judges = choose_judges(kit.judges, self.judges)

        def ask(checked: Iterable[CheckedGroup]) -> tuple[bytes, Nothing, bytes]:
            lines = [asked.to_line() for item in checked for asked in self._of(item, judges)]
            return b"".join(line + b"\n" for line in lines), Nothing(), b""

        return ask

    def _of(self, item: CheckedGroup, judges: Sequence[Judge]) -> Iterator[Asked]:
        group = with_task(item.group, item.checker)[0]
        bound = item.checker.bind(group.constraints)
        claims = [
            (spec, claimed(judges, spec)) for spec in (self._asked_as(one, item) for one in bound)
        ]
        for rollout, result in zip(group.rollouts, item.checked, strict=True):
            yield self._one(group, rollout, result, claims)

    def _asked_as(self, one: Bound, item: CheckedGroup) -> ConstraintSpec:
        """Return the constraint that judges are asked about."""
        if one.spec.id == CRITERION:
            return one.spec
        is_open = self.probing or (self.unbound and one.verifier is None)
        with item.checker.limit:
            sentence = stated(one, item.checker.limit).sentence if is_open else None
        return as_criterion(sentence) if sentence else one.spec

    def _one(
        self,
        group: Group,
        rollout: Rollout,
        result: Checked,
        claims: Sequence[tuple[ConstraintSpec, Judge | Verdict | None]],
    ) -> Asked:
        response = self.check.of(group).answer(rollout.text).text
        verdicts = list(result.strict)
        questions: dict[str, tuple[Question, ...]] = {}
        for place, (spec, claim) in enumerate(claims):
            is_unknown = verdicts[place].status is Status.UNKNOWN
            if claim is None or not self._is_asked(spec, is_unknown=is_unknown):
                continue
            if isinstance(claim, Verdict):
                verdicts[place] = claim if is_unknown else verdicts[place]
            elif not response.strip():
                verdicts[place] = NO_ANSWER
            else:
                asked = Question(spec, group.prompt, group.task, response, rollout.id, place)
                questions[claim.name] = (*questions.get(claim.name, ()), asked)
        ids = tuple(spec.id for spec in group.constraints)
        return Asked(rollout.id, group.id, tuple(verdicts), questions, ids)

    def _is_asked(self, spec: ConstraintSpec, *, is_unknown: bool) -> bool:
        if self.probing:
            return not is_unknown and spec.id == CRITERION
        return is_unknown or not self.only_unknown
