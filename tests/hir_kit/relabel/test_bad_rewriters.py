"""Rewriters, and verifiers' words, that misbehave: the row goes on to the next strategy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

Row = dict[str, Any]

ASKED: list[Row] = [
    {"id": "keywords:existence", "kwargs": {"keywords": ["subnet"]}, "text": "Say subnet."},
    {"id": "punctuation:no_comma", "text": "Use no commas."},
]
PROMPT = "Describe IPv6. Say subnet. Use no commas."
REWRITTEN = "Describe IPv6. Say subnet."

REWRITERS = """
import os, time
from hir_kit import hookimpl
from hir_kit.plugin import Refusal, instruction_of

class Base:
    default, removes = False, True
    def rewrite(self, request):
        return [self.one(r) for r in [request]][0]

class Raises(Base):
    name = "raises"
    def one(self, request): raise ValueError("no\\nluck")

class Exits(Base):
    name = "exits"
    def one(self, request): raise SystemExit(0)

class Says(Base):
    name = "says"
    def one(self, request):
        from hir_kit import UsageError
        raise UsageError("there is no key")

class Sleeps(Base):
    name = "sleeps"
    def one(self, request): time.sleep(1000)

class Swallows(Base):
    name = "swallows"
    def one(self, request):
        try:
            while True: pass
        except BaseException:
            return "Describe IPv6. Say subnet. Once more."

class Dies(Base):
    name = "dies"
    def one(self, request): os._exit(3)

class Own(Sleeps):
    name, time_limit = "own", 0.2

class Gives(Base):
    def __init__(self, name, answer): self.name, self.answer = name, answer
    def one(self, request): return self.answer

class Some(Base):
    def __init__(self, name, answers): self.name, self.answers = name, answers
    def rewrite_all(self, requests): return self.answers(requests)

class BadLimit(Base):
    name, time_limit = "bad-limit", -1
    def one(self, request): return "x"

class SleepsOverAll(Base):
    name, time_limit = "sleeps-over-all", 0.1
    def rewrite_all(self, requests): time.sleep(1000)

def kept(requests):
    return ["Describe IPv6. Say subnet." for _ in requests]

def boom(requests): raise KeyError("x")

@hookimpl
def register_rewriters(register):
    kinds = Raises, Exits, Says, Sleeps, Swallows, Dies, Own, BadLimit, SleepsOverAll
    for kind in kinds: register(kind())
    register(Gives("none", None))
    register(Gives("number", 7))
    register(Gives("no-messages", [{"role": "user"}]))
    register(Gives("no-json", [{"role": "user", "content": "Say subnet.", "cache": object()}]))
    register(Gives("odd-refusal", Refusal(1, None)))
    register(Some("fewer", lambda requests: kept(requests)[1:]))
    register(Some("more", lambda requests: kept(requests) * 2))
    register(Some("one-string", lambda requests: "Describe IPv6. Say subnet."))
    register(Some("a-generator", lambda requests: (one for one in kept(requests))))
    register(Some("mixed", lambda requests: [None, *kept(requests)[1:]]))
    register(Some("boom", boom))
