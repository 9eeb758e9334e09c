"""Why a strategy does not fit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """A strategy's answer where it cannot write an instruction.

    Attributes:
        code: Short and stable, for counting ("woven", "not-found").
        reason: One line for a person.
    """

    code: str
    reason: str
