"""Arms of online training on SmolLM2-135M-Instruct, side by side, at equal rollouts.

    python -m benchmarks.real_model --minutes 20

Every arm is tried at every rate and seed, each run a process of its own. `WORK/NAME.jsonl` has a
line for every step and evaluation; the same command goes on where runs were stopped. The table
compares arms at the last step that all runs have reached, each at the rate that is best on
instructions for validation, on held-out ones.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from statistics import fmean
from typing import Any

import click

from benchmarks.processes import Line, lines, run_modules

ARMS = ("ila", "cla", "hir", "hir-cla", "hir-group", "hir-batch")


@click.command()
@click.option("--minutes", default=20.0, help="For all runs together, but for evaluations.")
@click.option("--work", type=Path, default=Path(".real-model"), help="For model and results.")
@click.option("--model", type=Path, help="Another model's directory; else it is unpacked.")
@click.option("--arms", default=",".join(ARMS))
@click.option("--rates", default="1e-5,3e-5,1e-4")
@click.option("--seeds", default=1)
@click.option("--side-by-side", default=6, help="Runs at a time.")
@click.option("--steps", default=100)
@click.option("--groups", default=16, help="Instructions a step; each has six responses.")
@click.option("--tokens", default=160, help="Tokens of a response.")
@click.option("--held-out", default=256, help="Instructions to evaluate on.")
@click.option("--every", default=10, help="Steps between evaluations and checkpoints.")
def main(
    minutes: float, work: Path, model: Path | None, arms: str, rates: str, seeds: int,
    side_by_side: int, steps: int, groups: int, tokens: int, held_out: int, every: int,
) -> None:  # fmt: skip
    """Run what is not done, or go on with it, and print the table."""
    if model is None:
        from benchmarks.real_model.model import convert

        model = convert(work / "model")
    runs = [
        (f"{arm}-{rate}-{seed}", arm, rate, seed)
        for seed, rate, arm in product(range(seeds), rates.split(","), arms.split(","))
    ]
    waiting = [run for run in runs if _reached(lines(work / f"{run[0]}.jsonl")) < steps]
    turns = -(-len(waiting) // side_by_side)
    shared = ["--model", str(model), "--work", str(work), "--steps", str(steps)]
    shared += ["--groups", str(groups), "--tokens", str(tokens), "--held-out", str(held_out)]
    for turn in range(turns):
        some = waiting[turn * side_by_side : (turn + 1) * side_by_side]
        until = time.time() + 60 * minutes / turns
        calls = [
            [name, "--arm", arm, "--rate", rate, "--seed", str(seed), "--every", str(every),
             "--until", str(until), *shared]
            for name, arm, rate, seed in some
        ]  # fmt: skip
        codes = run_modules("benchmarks.real_model.run", calls, side_by_side, work / "logs")
        for (name, *_), code in zip(some, codes, strict=True):
            if code:
                print(f"{name} ended with {code}: see {work / 'logs' / name}.log")
    print(table({run: lines(work / f"{run[0]}.jsonl") for run in runs}))


def _reached(found: Sequence[Line]) -> int:
    return max((line["step"] for line in found if line["kind"] == "held-out"), default=-1)


Runs = dict[tuple[str, str, str, int], list[Line]]


def table(runs: Runs) -> str:
    """Return the comparison as Markdown, at the last step that all runs were evaluated at."""
    steps = [{x["step"] for x in found if x["kind"] == "held-out"} for found in runs.values()]
    common = set.intersection(*steps) if steps else set()
    if not common:
        return "no step was evaluated in all runs"
    step = max(common)
    rows = [
        f"after {step} steps; means over seeds, held-out instructions",
        "| arm | rate | seeds | ILA | CLA | words | repeated | distinct | s a step |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for arm in dict.fromkeys(arm for _, arm, _, _ in runs):
        mine = {run: found for run, found in runs.items() if run[1] == arm}
        rates = dict.fromkeys(rate for _, _, rate, _ in mine)
        best = max(rates, key=lambda rate: _mean(mine, rate, "validation", step, "ila"))
        numbers = [_mean(mine, best, "held-out", step, key)
                   for key in ("ila", "cla", "words", "repeated", "distinct")]  # fmt: skip
        pace = _pace(mine, best)
        shown = " | ".join([*(f"{n:.3f}" for n in numbers[:2]), f"{numbers[2]:.0f}",
                            *(f"{n:.3f}" for n in numbers[3:]), pace])  # fmt: skip
        seeds = sum(run[2] == best for run in mine)
        rows.append(f"| `{arm}` | {best} | {seeds} | {shown} |")
    return "\n".join(rows)


def _mean(runs: Runs, rate: str, kind: str, step: int, key: str) -> float:
    return fmean(
        line[key]
        for run, found in runs.items()
        for line in found
        if run[2] == rate and line["kind"] == kind and line["step"] == step
    )


def _pace(runs: Runs, rate: str) -> str:
    times: list[Any] = [
        line["step_time"]
        for run, found in runs.items()
        for line in found
        if run[2] == rate and "step_time" in line
    ]
    return f"{fmean(map(float, times)):.1f}" if times else ""


if __name__ == "__main__":
    main()
