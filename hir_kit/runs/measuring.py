"""Measuring judges: what they say beside what is known, of a dump or of labelled rows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from hir_kit.errors import FileFormatError, RowError, shown
from hir_kit.files import jsonl
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.prompt import Prompt, read_prompt
from hir_kit.model.rollout import Reject
from hir_kit.model.verdict import Status, Verdict
from hir_kit.read.fields import optional_string, required, string
from hir_kit.read.format import Row, rows
from hir_kit.runs.asked import Asked
from hir_kit.runs.judging import Asking
from hir_kit.verify.agreement import EVERY, Judgement
from hir_kit.verify.judge import CRITERION, Question

_LABELS = {
    "met": Status.SATISFIED,
    "satisfied": Status.SATISFIED,
    "not_met": Status.VIOLATED,
    "violated": Status.VIOLATED,
    True: Status.SATISFIED,
    False: Status.VIOLATED,
}
_FAMILY = ":"


@dataclass(slots=True)
class Heard:
    """Collects the answers of judges whose questions have a known answer.

    Attributes:
        judgements: What was said of what is known.
        disagreements: Where it is otherwise, so many as are shown, by what was asked.
        about: What the verdicts say of who gave them.
    """

    judgements: list[Judgement] = field(default_factory=list)
    disagreements: dict[str, dict[str, Any]] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)

    def __call__(self, asked: Asked, question: Question, answer: Verdict) -> None:
        """Take one answer."""
        truth = asked.verdicts[question.place].status
        id, kwargs = asked.ids[question.place], question.spec.kwargs
        kind = str(kwargs.get("kind", EVERY)) if id == CRITERION else id.partition(_FAMILY)[0]
        prompt = hashlib.sha256(jsonl.dumps(question.prompt)).hexdigest()
        self.judgements.append(Judgement(kind, prompt, truth, answer.status, _sure(answer)))
        detail = answer.detail or {}
        for name in ("model", "prompt"):
            if isinstance(detail.get(name), str):
                self.about[name] = detail[name]
        if answer.status not in (truth, Status.UNKNOWN):
            self.disagreements[f"{asked.rollout} {question.place:6}"] = {
                "id": asked.rollout,
                "place": question.place,
                "kind": kind,
                "criterion": kwargs.get("criterion"),
                "truth": truth.value,
                "said": answer.status.value,
                "reason": answer.reason,
            }


def _sure(answer: Verdict) -> float | None:
    measured = answer.measured
    is_share = isinstance(measured, float) and 0 <= measured <= 1
    return float(measured) if is_share and measured is not None else None


class Nowhere:
    """Takes rows, and keeps none."""

    def write(self, row: object) -> None:
        """Do nothing."""


def measure(
    asking: Asking, outcomes: Iterator[Any], lines: Callable[[Any], list[bytes]], most: int
) -> Heard:
    """Ask judges what is known; return what they said.

    Args:
        asking: What asks.
        outcomes: What is asked about.
        lines: Gives the lines of an outcome; see `Asked.to_line`.
        most: How many questions at most.
    """
    heard = asking.heard = Heard()
    asking.run(_first(outcomes, lines, most), list, Nowhere())
    heard.judgements.sort(key=lambda one: (one.kind, one.group, one.truth, one.said))
    return heard


def _first(
    outcomes: Iterator[Any], lines: Callable[[Any], list[bytes]], most: int
) -> Iterator[list[bytes]]:
    """Yield lines as long as they have not more questions than that."""
    for outcome in outcomes:
        for line in lines(outcome):
            count = sum(map(len, Asked.from_line(line).questions.values()))
            if count:
                if count > most:
                    return
                most -= count
                yield [line]


class _Strict:
    """Feedback that refuses a file with a row that cannot be read."""

    def reject(self, reject: Reject) -> None:
        raise FileFormatError(f"{reject.location}: {reject.reason}")

    def advance(self, size: int) -> None:
        """Do nothing."""


def labelled(file: str, judge: str, most: int) -> Iterator[list[bytes]]:
    """Yield the rows of a labelled file as what a judge is asked, each with its label.

    A row has `prompt`, `response`, `criterion` and `label`; it may have `kind` and `id`.

    Raises FileFormatError where a row is none.
    """
    for row in islice(rows(file, _Strict()), most):
        try:
            yield [_asked(row, judge).to_line()]
        except RowError as error:
            raise FileFormatError(f"{row.location}: {error}") from None


def _asked(row: Row, judge: str) -> Asked:
    data = row.data
    prompt: Prompt = read_prompt(required(data, "prompt"))
    criterion, kind = string(data, "criterion"), optional_string(data, "kind")
    kwargs: Mapping[str, Any] = {"criterion": criterion, **({"kind": kind} if kind else {})}
    id = optional_string(data, "id") or f"{row.location.line}"
    spec = ConstraintSpec(CRITERION, kwargs, criterion)
    question = Question(spec, prompt, None, string(data, "response"), id, 0)
    truth = Verdict(_label(required(data, "label")))
    return Asked(id, id, (truth,), {judge: (question,)}, (CRITERION,))


def _label(value: object) -> Status:
    status = _LABELS.get(value) if isinstance(value, str | bool) else None
    if status is None:
        raise RowError(f"'label' is met or not_met, got {shown(value)}")
    return status
