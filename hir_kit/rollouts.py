"""Rollouts as the engine sees them: groups of responses to one instruction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hir_kit import jsonl
from hir_kit.errors import RowError, shown
from hir_kit.slotted import quickly_made
from hir_kit.specs import ConstraintSpec

Message = dict[str, Any]
Prompt = str | list[Message]


@quickly_made
@dataclass(frozen=True, slots=True)
class Location:
    """Where a row stands: file name and line number from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@quickly_made
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


@quickly_made
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
    """

    id: str
    prompt: Prompt
    constraints: tuple[ConstraintSpec, ...]
    rollouts: tuple[Rollout, ...]
    location: Location
    task: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    complete: bool = True

    def to_json(self) -> dict[str, Any]:
        """Return the group as a row of the `hir` format, which reads it as the same group."""
        row: dict[str, Any] = {"id": self.id, "prompt": self.prompt}
        if self.task is not None:
            row["task"] = self.task
        row["constraints"] = [spec.to_json() for spec in self.constraints]
        row["responses"] = [
            _response(rollout, f"{self.id}/{place}") for place, rollout in enumerate(self.rollouts)
        ]
        if self.meta:
            row["meta"] = self.meta
        return row


def _response(rollout: Rollout, id: str) -> dict[str, Any]:
    """Return a response of a row; its id only where it is not the one of its place."""
    row: dict[str, Any] = {"text": rollout.text}
    if rollout.id != id:
        row["id"] = rollout.id
    if rollout.entropy is not None:
        row["entropy"] = rollout.entropy
    if rollout.logprob is not None:
        row["logprob"] = rollout.logprob
    if rollout.meta:
        row["meta"] = rollout.meta
    return row


def read_prompt(value: object) -> Prompt:
    """Return the prompt if it is a string or a list of messages; raises RowError otherwise."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list) or not value:
        raise RowError(f"the prompt is a string or a list of messages, got {_kind(value)}")
    for message in value:
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            raise RowError(
                f"a message is an object with 'role' and 'content', got {shown(message)}"
            )
        if not isinstance(message.get("content"), str):
            kind = _kind(message.get("content"))
            raise RowError(f"the content of a message is a string, got {kind}")
    return value


def read_completion(value: object) -> str:
    """Return the text of a completion: a string, or messages whose contents are joined."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value:
        return "".join(_content(message) for message in value)
    raise RowError(f"a response is a string or a list of messages, got {_kind(value)}")


def _content(message: object) -> str:
    if isinstance(message, Mapping) and isinstance(message.get("content"), str):
        return str(message["content"])
    raise RowError(f"a message is an object with a string 'content', got {shown(message)}")


def as_messages(prompt: Prompt) -> list[Message]:
    """Return the prompt as messages; a string becomes one user message."""
    return [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt


def instruction_of(prompt: Prompt) -> str:
    """Return the text that states the instruction: the last user message, or the whole string."""
    if isinstance(prompt, str):
        return prompt
    index = _last_user(prompt)
    return "" if index is None else str(prompt[index]["content"])


def with_instruction(prompt: Prompt, instruction: str) -> Prompt:
    """Return the prompt with the text of its last user message replaced."""
    if isinstance(prompt, str):
        return instruction
    index = _last_user(prompt)
    if index is None:
        raise RowError("the prompt has no user message")
    return [
        {**message, "content": instruction} if i == index else message
        for i, message in enumerate(prompt)
    ]


def _last_user(messages: Sequence[Message]) -> int | None:
    users = [i for i, message in enumerate(messages) if message["role"] == "user"]
    return users[-1] if users else None


def _kind(value: object) -> str:
    return "an empty array" if value == [] else jsonl.kind(value)