"""


def _dump(dump: Any, row: Any, count: int = 2) -> Path:
    texts = ["A subnet, so.", "A subnet, and more."]
    rows = [
        row(texts[n % 2], id=f"q{n}", constraints=ASKED, prompt=PROMPT, task="Describe IPv6.")
        for n in range(count)
    ]
    path: Path = dump(rows)
    return path


def _relabel(run: Any, path: Path, out: Path, *options: object) -> tuple[Row, list[Row]]:
    ran = run("relabel", path, "-o", out, "--json", "--no-include-originals", *options)
    assert ran.code == 0, ran.err
    return ran.json, [json.loads(line) for line in out.read_bytes().splitlines()]


BAD = [
    ("raises", "failed", "mine.py: the rewriter 'raises': rewrite() raised ValueError: no luck"),
    ("exits", "failed", "the rewriter 'exits': rewrite() raised SystemExit: 0"),
    ("says", "failed", "the rewriter 'says': rewrite() raised UsageError: there is no key"),
    ("bad-limit", "failed", "raised UsageError: a time limit is from 0 (no limit)"),
    ("none", "failed", "the rewriter 'none': rewrite() returned NoneType, no prompt"),
    ("number", "failed", "rewrite() returned int, no prompt and no Refusal"),
    ("no-messages", "failed", "what is no prompt"),
    ("no-json", "failed", "what is no prompt"),
    ("odd-refusal", "failed", "without strings for code and reason"),
    ("fewer", "failed", "rewrite_all() returned 1 answers to 2 requests"),
    ("more", "failed", "rewrite_all() returned 4 answers to 2 requests"),
    ("one-string", "failed", "rewrite_all() returned str to 2 requests"),
    ("a-generator", "failed", "rewrite_all() returned generator to 2 requests"),
    ("boom", "failed", "the rewriter 'boom': rewrite_all() raised KeyError: 'x'"),
]


@pytest.mark.parametrize(("name", "code", "said"), BAD, ids=[name for name, _, _ in BAD])
def test_what_fails_is_refused_and_the_next_strategy_tried(
    name: str, code: str, said: str, here: Any, dump: Any, row: Any, plugin: Any, tmp_path: Path
) -> None:
    path, mine = _dump(dump, row), plugin(REWRITERS)
    options = ["--plugin", mine, "--workers", "0", "--rewriter", name]
    summary, rows = _relabel(here, path, tmp_path / "alone.jsonl", *options)
    assert not rows
    (reason,) = summary["refusals"]
    assert (reason["rewriter"], reason["code"], reason["count"]) == (name, code, 2)
    assert reason["example"].startswith("q0/0: ")
    assert said in reason["example"]
    assert f"{path}:1" in reason["example"]
    summary, rows = _relabel(here, path, tmp_path / "next.jsonl", *options, "--rewriter", "render")
    assert [one["prompt"][0]["content"] for one in rows] == [REWRITTEN] * 2
    assert summary["rewritten"] == {"render": 2}


def test_one_wrong_answer_of_many_costs_its_own_row(
    here: Any, dump: Any, row: Any, plugin: Any, tmp_path: Path
) -> None:
    path, mine = _dump(dump, row), plugin(REWRITERS)
    options = ["--plugin", mine, "--workers", "0", "--rewriter", "mixed"]
    summary, rows = _relabel(here, path, tmp_path / "out.jsonl", *options)
    assert [one["id"] for one in rows] == ["q1/0"]
    assert "returned NoneType" in summary["refusals"][0]["example"]


@pytest.mark.parametrize("workers", ["0", "1"])
@pytest.mark.parametrize("name", ["sleeps", "swallows", "own", "sleeps-over-all"])
def test_what_hangs_is_cut(
    name: str, workers: str, here: Any, dump: Any, row: Any, plugin: Any, tmp_path: Path
) -> None:
    path, mine = _dump(dump, row), plugin(REWRITERS)
    limit = "0.5" if name in ("sleeps", "swallows") else "100"
    options = ["--plugin", mine, "--workers", workers, "--time-limit", limit, "--rewriter", name]
    summary, rows = _relabel(here, path, tmp_path / "out.jsonl", *options, "--rewriter", "render")
    assert [one["hindsight"]["rewriter"] for one in rows] == ["render"] * 2
    summary, _ = _relabel(here, path, tmp_path / "alone.jsonl", *options)
    (reason,) = summary["refusals"]
    assert (reason["code"], reason["count"]) == ("timed-out", 2)
    assert f"the rewriter {name!r}" in reason["example"]
    assert "took longer than" in reason["example"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("raises", "rewrite() raised ValueError: no luck"),
        ("dies", "ended its process"),
    ],
)
def test_a_run_with_workers_goes_on_with_the_next_strategy(
    name: str, said: str, here: Any, dump: Any, row: Any, plugin: Any, tmp_path: Path
) -> None:
    path, mine = _dump(dump, row), plugin(REWRITERS)
    options = ["--plugin", mine, "--workers", "2", "--rewriter", name]
    summary, rows = _relabel(here, path, tmp_path / "alone.jsonl", *options)
    assert not rows
    (reason,) = summary["refusals"]
    assert (reason["rewriter"], reason["code"], reason["count"]) == (name, "failed", 2)
    assert said in reason["example"]
    options += ["--rewriter", "render"]
    summary, rows = _relabel(here, path, tmp_path / "next.jsonl", *options)
    assert [one["hindsight"]["rewriter"] for one in rows] == ["render"] * 2


WORDS = """
from hir_kit import Verifier

