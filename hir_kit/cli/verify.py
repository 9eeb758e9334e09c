"""`hir-kit verify`: verdicts on every response of a dump."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import click

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

if TYPE_CHECKING:
    from hir_kit.plugins.kit import Origin
    from hir_kit.verify.checker import CheckOptions
    from hir_kit.verify.counts import Tally
    from hir_kit.write.rejects import Rejects


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
@click.option("--check", "all_met", is_flag=True, help="Exit with 1 when something is not met.")
@languages_option
@verdicts_option
@json_option
@running_options
@checking_options
def verify(
    output: str | None,
    loose: bool,
    all_met: bool,
    as_json: bool,
    reading: Reading,
    running: Running,
    given: Verdicts,
    check: CheckOptions,
    origin: Origin,
    languages: Literal["auto"] | None,
) -> int:
    """Check every response of a dump against the constraints of its instruction.

    DUMP is a file, a directory or a pattern in quotes, and may be several; `-` is standard input.
    Plain or compressed JSON lines and Parquet are read. The summary goes to standard output (to
    standard error with `-o -`). Rows that cannot be read go to FILE.rejects.jsonl.
    """
    from hir_kit.cli.running import run_job
    from hir_kit.errors import UsageError
    from hir_kit.model.rows import JUDGED, VERDICTS
    from hir_kit.report.screen import (
        exit_code,
        print_joined,
        print_json,
        print_languages,
        report_stream,
    )
    from hir_kit.runs.jobs import VerifyJob
    from hir_kit.verify.prompt_language import languages_read
    from hir_kit.verify.verdict_files import verdict_files

    if as_json and output == "-":
        raise UsageError("--json and -o - both want standard output; give -o a file")
    refuse_overwriting(output, (*reading.files, *given.verdicts, *origin.files))
    kit = load_kit(origin)
    with verdict_files(given.verdicts, wins=given.verdicts_win) as known:
        job = VerifyJob(replace(check, loose=loose, languages=languages), output is not None, known)
        columns = JUDGED if known else VERDICTS
        tally, rejects = run_job(
            job, kit, output, reading, running, "verify", {}, whole_groups=False, columns=columns
        )
    tally.close()
    print_joined(known, tally.joined)
    print_languages(tally.joined)
    if as_json:
        print_json(
            {
                **tally.to_json(),
                **languages_read(tally.joined),
                "rejected": rejects.count,
                "resources": kit.states(),
            }
        )
    else:
        from hir_kit.report.verify import print_report

        print_report(report_stream(output), tally, kit.states(tally.strict.by_id), output)
    if code := exit_code(tally.rollouts, rejects, reading.dump, strict=reading.strict):
        return code
    return _checked(tally, rejects) if all_met else 0


def _checked(tally: Tally, rejects: Rejects) -> int:
    """Say on stderr whether all that was checked is met; return the exit code."""
    from hir_kit.model.verdict import counted

    verdicts = counted(tally.strict.total.total(), "verdict")
    looked_at = f"{counted(tally.rollouts, 'rollout')}, {verdicts}"
    missed = tally.rollouts - tally.strict.followed
    if tally.rollouts and not missed and not rejects.count:
        click.echo(f"check: all is met: {looked_at}", err=True)
        return 0
    aside = f", and {rejects.count} rejected" if rejects.count else ""
    said = f"{missed} without everything known to be met{aside}"
    click.echo(f"check: not all is met: {looked_at}; {said}", err=True)
    return 1
