"""Calibration files: what was measured of a judge, and which of its verdicts are to be relied on.

The judgements are split in halves by instruction. On one half the abstain band is chosen, from how
sure the judge was; on the other, which has no part in that, the bounds are found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from hir_kit.errors import UsageError, shown
from hir_kit.files import jsonl
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.verdict import Status, Verdict
from hir_kit.verify.agreement import EVERY, Agreement, Judgement, Share, by_kind

SCHEMA = 1
LEAST = 0.9
"""The precision that is asked for by default."""


@dataclass(frozen=True, slots=True)
class Band:
    """From where on a judge is taken to say *met*, and up to where *not met*.

    Where nothing passes, a bound lies outside of 0 to 1: the judge abstains.
    """

    met_from: float
    not_met_to: float

    @classmethod
    def chosen(cls, judgements: Sequence[Judgement], least: float) -> Band | None:
        """Return the widest band whose precision passes at both ends; None without measurements."""
        sure = sorted((one.measured, one.truth) for one in judgements if one.measured is not None)
        if not sure:
            return None
        met = _edge([one for one in reversed(sure) if one[0] > 0.5], Status.SATISFIED, least)
        not_met = _edge([one for one in sure if one[0] < 0.5], Status.VIOLATED, least)
        return cls(1.01 if met is None else met, -0.01 if not_met is None else not_met)

    def applied(self, one: Judgement) -> Judgement:
        """Return a judgement as it is with this band."""
        if one.measured is None:
            return one
        if one.measured >= self.met_from:
            return replace(one, said=Status.SATISFIED)
        if one.measured <= self.not_met_to:
            return replace(one, said=Status.VIOLATED)
        return replace(one, said=Status.UNKNOWN)


def _edge(sure: Sequence[tuple[float, Status]], truth: Status, least: float) -> float | None:
    """Return how far one may go, from the surest on, so that the precision still passes."""
    edge, hits, seen = None, 0, 0
    for value, some in groupby(sure, key=itemgetter(0)):
        truths = [true for _, true in some]
        hits += truths.count(truth)
        seen += len(truths)
        if Share.wilson(hits, seen).low >= least:
            edge = value
    return edge


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was measured of a judge.

    Attributes:
        judge: Its name.
        about: What it says of itself that its verdicts say, too: the model, the prompt.
        band: Its abstain band; None where it does not say how sure it is.
        kinds: What was found on the held-out half, by kind of constraint.
    """

    judge: str
    about: Mapping[str, str]
    band: Band | None
    kinds: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(
        cls, judge: str, about: Mapping[str, str], judgements: Sequence[Judgement], least: float
    ) -> tuple[Calibration, dict[str, Agreement]]:
        """Return the calibration that judgements give, and what was found on the held-out half."""
        band = Band.chosen([one for one in judgements if not one.is_held_out], least)
        held_out = [one for one in judgements if one.is_held_out]
        found = by_kind([band.applied(one) for one in held_out] if band else held_out)
        kinds = {kind: agreement.to_json() for kind, agreement in found.items()}
        return cls(judge, about, band, kinds), found

    @classmethod
    def read(cls, path: str) -> Calibration:
        """Return what a file holds; raises UsageError where it is no calibration."""
        try:
            data = jsonl.loads(Path(path).read_bytes())
            band = data["band"] and Band(data["band"]["met_from"], data["band"]["not_met_to"])
            found = cls(data["judge"], data["about"], band, data["kinds"])
            found.bound(EVERY)
        except OSError as error:
            raise UsageError(f"cannot read {path}: {error.strerror}") from None
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"{path} is no calibration, as `hir-kit judge calibrate -o FILE` writes it "
                f"({type(error).__name__}: {error})"
            ) from None
        return found

    def to_json(self) -> dict[str, Any]:
        """Return the object that `read` reads."""
        band = self.band and {"met_from": self.band.met_from, "not_met_to": self.band.not_met_to}
        about, kinds = dict(self.about), dict(self.kinds)
        return {
            "schema": SCHEMA,
            "judge": self.judge,
            "about": about,
            "band": band,
            "kinds": kinds,
        }

    def bound(self, kind: str) -> float:
        """Return the lower bound of the precision of *met*: of all where a kind is new."""
        measured = self.kinds.get(kind, self.kinds[EVERY])
        return float(measured["met"]["precision"]["low"])


@dataclass(frozen=True, slots=True)
class Trust:
    """Which verdicts of models may be replayed on: a verdict of one says so in `detail.model`.

    Attributes:
        least: The least lower bound of the precision of *met*.
        calibration: What was measured; None: nothing.
    """

    least: float = LEAST
    calibration: Calibration | None = None

    @classmethod
    def of(cls, least: float, path: str | None) -> Trust:
        """Return what a calibration file gives; raises UsageError where it is none."""
        return cls(least, None if path is None else Calibration.read(path))

    def problem(self, spec: ConstraintSpec, verdict: Verdict) -> str | None:
        """Return why a verdict is not to be replayed on; None where it is."""
        detail = verdict.detail or {}
        if not verdict.satisfied or "model" not in detail or not self.least:
            return None
        if self.calibration is None:
            return (
                f"nobody measured how often {shown(detail['model'])} is right when it says met: "
                "--calibration FILE, or --min-precision 0"
            )
        about = self.calibration.about
        if other := [name for name in about if detail.get(name) != about[name]]:
            names = ", ".join(f"{name} {shown(detail.get(name))}" for name in other)
            return f"the calibration is of {dict(about)}, and the verdict of {names}"
        bound = self.calibration.bound(str(spec.kwargs.get("kind", EVERY)))
        if bound < self.least:
            return f"met is right in {bound:.3f} of cases at least, and {self.least:g} is asked for"
        return None
