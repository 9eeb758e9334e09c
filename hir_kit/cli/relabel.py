"""`hir-kit relabel`: from failures to replays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Literal

import click

from hir_kit.cli.model import Model, model_options
from hir_kit.cli.options import (
    Reading,
    Running,
    Verdicts,
    checking_options,
    json_option,
    languages_option,
    reading_options,
    running_options,
    verdicts_option,
)
from hir_kit.cli.reading import load_kit, refuse_overwriting
from hir_kit.cli.relabel_options import Asked, asking_options, selecting_options
from hir_kit.write.emissions import EMISSIONS

if TYPE_CHECKING:
    from hir_kit.plugins.kit import Kit, Origin
    from hir_kit.relabel.contract import Rewriter
    from hir_kit.relabel.engine import RelabelOptions
    from hir_kit.runs.relabelling import RelabelJob
    from hir_kit.verify.checker import CheckOptions
    from hir_kit.verify.verdict_files import VerdictFiles

_LLM = "llm"
_WRITTEN = ("", ".rejects.jsonl")
"""What the names of the files end in that a run writes."""


@click.command()
@reading_options
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Where the rows go, as Parquet, gzip or zstd where FILE ends in .parquet, .gz or .zst; "
    "`-` is standard output.",
)
@asking_options
@selecting_options
@languages_option
@verdicts_option
@model_options
@json_option
@running_options
@checking_options
def relabel(
    output: str | None,
    as_json: bool,
    reading: Reading,
    running: Running,
    given: Verdicts,
    check: CheckOptions,
    origin: Origin,
    languages: Literal["auto"] | None,
    model: Model,
    asked: Asked,
    selection: RelabelOptions,
) -> int:
    """Turn failures into replays: keep the response, ask only for what it satisfied.

    DUMP is a file, a directory or a pattern in quotes, and may be several; `-` is standard input.
    Plain or compressed JSON lines and Parquet are read. The summary goes to standard output (to
    standard error with `-o -`). Rows that cannot be read go to FILE.rejects.jsonl.
    """
    from hir_kit.cli.running import run_job
    from hir_kit.plugins.standing import standing
    from hir_kit.relabel.rewriting import choose_rewriters
    from hir_kit.report.screen import (
        exit_code,
        print_joined,
        print_json,
        print_languages,
        report_stream,
    )
    from hir_kit.verify.calibration import Trust
    from hir_kit.verify.prompt_language import languages_read
    from hir_kit.verify.verdict_files import verdict_files

    model.refuse_clashing(output, "rows", as_json=as_json)
    if asked.refused is not None:
        _refuse_clashing(asked.refused, output)
    for target in (output, asked.refused, model.requests):
        refuse_overwriting(target, (*reading.files, *given.verdicts, *origin.files))
    kit = load_kit(model.of(origin))
    rewriters = choose_rewriters(kit.rewriters, asked.rewriter)
    _refuse_model(model, rewriters, running)
    if model.requests is not None:
        running = replace(running, workers=0)
    kit.origin = replace(model, results=None).of(origin)  # taken here, and not by every worker
    emission = EMISSIONS[asked.emit]
    trust = Trust.of(asked.min_precision, asked.calibration)
    with (
        verdict_files(given.verdicts, wins=given.verdicts_win, trust=trust) as known,
        standing("rewriter", rewriters),
    ):
        tally, rejects = run_job(
            _job(kit, replace(check, languages=languages), rewriters, asked, selection, known),
            kit,
            output,
            reading,
            running,
            "relabel",
            {**asdict(asked), **asdict(selection)},
            whole_groups=True,
            columns=emission.columns,
            order=emission.order,
            refused=asked.refused,
        )
    print_joined(known, tally.joined)
    _print_notes(emission.notes, tally.written)
    print_languages(tally.joined)
    if as_json:
        print_json({**tally.to_json(), **languages_read(tally.joined), "rejected": rejects.count})
    else:
        from hir_kit.report.relabel import print_report

        print_report(report_stream(output), tally, asked.rewriter, output)
        if model.requests is not None:
            click.echo(f"questions: {model.requests}")
    return exit_code(tally.rollouts, rejects, reading.dump, strict=reading.strict)


def _refuse_model(model: Model, rewriters: Sequence[Rewriter], running: Running) -> None:
    """Raise UsageError where the options of a model are for nobody, or for too many."""
    from hir_kit.errors import UsageError

    if model.is_given and _LLM not in [rewriter.name for rewriter in rewriters]:
        raise UsageError(
            "--requests, --results and --offline are for a model that rewrites: --rewriter llm"
        )
    if model.requests is not None and (running.workers or running.engine == "ray"):
        raise UsageError("--requests FILE is written by one process: leave out --workers and Ray")


def _print_notes(notes: Mapping[str, str], written: Mapping[str, int]) -> None:
    """Say on standard error what the user of the rows that were written has to know."""
    for kind, note in notes.items():
        if count := written.get(kind):
            click.echo(f"note: {count} {kind} rows. {note}", err=True)


def _refuse_clashing(refused: str, output: str | None) -> None:
    """Raise UsageError where refused failures would go where something else does."""
    from pathlib import Path

    from hir_kit.errors import UsageError

    if refused == "-":
        raise UsageError("--refused is a file: standard output is for replays and the summary")
    taken = [] if output in ("-", None) else [Path(f"{output}{end}") for end in _WRITTEN]
    if any(Path(refused).absolute() == path.absolute() for path in taken):
        raise UsageError(f"--refused {refused} and -o {output} would write one file; name another")


def _job(
    kit: Kit,
    check: CheckOptions,
    rewriters: Sequence[Rewriter],
    asked: Asked,
    selection: RelabelOptions,
    known: VerdictFiles | None,
) -> RelabelJob:
    from hir_kit.relabel.sifting import choose_filters
    from hir_kit.runs.relabelling import RelabelJob

    return RelabelJob(
        check,
        selection,
        tuple(rewriter.name for rewriter in rewriters),
        asked.emit,
        {**kit.provenance(), **({"verdicts": dict(known.digests)} if known else {}), "seed": 0},
        asked.include_originals,
        asked.messages,
        known,
        refused=asked.refused is not None,
        filters=tuple(one.name for one in choose_filters(kit.filters, asked.filters)),
    )
