"""One case: some updates of one arm, their time by phase, in a process of its own."""

from __future__ import annotations

import json
import os
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import click

os.environ.setdefault("HF_HUB_OFFLINE", "1")

from benchmarks.processes import append

ARMS: dict[str, dict[str, Any]] = {
    "grpo": {"hir_top_k": 0, "hir_advantage": "group"},
    "hir-group": {"hir_advantage": "group"},
    "hir": {},
    "hir, budget 1": {"hir_row_budget": 1.0},
    "batch": {"hir_advantage": "batch"},
}
KINDS = ("full", "lora", "checkpointing")
PHASES = {
    "sample": "_generate_single_turn",
    "verify": "_calculate_rewards",
    "look back": "_look_back",
    "add rows": "_add",
    "forward": "_get_per_token_logps_and_entropies",
}
"""What is timed, and the method of the trainer that does it. "look back" holds the forward passes
for entropies, which "forward" counts, too; what is left of an update is backward and optimizer."""
WARM = 1


@click.command()
@click.argument("name")
@click.option("--arm", type=click.Choice(list(ARMS)), required=True)
@click.option("--kind", type=click.Choice(KINDS), required=True)
@click.option("--tokens", type=int, required=True)
@click.option("--steps", type=int, required=True)
@click.option("--groups", type=int, required=True)
@click.option("--model", type=Path, required=True)
@click.option("--sampling/--no-sampling", default=False, help="Or draw tokens at random.")
@click.option("--results", type=Path, required=True)
@click.option("--work", type=Path, required=True)
def main(
    name: str, arm: str, kind: str, tokens: int, steps: int, groups: int, model: Path,
    sampling: bool, results: Path, work: Path,
) -> None:  # fmt: skip
    """Take some steps and append one line of what they took."""
    import torch

    trainer = build(arm, kind, tokens, steps + WARM, groups, model, work / name)
    if not sampling:
        trainer._generate_single_turn = drawn(trainer, tokens)
    clock = Clock(trainer)
    trainer.train()
    taken, rows = clock.steps[WARM:], clock.rows[WARM:]
    line = {
        "name": name, "arm": arm, "kind": kind, "tokens": tokens, "sampling": sampling,
        "parameters": sum(item.numel() for item in trainer.model.parameters()),
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu",
        "torch": torch.__version__, "responses": groups * 6, "rows": median(rows),
        "seconds": {phase: round(median(step.get(phase, 0.0) for step in taken), 4)
                    for phase in ("all", *PHASES)},
        "tokens_trained_a_second": round(clock.tokens / max(sum(s["all"] for s in taken), 1e-9)),
        "peak_gib": peak(),
    }  # fmt: skip
    append(results, line)
    print(json.dumps(line))


def peak() -> float:
    """Return the most memory that was taken: the device's, or this process's."""
    import resource

    import torch

    if torch.cuda.is_available():
        return round(torch.cuda.max_memory_allocated() / 2**30, 3)
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 3)


def build(
    arm: str, kind: str, tokens: int, steps: int, groups: int, model: Path, out: Path
) -> Any:  # fmt: skip
    """Return the trainer of a case; `grpo` trains on all sampled rows, as TRL does."""
    import torch
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoModelForCausalLM, AutoTokenizer

    import hir_kit
    from benchmarks.real_model.instructions import draw
    from benchmarks.sample_efficiency.step_time import as_trl_does
    from hir_trainer.online import HirGRPOConfig, HirGRPOTrainer

    gpu = torch.cuda.is_available()
    part = min(12, groups * 6)
    trainer: Any = HirGRPOTrainer(
        AutoModelForCausalLM.from_pretrained(model, dtype=torch.bfloat16 if gpu else torch.float32),
        args=HirGRPOConfig(
            output_dir=str(out), num_generations=6, per_device_train_batch_size=part,
            gradient_accumulation_steps=groups * 6 // part, max_completion_length=tokens,
            max_steps=steps, learning_rate=1e-6, bf16=gpu, use_cpu=not gpu, save_strategy="no",
            gradient_checkpointing=kind == "checkpointing", report_to="none", disable_tqdm=True,
            logging_steps=1, hir_log_replays=False, hir_replay_truncated=True, **ARMS[arm],
        ),
        train_dataset=Dataset.from_list(draw(hir_kit.load(), 1, steps * groups)),
        processing_class=AutoTokenizer.from_pretrained(model, padding_side="left"),
        peft_config=LoraConfig(r=16, target_modules="all-linear") if kind == "lora" else None,
    )  # fmt: skip
    if arm == "grpo":
        as_trl_does(trainer)
    return trainer


def drawn(trainer: Any, tokens: int) -> Callable[..., Any]:
    """Return what stands in for sampling: tokens of the vocabulary, half to all of the length."""
    import random

    rng, tokenizer = random.Random(0), trainer.processing_class
    special = set(tokenizer.all_special_ids)
    plain = [number for number in range(min(len(tokenizer), 1000)) if number not in special]

    def responses(prompt_ids: list[Any], *_: Any, **__: Any) -> tuple[list[list[int]], None]:
        return [
            [*rng.choices(plain, k=rng.randint(tokens // 2, tokens - 1)), tokenizer.eos_token_id]
            for _ in prompt_ids
        ], None

    return responses


class Clock:
    """Takes the time of steps, by phase, once the device has done what it was asked for."""

    def __init__(self, trainer: Any) -> None:
        self.steps: list[dict[str, float]] = []
        self.rows: list[int] = []
        self.tokens = 0
        self._now: dict[str, float] = defaultdict(float)
        self._count = 0
        for phase, method in PHASES.items():
            setattr(trainer, method, self._timed(phase, getattr(trainer, method)))
        self._loss(trainer)
        self._step(trainer)

    def _timed(self, phase: str, of: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            begun = _settled()
            result = of(*given, **named)
            self._now[phase] += _settled() - begun
            return result

        return timed

    def _loss(self, trainer: Any) -> None:
        """Count the rows that go through the model with gradients, and their tokens."""
        import torch

        of = trainer._get_per_token_logps_and_entropies

        def counted(model: Any, ids: Any, mask: Any, *given: Any, **named: Any) -> Any:
            if torch.is_grad_enabled():
                self._count += len(ids)
                self.tokens += int(mask.sum()) if len(self.steps) >= WARM else 0
            return of(model, ids, mask, *given, **named)

        trainer._get_per_token_logps_and_entropies = counted

    def _step(self, trainer: Any) -> None:
        from transformers import TrainerCallback

        clock = self

        class Steps(TrainerCallback):  # type: ignore[misc, unused-ignore]
            begun = 0.0

            def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
                del args, state, control
                clock._now, clock._count, self.begun = defaultdict(float), 0, _settled()

            def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
                del args, state, control
                clock.steps.append({**clock._now, "all": _settled() - self.begun})
                clock.rows.append(clock._count)

        trainer.add_callback(Steps())


def _settled() -> float:
    import torch

    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter()


if __name__ == "__main__":
    main()
