"""The table that `hir-kit verify` ends with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO

import click

from hir_kit.model.verdict import Status, counted
from hir_kit.report.notes import print_notes
from hir_kit.report.screen import percent, print_table, visible
from hir_kit.report.unknown import print_unknown
from hir_kit.verify.counts import GROUP_KINDS, Scores, Tally

_MAX_IDS = 5


def print_report(
    stream: IO[str], tally: Tally, resources: Mapping[str, str], output: str | None
) -> None:
    """Print accuracy, verdicts per constraint, the kinds of groups, and what was unknown."""
    _print_accuracy(stream, tally)
    _print_constraints(stream, tally)
    _print_groups(stream, tally)
    print_unknown(stream, tally.unknown_reasons)
    for name, state in resources.items():
        click.echo(f"{name}: {state}", file=stream)
    print_notes(stream, tally.notes)
    if output not in (None, "-"):
        click.echo(f"verdicts: {output}", file=stream)


def _ways(tally: Tally) -> list[tuple[str, Scores]]:
    ways = [("strict", tally.strict)]
    return [*ways, ("loose", tally.loose)] if tally.loose else ways


def _print_accuracy(stream: IO[str], tally: Tally) -> None:
    rows = [
        [way, percent(scores.ila), percent(scores.cla), str(scores.undetermined)]
        for way, scores in _ways(tally)
    ]
    groups = sum(tally.groups.values())
    verdicts = tally.strict.total.total()
    sizes = ((tally.rollouts, "rollout"), (groups, "group"), (verdicts, "verdict"))
    title = ", ".join(counted(n, noun) for n, noun in sizes)
    print_table(
        stream, title, ["", "ILA (all met)", "CLA (share met)", "rollouts undetermined"], rows
    )
    click.echo(file=stream)


def _print_constraints(stream: IO[str], tally: Tally) -> None:
    header = ["constraint", "satisfied", "violated", "unknown", "met"]
    if tally.loose:
        header.append("met, loose")
    rows = []
    silent = _without_verdict(tally)
    for id in sorted(tally.strict.by_id.keys() - silent):
        counts = tally.strict.by_id[id]
        row = [visible(id), *(str(counts[status]) for status in Status), _met(tally.strict, id)]
        rows.append([*row, _met(tally.loose, id)] if tally.loose else row)
    if rows:
        print_table(stream, "per constraint", header, rows)
        click.echo(file=stream)
    if silent:
        first = ", ".join(map(visible, sorted(silent)[:_MAX_IDS]))
        more = f" and {len(silent) - _MAX_IDS} more" if len(silent) > _MAX_IDS else ""
        click.echo(f"{len(silent)} constraints without any verdict: {first}{more}\n", file=stream)


def _without_verdict(tally: Tally) -> set[str]:
    """Return the ids of which nothing is known; none where they are few, and have their lines."""
    silent = {
        id
        for id, counts in tally.strict.by_id.items()
        if not counts[Status.SATISFIED] + counts[Status.VIOLATED]
    }
    return silent if len(silent) > _MAX_IDS else set()


def _met(scores: Scores, id: str) -> str:
    counts = scores.by_id[id]
    judged = counts[Status.SATISFIED] + counts[Status.VIOLATED]
    return percent(counts[Status.SATISFIED] / judged if judged else None)


def _print_groups(stream: IO[str], tally: Tally) -> None:
    total = sum(tally.groups.values())
    rows = [
        [kind, str(tally.groups[kind]), percent(tally.groups[kind] / total if total else None)]
        for kind in GROUP_KINDS
        if tally.groups[kind] or kind != "undetermined"
    ]
    print_table(stream, "groups (only mixed ones give GRPO a gradient)", ["", "groups", ""], rows)
    click.echo(file=stream)
