"""Relabelling: select failures, rewrite their instructions, verify again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from hir_kit.errors import UsageError, shown
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.prompt import Prompt
from hir_kit.model.rollout import Group, Rollout
from hir_kit.model.verdict import Verdict
from hir_kit.relabel.calls import stated
from hir_kit.relabel.contract import Filter, Kept, Refusal, Rewriter, Rewriting
from hir_kit.relabel.relaxing import weakened
from hir_kit.relabel.rewriting import Attempt, Recheck, check_again, rewrite
from hir_kit.relabel.selection import (
    Candidate,
    Integrity,
    Truncated,
    candidates,
    cut_off,
    lambda_at,
)
from hir_kit.relabel.sifting import Thinking, sift
from hir_kit.relabel.strategies import relaxing
from hir_kit.verify.checker import Checked, CheckedGroup, Checker

Relaxing = Literal["off", "first", "last"]


@dataclass(frozen=True, slots=True)
class RelabelOptions:
    """How failures are selected. The defaults are the paper's (arXiv 2512.23457).

    Attributes:
        top_k: Replays per group, at most (k).
        lambda0: Weight of integrity at step 0.
        eta: Growth of that weight per step.
        lambda_max: Its cap.
        step: The training step s.
        min_kept: The least share of constraints that a candidate satisfies (hir-kit's own).
        integrity: What integrity is: "share" of constraints that are satisfied; "rare", the same,
            where a constraint weighs as much as the share of the group that misses it (hir-kit's
            own).
        relax: Whether violated constraints are kept in a weaker form that the response meets:
            "first", before they are dropped; "last", where dropping is refused (hir-kit's own).
        relax_within: The least share of what was asked that a weaker form still asks for, above 0
            and up to 1.
        thinking: What is done where a response's thinking speaks of what is not asked for any more:
            "refuse" it, "drop" the thinking, or "keep" it (hir-kit's own).
        truncated: What is done with responses that were cut off, as far as the dump says so:
            "refuse" or "keep" them (hir-kit's own).
    """

    top_k: int = 2
    lambda0: float = 2.0
    eta: float = 0.05
    lambda_max: float = 1e6
    step: int = 0
    min_kept: float = 0.0
    integrity: Integrity = "share"
    relax: Relaxing = "off"
    relax_within: float = 0.5
    thinking: Thinking = "refuse"
    truncated: Truncated = "refuse"

    def __post_init__(self) -> None:
        """Refuse what is no way of relaxing."""
        if self.relax not in get_args(Relaxing):
            raise UsageError(f"relax={shown(self.relax)}: it is 'off', 'first' or 'last'")
        if not 0 < self.relax_within <= 1:
            raise UsageError(
                f"relax_within={shown(self.relax_within)}: it is a share, above 0 and up to 1"
            )

    @property
    def lambda_(self) -> float:
        """The weight of integrity at this step."""
        return lambda_at(self.step, self.lambda0, self.eta, self.lambda_max)

    def candidates(self, group: Group, checked: Sequence[Checked]) -> tuple[list[Candidate], str]:
        """Return a group's candidates, best first, and what their diversity was measured by."""
        return candidates(
            group.constraints, group.rollouts, checked,
            self.lambda_, self.min_kept, self.integrity, self.truncated,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Replay:
    """A rewritten instruction with the response that satisfies it.

    Attributes:
        rollout: The response and its id.
        prompt: The rewritten prompt.
        kept: The constraints it asks for.
        verdicts: The verdicts on them, all satisfied, of the second verification.
        dropped: The constraints it no longer asks for.
        rewriter: The strategy that wrote it.
        candidate: The scores by which the response was selected.
        diversity: What F_div was measured by: "entropy", "surprisal" or "novelty".
        step: The training step.
    """

    rollout: Rollout
    prompt: Prompt
    kept: tuple[Kept, ...]
    verdicts: tuple[Verdict, ...]
    dropped: tuple[ConstraintSpec, ...]
    rewriter: str
    candidate: Candidate
    diversity: str
    step: int

    @property
    def is_relaxed(self) -> bool:
        """Whether something is asked for in a weaker form."""
        return any(one.relaxed_from is not None for one in self.kept)


@dataclass(frozen=True, slots=True)
class Refused:
    """A selected response that no strategy could write an instruction for, or that is filtered.

    Attributes:
        rollout: The response and its id.
        reasons: Per strategy that was tried, why it did not fit; per filter that refused, why;
            under "thinking", that its thinking speaks of what is not asked for any more.
    """

    rollout: Rollout
    reasons: Mapping[str, Refusal]


@dataclass(frozen=True, slots=True)
class Relabelled:
    """What became of one group."""

    group: Group
    checked: tuple[Checked, ...]
    candidates: int = 0
    selected: int = 0
    replays: tuple[Replay, ...] = ()
    refused: tuple[Refused, ...] = field(default=())
    cut_off: int = 0


def relabel_group(
    group: Group,
    checked: Sequence[Checked],
    checker: Checker,
    rewriters: Sequence[Rewriter],
    options: RelabelOptions = RelabelOptions(),  # frozen
) -> Relabelled:
    """Return the replays of one group.

    Args:
        group: The instruction and its rollouts.
        checked: The verdicts on each rollout, in order, by `checker`.
        checker: The group's constraints, bound.
        rewriters: The strategies to try, in order.
        options: How to select.
    """
    return relabel([CheckedGroup(group, checker, tuple(checked))], rewriters, options)[0]


def relabel(
    groups: Iterable[CheckedGroup],
    rewriters: Sequence[Rewriter],
    options: RelabelOptions = RelabelOptions(),  # frozen
    recheck: Recheck = check_again,
    filters: Sequence[Filter] = (),
) -> list[Relabelled]:
    """Return the replays of a batch of groups: each strategy gets what is selected at once.

    Args:
        groups: Instructions with their rollouts and the verdicts on them.
        rewriters: The strategies to try, in order.
        options: How to select.
        recheck: What verifies once more that responses satisfy what is kept.
        filters: What else replays must pass, in order.
    """
    selections = [_Selection.of(group, options) for group in groups]
    attempts = [attempt for selection in selections for _, attempt in selection.chosen]
    for relaxes in _ROUNDS[options.relax]:
        waiting = [attempt for attempt in attempts if attempt.prompt is None]
        if relaxes:
            _relax(waiting, options.relax_within, relaxing(rewriters), recheck)
        else:
            rewrite(waiting, rewriters, recheck)
    sift(attempts, options.thinking, filters)
    return [selection.relabelled(options.step) for selection in selections]


_ROUNDS: dict[Relaxing, tuple[bool, ...]] = {
    "off": (False,),
    "first": (True, False),
    "last": (False, True),
}
"""Whether the strategies of a round ask for weaker forms, or drop what is violated."""


def _relax(
    attempts: Iterable[Attempt], within: float, rewriters: Sequence[Rewriter], recheck: Recheck
) -> None:
    """Rewrite instructions to ask for weaker forms; what cannot be written so stays as it was."""
    tried = []
    for attempt in attempts:
        request = weakened(attempt.request, attempt.checker, attempt.response or "", within)
        if request is not None:
            tried.append(
                (attempt, replace(attempt, request=request, reasons=dict(attempt.reasons)))
            )
    rewrite([weaker for _, weaker in tried], rewriters, recheck)
    for attempt, weaker in tried:
        attempt.reasons = weaker.reasons
        if weaker.prompt is not None:
            attempt.request, attempt.prompt = weaker.request, weaker.prompt
            attempt.rewriter, attempt.verdicts = weaker.rewriter, weaker.verdicts


@dataclass(frozen=True, slots=True)
class _Selection:
    """What is selected of one group, best first, each with its attempt at another instruction."""

    item: CheckedGroup
    candidates: int
    diversity: str
    chosen: tuple[tuple[Candidate, Attempt], ...]
    cut_off: int

    @classmethod
    def of(cls, item: CheckedGroup, options: RelabelOptions) -> _Selection:
        group, checker = item.group, item.checker
        found, diversity = options.candidates(group, item.checked)
        chosen = found[: options.top_k]
        cut = cut_off(group.rollouts, item.checked) if options.truncated == "refuse" else 0
        if not chosen:
            return cls(item, len(found), diversity, (), cut)
        whole = request_for(group, checker)
        attempts = (
            Attempt(
                asking_for(whole, candidate.kept, candidate.dropped),
                checker,
                group.location,
                group.rollouts[candidate.index].text,
                _judged(group, item.checked[candidate.index]),
            )
            for candidate in chosen
        )
        pairs = tuple(zip(chosen, attempts, strict=True))
        return cls(item, len(found), diversity, pairs, cut)

    def relabelled(self, step: int) -> Relabelled:
        """Return what became of the group once its attempts are over."""
        replays, refused = [], []
        for candidate, attempt in self.chosen:
            rollout = self.item.group.rollouts[candidate.index]
            if attempt.prompt is None or attempt.rewriter is None:
                refused.append(Refused(rollout, attempt.reasons))
                continue
            replays.append(
                Replay(
                    rollout=replace(rollout, text=attempt.response or rollout.text),
                    prompt=attempt.prompt,
                    kept=attempt.request.kept,
                    verdicts=attempt.verdicts,
                    dropped=tuple(one.spec for one in attempt.request.dropped),
                    rewriter=attempt.rewriter,
                    candidate=candidate,
                    diversity=self.diversity,
                    step=step,
                )
            )
        return Relabelled(
            self.item.group,
            self.item.checked,
            self.candidates,
            len(self.chosen),
            tuple(replays),
            tuple(refused),
            self.cut_off,
        )


def _judged(group: Group, checked: Checked) -> tuple[tuple[ConstraintSpec, Verdict], ...]:
    """Return the constraints that were satisfied by others than code, with their verdicts."""
    pairs = [(group.constraints[i], checked.strict[i]) for i in sorted(checked.judged)]
    return tuple((spec, verdict) for spec, verdict in pairs if verdict.satisfied)


def request_for(group: Group, checker: Checker) -> Rewriting:
    """Return what strategies are told of an instruction, with nothing dropped yet."""
    with checker.limit:
        every = tuple(stated(one, checker.limit) for one in checker.bind(group.constraints))
    kept = tuple(Kept(item.spec, item.description, wording=item.wording) for item in every)
    return Rewriting(group.prompt, group.task, kept, (), every)


def asking_for(
    whole: Rewriting, kept: Iterable[ConstraintSpec], dropped: Iterable[ConstraintSpec]
) -> Rewriting:
    """Return the request to keep and drop these constraints of an instruction."""
    specs = [item.spec for item in whole.constraints]
    return replace(
        whole,
        kept=tuple(whole.kept[specs.index(spec)] for spec in kept),
        dropped=tuple(whole.constraints[specs.index(spec)] for spec in dropped),
    )
