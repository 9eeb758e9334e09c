"""Offline arms: one dump sampled from the starting model, relabelled, and trained on.

It goes the way of a user: a dump in the `hir` format, `hir-kit relabel`, `hir-kit train`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.sample_efficiency.arms import Offline
from benchmarks.sample_efficiency.evaluate import accuracy, sample
from benchmarks.sample_efficiency.online import Scale, instructions
from benchmarks.sample_efficiency.world import RULES, World
from hir_kit import UsageError
from hir_kit.cli import run
from hir_kit.files import jsonl


def run_offline(
    world: World,
    scale: Scale,
    base: Path,
    keys: Offline,
    rate: float,
    seed: int,
    asked_of: str,
    out: Path,
) -> list[dict[str, Any]]:
    """Train on as many rollouts as an online run samples; return the rows before and after."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(base)
    start = AutoModelForCausalLM.from_pretrained(base).eval()
    out.mkdir(parents=True, exist_ok=True)
    dump, replays, trained = out / "dump.jsonl", out / "replays.jsonl", out / "model"
    _write_dump(dump, world, scale, start, tokenizer, seed)
    _do("relabel", dump, "-o", replays, "--plugin", RULES, "--relax", keys.relax)
    _do("train", *_training(base, replays, trained, scale, keys, rate, seed))
    rows = []
    total = scale.steps * scale.groups * scale.responses
    for step, rollouts, directory in ((0, 0, base), (scale.steps, total, trained)):
        model = AutoModelForCausalLM.from_pretrained(directory).eval()
        asked = instructions(world, scale, asked_of, scale.held_out, 0)
        texts = sample(model, tokenizer, [item.prompt for item in asked], scale.length, seed)
        rows.append({"step": step, "rollouts": rollouts, **accuracy(world, asked, texts)})
    return rows


def _write_dump(
    path: Path, world: World, scale: Scale, model: Any, tokenizer: Any, seed: int
) -> None:
    asked = instructions(world, scale, "train", scale.groups * scale.steps, seed)
    prompts = [item.prompt for item in asked for _ in range(scale.responses)]
    texts = sample(model, tokenizer, prompts, scale.length, seed)
    with path.open("wb") as stream:
        for place, item in enumerate(asked):
            start = place * scale.responses
            responses = texts[start : start + scale.responses]
            stream.write(jsonl.dumps({**item.to_json(), "responses": responses}) + b"\n")


def _training(
    base: Path, replays: Path, out: Path, scale: Scale, arm: Offline, rate: float, seed: int
) -> list[object]:
    keys = {
        "method": arm.method,
        "data": replays,
        "model_name_or_path": base,
        "output_dir": out,
        "per_device_train_batch_size": scale.groups * scale.responses,
        "learning_rate": rate,
        "lr_scheduler_type": "constant",
        "num_train_epochs": 1,
        **({} if arm.steps is None else {"max_steps": arm.steps}),
        **({"desirable_weight": _balance(replays)} if arm.method == "kto" else {}),
        "save_strategy": "no",
        "logging_steps": 50,
        "seed": seed,
    }
    return [word for name, value in keys.items() for word in (f"--{name}", value)]


def _balance(replays: Path) -> float:
    """Return the weight that makes good rows count as much as bad ones, as TRL advises."""
    labels = [jsonl.loads(line)["label"] for line in replays.read_bytes().splitlines()]
    return round(labels.count(False) / labels.count(True), 3)


def _do(*words: object) -> None:
    if code := run([str(word) for word in words]):
        raise UsageError(f"hir-kit {words[0]} ended with {code}; what it said stands above")
