"""Two processes on one machine, over gloo: rows, advantages, numbers, gradients and files of both.

What a step exchanges is counted, too: each exchange keeps all devices waiting.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SCRIPT = """
import json
import sys
from pathlib import Path

from hir_trainer.plan import make_plan
from hir_trainer.run import build_trainer

import torch
from trl.trainer.grpo_trainer import GRPOTrainer

exchanged = []
for name in ("all_gather", "all_gather_into_tensor", "all_gather_object", "all_reduce"):

    def counted(*args, of=getattr(torch.distributed, name), name=name, **kwargs):
        exchanged.append(name)
        return of(*args, **kwargs)

    setattr(torch.distributed, name, counted)


def apart(of):
    def watched(*args, **kwargs):
        before = len(exchanged)
        result = of(*args, **kwargs)
        del exchanged[before:]  # what is exchanged inside a function of TRL's is TRL's own
        return result

    return watched


for name in ("_generate_and_score_completions", "_compute_loss"):
    setattr(GRPOTrainer, name, apart(getattr(GRPOTrainer, name)))

trainer = build_trainer(make_plan(sys.argv[2:]))
generate, seen = trainer._generate_and_score_completions, []
compute_loss, in_losses = trainer._compute_loss, []


def watch_loss(model, inputs):
    before = len(exchanged)
    loss = compute_loss(model, inputs)
    in_losses.append(len(exchanged) - before)
    return loss


def watch(inputs):
    before = len(exchanged)
    batch = generate(inputs)
    seen.append(
        {
            "asked": [row["id"] for row in inputs],
            "rewards": [sample.reward for sample in trainer._hir_reward.samples],
            "lengths": batch["completion_mask"].sum(1).tolist(),
            "advantages": batch["advantages"].tolist(),
            "items": int(batch["num_items_in_batch"]),
            "exchanges": len(exchanged) - before,
        }
    )
    last.update({key: value.clone() for key, value in batch.items()})
    return batch


last, scored = {}, []
trainer._generate_and_score_completions, trainer._compute_loss = watch, watch_loss
trainer.train()
rank = trainer.accelerator.process_index

# The same rows by TRL's own loss, and by ours in parts of two.
last["advantages"] = torch.zeros_like(last["advantages"])
last["advantages"][: 1 + 3 * rank] = torch.tensor([1.0, -0.4, 0.7, 0.1][: 1 + 3 * rank])
trainer.args.per_device_train_batch_size = 2
score = trainer._get_per_token_logps_and_entropies


def watch_rows(model, ids, *args, **kwargs):
    scored.append(len(ids))
    return score(model, ids, *args, **kwargs)


def gradient(find):
    model = trainer.model_wrapped
    model.train()
    model.zero_grad()
    trainer.accelerator.backward(find(trainer, model, {k: v.clone() for k, v in last.items()}))
    return torch.cat([one.grad.flatten() for one in model.parameters()])


trainer._get_per_token_logps_and_entropies = watch_rows
gradients = {}
for loss_type in "grpo bnpo dr_grpo dapo cispo sapo luspo vespo".split():
    trainer.loss_type = loss_type
    whole = gradient(GRPOTrainer._compute_loss)
    scored.clear()
    ours = gradient(type(trainer)._compute_loss)
    gradients[loss_type] = [float((ours - whole).abs().max()), float(whole.abs().max())]
