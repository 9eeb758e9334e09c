"""What a strategy that rewrites instructions gets and gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from hir_kit.errors import PluginError
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.prompt import Prompt
from hir_kit.verify.verifier import Verifier, asked


@dataclass(frozen=True, slots=True)
class Refusal:
    """A strategy's answer where it cannot write an instruction.

    Attributes:
        code: Short and stable, for counting ("woven", "not-found").
        reason: One line for a person.
    """

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Stated:
    """A constraint with the sentence that states it.

    Attributes:
        spec: The constraint as data.
        text: The sentence in the instruction, where the dump has it.
        description: The verifier's own sentence, where there is a verifier.
    """

    spec: ConstraintSpec
    text: str | None
    description: str | None

    @classmethod
    def of(cls, spec: ConstraintSpec, verifier: Verifier | None) -> Stated:
        """Return the constraint with what is known of its wording."""
        return cls(spec, spec.text, _description(verifier) if verifier else None)

    @property
    def sentence(self) -> str | None:
        """The instruction's own sentence, else the verifier's, else None."""
        return self.text if self.text is not None else self.description


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What a strategy gets.

    Attributes:
        prompt: The original prompt, a string or messages.
        task: The request without its constraints, where the dump has it.
        kept: The constraints that the new instruction must ask for, in order.
        dropped: The constraints that it must not ask for, in order.
        constraints: All of them, in the order of the instruction.
    """

    prompt: Prompt
    task: str | None
    kept: tuple[Stated, ...]
    dropped: tuple[Stated, ...]
    constraints: tuple[Stated, ...]


class Rewriter(Protocol):
    """A strategy.

    Attributes:
        name: What `--rewriter` takes and what replays record.
        default: Whether it is tried without being asked for.
        removes: Whether the dropped constraints' sentences are gone afterwards; if so, that is
            checked.
    """

    name: str
    default: bool
    removes: bool

    def rewrite(self, request: Rewriting) -> Prompt | Refusal:
        """Return the new prompt, or say why this strategy does not fit."""


def _description(verifier: Verifier) -> str | None:
    """Return the verifier's sentence; None where its author's code gives none."""
    try:
        sentence = asked(verifier, verifier.describe)
    except PluginError:
        return None
    return sentence if isinstance(sentence, str) and sentence.strip() else None
