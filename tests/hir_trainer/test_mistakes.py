"""Every mistake that can be seen without torch is told without it, and at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hir_kit.errors import HirKitError
from hir_trainer.plan import make_plan

Flags = Callable[..., list[str]]
SECONDS = 2.0

SCRIPT = """
import json, sys, time
sys.modules["torch"] = None  # whatever imports it fails
from hir_kit.errors import HirKitError
from hir_trainer.plan import make_plan

for arguments in json.load(sys.stdin):
    begun = time.process_time()
    try:
        make_plan(arguments)
        said = "nothing"
    except HirKitError as error:
        said = str(error)
    print(json.dumps([said, time.process_time() - begun]))
"""


def told(runs: list[list[str]]) -> list[tuple[str, float]]:
    """What is said of each command line where torch cannot be imported, and after how long."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**environment, "HF_HUB_OFFLINE": "1"},
        input=json.dumps(runs),
        capture_output=True,
        text=True,
        check=True,
    )
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


@pytest.fixture
def places(tmp_path: Path, tiny: Path) -> dict[str, Path]:
    """Directories that are no models, or are taken."""
    taken = tmp_path / "taken"
    (taken / "checkpoint-3").mkdir(parents=True)
    (tmp_path / "empty").mkdir()
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "config.json").write_text("{", encoding="utf-8")
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "config.json").write_text("{}", encoding="utf-8")
    adapter = tmp_path / "adapter"
    adapter.mkdir()
    (adapter / "adapter_config.json").write_text("{}", encoding="utf-8")
    yaml = tmp_path / "run.yaml"
    yaml.write_text("method: kto\nlerning_rate: 1\n", encoding="utf-8")
    return {"file": tiny / "config.json", "yaml": yaml} | {
        path.name: path for path in (taken, tmp_path / "empty", broken, bare, adapter)
    }


def test_mistakes_are_told_without_torch_and_in_time(
    flags: Flags, online_flags: Flags, places: dict[str, Path], files: dict[str, Path]
) -> None:
    kto = flags("kto")
    expected: list[tuple[list[str], str]] = [
        ([str(places["yaml"])], "run.yaml, line 2: 'lerning_rate' is not a key"),
        ([*kto, "--lerning_rate", "3"], "'lerning_rate' is not a key of method kto"),
        ([*kto, "--hir_top_k", "3"], "'hir_top_k' is a key of method hir"),
        ([*kto, "--max_steps", "many"], "max_steps: invalid int value: 'many'"),
        ([*kto, "--save_strategy", "sometimes"], "save_strategy: invalid choice"),
        ([*kto, "--bf16", "perhaps"], "bf16: Truthy value expected"),
        (["--method", "kot"], "method: 'kot' is not known"),
        (flags("kto", data="absent.jsonl"), "cannot read absent.jsonl"),
        (flags("dpo", data=files["kto"]), "holds rows of `--emit kto`"),
        (flags("kto", model_name_or_path="./absent"), "'./absent': no such directory"),
        (flags("kto", model_name_or_path="no/model"), "the model id is not in the cache"),
        (flags("kto", model_name_or_path=places["file"]), "is a file"),
        (flags("kto", model_name_or_path=places["empty"]), "holds no model (config.json"),
        (flags("kto", model_name_or_path=places["broken"]), "config.json there cannot be read"),
        (flags("kto", model_name_or_path=places["bare"]), "the directory holds no weights"),
        (flags("kto", model_name_or_path=places["adapter"]), "holds an adapter alone"),
        (flags("kto", output_dir=places["taken"]), "holds another run (checkpoint-3)"),
        (flags("kto", output_dir=places["file"]), "is a file, not a directory"),
        ([*flags("kto", output_dir=places["empty"]), "--resume"], "holds no checkpoint"),
        (flags("kto", per_device_train_batch_size=1), "kto needs 2 or more"),
        (online_flags(num_generations=5), "Set per_device_train_batch_size to 10"),
        (online_flags(hir_top_k=-1), "hir_top_k is -1; it is 0 or more"),
        (online_flags(hir_rewriters="rendr"), "no rewriter 'rendr'"),
        (online_flags(plugin="absent.py"), "cannot read the plugin absent.py"),
    ]
    found = told([arguments for arguments, _ in expected])
    for (arguments, message), (said, seconds) in zip(expected, found, strict=True):
        assert message in said, arguments
        assert seconds < SECONDS, said


def refusal(arguments: list[str]) -> str:
    with pytest.raises(HirKitError) as caught:
        make_plan(arguments)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_model_on_the_hub_is_asked_for(flags: Flags, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    answers: list[Exception] = [OSError("Name or service not known"), ValueError("no such model")]

    def answer(url: str, **options: Any) -> None:
        assert url.endswith("/no/model/resolve/main/config.json")
        assert options["timeout"] < SECONDS
        raise answers.pop()

    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setattr(huggingface_hub, "get_hf_file_metadata", answer)
    for said in ("no such model", "Name or service not known"):
        message = refusal(flags("kto", model_name_or_path="no/model"))
        assert "'no/model': no such directory, and the model id cannot be loaded" in message
        assert said in message
