"""The summary that `hir-kit judge` ends with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

import click

from hir_kit.model.verdict import Status, counted
from hir_kit.report.screen import print_table, visible
from hir_kit.report.unknown import print_unknown
from hir_kit.runs.judging import JudgedTally


def print_report(stream: IO[str], tally: JudgedTally, output: str | None) -> None:
    """Print the verdicts by who gave them, what is unknown, and why."""
    givers = sorted({giver for giver, _ in tally.statuses} | set(tally.asked))
    rows = [
        [
            giver,
            "" if giver == "code" else str(tally.asked[giver]),
            *(str(tally.statuses[giver, status]) for status in Status),
        ]
        for giver in givers
    ]
    header = ["by", "asked", "satisfied", "violated", "unknown"]
    print_table(stream, f"verdicts on {counted(tally.rollouts, 'rollout')}", header, rows)
    click.echo(file=stream)
    if tally.restored:
        click.echo(f"{counted(tally.restored, 'answer')} of the stopped run", file=stream)
    if tally.differ:
        click.echo(f"judges and code differ on {counted(tally.differ, 'verdict')}", file=stream)
    print_unknown(stream, tally.unknown, most=12)
    for name, used in tally.used.items():
        click.echo(f"{visible(name)}: {_said(used)}", file=stream)
    if output and output != "-":
        click.echo(f"verdicts: {output}", file=stream)


def _said(used: Mapping[str, Any]) -> str:
    """Return what a judge took on one line; what is zero goes without saying."""
    parts = (f"{name.replace('_', ' ')} {value}" for name, value in used.items() if value)
    return visible(", ".join(parts))
