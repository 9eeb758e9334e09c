"""`hir-kit convert`: a dump of any format as `hir` rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hir_kit.cli.options import Reading, json_option, plugin_option, reading_options
from hir_kit.cli.reading import load_kit, prints_aside, read_items, refuse_overwriting

if TYPE_CHECKING:
    from hir_kit.model.rollout import Group
    from hir_kit.plugins.kit import Kit, Origin
    from hir_kit.report.screen import Monitor


@click.command()
@reading_options
@click.argument("output", metavar="OUT")
@click.option(
    "--tell-tasks",
    is_flag=True,
    help="Add the task and the constraints' texts where the prompt keeps them apart, as `relabel` "
    "does.",
)
@json_option
@plugin_option
def convert(output: str, as_json: bool, tell_tasks: bool, reading: Reading, origin: Origin) -> int:
    """Write a dump as hir rows: one instruction with all of its responses a row.

    Nothing is verified, and nothing is lost: OUT reads as the same groups again, with their ids,
    prompts, tasks, constraints, responses and what the dump says of them. DUMP is a file, a
    directory or a pattern in quotes, and may be several. OUT is JSON lines, or
    Parquet, gzip or zstd where it ends in .parquet, .gz or .zst; `-` is standard output. Rows that
    cannot be read go to OUT.rejects.jsonl.
    """
    from hir_kit.errors import UsageError
    from hir_kit.report.screen import Monitor, exit_code, print_json, report_stream
    from hir_kit.write.rejects import Rejects

    if as_json and output == "-":
        raise UsageError("--json and the output - both want standard output; name a file")
    refuse_overwriting(output, (*reading.files, *origin.files))
    kit = load_kit(origin)
    with Rejects(output) as rejects, Monitor(rejects, reading.dump, "convert") as monitor:
        groups, rollouts = _run(kit, output, reading, monitor, told=tell_tasks)
    if as_json:
        print_json({"groups": groups, "rollouts": rollouts, "rejected": rejects.count})
    else:
        counted = [_counted(rollouts, "rollout"), _counted(groups, "group")]
        click.echo(f"{', '.join(counted)}: {output}", file=report_stream(output))
    return exit_code(rollouts, rejects, reading.dump, strict=reading.strict)


def _run(
    kit: Kit, output: str, reading: Reading, monitor: Monitor, *, told: bool
) -> tuple[int, int]:
    from hir_kit.files.save import open_sink
    from hir_kit.model.rows import GROUPS
    from hir_kit.read.format import opened
    from hir_kit.time_limit import TimeLimit

    groups, rollouts, limit = 0, 0, TimeLimit()
    with open_sink(output, GROUPS) as sink, prints_aside():
        items = read_items(kit, reading, monitor, limit, whole_groups=True)
        for group in opened(items, monitor, limit):
            sink.write((_told(kit, group) if told else group).to_json())
            groups += 1
            rollouts += len(group.rollouts)
    return groups, rollouts


def _told(kit: Kit, group: Group) -> Group:
    """Return the group with its task and texts; as it is where its kwargs fit no verifier."""
    from hir_kit.errors import SpecError
    from hir_kit.relabel.recovery import with_task

    try:
        checker = kit.checker(group.constraints)
    except SpecError:
        return group
    return with_task(group, checker)[0]


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
