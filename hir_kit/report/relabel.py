"""The summary that `hir-kit relabel` ends with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import IO

import click

from hir_kit.model.verdict import counted
from hir_kit.relabel.counts import RelabelTally
from hir_kit.report.notes import print_notes
from hir_kit.report.screen import print_ranked, print_table, visible

_MAX_REASONS = 12


def print_report(
    stream: IO[str], tally: RelabelTally, rewriters: Sequence[str], output: str | None
) -> None:
    """Print the path from rollouts to replays, the refusals, and what could be done about them.

    Without an output there are questions to a model at most, which nobody has answered yet.
    """
    _print_path(stream, tally)
    _print_refusals(stream, tally)
    if tally.used:
        said = (f"{name.replace('_', ' ')} {number:g}" for name, number in tally.used.items())
        click.echo(f"{visible(', '.join(said))}\n", file=stream)
    if output is None:
        return
    if advice := _advice(tally, rewriters):
        click.echo(advice + "\n", file=stream)
    print_notes(stream, tally.notes)
    written = ", ".join(f"{n} {kind}" for kind, n in sorted(tally.written.items()))
    click.echo(f"written: {written or f'no rows: {_why_nothing(tally)}'}", file=stream)
    if output != "-":
        click.echo(f"replays: {output}", file=stream)


def _why_nothing(tally: RelabelTally) -> str:
    """Say why no row came out."""
    if not tally.rollouts:
        return "there were no rollouts"
    if tally.undetermined == tally.rollouts:
        return "no response could be verified; `hir-kit verify` says why"
    if not tally.failures:
        return "no response failed"
    if tally.cut_off and not tally.candidates:
        return "what could be replayed was cut off (--truncated)"
    if not tally.candidates:
        return "no failure met any of its constraints"
    return "no strategy fits" if tally.refused else "nothing was selected"


def _print_path(stream: IO[str], tally: RelabelTally) -> None:
    rows = [
        ["rollouts", str(tally.rollouts), f"in {counted(tally.groups, 'group')}"],
        ["failures", str(tally.failures), "some constraint is violated"],
        ["candidates", str(tally.candidates), "something is satisfied; equal responses once"],
        ["selected", str(tally.selected), "the best of each group"],
        *(
            [f"  rewritten by {name}", str(n), _relaxed(tally.relaxed[name])]
            for name, n in sorted(tally.rewritten.items(), key=lambda item: -item[1])
        ),
        ["  refused", str(tally.refused), "no strategy fits; see below" if tally.refused else ""],
    ]
    if tally.undetermined:
        rows.insert(2, ["undetermined", str(tally.undetermined), "unknown, and nothing violated"])
    if tally.cut_off:
        why = "the length ended them: no replays; --truncated keep makes some"
        rows.insert(2, ["  cut off", str(tally.cut_off), why])
    print_table(stream, "relabelled", ["", "count", ""], rows)
    click.echo(f"\n{_tasks(tally)}\n", file=stream)


def _relaxed(count: int) -> str:
    return f"{count} of them ask for something in a weaker form" if count else ""


def _tasks(tally: RelabelTally) -> str:
    """Return where the tasks came from, by which `render` is exact."""
    given, recovered = tally.tasks["given"], tally.tasks["recovered"]
    unknown = tally.tasks - Counter(given=given, recovered=recovered)
    line = f"tasks: {given} given, {recovered} recovered from the prompt"
    if not unknown:
        return line
    why = ", ".join(f"{code} {n}" for code, n in unknown.most_common())
    return f"{line}, {unknown.total()} unknown ({why})"


def _print_refusals(stream: IO[str], tally: RelabelTally) -> None:
    print_ranked(
        stream,
        "why strategies did not fit the refused ones, with the first case:",
        tally.reasons,
        lambda key: f"{', '.join(key)}: {visible(str(tally.examples[key]))}",
        _MAX_REASONS,
    )


def _advice(tally: RelabelTally, rewriters: Sequence[str]) -> str | None:
    """Say what helps where more is refused than rewritten."""
    if tally.refused <= tally.rewritten.total() or "waive" in rewriters:
        return None
    return (
        "Most instructions could not be rewritten. Where the source keeps the request and the "
        "constraints apart, put them into `task` and each constraint's `text`: then `render` is "
        "exact. Otherwise `--rewriter render --rewriter excise --rewriter waive` keeps the "
        "instruction and adds a sentence that releases what was not met."
    )
