"""`hir-kit relabel` on the shipped rollouts: what it writes, and that all of it is true."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from hir_kit import cli

EXAMPLES = Path(__file__).parents[2] / "examples"
ROLLOUTS = EXAMPLES / "rollouts.jsonl"


def _relabel(tmp_path: Path, *options: str, dump: Path = ROLLOUTS) -> list[dict[str, Any]]:
    out = tmp_path / "out.jsonl"
    assert cli.run(["relabel", str(dump), "-o", str(out), *options]) == 0
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def _answers(path: Path) -> list[str]:
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [row["completion"][0]["content"] for row in rows]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "".join(part["content"] for part in value)


def test_the_shipped_rollouts_are_what_they_claim_to_be() -> None:
    groups = [json.loads(line) for line in ROLLOUTS.read_text(encoding="utf-8").splitlines()]
    assert len(groups) >= 60
    assert all(2 <= len(group["constraints"]) <= 6 for group in groups)
    assert all(len(group["responses"]) in (4, 6) for group in groups)
    ids = {item["id"] for group in groups for item in group["constraints"]}
    assert len([id for id in ids if id.count(":") == 1]) == 25
    assert {id.partition(":")[0] for id in ids if id.count(":") == 2} == {"zh", "fr", "de"}
    texts = [response["text"] for group in groups for response in group["responses"]]
    assert len(set(texts)) == len(texts)


def test_every_replay_verifies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = _relabel(tmp_path, "--no-include-originals")
    assert {row["kind"] for row in rows} == {"replay"}
    assert len(rows) > 50
    capsys.readouterr()
    assert cli.run(["verify", str(tmp_path / "out.jsonl"), "--check", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["strict"]["rollouts"]["followed"] == len(rows)


def test_a_replay_carries_its_history(tmp_path: Path) -> None:
    replay = next(row for row in _relabel(tmp_path, "--step", "3") if row["kind"] == "replay")
    assert (replay["label"], replay["reward"], replay["schema"]) == (True, 1.0, 1)
    history = replay["hindsight"]
    assert history["step"] == 3
    assert history["lambda"] == pytest.approx(2 * 1.05**3)
    assert history["score"] == pytest.approx(
        history["f_div"] + history["lambda"] * history["f_int"]
    )
    kept, dropped = replay["constraints"], history["dropped"]
    assert kept
    assert dropped
    assert history["f_int"] == pytest.approx(len(kept) / (len(kept) + len(dropped)))
    assert replay["prompt"] != history["original_prompt"]
    assert {"hir_kit", "plugins", "resources", "seed"} <= set(replay["provenance"])


def test_originals_carry_the_label_they_earned(tmp_path: Path) -> None:
    for row in _relabel(tmp_path):
        if row["kind"] == "original":
            met = all(verdict["status"] == "satisfied" for verdict in row["verdicts"])
            assert row["label"] is met
            assert row["reward"] == float(met)


def test_no_dropped_text_is_left_in_a_rewritten_instruction(tmp_path: Path) -> None:
    for row in _relabel(tmp_path, "--no-include-originals"):
        asked = _text(row["prompt"])
        texts = [item["text"] for item in row["hindsight"]["dropped"] if "text" in item]
        assert not any(text in asked for text in texts)
        for item in row["constraints"]:
            text = item.get("text", "")
            # "It" speaks of what a dropped sentence named
            assert text in asked or text.replace("It ", "Your response ", 1) in asked


def test_kto_neighbours_share_neither_prompt_nor_response(tmp_path: Path) -> None:
    rows = _relabel(tmp_path, "--emit", "kto")
    assert {row["label"] for row in rows} == {True, False}
    for a, b in pairwise(rows):
        assert _text(a["prompt"]) != _text(b["prompt"])
        assert _text(a["completion"]) != _text(b["completion"])


def test_sft_holds_only_what_was_met(tmp_path: Path) -> None:
    hir = _relabel(tmp_path)
    rows = _relabel(tmp_path, "--emit", "sft")
    assert [row["id"] for row in rows] == [row["id"] for row in hir if row["label"]]
    assert "label" not in rows[0]


def test_dpo_pairs_are_of_two_kinds(tmp_path: Path) -> None:
    labels = {row["id"]: row["label"] for row in _relabel(tmp_path) if row["kind"] == "original"}
    rows = _relabel(tmp_path, "--emit", "dpo")
    kinds = Counter(row["kind"] for row in rows)
    assert kinds["response-pair"] > 10
    assert kinds["instruction-pair"] > 50
    for row in rows:
        if row["kind"] == "response-pair":
            assert row["rejected_prompt"] is None
            assert _text(row["chosen"]) != _text(row["rejected"])
            assert labels[row["id"]]
        else:
            assert row["chosen"] == row["rejected"]
            assert row["prompt"] != row["rejected_prompt"]
            assert not labels[row["id"]]


@pytest.mark.parametrize("more", [(), ("--json",), ("--no-include-originals",)])
def test_pairs_that_trl_alone_cannot_learn_from_are_named(
    more: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = _relabel(tmp_path, "--emit", "dpo", *more)
    count = sum(row["kind"] == "instruction-pair" for row in rows)
    said = capsys.readouterr().err
    assert f"note: {count} instruction-pair rows. TRL knows one prompt a pair" in said
    assert "dataset.filter(lambda row: row['rejected_prompt'] is None)" in said


@pytest.mark.parametrize("emit", ["hir", "sft", "kto", "verl"])
def test_rows_that_trl_takes_as_they_are_need_no_note(
    emit: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _relabel(tmp_path, "--emit", emit)
    assert "note:" not in capsys.readouterr().err


def test_strings_stay_strings_where_that_is_wanted(tmp_path: Path) -> None:
    dump = tmp_path / "dump.jsonl"
    group = json.loads(ROLLOUTS.read_text(encoding="utf-8").splitlines()[0])
    group["prompt"] = _text(group["prompt"])
    dump.write_text(json.dumps(group) + "\n", encoding="utf-8")
    assert isinstance(_relabel(tmp_path, dump=dump)[0]["prompt"], list)
    row = _relabel(tmp_path, "--no-messages", dump=dump)[-1]
    assert isinstance(row["prompt"], str)
    assert isinstance(row["completion"], str)
    assert isinstance(row["hindsight"]["original_prompt"], str)


def test_the_summary_counts_the_whole_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = _relabel(tmp_path, "--json")
    report = json.loads(capsys.readouterr().out)
    replays = sum(row["kind"] == "replay" for row in rows)
    assert report["rollouts"] == 336
    assert report["selected"] == sum(report["rewritten"].values()) + report["refused"]
    assert sum(report["rewritten"].values()) == replays == report["written"]["replay"]
    assert report["rollouts"] > report["failures"] > report["candidates"] > report["selected"]


def test_what_was_cut_off_is_counted_and_not_replayed(
    here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    """A response says so by a column of its own, which `hir` rows keep as its `meta`."""
    responses = [{"text": f"<<A>> a, {end}", "finish_reason": end} for end in ("length", "stop")]
    asked = [*row()["constraints"], {"id": "detectable_format:title"}]
    prompt = "Describe IPv6. Do not use commas. Begin with a title in double angular brackets."
    file = dump([row(responses=responses, constraints=asked, prompt=prompt)])
    command = ("relabel", file, "-o", tmp_path / "out.jsonl", "--no-include-originals")
    shown = here(*command).out.decode()
    assert re.search(r"  cut off +1 .*\ncandidates +1 ", shown)
    assert _answers(tmp_path / "out.jsonl") == ["<<A>> a, stop"]
    here(*command, "--truncated", "keep")
    assert len(_answers(tmp_path / "out.jsonl")) == 2


def test_one_group_is_no_groups(here: Any, dump: Any, row: Any, tmp_path: Path) -> None:
    shown = here("relabel", dump([row()]), "-o", tmp_path / "out.jsonl").out.decode()
    assert "1  in 1 group " in shown


def test_the_same_input_gives_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    written = []
    for seed in ("0", "1"):
        out = tmp_path / f"{seed}.jsonl"
        command = [sys.executable, "-m", "hir_kit", "relabel", str(ROLLOUTS), "--emit", "kto"]
        subprocess.run(
            [*command, "-o", str(out)],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        written.append(out.read_bytes())
    assert written[0] == written[1]


@pytest.mark.parametrize("emit", ["hir", "sft", "kto", "dpo"])
def test_the_datasets_library_reads_every_emission(
    tmp_path: Path, emit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    datasets = pytest.importorskip("datasets", reason="comes with hir-kit[train]")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    rows = _relabel(tmp_path, "--emit", emit)
    loaded = datasets.load_dataset(
        "json",
        data_files=str(tmp_path / "out.jsonl"),
        split="train",
        cache_dir=str(tmp_path / "cache"),
    )
    assert len(loaded) == len(rows)
    assert loaded[0]["prompt"] == rows[0]["prompt"]


def test_most_failures_on_real_prompts_become_replays_and_the_summary_says_what_to_do(
    tmp_path: Path, shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shared / "data" / "ifeval"
    files = [str(folder / "responses_qwen25_7b.jsonl"), "--prompts", str(folder / "prompts.jsonl")]
    out = str(tmp_path / "replays.jsonl")
    assert cli.run(["relabel", *files, "-o", out]) == 0
    shown = capsys.readouterr().out
    assert "refused" in shown
    assert cli.run(["relabel", *files, "-o", out, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["failures"] == 147
    assert report["candidates"] == report["selected"] == 88
    assert report["refused"] < 25
    every = [*files, "-o", out, "--json", "--no-include-originals"]
    assert cli.run(["relabel", *every, "--rewriter", "excise", "--rewriter", "waive"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert sum(report["rewritten"].values()) + report["refused"] == 88
    assert report["rewritten"]["excise"] >= 65
    assert cli.run(["verify", out, "--check"]) == 0
