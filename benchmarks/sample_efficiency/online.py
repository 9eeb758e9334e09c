"""One online run: an arm, a learning rate and a seed; accuracies against rollouts sampled."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from benchmarks.sample_efficiency.evaluate import accuracy, sample
from benchmarks.sample_efficiency.world import RULES, Instruction, World


@dataclass(frozen=True, slots=True)
class Scale:
    """How large the experiment is; the same for every arm.

    Attributes:
        width, layers, examples: The model, and how many demonstrations it starts from.
        groups: Instructions a step; each is answered `responses` times.
        steps: Updates.
        every: Steps between two evaluations.
        length: Tokens a response may have.
        fewest, most: Constraints of an instruction.
        held_out: Instructions to evaluate on.
    """

    width: int = 64
    layers: int = 2
    examples: int = 50_000
    groups: int = 8
    responses: int = 6
    steps: int = 300
    every: int = 30
    length: int = 32
    fewest: int = 5
    most: int = 8
    held_out: int = 1024


SCALES = {
    "hard": Scale(fewest=8),
    "trade": Scale(steps=150),
    "fresh": Scale(steps=150),
    "relax": Scale(steps=100),
}
"""The stages that are of another size."""


def instructions(world: World, scale: Scale, name: str, count: int, seed: int) -> list[Instruction]:
    """Draw instructions; other names and seeds give others."""
    rng = random.Random(f"{name}-{seed}")
    drawn = range(count)
    return [world.draw(rng, f"{name}{i}", scale.fewest, scale.most) for i in drawn]


def run_online(
    world: World,
    scale: Scale,
    base: Path,
    keys: dict[str, Any],
    rate: float,
    seed: int,
    asked_of: str,
    out: Path,
) -> list[dict[str, Any]]:
    """Train and return one row per evaluation, on the instructions drawn under a name."""
    from transformers import AutoTokenizer

    follower = _Follower(world, scale, AutoTokenizer.from_pretrained(base), seed, asked_of)
    build(world, scale, base, keys, rate, seed, out, [follower]).train()
    return follower.rows


def build(
    world: World,
    scale: Scale,
    base: Path,
    keys: dict[str, Any],
    rate: float,
    seed: int,
    out: Path,
    callbacks: list[Any],
) -> Any:
    """Return the trainer of an arm, the same for all but its keys and rate."""
    from datasets import Dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from hir_trainer.online import HirGRPOConfig, HirGRPOTrainer

    asked = instructions(world, scale, "train", scale.groups * scale.steps, seed)
    return HirGRPOTrainer(
        model=AutoModelForCausalLM.from_pretrained(base),
        args=HirGRPOConfig(**_config(scale, rate, seed, out), **keys),
        train_dataset=Dataset.from_list([_row(instruction) for instruction in asked]),
        processing_class=AutoTokenizer.from_pretrained(base),
        callbacks=callbacks,
    )


def _row(instruction: Instruction) -> dict[str, Any]:
    from hir_kit.files import jsonl

    row = instruction.to_json()
    return {**row, "constraints": jsonl.dumps(row["constraints"]).decode()}


def _config(scale: Scale, rate: float, seed: int, out: Path) -> dict[str, Any]:
    import torch

    return {
        "output_dir": str(out),
        "num_generations": scale.responses,
        "per_device_train_batch_size": scale.groups * scale.responses,
        "max_completion_length": scale.length,
        "max_steps": scale.steps,
        "learning_rate": rate,
        "lr_scheduler_type": "constant",
        "beta": 0.0,
        "temperature": 1.0,
        "plugin": [str(RULES)],
        "hir_workers": 0,
        "hir_log_replays": False,
        "shuffle_dataset": False,
        "save_strategy": "no",
        "logging_steps": 10,
        "report_to": "none",
        "disable_tqdm": True,
        "use_cpu": not torch.cuda.is_available(),
        "bf16": False,
        **unchecked(),
        "seed": seed,
    }


def unchecked() -> dict[str, Any]:
    """Return what switches checkpointing off, under the name that the installed release has."""
    from transformers import TrainingArguments

    new, old = "activation_checkpointing", "gradient_checkpointing"
    known = TrainingArguments.__dataclass_fields__
    return {old: None, new: False} if new in known else {old: False}


class _Follower(TrainerCallback):
    """Evaluates on instructions that are the same for all arms and seeds."""

    def __init__(
        self, world: World, scale: Scale, tokenizer: Any, seed: int, asked_of: str
    ) -> None:
        self.rows: list[dict[str, Any]] = []
        self._world, self._scale, self._tokenizer, self._seed = world, scale, tokenizer, seed
        self._held_out = instructions(world, scale, asked_of, scale.held_out, 0)
        self._logs: dict[str, float] = {}

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        del args, control
        self._evaluate(kwargs["model"], state.global_step)

    def on_log(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        del args, state, control
        logs = kwargs["logs"].items()
        self._logs = {name: float(value) for name, value in logs if name in _LOGGED}

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        del args, control
        if state.global_step % self._scale.every == 0:
            self._evaluate(kwargs["model"], state.global_step)

    def _evaluate(self, model: Any, step: int) -> None:
        scale, was_training = self._scale, model.training
        model.eval()
        prompts = [instruction.prompt for instruction in self._held_out]
        texts = sample(model, self._tokenizer, prompts, scale.length, self._seed)
        model.train(was_training)
        rollouts = step * scale.groups * scale.responses
        found = accuracy(self._world, self._held_out, texts)
        self.rows.append({"step": step, "rollouts": rollouts, **found, **self._logs})


_LOGGED = (
    "entropy",
    "hir/kept_share",
    "hir/replays",
    "hir/ila",
    "hir/groups_failed",
    "hir/groups_failed_after",
    "completions/mean_length",
)
