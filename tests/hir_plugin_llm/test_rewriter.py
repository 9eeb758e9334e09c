"""The rewriter `llm`: what a model writes passes only where the model itself finds it right."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hir_kit
from hir_kit import ConstraintSpec, cli

scripted = sys.modules["scripted_server"]
pytestmark = pytest.mark.usefixtures("own_cache")
Serve = Callable[..., tuple[str, Any]]
KEPT = ConstraintSpec("punctuation:no_comma", {}, "Do not use commas.")
DROPPED = ConstraintSpec("judge:criterion", {"criterion": "Be polite."}, "Be polite.")
PROMPT = "Ask for tea. Be polite. Do not use commas."


def _rewritten(url: str | None, tmp_path: Path, **options: Any) -> Any:
    given = {"llm.model": "m", "llm.cache": str(tmp_path / "a.sqlite"), **options}
    kit = hir_kit.load(set={**given, **({"llm.base_url": url} if url else {})})
    return kit.rewrite(PROMPT, [DROPPED, KEPT], drop=[0], task="Ask for tea.", rewriters=["llm"])


def _writing(instruction: str | None = None, asked: str | None = None) -> Any:
    async def reply(body: dict[str, Any], writer: Any) -> None:
        said = json.loads(scripted.answer(body))
        if instruction is not None and "instruction" in said:
            said["instruction"] = instruction
        if asked is not None and "asked" in said:
            said["asked"] = asked
        scripted.send(writer, scripted.completion(json.dumps(said)))

    return reply


def test_it_writes_asks_and_answers_again_from_the_cache(serve: Serve, tmp_path: Path) -> None:
    url, server = serve()
    found = _rewritten(url, tmp_path)
    assert (found.prompt, found.rewriter) == ("Ask for tea. Do not use commas.", "llm")
    assert len(server.bodies) == 3, "written, and a question for each constraint"
    assert {body["temperature"] for body in server.bodies} == {0.0}
    assert _rewritten(None, tmp_path, **{"llm.offline": True}).prompt == found.prompt


@pytest.mark.parametrize(
    ("reply", "code", "reason"),
    [
        (_writing("Ask for tea."), "not-confirmed", "does not ask: 'Do not use commas.'"),
        (_writing(PROMPT + " Now."), "not-confirmed", "may still ask: 'Be polite.'"),
        (_writing(asked="unclear"), "not-confirmed", "does not ask"),
        (_writing(" "), "unanswered", "no object with one 'instruction'"),
        (_writing(asked="yes"), "not-confirmed", "may still ask: 'Be polite.'"),
    ],
)
def test_what_the_model_does_not_confirm_is_refused(
    serve: Serve, tmp_path: Path, reply: Any, code: str, reason: str
) -> None:
    url, _ = serve(reply)
    found = _rewritten(url, tmp_path)
    assert found.prompt is None
    assert found.refusals["llm"].code == code
    assert reason in found.refusals["llm"].reason


LONG = ConstraintSpec("length_constraints:number_words", {"num_words": 30})
TALK = "Ask for tea, and do not stop before the thirtieth word. Do not use commas."


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Ask for tea. Answer with at least 20 words. Do not use commas.", None),
        ("Ask for tea. Answer with at least 30 words. Do not use commas.", "not-confirmed"),
        ("Ask for tea. Answer with at least 20 words.", "not-confirmed"),
        (
            "Ask for tea. Answer with at least 20 words. Do not use commas. Aim at 30 words.",
            "disagrees",
        ),
    ],
)
def test_a_weaker_goal_is_written_by_the_model_where_numbers_do_not_stand_there(
    serve: Serve, tmp_path: Path, written: str, code: str | None
) -> None:
    url, server = serve(_writing(written))
    cache = {"llm.model": "m", "llm.cache": str(tmp_path / "a.sqlite"), "llm.base_url": url}
    kit = hir_kit.load(set=cache)
    found = kit.rewrite(TALK, [LONG, KEPT], [], relax={0: {"num_words": 20}}, rewriters=["llm"])
    asked = server.bodies[0]["messages"][-1]["content"]
    assert "at least 20 words. (in place of: Answer with at least 30 words.)" in asked
    assert found.refusals["relax"].code == "woven"
    if code is None:
        assert (found.prompt, found.rewriter) == (written, "llm")
        assert [dict(one.kwargs) for one in found.kept] == [{"num_words": 20}, {}]
    else:
        assert (found.prompt, found.refusals["llm"].code) == (None, code)


def test_relabelling_hands_weaker_goals_to_the_model(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    row = {
        "prompt": TALK,
        "constraints": [
            {"id": LONG.id, "kwargs": {"num_words": 30}},
            {"id": KEPT.id, "text": KEPT.text},
        ],
        "responses": ["tea " * 20],
    }
    Path("dump.jsonl").write_text(json.dumps(row) + "\n")
    url, _ = serve(_writing("Ask for tea. Answer with at least 20 words. Do not use commas."))
    more = ("--relax", "first", "--set", f"llm.base_url={url}", "--no-include-originals")
    assert _relabel("a.sqlite", *more, "-o", "replays.jsonl") == 0
    (replay,) = map(json.loads, Path("replays.jsonl").read_text().splitlines())
    assert replay["hindsight"]["rewriter"] == "llm"
    assert [one["kwargs"] for one in replay["constraints"]] == [{"num_words": 20}, {}]
    assert len(replay["hindsight"]["relaxed"]) == 1


def test_without_a_model_it_refuses(tmp_path: Path) -> None:
    found = _rewritten(None, tmp_path, **{"llm.model": ""}).refusals["llm"]
    assert (found.code, "--set llm.model" in found.reason) == ("no-model", True)
    found = _rewritten(None, tmp_path).refusals["llm"]
    assert (found.code, "no server was named" in found.reason) == ("unanswered", True)


def _relabel(cache: str, *more: str, rewriter: str = "llm") -> int:
    given = ["--rewriter", rewriter, "--set", "llm.model=m", "--set", f"llm.cache={cache}"]
    return cli.run(["relabel", "dump.jsonl", *given, *more])


def _run_batch(requests: str, results: str) -> int:
    """Answer a batch file, in another order; return how many requests it has."""
    rows = Path(requests).read_text().splitlines()
    Path(results).write_text("\n".join(reversed(list(scripted.batch(rows)))))
    return len(rows)


@pytest.fixture
def dump(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five instructions, each with a response that meets one of two constraints."""
    monkeypatch.chdir(tmp_path)
    constraints = [
        {"id": "punctuation:no_comma", "kwargs": {}, "text": "Do not use commas."},
        {"id": "keywords:existence", "kwargs": {"keywords": ["tea"]}, "text": "Say tea."},
    ]
    rows = [
        {
            "id": f"q{n}",
            "task": f"Ask for drink {n}.",
            "prompt": f"Ask for drink {n}. Do not use commas. Say tea.",
            "constraints": constraints,
            "responses": [f"A tea, number {n}."],
        }
        for n in range(5)
    ]
    Path("dump.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.mark.usefixtures("dump")
@pytest.mark.parametrize("workers", ["0", "2"])
def test_the_summary_says_what_it_took(
    serve: Serve, capsys: pytest.CaptureFixture[str], workers: str
) -> None:
    url, _ = serve()
    priced = ("--set", f"llm.base_url={url}", "--set", "llm.input_price=1000000")
    more = ("-o", "served.jsonl", "--workers", workers, *priced)
    assert _relabel("a.sqlite", *more, "--json") == 0
    used = json.loads(capsys.readouterr().out)["used"]
    assert (used["llm: answered"], used["llm: completion_tokens"]) == (15, 300)
    assert used["llm: cost"] == 1500.0
    assert _relabel("a.sqlite", *more) == 0
    assert "llm: cached 15\n" in capsys.readouterr().out


@pytest.mark.usefixtures("dump")
def test_batch_files_rewrite_as_a_server_does(serve: Serve) -> None:
    url, _ = serve()
    assert _relabel("a.sqlite", "-o", "served.jsonl", "--set", f"llm.base_url={url}") == 0
    assert Path("served.jsonl").read_text().count('"rewriter":"llm"') == 5

    assert _relabel("b.sqlite", "--requests", "write.jsonl") == 0
    assert _run_batch("write.jsonl", "written.jsonl") == 5, "an instruction for each"
    assert _relabel("b.sqlite", "--results", "written.jsonl", "--requests", "ask.jsonl") == 0
    assert _run_batch("ask.jsonl", "asked.jsonl") == 10, "a question for each constraint"
    done = ("--results", "asked.jsonl", "-o", "batched.jsonl", "--workers", "2")
    assert _relabel("b.sqlite", *done) == 0
    assert Path("batched.jsonl").read_bytes() == Path("served.jsonl").read_bytes()
    assert _relabel("b.sqlite", "--offline", "-o", "again.jsonl") == 0
    assert Path("again.jsonl").read_bytes() == Path("served.jsonl").read_bytes()


@pytest.mark.usefixtures("dump")
@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--requests", "r.jsonl", "-o", "x.jsonl"), "there are no rows for -o"),
        ((), "-o FILE is where the rows go"),
        (("--requests", "r.jsonl", "--workers", "2"), "is written by one process"),
        (("--requests", "dump.jsonl"), "dump.jsonl"),
        (("-o", "x.jsonl"), "the rewriter 'llm' cannot be asked: it needs a server"),
        (("--results", "dump.jsonl", "-o", "x.jsonl"), "dump.jsonl:1: 'custom_id' is the key"),
        (("--offline", "-o", "x.jsonl", "--rewriter", "render"), None),
    ],
)
def test_what_cannot_be_asked_is_said_first(
    more: tuple[str, ...], said: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _relabel("a.sqlite", *more) == (0 if said is None else 2)
    assert said is None or said in capsys.readouterr().err
    assert not Path("r.jsonl").exists()


@pytest.mark.usefixtures("dump")
def test_options_of_a_model_are_for_the_rewriter_that_asks_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _relabel("a.sqlite", "--requests", "r.jsonl", rewriter="render") == 2
    assert "--rewriter llm" in capsys.readouterr().err
