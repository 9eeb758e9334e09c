"""Runs with a model as judge: rewards are what the same verdicts give offline."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hir_kit
from hir_kit import cli
from hir_kit.errors import RunError
from hir_kit.files.jsonl import loads
from hir_kit.rewards.trl import TrlReward

scripted = sys.modules["scripted_server"]
pytestmark = pytest.mark.usefixtures("own_cache")

SOFT = {"id": "judge:criterion", "kwargs": {"criterion": "Be brisk."}, "text": "Be brisk."}
MODEL = "llm.model=m"
Row = dict[str, Any]


async def _by_length(body: Row, writer: Any) -> None:
    """Say met, not met, or nothing at all, by how long the response is."""
    response = scripted.block("RESPONSE", body["messages"][-1]["content"])
    case = len(response) % 3
    if case == 2:
        scripted.send(writer, {"error": {"message": "no idea"}}, "400 Bad")
    else:
        said = {"evidence": "", "reason": "counted", "verdict": ("met", "not_met")[case]}
        scripted.send(writer, scripted.completion(json.dumps(said)))


@pytest.fixture
def soft_rows(instructions: Path) -> list[Row]:
    """Instructions that ask for something soft beside what code decides."""
    rows = [loads(line) for line in instructions.read_bytes().splitlines()]
    for row in rows:
        row["constraints"] = [row["constraints"][0], SOFT]
        row["prompt"][0]["content"] = f"{row['task']} Use no commas. Be brisk."
    return rows


@pytest.fixture
def address(serve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The server, which the environment names."""
    url, server = serve(_by_length)
    monkeypatch.setenv("OPENAI_BASE_URL", url)
    return server


def _statuses(verdicts: Any) -> list[str]:
    return [verdict["status"] for verdict in verdicts]


def _compare_with_offline(completions: Path, name: str, tmp_path: Path) -> set[Any]:
    """Judge a table of completions from the cache alone; return the rewards that were seen."""
    import pandas

    table = pandas.read_parquet(completions)
    output = tmp_path / "offline.jsonl"
    given = ["--format", "trl", "--offline", "--set", MODEL, "--workers", "0", "-o", str(output)]
    assert cli.run(["judge", str(completions), *given]) == 0
    rows = [loads(line) for line in output.read_bytes().splitlines()]
    online = [_statuses(json.loads(verdicts)) for verdicts in table["verdicts"]]
    assert sorted(online) == sorted(_statuses(row["verdicts"]) for row in rows)
    for found, reward in zip(online, table[name], strict=True):
        if "unknown" in found:
            assert reward != reward
        else:
            assert reward == float(set(found) == {"satisfied"})
    return {status for found in online for status in found[1:]}


def test_rewards_of_trl_are_those_of_the_offline_verdicts(
    tiny: Path, unchecked: Row, tmp_path: Path, soft_rows: list[Row], address: Any
) -> None:
    from datasets import Dataset
    from trl import GRPOConfig, GRPOTrainer

    judge = hir_kit.load(set={"llm.model": "m"}).judges["judge"]
    data = [{**row, "constraints": json.dumps(row["constraints"])} for row in soft_rows]
    arguments: Row = {
        "output_dir": str(tmp_path / "out"),
        "max_steps": 1,
        "num_generations": 6,
        "per_device_train_batch_size": 24,
        "max_completion_length": 12,
        "logging_steps": 1,
        "log_completions": True,
        "num_completions_to_print": 0,
        "save_strategy": "no",
        "report_to": "none",
        "use_cpu": True,
        "bf16": False,
        "disable_tqdm": True,
        **unchecked,
    }
    trainer = GRPOTrainer(
        model=str(tiny),
        reward_funcs=TrlReward("ila", workers=0, judge=judge),
        args=GRPOConfig(**arguments),
        train_dataset=Dataset.from_list(data),
    )
    trainer.train()
    asked = len(address.bodies)
    table = tmp_path / "out" / "completions" / "completions_00001.parquet"
    seen = _compare_with_offline(table, "hir_ila", tmp_path)
    assert seen == {"satisfied", "violated", "unknown"}
    assert len(address.bodies) == asked, "nothing was asked for the comparison"
    log = trainer.state.log_history[0]
    assert 0 < log["hir/judge_unknown"] < 1


def test_an_online_run_stands_on_the_offline_verdicts_too(
    watch: Callable[..., Any],
    write: Callable[..., Path],
    soft_rows: list[Row],
    address: Any,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    keys = {"max_steps": 1, "per_device_train_batch_size": 48, "log_completions": True}
    seen = watch(data=write(soft_rows), hir_judge="judge", set=MODEL, **keys)
    asked = len(address.bodies)
    table = tmp_path / "out" / "completions" / "completions_00001.parquet"
    assert _compare_with_offline(table, "hir_ila", tmp_path) >= {"satisfied", "violated"}
    assert len(address.bodies) == asked
    log = seen.trainer.state.log_history[0]
    assert log["hir/untrusted"] == 1.0
    kept = [row["constraints"] for row in seen.written()]
    assert kept
    assert all(SOFT not in specs for specs in kept), "nobody measured the judge"
    assert "not replayed on: nobody measured how often 'm' is right" in caplog.text


def test_a_dead_judge_ends_a_run(
    watch: Callable[..., Any],
    write: Callable[..., Path],
    soft_rows: list[Row],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setattr("hir_plugin_llm.client._FIRST_WAIT", 0.001)
    seen = watch(
        train=False,
        data=write(soft_rows),
        max_steps=5,
        hir_judge="judge",
        hir_judge_patience=2,
        set=MODEL,
    )
    with pytest.raises(RunError, match=r"decided none .* in 2 steps .* the server cannot be"):
        seen.trainer.train()
    assert seen.trainer.state.global_step == 1
