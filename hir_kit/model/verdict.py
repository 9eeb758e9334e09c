"""What a check says: satisfied, violated, or unknown, with a reason and what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, cast

from hir_kit.model.rows import JudgedVerdictRow, VerdictRow


class Word(str, Enum):
    """A string enum that prints, formats and compares as its value in every Python version."""

    def __str__(self) -> str:
        return str(self.value)


Measured = int | float | str | None


class Status(Word):
    """The three states of a verdict. `unknown` is neither a pass nor a failure."""

    SATISFIED = "satisfied"
    VIOLATED = "violated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one constraint on one response.

    Attributes:
        status: Satisfied, violated or unknown.
        measured: What was counted or found (a number or a short string), if anything.
        reason: One line for a person; None where there is nothing to say.
        detail: What else a judge says, as JSON can hold it: a rationale, the model, what it cost.
            It is written to verdict files alone.
    """

    status: Status
    measured: Measured = None
    reason: str | None = None
    detail: Mapping[str, Any] | None = field(default=None, compare=False)

    @property
    def satisfied(self) -> bool:
        """Whether the constraint is met; False for unknown too."""
        return self.status is Status.SATISFIED

    def to_json(self) -> VerdictRow:
        """Return the object written to rows; absent parts and the detail are left out."""
        row: VerdictRow = {"status": self.status._value_}  # faster than `value`
        if self.measured is not None:
            row["measured"] = self.measured
        if self.reason is not None:
            row["reason"] = self.reason
        return row

    def to_row(self) -> JudgedVerdictRow:
        """Return the object written to verdict files: that of `to_json`, with the detail."""
        row = cast(JudgedVerdictRow, self.to_json())
        if self.detail is not None:
            row["detail"] = self.detail
        return row


class Unanswered(Verdict):
    """A verdict that is unknown because a judge could not be asked: it may be, another time."""

    __slots__ = ()


def unanswered(reason: str) -> Verdict:
    """Return the verdict of a judge that got no answer, as from a server that cannot be reached.

    It is unknown. A run that is gone on with asks such a question again.
    """
    return Unanswered(Status.UNKNOWN, reason=reason)


def unknown(reason: str) -> Verdict:
    """Return a verdict that says why the constraint could not be judged."""
    return Verdict(Status.UNKNOWN, reason=reason)


def counted(n: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it should be: "1 word", "2 words"."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def follow_all(verdicts: Sequence[Verdict]) -> bool | None:
    """Return the instruction-level result: all satisfied, some violated, or None if not known.

    One violated constraint decides. Without one, any unknown verdict leaves the result open. An
    instruction without constraints has no result either: nothing was asked.
    """
    known = bool(verdicts)
    for verdict in verdicts:
        if verdict.status is Status.VIOLATED:
            return False
        if verdict.status is Status.UNKNOWN:
            known = False
    return True if known else None
