"""`relabel --refused FILE`: the selected failures that no strategy could rewrite, to try again."""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Row = dict[str, Any]
Start = Callable[..., "subprocess.Popen[bytes]"]

PICKY = """
import time
from hir_kit import hookimpl
from hir_kit.plugin import Refusal, instruction_of, with_instruction

class Picky:
    name, default, removes = "picky", False, False
    def rewrite(self, request):
        time.sleep(0.01)
        text = instruction_of(request.prompt)
        if len(text) % 2 == 0:
            return Refusal("even", "an even number of characters")
        return with_instruction(request.prompt, text + " Or else not.")

@hookimpl
def register_rewriters(register): register(Picky())
"""


def _lines(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_what_is_refused_can_be_relabelled_again(
    here: Any, large: Path, plugin: Any, tmp_path: Path
) -> None:
    out, aside = tmp_path / "out.jsonl", tmp_path / "refused.jsonl"
    picky = ["--plugin", plugin(PICKY), "--rewriter", "picky"]
    ran = here("relabel", large, "-o", out, "--refused", aside, *picky, "--json")
    assert ran.code == 0
    rows = _lines(aside)
    responses = [one for row in rows for one in row["responses"]]
    assert len(responses) == ran.json["refused"] > 0
    source = {row["id"]: row for row in map(json.loads, _readable(large))}
    for row in rows:
        original = source[row["id"]]
        assert (row["prompt"], row["task"]) == (original["prompt"], original["task"])
        assert row["constraints"] == original["constraints"]
        for one in row["responses"]:
            assert one["meta"] == {
                "refused": {"picky": {"code": "even", "reason": "an even number of characters"}}
            }
            place = int(one.get("id", f"{row['id']}/{row['responses'].index(one)}").split("/")[1])
            assert one["text"] == original["responses"][place]["text"]
    again, rest = tmp_path / "again.jsonl", tmp_path / "rest.jsonl"
    ran = here("relabel", aside, "-o", again, "--refused", rest, "--json")
    assert ran.json["rewritten"] == {"render": len(responses)}
    assert rest.read_bytes() == b"", "nothing was refused, which the file says"
    ids = {row["id"] for row in _lines(out) if row["kind"] == "replay"}
    assert not ids & {row["id"] for row in _lines(again) if row["kind"] == "replay"}


def _readable(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.endswith("}")]


def test_the_same_bytes_whoever_works_and_wherever_rows_go(
    here: Any, process: Any, large: Path, plugin: Any, tmp_path: Path
) -> None:
    picky = ["--plugin", plugin(PICKY), "--rewriter", "picky"]
    paths = [tmp_path / name for name in ("0.jsonl", "2.jsonl", "stdout.jsonl", "packed.jsonl.gz")]
    for workers, path in zip(("0", "2", "0", "0"), paths, strict=True):
        out = "-" if path.name == "stdout.jsonl" else tmp_path / f"{path.name}.out"
        options = ["--workers", workers, "--refused", path]
        ran = (process if workers == "2" else here)("relabel", large, "-o", out, *picky, *options)
        assert ran.code == 0, ran.err
    written = [path.read_bytes() for path in paths[:3]] + [gzip.decompress(paths[3].read_bytes())]
    assert len(set(written)) == 1
    assert written[0]


def test_refused_rows_as_parquet_are_a_dump(
    here: Any, large: Path, plugin: Any, tmp_path: Path
) -> None:
    pytest.importorskip("pyarrow")
    picky = ["--plugin", plugin(PICKY), "--rewriter", "picky"]
    aside = tmp_path / "refused.parquet"
    first = here("relabel", large, "-o", tmp_path / "a", "--refused", aside, *picky, "--json").json
    again = here("relabel", aside, "-o", tmp_path / "b", *picky, "--json").json
    assert again["selected"] == again["refused"] == first["refused"]


def test_a_run_that_fails_leaves_both_files_as_they_were(
    here: Any, large: Path, plugin: Any, tmp_path: Path
) -> None:
    code = """
from hir_kit import hookimpl

class Breaking:
    name, summary, uses = "breaking", "breaks down", frozenset()
    def read(self, files, options, feedback):
        raise KeyError("x")
        yield

@hookimpl
def register_formats(register): register(Breaking())
"""
    out, aside = tmp_path / "out.jsonl", tmp_path / "refused.jsonl"
    out.write_bytes(b"older\n")
    aside.write_bytes(b"older\n")
    options = ["--plugin", plugin(code), "--format", "breaking", "-o", out, "--refused", aside]
    assert here("relabel", large, *options).code == 2
    assert (out.read_bytes(), aside.read_bytes()) == (b"older\n", b"older\n")
    assert {path.name for path in tmp_path.iterdir()} - {"__pycache__"} == {
        "mine.py",
        "out.jsonl",
        "refused.jsonl",
    }


def test_a_run_that_was_killed_goes_on_with_both_files(
    start: Start, large: Path, plugin: Any, tmp_path: Path
) -> None:
    picky = ["--plugin", plugin(PICKY), "--rewriter", "picky", "--workers", "0"]
    plain, expected = tmp_path / "plain.jsonl", tmp_path / "expected.jsonl"
    run = start("relabel", large, "-o", plain, "--refused", expected, *picky)
    run.communicate(timeout=600)
    assert run.returncode == 0
    out, aside = tmp_path / "out.jsonl", tmp_path / "refused.jsonl"
    arguments = ["relabel", large, "-o", out, "--refused", aside, *picky]
    run = start(*arguments)
    while run.poll() is None and not list(tmp_path.glob(".out.jsonl.[cj]*")):
        pass
    run.kill()
    run.communicate()
    run = start(*arguments, "--resume")
    _, errors = run.communicate(timeout=600)
    assert run.returncode == 0, errors
    assert b"resuming" in errors
    assert out.read_bytes() == plain.read_bytes()
    assert aside.read_bytes() == expected.read_bytes()
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(
    ("output", "refused", "said"),
    [
        ("out.jsonl", "-", "--refused is a file"),
        ("out.jsonl", "out.jsonl", "would write one file"),
        ("out.jsonl", "out.jsonl.rejects.jsonl", "would write one file"),
        ("out.jsonl", "dump.jsonl", "it is read by this run"),
    ],
)
def test_a_place_that_is_taken_is_refused(
    output: str,
    refused: str,
    said: str,
    here: Any,
    dump: Any,
    row: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    path = dump([row()])
    before = path.read_bytes()
    ran = here("relabel", "dump.jsonl", "-o", output, "--refused", refused)
    assert ran.code == 2
    assert said in ran.err
    assert path.read_bytes() == before
