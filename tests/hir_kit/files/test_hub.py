"""Instructions by the name of their dataset, through the real `datasets`, without a network."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

import hir_kit
from hir_kit import UsageError
from hir_kit.files.names import expand
from hir_kit.model.rollout import Reject
from hir_kit.read.instructions import Instructions, load_instructions

KIT = hir_kit.load(installed=False)
SAMPLES = Path(__file__).parents[3] / "examples" / "instructions"


class _Strict:
    def reject(self, reject: Reject) -> None:
        raise AssertionError(reject)

    def advance(self, size: int) -> None:
        pass


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder for a dataset; what `datasets` keeps stays beside it, and it stays offline."""
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    path = tmp_path / "set"
    path.mkdir()
    return path


def _sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def _load(name: str) -> Instructions:
    return load_instructions([name], KIT.instructions, _Strict())


@pytest.mark.parametrize("name", ["if_multi.jsonl", "rlvr_ifeval.jsonl", "ifeval.jsonl"])
def test_a_dataset_reads_like_its_file(name: str, folder: Path) -> None:
    (folder / "train.jsonl").write_bytes(_sample(name))
    by_name, by_file = _load(f"hf:{folder}:train"), _load(str(SAMPLES / name))
    rows = [json.loads(line) for line in _sample(name).splitlines()]
    for number in range(len(rows)):
        one, other = by_name.find_row(number), by_file.find_row(number)
        assert (one.prompt, one.constraints) == (other.prompt, other.constraints)
    assert str(by_name.find_row(0).location) == f"hf:{folder}:train:1"


def test_the_only_split_needs_no_name(folder: Path) -> None:
    (folder / "test.jsonl").write_bytes(_sample("ifeval.jsonl"))
    assert len(_load(f"hf:{folder}")) == 1
    assert len(_load(f"hf:{folder}:test[:1]")) == 1


def test_one_of_several_splits_has_to_be_named(folder: Path) -> None:
    for split in ("train", "test"):
        (folder / f"{split}.jsonl").write_bytes(_sample("ifeval.jsonl"))
    with pytest.raises(UsageError, match=r"has the splits train, test: say which, .*:SPLIT"):
        _load(f"hf:{folder}")
    with pytest.raises(UsageError, match=r"cannot load .*\(ValueError: .*\"dev\".*hf download"):
        _load(f"hf:{folder}:dev")


@pytest.mark.parametrize("name", ["hf:", "hf:a b", "hf:a/b@", "hf:a/b:", "hf:a/b:x:y"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match=r"names no dataset: hf:OWNER/NAME"):
        _load(name)


def test_what_is_not_there_says_what_to_do(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot load hf:.*nowhere: there is no folder .*nowhere"):
        _load(f"hf:{folder}/nowhere")
    (folder / "broken.jsonl").write_bytes(b"{")
    with pytest.raises(UsageError, match=r"cannot load hf:.*hf download .*--prompts DIR"):
        _load(f"hf:{folder}")


def test_a_folder_that_is_not_there_needs_no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(UsageError, match=r"there is no folder \./nope\. hf:OWNER/NAME"):
        _load("hf:./nope")


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(UsageError, match=r"needs the package datasets .*hir-kit\[train\]"):
        _load("hf:allenai/IF_multi_constraints_upto5")


def test_names_of_datasets_are_no_patterns() -> None:
    assert expand(["hf:a/b:train[:10]"]) == ["hf:a/b:train[:10]"]


def test_the_command_joins_to_a_dataset(here: Any, dump: Any, folder: Path) -> None:
    (folder / "train.jsonl").write_bytes(_sample("ifeval.jsonl"))
    [row] = [json.loads(line) for line in _sample("ifeval.jsonl").splitlines()]
    answers = dump([{"prompt": row["prompt"], "response": "Tea, mild."}])
    ran = here("verify", answers, "--format", "ifeval", "--prompts", f"hf:{folder}", "-o", "-")
    assert [verdict["status"] for verdict in ran.lines[0]["verdicts"]] == ["violated"] * 2
