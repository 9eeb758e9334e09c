"""Two runs on the same instructions: what differs, with paired intervals, and which rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from hir_kit.report.digest import Digest, Outcome, followed, shares_of
from hir_kit.report.intervals import Bootstrap, difference
from hir_kit.report.shares import Key, Shares

_ILA, _CLA = ("strict", "ila"), ("strict", "cla")
_CONSTRAINT = "strict constraint"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two runs.

    Attributes:
        numbers: The numbers, for page and JSON.
        changed: The mark of the rows that changed, by run's name and rollout.
    """

    numbers: dict[str, Any]
    changed: dict[tuple[str, str], str]


def compared(one: Digest, other: Digest) -> Comparison:
    """Return what `other` does otherwise than `one`, on the instructions that both have."""
    common = _instructions(one.outcomes) & _instructions(other.outcomes)
    pair = [_of(digest.outcomes, common) for digest in (one, other)]
    shares = [shares_of(outcomes) for outcomes in pair]
    bootstrap = Bootstrap(len(common))
    rows = _rows(pair)
    changed = _changed(rows)
    numbers = {
        "one": one.name,
        "other": other.name,
        "instructions": len(common),
        "rows": len(rows),
        "better": len(changed["better"]),
        "worse": len(changed["worse"]),
        "ila": _difference(bootstrap, shares, _ILA),
        "cla": _difference(bootstrap, shares, _CLA),
        "constraints": _constraints(bootstrap, shares),
    }
    marks = {
        (digest.name, outcome.id): f"{one.name}|{other.name}|{way}"
        for way, found in changed.items()
        for row in found
        for digest, outcome in zip((one, other), row, strict=True)
    }
    return Comparison(numbers, marks)


def _instructions(outcomes: Iterable[Outcome]) -> set[str]:
    return {outcome.instruction for outcome in outcomes}


def _of(outcomes: Iterable[Outcome], instructions: set[str]) -> list[Outcome]:
    """Return those of some instructions, by instruction: so both runs number them alike."""
    found = [outcome for outcome in outcomes if outcome.instruction in instructions]
    return sorted(found, key=lambda outcome: outcome.instruction)


def _rows(pair: Sequence[list[Outcome]]) -> list[tuple[Outcome, Outcome]]:
    """Return the n-th response to an instruction in one run with the n-th in the other."""
    found = []
    groups = [_grouped(outcomes) for outcomes in pair]
    for instruction, members in groups[0].items():
        found += list(zip(members, groups[1][instruction], strict=False))
    return found


def _grouped(outcomes: Iterable[Outcome]) -> dict[str, list[Outcome]]:
    found = defaultdict(list)
    for outcome in outcomes:
        found[outcome.instruction].append(outcome)
    return found


def _changed(rows: Iterable[tuple[Outcome, Outcome]]) -> dict[str, list[tuple[Outcome, Outcome]]]:
    found: dict[str, list[tuple[Outcome, Outcome]]] = {"better": [], "worse": []}
    for row in rows:
        before, after = (followed(outcome.strict) for outcome in row)
        if before is not after and None not in (before, after):
            found["better" if after else "worse"].append(row)
    return found


def _difference(
    bootstrap: Bootstrap, shares: Sequence[Shares], key: Key
) -> dict[str, float | None] | None:
    """Return the difference of a share with its paired interval; None where one has none."""
    if any(key not in own for own in shares):
        return None
    columns = [own.columns(key) for own in shares]
    if not all(sum(below) for _, below in columns):
        return None
    before, after = (sum(above) / sum(below) for above, below in columns)
    low, high = difference(bootstrap, *columns)
    return {
        "before": before,
        "after": after,
        "difference": after - before,
        "low": low,
        "high": high,
    }


def _constraints(bootstrap: Bootstrap, shares: Sequence[Shares]) -> list[dict[str, Any]]:
    names = sorted({name for own in shares for section, name in own if section == _CONSTRAINT})
    found = [(name, _difference(bootstrap, shares, (_CONSTRAINT, name))) for name in names]
    return [{"name": name, **numbers} for name, numbers in found if numbers is not None]