log = trainer.state.log_history if rank == 0 else []
found = {"seen": seen, "log": log, "in_losses": in_losses, "parts": scored, "gradients": gradients}
Path(sys.argv[1], f"{rank}.json").write_text(json.dumps(found))
"""


@pytest.fixture(scope="module")
def two(
    tmp_path_factory: pytest.TempPathFactory, tiny: Path, instructions: Path
) -> tuple[list[dict[str, Any]], Path]:
    """What each process saw, and the output directory."""
    directory = tmp_path_factory.mktemp("ranks")
    script = directory / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    rows = [json.loads(line) for line in instructions.read_text(encoding="utf-8").splitlines()]
    for row in rows[:12]:  # nothing of these can be kept, so devices differ in their replays
        row["constraints"] = [
            {"id": "keywords:existence", "kwargs": {"keywords": ["zebra"]}, "text": "Say zebra."}
        ]
        row["prompt"][0]["content"] = f"{row['task']} Say zebra."
    rows = [row for pair in zip(rows[:12], rows[12:], strict=True) for row in pair]
    data = directory / "data.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    keys = {
        "method": "hir",
        "data": data,
        "model_name_or_path": tiny,
        "output_dir": directory / "out",
        "max_steps": 2,
        "per_device_train_batch_size": 6,
        "max_completion_length": 12,
        "shuffle_dataset": False,
        "hir_advantage": "batch",
        "hir_replay_weight": 1.0,
        "hir_replay_truncated": True,
        "logging_steps": 1,
        "save_strategy": "no",
        "disable_tqdm": True,
        "hir_workers": 1,
    }
    flags = [f"--{key}={value}" for key, value in keys.items()]
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += ["--nproc_per_node=2", str(script), str(directory), *flags]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    environment |= {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    # The script closes nothing, as scripts of users do not: the trainer sees to a quiet end.
    assert done.returncode == 0, done.stderr[-3000:]
    assert "terminate called" not in done.stderr
    seen = [json.loads((directory / f"{rank}.json").read_text()) for rank in (0, 1)]
    return seen, directory / "out"


def steps(two: Any) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return list(zip(two[0][0]["seen"], two[0][1]["seen"], strict=True))


def test_rule_2_every_device_adds_equally_many_rows(two: Any) -> None:
    for first, second in steps(two):
        assert len(set(first["asked"])) == len(set(second["asked"])) == 1
        extra = [sum(map(bool, side["lengths"][6:])) for side in (first, second)]
        assert extra[0] == 0  # no constraint of its instruction can be met
        assert 0 < extra[1] <= 2
        assert len(first["lengths"]) == len(second["lengths"]) == 6 + extra[1]


def test_the_pool_is_that_of_all_devices(two: Any) -> None:
    for pair in steps(two):
        replays = [sum(map(bool, side["lengths"][6:])) for side in pair]
        pool = [*pair[0]["rewards"], *pair[1]["rewards"], *[1.0] * sum(replays)]
        mean = sum(pool) / len(pool)
        std = (sum((value - mean) ** 2 for value in pool) / (len(pool) - 1)) ** 0.5
        for side, count in zip(pair, replays, strict=True):
            rewards = [*side["rewards"], *[1.0] * count]
            expected = [(value - mean) / (std + 1e-4) for value in rewards]
            expected += [0.0] * (len(side["advantages"]) - len(expected))
            assert side["advantages"] == pytest.approx(expected, abs=1e-4)


def test_tokens_and_replays_are_counted_over_all_devices(two: Any) -> None:
    log = two[0][0]["log"]
    for step, (first, second) in enumerate(steps(two)):
        assert first["items"] == second["items"]
        assert first["items"] == sum(first["lengths"]) + sum(second["lengths"])
        assert log[step]["hir/replays"] == sum(map(bool, second["lengths"][6:]))
        assert log[step]["hir/slots"] == 2 * (len(first["lengths"]) - 6)
        assert log[step]["hir/groups_failed_after"] <= 0.5


def test_one_process_writes_the_replays_of_all(two: Any) -> None:
    path: Callable[..., Path] = two[1].joinpath
    rows = [json.loads(line) for line in path("replays.jsonl").read_text().splitlines()]
    expected = [
        second["asked"][0] for _, second in steps(two) for length in second["lengths"][6:] if length
    ]
    assert [row["group"] for row in rows] == expected


def test_gradients_are_those_of_trl_on_all_devices(two: Any) -> None:
    """One device has one row with an advantage, the other four: both train on four, in parts."""
    for side in two[0]:
        assert side["parts"] == [2, 2]
        assert len(side["gradients"]) == 8
        for loss_type, (difference, largest) in side["gradients"].items():
            assert difference < 1e-6 < 1e-4 < largest, loss_type
    assert two[0][0]["gradients"].keys() == two[0][1]["gradients"].keys()


def test_a_step_exchanges_no_more_than_it_has_to(two: Any) -> None:
    """Beside what TRL exchanges: one number for each loss, and these for the batch.

    How many entropies and how many rows there are at most (2), the tokens (1), the pool (2), the
    advantages that are shown (1), the numbers that are logged (1), the replays (1).
    """
    for side in two[0]:
        assert [step["exchanges"] for step in side["seen"]] == [8, 8]
        assert side["in_losses"] == [1, 1]
