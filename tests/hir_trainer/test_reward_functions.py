"""hir-kit's reward functions in TRL's own GRPOTrainer, synchronous and asynchronous."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hir_kit.files.jsonl import loads
from hir_kit.rewards.trl import AsyncTrlReward, TrlReward

PLUGIN = """
from hir_kit import Verdict, unknown, verifier


@verifier("t:loop", describe="Loop.")
def loop(response) -> bool:
    while True:
        pass


@verifier("t:soft", describe="Be kind.")
def soft(response) -> Verdict:
    return unknown("no judge")
"""
MORE = ["none", "t:soft", "t:loop", "none"]

Row = dict[str, Any]


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plugin") / "checks.py"
    path.write_text(PLUGIN, encoding="utf-8")
    return path


@pytest.fixture
def rows(instructions: Path) -> list[Row]:
    """Four instructions; the second asks for what nobody judges, the third for what hangs."""
    found = [loads(line) for line in instructions.read_bytes().splitlines()[:4]]
    for row, id in zip(found, MORE, strict=True):
        if id != "none":
            row["constraints"] = [row["constraints"][0], {"id": id, "kwargs": {}, "text": "Do."}]
    return [{**row, "constraints": json.dumps(row["constraints"])} for row in found]


@pytest.fixture
def train(tiny: Path, unchecked: Row, tmp_path: Path) -> Callable[..., Any]:
    """Train on rows, and return the trainer and its table of completions."""

    def run(rows: list[Row], rewards: Any, **keys: Any) -> tuple[Any, Any]:
        import pandas
        from datasets import Dataset
        from trl import GRPOConfig, GRPOTrainer

        arguments = {
            "output_dir": str(tmp_path / "grpo"),
            "max_steps": 2,
            "num_generations": 3,
            "per_device_train_batch_size": 12,
            "max_completion_length": 12,
            "logging_steps": 1,
            "log_completions": True,
            "num_completions_to_print": 0,
            "save_strategy": "no",
            "shuffle_dataset": False,
            "report_to": "none",
            "use_cpu": True,
            "bf16": False,
            **unchecked,
            "disable_tqdm": True,
        }
        trainer = GRPOTrainer(
            model=str(tiny),
            reward_funcs=rewards,
            args=GRPOConfig(**{**arguments, **keys}),
            train_dataset=Dataset.from_list(rows),
        )
        trainer.train()
        folder = tmp_path / "grpo" / "completions"
        return trainer, pandas.read_parquet(folder / "completions_00001.parquet")

    return run


def statuses(text: str) -> list[str]:
    return [verdict["status"] for verdict in json.loads(text)]


@pytest.mark.parametrize("kind", [TrlReward, AsyncTrlReward])
def test_rewards_verdicts_and_logs_of_a_run(
    kind: type[TrlReward], train: Callable[..., Any], rows: list[Row], plugin: Path
) -> None:
    reward = kind("cla", plugins=[plugin], time_limit=3.0, workers=2)
    trainer, table = train(rows, reward, max_steps=1)
    assert len(table) == 12
    for place, values in enumerate(table.itertuples()):
        row = rows[place // 3]
        assert (values.id, values.task) == (row["id"], row["task"])
        assert json.loads(values.constraints) == json.loads(row["constraints"])
        found = statuses(values.verdicts)
        if MORE[place // 3] == "none":
            assert values.hir_cla == pytest.approx(found.count("satisfied") / 3)
        else:
            assert found[1] == "unknown"
            assert math.isnan(values.hir_cla)
            assert values.advantage == 0
    reasons = [json.loads(table["verdicts"][place])[1]["reason"] for place in (3, 6)]
    assert reasons == ["no judge", "the check took longer than 3 s"]
    log = trainer.state.log_history[0]
    assert log["hir/unknown"] == 0.5
    assert log["hir/cla"] == pytest.approx(table["hir_cla"].mean())
    assert log["rewards/hir_cla/mean"] == pytest.approx(table["hir_cla"].mean())


def test_several_rewards_of_one_trainer(
    train: Callable[..., Any], rows: list[Row], plugin: Path
) -> None:
    """Only one logs the columns: TRL appends them, and a table needs columns of one length."""
    settings: Row = {"plugins": [plugin], "time_limit": 3.0, "workers": 2}
    rewards = [
        TrlReward("ila", **settings),
        AsyncTrlReward("cla", log_columns=False, **settings),
        AsyncTrlReward({"t:soft": 0}, log_columns=False, name="hard", **settings),
    ]
    _, table = train(rows, rewards, max_steps=1, reward_weights=[1.0, 0.5, 0.5])
    assert len(table) == len(table["verdicts"]) == 12
    for place, values in enumerate(table.itertuples()):
        found = statuses(values.verdicts)
        known = [1.0] if set(found) == {"satisfied"} else [0.0]
        assert [values.hir_ila] == known or "unknown" in found
        if MORE[place // 3] == "t:soft":
            assert values.hard == float(found[0] == "satisfied")
            assert math.isnan(values.hir_cla)
