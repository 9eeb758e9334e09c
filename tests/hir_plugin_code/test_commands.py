"""The pack on the command line: off by default, in workers, in summaries and replays."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import hir_kit

LONG = "def evaluate(response):\n    return len(response) > 3"
EVIL = "import os\ndef evaluate(response):\n    return bool(os.environ)"
SPIN = "def evaluate(response):\n    while True: pass"


def _group(id: str, source: str, *responses: str) -> dict[str, Any]:
    constraints = [
        {"id": "code:python", "kwargs": {"source": source}, "text": "Write a lot."},
        {"id": "punctuation:no_comma", "text": "Do not use commas."},
    ]
    prompt = "Describe tea. Write a lot. Do not use commas."
    return {
        "id": id,
        "task": "Describe tea.",
        "prompt": prompt,
        "constraints": constraints,
        "responses": list(responses),
    }


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "hir_kit", *arguments),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    groups = [
        _group("long", LONG, "Green tea.", "Tea", "Tea, hot."),
        _group("evil", EVIL, "Tea."),
        _group("spin", SPIN, "Tea."),
    ]
    path = tmp_path / "dump.jsonl"
    path.write_text("".join(json.dumps(group) + "\n" for group in groups), encoding="utf-8")
    return path


LOOKS = """
def check_following(instruction, response):
    return instruction.split()[1].strip(".") in response
"""


def test_a_function_gets_the_instruction_of_the_prompt(tmp_path: Path) -> None:
    given = _group("given", LOOKS, "tea", "milk")
    given["constraints"][0]["kwargs"]["instruction"] = "Mind milk."
    messages = _group("messages", LOOKS, "tea", "milk")
    messages["prompt"] = [
        {"role": "user", "content": "Describe coffee."},
        {"role": "assistant", "content": "Hot."},
        {"role": "user", "content": "Describe milk. Write a lot. Do not use commas."},
    ]
    groups = [_group("prompt", LOOKS, "a tea. b", "milk"), given, messages]
    dump = tmp_path / "dump.jsonl"
    dump.write_text("".join(json.dumps(group) + "\n" for group in groups), encoding="utf-8")
    ran = _run(tmp_path, "verify", "dump.jsonl", "--set", "code.allow=true", "-o", "out.jsonl")
    assert ran.returncode == 0, ran.stderr
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    found = [row["verdicts"][0]["status"] for row in rows]
    assert found == ["satisfied", "violated", "violated", "satisfied", "violated", "satisfied"]


def _statuses(text: str) -> list[str]:
    rows = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    return [row["verdicts"][0]["status"] for row in rows]


def test_it_is_off(dump: Path) -> None:
    ran = _run(dump.parent, "verify", "dump.jsonl", "-o", "-")
    assert ran.returncode == 0, ran.stderr
    assert _statuses(ran.stdout) == ["unknown"] * 5
    assert "`--set code.allow=true` runs it in a sandbox" in ran.stdout


def test_workers_give_what_one_process_gives(dump: Path) -> None:
    options = ("--set", "code.allow=true", "--set", "code.seconds=0.3")
    one, two = (
        _run(dump.parent, "verify", "dump.jsonl", "-o", "-", *options, "--workers", workers)
        for workers in ("0", "2")
    )
    assert one.returncode == 0, one.stderr
    assert _statuses(one.stdout) == ["satisfied", "violated", "satisfied", "unknown", "unknown"]
    assert two.stdout == one.stdout
    assert "took longer than 0.3 s" in one.stdout


def test_the_samples_of_autoif_are_a_dump(tmp_path: Path) -> None:
    short = "def evaluate(response):\n    return len(response) < 9"
    words = "def evaluate(response):\n    return 'true' if response else 'false'"
    rows = [
        {"prompt": "Be brief. Tea?", "eval_func": [[short, 1.0]], "gpt-answer": ["Tea.", "T" * 9]},
        {"prompt": "Say it. Tea?", "eval_func": [[words, 0.8]], "gpt-answer": ["Tea."]},
    ]
    dump = tmp_path / "query_rft.jsonl"
    dump.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    ran = _run(tmp_path, "verify", dump.name, "-o", "-", "--set", "code.allow=true")
    assert ran.returncode == 0, ran.stderr
    assert _statuses(ran.stdout) == ["satisfied", "violated", "unknown"]
    assert "returned str, not a bool" in ran.stdout


def test_the_summary_names_what_misbehaved(dump: Path) -> None:
    options = ("--set", "code.allow=true", "--set", "code.seconds=0.3", "--json")
    ran = _run(dump.parent, "verify", "dump.jsonl", *options)
    reasons = {row["reason"] for row in json.loads(ran.stdout)["unknown"]}
    assert {reason.split(" ", 3)[3] for reason in reasons} == {
        "is not run: it imports os, which such code may not",
        "took longer than 0.3 s",
    }


def test_a_replay_keeps_what_a_function_says(dump: Path) -> None:
    options = ("--set", "code.allow=true", "--set", "code.seconds=0.3", "-o", "-", "--emit", "sft")
    ran = _run(dump.parent, "relabel", "dump.jsonl", *options)
    assert ran.returncode == 0, ran.stderr
    rows = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
    replays = {row["id"]: row["prompt"][0]["content"] for row in rows if row["kind"] == "replay"}
    assert replays["long/2"] == "Describe tea. Write a lot."
    assert not any(id.startswith(("evil", "spin")) for id in replays)


def test_lint_finds_no_fault_in_a_function_without_a_sentence(tmp_path: Path) -> None:
    row = _group("a", LONG, "Tea.")
    row["constraints"] = [{"id": "code:python", "kwargs": {"source": LONG}}] * 2
    (tmp_path / "dump.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    ran = _run(tmp_path, "lint", "dump.jsonl", "--json")
    (found,) = json.loads(ran.stdout)["findings"]
    assert found["kind"] == "twice"
    assert found["message"] == "the same id and kwargs as of 'code:python'"


def test_the_cases_hold_without_leave(tmp_path: Path) -> None:
    ran = _run(tmp_path, "verifiers", "check", "code:python")
    assert (ran.returncode, ran.stdout) == (0, "1 verifier, 4 cases: all hold\n")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("code.allows", True, "'code' has no option 'allows'. Did you mean 'allow'?"),
        ("code.seconds", 0, "code.seconds"),
        ("code.megabytes", "much", "code.megabytes"),
        ("hir_plugin_code.allow", True, "its options are code.allow and the like"),
    ],
)
def test_options_are_checked(name: str, value: object, said: str) -> None:
    with pytest.raises(hir_kit.OptionError, match=re.escape(said)):
        hir_kit.load(installed=False, set={name: value})
