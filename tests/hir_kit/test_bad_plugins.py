"""Plugins that misbehave while a dump is verified, and that the same input gives the same bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

Row = dict[str, Any]

WORDS: Row = {
    "id": "length_constraints:number_words",
    "kwargs": {"relation": "at least", "num_words": 3},
}


def _verify(here: Any, path: Path, tmp_path: Path, *options: str) -> tuple[Any, list[Row]]:
    """Verify a dump; return what the command said and the verdict lines."""
    out = tmp_path / "verdicts.jsonl"
    ran = here("verify", path, "-o", out, *options)
    lines = out.read_bytes().splitlines() if out.exists() else []
    return ran, [json.loads(line) for line in lines]


# plugins


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import no_such_module_anywhere", "No module named 'no_such_module_anywhere'"),
        ("x = (", "SyntaxError"),
        ("\n\nundefined", "mine.py:3"),
        ("import sys\nsys.exit(0)", "SystemExit"),
        ("pass", "defines no verifier and no hook"),
    ],
)
def test_a_plugin_that_cannot_be_imported_stops_the_run(
    code: str, said: str, here: Any, dump: Any, row: Any, plugin: Any, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    out.write_bytes(b"older\n")
    ran = here("verify", dump([row()]), "--plugin", plugin(code), "-o", out)
    assert ran.code == 2
    assert said in ran.err
    assert "mine.py" in ran.err
    assert out.read_bytes() == b"older\n"


TAKEN = """
from hir_kit import verifier

@verifier("punctuation:no_comma", describe="No commas.")
def mine(response): return True
"""


def test_a_plugin_that_registers_a_taken_id_stops_the_run(
    here: Any, dump: Any, row: Any, plugin: Any
) -> None:
    ran = here("verify", dump([row()]), "--plugin", plugin(TAKEN))
    assert ran.code == 2
    assert "'punctuation:no_comma'" in ran.err
    assert "mine.py" in ran.err
    assert "hir_verifiers" in ran.err


MISBEHAVING = """
from hir_kit import verifier

@verifier("bad:raises", describe="x")
def raises(response): raise ValueError("no\\nluck")

@verifier("bad:exits", describe="x")
def exits(response): raise SystemExit(0)

@verifier("bad:loops", describe="x")
def loops(response):
    while True:
        pass

@verifier("bad:swallows", describe="x")
def swallows(response):
    try:
        while True:
            pass
    except:
        return True
"""


@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("bad:raises", "the check raised ValueError: no luck"),
        ("bad:exits", "the check raised SystemExit"),
        ("bad:loops", "longer than 0.1 s"),
        ("bad:swallows", "longer than 0.1 s"),
    ],
)
def test_a_check_that_misbehaves_is_unknown_and_the_run_goes_on(
    id: str, said: str, here: Any, dump: Any, row: Any, plugin: Any, tmp_path: Path
) -> None:
    asked = [{"id": id}, {"id": "punctuation:no_comma"}]
    path = dump([row(constraints=asked), row(id="q2")])
    more = ["--plugin", str(plugin(MISBEHAVING)), "--time-limit", "0.1"]
    ran, lines = _verify(here, path, tmp_path, *more)
    assert ran.code == 0
    assert [verdict["status"] for verdict in lines[0]["verdicts"]] == ["unknown", "satisfied"]
    assert said in lines[0]["verdicts"][0]["reason"]
    assert lines[1]["follow_all"] is True
    assert said in ran.out.decode()


@pytest.mark.parametrize("command", ["verify", "relabel"])
def test_a_row_that_fails_late_leaves_no_half_written_file(
    command: str, here: Any, dump: Any, row: Any, plugin: Any, tmp_path: Path
) -> None:
    """A reader that breaks down in the middle: the older output stays, nothing else is left."""
    code = """
from hir_kit import hookimpl, UsageError

