"""Prompts as the engine sees them: a string, or messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hir_kit.errors import RowError, shown
from hir_kit.files import jsonl

Message = dict[str, Any]


Prompt = str | list[Message]


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
