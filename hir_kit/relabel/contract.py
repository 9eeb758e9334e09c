"""What a strategy that rewrites instructions gets and gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.prompt import Prompt
from hir_kit.verify.wording import Wording


@dataclass(frozen=True, slots=True)
class Refusal:
    """A strategy's answer where it cannot write an instruction.

    Attributes:
        code: Short and stable, for counting ("woven", "not-found"). The engine's own are "failed"
            (it raised, or gave what is no answer) and "timed-out".
        reason: One line for a person.
    """

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Stated:
    """A constraint with the sentence that states it.

    Attributes:
        spec: The constraint as data.
        description: The verifier's own sentence, where there is a verifier.
        wording: How the verifier says that people talk about it.
    """

    spec: ConstraintSpec
    description: str | None = None
    wording: Wording | None = field(default=None, kw_only=True)

    @property
    def text(self) -> str | None:
        """The sentence in the instruction, where the dump has it or it could be told."""
        return self.spec.text

    @property
    def sentence(self) -> str | None:
        """The instruction's own sentence, else the verifier's, else None."""
        return self.text if self.text is not None else self.description


@dataclass(frozen=True, slots=True)
class Kept(Stated):
    """A constraint that the rewritten instruction asks for.

    Attributes:
        relaxed_from: The instruction's own constraint, where this one is a weaker form of it.
    """

    relaxed_from: ConstraintSpec | None = None

    @property
    def original(self) -> ConstraintSpec:
        """The instruction's own constraint."""
        return self.spec if self.relaxed_from is None else self.relaxed_from


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
    kept: tuple[Kept, ...]
    dropped: tuple[Stated, ...]
    constraints: tuple[Stated, ...]

    @property
    def asked(self) -> tuple[Stated, ...]:
        """What the instruction asks for in the place of what is kept: the same, or more."""
        specs = [one.spec for one in self.constraints]
        return tuple(
            one if one.relaxed_from is None else self.constraints[specs.index(one.original)]
            for one in self.kept
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """A replay that a filter may refuse.

    Attributes:
        prompt: The rewritten prompt, a string or messages.
        original: The prompt that it was made of.
        task: The request without its constraints, where it is known.
        answer: The response, thinking set aside.
        kept: What the rewritten prompt asks for.
        dropped: What it no longer asks for.
    """

    prompt: Prompt
    original: Prompt
    task: str | None
    answer: str
    kept: tuple[Kept, ...]
    dropped: tuple[Stated, ...]


class Filter(Protocol):
    """An examination of replays that `--filter` asks for.

    Attributes:
        name: What `--filter` takes, and what the refusals are counted under.
    """

    name: str

    def refusal(self, draft: Draft) -> Refusal | None:
        """Return why a response must not become this replay, or None.

        It is called when the instruction is written and verified. Where it raises or takes too
        long, the replay is refused.
        """


class Rewriter(Protocol):
    """A strategy. It may be `RewritingAll`, too.

    Attributes:
        name: What `--rewriter` takes and what replays record.
        default: Whether it is tried without being asked for.
        removes: Whether the dropped constraints' sentences are gone afterwards; if so, that is
            checked.

    A strategy may set `time_limit`, seconds per request, in place of the run's time limit; 0: none.
    It may set `relaxes = True`: then requests with weaker goals (`Kept.relaxed_from`), where
    relaxing is asked for, are put to it as well, after `relax`.
    """

    name: str
    default: bool
    removes: bool

    def rewrite(self, request: Rewriting) -> Prompt | Refusal:
        """Return the new prompt, or say why this strategy does not fit."""


class StandingRewriter(Protocol):
    """What a strategy may have beside `Rewriter` where it stands on something outside.

    Each of the methods may be missing. The command calls `begin` and `close`, and not the processes
    that it starts.
    """

    def begin(self) -> None:
        """Begin a run; raises UsageError where an option cannot be used."""

    def close(self) -> None:
        """Finish: nothing more is asked."""

    def used(self) -> Mapping[str, Any]:
        """Return what it took to answer until now, by name; summaries show the numbers."""


class RewritingAll(Protocol):
    """What a strategy has beside `Rewriter` where many requests at once are better than one."""

    def rewrite_all(self, requests: Sequence[Rewriting]) -> Sequence[Prompt | Refusal]:
        """Return one answer per request, in their order.

        The requests are all that earlier strategies have left of a batch of the dump. Without this
        method, `rewrite` is called for each. Where it raises, takes longer than the time of all
        requests together, or gives another number of answers, all of them are refused.
        """
