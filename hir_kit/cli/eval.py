"""`hir-kit eval`: the table of a benchmark, of response files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from hir_kit.cli.options import (
    Reading,
    Verdicts,
    checking_options,
    file_options,
    json_option,
    verdicts_option,
    workers_option,
)
from hir_kit.cli.reading import load_kit, refuse_overwriting

if TYPE_CHECKING:
    from hir_kit.plugins.kit import Kit, Origin
    from hir_kit.read.instructions import Instructions
    from hir_kit.report.benchmarks import Benchmark, Results
    from hir_kit.verify.checker import CheckOptions
    from hir_kit.write.rejects import Rejects


@click.command(name="eval")
@click.argument("benchmark", metavar="BENCHMARK")
@click.argument("models", nargs=-1, required=True, metavar="[MODEL=]FILE...")
@click.option(
    "--table",
    "style",
    type=click.Choice(["plain", "markdown", "latex"]),
    help="How the table is written. By default as the ending of -o says: .md, .tex, .json.",
)
@click.option("--detail", is_flag=True, help="Show each kind of constraint, too.")
@click.option(
    "-o", "--output", metavar="FILE", help="Where the table goes; `-`, the default: here."
)
@json_option
@file_options
@verdicts_option
@workers_option
@checking_options
def evaluate(
    benchmark: str,
    models: tuple[str, ...],
    style: str | None,
    detail: bool,
    output: str | None,
    as_json: bool,
    reading: Reading,
    given: Verdicts,
    workers: int | None,
    check: CheckOptions,
    origin: Origin,
) -> int:
    """Make the table of a benchmark as its paper defines it, of files with responses.

    BENCHMARK is ifeval, ifbench, muldimif or cfbench. Each FILE is a model, and a column; its name
    is MODEL, or that of the file. Files with one MODEL are one column. A number stands before its
    95 % interval, by the bootstrap over prompts. Where each prompt has several responses, avg@k
    and pass@k are there, too. `--reference` answers as the published checkers do.
    """
    from hir_kit.cli.running import looked_at
    from hir_kit.errors import UsageError, near_matches, shown
    from hir_kit.report.benchmarks import BENCHMARKS
    from hir_kit.report.notes import print_notes
    from hir_kit.report.screen import exit_code
    from hir_kit.report.unknown import print_unknown
    from hir_kit.runs.seen import SeenJob
    from hir_kit.verify.counts import Tally
    from hir_kit.verify.verdict_files import verdict_files
    from hir_kit.write.rejects import Rejects

    if benchmark not in BENCHMARKS:
        near = near_matches(benchmark, BENCHMARKS)
        raise UsageError(f"no benchmark {shown(benchmark)}.{near} Known: {', '.join(BENCHMARKS)}")
    chosen = BENCHMARKS[benchmark]
    files = columns_of(models)
    read = [file for dump in files.values() for file in dump]
    refuse_overwriting(output, (*read, *reading.files, *given.verdicts, *origin.files))
    kit, rejects = load_kit(origin), Rejects(None)
    with verdict_files(given.verdicts, wins=given.verdicts_win) as known:
        job = SeenJob(replace(check, loose=chosen.loose), True, known, texts=False)
        asked = _instructions(kit, replace(reading, dump=tuple(read)), rejects)
        results = {}
        for name, dump in files.items():
            own = replace(reading, dump=dump)
            tally = Tally()
            rows = looked_at(job, kit, own, workers, rejects, known=asked, tally=tally)
            results[name] = chosen.results(rows)
            print_notes(sys.stderr, tally.notes)
            results[name].unanswered = asked.unfound() if asked else None
    for name, column in results.items():
        print_unknown(sys.stderr, column.unknown, title=f"unknown in {name}, and why:")
    _warn_of_gaps(results, asked)
    form = _form(style, output, as_json)
    _write(form, output, chosen, results, rejects.count, detail)
    total = sum(column.responses for column in results.values())
    return exit_code(total, rejects, read, strict=reading.strict)


def columns_of(models: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the files of each column, by its name: `MODEL=FILE`, or the name of the file.

    A name is taken for one only where no file is called like the whole.
    """
    from pathlib import Path

    from hir_kit.files.names import expand
    from hir_kit.read.format import stem

    found: dict[str, list[str]] = {}
    for given in models:
        name, is_named, file = given.partition("=")
        if not is_named or not name or Path(given).exists():
            for one in expand([given]):
                label = stem(one)
                found.setdefault(one if label in found else label, []).append(one)
        else:
            found.setdefault(name, []).extend(expand([file]))
    return {name: tuple(files) for name, files in found.items()}


def _instructions(kit: Kit, reading: Reading, rejects: Rejects) -> Instructions | None:
    """Return the instructions of `--prompts`, read once for all columns."""
    from hir_kit.cli.reading import instructions_of
    from hir_kit.report.screen import Monitor
    from hir_kit.time_limit import TimeLimit

    with Monitor(rejects, reading.prompts, "prompts") as feedback:
        return instructions_of(kit, reading, feedback, TimeLimit())


def _warn_of_gaps(results: dict[str, Results], asked: Instructions | None) -> None:
    for name, column in results.items():
        if asked and column.unanswered:
            click.echo(
                f"Warning: {name}: {column.unanswered} of {len(asked)} prompts have no response: "
                "the numbers are of the others",
                err=True,
            )
    sizes = {name: len(column.shares) for name, column in results.items()}
    if len(set(sizes.values())) > 1:
        listed = ", ".join(f"{name} {size}" for name, size in sizes.items())
        click.echo(f"Warning: the columns have different numbers of prompts: {listed}", err=True)


def _form(style: str | None, output: str | None, as_json: bool) -> str:
    """Return how the table is written: as the options say, else by the ending of the file."""
    from hir_kit.errors import UsageError

    if as_json and style:
        raise UsageError("--json and --table say two things; give one")
    if as_json or style:
        return "json" if as_json else str(style)
    endings = {".md": "markdown", ".tex": "latex", ".json": "json"}
    return next((form for end, form in endings.items() if str(output).endswith(end)), "plain")


def _write(
    form: str,
    output: str | None,
    benchmark: Benchmark,
    results: dict[str, Results],
    rejected: int,
    detail: bool,
) -> None:
    from hir_kit.files import jsonl
    from hir_kit.files.save import open_target
    from hir_kit.report import tables
    from hir_kit.report.evaluation import table_of, to_json

    if form == "json":
        text = jsonl.dumps(to_json(benchmark, results, rejected)).decode() + "\n"
    else:
        forms = {"plain": tables.terminal, "markdown": tables.markdown, "latex": tables.latex}
        text = forms[form](table_of(benchmark, results, detail=detail))
    if output in (None, "-"):
        click.echo(text, nl=False)
        return
    with open_target(str(output)) as target:
        target.write(text.encode())
    click.echo(f"table: {output}")
