"""Directories and patterns in place of files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hir_kit import UsageError
from hir_kit.files.names import expand


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the working directory, with a folder of step files and what else lies in it."""
    monkeypatch.chdir(tmp_path)
    for name in (
        "10.jsonl", "2.jsonl", "1.parquet", "3.jsonl.gz", "2b.ndjson.zst", "notes.txt",
        "metadata.json", ".hidden.jsonl", "2.jsonl.rejects.jsonl", "deep/4.jsonl",
        "deep/er/5.jsonl",
    ):  # fmt: skip
        path = tmp_path / "steps" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


def test_a_directory_stands_for_its_data_in_natural_order(steps: Path) -> None:
    del steps
    names = ["1.parquet", "2.jsonl", "2b.ndjson.zst", "3.jsonl.gz", "10.jsonl"]
    assert expand(["steps"]) == [f"steps/{name}" for name in names]
    assert expand(["steps/"]) == expand(["steps"])


def test_a_pattern_stands_for_what_matches(steps: Path) -> None:
    assert expand(["steps/*.jsonl"]) == ["steps/2.jsonl", "steps/10.jsonl"]
    assert expand([f"{steps}/steps/[0-9].*"]) == [
        f"{steps}/steps/{name}" for name in ("1.parquet", "2.jsonl", "3.jsonl.gz")
    ]
    assert expand(["steps/**/*.jsonl"]) == [
        "steps/2.jsonl", "steps/10.jsonl", "steps/deep/4.jsonl", "steps/deep/er/5.jsonl",
    ]  # fmt: skip


def test_names_keep_their_order_and_files_are_not_patterns(steps: Path) -> None:
    (steps / "a[1].jsonl").touch()
    assert expand(["-", "steps/notes.txt", "a[1].jsonl", "gone.jsonl", "steps/2*.jsonl"]) == [
        "-", "steps/notes.txt", "a[1].jsonl", "gone.jsonl", "steps/2.jsonl",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["steps/*.csv"], "no file matches 'steps/*.csv'"),
        (["steps/*/"], "no file matches"),
        (["steps/deep/../../empty"], "no data in the directory"),
        (["steps/2.jsonl", "steps"], "2.jsonl is given twice, by 'steps/2.jsonl' and by 'steps'"),
        (["steps/2.jsonl", "./steps/2.jsonl"], "is given twice"),
        (["-", "-"], "- is given twice:"),
    ],
)
def test_nothing_and_twice_are_errors(names: list[str], said: str, steps: Path) -> None:
    (steps / "empty").mkdir()
    with pytest.raises(UsageError) as caught:
        expand(names)
    assert said in str(caught.value)


def test_the_command_reads_directories_and_patterns(
    here: Any, row: Any, pack: Any, tmp_path: Path
) -> None:
    asked = [{"id": "punctuation:no_comma"}]
    for step in (10, 9):
        (tmp_path / f"{step}.jsonl").write_bytes(
            pack([row("One.", id=f"q{step}", constraints=asked)])
        )
    for name in (tmp_path, f"{tmp_path}/*.jsonl"):
        ran = here("verify", name, "-o", "-")
        assert [line["id"] for line in ran.lines] == ["q9/0", "q10/0"]


def test_prompts_may_be_a_directory(here: Any, tmp_path: Path) -> None:
    prompts = tmp_path / "prompts"
    prompts.mkdir()
    item = {"key": 1, "prompt": "Do.", "instruction_id_list": ["punctuation:no_comma"]}
    (prompts / "a.jsonl").write_text(json.dumps({**item, "kwargs": [{}]}), "utf-8")
    (tmp_path / "r.jsonl").write_text(json.dumps({"prompt": "Do.", "response": "x"}), "utf-8")
    ran = here("verify", tmp_path / "r.jsonl", "--prompts", prompts, "-o", "-")
    assert [line["id"] for line in ran.lines] == ["1/0"]


def test_a_link_in_a_circle_is_gone_through_once(steps: Path) -> None:
    (steps / "steps/deep/up").symlink_to("../..")
    (steps / "steps/deep/er/top").symlink_to("..")
    (steps / "other").mkdir()
    (steps / "other/7.jsonl").touch()
    (steps / "steps/linked").symlink_to(steps / "other")
    names = ["2.jsonl", "10.jsonl", "deep/4.jsonl", "deep/er/5.jsonl"]
    below = [f"steps/{name}" for name in (*names, "linked/7.jsonl")]
    assert expand(["steps/**/[24571]*.jsonl"])[:4] == below[:4]
    assert {Path(name).name for name in expand(["steps/**/*.jsonl"])} == {
        Path(name).name for name in below
    }
    assert len(expand(["**/*.jsonl"])) == len(below)
    assert expand(["steps/**/er/*.jsonl"]) == ["steps/deep/er/5.jsonl"]
    assert expand([f"{steps}/other/**/*.jsonl"]) == [f"{steps}/other/7.jsonl"]
