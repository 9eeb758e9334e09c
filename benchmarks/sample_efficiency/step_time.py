"""What a step costs: CPU time of the same updates, of arms that take turns update by update.

    python -m benchmarks.sample_efficiency.step_time

`grpo` samples and updates by TRL's own methods, on all sampled rows. Every other arm is hir-kit's
trainer: prompts are read once, in sampling too, responses that have ended are left out of further
passes, and so are rows that cannot change the gradient. `ila` is hir-kit's trainer without replays.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from types import MethodType
from typing import Any, NamedTuple

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
WARM = 15
"""Updates that are left out: patterns are compiled in the first ones."""


@click.command()
@click.option("--work", type=Path, default=Path(".sample-efficiency"), help="For the model.")
@click.option("--rounds", default=3)
@click.option("--steps", default=40)
@click.option("--fewest", default=5, help="Constraints an instruction; 8 at most.")
def main(work: Path, rounds: int, steps: int, fewest: int) -> None:
    """Print seconds a step, and each arm's ratio to TRL's own, round by round."""
    from benchmarks.sample_efficiency.pool import train_starts

    work.mkdir(parents=True, exist_ok=True)
    train_starts(work, [0], 1)
    taken: dict[str, list[Update]] = {arm: [] for arm in ARMS}
    for number in range(rounds):
        for arm, update in _in_turns(work / "base-0", steps, fewest, number).items():
            taken[arm].append(update)
    print(f"{rounds} rounds of {steps} steps on instructions with {fewest} to 8 constraints, drawn")
    print("anew each round; medians, and in brackets the least and the greatest ratio of one round")
    print("| arm | rows trained on | tokens | CPU s | ratio to `grpo` | ratio to `ila` |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for arm, updates in taken.items():
        numbers = (f"{median(one.rows for one in updates):.0f}",
                   f"{median(one.tokens for one in updates):,.0f}",
                   f"{median(one.seconds for one in updates):.3f}",
                   _ratio(updates, taken["grpo"]), _ratio(updates, taken["ila"]))  # fmt: skip
        print(f"| `{arm}` | {' | '.join(numbers)} |")


class Update(NamedTuple):
    """What an update takes: CPU seconds; rows and tokens, padding included, that are trained on."""

    seconds: float
    rows: float
    tokens: float


def _ratio(mine: list[Update], others: list[Update]) -> str:
    ratios = [a.seconds / b.seconds for a, b in zip(mine, others, strict=True)]
    return f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def _in_turns(base: Path, steps: int, fewest: int, seed: int) -> dict[str, Update]:
    """Run every arm in a process of its own, one update after the other's."""
    spawning = multiprocessing.get_context("spawn")
    turns = [spawning.Semaphore(0) for _ in ARMS]
    found: Any = spawning.Queue()
    processes = [
        spawning.Process(
            target=_run, args=(found, turns, place, base, steps, fewest, seed), daemon=True
        )
        for place in range(len(ARMS))
    ]
    for process in processes:
        process.start()
    turns[0].release()
    updates: dict[str, Update] = {}
    while len(updates) < len(processes):
        arm, update = found.get()
        if isinstance(update, str):  # the others wait for their turn, and end with this process
            raise click.ClickException(update)
        updates[arm] = update
    return updates


def _run(found: Any, turns: Sequence[Any], place: int, *what: Any) -> None:
    """Run an arm that has the turn at its place."""
    import torch

    torch.set_num_threads(1)
    base, *rest = what
    arm = list(ARMS)[place]
    turn = (turns[place], turns[(place + 1) % len(turns)])
    try:
        found.put((arm, _one(base, arm, *rest, turn=turn)))
    except Exception as error:
        found.put((arm, f"{arm}: {error!r}"))


def _one(
    base: Path, arm: str, steps: int, fewest: int, seed: int, *, turn: tuple[Any, Any]
) -> Update:
    """Return the medians of an arm's updates, the first ones left out; of CPU time, the mean.

    Args:
        turn: What to wait for before an update, and what to let go on after it.
    """
    import contextlib
    import io

    from transformers import TrainerCallback

    from benchmarks.sample_efficiency.online import Scale, build
    from benchmarks.sample_efficiency.world import World

    class Clock(TrainerCallback):  # type: ignore[misc, unused-ignore]
        began = taken = 0.0

        def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            del args, state, control
            turn[0].acquire()
            self.began = time.process_time()

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            del args, control
            if state.global_step > WARM:
                self.taken += (time.process_time() - self.began) / (steps - WARM)
            turn[1].release()

    clock, scale = Clock(), Scale(steps=steps, fewest=fewest)
    with tempfile.TemporaryDirectory() as out, contextlib.redirect_stdout(io.StringIO()):
        trainer = build(World(), scale, base, ARMS[arm], 1e-4, seed, Path(out), [clock])
        if arm == "grpo":
            as_trl_does(trainer)
        rows, tokens = _counted(trainer)
        trainer.train()
    return Update(clock.taken, median(rows[WARM:]), median(tokens[WARM:]))


def as_trl_does(trainer: Any) -> None:
    """Let a trainer sample, and compute its loss, by TRL's own methods."""
    from trl.trainer.grpo_trainer import GRPOTrainer

    for name in ("_tokenize_prompts", "_generate_single_turn", "_compute_loss"):
        setattr(trainer, name, MethodType(getattr(GRPOTrainer, name), trainer))


def _counted(trainer: Any) -> tuple[list[int], list[int]]:
    """Return lists that get the rows and the tokens of every update that gradients are kept of."""
    import torch

    rows: list[int] = []
    tokens: list[int] = []
    update, score = trainer.compute_loss, trainer._get_per_token_logps_and_entropies

    def begun(model: Any, inputs: Any, *more: Any, **named: Any) -> Any:
        rows.append(0)
        tokens.append(0)
        return update(model, inputs, *more, **named)

    def scored(model: Any, ids: Any, *more: Any, **named: Any) -> Any:
        if torch.is_grad_enabled():
            rows[-1] += len(ids)
        return score(model, ids, *more, **named)

    def read(_layers: Any, _given: Any, output: Any) -> None:
        if torch.is_grad_enabled():
            tokens[-1] += output.last_hidden_state[..., 0].numel()

    trainer.compute_loss, trainer._get_per_token_logps_and_entropies = begun, scored
    trainer.model.base_model.register_forward_hook(read)
    return rows, tokens


if __name__ == "__main__":
    main()
