"""Running a job over the dump that a command names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from hir_kit.cli.options import read_items

if TYPE_CHECKING:
    from hir_kit.files.columns import Columns
    from hir_kit.plugins.kit import Kit
    from hir_kit.runs.filed import Order
    from hir_kit.runs.jobs import Counting, Job
    from hir_kit.runs.parts import RunRejects

    C = TypeVar("C", bound=Counting)

_NOT_IN_THE_BYTES = ("workers", "engine", "address", "resume", "strict", "dump")


def run_job(
    job: Job[C],
    kit: Kit,
    output: str | None,
    settings: dict[str, Any],
    command: str,
    *,
    whole_groups: bool,
    columns: Columns,
    order: Order | None = None,
) -> tuple[C, RunRejects]:
    """Run a job as the options of a command say; return what was counted, and the rejects."""
    from hir_kit.report.screen import Monitor
    from hir_kit.runs.identity import identity, read_again
    from hir_kit.runs.run import Run

    files = (*settings["dump"], *settings["prompts"])
    options = {name: value for name, value in settings.items() if name not in _NOT_IN_THE_BYTES}
    options["loose"] = job.check.loose
    run = Run(
        job=job,
        read=lambda feedback: read_items(kit, settings, feedback, whole_groups=whole_groups),
        kit=kit,
        plugins=settings["plugin"],
        workers=settings["workers"],
        cluster=_cluster(settings),
        out=output,
        order=order,
        columns=columns,
        identity=None if read_again(files) else identity(command, kit, files, options),
        say=_note,
    )
    return run.go(
        lambda rejects: Monitor(rejects, settings["dump"], command), resume=settings["resume"]
    )


def _cluster(settings: dict[str, Any]) -> str | None:
    from hir_kit.errors import UsageError

    if settings["engine"] != "ray":
        if settings["address"] is not None:
            raise UsageError("--address is that of a Ray cluster; --engine ray works on it")
        return None
    if settings["workers"] is not None:
        raise UsageError("--workers is for this machine; with --engine ray each core has one")
    address: str = settings["address"] or "local"
    return address


def _note(message: str) -> None:
    click.echo(f"Note: {message}", err=True)
