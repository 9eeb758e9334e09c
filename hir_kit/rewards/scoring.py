"""Verdicts become one number from 0 to 1.

It is known where every verdict that counts is known. Some trainers need a number even where one is
not: the least that it can be.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hir_kit.errors import UsageError, near_matches, shown
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.verdict import Status, Verdict

NAMES = ("ila", "cla")
OTHERS = "*"

Given = str | Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Score:
    """How verdicts become a number.

    Attributes:
        name: "ila": 1 if every constraint is satisfied, else 0. "cla": the share satisfied.
            "weighted": the satisfied constraints' share of the weights.
        weights: The weight of each constraint id, for "weighted".
        others: The weight of every other id.
    """

    name: str
    weights: tuple[tuple[str, float], ...] = ()
    others: float = 1.0

    @classmethod
    def of(cls, given: Given) -> Score:
        """Return the score of a name, or of weights per constraint id; "*" is for all others.

        Raises UsageError where there is no such name, or a weight is no number from 0 on.
        """
        if isinstance(given, str):
            if given in NAMES:
                return cls(given)
            raise UsageError(
                f"no score {shown(given)}.{near_matches(given, NAMES)} Allowed are 'ila', 'cla', "
                "and weights per constraint id: {'punctuation:no_comma': 2, '*': 1}"
            )
        if not isinstance(given, Mapping):
            raise UsageError(f"a score is 'ila', 'cla' or weights per id, got {shown(given)}")
        weights = {str(id): _weight(id, value) for id, value in given.items()}
        others = weights.pop(OTHERS, 1.0)
        if not any((others, *weights.values())):
            raise UsageError("every weight is 0: no response could earn anything")
        return cls("weighted", tuple(sorted(weights.items())), others)

    def known(self, specs: Sequence[ConstraintSpec], verdicts: Sequence[Verdict]) -> float | None:
        """Return the number; None where a verdict that counts is unknown, or none counts.

        A violation would settle "ila". But with a constraint that is never decided, such as a soft
        one without a judge, responses could then earn 0 and never 1.
        """
        if not self._counts(specs, verdicts):
            return None
        weighed = zip(self._weights(specs), verdicts, strict=True)
        if any(weight and verdict.status is Status.UNKNOWN for weight, verdict in weighed):
            return None
        return self._value(specs, [verdict.satisfied for verdict in verdicts])

    def least(self, specs: Sequence[ConstraintSpec], verdicts: Sequence[Verdict]) -> float:
        """Return the number with every unknown verdict counted as not satisfied."""
        if not self._counts(specs, verdicts):
            return 0.0
        return self._value(specs, [verdict.satisfied for verdict in verdicts])

    def _counts(self, specs: Sequence[ConstraintSpec], verdicts: Sequence[Verdict]) -> bool:
        """Whether there is a verdict that the number depends on."""
        return len(specs) == len(verdicts) and sum(self._weights(specs)) > 0

    def _value(self, specs: Sequence[ConstraintSpec], met: Sequence[bool]) -> float:
        if self.name == "ila":
            return float(all(met))
        weights = self._weights(specs)
        earned = sum(weight for weight, is_met in zip(weights, met, strict=True) if is_met)
        return earned / sum(weights)

    def _weights(self, specs: Sequence[ConstraintSpec]) -> list[float]:
        known = dict(self.weights)
        return [known.get(spec.id, self.others) for spec in specs]


ILA, CLA = Score("ila"), Score("cla")


def _weight(id: object, value: object) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < math.inf:
        return float(value)
    raise UsageError(f"the weight of {shown(id)} is a number from 0 on, got {shown(value)}")
