"""A directory knows whose it is: what may be resumed, what may be replaced, and what is said."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hir_kit.errors import ConfigError
from hir_trainer import train
from hir_trainer.config import parse
from hir_trainer.directory import differences, find_checkpoint, record_of
from hir_trainer.plan import make_plan

Flags = Callable[..., list[str]]


def refusal(arguments: list[str]) -> str:
    with pytest.raises(ConfigError) as caught:
        make_plan(arguments)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory, tiny: Path, files: dict[str, Path]) -> Path:
    """The directory of a run of two steps, with a checkpoint of each."""
    directory = tmp_path_factory.mktemp("used") / "run"
    keys = {
        "method": "kto",
        "data": files["kto"],
        "model_name_or_path": tiny,
        "output_dir": directory,
        "max_steps": 2,
        "save_steps": 1,
        "per_device_train_batch_size": 4,
        "learning_rate": 1e-3,
        "logging_steps": 1,
    }
    train([f"--{key}={value}" for key, value in keys.items()])
    return directory


@pytest.fixture
def out(used: Path, tmp_path: Path) -> Path:
    """A copy of that directory, where the flags of a run point to."""
    return shutil.copytree(used, tmp_path / "out")


def test_every_checkpoint_says_whose_it_is(used: Path, files: dict[str, Path], tiny: Path) -> None:
    records = [
        json.loads((used / place / "hir_run.json").read_bytes())
        for place in (".", "checkpoint-1", "checkpoint-2")
    ]
    assert records[0] == records[1] == records[2]
    assert records[0]["method"] == "kto"
    assert records[0]["model"]["name"] == str(tiny)
    assert [*records[0]["data"]] == [str(files["kto"])]
    assert records[0]["options"] == {"learning_rate": 1e-3, "rows of an update": 4}


def test_a_used_directory_is_refused_with_a_free_one(flags: Flags, out: Path) -> None:
    (out.parent / "out-2").mkdir()
    message = refusal(flags("kto"))
    assert f"output_dir {out} holds another run (checkpoint-1, checkpoint-2" in message
    assert f"`--output_dir {out.parent / 'out-3'}`" in message
    assert "--resume" in message
    assert "--overwrite" in message
    assert message == refusal([*flags("kto"), "--dry_run"])


@pytest.mark.parametrize(
    "left", ["model.safetensors", "adapter_model.safetensors", "trainer_state.json"]
)
def test_what_makes_a_directory_used(flags: Flags, tmp_path: Path, left: str) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").touch()
    make_plan(flags("kto"))
    (tmp_path / "out" / left).touch()
    assert f"holds another run ({left})" in refusal(flags("kto"))


def test_the_directory_of_the_model_is_never_written_to(flags: Flags, tiny: Path) -> None:
    message = refusal([*flags("kto", output_dir=tiny), "--overwrite"])
    assert f"output_dir {tiny} is where the model comes from" in message


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"method": "sft"}, "method was kto and is sft"),
        ({"data": "other"}, "data was {kto} and is {other}"),
        ({"learning_rate": "0.5"}, "learning_rate was 0.001 and is 0.5"),
        ({"beta": "0.2"}, "beta was the default and is 0.2"),
        ({"seed": "7"}, "seed was the default and is 7"),
        ({"use_peft": "true"}, "use_peft was the default and is True"),
        ({"per_device_train_batch_size": "2"}, "rows of an update was 4 and is 2"),
        ({"model_name_or_path": "model"}, "model was {tiny} and is {model}"),
    ],
)
def test_another_run_is_not_resumed(
    changes: dict[str, str],
    expected: str,
    flags: Flags,
    out: Path,
    files: dict[str, Path],
    emitted: dict[str, list[Any]],
    write: Callable[..., Path],
    tiny: Path,
    tmp_path: Path,
) -> None:
    method = changes.pop("method", "kto")
    places = {"kto": files["kto"], "tiny": tiny, "model": tmp_path / "model"}
    if changes.get("data"):
        changes["data"] = places["other"] = str(write(emitted["kto"][:8], "other.jsonl"))
    if changes.get("model_name_or_path"):
        changes["model_name_or_path"] = str(shutil.copytree(tiny, places["model"]))
        weights = places["model"] / "model.safetensors"
        weights.write_bytes(weights.read_bytes()[:-1] + b"!")
    message = refusal([*flags(method, **changes), "--resume"])
    assert f"resume: {out / 'checkpoint-2'} is of another run: " in message
    assert expected.format_map(places) in message
    assert f"--model_name_or_path {out / 'checkpoint-2'}" in message


def test_what_may_change_when_a_run_goes_on(
    flags: Flags, out: Path, tiny: Path, tmp_path: Path
) -> None:
    moved = shutil.copytree(tiny, tmp_path / "moved")
    keys = {"max_steps": 9, "save_steps": 5, "logging_steps": 3, "run_name": "again"}
    keys |= {"per_device_train_batch_size": 2, "gradient_accumulation_steps": 2}
    given = parse([*flags("kto", model_name_or_path=moved, **keys), "--resume"])
    assert find_checkpoint(given) == out / "checkpoint-2"


def test_data_with_another_content(
    flags: Flags, write: Callable[..., Path], emitted: dict[str, list[Any]]
) -> None:
    before = record_of(parse(flags("kto", data=write(emitted["kto"]))))
    after = record_of(parse(flags("kto", data=write(emitted["kto"][:8]))))
    assert differences(before, before) == []
    assert differences(before, after) == [f"data {next(iter(after['data']))} has another content"]


def test_a_dataset_of_the_hub_is_known_by_its_name(flags: Flags) -> None:
    records = [record_of(parse(flags("hir", data=f"hf:some/{name}"))) for name in ("a", "b")]
    assert differences(*records) == ["data was hf:some/a and is hf:some/b"]


def test_a_checkpoint_of_nobody(flags: Flags, out: Path) -> None:
    for path in (out / "hir_run.json", out / "checkpoint-2" / "hir_run.json"):
        path.unlink()
    assert "does not say of which run it is" in refusal([*flags("kto"), "--resume"])


def test_no_checkpoint(flags: Flags, tmp_path: Path) -> None:
    assert f"{tmp_path / 'out'} holds no checkpoint" in refusal([*flags("kto"), "--resume"])
    assert f"{tmp_path} is no checkpoint" in refusal(flags("kto", resume=tmp_path))
    assert "both set" in refusal([*flags("kto"), "--resume", "--overwrite"])


def test_another_run_takes_a_directory_over_and_is_the_one_that_goes_on(
    flags: Flags,
    out: Path,
    write: Callable[..., Path],
    emitted: dict[str, list[Any]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = write(emitted["kto"][:8], "other.jsonl")
    train([*flags("kto", data=other, max_steps=1, save_steps=1), "--overwrite"])
    assert "checkpoint-1, checkpoint-2, " in capsys.readouterr().err
    assert [path.name for path in out.glob("checkpoint-*")] == ["checkpoint-1"]
    (out / "checkpoint-9").mkdir()  # of a run that was killed while it saved
    train([*flags("kto", data=other, max_steps=2), "--resume"])
    said = capsys.readouterr().err
    assert f"kto: 8 examples, 1 step after the 1 of {out / 'checkpoint-1'}, final loss" in said
    assert (out / "checkpoint-2" / "hir_run.json").is_file()


@pytest.mark.parametrize("keys", [{"max_steps": 1}, {"max_steps": -1, "num_train_epochs": 0.4}])
def test_no_step_is_said_to_be_none(
    keys: dict[str, Any], flags: Flags, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (out / "model.safetensors").read_bytes()
    train([*flags("kto", **keys), "--resume"])
    said = capsys.readouterr().err
    assert f"kto: 0 steps trained: {out / 'checkpoint-2'} has taken 2 already, of " in said
    assert "step " not in said.replace("steps", "")
    assert (out / "model.safetensors").read_bytes() == before