class Words(Verifier, id="bad:{name}"):
    def describe(self): {describe}
    def quoted(self): {quoted}
    def check(self, response): return self.verdict(True)
"""
RAISES, HANGS = "raise ValueError('no luck')", "import time; time.sleep(1000)"


@pytest.mark.parametrize(
    ("describe", "quoted", "code", "said"),
    [
        (RAISES, "return ()", "no-text", "neither a text nor a description"),
        (HANGS, "return ()", "no-text", "neither a text nor a description"),
        ("return 7", "return ()", "no-text", "neither a text nor a description"),
        ("return 'Words.'", RAISES, "failed", "bad:words: quoted() raised ValueError: no luck"),
        ("return 'Words.'", HANGS, "timed-out", "bad:words: quoted() took longer than 0.2 s"),
        ("return 'Words.'", "return 'x'", "failed", "quoted() returned str, not strings in a"),
        ("return 'Words.'", "return (7,)", "failed", "quoted() returned tuple, not strings in a"),
    ],
)
def test_a_verifier_without_words_costs_its_row(
    describe: str,
    quoted: str,
    code: str,
    said: str,
    here: Any,
    dump: Any,
    row: Any,
    plugin: Any,
    tmp_path: Path,
) -> None:
    code_of = WORDS.format(name="words", describe=describe, quoted=quoted)
    asked = [{"id": "bad:words"}, {"id": "punctuation:no_comma", "text": "No commas."}]
    bad = row("a, b", constraints=asked, prompt="Do. Words. No commas.", task="Do.")
    good = row("A subnet, so.", id="q2", constraints=ASKED, prompt=PROMPT, task="Describe IPv6.")
    options = ["--plugin", plugin(code_of), "--workers", "0", "--time-limit", "0.2"]
    summary, rows = _relabel(
        here, dump([bad, good]), tmp_path / "out.jsonl", *options, "--rewriter", "render"
    )
    assert [one["id"] for one in rows] == ["q2/0"]
    (reason,) = summary["refusals"]
    assert reason["code"] == code
    assert said in reason["example"]


ALL_AT_ONCE = """
from hir_kit import hookimpl
from hir_kit.plugin import Refusal, with_instruction

class Llm:
    name, default, removes = "batchwise", False, True
    def rewrite(self, request):
        return self.rewrite_all([request])[0]
    def rewrite_all(self, requests):
        return [with_instruction(r.prompt, f"{len(requests)}: {r.kept[0].sentence}")
                if n % 2 else Refusal("even", "no") for n, r in enumerate(requests)]

@hookimpl
def register_rewriters(register): register(Llm())
"""


def test_a_whole_batch_is_handed_over_strategy_by_strategy(
    here: Any, dump: Any, row: Any, plugin: Any, tmp_path: Path
) -> None:
    path, mine = _dump(dump, row, 6), plugin(ALL_AT_ONCE)
    written = []
    for workers in ("0", "2"):
        out = tmp_path / f"{workers}.jsonl"
        options = ["--plugin", mine, "--workers", workers]
        options += ["--rewriter", "batchwise", "--rewriter", "render"]
        _, rows = _relabel(here, path, out, *options)
        assert [one["prompt"][0]["content"] for one in rows] == [REWRITTEN, "6: Say subnet."] * 3
        written.append(out.read_bytes())
    assert written[0] == written[1]
