"""Relabelling real instructions: MulDimIF's, whose constraints stand in a list of their own."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from hir_kit import cli

_ITEM = re.compile(r"^\s*(\d+)\. ", re.MULTILINE)


def _dump(shared: Path, pattern: str, out: Path) -> list[dict[str, Any]]:
    path = Path(__file__).parents[2] / "benchmarks" / "public_data.py"
    groups: list[dict[str, Any]] = runpy.run_path(str(path))["muldimif_dump"](shared, pattern, out)
    return groups


def _relabel(dump: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Any, list[dict[str, Any]]]:
    out = dump.with_name("replays.jsonl")
    options = ["--no-include-originals", "--top-k", "3", "--json"]
    assert cli.run(["relabel", str(dump), "-o", str(out), *options]) == 0
    report = json.loads(capsys.readouterr().out)
    return report, [json.loads(line) for line in out.read_text("utf-8").splitlines()]


def test_listed_constraints_are_cut_out_and_the_rest_is_left_alone(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    groups = {g["id"]: g for g in _dump(shared, "Listing", tmp_path / "dump.jsonl")}
    report, replays = _relabel(tmp_path / "dump.jsonl", capsys)
    assert report["rewritten"]["render"] > 0.95 * len(replays)
    assert report["selected"] == len(replays) + report["refused"]
    assert len(replays) > 0.9 * report["selected"]
    assert sum(item["count"] for item in report["refusals"]) >= report["refused"]
    for replay in replays:
        asked = replay["prompt"][-1]["content"]
        before = groups[replay["group"]]["prompt"][-1]["content"]
        assert len(asked) < len(before)
        for item in replay["hindsight"]["dropped"]:
            assert item["text"].rstrip(".") not in asked
        numbers = [int(number) for number in _ITEM.findall(asked)]
        assert numbers == list(range(1, len(numbers) + 1))
        for item in replay["constraints"]:
            if item["text"] in before:
                assert item["text"] in asked
    assert cli.run(["verify", str(tmp_path / "replays.jsonl"), "--check"]) == 0


def test_constraints_in_running_text_are_cut_out_or_refused_with_reasons(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _dump(shared, "Incorporation", tmp_path / "dump.jsonl")
    report, replays = _relabel(tmp_path / "dump.jsonl", capsys)
    assert report["refused"] < len(replays)
    assert all(item["example"] for item in report["refusals"])
    for replay in replays:
        for item in replay["hindsight"]["dropped"]:
            assert item["text"].rstrip(".") not in replay["prompt"][-1]["content"]
