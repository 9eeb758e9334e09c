"""One arm at one rate and seed, in a process of its own; it goes on where it was stopped."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import click

os.environ.setdefault("HF_HUB_OFFLINE", "1")

from transformers import TrainerCallback

from benchmarks.processes import append, lines, rewrite
from benchmarks.real_model.instructions import draw
from benchmarks.sample_efficiency.online import unchecked

ARMS: dict[str, dict[str, Any]] = {
    "ila": {"hir_top_k": 0, "hir_advantage": "group"},
    "cla": {"hir_top_k": 0, "hir_advantage": "group", "hir_reward": "cla"},
    "hir": {},
    "hir-cla": {"hir_reward": "cla", "hir_min_kept": 0.5, "hir_eta": 0.0},
    "hir-group": {"hir_advantage": "group"},
    "hir-batch": {"hir_advantage": "batch"},
}
VALIDATION, HELD_OUT = 10**6, 10**6 + 1
"""The seeds of instructions that no run trains on."""


@click.command()
@click.argument("name")
@click.option("--arm", required=True, type=click.Choice(list(ARMS)))
@click.option("--model", required=True, type=Path)
@click.option("--work", required=True, type=Path)
@click.option("--rate", required=True, type=float)
@click.option("--seed", required=True, type=int)
@click.option("--steps", required=True, type=int)
@click.option("--groups", required=True, type=int)
@click.option("--tokens", required=True, type=int)
@click.option("--held-out", required=True, type=int)
@click.option("--every", required=True, type=int)
@click.option("--until", required=True, type=float, help="Seconds since the epoch.")
def main(
    name: str, arm: str, model: Path, work: Path, rate: float, seed: int, steps: int, groups: int,
    tokens: int, held_out: int, every: int, until: float,
) -> None:  # fmt: skip
    """Train, evaluate every so many steps, and write a line for each step and evaluation."""
    import torch
    from datasets import Dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer

    import hir_kit
    from hir_trainer.online import HirGRPOConfig, HirGRPOTrainer

    out, results, kit = work / name, work / f"{name}.jsonl", hir_kit.load()
    gpu = torch.cuda.is_available()
    checkpoints = sorted(out.glob("checkpoint-*"), key=lambda path: int(path.name[11:]))
    begun = int(checkpoints[-1].name[11:]) if checkpoints else 0
    kept = [line for line in lines(results) if line["step"] <= begun] if begun else []
    rewrite(results, kept)
    part = min(24, groups * 6)
    trainer: Any = HirGRPOTrainer(
        AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32),
        args=HirGRPOConfig(
            output_dir=str(out), num_generations=6, per_device_train_batch_size=part,
            gradient_accumulation_steps=groups * 6 // part, max_completion_length=tokens,
            learning_rate=rate, lr_scheduler_type="constant", max_steps=steps, beta=0.0,
            temperature=1.0, bf16=gpu, use_cpu=not gpu, seed=seed, **unchecked(),
            logging_steps=1, save_strategy="steps", save_steps=every, save_total_limit=1,
            report_to="none", disable_tqdm=True, hir_log_replays=True, **ARMS[arm],
        ),
        train_dataset=Dataset.from_list(draw(kit, seed, steps * groups)),
        processing_class=AutoTokenizer.from_pretrained(model, padding_side="left"),
    )  # fmt: skip
    asked = {
        "validation": draw(kit, VALIDATION, held_out),
        "held-out": draw(kit, HELD_OUT, held_out),
    }
    follower = Follower(results, asked, kit, tokens, every, groups * 6, until)
    trainer.add_callback(follower)
    trainer.train(resume_from_checkpoint=str(checkpoints[-1]) if checkpoints else None)


class Follower(TrainerCallback):
    """Writes what a run does, evaluates it, and stops it in time."""

    def __init__(
        self, results: Path, asked: dict[str, Any], kit: Any, tokens: int, every: int,
        rollouts: int, until: float,
    ) -> None:  # fmt: skip
        self._results, self._asked, self._kit, self._tokens = results, asked, kit, tokens
        self._every, self._rollouts, self._until = every, rollouts, until

    def on_train_begin(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """Evaluate what training starts from."""
        del args, control
        if state.global_step == 0:
            self._evaluate(more["model"], more["processing_class"], 0)

    def on_log(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """Write the numbers of a step."""
        del args, control
        append(self._results, {"kind": "log", "step": state.global_step, **more["logs"]})

    def on_step_end(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """Evaluate, and stop where the time is up; what is saved then is gone on from."""
        del args
        late = time.time() > self._until
        if late or state.global_step % self._every == 0 or state.global_step == state.max_steps:
            self._evaluate(more["model"], more["processing_class"], state.global_step)
            control.should_save = True
        control.should_training_stop |= late

    def _evaluate(self, model: Any, tokenizer: Any, step: int) -> None:
        import torch

        was_training = model.training
        model.eval()
        devices = [model.device] if model.device.type == "cuda" else []
        with torch.random.fork_rng(devices=devices), torch.no_grad():
            torch.manual_seed(0)
            for name, rows in self._asked.items():
                texts = [text for start in range(0, len(rows), 128)
                         for text in _answers(model, tokenizer, rows[start:start + 128],
                                              self._tokens)]  # fmt: skip
                line = {"kind": name, "step": step, "rollouts": step * self._rollouts}
                append(self._results, {**line, **_measured(self._kit, rows, texts)})
        model.train(was_training)


def _answers(model: Any, tokenizer: Any, rows: list[dict[str, Any]], tokens: int) -> list[str]:
    import torch

    batch = tokenizer.apply_chat_template(
        [row["prompt"] for row in rows], add_generation_prompt=True, padding=True,
        return_tensors="pt", return_dict=True,
    ).to(model.device)  # fmt: skip
    with torch.autocast("cuda", torch.bfloat16, enabled=model.device.type == "cuda"):
        ids = model.generate(
            **batch, do_sample=True, temperature=1.0, top_k=0, top_p=1.0, max_new_tokens=tokens,
            pad_token_id=tokenizer.pad_token_id,
        )  # fmt: skip
    found: list[str] = tokenizer.batch_decode(
        ids[:, batch["input_ids"].shape[1] :], skip_special_tokens=True
    )
    return found


def _measured(kit: Any, rows: list[dict[str, Any]], texts: list[str]) -> dict[str, Any]:
    """Return accuracies, and what shows that a policy games its verifiers."""
    from hir_kit.model.constraint import parse_constraints

    met = [
        [verdict.satisfied for verdict in kit.checker(parse_constraints(row["constraints"]))
         .check(text).strict] for row, text in zip(rows, texts, strict=True)
    ]  # fmt: skip
    words = [text.split() for text in texts]
    repeated = [1 - len(set(some)) / len(some) for some in words if some]
    return {
        "ila": sum(map(all, met)) / len(met),
        "cla": sum(map(sum, met)) / sum(map(len, met)),
        "words": sum(map(len, words)) / len(words),
        "repeated": sum(repeated) / max(len(repeated), 1),
        "distinct": len(set(texts)) / len(texts),
        "samples": texts[:3],
    }


if __name__ == "__main__":
    main()
