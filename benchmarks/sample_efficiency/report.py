"""Tables and the picture, made from `results.jsonl` alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from math import sqrt
from pathlib import Path
from statistics import fmean, stdev

from benchmarks.sample_efficiency.arms import ARMS, FRESH, PILOTS, RELAX, STUDY, TRADE, Offline
from benchmarks.sample_efficiency.jobs import SECOND
from benchmarks.sample_efficiency.records import Record, of_stage, tuned

T_95 = {2: 12.71, 3: 4.30, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31, 10: 2.26}
"""Student's t, two-sided 95 %, by the number of seeds."""

BASELINE = "ila"

STAGES = {
    "main": "first",
    "hard": "first, eight constraints",
    "trade": "second",
    "fresh": "second, fresh seeds",
    "both": "second, all seeds",
}
"""The stages in which arms are compared, and what their instructions are drawn from."""


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Return mean and half-width of the 95 % interval of the mean; 0 for a single value."""
    if len(values) < 2:
        return values[0], 0.0
    return fmean(values), T_95[len(values)] * stdev(values) / sqrt(len(values))


def mean_curve(runs: Iterable[Record], measure: str = "ila") -> list[tuple[float, float, float]]:
    """Return rollouts, mean and half-width at each evaluation."""
    points = zip(*(run.rows for run in runs), strict=True)
    return [(rows[0]["rollouts"], *interval([row[measure] for row in rows])) for rows in points]


def rollouts_to(curve: Sequence[tuple[float, float, float]], target: float) -> float | None:
    """Return where a curve first reaches a target, between evaluations by a straight line."""
    for (x0, y0, _), (x1, y1, _) in pairwise(curve):
        if y0 >= target:
            return x0
        if y1 >= target:
            return x0 + (x1 - x0) * (target - y0) / (y1 - y0)
    return None


def main_table(records: Sequence[Record], stage: str = "main") -> str:
    """Return the comparison of a stage's arms."""
    arms = of_stage(records, stage)
    target = fmean(run.final() for run in arms[BASELINE])
    whole = arms[BASELINE][0].rows[-1]["rollouts"]
    lines = []
    for arm in filter(arms.__contains__, ARMS):
        runs = arms[arm]
        reached = rollouts_to(mean_curve(runs), target) if len(runs[0].rows) > 2 else None
        lines.append(
            [
                f"`{arm}`",
                str(len(runs)),
                _with_interval([run.final() for run in runs]),
                *_over_baselines(runs, arms, Record.final),
                _with_interval([run.final("cla") for run in runs]),
                "-" if reached is None else f"{reached:,.0f}",
                "-" if reached is None else f"{reached / whole:.2f}",
            ]
        )
    header = ["arm", "seeds", "final ILA", "over `ila`", "over `cla`", "final CLA",
              f"rollouts to ILA {target:.3f}", "of all"]  # fmt: skip
    return _table(header, lines)


def area_table(records: Sequence[Record]) -> str:
    """Return the areas under the curves, of every arm that was evaluated on the way."""
    lines = []
    for stage, name in STAGES.items():
        arms = of_stage(records, stage)
        for arm in filter(arms.__contains__, ARMS):
            if not isinstance(ARMS[arm], Offline):
                found = _with_interval([run.area() for run in arms[arm]])
                over = _over_baselines(arms[arm], arms, Record.area)
                lines.append([name, str(len(arms[arm])), f"`{arm}`", found, *over])
    return _table(["world", "seeds", "arm", "mean ILA", "over `ila`", "over `cla`"], lines)


def _over_baselines(
    runs: Sequence[Record], arms: Mapping[str, Sequence[Record]], measure: Callable[[Record], float]
) -> list[str]:
    """Return the differences to the baselines, seed by seed: the seeds start from other models."""
    return [
        "" if runs is arms[name] else _over(runs, arms[name], measure) for name in ("ila", "cla")
    ]


def _over(
    runs: Sequence[Record], others: Sequence[Record], measure: Callable[[Record], float]
) -> str:
    gains = [measure(mine) - measure(other) for mine, other in _pairs(runs, others)]
    return _with_interval(gains, "+")


def _pairs(runs: Sequence[Record], others: Sequence[Record]) -> list[tuple[Record, Record]]:
    """Return the runs of two arms from the same seed."""
    known = {run.seed: run for run in others}
    return [(run, known[run.seed]) for run in runs if run.seed in known]


def study_table(records: Sequence[Record]) -> str:
    """Return what the variations came to, each beside the arm that it varies."""
    studied, arms = of_stage(records, "study"), of_stage(records, "main")
    lines = []
    for arm in dict.fromkeys(arm for arm, _ in STUDY.values()):
        seeds = {run.seed for name in STUDY for run in studied[name] if STUDY[name][0] == arm}
        same = [run for run in arms[arm] if run.seed in seeds]
        lines.append([f"`{arm}`", "as it is", str(len(same)), _final(same), "", *_measures(same)])
        for name, (varied, _) in STUDY.items():
            if varied == arm:
                runs = studied[name]
                gains = [mine.final() - other.final() for mine, other in _pairs(runs, same)]
                shown = [str(len(runs)), _final(runs), _with_range(gains, "+"), *_measures(runs)]
                lines.append([f"`{arm}`", name, *shown])
    header = ["arm", "variation", "seeds", "final ILA", "over the arm as it is", "final CLA",
              "words a response"]  # fmt: skip
    return _table(header, lines)


