"""A run of TRL with hir-kit's reward, what it logged, replays of that, and training on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hir_kit import cli
from hir_kit.files.jsonl import loads
from hir_kit.rewards.trl import TrlReward

Row = dict[str, Any]


def lines(path: Path) -> list[Row]:
    return [loads(line) for line in path.read_bytes().splitlines()]


def log_completions(model: Path, instructions: Path, out: Path, unchecked: Row) -> Path:
    """Train for two steps as a user of TRL does, and return the folder of completions."""
    from datasets import Dataset
    from trl import GRPOConfig, GRPOTrainer

    rows = lines(instructions)
    trainer = GRPOTrainer(
        model=str(model),
        reward_funcs=TrlReward("cla", workers=0),
        args=GRPOConfig(
            output_dir=str(out),
            max_steps=2,
            num_generations=6,
            per_device_train_batch_size=12,
            max_completion_length=12,
            logging_steps=1,
            log_completions=True,
            num_completions_to_print=0,
            save_strategy="no",
            report_to="none",
            use_cpu=True,
            bf16=False,
            **unchecked,
            disable_tqdm=True,
        ),
        train_dataset=Dataset.from_list(
            [{**row, "constraints": json.dumps(row["constraints"])} for row in rows]
        ),
    )
    trainer.train()
    return out / "completions"


def test_what_a_run_logs_becomes_replays_that_train(
    tiny: Path, instructions: Path, unchecked: Row, tmp_path: Path
) -> None:
    import pandas

    from hir_trainer import train

    folder = log_completions(tiny, instructions, tmp_path / "grpo", unchecked)
    tables = [pandas.read_parquet(path) for path in sorted(folder.glob("*.parquet"))]
    logged = pandas.concat(tables)
    assert len(logged) == 24

    verdicts, replays = tmp_path / "verdicts.jsonl", tmp_path / "replays.jsonl"
    assert cli.run(["verify", str(folder), "-o", str(verdicts)]) == 0
    assert [row["verdicts"] for row in lines(verdicts)] == [
        json.loads(text) for text in logged["verdicts"]
    ]
    assert cli.run(["relabel", str(folder), "--format", "trl", "-o", str(replays)]) == 0
    rows = lines(replays)
    originals = [row for row in rows if row["kind"] == "original"]
    replayed = [row for row in rows if row["kind"] == "replay"]
    assert [row["completion"][0]["content"] for row in originals] == [
        message[0]["content"] for message in logged["completion"]
    ]
    assert [row["reward"] for row in originals] == [
        float(share == 1) for share in logged["hir_cla"]
    ]
    assert len({row["group"] for row in originals}) == 4
    assert 0 < len(replayed) <= 8
    asked = {row["id"]: row for row in originals}
    for row in replayed:
        original = asked[row["id"]]
        assert row["completion"] == original["completion"]
        assert 0 < len(row["constraints"]) < len(original["constraints"])
        assert row["prompt"][0]["content"].startswith("Describe thing")
        assert all(verdict["status"] == "satisfied" for verdict in row["verdicts"])

    arguments = {
        "method": "kto",
        "data": replays,
        "model_name_or_path": tiny,
        "output_dir": tmp_path / "kto",
        "max_steps": 1,
        "per_device_train_batch_size": 4,
        "report_to": "none",
    }
    train([f"--{key}={value}" for key, value in arguments.items()])
    assert (tmp_path / "kto" / "model.safetensors").exists()
