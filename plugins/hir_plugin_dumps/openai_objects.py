"""What OpenAI's interfaces return: chat completions, completions, and responses.

vLLM, NeMo-Gym and others write the same objects. Only a single answer in words is read: one that
calls a tool, or that has several messages, is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hir_kit.plugin import (
    Message,
    Prompt,
    RowError,
    Sample,
    a_list,
    an_object,
    jsonl,
    mean,
    read_prompt,
    required,
    shown,
    string,
)

_TEXT_PARTS = ("text", "input_text", "output_text")


def message_text(message: Mapping[str, Any]) -> str:
    """Return the text of an assistant's message; raises RowError where it calls a tool."""
    if message.get("tool_calls") or message.get("function_call"):
        raise RowError("the answer calls a tool; only a single answer in words is verified")
    if message.get("role") != "assistant":
        raise RowError(f"the answer is a message of the assistant, got {shown(message)}")
    return content_text(required(message, "content"))


def read_answer(message: Mapping[str, Any]) -> Sample:
    """Return an assistant's message as a response; reasoning that is kept apart stays apart."""
    names = ("reasoning_content", "reasoning", "thinking")
    reasoning = next((message[name] for name in names if message.get(name)), None)
    return Sample(message_text(message), meta={"reasoning": reasoning} if reasoning else {})


def read_completion(value: object) -> Sample:
    """Return the answer of a completion: a string, or one message of the assistant."""
    if isinstance(value, str):
        return Sample(value)
    if not isinstance(value, list) or len(value) != 1 or not isinstance(value[0], Mapping):
        raise RowError(f"only a single answer is verified; 'completion' is {shown(value)}")
    return read_answer(value[0])


def content_text(content: object) -> str:
    """Return the text of a message's content: a string, or a list of one part that is text."""
    if isinstance(content, str):
        return content
    if isinstance(content, list) and len(content) == 1 and isinstance(content[0], Mapping):
        part = content[0]
        if part.get("type") in _TEXT_PARTS and isinstance(part.get("text"), str):
            return str(part["text"])
    raise RowError(f"a content is a string or one part with a text, got {shown(content)}")


def read_messages(value: object) -> Prompt:
    """Return a prompt whose contents may be parts; raises RowError where one is no text."""
    if isinstance(value, str) or not isinstance(value, list):
        return read_prompt(value)
    return read_prompt([_plain(item) for item in value])


def _plain(item: object) -> object:
    """Return a message with role and content alone: other keys are empty, or tell of tools."""
    if not isinstance(item, Mapping):
        return item
    if item.get("tool_calls") or item.get("role") in ("tool", "function"):
        raise RowError("the prompt holds a call of a tool; only plain messages are read")
    if item.get("type", "message") != "message":
        raise RowError(f"the prompt holds an item of the type {shown(item['type'])}")
    plain: Message = {"role": item.get("role"), "content": content_text(item.get("content"))}
    return plain


def read_choices(body: Mapping[str, Any]) -> list[Sample]:
    """Return the answers of a completion, chat or not, in the order of their `index`."""
    choices = a_list(body, "choices")
    if not choices or not all(isinstance(choice, Mapping) for choice in choices):
        raise RowError(f"'choices' is a list of objects, not empty, got {shown(choices)}")
    places = [choice.get("index", place) for place, choice in enumerate(choices)]
    if sorted(places, key=str) != sorted(range(len(choices)), key=str):
        raise RowError(f"'choices' are numbered from 0 by 'index', got {shown(places)}")
    return [_choice(choice) for _, choice in sorted(zip(places, choices, strict=True), key=_first)]


def _first(pair: tuple[int, Any]) -> int:
    return pair[0]


def _choice(choice: Mapping[str, Any]) -> Sample:
    meta = {"finish_reason": choice["finish_reason"]} if choice.get("finish_reason") else {}
    if "message" not in choice:
        return Sample(string(choice, "text"), logprob=_logprob(choice), meta=meta)
    answer = read_answer(an_object(choice, "message"))
    return Sample(answer.text, logprob=_logprob(choice), meta={**meta, **answer.meta})


def _logprob(choice: Mapping[str, Any]) -> float | None:
    logprobs = choice.get("logprobs")
    if not isinstance(logprobs, Mapping):
        return None
    content = logprobs.get("content")
    if isinstance(content, list) and all(isinstance(item, Mapping) for item in content):
        return mean([item.get("logprob") for item in content])
    return mean(logprobs.get("token_logprobs"))


def read_response(response: Mapping[str, Any]) -> Sample:
    """Return the one answer of a Responses object, with its reasoning apart."""
    items = a_list(response, "output")
    if not all(isinstance(item, Mapping) for item in items):
        raise RowError(f"'output' is a list of objects, got {shown(items)}")
    kinds = [item.get("type") for item in items]
    messages = [item for item in items if item.get("type") == "message"]
    if len(messages) != 1 or any(kind not in ("message", "reasoning") for kind in kinds):
        raise RowError(f"only a single answer in words is verified; 'output' holds {shown(kinds)}")
    meta: dict[str, Any] = {}
    if reasoning := [_reasoning(item) for item in items if item.get("type") == "reasoning"]:
        meta["reasoning"] = "".join(reasoning)
    logprob = mean(messages[0].get("generation_log_probs"))
    return Sample(message_text(messages[0]), logprob=logprob, meta=meta)


def _reasoning(item: Mapping[str, Any]) -> str:
    parts = item.get("content") or item.get("summary") or []
    if not isinstance(parts, list) or not all(isinstance(part, Mapping) for part in parts):
        raise RowError(f"a reasoning holds a list of parts, got {jsonl.kind(parts)}")
    return "".join(str(part.get("text", "")) for part in parts)
