"""`hir-kit report`: one page of everything there is to see in rollouts, replays and runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import click

from hir_kit.cli.options import (
    Reading,
    checking_options,
    file_options,
    json_option,
    workers_option,
)
from hir_kit.cli.reading import load_kit, refuse_overwriting

if TYPE_CHECKING:
    from hir_kit.plugins.kit import Kit, Origin
    from hir_kit.read.format import Format
    from hir_kit.report.compare import Comparison
    from hir_kit.report.digest import Digest
    from hir_kit.report.sample import Sample
    from hir_kit.report.sources import Sources
    from hir_kit.runs.seen import SeenRow
    from hir_kit.verify.checker import CheckOptions
    from hir_kit.write.rejects import Rejects

    Found = Sample[tuple[int, SeenRow]]

_MOST_ROWS = 5000


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="[RUN=]FILE...")
@click.option(
    "-o", "--output", metavar="FILE", help="The page, an .html file; needed unless --json is given."
)
@click.option(
    "--rows",
    type=click.IntRange(min=0),
    default=_MOST_ROWS,
    show_default=True,
    help="How many rows the page's browser holds; of more, a sample is drawn.",
)
@click.option("--loose/--no-loose", default=True, show_default=True, help="Judge loosely, too.")
@json_option
@file_options
@workers_option
@checking_options
def report(
    files: tuple[str, ...],
    output: str | None,
    rows: int,
    loose: bool,
    as_json: bool,
    reading: Reading,
    workers: int | None,
    check: CheckOptions,
    origin: Origin,
) -> int:
    """Write one page of what is in dumps, verdicts, replays, refused and rejected rows, and runs.

    A FILE is of any of these kinds, or the directory of an online run; its first row tells. Files
    without RUN= belong to one run. Those of RUN= names are shown side by side: each run is compared
    with the one before, on the instructions that both have. The page needs no network. `--json`
    prints every number that it shows.
    """
    from hir_kit.errors import UsageError
    from hir_kit.report.compare import compared
    from hir_kit.report.page import Rows, page
    from hir_kit.report.sample import Sample
    from hir_kit.report.screen import exit_code, print_json
    from hir_kit.report.sources import digest_of, sorted_out
    from hir_kit.write.rejects import Rejects

    if output is None and not as_json:
        raise UsageError("a report is a page: name it by -o report.html, or give --json")
    runs = {name: sorted_out(given) for name, given in runs_of(files).items()}
    read = [file for sources in runs.values() for file in sources.files]
    refuse_overwriting(output, (*read, *reading.files, *origin.files))
    kit, rejects = load_kit(origin), Rejects(None)
    sample: Found = Sample(rows)
    how = replace(check, loose=loose)
    digests: list[Digest] = []
    for number, (name, sources) in enumerate(runs.items()):
        digest = digest_of(name, sources)
        for row in rows_of(sources, how, kit, reading, workers, rejects):
            digest.add(row)
            sample.add(f"{name}\0{row['id']}", (number, row))
        digests.append(digest)
    comparisons = [compared(*pair) for pair in pairwise(one for one in digests if one.outcomes)]
    numbers = {
        "schema": 1,
        "runs": [digest.to_json() for digest in digests],
        "comparisons": [one.numbers for one in comparisons],
        "sample": {"shown": len(sample), "of": sample.of},
    }
    if as_json:
        print_json(numbers)
    if output is not None:
        shown = Rows()
        for run, row in sample:
            shown.add(run, row, _marks(digests[run].name, row, comparisons))
        _write(output, page(numbers, shown.to_json()), as_json)
    total = sum(len(digest.outcomes) for digest in digests) + sample.of
    total += sum(len(digest.charts) + digest.rejected_count for digest in digests)
    return exit_code(total, rejects, read, strict=reading.strict)


def _marks(run: str, row: SeenRow, comparisons: Sequence[Comparison]) -> list[str]:
    """Return the comparisons that a rollout comes out otherwise in."""
    from hir_kit.report.digest import ORIGINAL, kind_of

    key = run, row["id"]
    found = [one.changed[key] for one in comparisons if key in one.changed]
    return found if kind_of(row) == ORIGINAL else []


def runs_of(files: Sequence[str]) -> dict[str, list[str]]:
    """Return the files of each run, by its name: `RUN=FILE`; the others are one run, "rollouts"."""
    from pathlib import Path

    found: dict[str, list[str]] = {}
    for given in files:
        name, is_named, file = given.partition("=")
        if is_named and name and not Path(given).exists():
            found.setdefault(name, []).append(file)
        else:
            found.setdefault("rollouts", []).append(given)
    return found


def rows_of(
    sources: Sources,
    check: CheckOptions,
    kit: Kit,
    reading: Reading,
    workers: int | None,
    rejects: Rejects,
    ids: Sequence[str] = (),
) -> Iterator[SeenRow]:
    """Yield the rows of the files of a run; verdict files are joined to the dumps, or stand alone.

    What a verdict file says stands for what code says now. Where there are `ids`, rows of others
    are not verified.
    """
    from hir_kit.cli.running import looked_at
    from hir_kit.report.sources import verdict_rows
    from hir_kit.runs.seen import SeenJob
    from hir_kit.verify.verdict_files import verdict_files

    given = sources.verdicts if sources.dump else ()
    with verdict_files(given, wins=True) as known:
        for reader, files in _parts_of(sources, kit, reading):
            job = SeenJob(check, True, known if files[0] in sources.dump else None)
            dump = replace(reading, dump=files)
            yield from looked_at(job, kit, dump, workers, rejects, reader, ids=ids)
    if not given:
        yield from verdict_rows(sources.verdicts)


def _parts_of(
    sources: Sources, kit: Kit, reading: Reading
) -> list[tuple[Format | None, tuple[str, ...]]]:
    """Return what is read in one go, with its format: a rollout may be in several kinds of files.

    None where the options say the format, or all is of one that the first rows tell.
    """
    dumps: dict[str, list[str]] = {}
    for file in sources.dump:
        dumps.setdefault(_format_of(file, kit, reading), []).append(file)
    own = [("hir", files) for files in (sources.replays, sources.refused) if files]
    if len(dumps) == 1 and not own:
        return [(None, tuple(sources.dump))]
    return [(kit.formats.get(name), tuple(files)) for name, files in (*dumps.items(), *own)]


def _format_of(file: str, kit: Kit, reading: Reading) -> str:
    """Return the name of the format of a dump; nothing where the options say it."""
    from hir_kit.files.open import STDIN, Input
    from hir_kit.read.detect import detect

    if reading.format_name is not None or reading.columns or file == STDIN:
        return ""
    return detect([Input(file)], kit.formats, kit.instructions)


def _write(output: str, made: bytes, quietly: bool) -> None:
    from hir_kit.files.save import open_target

    with open_target(output) as target:
        target.write(made)
    click.echo(f"report: {output}", err=quietly)
