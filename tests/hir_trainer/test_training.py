"""Whole runs of TRL's trainers on a tiny model: train, save, resume, adapt, refuse."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from hir_kit.errors import ConfigError
from hir_trainer import train
from hir_trainer.__main__ import main
from hir_trainer.checkpoints import leave_tied_out
from hir_trainer.cli import train as command

Flags = Callable[..., list[str]]
METHODS = ["sft", "kto", "dpo"]


def weights(directory: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    tensors: dict[str, Any] = load_file(directory / "model.safetensors")
    return tensors


def differ(first: Path, second: Path) -> bool:
    import torch

    pairs = zip(weights(first).values(), weights(second).values(), strict=True)
    return not all(torch.equal(a, b) for a, b in pairs)


def refusal(arguments: list[str]) -> str:
    with pytest.raises(ConfigError) as caught:
        train(arguments)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("method", METHODS)
def test_train_save_and_resume(
    method: str, flags: Flags, tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    options = {"save_steps": 2, "lr_scheduler_type": "constant"}
    train(flags(method, output_dir=whole, max_steps=4, **options))
    assert differ(whole, tiny)
    assert (whole / "tokenizer.json").is_file()
    out, err = capsys.readouterr()
    assert out == ""
    assert re.search(rf"{method}: \d+ examples, 4 steps, final loss \d\.\d{{4}}, saved to ", err)

    train(flags(method, output_dir=parts, max_steps=2, **options))
    assert differ(parts, whole)
    train([*flags(method, output_dir=parts, max_steps=4, **options), "--resume"])
    state = json.loads((parts / "checkpoint-4" / "trainer_state.json").read_text())
    assert [entry["step"] for entry in state["log_history"]] == [1, 2, 3, 4]
    assert not differ(parts, whole)


def test_resume_from_a_given_checkpoint(flags: Flags, tmp_path: Path) -> None:
    train(flags("kto", save_steps=1))
    path = tmp_path / "out" / "checkpoint-1"
    train(flags("kto", resume=path, output_dir=tmp_path / "more"))
    assert not differ(tmp_path / "more", tmp_path / "out")


def test_a_checkpoint_lacks_no_weights_that_are_tied(
    flags: Flags, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    train(flags("sft", save_steps=1, max_steps=1))
    train([*flags("sft", save_steps=1, max_steps=2), "--resume"])
    assert "missing keys" not in caplog.text + capsys.readouterr().err


def test_weights_that_a_checkpoint_does_lack_are_told() -> None:
    from torch import nn

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.read = nn.Linear(2, 2, bias=False)
            self.tied = nn.Linear(2, 2, bias=False)
            self.own = nn.Linear(2, 2, bias=False)
            self.tied.weight = self.read.weight

    said: list[list[str]] = []
    trainer = SimpleNamespace(
        model=Model(), _issue_warnings_after_load=lambda result: said.append(result.missing_keys)
    )
    leave_tied_out(trainer)
    for missing in (["tied.weight"], ["own.weight", "tied.weight"], ["read.weight", "tied.weight"]):
        trainer._issue_warnings_after_load(
            SimpleNamespace(missing_keys=missing, unexpected_keys=[])
        )
    assert said == [[], ["own.weight"], ["read.weight", "tied.weight"]]


def test_lora_saves_the_adapter(flags: Flags, tmp_path: Path) -> None:
    train(flags("kto", use_peft=True, lora_r=2))
    saved = json.loads((tmp_path / "out" / "adapter_config.json").read_text())
    assert saved["r"] == 2
    assert (tmp_path / "out" / "adapter_model.safetensors").is_file()
    assert not (tmp_path / "out" / "model.safetensors").exists()


def test_evaluation(flags: Flags, files: dict[str, Path], tmp_path: Path) -> None:
    train(flags("dpo", eval_data=files["dpo"], eval_strategy="steps", eval_steps=1))
    state = json.loads((tmp_path / "out" / "checkpoint-2" / "trainer_state.json").read_text())
    assert sum("eval_loss" in entry for entry in state["log_history"]) == 2


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"eval_data": "x.jsonl"}, "eval_strategy is no"),
        ({"eval_strategy": "steps"}, "eval_data is missing"),
        ({"per_device_train_batch_size": 1}, "kto needs 2 or more"),
        ({"train_sampling_strategy": "random"}, "kto needs sequential"),
        ({"model_name_or_path": "./absent"}, "'./absent': no such directory"),
        ({"data": "absent.jsonl"}, "cannot read absent.jsonl"),
    ],
)
def test_refused_before_weights_load(
    keys: dict[str, Any], expected: str, flags: Flags, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hir_trainer.run.build_trainer", pytest.fail)
    assert expected in refusal(flags("kto", **keys))


def test_data_and_model_must_be_named(files: dict[str, Path]) -> None:
    assert refusal([]).startswith("data is missing")
    assert refusal([f"--data={files['kto']}"]).startswith("model_name_or_path is missing")


def test_kto_without_a_kl_term_takes_single_rows(flags: Flags) -> None:
    keys = {"per_device_train_batch_size": 1, "loss_type": "apo_zero_unpaired", "max_steps": 1}
    train(flags("kto", **keys))


def test_kto_leaves_out_a_row_that_would_be_alone_in_its_batch(
    flags: Flags,
    write: Callable[..., Path],
    emitted: dict[str, list[Any]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    train(flags("kto", data=write(emitted["kto"][:9])))
    assert "the last row of 9 is left out" in capsys.readouterr().err


def test_what_trl_refuses_is_one_line(flags: Flags) -> None:
    message = refusal(flags("kto", sync_ref_model=True, precompute_ref_log_probs=True))
    assert message.startswith("TRL's KTOTrainer cannot start: ")
    assert "sync_ref_model" in message


def test_a_dry_run_loads_no_weights(
    flags: Flags, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hir_trainer.run.build_trainer", pytest.fail)
    done = CliRunner().invoke(command, [*flags("kto"), "--dry-run"], catch_exceptions=False)
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["method", "kto"]
    assert "train on     18 examples (12 true, 6 false; 12 original, 6 replay)" in lines
    first = json.loads("\n".join(lines[lines.index("first example") + 1 :]))
    assert first["completion"][0]["content"] == "Thing 0 subnet."
    assert not (tmp_path / "out").exists()


def test_run_as_a_module(
    flags: Flags, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["hir_trainer", *flags("kto"), "--dry-run"])
    assert main() == 0
    assert "first example" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["hir_trainer", "--max_stepz=1"])
    assert main() == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("Error: command line: 'max_stepz'")
    assert err.count("\n") == 1
    monkeypatch.setattr(sys, "argv", ["hir_trainer", "--help"])
    assert main() == 0
    assert "Usage: python -m hir_trainer [OPTIONS] [CONFIG.yaml]" in capsys.readouterr().out
