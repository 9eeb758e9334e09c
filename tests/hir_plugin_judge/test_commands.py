"""Judges from the command line: cache, batch files, calibration, and no key anywhere."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hir_kit import cli

scripted = sys.modules["scripted_server"]
pytestmark = pytest.mark.usefixtures("own_cache")
Serve = Callable[..., tuple[str, Any]]
KEY = "sk-planted-0123456789"
SOFT = {"id": "judge:criterion", "kwargs": {"criterion": "Be polite."}, "text": "Be polite."}
HARD = {"id": "punctuation:no_comma", "kwargs": {}, "text": "Do not use commas."}
OWN = {"id": "acme:polite", "kwargs": {}, "text": "Be polite."}


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> tuple[int, str, str]:
        code = cli.run([str(item) for item in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def _dump(*constraints: Any, count: int = 6, name: str = "dump.jsonl") -> Path:
    rows = [
        {
            "id": f"q{n}",
            "task": "Ask for tea.",
            "prompt": " ".join([f"{n}: Ask for tea.", *(one["text"] for one in constraints)]),
            "constraints": constraints,
            "responses": [f"Tea {n}, please!", f"Give me tea {n}."],
        }
        for n in range(count)
    ]
    path = Path(name)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def _model(url: str | None = None, cache: str = "answers.sqlite") -> list[str]:
    given = ["llm.model=m", f"llm.cache={cache}"]
    given += [f"llm.base_url={url}"] if url else []
    return [part for value in given for part in ("--set", value)]


def _verdicts(path: str) -> list[list[str]]:
    rows = [json.loads(line) for line in Path(path).read_text().splitlines()]
    return [[verdict["status"] for verdict in row["verdicts"]] for row in rows]


def test_a_batch_is_written_answered_and_read(run: Any) -> None:
    dump, other = _dump(SOFT, HARD), _model(cache="other.sqlite")
    assert run("judge", dump, "--requests", "batch.jsonl", *_model())[0] == 0
    asked = [json.loads(line) for line in Path("batch.jsonl").read_text().splitlines()]
    assert len(asked) == 12
    assert {(row["method"], row["url"]) for row in asked} == {("POST", "/v1/chat/completions")}
    rows = [_result(row) for row in asked]
    rows[3] = {**rows[3], "response": {"status_code": 500, "body": {}}, "error": None}
    rows[4] = {**rows[4], "response": None, "error": {"message": "expired"}}
    rows.append(_result(asked[0], '{"evidence": "", "reason": "", "verdict": "not_met"}'))
    rows.append(_result(asked[1]))
    Path("results.jsonl").write_text("".join(json.dumps(row) + "\n" for row in reversed(rows)))
    code, out, _ = run("judge", dump, "--results", "results.jsonl", "-o", "v.jsonl", *other)
    assert code == 0
    assert "differing 1" in out
    soft = [row[0] for row in _verdicts("v.jsonl")]
    answered = ["satisfied", "violated"] * 6
    assert soft == [
        "unknown" if place in (0, 3, 4) else status for place, status in enumerate(answered)
    ]
    code, _, _ = run("judge", dump, "--requests", "rest.jsonl", *other)
    assert len(Path("rest.jsonl").read_text().splitlines()) == 3


def _result(row: Any, content: str | None = None) -> dict[str, Any]:
    (line,) = scripted.batch([json.dumps(row)])
    found: dict[str, Any] = json.loads(line)
    if content is not None:
        found["response"]["body"] = scripted.completion(content)
    return found


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "results.jsonl:1: "),
        ("[]", "a line of results is an object"),
        ('{"custom_id": "request-1"}', "'custom_id' is the key"),
    ],
)
def test_what_is_no_result_is_an_error_before_anything_is_asked(
    run: Any, line: str, said: str
) -> None:
    Path("results.jsonl").write_text(line + "\n")
    code, _, err = run(
        "judge", _dump(SOFT), "--results", "results.jsonl", "-o", "v.jsonl", *_model()
    )
    assert code == 2
    assert said in err
    assert not Path("v.jsonl").exists()


def test_sentences_without_a_verifier_become_questions(run: Any, serve: Serve) -> None:
    url, server = serve()
    dump = _dump(OWN, HARD, count=1)
    run("judge", dump, "-o", "v.jsonl", *_model(url))
    assert (_verdicts("v.jsonl")[0][0], len(server.bodies)) == ("unknown", 0)
    run("judge", dump, "-o", "v.jsonl", "--judge-unbound", *_model(url))
    assert [row[0] for row in _verdicts("v.jsonl")] == ["satisfied", "violated"]
    assert run("verify", dump, "--verdicts", "v.jsonl", "-o", "w.jsonl")[0] == 0
    assert [row[0] for row in _verdicts("w.jsonl")] == ["satisfied", "violated"]


def test_labels_say_whether_a_judge_is_relied_on(run: Any, serve: Serve) -> None:
    url, _ = serve()
    rows = [
        {"prompt": f"{n}: Ask.", "response": text, "criterion": "Be polite.", "label": label}
        for n in range(60)
        for text, label in (("Tea, please.", "met"), ("Tea!", "not_met"), ("Thank you!", True))
    ]
    Path("labelled.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    code, out, _ = run("judge", "calibrate", "labelled.jsonl", "-o", "c.json", *_model(url))
    assert code == 0
    assert "180 judgements" in out
    assert "are replayed on" in out
    code, out, _ = run("judge", "calibrate", "labelled.jsonl", "--json", *_model(url))
    told = json.loads(out)
    assert told["about"] == {"model": "m", "prompt": "judge/1/reasoned"}
    assert told["kinds"]["all"]["violated"]["recall"]["share"] == 1.0

    dump = _dump(SOFT, HARD)
    run("judge", dump, "-o", "v.jsonl", *_model(url))
    relabel = ("relabel", dump, "--verdicts", "v.jsonl", "--no-include-originals", "-o", "r.jsonl")
    _, _, err = run(*relabel)
    assert "6 verdicts `met` not replayed on: nobody measured" in err
    kept = [json.loads(line)["constraints"] for line in Path("r.jsonl").read_text().splitlines()]
    assert kept == [[HARD]] * 6
    run(*relabel, "--calibration", "c.json")
    kept = [json.loads(line)["constraints"] for line in Path("r.jsonl").read_text().splitlines()]
    assert kept.count([SOFT]) == 6
    _, _, err = run(*relabel, "--calibration", "c.json", "--min-precision", "0.99")
    assert "0.99 is asked for" in err
    run(*relabel, "--min-precision", "0")
    assert Path("r.jsonl").read_text().count('"Be polite."') > 6


def test_a_judge_that_says_met_to_everything_is_found_out(run: Any, serve: Serve) -> None:
    async def yes(body: dict[str, Any], writer: Any) -> None:
        del body
        said = '{"evidence": "", "reason": "fine", "verdict": "met"}'
        scripted.send(writer, scripted.completion(said))

    url, server = serve(yes)
    dump = _dump(SOFT, HARD, OWN, count=30)
    code, out, _ = run("judge", "probe", dump, "--workers", 0, "-o", "c.json", *_model(url))
    assert code == 0
    assert "60 judgements" in out
    assert "are not replayed on" in out
    assert "'Do not use commas.' is violated, and satisfied by the judge" in out
    asked = {scripted.block("REQUIREMENT", one["messages"][-1]["content"]) for one in server.bodies}
    assert asked == {"Do not use commas."}
    found = json.loads(Path("c.json").read_text())["kinds"]
    assert set(found) == {"all", "punctuation"}
    assert found["punctuation"]["met"]["precision"]["share"] == 0.5
    code, out, _ = run("judge", "probe", dump, "--most", 10, "--workers", 0, *_model(url))
    assert "10 judgements" in out


def test_labels_that_are_none(run: Any) -> None:
    row = {"prompt": "a", "response": "b", "criterion": "c"}
    for label, said in ((None, "label"), ("maybe", "'label' is met or not_met, got 'maybe'")):
        Path("labelled.jsonl").write_text(json.dumps({**row, "label": label}))
        code, _, err = run("judge", "calibrate", "labelled.jsonl", "--offline", *_model())
        assert code == 2
        assert said in err
        assert "labelled.jsonl:1" in err


def test_a_planted_key_is_nowhere(
    run: Any, serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def echo(body: dict[str, Any], writer: Any) -> None:
        if "2: Ask" in body["messages"][-1]["content"]:
            scripted.send(writer, {"error": {"message": f"wrong key {KEY}"}}, "401 Who")
        else:
            said = json.loads(scripted.answer(body))
            said["reason"] = f"{said.get('reason', 'asked')} and {KEY}"
            scripted.send(writer, scripted.completion(json.dumps(said)))

    url, server = serve(echo)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with_password = url.replace("http://", f"http://user:{KEY}@")
    monkeypatch.setenv("OPENAI_BASE_URL", with_password)
    dump = _dump(SOFT, HARD)
    said = [
        run("judge", dump, "-o", "v.jsonl", *_model()),
        run("judge", dump, "-o", "w.jsonl", "--json", *_model(with_password, "b.sqlite")),
        run("judge", dump, "--requests", "batch.jsonl", *_model()),
        run("judge", "probe", dump, "-o", "c.json", "--workers", 0, *_model()),
        run("relabel", dump, "--verdicts", "v.jsonl", "--rewriter", "llm", "-o", "r.jsonl",
            "--set", f"llm.api_key={KEY}", "--refused", "f.jsonl", *_model(with_password)),
        run("judge", dump, "-o", "x.jsonl", "--set", "llm.base_url=nonsense://" + KEY, *_model()),
        run("judge", dump, "-o", "x.jsonl", "--set", "llm.timeout=no", *_model(with_password)),
        run("plugins", "show", "hir_plugin_llm", *_model(with_password)),
    ]  # fmt: skip
    assert "authorization: " in server.heads[0].lower()
    assert [code for code, _, _ in said] == [0, 0, 0, 0, 0, 2, 2, 0]
    assert KEY not in "".join(out + err for _, out, err in said)
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes(), path
    reasons = Path("v.jsonl").read_text()
    assert "the server answered HTTP 401: wrong key ***" in reasons
    assert "says 'please' and ***" in reasons


def test_a_killed_run_loses_no_paid_answer(serve: Serve, run: Any) -> None:
    """Three kills here; `benchmarks/judging.py` does a hundred."""
    url, server = serve(latency=0.002)
    dump = _dump(SOFT, count=100)
    command: list[str] = [
        sys.executable,
        "-m",
        "hir_kit",
        "judge",
        str(dump),
        "-o",
        "v.jsonl",
        *_model(url),
    ]
    for _ in range(3):
        before = len(server.bodies)
        process = subprocess.Popen([*command, "--resume"], stderr=subprocess.DEVNULL)
        while process.poll() is None and len(server.bodies) < before + 30:
            time.sleep(0.002)
        process.kill()
        process.wait()
    code, _, _ = run("judge", dump, "-o", "v.jsonl", "--resume", *_model(url))
    assert code == 0
    texts = [body["messages"][-1]["content"] for body in server.bodies]
    again = len(texts) - len(set(texts))
    assert again <= 3 * 64, "only what was on its way may be asked twice"
    assert len(set(texts)) == 200
