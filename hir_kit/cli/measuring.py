"""`hir-kit judge calibrate` and `hir-kit judge probe`: how far a judge can be trusted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import click

from hir_kit.cli.model import model_options
from hir_kit.cli.options import (
    FiniteRange,
    Reading,
    checking_options,
    json_option,
    plugin_option,
    reading_options,
)
from hir_kit.cli.reading import load_kit, prints_aside, read_items, refuse_overwriting

if TYPE_CHECKING:
    from hir_kit.plugins.kit import Kit, Origin
    from hir_kit.runs.judging import Asking
    from hir_kit.runs.measuring import Heard
    from hir_kit.verify.checker import CheckOptions
    from hir_kit.verify.judge import Judge

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option("-o", "--output", metavar="FILE", help="The calibration file, which `relabel "
                 "--calibration` and `--set judge.calibration=` take."),
    click.option("--judge", "name", metavar="NAME", help="Judge to ask. By default the one that "
                 "is asked first."),
    click.option("--most", type=click.IntRange(min=1), default=1000, show_default=True,
                 metavar="N", help="Questions to ask at most, from the beginning."),
    click.option("--min-precision", type=FiniteRange(min=0, max=1), default=0.9,
                 show_default=True, help="What the abstain band is chosen for: the lower bound "
                 "of the precision at both of its ends."),
    click.option("--concurrency", type=click.IntRange(min=1, max=10_000), default=16,
                 show_default=True, metavar="N", help="Batches of questions on their way at "
                 "once."),
    click.option("--judge-time-limit", type=FiniteRange(min=0, max=1_000_000), default=120.0,
                 show_default=True, metavar="SECONDS", help="Per batch. 0: no limit."),
)  # fmt: skip


def _measuring_options(function: F) -> F:
    function = model_options(function)
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@click.command()
@click.argument("labelled", metavar="LABELLED")
@_measuring_options
@json_option
@plugin_option
def calibrate(labelled: str, origin: Origin, **given: Any) -> None:
    """Compare a judge with labels of your own.

    A row of LABELLED has `prompt`, `response`, `criterion` and `label` (met or not_met), and may
    have `kind` and `id`. 30 to 50 rows of each label and kind are the least that says something.
    """
    from hir_kit.runs.measuring import labelled as labelled_in
    from hir_kit.runs.measuring import measure

    refuse_overwriting(given["output"], (labelled, *origin.files))
    _, judge, asking = _ready(origin, given)
    rows = labelled_in(labelled, judge.name, given["most"])
    with prints_aside():
        heard = measure(asking, rows, list, given["most"])
    _tell(judge, asking, heard, given)


@click.command()
@reading_options
@_measuring_options
@click.option(
    "--workers",
    type=click.IntRange(min=0, max=4096),
    metavar="N",
    help="Processes that check what code decides; see `verify`.",
)
@json_option
@checking_options
def probe(
    reading: Reading, check: CheckOptions, origin: Origin, workers: int | None, **given: Any
) -> None:
    """Compare a judge with code, on any dump.

    The constraints that code decides are given to the judge as if they were soft, by their
    sentences. What it gets wrong there it gets wrong elsewhere, too.
    """
    from hir_kit.report.screen import Monitor
    from hir_kit.runs.asked import AskJob
    from hir_kit.runs.batches import batches
    from hir_kit.runs.measuring import measure
    from hir_kit.runs.work import worked
    from hir_kit.time_limit import TimeLimit
    from hir_kit.write.rejects import Rejects

    refuse_overwriting(given["output"], (*reading.files, *origin.files))
    kit, judge, asking = _ready(origin, given)
    job = AskJob(check, (judge.name,), probing=True)
    rejects = Rejects(None)
    with Monitor(rejects, reading.dump, "judge probe") as monitor, prints_aside():
        items = read_items(kit, reading, monitor, TimeLimit(), whole_groups=False)
        outcomes = worked(batches(items), job, kit, workers)

        def known() -> Iterator[list[bytes]]:
            for _, outcome in outcomes:
                yield outcome.lines.split(b"\n")[:-1]

        heard = measure(asking, known(), list, given["most"])
    _tell(judge, asking, heard, given)


def _ready(origin: Origin, given: dict[str, Any]) -> tuple[Kit, Judge, Asking]:
    """Return what is loaded, the judge that is measured, and what asks it."""
    from hir_kit.runs.answers import Answers
    from hir_kit.runs.judging import Asking
    from hir_kit.verify.judge import choose_judges

    kit = load_kit(given["model"].of(origin))
    judge: Judge = choose_judges(kit.judges, [given["name"]] if given["name"] else [])[0]
    answers = Answers(None, {})
    limits = given["concurrency"], given["judge_time_limit"]
    return kit, judge, Asking({judge.name: judge}, answers, *limits)


def _tell(judge: Judge, asking: Asking, heard: Heard, given: dict[str, Any]) -> None:
    """Write the calibration, and say what was found."""
    import sys

    from hir_kit.errors import UsageError
    from hir_kit.files import jsonl
    from hir_kit.files.save import open_target
    from hir_kit.report.calibration import print_calibration
    from hir_kit.report.screen import print_json
    from hir_kit.verify.calibration import Calibration

    if given["model"].requests:
        click.echo(f"{len(heard.judgements)} questions, of which those not answered yet are in "
                   f"{given['model'].requests}")  # fmt: skip
        return
    if not heard.judgements:
        raise UsageError("nothing to compare: there is no constraint that is decided and has words")
    least = given["min_precision"]
    calibration, found = Calibration.of(judge.name, heard.about, heard.judgements, least)
    if given["output"]:
        with open_target(given["output"]) as stream:
            stream.write(jsonl.dumps(calibration.to_json()) + b"\n")
    differing = [one for _, one in sorted(heard.disagreements.items())]
    if given["as_json"]:
        used = asking.tally.used
        told = {**calibration.to_json(), "judgements": len(heard.judgements)}
        print_json({**told, "disagreements": differing, "used": used})
    else:
        print_calibration(sys.stdout, calibration, found, len(heard.judgements), differing, least)
