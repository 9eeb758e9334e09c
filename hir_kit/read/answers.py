"""Responses in the shapes that OpenAI's interfaces have, which most others write too.

    "Tea."                                                          a text
    null                                                            no answer
    {"role": "assistant", "content": "Tea."}                        a message, alone or in a list
    {"role": "assistant", "content": null, "refusal": "I can't."}   no answer
    [{"type": "text", "text": "Tea."}]                              parts of a content

No answer is an empty response, which violates every constraint: it is a failure of the model, not
of the row. Only a single answer in words is read: one that calls a tool, or that has several
messages, is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hir_kit.errors import RowError, shown
from hir_kit.files import jsonl
from hir_kit.model.prompt import text_of_parts

_REASONING = ("reasoning_content", "reasoning", "thinking")
_BESIDE = frozenset({"role", "refusal", "type", "id", "status", "name", *_REASONING})
"""What a message may have where its content is null, which tables leave out."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One response of a dump.

    Attributes:
        text: What the model wrote. Special tokens around it are taken away, nothing else.
        entropy: Mean token entropy, in nats, where the dump has it.
        logprob: Mean token log-probability, in nats, where the dump has it.
        meta: Whatever else the dump says of it.
        problem: Why it cannot be used; its text is what stood there. The others of its row can.
    """

    text: str
    entropy: float | None = None
    logprob: float | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    problem: str | None = None


def read_answer(value: object) -> Sample:
    """Return a response in any of these shapes; reasoning that is kept apart stays apart, in meta.

    Raises RowError where it calls a tool, is no single answer, or holds something else than text.
    """
    if value is None:
        return Sample("")
    if isinstance(value, str):
        return Sample(value)
    if isinstance(value, Mapping):
        return _of_message(value)
    if isinstance(value, list) and value and all(_is_part(item) for item in value):
        return Sample(text_of_parts(value))
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], Mapping):
        return _of_message(value[0])
    raise RowError(f"only a single answer is verified: {_instead(value)}")


def each_answer(
    values: Iterable[Any], read: Callable[[Any], Sample] = read_answer
) -> tuple[Sample, ...]:
    """Return several responses of a row; one that cannot be read says so in `problem`."""
    return tuple(_or_problem(value, read) for value in values)


def _or_problem(value: Any, read: Callable[[Any], Sample]) -> Sample:
    try:
        return read(value)
    except RowError as error:
        return Sample(as_it_stood(value), problem=str(error))


def as_it_stood(value: object) -> str:
    """Return a response that cannot be read as it is put aside."""
    return value if isinstance(value, str) else jsonl.dumps(value).decode()


def _instead(value: object) -> str:
    """Say what there is in place of one answer."""
    if not isinstance(value, list) or not value:
        kind = "an empty array" if value == [] else jsonl.kind(value)
        return f"a response is a string or a list of messages, got {kind}"
    for item in value:
        if not isinstance(item, Mapping):
            return f"a message is an object with 'role' and 'content', got {shown(item)}"
    return f"got the roles {shown([item.get('role') for item in value])}"


def _is_part(value: object) -> bool:
    return isinstance(value, Mapping) and "role" not in value and "type" in value


def _of_message(message: Mapping[str, Any]) -> Sample:
    if message.get("tool_calls") or message.get("function_call"):
        raise RowError("the answer calls a tool; only a single answer in words is verified")
    if message.get("role", "assistant") != "assistant":
        raise RowError(f"the answer is a message of the assistant, got {shown(message)}")
    if "content" not in message and ("role" not in message or not message.keys() <= _BESIDE):
        raise RowError(f"a message has a 'content', got {shown(message)}")
    meta = {"reasoning": found} if (found := _reasoning(message)) else {}
    if refusal := message.get("refusal"):
        meta["refusal"] = refusal
    content = message.get("content")
    return Sample("" if content is None else text_of_parts(content), meta=meta)


def _reasoning(message: Mapping[str, Any]) -> Any:
    return next((message[name] for name in _REASONING if message.get(name)), None)
