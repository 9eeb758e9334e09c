"""Formats and sources that break down at the third row."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

Row = dict[str, Any]

FORMATS = """
from hir_kit import Group, Rollout, hookimpl
from hir_kit.plugin import rows

class Base:
    summary = "breaks down"
    uses = frozenset()

def group_of(row):
    if row.data["id"] == "q3": raise KeyError("answer")
    return Group(row.data["id"], "Do.", (), (Rollout(row.data["id"] + "/0", "x"),), row.location)

class Middle(Base):
    name = "middle"
    def read(self, files, options, feedback):
        for file in files:
            for row in rows(file, feedback):
                yield group_of(row)

class Exits(Base):
    name = "exits"
    def read(self, files, options, feedback):
        for group in Middle().read(files[:1], options, feedback):
            if group.id == "q2": raise SystemExit(0)
            yield group

class AtOnce(Base):
    name = "at-once"
    def read(self, files, options, feedback): return files.nothing

class Strange(Base):
    name = "strange"
    def read(self, files, options, feedback):
        for file in files:
            yield from (row.data for row in rows(file, feedback))

class Recognizes(Middle):
    name = "recognizes"
    def recognizes(self, row): raise KeyError("answer")

@hookimpl
def register_formats(register):
    for cls in (Middle, Exits, AtOnce, Strange): register(cls())
"""

MIDDLE = (
    "Error: mine.py: the format 'middle': read() raised KeyError: 'answer' (mine.py:10), at {}:3"
)


@pytest.mark.parametrize("command", ["verify", "relabel", "convert"])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("middle", MIDDLE),
        ("exits", "mine.py: the format 'exits': read() raised SystemExit: 0 (mine.py:24), at {}:2"),
        ("at-once", "mine.py: the format 'at-once': read() raised AttributeError: "),
        ("strange", "the format 'strange': read() gave dict, not a Group, at {}:1"),
    ],
)
def test_a_format_that_breaks_down_ends_the_run_by_name(
    name: str,
    said: str,
    command: str,
    here: Any,
    dump: Any,
    row: Any,
    plugin: Any,
    tmp_path: Path,
) -> None:
    path, mine = dump([row(id=f"q{n}") for n in range(1, 6)]), plugin(FORMATS)
    out = tmp_path / "out.jsonl"
    out.write_bytes(b"older\n")
    target = [out] if command == "convert" else ["-o", out]
    ran = here(command, path, *target, "--plugin", mine, "--format", name)
    assert ran.code == 2
    assert said.format(path) in ran.err
    assert ran.err.startswith("Error: ")
    assert ran.err.count("\n") == 1
    assert out.read_bytes() == b"older\n"
    assert {file.name for file in tmp_path.iterdir()} - {"__pycache__"} == {
        "dump.jsonl",
        "mine.py",
        "out.jsonl",
    }


FLAT = """
from hir_kit import ConstraintSpec, hookimpl
from hir_kit.plugin import FlatFormat, FlatReader, Piece, Sample

class Reader(FlatReader):
    def read(self, row):
        asked = (ConstraintSpec("punctuation:no_comma"),)
        return Piece("g", "Do.", asked, (Sample(row.data["answer"]),))

class Flat(FlatFormat):
    name, summary, uses, reader = "flat", "breaks down", frozenset(), Reader

