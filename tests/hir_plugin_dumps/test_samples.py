"""Every sample in examples/dumps says what the groups say that it was made of."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path

import pytest

from hir_kit import cli

from .conftest import (
    CHOSEN,
    DUMPS,
    EXAMPLES,
    KIT,
    SAMPLES,
    TOKENIZER,
    asked,
    asked_by,
    originals,
    read_sample,
    rows_of,
)


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_is_read_as_what_it_was_made_of(sample: str) -> None:
    read = read_sample(sample)
    assert read.rejects == []
    known = originals()
    assert [asked_by(group) for group in read.groups] == [asked(known[id]) for id in CHOSEN]
    ids = [rollout.id for group in read.groups for rollout in group.rollouts]
    assert len(set(ids)) == len(ids) == 24
    assert all(group.complete for group in read.groups)


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_rows_one_by_one_have_the_same_ids(sample: str) -> None:
    whole = read_sample(sample)
    pieces = read_sample(sample, whole_groups=False)
    assert not any(group.complete for group in pieces.groups)
    texts = {r.id: r for group in pieces.groups for r in group.rollouts}
    assert texts == {r.id: r for group in whole.groups for r in group.rollouts}


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_is_recognized_by_its_format_alone(sample: str) -> None:
    row = rows_of(sample)[0]
    formats = [item for item in KIT.formats.values() if hasattr(item, "recognizes")]
    assert [item.name for item in formats if item.recognizes(row)] == [SAMPLES[sample]]


BY_THE_WRITER = {"make_trl.py", "make_lm_eval.py"}  # they run the writer itself


@pytest.mark.parametrize(
    "script",
    sorted(path.name for path in DUMPS.glob("make_*.py") if path.name not in BY_THE_WRITER),
)
def test_the_samples_are_what_their_scripts_write(
    script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(DUMPS), *sys.path])
    files = runpy.run_path(str(DUMPS / script))["files"]()
    assert files
    for name, rows in files.items():
        assert json.loads(json.dumps(rows)) == rows_of(name)


def test_every_sample_is_read_by_some_test() -> None:
    files = {str(path.relative_to(DUMPS)) for path in DUMPS.glob("*/*.*")}
    files = {file for file in files if "__pycache__" not in file}
    assert files == set(SAMPLES) | {"openai_batch/requests.jsonl"}


def test_the_formats_are_told_without_being_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, (sample, name) in enumerate(SAMPLES.items()):
        options = ["--prompts", str(EXAMPLES / "rollouts.jsonl")]
        if name == "open-instruct":
            options += ["--tokenizer", TOKENIZER]
        out = str(tmp_path / f"{number}.jsonl")
        assert cli.run(["relabel", str(DUMPS / sample), *options, "-o", out, "--strict"]) == 0
        assert f"format: {name}, by its rows" in capsys.readouterr().err
        replays = [json.loads(line) for line in Path(out).read_text("utf-8").splitlines()]
        assert {row["hindsight"]["rewriter"] for row in replays if row["kind"] == "replay"} == {
            "render"
        }
