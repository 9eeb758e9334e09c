"""`hir-kit judge`: verdicts of judges on what code cannot decide."""

from __future__ import annotations

import os
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hir_kit.cli.model import Model, model_options
from hir_kit.cli.options import (
    FiniteRange,
    Reading,
    Verdicts,
    checking_options,
    json_option,
    reading_options,
    verdicts_option,
)
from hir_kit.cli.reading import load_kit, prints_aside, read_items, refuse_overwriting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hir_kit.plugins.kit import Kit, Origin
    from hir_kit.runs.answers import Answers
    from hir_kit.runs.asked import AskJob
    from hir_kit.runs.judging import Asking
    from hir_kit.verify.checker import CheckOptions
    from hir_kit.write.rejects import Rejects


class _WithMeasuring(click.Group):
    """The command, whose first argument may be the name of one that measures a judge."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(_MEASURING)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002  # click's signature
        cmd_name: str,
    ) -> click.Command | None:
        command: click.Command | None = None
        if cmd_name in _MEASURING:
            command = getattr(import_module("hir_kit.cli.measuring"), cmd_name)
        return command

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **_: Any
    ) -> click.Context:
        if args[:1] and (command := self.get_command(click.Context(self), args[0])):
            return command.make_context(f"{info_name} {args[0]}", args[1:], parent=parent)
        return ask.make_context(info_name, args, parent=parent)


_MEASURING = ("calibrate", "probe")


@click.command(epilog="`hir-kit judge calibrate` and `hir-kit judge probe` measure a judge.")
@reading_options
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="The verdict file, one row a rollout, as Parquet, gzip or zstd where FILE ends in "
    ".parquet, .gz or .zst; `-` is standard output.",
)
@click.option(
    "--judge",
    "names",
    multiple=True,
    metavar="NAME",
    help="Judge to ask; may be repeated, the first that claims a constraint is asked. By default "
    "all that are loaded.",
)
@click.option(
    "--only-unknown/--no-only-unknown",
    default=True,
    show_default=True,
    help="Ask only what code cannot decide, or all that a judge claims.",
)
@click.option(
    "--judge-unbound",
    is_flag=True,
    help="Ask about constraints without a verifier, too, where their sentence is known.",
)
@model_options
@click.option(
    "--concurrency",
    type=click.IntRange(min=1, max=10_000),
    default=16,
    show_default=True,
    metavar="N",
    help="Batches of questions on their way at once; the output is the same for any number. A "
    "batch has the questions of one rollout for one judge.",
)
@click.option(
    "--judge-time-limit",
    type=FiniteRange(min=0, max=1_000_000),
    default=120.0,
    show_default=True,
    metavar="SECONDS",
    help="Per batch; one that takes longer is `unknown`. 0: no limit.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=0, max=4096),
    metavar="N",
    help="Processes that check what code decides; see `verify`.",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Go on with a run that was stopped: what was answered is not asked again.",
)
@verdicts_option
@json_option
@checking_options
def ask(
    output: str | None,
    names: tuple[str, ...],
    only_unknown: bool,
    judge_unbound: bool,
    concurrency: int,
    judge_time_limit: float,
    workers: int | None,
    resume: bool,
    as_json: bool,
    reading: Reading,
    given: Verdicts,
    check: CheckOptions,
    origin: Origin,
    model: Model,
) -> int:
    """Ask judges what code cannot decide of a dump, and write a verdict file.

    The file has the verdicts of code, too. `--verdicts FILE` of `verify` and `relabel` takes it.
    Answers are kept beside it until it is whole, so that none is asked for twice. A judge that
    fails, is late or answers nonsense gives `unknown`, with the reason.
    """
    from hir_kit.cli.running import identity_of
    from hir_kit.files.save import STDOUT, is_device
    from hir_kit.report.screen import exit_code, print_joined, print_json, report_stream
    from hir_kit.runs.asked import AskJob
    from hir_kit.runs.judging import Asking
    from hir_kit.verify.judge import choose_judges
    from hir_kit.verify.verdict_files import verdict_files

    model.refuse_clashing(output, "verdicts", as_json=as_json)
    for written in (output, model.requests):
        refuse_overwriting(written, (*reading.files, *given.verdicts, *origin.files))
    kit = load_kit(model.of(origin))
    chosen = {one.name: one for one in choose_judges(kit.judges, names)}
    with verdict_files(given.verdicts, wins=given.verdicts_win) as known:
        job = AskJob(check, tuple(chosen), only_unknown, judge_unbound, verdicts=known)
        asked = {"judge": list(chosen), "only_unknown": only_unknown, "unbound": judge_unbound}
        has_file = output is not None and output != STDOUT and not is_device(output)
        target = Path(output) if output is not None and has_file else None
        identity = identity_of(job, kit, reading, "judge", asked)
        answers = _answers(target, identity, resume=resume)
        asking = Asking(chosen, answers, concurrency, judge_time_limit)
        joined, rejects = _run(kit, job, asking, output, reading, workers)
    print_joined(known, joined)
    if as_json:
        print_json({**asking.tally.to_json(), "rejected": rejects.count})
    else:
        from hir_kit.report.judge import print_report

        print_report(report_stream(output or ""), asking.tally, output)
    return exit_code(asking.tally.rollouts, rejects, reading.dump, strict=reading.strict)


judge = _WithMeasuring("judge", help=ask.help)


def _answers(target: Path | None, identity: Mapping[str, Any] | None, *, resume: bool) -> Answers:
    """Return where answers are kept."""
    from hir_kit.errors import UsageError
    from hir_kit.runs.answers import Answers

    if resume and target is None:
        raise UsageError("--resume goes on with a file: name it by -o")
    if resume and identity is None:
        raise UsageError("--resume reads the dump again, which standard input or a pipe cannot")
    if target is None or identity is None:
        return Answers(None, {})
    return Answers(target, identity, resume=resume)


def _run(
    kit: Kit,
    job: AskJob,
    asking: Asking,
    output: str | None,
    reading: Reading,
    workers: int | None,
) -> tuple[Counter[str], Rejects]:
    """Ask, and write the output; return what verdict files did, and the rejects."""
    from hir_kit.cli.running import note
    from hir_kit.files.save import open_sink
    from hir_kit.model.rows import JUDGED
    from hir_kit.report.screen import Monitor
    from hir_kit.runs.batches import Batch, batches
    from hir_kit.runs.jobs import Outcome
    from hir_kit.runs.work import worked
    from hir_kit.time_limit import TimeLimit
    from hir_kit.write.rejects import Rejects

    joined, rejects, is_done = job.tally(), Rejects(output), False

    def lines(found: tuple[Batch, Outcome[Any]]) -> list[bytes]:
        joined.merge(found[1].tally)
        for reject in found[1].rejects:
            rejects.unworked.add(reject)
        return found[1].lines.split(b"\n")[:-1]

    try:
        with (
            open_sink(output or os.devnull, JUDGED) as sink,
            Monitor(rejects, reading.dump, "judge") as monitor,
            prints_aside(),
        ):
            items = read_items(kit, reading, monitor, TimeLimit(), whole_groups=False)
            asking.run(worked(batches(items), job, kit, workers), lines, sink)
        rejects.publish()
        is_done = True
    finally:
        rejects.remove()
        asking.answers.close(done=is_done)
        if asking.answers.is_kept:
            note(f"{output} is unfinished; the same command with --resume goes on")
    return joined.joined, rejects
