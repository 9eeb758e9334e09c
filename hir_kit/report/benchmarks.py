"""The tables of benchmarks, each as its paper defines it.

An unknown verdict is neither a success nor a failure: it is left out and counted. A response is
left out where an unknown verdict leaves open whether it met everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hir_kit.errors import UsageError, shown
from hir_kit.report.muldimif import levels_of
from hir_kit.report.shares import Key, Shares
from hir_kit.report.unknown import reasons_of
from hir_kit.runs.seen import SeenRow

OVERALL = ""
DETAIL = ("constraint, strict", "constraint, loose", "subcategory")
"""Sections that are long: shown where they are asked for."""

MET, MISSED = "satisfied", "violated"


@dataclass(slots=True)
class Results:
    """What a model did on a benchmark.

    Attributes:
        shares: The numbers of the table.
        responses: How many responses there were.
        unknown: How many verdicts are unknown, by id and reason.
        unanswered: How many prompts have no response; None where the prompts are not known apart.
    """

    shares: Shares = field(default_factory=Shares)
    responses: int = 0
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    unanswered: int | None = None


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A benchmark and its table.

    Attributes:
        title: Its name as people write it.
        source: The paper that defines the numbers.
        headline: The share by responses of which avg@k and pass@k are made.
        loose: Whether its table has loose accuracies.
        add: Adds what one response did to the shares.
    """

    title: str
    source: str
    headline: Key
    loose: bool
    add: Callable[[Shares, SeenRow], None]

    def results(self, rows: Iterable[SeenRow]) -> Results:
        """Return what the responses of one model did."""
        found = Results()
        for row in rows:
            found.responses += 1
            found.unknown.update(reasons_of(row))
            self.add(found.shares, row)
        return found


def statuses(row: SeenRow) -> list[str]:
    """Return the status of each constraint, in order."""
    return [verdict["status"] for verdict in row["verdicts"]]


def followed(statuses: Sequence[str]) -> bool | None:
    """Return whether all are met; None where that is not known."""
    if MISSED in statuses:
        return False
    return True if statuses and all(status == MET for status in statuses) else None


def _of_known(
    shares: Shares, key: Key, group: str, statuses: Sequence[str], *, each: bool = False
) -> None:
    known = [status == MET for status in statuses if status != "unknown"]
    shares.add(key, group, sum(known), len(known), each=each)


def _whether_all(shares: Shares, key: Key, group: str, statuses: Sequence[str]) -> None:
    result = followed(statuses)
    shares.add(key, group, result is True, result is not None, each=True)


def _ifeval(shares: Shares, row: SeenRow) -> None:
    """Prompt and instruction level, strict and loose (IFEval, sections 2.2 and 3)."""
    group = row["group"]
    ways = {"strict": statuses(row), "loose": row["loose"]}
    for way, given in ways.items():
        _whether_all(shares, (OVERALL, f"prompt level, {way}"), group, given)
    for way, given in ways.items():
        _of_known(shares, (OVERALL, f"instruction level, {way}"), group, given)
    for way, given in ways.items():
        for spec, status in zip(row["constraints"], given, strict=True):
            kind = spec["id"].rpartition(":")[0]
            _of_known(shares, (f"category, {way}", kind), group, [status])
            _of_known(shares, (f"constraint, {way}", spec["id"]), group, [status])


def _muldimif(shares: Shares, row: SeenRow) -> None:
    """Share of instructions that are met in full, of all and by pattern, category and level."""
    group, given, meta = row["group"], statuses(row), row["meta"]
    _whether_all(shares, (OVERALL, "overall"), group, given)
    for section, name in (("pattern", "constraint_pattern"), ("level", "difficulty")):
        _whether_all(shares, (section, str(_needed(row, meta, name))), group, given)
    by_category: dict[str, list[str]] = {}
    for pair, status in zip(_needed(row, meta, "categories"), given, strict=True):
        first, second = levels_of(*pair)
        by_category.setdefault(first, []).append(status)
        _of_known(shares, ("subcategory", f"{first}, {second}"), group, [status])
    for first, own in by_category.items():
        _whether_all(shares, ("category", first), group, own)


def _cfbench(shares: Shares, row: SeenRow) -> None:
    """CSR, ISR and PSR (CFBench, section 3.5), of all and by split.

    PSR: all primary criteria are met, and 0.5 + 0.5 x the share of secondary ones is over 0.8;
    without primary ones the share itself has to be.
    """
    group, given, meta = row["group"], statuses(row), row["meta"]
    known = "unknown" not in given and bool(given)
    met = sum(status == MET for status in given)
    priorities = _needed(row, meta, "priorities")
    numbers = {
        "CSR": met / len(given) if given else 0.0,
        "ISR": float(met == len(given)),
        "PSR": float(_is_satisfying(given, priorities)),
    }
    for section in (OVERALL, f"split {meta.get('split', 'none')}"):
        for name, number in numbers.items():
            shares.add((section, name), group, number * known, known, each=True)


def _is_satisfying(given: Sequence[str], priorities: Sequence[str]) -> bool:
    pairs = list(zip(given, priorities, strict=True))
    secondary = [status == MET for status, priority in pairs if priority != "primary"]
    if any(status != MET for status, priority in pairs if priority == "primary"):
        return False
    if len(secondary) == len(pairs):
        return 5 * sum(secondary) > 4 * len(secondary)
    return 5 * sum(secondary) > 3 * len(secondary) or not secondary


def _needed(row: SeenRow, meta: Mapping[str, Any], name: str) -> Any:
    """Return what the table cannot do without; raises UsageError where the row has none."""
    if name not in meta:
        raise UsageError(
            f"{row['file']}:{row['line']}: the instruction has no {name!r}, by which the table is "
            f"made; it has {shown(sorted(meta))}. Is it of another benchmark?"
        )
    return meta[name]


_STRICT = (OVERALL, "prompt level, strict")

BENCHMARKS = {
    "ifeval": Benchmark("IFEval", "arXiv 2311.07911", _STRICT, True, _ifeval),
    "ifbench": Benchmark("IFBench", "arXiv 2507.02833", _STRICT, True, _ifeval),
    "muldimif": Benchmark("MulDimIF", "arXiv 2505.07591", (OVERALL, "overall"), False, _muldimif),
    "cfbench": Benchmark("CFBench", "arXiv 2408.01122", (OVERALL, "ISR"), False, _cfbench),
}
"""By the name that `hir-kit eval` takes."""
