"""The log that a person reads: a line a logging step, with the numbers that matter."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from hir_trainer import train
from hir_trainer.progress import NO_ROW, Lines

Flags = Callable[..., list[str]]


def lines(capsys: pytest.CaptureFixture[str], method: str, *logs: dict[str, Any]) -> list[str]:
    """What is written of these logs, one a step."""
    shown = Lines(method)
    for step, entry in enumerate(logs, start=1):
        state = SimpleNamespace(global_step=step, max_steps=20, is_world_process_zero=True)
        shown.on_log(None, state, None, logs=entry)
    return capsys.readouterr().out.splitlines()


ONLINE = {"loss": 0.0, "hir/ila": 0.0, "hir/cla": 0.25, "hir/replays": 4.0, "hir/rows": 0.0}


@pytest.mark.parametrize(
    ("method", "logs", "expected"),
    [
        ("sft", {"loss": 2, "mean_token_accuracy": 0.5}, "loss 2.0000  token accuracy 0.500"),
        ("kto", {"loss": 0.5, "kl": 0.1, "rewards/margins": 0.25, "logps/chosen": -3},
         "loss 0.5000  margin +0.2500  kl 0.1000"),
        ("dpo", {"loss": 0.6, "rewards/accuracies": 1, "grad_norm": 3.21, "learning_rate": 5e-7},
         "loss 0.6000  accuracy 1.000  gradient 3.21  rate 5e-07"),
        ("hir", ONLINE, "loss 0  ila 0.000  cla 0.250  replays 4  rows 0"),
        ("kto", {"eval_loss": 0.5, "eval_kl": 0.1}, "evaluated  loss 0.5000  kl 0.1000"),
    ],
)  # fmt: skip
def test_a_line_holds_what_matters(
    method: str, logs: dict[str, Any], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (line,) = lines(capsys, method, logs)
    assert line.startswith(f"step  1/20  {expected}")
    assert "{" not in line


def test_replays_without_rows_are_told_and_advice_is_given_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs = {**ONLINE, "hir/no_row_cut_off": 3.0, "hir/no_row_alike": 1.0}
    first, second, advice, third, fourth = lines(capsys, "hir", logs, logs)
    assert second.strip() == (
        "4 of 4 replays gave no row: 3 the contrast was cut off, 1 met by all of the group"
    )
    assert advice.strip().startswith("advice: responses that max_completion_length cuts off")
    assert first[6:] == third[6:].replace(" 2/20", " 1/20") or third.startswith("step  2/20")
    assert fourth == second


@pytest.mark.parametrize("reason", NO_ROW)
def test_every_reason_has_words(reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = lines(capsys, "hir", {**ONLINE, f"hir/no_row_{reason}": 4.0})
    assert f"4 of 4 replays gave no row: 4 {NO_ROW[reason].meaning}" in told[1]
    assert len(told) == 2 + bool(NO_ROW[reason].advice)


def test_no_advice_where_few_replays_have_no_row(capsys: pytest.CaptureFixture[str]) -> None:
    told = lines(capsys, "hir", {**ONLINE, "hir/rows": 18.0, "hir/no_row_alike": 1.0})
    assert len(told) == 2


def test_a_run_logs_lines_and_no_dictionaries(
    online_flags: Flags, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    """Every completion is cut off, and only the group is weighed: no replay adds a row."""
    keys = {"hir_advantage": "regroup", "hir_replay_truncated": False, "max_steps": 2}
    train(online_flags(**keys))
    told = capsys.readouterr().err
    assert re.search(r"step 1/2  loss \S+  ila \S+  cla \S+  replays \S+  rows \S+  length", told)
    assert re.search(r"step 2/2 .*  gradient \S+  rate \S+  \S+ s/step  \S+ left", told)
    assert "{'" not in told
    assert re.search(r"hir: 24 instructions, 2 steps, ila \S+ at first, \S+ at last, cla ", told)
    state = (tmp_path / "out" / "trainer_state.json").read_text()
    assert '"hir/no_row_cut_off"' in state
    assert '"clip_ratio/' in state
