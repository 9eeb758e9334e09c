"""How far a judge can be trusted: its verdicts beside known truth, with 95 % intervals.

What decides over replays is the precision of *met*: a false one makes a false claim, an `unknown`
is only left out. Intervals of shares are Wilson's; that of kappa is the usual asymptotic one.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hir_kit.model.verdict import Status

_Z = 1.959964
EVERY = "all"
"""The kind under which all kinds are counted together."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge said of what is known.

    Attributes:
        kind: What kind of constraint it is.
        group: What is not to be torn apart when halves are made, such as the instruction.
        truth: Satisfied or violated.
        said: What the judge said.
        measured: How sure it was of *met*, from 0 to 1, where it says so.
    """

    kind: str
    group: str
    truth: Status
    said: Status
    measured: float | None = None

    @property
    def is_held_out(self) -> bool:
        """Whether it belongs to the half on which nothing is chosen."""
        return bool(hashlib.sha256(self.group.encode("utf-8", "replace")).digest()[0] & 1)


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its interval; None where there is nothing that it could be a share of."""

    share: float | None
    low: float
    high: float
    of: int

    @classmethod
    def wilson(cls, hits: int, of: int) -> Share:
        """Return the share of hits with Wilson's interval."""
        if not of:
            return cls(None, 0.0, 1.0, 0)
        share, square = hits / of, _Z * _Z
        middle = share + square / (2 * of)
        reach = _Z * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
        whole = 1 + square / of
        return cls(
            share, max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole), of
        )

    def to_json(self) -> dict[str, Any]:
        """Return the numbers, rounded."""
        share = None if self.share is None else round(self.share, 4)
        return {
            "share": share,
            "low": round(self.low, 4),
            "high": round(self.high, 4),
            "of": self.of,
        }


@dataclass(slots=True)
class Agreement:
    """Counts of judgements by what is true and what was said."""

    counts: Counter[tuple[Status, Status]] = field(default_factory=Counter)

    @classmethod
    def of(cls, judgements: Iterable[Judgement]) -> Agreement:
        """Return the counts of judgements."""
        return cls(Counter((one.truth, one.said) for one in judgements))

    def _count(self, truth: Status | None = None, said: Status | None = None) -> int:
        return sum(
            count
            for (true, told), count in self.counts.items()
            if (truth is None or true is truth) and (said is None or told is said)
        )

    @property
    def total(self) -> int:
        """How many judgements there are."""
        return self.counts.total()

    @property
    def unknown(self) -> int:
        """How many the judge did not decide."""
        return self._count(said=Status.UNKNOWN)

    @property
    def agreement(self) -> Share:
        """The share of what was decided that was decided rightly."""
        hits = sum(self._count(status, status) for status in (Status.SATISFIED, Status.VIOLATED))
        return Share.wilson(hits, self.total - self.unknown)

    def precision(self, status: Status) -> Share:
        """The share of what was said to be so that is so."""
        return Share.wilson(self._count(status, status), self._count(said=status))

    def recall(self, status: Status) -> Share:
        """The share of what is so that was said to be so; what is undecided counts against it."""
        return Share.wilson(self._count(status, status), self._count(truth=status))

    @property
    def kappa(self) -> Share:
        """Cohen's kappa of what was decided."""
        decided = self.total - self.unknown
        agreed = self.agreement.share
        if agreed is None:
            return Share(None, -1.0, 1.0, 0)
        chance = 0.0
        for status in (Status.SATISFIED, Status.VIOLATED):
            true = self._count(truth=status) - self.counts[status, Status.UNKNOWN]
            chance += true * self._count(said=status) / decided**2
        if chance == 1.0:
            return Share(None, -1.0, 1.0, decided)
        kappa = (agreed - chance) / (1 - chance)
        reach = _Z * math.sqrt(agreed * (1 - agreed) / decided) / (1 - chance)
        return Share(kappa, max(-1.0, kappa - reach), min(1.0, kappa + reach), decided)

    def to_json(self) -> dict[str, Any]:
        """Return all numbers for machines."""
        return {
            "judgements": self.total,
            "unknown": self.unknown,
            "agreement": self.agreement.to_json(),
            "violated": {
                "precision": self.precision(Status.VIOLATED).to_json(),
                "recall": self.recall(Status.VIOLATED).to_json(),
            },
            "met": {
                "precision": self.precision(Status.SATISFIED).to_json(),
                "recall": self.recall(Status.SATISFIED).to_json(),
            },
            "kappa": self.kappa.to_json(),
        }


def by_kind(judgements: Sequence[Judgement]) -> dict[str, Agreement]:
    """Return the agreement of all judgements, then that of each kind in order of name."""
    kinds = sorted({one.kind for one in judgements} - {EVERY})
    found = {EVERY: Agreement.of(judgements)}
    for kind in kinds:
        found[kind] = Agreement.of(one for one in judgements if one.kind == kind)
    return found
