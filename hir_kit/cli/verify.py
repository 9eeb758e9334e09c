"""`hir-kit verify`: verdicts on every response of a dump."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hir_kit.cli.options import (
    check_options,
    checking_options,
    json_option,
    load_kit,
    prints_aside,
    read_groups,
    reading_options,
    refuse_overwriting,
)

if TYPE_CHECKING:
    from hir_kit.checking import Checked
    from hir_kit.cli.screen import Monitor
    from hir_kit.plugins import Kit
    from hir_kit.rollouts import Rollout
    from hir_kit.tally import Tally


@click.command()
@reading_options
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Write one row a rollout, as Parquet, gzip or zstd where FILE ends in .parquet, .gz or "
    ".zst; `-` is standard output.",
)
@click.option("--loose", is_flag=True, help="Judge IFEval's loose way too.")
@click.option("--check", is_flag=True, help="Exit with 1 when something is not met.")
@json_option
@checking_options
def verify(output: str | None, loose: bool, check: bool, as_json: bool, **settings: Any) -> int:
    """Check every response of a dump against the constraints of its instruction.

    DUMP is a file, a directory or a pattern in quotes, and may be several; `-` is standard input.
    Plain or compressed JSON lines and Parquet are read. The summary goes to standard output (to
    standard error with `-o -`). Rows that cannot be read go to FILE.rejects.jsonl.
    """
    from hir_kit.cli.screen import (
        Monitor,
        print_json,
        print_rejects,
        report_stream,
        warn_if_empty,
    )
    from hir_kit.errors import UsageError
    from hir_kit.output import Rejects

    if as_json and output == "-":
        raise UsageError("--json and -o - both want standard output; give -o a file")
    refuse_overwriting(output, settings)
    kit = load_kit(settings["plugin"])
    with Monitor(Rejects(output), settings["dump"], "verify") as monitor:
        tally = _run(kit, output, loose, settings, monitor)
    rejects = monitor.rejects
    if as_json:
        print_json({**tally.to_json(), "rejected": rejects.count, "resources": kit.states()})
    else:
        from hir_kit.cli.verify_report import print_report

        print_report(report_stream(output), tally, kit.states(), output)
    warn_if_empty(tally.rollouts, settings["dump"])
    print_rejects(rejects)
    if rejects.count and settings["strict"]:
        return 2
    all_met = 0 < tally.rollouts == tally.strict.followed and not rejects.count
    return 1 if check and not all_met else 0


def _run(
    kit: Kit, output: str | None, loose: bool, settings: dict[str, Any], monitor: Monitor
) -> Tally:
    from hir_kit.output import open_sink
    from hir_kit.pipeline import check_groups
    from hir_kit.schemas import VERDICTS
    from hir_kit.tally import Tally

    tally = Tally()
    with open_sink(output, VERDICTS) as sink, prints_aside():
        groups = read_groups(kit, settings, monitor, whole_groups=False)
        options = check_options(settings, loose=loose)
        for item in check_groups(groups, kit.registry, options, monitor):
            tally.add(item.group, item.checked)
            for rollout, result in zip(item.group.rollouts, item.checked, strict=True):
                sink.write(_line(rollout, item.group.id, result))
    tally.close()
    return tally


def _line(rollout: Rollout, group: str, result: Checked) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": rollout.id,
        "group": group,
        "verdicts": [verdict.to_json() for verdict in result.strict],
    }
    if result.loose is not None:
        row["loose"] = [{"status": verdict.status.value} for verdict in result.loose]
    row["follow_all"] = result.follow_all
    return row
