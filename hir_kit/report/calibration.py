"""What was measured of a judge, as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO, Any

import click

from hir_kit.model.verdict import Status, counted
from hir_kit.report.screen import print_table, visible
from hir_kit.verify.agreement import EVERY, Agreement, Share
from hir_kit.verify.calibration import Calibration

_SHOWN = 5
_SHARES = ("agreement", "violated is right", "violated is found", "met is right")


def print_calibration(
    stream: IO[str],
    calibration: Calibration,
    found: Mapping[str, Agreement],
    total: int,
    disagreements: Sequence[Mapping[str, Any]],
    least: float,
) -> None:
    """Print the agreement by kind on the held-out half, and what follows from it."""
    header = ["kind", "judged", "unknown", *_SHARES, "kappa"]
    rows = [[visible(kind), *_cells(agreement)] for kind, agreement in found.items()]
    held = found[EVERY].total
    title = f"{counted(total, 'judgement')}, of which {held} held out, with 95 % intervals:"
    print_table(stream, title, header, rows)
    click.echo(file=stream)
    if calibration.band is not None:
        band = calibration.band
        click.echo(
            f"chosen on the other half: met from {band.met_from:g}, not met up to "
            f"{band.not_met_to:g}, unknown between",
            file=stream,
        )
    bound = calibration.bound(EVERY)
    verb = "are" if bound >= least else "are not"
    click.echo(
        f"met is right in {bound:.3f} of cases at least: its verdicts {verb} replayed on "
        f"(--min-precision {least:g})",
        file=stream,
    )
    for one in disagreements[:_SHOWN]:
        what = visible(f"{one['criterion']!r} is {one['truth']}, and {one['said']} by the judge")
        click.echo(f"  {visible(str(one['id']))}: {what}", file=stream)


def _cells(agreement: Agreement) -> list[str]:
    shares = (
        agreement.agreement,
        agreement.precision(Status.VIOLATED),
        agreement.recall(Status.VIOLATED),
        agreement.precision(Status.SATISFIED),
    )
    parts = [_percent(share) for share in shares]
    return [str(agreement.total), str(agreement.unknown), *parts, _kappa(agreement.kappa)]


def _percent(share: Share) -> str:
    if share.share is None:
        return "-"
    return f"{100 * share.share:.0f} % ({100 * share.low:.0f}-{100 * share.high:.0f})"


def _kappa(kappa: Share) -> str:
    return "-" if kappa.share is None else f"{kappa.share:.2f}"
