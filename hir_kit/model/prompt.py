"""Prompts as the engine sees them: a string, or messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hir_kit.errors import RowError, shown
from hir_kit.files import jsonl

Message = dict[str, Any]


Prompt = str | list[Message]


_TEXT_PARTS = ("text", "input_text", "output_text")


def read_prompt(value: object) -> Prompt:
    """Return a prompt: a string, or messages whose contents are strings.

    Contents may be parts that are text. One that is null, beside calls of a tool, is empty. What
    else a message says is kept, save for what is null or empty. Raises RowError otherwise.
    """
    if isinstance(value, str):
        return value
    if not isinstance(value, list) or not value:
        raise RowError(f"the prompt is a string or a list of messages, got {_kind(value)}")
    return [_read_message(message) for message in value]


def _read_message(message: object) -> Message:
    if not isinstance(message, dict) or not isinstance(message.get("role"), str):
        raise RowError(f"a message is an object with 'role' and 'content', got {shown(message)}")
    content = message.get("content")
    is_call = message["role"] == "assistant" and (
        message.get("tool_calls") or message.get("function_call")
    )
    text = "" if content is None and is_call else text_of_parts(content, between="\n")
    rest = {key: item for key, item in message.items() if item is not None and item != []}
    return {**rest, "role": message["role"], "content": text}


def text_of_parts(content: object, between: str = "") -> str:
    """Return the text of a message's content: a string, or a list of parts that are text.

    `between` is what stands between parts. Raises RowError where it holds something else.
    """
    if isinstance(content, str):
        return content
    if not isinstance(content, list) or not content:
        raise RowError(
            f"the content of a message is a string or parts with a text, got {_kind(content)}"
        )
    return between.join(_part(part) for part in content)


def _part(part: object) -> str:
    if isinstance(part, Mapping) and part.get("type") in _TEXT_PARTS:
        text = part.get("text")
        if isinstance(text, str):
            return text
    if isinstance(part, Mapping) and part.get("type") == "refusal":
        return ""
    raise RowError(f"the content of a message is a string or parts with a text, got {shown(part)}")


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
