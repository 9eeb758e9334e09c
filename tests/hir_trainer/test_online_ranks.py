"""Two processes on one machine, over gloo: rows, advantages, numbers and files of both."""

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

trainer = build_trainer(make_plan(sys.argv[2:]))
generate, seen = trainer._generate_and_score_completions, []


def watch(inputs):
    batch = generate(inputs)
    seen.append(
        {
            "asked": [row["id"] for row in inputs],
            "rewards": [sample.reward for sample in trainer._hir_reward.samples],
            "lengths": batch["completion_mask"].sum(1).tolist(),
            "advantages": batch["advantages"].tolist(),
            "items": int(batch["num_items_in_batch"]),
        }
    )
    return batch


trainer._generate_and_score_completions = watch
trainer.train()
rank = trainer.accelerator.process_index
log = trainer.state.log_history if rank == 0 else []
Path(sys.argv[1], f"{rank}.json").write_text(json.dumps({"seen": seen, "log": log}))
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
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
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
