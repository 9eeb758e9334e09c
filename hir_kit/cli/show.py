"""`hir-kit show`: rollouts, replays and refusals in the terminal, one after the other."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from hir_kit.cli.options import Reading, checking_options, file_options
from hir_kit.cli.reading import load_kit

if TYPE_CHECKING:
    from hir_kit.plugins.kit import Origin
    from hir_kit.runs.seen import SeenRow
    from hir_kit.verify.checker import CheckOptions


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows are wanted; what is empty does not matter.

    Attributes:
        ids: Of rollouts or groups.
        kind: rollout, replay or refused.
        constraint: The id of a constraint that is asked for.
        status: A status that it has, or where none is named, that any constraint has.
        rewriter: The strategy that wrote a replay.
    """

    ids: tuple[str, ...] = ()
    kind: str | None = None
    constraint: str | None = None
    status: str | None = None
    rewriter: str | None = None

    def takes(self, row: SeenRow) -> bool:
        """Return whether a row is wanted."""
        from hir_kit.report.digest import hindsight_of, kind_of

        if self.ids and not {row["id"], row["group"]} & set(self.ids):
            return False
        if self.kind and kind_of(row) != self.kind:
            return False
        if self.rewriter and hindsight_of(row).get("rewriter") != self.rewriter:
            return False
        pairs = zip(row["constraints"], row["verdicts"], strict=True)
        found = [one["status"] for spec, one in pairs if self.constraint in (None, spec["id"])]
        return self.status in found if self.status else not self.constraint or bool(found)


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--id", "ids", multiple=True, metavar="ID", help="Of a rollout or group; repeatable.")
@click.option("--kind", type=click.Choice(["rollout", "replay", "refused", "rejected"]))
@click.option("--constraint", metavar="ID", help="Rows that are asked for this constraint.")
@click.option(
    "--status",
    type=click.Choice(["satisfied", "violated", "unknown"]),
    help="Rows with this verdict on --constraint, or on any.",
)
@click.option("--rewriter", metavar="NAME", help="Replays that this strategy wrote.")
@click.option(
    "--sample", type=click.IntRange(min=1), metavar="N", help="Draw N rows: the same every time."
)
@click.option("--thinking", is_flag=True, help="Show thinking, too.")
@file_options
@checking_options
def show(
    files: tuple[str, ...],
    ids: tuple[str, ...],
    kind: str | None,
    constraint: str | None,
    status: str | None,
    rewriter: str | None,
    sample: int | None,
    thinking: bool,
    reading: Reading,
    check: CheckOptions,
    origin: Origin,
) -> int:
    """Show rollouts, replays, refused and rejected rows, one after the other.

    FILE is a dump, or what `verify`, `relabel` (with `--refused`) or `judge` wrote; its first row
    tells. Of a replay the prompt shows what was cut and put; the response has the places marked
    that verdicts rest on. Where a file of verdicts is given with its dump, they are shown with it.
    """
    from hir_kit.cli.report import rows_of
    from hir_kit.report.sample import Sample
    from hir_kit.report.screen import console, exit_code
    from hir_kit.report.show import Shown
    from hir_kit.report.sources import rejected_rows, sorted_out
    from hir_kit.write.rejects import Rejects

    shown = Shown(console(sys.stdout), thinking=thinking)
    wanted = Wanted(ids, kind, constraint, status, rewriter)
    sources, rejects = sorted_out(files), Rejects(None)
    seen = Counter[str]()
    rows = rows_of(sources, check, load_kit(origin), reading, 0, rejects, ids)
    found: Iterable[SeenRow] = _chosen(rows, wanted, seen)
    if sample is not None:
        drawn: Sample[SeenRow] = Sample(sample)
        for row in found:
            drawn.add(row["id"], row)
        found = drawn
    count = 0
    for count, row in enumerate(found, start=1):  # noqa: B007  # it is what is told at the end
        shown.row(row)
    if kind in (None, "rejected") and wanted == Wanted(kind=kind):
        for aside in rejected_rows(sources.rejects):
            count += 1
            shown.reject(aside)
    if not count:
        click.echo("Warning: no row is as the options ask", err=True)
    looked_at = seen.total() or count or len(ids)  # of other ids nothing is known
    return exit_code(looked_at, rejects, files, strict=reading.strict)


def _chosen(rows: Iterable[SeenRow], wanted: Wanted, seen: Counter[str]) -> Iterator[SeenRow]:
    for row in rows:
        seen["rows"] += 1
        if wanted.takes(row):
            yield row