@hookimpl
def register_formats(register): register(Flat())
"""


def test_a_row_that_breaks_a_format_is_rejected(
    here: Any, dump: Any, plugin: Any, rejects_of: Any, tmp_path: Path
) -> None:
    path = dump([{"answer": "a"}, {"answer": "b"}, {}, {"answer": "d"}])
    out = tmp_path / "out.jsonl"
    ran = here("verify", path, "--plugin", plugin(FLAT), "--format", "flat", "-o", out)
    assert ran.code == 0
    assert len(out.read_bytes().splitlines()) == 3
    (reject,) = rejects_of(out)
    assert reject["line"] == 3
    assert reject["reason"] == "mine.py: reading a row raised KeyError: 'answer' (mine.py:8)"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("Sample(5)", "a response is a text, got 5"),
        ("'Tea.'", "mine.py: a row that was read raised AttributeError: 'str' object has no "),
    ],
)
def test_a_row_of_which_a_format_says_nonsense_is_rejected(
    given: str, said: str, here: Any, dump: Any, plugin: Any, rejects_of: Any, tmp_path: Path
) -> None:
    code = FLAT.replace("Sample(row", f"{given} if row.data['answer'] == 'b' else Sample(row")
    out = tmp_path / "out.jsonl"
    path = dump([{"answer": "a"}, {"answer": "b"}, {"answer": "c"}])
    ran = here("verify", path, "--plugin", plugin(code), "--format", "flat", "-o", out)
    assert (ran.code, len(out.read_bytes().splitlines())) == (0, 2)
    (reject,) = rejects_of(out)
    assert (reject["line"], reject["reason"].startswith(said)) == (2, True)


HANGS = {
    "sleeps": "time.sleep(60)",
    "loops": "[0 for _ in iter(int, 1)]",
    "backtracks": "re.match('(a+)+b', 'a' * 60)",
}


@pytest.mark.parametrize("how", HANGS)
@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_row_at_which_a_format_hangs_is_rejected(
    how: str, workers: str, process: Any, dump: Any, plugin: Any, rejects_of: Any, tmp_path: Path
) -> None:
    code = FLAT.replace(
        "        asked", f"        if 'answer' not in row.data: {HANGS[how]}\n        asked"
    )
    path = dump([{"answer": "a"}, {"answer": "b"}, {}, {"answer": "d"}])
    options = ["--plugin", plugin(f"import re, time\n{code}"), "--format", "flat"]
    out = tmp_path / "out.jsonl"
    ran = process("verify", path, *options, "-o", out, "--time-limit", "0.2", "--workers", workers)
    assert ran.code == 0
    assert len(out.read_bytes().splitlines()) == 3
    (reject,) = rejects_of(out)
    assert reject["line"] == 3
    assert reject["reason"] == "mine.py: reading a row took longer than 0.2 s"


@pytest.mark.parametrize("how", HANGS)
def test_a_format_that_hangs_between_two_rows_ends_the_run_by_name(
    how: str, process: Any, dump: Any, row: Any, plugin: Any, tmp_path: Path
) -> None:
    path = dump([row(id=f"q{n}") for n in range(1, 6)])
    code = FORMATS.replace('raise KeyError("answer")', HANGS[how], 1)
    options = ["--plugin", plugin(f"import re, time\n{code}"), "--format", "middle"]
    ran = process("verify", path, *options, "-o", tmp_path / "out", "--time-limit", "0.2")
    assert ran.code == 2
    said = f"Error: mine.py: the format 'middle': read() took longer than 0.2 s, at {path}:3"
    assert ran.err.splitlines() == [said]


def test_rows_that_are_waited_for_do_not_count(
    dump: Any, row: Any, plugin: Any, tmp_path: Path
) -> None:
    options = ["--plugin", plugin(FORMATS), "--format", "middle", "--time-limit", "0.1"]
    command = [sys.executable, "-m", "hir_kit", "verify", "-", "-o", tmp_path / "out", *options]
    path = os.pathsep.join(part for part in sys.path if part)
    with subprocess.Popen(
        [*map(str, command)], stdin=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}
    ) as run:
        assert run.stdin is not None
        for line in dump([row(id=f"q{n}") for n in (1, 2)]).read_bytes().splitlines():
            time.sleep(0.5)
            run.stdin.write(line + b"\n")
            run.stdin.flush()
        time.sleep(0.5)
    assert run.returncode == 0
    assert len((tmp_path / "out").read_bytes().splitlines()) == 2


def test_a_format_that_cannot_say_whether_it_reads_a_file_is_named(
    here: Any, dump: Any, row: Any, plugin: Any
) -> None:
    code = f"{FORMATS}    register(Recognizes())\n"
    ran = here("verify", dump([row()]), "--plugin", plugin(code))
    assert ran.code == 2
    assert "Error: mine.py: 'recognizes': recognizes() raised KeyError: 'answer'" in ran.err


SOURCES = """
from hir_kit import ConstraintSpec, hookimpl
from hir_kit.plugin import Instruction

