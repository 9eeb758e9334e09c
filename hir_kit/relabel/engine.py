"""Relabelling one group: select failures, rewrite their instructions, verify again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hir_kit.errors import UsageError, near_matches
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.prompt import Prompt, as_messages, instruction_of
from hir_kit.model.rollout import Group, Rollout
from hir_kit.model.verdict import Verdict
from hir_kit.relabel.contract import Refusal, Rewriter, Rewriting, Stated
from hir_kit.relabel.selection import Candidate, candidates, lambda_at
from hir_kit.relabel.strategies import still_asks, woven_elsewhere
from hir_kit.verify.checker import Checked, Checker


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
    """

    top_k: int = 2
    lambda0: float = 2.0
    eta: float = 0.05
    lambda_max: float = 1e6
    step: int = 0
    min_kept: float = 0.0

    @property
    def lambda_(self) -> float:
        """The weight of integrity at this step."""
        return lambda_at(self.step, self.lambda0, self.eta, self.lambda_max)


@dataclass(frozen=True, slots=True)
class Replay:
    """A rewritten instruction with the response that satisfies it.

    Attributes:
        rollout: The response and its id.
        prompt: The rewritten prompt.
        kept: The constraints it asks for.
        verdicts: The verdicts on them, all satisfied.
        dropped: The constraints it no longer asks for.
        rewriter: The strategy that wrote it.
        candidate: The scores by which the response was selected.
        diversity: What F_div was measured by: "entropy", "surprisal" or "novelty".
        step: The training step.
    """

    rollout: Rollout
    prompt: Prompt
    kept: tuple[ConstraintSpec, ...]
    verdicts: tuple[Verdict, ...]
    dropped: tuple[ConstraintSpec, ...]
    rewriter: str
    candidate: Candidate
    diversity: str
    step: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A selected response that no strategy could write an instruction for.

    Attributes:
        rollout: The response and its id.
        reasons: Per strategy that was tried, why it did not fit.
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


def choose_rewriters(known: Mapping[str, Rewriter], names: Sequence[str]) -> list[Rewriter]:
    """Return the strategies to try, in order; no names means the ones that are on by default."""
    if not names:
        return [rewriter for rewriter in known.values() if rewriter.default]
    for name in names:
        if name not in known:
            raise UsageError(
                f"no rewriter {name!r}.{near_matches(name, known)} Known: {', '.join(known)}"
            )
    return [known[name] for name in dict.fromkeys(names)]


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
    found, diversity = candidates(group.rollouts, checked, options.lambda_, options.min_kept)
    selected = found[: options.top_k]
    if not selected:
        return Relabelled(group, tuple(checked), len(found))
    stated = tuple(
        Stated.of(spec, verifier)
        for spec, verifier in zip(group.constraints, checker.verifiers, strict=True)
    )
    replays, refused = [], []
    for candidate in selected:
        judged = checked[candidate.index].judged
        result = _rewrite(group, stated, candidate, checker, rewriters, judged)
        if isinstance(result, Refused):
            refused.append(result)
        else:
            rewriter, prompt = result
            replays.append(
                _replay(group, checked, candidate, rewriter, prompt, diversity, options.step)
            )
    return Relabelled(
        group, tuple(checked), len(found), len(selected), tuple(replays), tuple(refused)
    )


def _rewrite(
    group: Group,
    stated: tuple[Stated, ...],
    candidate: Candidate,
    checker: Checker,
    rewriters: Sequence[Rewriter],
    judged: frozenset[int],
) -> tuple[str, Prompt] | Refused:
    request = Rewriting(
        group.prompt,
        group.task,
        tuple(stated[i] for i in candidate.kept),
        tuple(stated[i] for i in candidate.dropped),
        stated,
    )
    rollout = group.rollouts[candidate.index]
    reasons: dict[str, Refusal] = {}
    for rewriter in rewriters:
        result = rewriter.rewrite(request)
        if not isinstance(result, Refusal):
            problem = _problem(result, request, candidate, checker, rewriter, rollout, judged)
            if problem is None:
                return rewriter.name, result
            result = problem
        reasons[rewriter.name] = result
    return Refused(rollout, reasons)


def _problem(
    prompt: Prompt,
    request: Rewriting,
    candidate: Candidate,
    checker: Checker,
    rewriter: Rewriter,
    rollout: Rollout,
    judged: frozenset[int],
) -> Refusal | None:
    """Return why a rewritten prompt must not be used, or None."""
    if rewriter.removes and (sentence := still_asks(prompt, request.dropped)):
        return Refusal("still-asked", f"the prompt would still say {sentence!r}")
    if rewriter.removes and (sentence := woven_elsewhere(prompt, request.dropped)):
        return Refusal("woven", f"another message still asks: {sentence!r}")
    if _folded(instruction_of(prompt)) == _folded(instruction_of(request.prompt)):
        return Refusal("unchanged", "the instruction would stay the same")
    whole = "\n".join(str(message["content"]) for message in as_messages(prompt))
    for quote in checker.quoted(candidate.kept):
        if quote not in whole:
            return Refusal("quoted", "a kept constraint repeats a text that would be gone")
    by_code = [place for place in candidate.kept if place not in judged]
    if not all(verdict.satisfied for verdict in checker.recheck(rollout.text, by_code)):
        return Refusal("not-satisfied", "the kept constraints do not verify a second time")
    return None


def _folded(text: str) -> str:
    return " ".join(text.split())


def _replay(
    group: Group,
    checked: Sequence[Checked],
    candidate: Candidate,
    rewriter: str,
    prompt: Prompt,
    diversity: str,
    step: int,
) -> Replay:
    strict = checked[candidate.index].strict
    return Replay(
        rollout=group.rollouts[candidate.index],
        prompt=prompt,
        kept=tuple(group.constraints[i] for i in candidate.kept),
        verdicts=tuple(strict[i] for i in candidate.kept),
        dropped=tuple(group.constraints[i] for i in candidate.dropped),
        rewriter=rewriter,
        candidate=candidate,
        diversity=diversity,
        step=step,
    )
