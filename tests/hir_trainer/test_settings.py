"""The configuration: file and flags, their precedence, and every mistake in them."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hir_kit.errors import ConfigError, OptionError
from hir_trainer import config as settings_module
from hir_trainer.config import load_settings, parse
from hir_trainer.methods import METHODS, keys_of_method, load_class, load_trl
from hir_trainer.yaml_file import read_config

Write = Callable[..., Path]


@pytest.mark.parametrize("method", METHODS)
def test_the_keys_read_from_source_are_those_of_the_classes(method: str) -> None:
    """As the parser sees them; what takes more than the source to know is converted later."""
    parser = load_trl().TrlParser
    real = load_class(method, "config"), load_trl().ModelConfig
    theirs, ours = (
        {tuple(action.option_strings): action for action in parser(classes)._actions}
        for classes in (real, keys_of_method(method))
    )
    assert ours.keys() == theirs.keys()
    unknown = {"optim": ["default"], "parallelism_config": ["type"]}
    unknown |= {key: ["choices", "help"] for key in ("log_level", "log_level_replica")}
    for flags, action in theirs.items():
        for what in ("nargs", "const", "choices", "default", "help", "type"):
            if what not in unknown.get(action.dest, ()):
                assert _plain(ours[flags], what) == _plain(action, what), (action.dest, what)


def _plain(action: Any, what: str) -> Any:
    value = getattr(action, what)
    return getattr(value, "__name__", value if value is None else str(value))


def test_parsing_imports_no_torch() -> None:
    code = (
        "import sys; sys.modules['torch'] = None; from hir_trainer.config import parse;"
        "print([parse(['--method', m])['learning_rate'] for m in ('sft', 'kto', 'dpo', 'hir')])"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[2e-05, 1e-06, 1e-06, 1e-06]"


def test_only_what_was_given_is_handed_on() -> None:
    given = parse(["--method", "dpo", "--beta", "0.3", "--lora_r=2", "--output_dir", "here"])
    assert {**given.training, "disable_tqdm": 0} == {
        "beta": 0.3,
        "output_dir": "here",
        "disable_tqdm": 0,
    }
    assert given.model == {"lora_r": 2}
    assert given["max_length"] == 1024


def config(write: Write, text: str) -> str:
    return str(write(text, "run.yaml"))


def refusal(arguments: list[str]) -> str:
    with pytest.raises(ConfigError) as caught:
        load_settings(arguments)
    message = str(caught.value)
    assert "\n" not in message
    return message


def checkpoints(training: Any) -> bool:
    """Whether activations are checkpointed, by either name: transformers have renamed it."""
    given: bool = getattr(training, "activation_checkpointing", training.gradient_checkpointing)
    return given


def test_kto_is_the_default_and_a_cpu_needs_no_flags() -> None:
    loaded = load_settings([])
    assert loaded.run.method == "kto"
    assert type(loaded.training).__name__ == "KTOConfig"
    assert loaded.training.use_cpu is True
    assert loaded.training.bf16 is False
    assert not checkpoints(loaded.training)
    assert loaded.training.output_dir == "hir-kto"


@pytest.mark.parametrize(("bf16", "expected"), [(True, {}), (False, {"bf16": False})])
def test_a_gpu_keeps_the_defaults_of_trl(
    bf16: bool, expected: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings_module, "_has_accelerator", lambda: True)
    monkeypatch.setattr(settings_module, "_has_bf16", lambda: bf16)
    assert settings_module._device_defaults(cpu_wanted=False) == expected
    assert settings_module._device_defaults(cpu_wanted=True)["use_cpu"] is True


def test_the_user_beats_the_cpu_defaults(write: Write) -> None:
    loaded = load_settings([config(write, "bf16: true\ngradient_checkpointing: true\n")])
    assert loaded.training.bf16 is True
    assert checkpoints(loaded.training)


def test_flags_beat_the_file_and_the_file_beats_the_defaults(write: Write) -> None:
    path = config(write, "method: dpo\nlora_r: 4\nbeta: 0.3\nlearning-rate: 5e-5\n")
    loaded = load_settings([path, "--lora-r", "2", "--max_length=77"])
    assert loaded.run.method == "dpo"
    assert loaded.model.lora_r == 2
    assert loaded.training.beta == 0.3
    assert loaded.training.learning_rate == 5e-5
    assert loaded.training.max_length == 77


@pytest.mark.parametrize(
    ("line", "part", "key", "value"),
    [
        ("save_strategy: no", "training", "save_strategy", "no"),
        ("max_length: null", "training", "max_length", None),
        (
            "model_init_kwargs: {use_cache: false}",
            "training",
            "model_init_kwargs",
            {"use_cache": False},
        ),
        ("lora_target_modules: all-linear", "model", "lora_target_modules", "all-linear"),
        (
            "lora_target_modules: [q_proj, v_proj]",
            "model",
            "lora_target_modules",
            ["q_proj", "v_proj"],
        ),
        ("use_peft: yes", "model", "use_peft", True),
        ("run_name: 7", "training", "run_name", "7"),
        ("pad_to_multiple_of: 8", "training", "pad_to_multiple_of", 8),
        ("data: a.jsonl", "run", "data", ["a.jsonl"]),
        ("data: [a.jsonl, b.jsonl]", "run", "data", ["a.jsonl", "b.jsonl"]),
        ("resume: true", "run", "resume", "true"),
    ],
)
def test_yaml_values(write: Write, line: str, part: str, key: str, value: Any) -> None:
    loaded = load_settings([config(write, line)])
    assert getattr(getattr(loaded, part), key) == value


def test_lists_and_bare_switches_on_the_command_line() -> None:
    loaded = load_settings(["--data", "a.jsonl", "b.jsonl", "--use_peft", "--dry-run", "--resume"])
    assert loaded.run.data == ["a.jsonl", "b.jsonl"]
    assert loaded.model.use_peft is True
    assert loaded.run.dry_run is True
    assert loaded.run.resume == "latest"


def test_a_misspelt_key_of_the_file_names_line_and_near_match(write: Write) -> None:
    message = refusal([config(write, "method: kto\n# note\nlerning_rate: 1\n")])
    assert "run.yaml, line 3: 'lerning_rate' is not a key of method kto" in message
    assert "'learning_rate'" in message


@pytest.mark.parametrize("flag", [["--lerning_rate", "3"], ["--lerning-rate=3"]])
def test_a_misspelt_flag(flag: list[str]) -> None:
    message = refusal(flag)
    assert message.startswith("command line: 'lerning_rate' is not a key of method kto")
    assert "'learning_rate'" in message


def test_a_prefix_of_a_key_is_not_that_key() -> None:
    assert "'learning_rat'" in refusal(["--learning_rat", "3"])


def test_a_key_of_another_method() -> None:
    message = refusal(["--method", "sft", "--desirable_weight", "2"])
    assert "'desirable_weight' is a key of method kto, and method is sft" in message


def test_an_unknown_method() -> None:
    message = refusal(["--method", "kot"])
    assert "'kot'" in message
    assert "sft, kto, dpo" in message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lora_r: many", "line 1: lora_r: invalid int value: 'many'"),
        ("lora_r: 2.5", "line 1: lora_r: invalid int value: '2.5'"),
        ("lora_r: [1, 2]", "line 1: lora_r cannot be a list"),
        ("lora_r:", "line 1: lora_r has no value"),
        ("beta: {a: 1}", "line 1: beta cannot be a dict"),
        ("bf16: perhaps", "line 1: bf16: Truthy value expected: got perhaps"),
        ("save_strategy: sometimes", "line 1: save_strategy: invalid choice: 'sometimes'"),
        ("beta: 1\nbeta: 2", "line 2: 'beta' stands at"),
        ("beta: 2026-99-99", "is not YAML: month must be in 1..12"),
        ("- beta", "must hold `key: value` lines"),
        ("beta: [1", "is not YAML"),
        ("\tbeta: 1", "line 1: is not YAML"),
    ],
)
def test_a_wrong_value_names_its_place(write: Write, text: str, expected: str) -> None:
    message = refusal([config(write, text)])
    assert "run.yaml" in message
    assert expected in message


def test_a_wrong_value_on_the_command_line() -> None:
    assert refusal(["--lora_r=many"]) == "command line: lora_r: invalid int value: 'many'."


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e999", "NaN"])
@pytest.mark.parametrize("method", METHODS)
def test_every_number_is_finite(method: str, value: str) -> None:
    numbers = [
        key for key, default in parse(["--method", method]).declared.items()
        if type(default) is float
    ]  # fmt: skip
    assert "learning_rate" in numbers
    for key in numbers:
        message = refusal(["--method", method, f"--{key}={value}"])
        assert message == f"command line: {key} is {float(value)}; it is a finite number."


@pytest.mark.parametrize(
    ("method", "line"),
    [
        ("kto", "learning_rate: .nan"),
        ("kto", "learning_rate: nan"),
        ("kto", "lr_scheduler_kwargs: {min_lr: .inf}"),
        ("dpo", "loss_weights: [1.0, .nan]"),
        ("hir", "hir_eta: .inf"),
    ],
)
def test_a_number_of_the_file_is_finite(method: str, line: str, write: Write) -> None:
    message = refusal([config(write, f"method: {method}\n{line}\n")])
    assert f"run.yaml, line 2: {line.partition(':')[0]} is " in message
    assert message.endswith("; it is a finite number.")


def test_numbers_within_a_dictionary_are_finite() -> None:
    message = refusal(['--lr_scheduler_kwargs={"min_lr": NaN}'])
    assert message.startswith("command line: lr_scheduler_kwargs is ")
    assert parse(['--lr_scheduler_kwargs={"min_lr": 1}'])["lr_scheduler_kwargs"]


def test_values_that_do_not_go_together() -> None:
    message = refusal(["--load_in_4bit", "true", "--load_in_8bit", "true"])
    assert message.startswith("the configuration is refused: ")
    assert "8 bit and 4 bit" in message


def test_a_missing_file_and_a_stray_argument(tmp_path: Path) -> None:
    assert "absent.yaml: cannot be read" in refusal([str(tmp_path / "absent.yaml")])
    assert "'run.yaml' belongs to no key" in refusal(["--max_steps", "3", "run.yaml"])


def test_the_usage_ping_is_off_unless_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "HF_HUB_DISABLE_TELEMETRY"
    monkeypatch.setenv(name, "kept")
    load_settings([])
    assert os.environ[name] == "kept"
    monkeypatch.delenv(name)
    load_settings(["--telemetry"])
    assert name not in os.environ
    load_settings([])
    assert os.environ[name] == "1"


def test_the_command_imports_nothing_heavy() -> None:
    code = (
        "import sys, hir_trainer, hir_trainer.cli;"
        "print({'torch', 'trl', 'transformers', 'datasets', 'yaml'} & set(sys.modules))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
keys = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True)


@settings(deadline=None)
@given(st.dictionaries(keys, scalars | st.lists(scalars, max_size=3), max_size=5))
def test_any_mapping_comes_back(
    tmp_path_factory: pytest.TempPathFactory, mapping: dict[str, Any]
) -> None:
    import yaml

    path = tmp_path_factory.mktemp("yaml") / "run.yaml"
    path.write_text(yaml.safe_dump(mapping, sort_keys=False), encoding="utf-8")
    entries = read_config(path)
    assert {key: entry.value for key, entry in entries.items()} == mapping


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("yaml") / "run.yaml"
    path.write_text(text, encoding="utf-8")
    with contextlib.suppress(ConfigError):
        assert all(isinstance(entry.place, str) for entry in read_config(path).values())


OPTIONED = """
from pydantic import BaseModel

