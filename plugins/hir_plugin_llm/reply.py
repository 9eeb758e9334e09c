"""What a model said: the text of an answer without its thinking, and the object in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from hir_kit.plugin import split_thinking

_WHOLE = ("stop", "eos", "end_turn", None)
_MOST = 200  # places where an object may begin


def text_of(answer: Mapping[str, Any]) -> str:
    """Return what a model said besides thinking; raises ValueError where it said nothing whole."""
    choice = answer["choice"]
    message, finish = choice["message"], choice.get("finish_reason")
    if isinstance(message.get("refusal"), str) or finish == "content_filter":
        raise ValueError("the model refused to answer")
    if finish == "length":
        raise ValueError("the answer was cut off at its greatest length")
    if finish not in _WHOLE:
        raise ValueError(f"the answer ended by {finish!r}")
    content = message.get("content")
    if not isinstance(content, str) or not content.strip():
        is_thinking = any(message.get(name) for name in ("reasoning", "reasoning_content"))
        raise ValueError(f"the answer is empty{' but for thinking' if is_thinking else ''}")
    said = split_thinking(content, opened="</think>" in content)[1]
    if not said.strip():
        raise ValueError("the answer is nothing but thinking")
    return said


def objects_in(text: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects that stand in a text, those within others left out."""
    decoder = json.JSONDecoder()
    place = -1
    for _ in range(_MOST):
        place = text.find("{", place + 1)
        if place < 0:
            return
        try:
            found, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            continue
        yield found
        place = end - 1
