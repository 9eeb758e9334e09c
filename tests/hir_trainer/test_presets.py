"""Every preset in examples/train is valid, and says a command that works."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from hir_trainer.cli import train as command
from hir_trainer.plan import make_plan
from hir_trainer.run import train

DIRECTORY = Path(__file__).parents[2] / "examples" / "train"
PRESETS = sorted(DIRECTORY.glob("*.yaml"))
NAMES = [path.stem for path in PRESETS]


def commands(path: Path) -> list[list[str]]:
    """The indented commands in the comment at the top of a preset."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    text = re.sub(r" +#? +", "  ", text)
    return [shlex.split(line) for line in re.findall(r"^#  (\w.*)$", text, flags=re.MULTILINE)]


def test_the_presets_are_all_there() -> None:
    assert NAMES == [
        "dpo_cpu",
        "hir_cpu",
        "hir_fsdp_8gpu",
        "hir_lora_1gpu",
        "hir_paper",
        "kto_cpu",
        "kto_fsdp_8gpu",
        "kto_lora_1gpu",
        "sft_cpu",
    ]


@pytest.mark.parametrize("path", PRESETS, ids=NAMES)
def test_a_preset_is_valid(
    path: Path, tiny: Path, files: dict[str, Path], instructions: Path
) -> None:
    data = instructions if path.stem.startswith("hir") else files["hir"]
    plan = make_plan([str(path), f"--model_name_or_path={tiny}", f"--data={data}"])
    assert plan.settings.run.method == path.stem.partition("_")[0]
    assert plan.settings.training.output_dir.startswith("hir-")
    if "cpu" not in path.stem:  # in bfloat16 a weight's steps are too large for full training
        lora = plan.settings.model.use_peft
        assert plan.settings.model.dtype == ("bfloat16" if lora else "float32")


@pytest.mark.parametrize("path", PRESETS, ids=NAMES)
def test_a_preset_names_its_own_command(path: Path) -> None:
    from accelerate.commands.launch import launch_command_parser

    said = commands(path)
    last = said[-1]
    assert f"examples/train/{path.name}" in last
    if last[0] == "accelerate":
        launch = launch_command_parser().parse_args(last[2:])
        assert (launch.module, launch.training_script) == (True, "hir_trainer")
        processes = 6 if path.stem == "hir_fsdp_8gpu" else 8  # vLLM has the other two GPUs
        assert (launch.num_processes, launch.use_fsdp) == (processes, True)
    else:
        assert last[:2] == ["hir-kit", command.name]


@pytest.mark.parametrize("name", ["sft_cpu", "kto_cpu", "dpo_cpu"])
def test_a_cpu_preset_trains(name: str, tiny: Path, files: dict[str, Path], tmp_path: Path) -> None:
    keys = {"model_name_or_path": tiny, "data": files["hir"], "output_dir": tmp_path}
    flags = [f"--{key}={value}" for key, value in keys.items()]
    train([str(DIRECTORY / f"{name}.yaml"), *flags, "--max_steps=2"])
    assert (tmp_path / "model.safetensors").is_file()


def test_the_preset_of_the_paper_has_its_values(tiny: Path, instructions: Path) -> None:
    path = DIRECTORY / "hir_paper.yaml"
    flags = [f"--model_name_or_path={tiny}", f"--data={instructions}"]
    training = make_plan([str(path), *flags]).settings.training
    assert (training.num_generations, training.hir_top_k) == (6, 2)
    assert (training.hir_lambda0, training.hir_eta) == (2.0, 0.05)
    assert (training.hir_advantage, training.hir_replay_weight) == ("batch", 1.0)
    assert (training.hir_reward, training.hir_behaviour) == ("ila", "original")
    assert 8 * training.generation_batch_size // training.num_generations == 64


def test_the_online_preset_replays_and_its_replays_verify(tmp_path: Path) -> None:
    from hir_kit.cli import run
    from hir_trainer.tiny import build_tiny_model, read_texts

    rollouts = DIRECTORY.parent / "rollouts.jsonl"
    model = build_tiny_model(tmp_path / "tiny", read_texts(rollouts))
    flags = [f"--model_name_or_path={model}", f"--data={rollouts}", f"--output_dir={tmp_path}"]
    train([str(DIRECTORY / "hir_cpu.yaml"), *flags, "--max_steps=4"])
    assert run(["verify", "--check", str(tmp_path / "replays.jsonl")]) == 0
