"""A run that cannot go on says why, and what is needed to mend it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hir_trainer.run
from hir_kit.errors import RunError
from hir_trainer import train
from hir_trainer.memory import estimate, what_to_lower
from hir_trainer.plan import make_plan

Flags = Callable[..., list[str]]


@pytest.fixture
def altered(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Any], None]], None]:
    """Change the trainer of the runs to come."""
    build = hir_trainer.run.build_trainer

    def alter(change: Callable[[Any], None]) -> None:
        def changed(plan: Any) -> Any:
            trainer = build(plan)
            change(trainer)
            return trainer

        monkeypatch.setattr(hir_trainer.run, "build_trainer", changed)

    return alter


def ended(arguments: list[str]) -> str:
    with pytest.raises(RunError) as caught:
        train(arguments)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("method", ["sft", "kto"])
def test_a_loss_that_is_not_finite_ends_the_run(method: str, flags: Flags, tmp_path: Path) -> None:
    message = ended(flags(method, learning_rate=1e38, max_steps=4, save_steps=1))
    path = tmp_path / "out" / "not-finite-step-2.jsonl"
    assert message.startswith("step 2: the loss is not finite, and the update was not made.")
    assert f"are in {path}" in message
    assert "lower learning_rate (it is 1e+38)" in message
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 4
    assert rows[0]["loss"] in ("nan", "inf")
    assert "Describe thing" in str(rows[0])
    assert [place.name for place in (tmp_path / "out").glob("checkpoint-*")] == ["checkpoint-1"]


def test_a_gradient_that_is_not_finite_ends_an_online_run(
    online_flags: Flags, tmp_path: Path, altered: Callable[..., None]
) -> None:
    altered(lambda t: next(t.model.parameters()).register_hook(lambda g: g * float("inf") * 0))
    message = ended(online_flags())
    assert message.startswith("step 1: the gradient is not finite")
    text = (tmp_path / "out" / "not-finite-step-1.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    assert len(rows) >= 12
    assert {"prompt", "completion", "advantages"} <= rows[0].keys()
    assert "Describe thing" in rows[0]["prompt"]


def test_memory_that_is_used_up(flags: Flags, altered: Callable[..., None]) -> None:
    import torch

    altered(lambda t: setattr(t, "compute_loss", lambda *_, **__: torch.empty(1 << 58)))
    message = ended(flags("kto"))
    assert message.startswith("out of memory on cpu; the estimate was about ")
    assert "ower per_device_train_batch_size (it is 4; raise gradient_accumulation" in message
    assert "torch said: " in message


@pytest.mark.parametrize("said", ["CUDA out of memory. Tried to allocate 2.00 GiB.", "MPS"])
def test_memory_that_is_used_up_while_weights_load(
    said: str, flags: Flags, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch
    import trl

    def no_room(*_: Any, **__: Any) -> None:
        raise torch.OutOfMemoryError(said)

    monkeypatch.setattr(trl.KTOTrainer, "__init__", no_room)
    assert ended(flags("kto")).endswith(f"torch said: {said}")


@pytest.mark.parametrize(
    ("method", "keys", "expected"),
    [
        ("kto", {}, "ower per_device_train_batch_size (it is 4; raise gradient_accumulation"),
        ("kto", {"per_device_train_batch_size": 2, "max_length": 900}, "ower max_length (it is 9"),
        ("sft", {"gradient_checkpointing": True}, "ower per_device_train_batch_size (it is 4;"),
        ("dpo", {"per_device_train_batch_size": 1}, "ower max_length (it is 1024)"),
        ("hir", {"per_device_train_batch_size": 6}, "ower max_completion_length (it is 400)"),
    ],
)  # fmt: skip
def test_which_key_to_lower(
    method: str, keys: dict[str, Any], expected: str, flags: Flags, online_flags: Flags
) -> None:
    if method == "hir":
        keys = {**keys, "max_completion_length": 400, "hir_advantage": "regroup"}
    plan = make_plan(online_flags(**keys) if method == "hir" else flags(method, **keys))
    parts, said = estimate(plan), what_to_lower(plan)
    assert (parts["reference"] > 0) is (method in ("kto", "dpo"))
    assert expected in said
    fixed = sum(parts[name] for name in ("weights", "gradients and Adam", "reference"))
    assert said.startswith("The weights take the most: set use_peft") is (
        fixed > sum(parts.values()) / 2
    )


SCRIPT = """
import os, signal, sys
import hir_trainer.run as run
from transformers import TrainerCallback


class Kill(TrainerCallback):
    def on_step_end(self, args, state, control, **more):
        if state.global_step == 3:
            os.kill(os.getpid(), signal.SIGKILL)


build = run.build_trainer


def built(plan):
    trainer = build(plan)
    trainer.add_callback(Kill())
    return trainer


run.build_trainer = built
run.train(sys.argv[1:])
"""


def test_a_killed_run_goes_on_with_the_same_curve(flags: Flags, tmp_path: Path) -> None:
    keys = {"max_steps": 4, "save_steps": 2, "lr_scheduler_type": "cosine"}
    train(flags("kto", output_dir=tmp_path / "whole", **keys))
    parts = flags("kto", output_dir=tmp_path / "parts", **keys)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", SCRIPT, *parts], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    train([*parts, "--resume"])
    curves = [
        [
            {key: entry[key] for key in ("step", "loss", "grad_norm", "learning_rate")}
            for entry in json.loads((tmp_path / name / "trainer_state.json").read_text())[
                "log_history"
            ]
            if "loss" in entry
        ]
        for name in ("whole", "parts")
    ]
    assert [entry["step"] for entry in curves[0]] == [1, 2, 3, 4]
    assert curves[0] == curves[1]
