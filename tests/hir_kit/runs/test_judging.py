"""`hir-kit judge`: any order of answers gives the same bytes, and no answer is asked for twice."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TABLE = '''
import asyncio, os, random, time
from pathlib import Path
from pydantic import BaseModel
from hir_kit import Status, Verdict, hookimpl, unknown

class Options(BaseModel):
    log: str | None = None
    die_after: int = 0
    fault: str = ""
    most: float = 0.01

class Table:
    """Answers from a table, after random delays."""

    name = "table"
    options = Options

    def configure(self, options):
        self.options_, self.count = options, 0

    def claims(self, spec):
        return spec.id == "judge:criterion"

    async def judge(self, questions):
        given = self.options_
        await asyncio.sleep(random.random() * given.most)
        if given.fault == "raises" and any("1" in q.response for q in questions):
            raise ValueError("no ones")
        if given.fault == "late" and questions[0].response.startswith("late"):
            await asyncio.sleep(60)
        if given.fault == "blocks" and questions[0].response.startswith("late"):
            time.sleep(60)
        if given.fault == "twice":
            return [Verdict(Status.SATISFIED)] * (2 * len(questions))
        answers = []
        for question in questions:
            self.count += 1
            if given.log:
                with Path(given.log).open("a") as log:
                    log.write(f"{question.rollout} {question.place}\\\\n")
            if self.count == given.die_after:
                os.kill(os.getpid(), 9)
            met = question.spec.kwargs["criterion"] in question.response
            detail = {"task": question.task, "text": question.spec.text}
            answers.append(Verdict(Status.SATISFIED if met else Status.VIOLATED, detail=detail))
        return answers

@hookimpl
def register_judges(register):
    register(Table())
'''.replace("\\\\n", "\\n")
SOFT = {"id": "judge:criterion", "kwargs": {"criterion": "a"}, "text": "Say a."}
HARD = {"id": "punctuation:no_comma", "kwargs": {}, "text": "No commas."}
HERE = ("--workers", 0)
ELSE = {"id": "judge:criterion", "kwargs": {"criterion": "b"}, "text": "Say b."}


@pytest.fixture
def table(plugin: Callable[..., Path]) -> Path:
    return plugin(TABLE, "table.py")


@pytest.fixture
def soft(dump: Callable[..., Path]) -> Path:
    """Give a dump of forty rollouts with two soft constraints each."""
    rows = [
        {
            "id": f"q{i}",
            "task": "Speak.",
            "prompt": "Speak. Say a. No commas. Say b.",
            "constraints": [SOFT, HARD, ELSE],
            "responses": [f"a{i}", f"late {i}", f"a b, {i}", "  "],
        }
        for i in range(10)
    ]
    return dump(rows, "soft.jsonl")


def _rows(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_the_bytes_depend_on_no_order(
    here: Callable[..., Any], table: Path, soft: Path, tmp_path: Path
) -> None:
    written = []
    for number, concurrency in enumerate((1, 3, 100)):
        where = HERE if number else ("--workers", 2)
        out = tmp_path / f"{number}.jsonl"
        ran = here(
            "judge", soft, "--plugin", table, "-o", out, "--concurrency", concurrency, *where
        )
        assert ran.code == 0
        written.append(out.read_bytes())
    assert len(set(written)) == 1
    first, _, third, blank = _rows(tmp_path / "0.jsonl")[:4]
    detail = {"task": "Speak.", "text": "Say a."}
    assert first["verdicts"][0] == {"status": "satisfied", "detail": detail}
    assert [one["status"] for one in first["verdicts"]] == ["satisfied", "satisfied", "violated"]
    assert [one["status"] for one in third["verdicts"]] == ["satisfied", "violated", "satisfied"]
    assert {one["reason"] for one in blank["verdicts"]} == {"no answer"}
    assert first["follow_all"] is False
    assert not list(tmp_path.glob(".*answers"))


def test_verify_reads_the_file_as_it_was_written(
    here: Callable[..., Any], table: Path, soft: Path, tmp_path: Path
) -> None:
    out, again = tmp_path / "out.jsonl", tmp_path / "again.jsonl"
    summary = here("judge", soft, "--plugin", table, "-o", out, "--json", *HERE).json
    assert summary["asked"] == {"table": 60}
    assert summary["verdicts"]["table"] == {"satisfied": 40, "violated": 20, "unknown": 0}
    assert here("verify", soft, "--verdicts", out, "-o", again, "--workers", 2).code == 0
    assert again.read_bytes() == out.read_bytes()
    packed = tmp_path / "out.parquet"
    assert here("judge", soft, "--plugin", table, "-o", packed, *HERE).code == 0
    assert here("verify", soft, "--verdicts", packed, "-o", again, *HERE).code == 0
    assert again.read_bytes() == out.read_bytes()


@pytest.mark.parametrize(
    ("fault", "said", "unknown"),
    [
        ("raises", "the judge 'table': judge() raised ValueError: no ones", 8),
        ("late", "the judge 'table' took longer than 0.2 s", 20),
        ("blocks", "the judge 'table' took longer than 0.2 s", 20),
        ("twice", "the judge 'table' gave 4 answers to 2 questions", 60),
    ],
)
def test_a_judge_that_fails_decides_nothing(
    fault: str,
    said: str,
    unknown: int,
    here: Callable[..., Any],
    table: Path,
    soft: Path,
    tmp_path: Path,
) -> None:
    out = tmp_path / "out.jsonl"
    options = ("--set", f"table.fault={fault}", "--judge-time-limit", 0.2, "--set", "table.most=0")
    ran = here("judge", soft, "--plugin", table, "-o", out, *options, "--json", *HERE)
    assert ran.code == 0
    counts = Counter(
        one["status"] for row in _rows(out) for one in row["verdicts"] if "detail" not in one
    )
    assert counts["unknown"] == ran.json["verdicts"]["table"]["unknown"]
    reasons = {one["reason"]: one["count"] for one in ran.json["unknown"]}
    assert said in reasons
    assert reasons[said] >= unknown / 2


def test_a_killed_run_is_gone_on_with(
    process: Callable[..., Any], table: Path, soft: Path, tmp_path: Path
) -> None:
    whole, out, log = (tmp_path / name for name in ("whole.jsonl", "out.jsonl", "log"))
    command = ("judge", soft, "--plugin", table, "--concurrency", 1, *HERE, "--set")
    command = (*command, f"table.log={log}")
    assert process(*command, "-o", whole).code == 0
    once = Counter(log.read_text("utf-8").split("\n"))
    log.unlink()
    killed = process(*command, "-o", out, "--set", "table.die_after=25")
    assert killed.code != 0
    assert not out.exists()
    again = process(*command, "-o", out)
    assert again.code == 2
    assert "holds the answers of an unfinished run: --resume goes on with it" in again.err
    other = process(*command, "-o", out, "--resume", "--no-only-unknown")
    assert "cannot resume" in other.err
    codes = [
        process(*command, "-o", out, "--resume", "--set", "table.die_after=25").code
        for _ in range(2)
    ]
    assert [code == 0 for code in codes] == [False, True]
    assert out.read_bytes() == whole.read_bytes()
    asked = Counter(log.read_text("utf-8").split("\n"))
    assert set(asked) == set(once)
    again_asked = sum((asked - once).values())
    assert again_asked <= 2 * 2, "each kill costs the batch that it hit, and no answer"


UNREACHABLE = """
import os
from pathlib import Path
from hir_kit import Status, Verdict, hookimpl, unknown
from hir_kit.plugin import unanswered

