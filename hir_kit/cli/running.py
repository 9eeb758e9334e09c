"""Running a job over the dump that a command names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from hir_kit.cli.reading import read_items

if TYPE_CHECKING:
    from hir_kit.cli.options import Reading, Running
    from hir_kit.files.columns import Columns
    from hir_kit.plugins.kit import Kit
    from hir_kit.read.format import Format
    from hir_kit.read.instructions import Instructions
    from hir_kit.runs.jobs import Counting, Job
    from hir_kit.runs.output import Order
    from hir_kit.runs.seen import SeenJob, SeenRow
    from hir_kit.verify.counts import Tally
    from hir_kit.write.rejects import Rejects

    C = TypeVar("C", bound=Counting)


def run_job(
    job: Job[C],
    kit: Kit,
    output: str | None,
    reading: Reading,
    running: Running,
    command: str,
    asked: Mapping[str, Any],
    *,
    whole_groups: bool,
    columns: Columns,
    order: Order | None = None,
    refused: str | None = None,
) -> tuple[C, Rejects]:
    """Run a job as the options of a command say; return what was counted, and the rejects.

    `asked` is what the output depends on besides the dump and how it is read and checked, by name.
    """
    from hir_kit.report.screen import Monitor
    from hir_kit.runs.run import Run
    from hir_kit.time_limit import TimeLimit

    run = Run(
        job=job,
        read=lambda feedback: read_items(
            kit, reading, feedback, TimeLimit(job.check.time_limit), whole_groups=whole_groups
        ),
        kit=kit,
        workers=running.workers,
        cluster=_cluster(running),
        out=output,
        order=order,
        columns=columns,
        identity=identity_of(job, kit, reading, command, asked),
        say=note,
        refused=refused,
    )
    return run.go(lambda rejects: Monitor(rejects, reading.dump, command), resume=running.resume)


def looked_at(
    job: SeenJob,
    kit: Kit,
    reading: Reading,
    workers: int | None,
    rejects: Rejects,
    reader: Format | None = None,
    known: Instructions | None = None,
    tally: Tally | None = None,
    ids: Sequence[str] = (),
) -> Iterator[SeenRow]:
    """Yield the rollouts of the dump that a command names, to be looked at; `reader` reads them.

    `known` are the instructions of `--prompts`, where they have been read; `tally` counts. Where
    there are `ids`, groups without one of them, or of their rollouts, are passed over.
    The verdicts that came with a response are taken where code has none. Rejects are kept.
    """
    from hir_kit.cli.reading import prints_aside
    from hir_kit.report.screen import Monitor
    from hir_kit.runs.seen import of_ids, seen, with_given_verdicts
    from hir_kit.time_limit import TimeLimit

    with Monitor(rejects, reading.dump, "verify") as feedback:
        limit = TimeLimit(job.check.time_limit)
        items = read_items(
            kit, reading, feedback, limit, whole_groups=True, reader=reader, known=known
        )
        if ids:
            items = of_ids(items, ids, feedback, limit)
        rows = map(with_given_verdicts, seen(items, job, kit, workers, rejects, tally))
        while True:
            with prints_aside():  # not while whoever asked for the rows is at work
                row = next(rows, None)
            if row is None:
                return
            yield row


def identity_of(
    job: Job[Any], kit: Kit, reading: Reading, command: str, asked: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return what the output of a run depends on; None where the input cannot be read again."""
    from dataclasses import asdict

    from hir_kit.runs.checkpoint import identity, read_again

    files, options = list(reading.files), {**asked, **asdict(job.check), **reading.in_the_bytes()}
    if job.verdicts is not None:
        files += job.verdicts.files
        options |= {"verdicts": job.verdicts.files, "verdicts-win": job.verdicts.wins}
    if read_again(files):
        return None
    return identity(command, kit, files, {**options, "plugin": kit.origin.files})


def _cluster(running: Running) -> str | None:
    from hir_kit.errors import UsageError

    if running.engine != "ray":
        if running.address is not None:
            raise UsageError("--address is that of a Ray cluster; --engine ray works on it")
        return None
    if running.workers is not None:
        raise UsageError("--workers is for this machine; with --engine ray each core has one")
    return running.address or "local"


def note(message: str) -> None:
    """Say something on standard error."""
    click.echo(f"Note: {message}", err=True)