class Breaking:
    name, summary, uses = "breaking", "breaks down", frozenset()
    def read(self, files, options, feedback):
        from hir_kit.read.hir import HirFormat
        yield from HirFormat().read(files, options, feedback)
        raise UsageError("the disk is gone")

@hookimpl
def register_formats(register): register(Breaking())
"""
    out = tmp_path / "out.jsonl"
    out.write_bytes(b"older\n")
    before = sorted([*(path.name for path in tmp_path.iterdir()), "dump.jsonl", "mine.py"])
    options = ["--plugin", plugin(code), "--format", "breaking", "-o", out]
    ran = here(command, dump([row(), {"bad": 1}]), *options)
    assert (ran.code, ran.err) == (2, "Error: the disk is gone\n")
    assert out.read_bytes() == b"older\n"
    left = sorted(path.name for path in tmp_path.iterdir() if path.name != "__pycache__")
    assert left == before


# determinism


def test_the_same_bytes_in_every_process(process: Any, dump: Any, row: Any, tmp_path: Path) -> None:
    words = ["subnet", "router", "mask", "prefix"]
    asked = [
        {"id": "keywords:existence", "kwargs": {"keywords": words}},
        {"id": "keywords:forbidden_words", "kwargs": {"forbidden_words": words}},
        {"id": "acme:unknown"},
        {"id": "length_constraints:number_words", "kwargs": {"wrong": 1}},
    ]
    rows = [
        row("A subnet, a mask.", "A router.", constraints=asked[:3], task="Describe."),
        row(constraints=asked, id="q2"),
    ]
    path = dump(rows)
    written = []
    for seed in ("1", "2"):
        outs = [tmp_path / f"{seed}.{name}" for name in ("verify", "relabel")]
        for out in outs:
            command = out.suffix[1:]
            more = ["--loose"] if command == "verify" else ["--rewriter", "waive"]
            ran = process(command, path, "-o", out, *more, env={"PYTHONHASHSEED": seed})
            assert ran.code == 0
        rejects = [out.with_name(f"{out.name}.rejects.jsonl") for out in outs]
        written.append([path.read_bytes() for path in (*outs, *rejects)])
    assert written[0] == written[1]


def test_the_order_of_rows_changes_no_verdict(
    here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    texts = ["One, two.", "Three.", "", "four five six", "word " * 50]
    rows = [
        row(text, id=f"q{i}", constraints=[WORDS, {"id": "punctuation:no_comma"}])
        for i, text in enumerate(texts * 3)
    ]
    _, forward = _verify(here, dump(rows), tmp_path, "--loose")
    _, backward = _verify(here, dump(rows[::-1]), tmp_path, "--loose")
    assert forward == backward[::-1]


def test_a_dump_on_standard_input_gives_the_same(process: Any, dump: Any, row: Any) -> None:
    path = dump([row("One, two.", "Three.")])
    assert process("verify", path, "-o", "-").out == (
        process("verify", "-", "-o", "-", stdin=path.read_bytes()).out
    )


def test_quoted_texts_that_cannot_be_told_refuse_their_row(
    here: Any, dump: Any, row: Any, plugin: Any, tmp_path: Path
) -> None:
    code = """
from hir_kit import Verifier

class Quoting(Verifier, id="bad:quoting"):
    def describe(self): return "Quote."
    def quoted(self): raise ValueError("no luck")
    def check(self, response): return self.verdict(True)
"""
    asked = [{"id": "bad:quoting"}, {"id": "punctuation:no_comma", "text": "No commas."}]
    path = dump([row("a, b", constraints=asked, prompt="Do. Quote. No commas.", task="Do.")])
    options = ["--plugin", plugin(code), "--json", "-o", tmp_path / "out.jsonl"]
    ran = here("relabel", path, *options)
    assert ran.code == 0
    (refusal,) = [one for one in ran.json["refusals"] if one["rewriter"] == "render"]
    assert refusal["code"] == "failed"
    assert "mine.py: bad:quoting: quoted() raised ValueError: no luck" in refusal["example"]
