"""What a person sees: tables, progress, the rows that were rejected."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, NoReturn

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table

from hir_kit.files import jsonl
from hir_kit.files.open import STDIN
from hir_kit.model.rollout import Reject
from hir_kit.model.verdict import counted
from hir_kit.verify.counts import K, ranked
from hir_kit.verify.prompt_language import told
from hir_kit.verify.verdict_files import UNTRUSTED
from hir_kit.write.rejects import Rejects

if TYPE_CHECKING:
    from hir_kit.verify.verdict_files import VerdictFiles

_WIDTH = 100


def report_stream(output: str | None) -> IO[str]:
    """Return where a report goes: standard output, unless the data itself goes there."""
    return sys.stderr if output == "-" else sys.stdout


def print_table(
    stream: IO[str], title: str, header: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """Print a title and a table: columns of numbers to the right, the others to the left."""
    table = Table(box=None, pad_edge=False)
    rows = list(rows)
    for place, name in enumerate(header):
        numbers = bool(rows) and all(_is_number(row[place]) for row in rows)
        table.add_column(name, justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    click.echo(title, file=stream)
    console(stream).print(table)


def print_ranked(
    stream: IO[str], title: str, counts: Counter[K], said: Callable[[K], str], most: int
) -> None:
    """Print what was counted, the most frequent first, as `said`; nothing where there is none."""
    if not counts:
        return
    click.echo(title, file=stream)
    for key, count in ranked(counts)[:most]:
        click.echo(f"  {count} x {said(key)}", file=stream)
    if len(counts) > most:
        click.echo(f"  ... and {len(counts) - most} more kinds (--json)", file=stream)
    click.echo(file=stream)


def _is_number(cell: str) -> bool:
    return cell.replace(" %", "").replace(".", "").isdigit() or cell in ("", "-")


def console(stream: IO[str]) -> Console:
    """Return a console that never invents markup in a user's text, and is wide enough in a pipe."""
    width = None if stream.isatty() else _WIDTH
    return _Console(file=stream, width=width, markup=False, highlight=False, emoji=False)


class _Console(Console):
    """A console that leaves a closed pipe to the command: rich would exit with 1."""

    def on_broken_pipe(self) -> NoReturn:
        """Raise the error that brought us here again."""
        raise BrokenPipeError


def print_json(value: object) -> None:
    """Print one JSON document on standard output."""
    click.echo(jsonl.dumps(value))


def percent(share: float | None) -> str:
    """Return a share as a percentage, or a dash where there is none."""
    return "-" if share is None else f"{share:.2%}".replace("%", " %")


class Monitor:
    """Follows a run: rejects go to their file, progress to a terminal.

    Args:
        rejects: Where rejected rows go.
        files: The input, for the size of the job.
        label: What the bar says.
    """

    def __init__(self, rejects: Rejects, files: Sequence[str], label: str) -> None:
        self.rejects = rejects
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
            transient=True,
        )
        self._task = self._progress.add_task(label, total=_size(files))

    def reject(self, reject: Reject) -> None:
        """Keep a row aside."""
        self.rejects(reject)

    def advance(self, size: int) -> None:
        """Move the bar."""
        if not self._progress.disable:
            self._progress.advance(self._task, size)

    def __enter__(self) -> Monitor:
        self._progress.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.__exit__(kind, error, trace)


def visible(text: str) -> str:
    """Return a text from a dump with its control characters escaped, fit for a terminal."""
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text
    )


def exit_code(rollouts: int, rejects: Rejects, dump: Sequence[str], *, strict: bool) -> int:
    """Say on stderr what was rejected, or that nothing was there; return the exit code.

    It is 1 where a dump had rows and none of them could be used, 2 where `--strict` refuses any
    reject, else 0.
    """
    if not rollouts and not rejects.count:
        click.echo(f"Warning: no rollouts in {', '.join(dump)}", err=True)
    print_rejects(rejects)
    if not rollouts and rejects.count:
        click.echo("Error: no row of the dump could be used", err=True)
    if rejects.count and strict:
        return 2
    return 1 if rejects.count and not rollouts else 0


def print_rejects(rejects: Rejects) -> None:
    """Say on stderr how many rows were rejected, show the first, and where all of them are."""
    if not rejects.count:
        return
    rows = rejects.count - rejects.responses
    parts = [counted(rows, "row")] if rows else []
    if rejects.responses:
        parts.append(f"{counted(rejects.responses, 'response')} of rows whose others are sound")
    said = f"{' and '.join(parts)} {'was' if rejects.count == 1 else 'were'}"
    where = f"all are in {rejects.path}" if rejects.path else "`hir-kit verify -o FILE` keeps all"
    click.echo(f"Warning: {said} rejected; {where}:", err=True)
    for reject in rejects.first:
        click.echo(f"  {reject.location}: {visible(reject.reason)}", err=True)
    if rejects.count > len(rejects.first):
        click.echo(f"  ... and {rejects.count - len(rejects.first)} more", err=True)


def print_joined(known: VerdictFiles | None, counts: Counter[str]) -> None:
    """Say on stderr what the verdicts of files did, and what they did not fit."""
    if known is None:
        return
    names = ", ".join(known.files)
    rollouts = counted(counts["rows"], "rollout")
    click.echo(f"verdicts of {names}: {counts['filled']} taken, on {rollouts}", err=True)
    for name, count in sorted(counts.items()):
        if name.startswith(UNTRUSTED):
            met = counted(count, "verdict")
            reason = name.removeprefix(UNTRUSTED)
            click.echo(f"Warning: {names}: {met} `met` not replayed on: {reason}", err=True)
    if unused := known.unused(counts):
        one = counted(unused, "rollout")
        click.echo(f"Warning: {names}: {one} there, which the dump does not have", err=True)
    if counts["missing"]:
        one = counted(counts["missing"], "rollout")
        click.echo(f"Warning: {names}: no row on {one} that code cannot decide alone", err=True)


def print_languages(counts: Counter[str]) -> None:
    """Say on stderr which constraints were read in the language of their prompt, or could be."""
    for line in told(counts):
        click.echo(line, err=True)


def _size(files: Sequence[str]) -> int | None:
    """Return the size of all files, or None where it cannot be known."""
    if STDIN in files:
        return None
    paths = [Path(file) for file in files]
    return sum(path.stat().st_size for path in paths if path.is_file())
