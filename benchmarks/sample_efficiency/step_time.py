"""What a step costs: arms in turn in one process, CPU time of the same updates.

python -m benchmarks.sample_efficiency.step_time
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

ARMS = ("ila", "hir-group", "hir")


@click.command()
@click.option("--work", type=Path, default=Path(".sample-efficiency"), help="For the model.")
@click.option("--rounds", default=5)
@click.option("--steps", default=40)
def main(work: Path, rounds: int, steps: int) -> None:
    """Print seconds a step, and each arm's ratio to plain GRPO, round by round."""
    import torch

    from benchmarks.sample_efficiency.pool import train_starts

    torch.set_num_threads(1)
    work.mkdir(parents=True, exist_ok=True)
    train_starts(work, [0], 1)
    taken: dict[str, list[float]] = {arm: [] for arm in ARMS}
    rows: dict[str, list[float]] = {arm: [] for arm in ARMS}
    for _ in range(rounds):
        for arm in ARMS:
            seconds, size = _one(work / "base-0", arm, steps)
            taken[arm].append(seconds)
            rows[arm].append(size)
    print(f"{rounds} rounds of {steps} steps, median CPU s a step, ratio to ila in the same round")
    for arm in ARMS:
        ratios = [a / b for a, b in zip(taken[arm], taken["ila"], strict=True)]
        print(
            f"{arm:10s} {median(taken[arm]):.3f} s  rows {median(rows[arm]):.0f}  "
            f"ratio {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        )


def _one(base: Path, arm: str, steps: int) -> tuple[float, float]:
    """Return CPU seconds and rows of an update, the first ones left out."""
    import contextlib
    import io

    from transformers import TrainerCallback

    from benchmarks.sample_efficiency import arms
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

    keys = arms.ARMS[arm]
    assert keys is not None
    clock, scale = Clock(), Scale(steps=steps)
    with tempfile.TemporaryDirectory() as out, contextlib.redirect_stdout(io.StringIO()):
        trainer = build(World(), scale, base, keys, 1e-4, 0, Path(out), [clock])
        trainer.train()
    logs = [log["hir/slots"] for log in trainer.state.log_history if "hir/slots" in log]
    return clock.taken, scale.groups * scale.responses + median(logs)


WARM = 5

if __name__ == "__main__":
    main()
