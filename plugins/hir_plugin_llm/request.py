"""A question to a model as data, and the key under which its answer is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hir_kit.plugin import Message

FORMS = ("json_schema", "json_object", "none")
"""How a server can be told the shape of an answer, the strictest first."""


class Unanswered(Exception):  # noqa: N818  # an answer of its own kind
    """A request that has no answer; the message says why, on one line."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a model.

    Attributes:
        messages: The conversation.
        purpose: Who asks, with the version of the wording, such as "judge/1".
        sampling: Fields of the request such as `temperature` and `max_tokens`.
        schema: The JSON schema of the answer; None where it is no JSON.
        sample: Which of several answers to the same request it is, from 0.
    """

    messages: tuple[Message, ...]
    purpose: str
    sampling: Mapping[str, Any] = field(default_factory=dict)
    schema: Mapping[str, Any] | None = None
    sample: int = 0

    def body(self, model: str, extra: Mapping[str, Any], form: str) -> dict[str, Any]:
        """Return the body of the request; `extra` fields win, and null ones are left out."""
        fields = {"model": model, "messages": list(self.messages), **self.sampling, **extra}
        if self.schema is not None and form == "json_schema":
            named = {"name": "answer", "strict": True, "schema": self.schema}
            fields["response_format"] = {"type": "json_schema", "json_schema": named}
        elif self.schema is not None and form == "json_object":
            fields["response_format"] = {"type": "json_object", "schema": self.schema}
        return {name: value for name, value in fields.items() if value is not None}

    def key(self, model: str, extra: Mapping[str, Any]) -> str:
        """Return the hex key of the answer: of all that decides it, and not of the server."""
        asked = [self.body(model, extra, "json_schema"), self.purpose, self.sample]
        text = json.dumps(asked, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