from hir_kit import hookimpl
from hir_kit.plugin import Refusal


class Options(BaseModel):
    tone: str = "plain"
    limit: int = 3


class Nice:
    name = "nice"
    default = False
    removes = True
    options = Options

    def configure(self, options):
        self.chosen = options

    def rewrite(self, request):
        return Refusal("no", "never")


@hookimpl
def register_rewriters(register):
    register(Nice())
"""


@pytest.mark.parametrize(
    "text",
    [
        "set: [nice.tone=warm, nice.limit=7]",
        "set:\n  nice.tone: warm\n  nice.limit: 7",
    ],
    ids=["list", "mapping"],
)
def test_options_of_parts_are_given_by_set(write: Write, tmp_path: Path, text: str) -> None:
    plugin = tmp_path / "nice.py"
    plugin.write_text(OPTIONED, encoding="utf-8")
    loaded = load_settings([config(write, f"method: hir\nplugin: [{plugin}]\n{text}\n")])
    rewriter: Any = loaded.training.load_kit().rewriters["nice"]
    assert (rewriter.chosen.tone, rewriter.chosen.limit) == ("warm", 7)


def test_an_option_of_no_part_is_refused(write: Write) -> None:
    loaded = load_settings([config(write, "method: hir\nset: [nobody.tone=warm]\n")])
    with pytest.raises(OptionError, match=r"nobody"):
        loaded.training.load_kit()
