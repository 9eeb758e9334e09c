"""What was asked of a model, and what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_MILLION = 1_000_000


@dataclass(slots=True)
class Usage:
    """Counts of one run.

    Attributes:
        cached: Answers that were in the cache.
        answered: Answers of the server.
        tries: Requests that were sent.
        failed: Requests that have no answer after all tries.
        written: Requests that went to a batch file.
        differing: Requests that a file of results answers in several ways; none is taken.
        prompt_tokens: Tokens sent, as the server counts them.
        completion_tokens: Tokens answered.
    """

    cached: int = 0
    answered: int = 0
    tries: int = 0
    failed: int = 0
    written: int = 0
    differing: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def add(self, usage: Mapping[str, Any]) -> None:
        """Count an answer of the server, with the tokens that it says it took."""
        self.answered += 1
        self.prompt_tokens += _count(usage.get("prompt_tokens"))
        self.completion_tokens += _count(usage.get("completion_tokens"))

    def to_json(self, input_price: float, output_price: float) -> dict[str, Any]:
        """Return what was counted, and the cost where there are prices per million tokens."""
        names = ("cached", "answered", "tries", "failed", "written", "differing")
        told: dict[str, Any] = {name: getattr(self, name) for name in names}
        told |= {"prompt_tokens": self.prompt_tokens, "completion_tokens": self.completion_tokens}
        if input_price or output_price:
            cost = self.prompt_tokens * input_price + self.completion_tokens * output_price
            told["cost"] = round(cost / _MILLION, 6)
        return told


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0
