"""Rollouts as the engine sees them: groups of responses to one instruction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.prompt import Prompt
from hir_kit.model.rows import GroupRow, ResponseRow


@dataclass(frozen=True, slots=True)
class Location:
    """Where a row stands: file name and line number from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Rollout:
    """One sampled response.

    Attributes:
        id: Unique within the dump, for example `"q17/3"`.
        text: What the model wrote, thinking included.
        entropy: Mean token entropy under the policy, in nats, where the dump has it.
        logprob: Mean token log-probability, in nats, where the dump has it.
        meta: Whatever else the dump says of this response.
    """

    id: str
    text: str
    entropy: float | None = None
    logprob: float | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_cut_off(self) -> bool:
        """Whether the dump says that it ended where the model's length did, and not by itself."""
        ends = [self.meta.get(name) for name in ("finish_reason", "stop_reason")]
        if isinstance(details := self.meta.get("incomplete_details"), Mapping):
            ends.append(details.get("reason"))
        is_said = any(isinstance(end, str) and end.lower() in _AT_LENGTH for end in ends)
        return is_said or self.meta.get("is_truncated") is True


_AT_LENGTH = frozenset(("length", "max_length", "max_tokens", "max_output_tokens"))
"""What vLLM, OpenAI, Anthropic and Gemini call an end that the length made."""


@dataclass(frozen=True, slots=True)
class Group:
    """An instruction and the responses sampled for it.

    Attributes:
        id: Unique within the dump.
        prompt: What was sent to the model, a string or messages.
        constraints: The instruction's constraints, in order; one id may occur twice.
        rollouts: The responses, in order.
        location: The row (or first row) it came from.
        task: The request without its constraints, where the dump has it.
        meta: Whatever else the dump says of this instruction.
        complete: False where more rollouts of the same group may follow later.
        unread: The responses of its row that cannot be used, of whoever reads it to put aside.
    """

    id: str
    prompt: Prompt
    constraints: tuple[ConstraintSpec, ...]
    rollouts: tuple[Rollout, ...]
    location: Location
    task: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    complete: bool = True
    unread: tuple[Reject, ...] = ()

    def to_json(self) -> GroupRow:
        """Return the group as a row of the `hir` format, which reads it as the same group."""
        row: GroupRow = {"id": self.id, "prompt": self.prompt}
        if self.task is not None:
            row["task"] = self.task
        row["constraints"] = [spec.to_json() for spec in self.constraints]
        row["responses"] = [
            _response(rollout, f"{self.id}/{place}") for place, rollout in enumerate(self.rollouts)
        ]
        if self.meta:
            row["meta"] = self.meta
        return row


def _response(rollout: Rollout, id: str) -> ResponseRow:
    """Return a response of a row; its id only where it is not the one of its place."""
    row: ResponseRow = {"text": rollout.text}
    if rollout.id != id:
        row["id"] = rollout.id
    if rollout.entropy is not None:
        row["entropy"] = rollout.entropy
    if rollout.logprob is not None:
        row["logprob"] = rollout.logprob
    if rollout.meta:
        row["meta"] = rollout.meta
    return row


@dataclass(frozen=True, slots=True)
class Reject:
    """A row, or a response of one, that could not be used.

    Attributes:
        location: Where the row stands.
        reason: Why.
        row: The row itself, or the response.
        response: The response's id, where the others of its row are sound.
    """

    location: Location
    reason: str
    row: bytes = b""
    response: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the object written to `<out>.rejects.jsonl`."""
        return {
            "file": self.location.file,
            "line": self.location.line,
            "reason": self.reason,
            **({} if self.response is None else {"response": self.response}),
            "row": self.row.decode("utf-8", "backslashreplace"),
        }