def relax_table(records: Sequence[Record]) -> str:
    """Return what training on one relabelled dump came to, with and without relaxing."""
    arms = of_stage(records, "relax")
    before = arms[next(iter(RELAX))]
    start = [_with_interval([run.rows[0][name] for run in before]) for name in ("ila", "cla")]
    lines = [["before", str(len(before)), start[0], "", start[1], _words(before, 0)]]
    for arm in filter(arms.__contains__, RELAX):
        runs = arms[arm]
        over = "" if runs is before else _over(runs, before, Record.final)
        found = [_with_interval([run.final(name) for run in runs]) for name in ("ila", "cla")]
        lines.append([arm, str(len(runs)), found[0], over, found[1], _words(runs, -1)])
    header = ["trained on", "seeds", "ILA", "over `off`", "CLA", "words a response"]
    return _table(header, lines)


def _words(runs: Sequence[Record], evaluation: int) -> str:
    return f"{fmean(run.rows[evaluation]['words'] for run in runs):.1f}"


def tuning_table(records: Sequence[Record]) -> str:
    """Return the final ILA of each arm and learning rate."""
    arms = of_stage(records, "tuning")
    rates = sorted({run.rate for runs in arms.values() for run in runs})
    lines = []
    for arm in ARMS:
        found = {run.rate: run.final() for run in arms[arm]}
        best = tuned(records, arm)
        shown = (f"{found[rate]:.3f}" if rate in found else "" for rate in rates)
        cells = [
            f"**{cell}**" if rate == best else cell for rate, cell in zip(rates, shown, strict=True)
        ]
        lines.append([f"`{arm}`", *cells])
    return _table(["arm", *(f"{rate:g}" for rate in rates)], lines)


def pilot_table(records: Sequence[Record]) -> str:
    """Return what was looked at once, beside tuning runs of the same seed and rate."""
    tried = {arm: runs[0] for arm, runs in of_stage(records, "pilot").items()}
    rate = tried[next(iter(PILOTS))].rate
    tuning = of_stage(records, "tuning")
    known = {f"`{arm}`": run for arm in TRADE for run in tuning[arm] if run.rate == rate}
    lines = [
        [name, f"{run.final():.3f}", f"{run.area():.3f}"] for name, run in (known | tried).items()
    ]
    return _table(["arm", "final ILA", "mean ILA"], lines)


def _final(runs: Sequence[Record]) -> str:
    return _with_range([run.final() for run in runs])


def _measures(runs: Sequence[Record]) -> list[str]:
    words = fmean(run.final("words") for run in runs)
    return [_with_range([run.final("cla") for run in runs]), f"{words:.1f}"]


def _with_range(values: Sequence[float], sign: str = "") -> str:
    low, high = min(values), max(values)
    return f"{fmean(values):{sign}.3f} ({low:{sign}.3f} to {high:{sign}.3f})"


def _with_interval(values: Sequence[float], sign: str = "") -> str:
    mean, half = interval(values)
    return f"{mean:{sign}.3f} ± {half:.3f}" if len(values) > 1 else f"{mean:{sign}.3f}"


def _table(header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    marks = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, marks, *lines))


def draw(records: Sequence[Record], path: Path) -> None:
    """Draw held-out ILA against rollouts sampled, with 95 % bands."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 5), dpi=120)
    for arm, runs in of_stage(records, "main").items():
        curve = mean_curve(runs)
        x, mean, half = (list(values) for values in zip(*curve, strict=True))
        if isinstance(ARMS[arm], Offline):
            axes.errorbar(x[-1:], mean[-1:], half[-1:], fmt="D", capsize=4, label=f"{arm}, offline")
            continue
        line = axes.plot(x, mean, label=arm)[0]
        low, high = ([m + sign * h for m, h in zip(mean, half, strict=True)] for sign in (-1, 1))
        axes.fill_between(x, low, high, color=line.get_color(), alpha=0.15)
    axes.set(xlabel="rollouts sampled", ylabel="held-out ILA (all constraints met)", ylim=(0, None))
    axes.legend(loc="upper left")
    axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, metadata={"Software": None})


def write_report(records: Sequence[Record], here: Path) -> None:
    """Write the picture beside this file, and the tables into `benchmarks/RESULTS.md`."""
    draw(records, here / "curves.png")
    page = here.parent / "RESULTS.md"
    page.write_text(with_tables(page.read_text("utf-8"), records), "utf-8")


def with_both(records: Sequence[Record]) -> list[Record]:
    """Return the records with those of the second world once more, in a stage of all its seeds."""
    both = [run for run in records if run.stage in SECOND and run.arm in FRESH]
    return [*records, *(replace(run, stage="both") for run in both)]


def with_tables(page: str, records: Sequence[Record]) -> str:
    """Return the page with its generated tables made anew."""
    records = with_both(records)
    tables = {
        "main": main_table,
        "hard": partial(main_table, stage="hard"),
        "trade": partial(main_table, stage="trade"),
        "fresh": partial(main_table, stage="fresh"),
        "both": partial(main_table, stage="both"),
        "area": area_table,
        "pilot": pilot_table,
        "study": study_table,
        "relax": relax_table,
        "tuning": tuning_table,
    }
    for name, make in tables.items():
        start, end = f"<!-- generated: sample-efficiency {name} -->", "<!-- end generated -->"
        block = f"{start}\n{make(records)}\n{end}"
        page, found = re.subn(
            f"{re.escape(start)}.*?{re.escape(end)}", lambda _, block=block: block, page, flags=re.S
        )
        if not found:
            page += f"\n{block}\n"
    return page
