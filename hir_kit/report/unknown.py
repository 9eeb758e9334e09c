"""Why verdicts are unknown: as rows tell it, and as a person reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import IO

import click

from hir_kit.report.screen import visible
from hir_kit.runs.seen import SeenRow
from hir_kit.verify.counts import ranked


def reasons_of(row: SeenRow) -> Iterator[tuple[str, str]]:
    """Yield id and reason of each constraint of which nothing is known."""
    for spec, verdict in zip(row["constraints"], row["verdicts"], strict=True):
        if verdict["status"] == "unknown":
            yield spec["id"], str(verdict.get("reason", ""))


def print_unknown(
    stream: IO[str],
    reasons: Counter[tuple[str, str]],
    most: int = 5,
    title: str = "unknown, and why:",
) -> None:
    """Print the ids and reasons that stand most often; nothing where there is none."""
    if not reasons:
        return
    click.echo(title, file=stream)
    for (id, reason), count in ranked(reasons)[:most]:
        click.echo(f"  {count} x {visible(id)}: {visible(reason)}", file=stream)
    if len(reasons) > most:
        click.echo(f"  ... and {len(reasons) - most} more kinds (--json)", file=stream)
    click.echo(file=stream)
