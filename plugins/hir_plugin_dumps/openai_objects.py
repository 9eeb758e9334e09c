"""What OpenAI's interfaces return: chat completions, completions, and responses.

vLLM, NeMo-Gym and others write the same objects. Only a single answer in words is read: one that
calls a tool, or that has several messages, is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hir_kit.plugin import (
    Prompt,
    RowError,
    Sample,
    a_list,
    an_object,
    each_answer,
    jsonl,
    mean,
    read_answer,
    read_prompt,
    required,
    shown,
)

_KEPT = ("role", "content", "name", "tool_calls", "tool_call_id")


def read_messages(value: object) -> Prompt:
    """Return a prompt; raises RowError where a content is no text, or an item no message."""
    if isinstance(value, str) or not isinstance(value, list):
        return read_prompt(value)
    return read_prompt([_plain(item) for item in value])


def _plain(item: object) -> object:
    """Return a message with what a chat template may look at alone."""
    if not isinstance(item, Mapping):
        return item
    if item.get("type", "message") != "message":
        raise RowError(f"the prompt holds an item of the type {shown(item['type'])}")
    return {key: item[key] for key in _KEPT if key in item}


def read_choices(body: Mapping[str, Any]) -> tuple[Sample, ...]:
    """Return the answers of a completion, chat or not, in the order of their `index`."""
    choices = a_list(body, "choices")
    if not choices or not all(isinstance(choice, Mapping) for choice in choices):
        raise RowError(f"'choices' is a list of objects, not empty, got {shown(choices)}")
    places = [choice.get("index", place) for place, choice in enumerate(choices)]
    if sorted(places, key=str) != sorted(range(len(choices)), key=str):
        raise RowError(f"'choices' are numbered from 0 by 'index', got {shown(places)}")
    ordered = sorted(zip(places, choices, strict=True), key=_first)
    return each_answer([choice for _, choice in ordered], _choice)


def _first(pair: tuple[int, Any]) -> int:
    return pair[0]


def _choice(choice: Mapping[str, Any]) -> Sample:
    meta = {"finish_reason": choice["finish_reason"]} if choice.get("finish_reason") else {}
    said = an_object(choice, "message") if "message" in choice else required(choice, "text")
    answer = read_answer(said)
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
    if len(messages) > 1 or any(kind not in ("message", "reasoning") for kind in kinds):
        raise RowError(f"only a single answer in words is verified; 'output' holds {shown(kinds)}")
    meta: dict[str, Any] = {}
    if reasoning := [_reasoning(item) for item in items if item.get("type") == "reasoning"]:
        meta["reasoning"] = "".join(reasoning)
    if details := response.get("incomplete_details"):
        meta["incomplete_details"] = details
    if not messages:  # it was cut off while it thought
        return Sample("", meta=meta)
    answer = read_answer(messages[0])
    logprob = mean(messages[0].get("generation_log_probs"))
    return Sample(answer.text, logprob=logprob, meta={**meta, **answer.meta})


def _reasoning(item: Mapping[str, Any]) -> str:
    parts = item.get("content") or item.get("summary") or []
    if not isinstance(parts, list) or not all(isinstance(part, Mapping) for part in parts):
        raise RowError(f"a reasoning holds a list of parts, got {jsonl.kind(parts)}")
    return "".join(str(part.get("text", "")) for part in parts)
