"""Relabelling real instructions: MulDimIF's, whose constraints stand in a list of their own."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from hir_kit import cli

_QUOTED = re.compile(r"['‘\"“]([^'’\"”]+)['’\"”]")
_ITEM = re.compile(r"^\s*(\d+)\. ", re.MULTILINE)
_FILLER = "It depends on where and when you look"


def _spec(category: str, kind: str, text: str) -> dict[str, Any]:
    """Bind a constraint to an IFEval id where its sentence says just that; else leave it open."""
    spec: dict[str, Any] = {"id": f"muldimif:{category}_{kind}".replace(" ", ""), "text": text}
    most = re.search(r"(?:at most|no more than|not exceed) (\d+) words\.?$", text)
    least = re.search(r"at least (\d+) words\.?$", text)
    if most:
        kwargs: dict[str, Any] = {"relation": "less than", "num_words": int(most[1]) + 1}
        return {**spec, "id": "length_constraints:number_words", "kwargs": kwargs}
    if least:
        kwargs = {"relation": "at least", "num_words": int(least[1])}
        return {**spec, "id": "length_constraints:number_words", "kwargs": kwargs}
    if re.search(r"end with a period\.?$|punctuation must be a period\.?$", text):
        return {**spec, "id": "startend:end_checker", "kwargs": {"end_phrase": "."}}
    if "keyword" in text and _QUOTED.findall(text):
        kwargs = {"keywords": _QUOTED.findall(text)}
        return {**spec, "id": "keywords:existence", "kwargs": kwargs}
    return spec


def _responses(constraints: list[dict[str, Any]]) -> list[str]:
    words = [word for item in constraints for word in item.get("kwargs", {}).get("keywords", [])]
    named = " ".join([_FILLER, *words])
    return [f"{_FILLER}.", f"{named}!", f"{named}. " * 40 + "And so on"]


def _dump(shared: Path, pattern: str, out: Path) -> list[dict[str, Any]]:
    rows = json.loads((shared / "data" / "muldimif" / "test_even_rows.json").read_text("utf-8"))
    groups = []
    for row in rows:
        if row["constraint_pattern"] == pattern:
            constraints = [_spec(*item) for item in row["constraints"]]
            responses = _responses(constraints)
            groups.append(
                {
                    "id": row["id"],
                    "prompt": row["conversations"],
                    "constraints": constraints,
                    "responses": responses,
                }
            )
    out.write_text("".join(json.dumps(group) + "\n" for group in groups), "utf-8")
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
    assert report["rewritten"] == {"excise": len(replays)}
    assert report["selected"] == len(replays) + report["refused"]
    assert len(replays) > 0.7 * report["selected"]
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


def test_woven_constraints_are_refused_with_reasons(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _dump(shared, "Incorporation", tmp_path / "dump.jsonl")
    report, replays = _relabel(tmp_path / "dump.jsonl", capsys)
    assert report["refused"] > 10 * len(replays)
    assert all(item["example"] for item in report["refusals"])
