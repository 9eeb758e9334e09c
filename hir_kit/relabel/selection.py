"""Which failures are worth replaying: F(y) = F_div(y) + lambda_s * F_int(y)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, compress
from math import fsum
from operator import not_
from typing import Literal

from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.rollout import Rollout
from hir_kit.verify.checker import Checked
from hir_kit.verify.response import lower_words

Integrity = Literal["share", "rare"]
Truncated = Literal["keep", "refuse"]
"""Whether responses are replayed that the dump says were cut off."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A failed rollout that met part of its instruction.

    Attributes:
        index: Its place in the group.
        kept: The satisfied constraints, in order.
        dropped: All others: violated, or unknown (never replayed on).
        f_div: Diversity: mean token entropy, or what stands in for it.
        f_int: Integrity: the share of constraints that are satisfied, or what stands in for it.
        lambda_: The weight of integrity at this step.
    """

    index: int
    kept: tuple[ConstraintSpec, ...]
    dropped: tuple[ConstraintSpec, ...]
    f_div: float
    f_int: float
    lambda_: float

    @property
    def score(self) -> float:
        """F = F_div + lambda * F_int."""
        return self.f_div + self.lambda_ * self.f_int

    @property
    def share(self) -> float:
        """The share of constraints that are satisfied."""
        return len(self.kept) / (len(self.kept) + len(self.dropped))


def lambda_at(step: int, lambda0: float, eta: float, cap: float) -> float:
    """Return lambda_s = lambda0 * (1 + eta)^s, at most `cap`: the power overflows in long runs."""
    if lambda0 <= 0 or eta == 0:
        return min(lambda0, cap)
    exponent = math.log(lambda0) + step * math.log1p(eta)
    return cap if exponent >= math.log(cap) else math.exp(exponent) if step else lambda0


def candidates(
    constraints: Sequence[ConstraintSpec],
    rollouts: Sequence[Rollout],
    checked: Sequence[Checked],
    lambda_: float,
    min_kept: float = 0.0,
    integrity: Integrity = "share",
    truncated: Truncated = "refuse",
) -> tuple[list[Candidate], str]:
    """Return the group's candidates, best first, and the measure of diversity that was used.

    A candidate failed (some constraint is violated), and met at least one constraint and the share
    `min_kept` of them; one that was cut off is none, unless `truncated` is "keep". Of equal
    responses the first one stands for all. Equal scores keep the order of the group.
    """
    places = _eligible(rollouts, checked)
    if truncated == "refuse":
        places = [index for index in places if not rollouts[index].is_cut_off]
    if not places:
        return [], "none"
    diversity, measure = _diversity(rollouts)
    integrities = _integrities(checked, integrity)
    found = []
    for index in places:
        met = [verdict.satisfied for verdict in checked[index].strict]
        kept, dropped = compress(constraints, met), compress(constraints, map(not_, met))
        one = Candidate(
            index, tuple(kept), tuple(dropped), diversity[index], integrities[index], lambda_
        )
        if one.share >= min_kept:
            found.append(one)
    return sorted(found, key=lambda candidate: -candidate.score), measure


def cut_off(rollouts: Sequence[Rollout], checked: Sequence[Checked]) -> int:
    """Return how many would be candidates if the model's length had not cut them off."""
    return sum(rollouts[index].is_cut_off for index in _eligible(rollouts, checked))


def _integrities(checked: Sequence[Checked], integrity: Integrity) -> list[float]:
    """Return the integrity of each rollout of a group.

    Args:
        checked: The verdicts on each.
        integrity: "share": the share of constraints that it satisfies. "rare": the same, where a
            constraint weighs as much as the share of the group that does not satisfy it.
    """
    table = [[verdict.satisfied for verdict in one.strict] for one in checked]
    if integrity == "share":
        return [sum(met) / len(met) for met in table]
    missed = [sum(map(not_, column)) for column in zip(*table, strict=True)]
    return [sum(compress(missed, met)) / sum(missed) for met in table]


def _eligible(rollouts: Sequence[Rollout], checked: Sequence[Checked]) -> list[int]:
    """Return the places of what may be a candidate, of equal responses the first."""
    found: dict[str, int] = {}
    for index, (rollout, result) in enumerate(zip(rollouts, checked, strict=True)):
        if result.follow_all is False and any(verdict.satisfied for verdict in result.strict):
            found.setdefault(rollout.text, index)
    return list(found.values())


def _diversity(rollouts: Sequence[Rollout]) -> tuple[list[float], str]:
    """Return one number per rollout and the name of the measure, the same for the whole group."""
    entropies = [rollout.entropy for rollout in rollouts]
    if all(value is not None for value in entropies):
        return [value for value in entropies if value is not None], "entropy"
    logprobs = [rollout.logprob for rollout in rollouts]
    if all(value is not None for value in logprobs):
        return [-value for value in logprobs if value is not None], "surprisal"
    return novelty([rollout.text for rollout in rollouts]), "novelty"


def novelty(texts: Sequence[str]) -> list[float]:
    """Return, per text, 1 minus its mean Jaccard similarity with the group's other texts.

    The similarity is that of the sets of lower-case words. A text alone in its group has 1.
    """
    sets = [lower_words(text) for text in texts]
    if len(sets) < 2:
        return [1.0] * len(sets)
    alike: list[list[float]] = [[] for _ in sets]
    for (i, mine), (j, other) in combinations(enumerate(sets), 2):
        similarity = _jaccard(mine, other)
        alike[i].append(similarity)
        alike[j].append(similarity)
    return [1.0 - fsum(similarities) / (len(sets) - 1) for similarities in alike]


def _jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    both = len(a & b)
    union = len(a) + len(b) - both
    return both / union if union else 1.0
