"""What a step costs: arms in turn in one process, CPU time of the same updates.

    python -m benchmarks.sample_efficiency.step_time

`grpo` is the update as TRL makes it, on all sampled rows; in every other arm, rows that cannot
change the gradient are left out.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import click

HERE = Path(__file__).parent
os.environ.setdefault("HF_HUB_OFFLINE", "1")

PLAIN = {"hir_top_k": 0, "hir_advantage": "group", "hir_reward": "ila"}
ARMS: dict[str, dict[str, Any]] = {
    "grpo": PLAIN,
    "ila": PLAIN,
    "hir-group": {"hir_advantage": "group"},
    "hir": {},
    "hir, budget 1": {"hir_row_budget": 1.0},
}
WARM = 5


@click.command()
@click.option("--work", type=Path, default=Path(".sample-efficiency"), help="For the model.")
@click.option("--rounds", default=5)
@click.option("--steps", default=40)
@click.option("--fewest", default=5, help="Constraints an instruction; 8 at most.")
def main(work: Path, rounds: int, steps: int, fewest: int) -> None:
    """Print seconds a step, and each arm's ratio to TRL's own, round by round."""
    import torch

    from benchmarks.sample_efficiency.pool import train_starts

    torch.set_num_threads(1)
    work.mkdir(parents=True, exist_ok=True)
    train_starts(work, [0], 1)
    taken: dict[str, list[float]] = {arm: [] for arm in ARMS}
    rows: dict[str, list[float]] = {arm: [] for arm in ARMS}
    for _ in range(rounds):
        for arm in ARMS:
            seconds, size = _one(work / "base-0", arm, steps, fewest)
            taken[arm].append(seconds)
            rows[arm].append(size)
    print(f"{rounds} rounds of {steps} steps, {fewest} to 8 constraints; medians, and in brackets")
    print("the least and the greatest ratio of one round")
    print("| arm | rows trained on | CPU s | ratio to `grpo` | ratio to `ila` |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for arm in ARMS:
        numbers = (f"{median(rows[arm]):.0f}", f"{median(taken[arm]):.3f}",
                   _ratio(taken[arm], taken["grpo"]), _ratio(taken[arm], taken["ila"]))  # fmt: skip
        print(f"| `{arm}` | {' | '.join(numbers)} |")


def _ratio(mine: list[float], others: list[float]) -> str:
    ratios = [a / b for a, b in zip(mine, others, strict=True)]
    return f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def _one(base: Path, arm: str, steps: int, fewest: int) -> tuple[float, float]:
    """Return CPU seconds of an update, and the rows that it trains on, the first ones left out."""
    import contextlib
    import io

    from transformers import TrainerCallback

    from benchmarks.sample_efficiency.online import Scale, build
    from benchmarks.sample_efficiency.world import World

    class Clock(TrainerCallback):  # type: ignore[misc, unused-ignore]
        began = 0.0

        def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            del args, control
            if state.global_step == WARM:
                self.began = time.process_time()

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            del args, control
            self.taken = (time.process_time() - self.began) / max(state.global_step - WARM, 1)

    clock, scale = Clock(), Scale(steps=steps, fewest=fewest)
    with tempfile.TemporaryDirectory() as out, contextlib.redirect_stdout(io.StringIO()):
        trainer = build(World(), scale, base, ARMS[arm], 1e-4, 0, Path(out), [clock])
        if arm == "grpo":
            trainer._hir_splits = False
        trained = _count_rows(trainer)
        trainer.train()
    return clock.taken, median(trained[WARM:])


def _count_rows(trainer: Any) -> list[int]:
    """Return a list that gets the rows of every update: those that went through the model."""
    counts: list[int] = []
    update, score = trainer.compute_loss, trainer._get_per_token_logps_and_entropies

    def counted(model: Any, inputs: Any, *more: Any, **named: Any) -> Any:
        counts.append(0)
        return update(model, inputs, *more, **named)

    def scored(model: Any, ids: Any, *more: Any, **named: Any) -> Any:
        import torch

        if torch.is_grad_enabled():
            counts[-1] += len(ids)
        return score(model, ids, *more, **named)

    trainer.compute_loss, trainer._get_per_token_logps_and_entropies = counted, scored
    return counts


if __name__ == "__main__":
    main()