HERE = Path(__file__).parent

class Server:
    name = "server"

    def claims(self, spec):
        return spec.id == "judge:criterion"

    async def judge(self, questions):
        [question] = questions
        is_up = (HERE / "up").exists()
        with (HERE / "log").open("a") as log:
            log.write(question.response + " ")
        if question.response == "open":
            return [unknown("one cannot say")]
        if question.response == "down" and not is_up:
            return [unanswered("no connection")]
        if question.response == "broken" and not is_up:
            raise ConnectionError("reset by peer")
        if question.response == "last" and not is_up:
            os.kill(os.getpid(), 9)
        return [Verdict(Status.SATISFIED)]

@hookimpl
def register_judges(register):
    register(Server())
"""


def test_what_got_no_answer_is_asked_again_and_what_is_open_is_not(
    process: Callable[..., Any],
    plugin: Callable[..., Path],
    dump: Callable[..., Path],
    tmp_path: Path,
) -> None:
    texts = ["met", "open", "down", "broken", "last"]
    path = dump([{"id": "q", "prompt": "Say a.", "constraints": [SOFT], "responses": texts}])
    out, log = tmp_path / "out.jsonl", tmp_path / "log"
    judge = plugin(UNREACHABLE, "server.py")
    command = ("judge", path, "--plugin", judge, "-o", out, "--concurrency", 1, *HERE)
    assert process(*command).code != 0
    assert log.read_text("utf-8").split() == texts
    log.unlink()
    (tmp_path / "up").touch()
    assert process(*command, "--resume").code == 0
    assert log.read_text("utf-8").split() == ["down", "broken", "last"]
    found = [row["verdicts"][0] for row in _rows(out)]
    assert found.pop(1) == {"status": "unknown", "reason": "one cannot say"}
    assert [one["status"] for one in found] == ["satisfied"] * 4


def test_what_code_decides_is_asked_only_on_request(
    here: Callable[..., Any], plugin: Callable[..., Path], soft: Path, tmp_path: Path
) -> None:
    everything = TABLE.replace('return spec.id == "judge:criterion"', "return True").replace(
        'met = question.spec.kwargs["criterion"] in question.response', "met = True"
    )
    judge, out = plugin(everything), tmp_path / "out.jsonl"
    some = here("judge", soft, "--plugin", judge, "-o", out, "--json", *HERE).json
    assert (some["asked"], some["differ"]) == ({"table": 60}, 0)
    options = ("--no-only-unknown", "--json", *HERE)
    all_ = here("judge", soft, "--plugin", judge, "-o", out, *options).json
    assert (all_["asked"], all_["differ"]) == ({"table": 90}, 10)


def test_what_cannot_be_run(
    here: Callable[..., Any], table: Path, soft: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    for options, said in (
        (("-o", out), "the judge cannot be asked: 'judge': it needs a model"),
        (("-o", out, "--set", "llm.model=m"), "it needs a server: --set llm.base_url=URL"),
        ((), "-o FILE is where the verdicts go"),
        (("-o", out, "--requests", "x"), "--requests FILE asks nobody"),
        (("-o", out, "--plugin", table, "--judge", "tabel"), "no judge 'tabel'. Did you mean"),
        (("-o", "-", "--plugin", table, "--resume"), "--resume goes on with a file"),
        (("-o", soft, "--plugin", table), "it is read by this run"),
        (("-o", "-", "--plugin", table, "--json"), "both want standard output"),
    ):
        ran = here("judge", soft, *options)
        assert ran.code == 2
        assert said in ran.err


def test_rows_that_cannot_be_read_are_kept_aside(
    here: Callable[..., Any],
    table: Path,
    dump: Callable[..., Path],
    rejects_of: Callable[[Path], list[Any]],
    tmp_path: Path,
) -> None:
    out = tmp_path / "out.jsonl"
    good = {"id": "g", "prompt": "Say a.", "constraints": [SOFT], "responses": ["a"]}
    path = dump(b"nothing\n" + json.dumps(good).encode() + b"\n")
    assert here("judge", path, "--plugin", table, "-o", out, *HERE).code == 0
    assert [row["line"] for row in rejects_of(out)] == [1]
    assert len(_rows(out)) == 1
    assert here("judge", path, "--plugin", table, "-o", out, "--strict", *HERE).code == 2


def test_verdict_files_belong_to_a_run_that_is_gone_on_with(
    start: Callable[..., Any],
    here: Callable[..., Any],
    large: Path,
    dump: Callable[..., Path],
    tmp_path: Path,
) -> None:
    open_ = [{"status": "unknown"}] * 3
    given, out = dump([{"id": "q0/0", "verdicts": open_}], "given.jsonl"), tmp_path / "out.jsonl"
    command = ("verify", large, "--verdicts", given, "-o", out, "--workers", 0)
    run = start(*command)
    while run.poll() is None and not (tmp_path / ".out.jsonl.checkpoint").exists():
        time.sleep(0.001)
    run.kill()
    run.communicate()
    assert not out.exists()
    kept = given.read_bytes()
    given.write_bytes(kept * 2)
    ran = here(*command, "--resume")
    assert ran.code == 2
    assert f"cannot resume: the input {given} is" in ran.err