class Third:
    name, summary = "third", "breaks down at the third row"
    def recognizes(self, row): return "wish" in row
    def read(self, row):
        if row.data["wish"] == "w3": raise KeyError("answer")
        if row.data["wish"] == "w4": return row.data
        return Instruction(row.data["wish"], row.data["wish"],
                           (ConstraintSpec("punctuation:no_comma"),), row.location)

@hookimpl
def register_instructions(register): register(Third())
"""


def test_a_source_that_breaks_down_loses_that_row(
    here: Any, dump: Any, plugin: Any, rejects_of: Any, tmp_path: Path
) -> None:
    wishes = dump([{"wish": f"w{n}"} for n in range(1, 6)], "wishes.jsonl")
    answers = dump([{"prompt": f"w{n}", "response": "So."} for n in (1, 2, 5)])
    out = tmp_path / "out.jsonl"
    options = ["--format", "ifeval", "--prompts", wishes, "--plugin", plugin(SOURCES), "-o", out]
    ran = here("verify", answers, *options)
    assert ran.code == 0
    assert len(out.read_bytes().splitlines()) == 3
    rejects = rejects_of(out)
    assert [(one["file"], one["line"]) for one in rejects] == [(str(wishes), 3), (str(wishes), 4)]
    assert rejects[0]["reason"] == (
        "mine.py: the source 'third': read() raised KeyError: 'answer' (mine.py:9)"
    )
    assert rejects[1]["reason"] == "the source 'third' gave dict, not an Instruction"


def test_a_row_at_which_a_source_hangs_is_lost(
    process: Any, dump: Any, plugin: Any, rejects_of: Any, tmp_path: Path
) -> None:
    wishes = dump([{"wish": f"w{n}"} for n in range(1, 4)], "wishes.jsonl")
    answers = dump([{"prompt": f"w{n}", "response": "So."} for n in (1, 2)])
    code = SOURCES.replace('raise KeyError("answer")', "import time; time.sleep(60)")
    options = ["--format", "ifeval", "--prompts", wishes, "--plugin", plugin(code)]
    ran = process("verify", answers, *options, "-o", tmp_path / "out", "--time-limit", "0.2")
    assert ran.code == 0
    (reject,) = rejects_of(tmp_path / "out")
    assert (reject["file"], reject["line"]) == (str(wishes), 3)
    assert reject["reason"] == "mine.py: the source 'third': read() took longer than 0.2 s"


def test_a_source_that_cannot_say_what_it_reads_is_named(here: Any, dump: Any, plugin: Any) -> None:
    code = SOURCES.replace('return "wish" in row', 'raise KeyError("answer")')
    wishes = dump([{"wish": "w1"}], "wishes.jsonl")
    answers = dump([{"prompt": "w1", "response": "So."}])
    ran = here(
        "verify", answers, "--format", "ifeval", "--prompts", wishes, "--plugin", plugin(code)
    )
    assert ran.code == 2
    assert "mine.py: 'third': recognizes() raised KeyError: 'answer'" in ran.err


RESOURCES = """
from hir_kit import hookimpl

def said(): raise SystemExit(3)

@hookimpl
def register_resources(register): register("house style", said)
"""


def test_a_resource_that_does_not_say_what_it_is_costs_nothing(
    here: Any, dump: Any, row: Any, plugin: Any
) -> None:
    ran = here("verify", dump([row()]), "--plugin", plugin(RESOURCES), "--json")
    assert ran.code == 0
    state = json.loads(ran.out)["resources"]["house style"]
    assert state == "unknown (mine.py: the resource 'house style' raised SystemExit: 3 (mine.py:4))"
