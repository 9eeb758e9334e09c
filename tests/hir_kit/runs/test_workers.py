"""Any number of worker processes: the same bytes, and a worker that is lost costs one check."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import environment

COUNTS = ("0", "1", "3")


def _run(here: Any, out: Path, *arguments: object) -> tuple[bytes, bytes, Any]:
    ran = here(*arguments, "-o", out, "--json")
    rejects = out.with_name(f"{out.name}.rejects.jsonl")
    return out.read_bytes(), rejects.read_bytes(), json.loads(ran.out)


@pytest.mark.parametrize(
    "command", [("verify", "--loose"), ("relabel",), ("relabel", "--emit", "kto")]
)
def test_any_number_of_workers_gives_the_same_bytes(
    command: tuple[str, ...], here: Any, large: Path, tmp_path: Path
) -> None:
    name, *options = command
    ran = [
        _run(here, tmp_path / f"{n}.jsonl", name, large, *options, "--workers", n) for n in COUNTS
    ]
    assert ran[0] == ran[1] == ran[2]
    rows, rejects, report = ran[0]
    assert rows.count(b"\n") > 400
    assert [json.loads(line)["line"] for line in rejects.splitlines()] == [31, 61, 91]
    assert report["rejected"] == 3
    assert report["rollouts"] == 471


def test_pairs_of_a_group_in_pieces_do_not_depend_on_batches(
    here: Any, large: Path, tmp_path: Path
) -> None:
    """What `relabel` writes holds a group in several rows; a batch must not end between them."""
    rows, out = tmp_path / "rows.jsonl", tmp_path / "pairs.jsonl"
    assert here("relabel", large, "-o", rows).code == 0
    written = []
    for workers in ("0", "2"):
        assert here("relabel", rows, "-o", out, "--emit", "dpo", "--workers", workers).code == 0
        written.append(out.read_bytes())
    assert written[0] == written[1]
    assert written[0].count(b"response-pair") > 100


def test_the_output_goes_to_a_pipe_as_well(process: Any, large: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    process("relabel", large, "-o", out, "--emit", "kto", "--workers", "2")
    piped = process("relabel", "-", "-o", "-", "--emit", "kto", stdin=large.read_bytes())
    assert piped.out == out.read_bytes()


CRASHING = """
import os, signal, time
from hir_kit import Response, verifier

@verifier("bad:aborts", describe="Do not crash.")
def aborts(response: Response) -> bool:
    if "word77 " in response.text:
        os.abort()
    return True

@verifier("bad:hangs", describe="Do not hang.")
def hangs(response: Response) -> bool:
    if "word44 " in response.text:
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        time.sleep(3600)
    return True
"""


def test_a_check_that_costs_its_process_is_unknown(
    here: Any, dump: Any, plugin: Any, tmp_path: Path
) -> None:
    texts = [f"plain {i} " + "word " * 3000 for i in range(40)]
    texts[7] += "word77 "
    texts[22] += "word44 "
    constraints = [{"id": "bad:aborts"}, {"id": "punctuation:no_comma"}, {"id": "bad:hangs"}]
    path = dump(
        {"id": f"q{i}", "prompt": "?", "constraints": constraints, "responses": [text]}
        for i, text in enumerate(texts)
    )
    options = ("--plugin", plugin(CRASHING), "--time-limit", "0.2")
    written = []
    for workers in ("1", "2"):
        out = tmp_path / f"{workers}.jsonl"
        assert here("verify", path, "-o", out, *options, "--workers", workers).code == 0
        written.append(out.read_bytes())
    assert written[0] == written[1]
    rows = [json.loads(line) for line in written[0].splitlines()]
    assert len(rows) == 40
    unknown = {
        (row["id"], place): verdict["reason"]
        for row in rows
        for place, verdict in enumerate(row["verdicts"])
        if verdict["status"] == "unknown"
    }
    assert unknown == {
        ("q7/0", 0): "the check ended its process",
        ("q22/0", 2): "the check did not stop after 0.2 s and was killed",
    }


def _of_one_constraint(dump: Any, id: str, texts: list[str]) -> Path:
    asked = {"prompt": "?", "constraints": [{"id": id}]}
    path: Path = dump({**asked, "id": f"q{i}", "responses": [t]} for i, t in enumerate(texts))
    return path


def test_what_loads_may_take_longer_than_every_limit(
    here: Any, dump: Any, plugin: Any, tmp_path: Path
) -> None:
    """Marked under a cache, as it is to be: it is loaded once a worker."""
    code = f"""
import functools, os, time
from pathlib import Path
import hir_kit

@functools.cache
@hir_kit.loading
def table():
    Path({str(tmp_path)!r}, f"loaded-{{os.getpid()}}").touch(exist_ok=False)
    until = time.monotonic() + 5
    while time.monotonic() < until:
        pass
    return "word"

@hir_kit.verifier("slow:table", describe="Say word.")
def says(response) -> bool:
    return table() in response.text
"""
    texts = ["plain " * 9000 + ("word" if i % 2 else "") for i in range(30)]
    path, out = _of_one_constraint(dump, "slow:table", texts), tmp_path / "out.jsonl"
    ran = here("verify", path, "-o", out, "--plugin", plugin(code), "--workers", "2",
               "--time-limit", "1")  # fmt: skip
    assert ran.code == 0
    rows = [json.loads(line) for line in out.read_bytes().splitlines()]
    assert [row["follow_all"] for row in rows] == [False, True] * 15
    assert 1 <= len(list(tmp_path.glob("loaded-*"))) <= 2


def test_a_verifier_that_ends_its_worker_each_time_ends_the_run(
    here: Any, dump: Any, plugin: Any, tmp_path: Path
) -> None:
    path = _of_one_constraint(dump, "bad:aborts", ["word77 "] * 500)
    out = tmp_path / "out.jsonl"
    ran = here("verify", path, "-o", out, "--plugin", plugin(CRASHING), "--workers", "2")
    assert ran.code == 2
    assert "Error: check() of the constraint bad:aborts {} ended its process, 4 times in" in ran.err
    assert not out.exists()


def test_a_check_that_forks_gives_its_answer_once(
    process: Any, dump: Any, plugin: Any, tmp_path: Path
) -> None:
    code = """
import os
from hir_kit import Response, verifier

@verifier("forks:yes", describe="Fork.")
def yes(response: Response) -> bool:
    if "fork" in response.text:
        os.fork()
    return True
"""
    asked = {"prompt": "?", "constraints": [{"id": "forks:yes"}]}
    texts = ["word " * 3000 + ("fork" if i == 50 else "") for i in range(120)]
    path = dump({**asked, "id": f"q{i}", "responses": [text]} for i, text in enumerate(texts))
    out = tmp_path / "out.jsonl"
    ran = process("verify", path, "-o", out, "--plugin", plugin(code), "--workers", "2")
    assert ran.code == 0, ran.err
    found = [json.loads(line)["group"] for line in out.read_bytes().splitlines()]
    assert found == [f"q{i}" for i in range(120)]


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_signal_within_a_check_ends_the_command(
    name: str, process: Any, dump: Any, row: Any, plugin: Any, tmp_path: Path
) -> None:
    code = f"""
import os, signal
from hir_kit import Response, verifier

@verifier("told:yes", describe="Be told to end.")
def yes(response: Response) -> bool:
    os.kill(os.getpid(), signal.{name})
    return True
"""
    path, out = dump([row(constraints=[{"id": "told:yes"}])]), tmp_path / "out.jsonl"
    ran = process("verify", path, "-o", out, "--plugin", plugin(code), "--workers", "0")
    assert ran.code == 128 + getattr(signal, name)
    assert not out.exists()


SLOW = """
import time
from hir_kit import Response, verifier

@verifier("slow:yes", describe="Be slow.")
def yes(response: Response) -> bool:
    time.sleep(0.05)
    return len(response.text) % 2 == 0
"""


def test_a_worker_that_is_killed_from_outside_costs_nothing(
    start: Callable[..., subprocess.Popen[bytes]],
    here: Any,
    dump: Any,
    plugin: Any,
    tmp_path: Path,
) -> None:
    constraints = [{"id": "slow:yes"}]
    path = dump(
        {"id": f"q{i}", "prompt": "?", "constraints": constraints, "responses": ["ab " * 3000 + t]}
        for i in range(160)
        for t in ("x" * (i % 2),)
    )
    mine, out = plugin(SLOW), tmp_path / "out.jsonl"
    run = start("verify", path, "-o", out, "--plugin", mine, "--workers", "2")
    while not (tmp_path / ".out.jsonl.checkpoint").exists():
        assert run.poll() is None
        time.sleep(0.02)
    killed = _children(run.pid)
    os.kill(killed[0], signal.SIGKILL)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 0, said
    assert len(killed) == 2
    plain = tmp_path / "plain.jsonl"
    assert here("verify", path, "-o", plain, "--plugin", mine, "--workers", "0").code == 0
    assert out.read_bytes() == plain.read_bytes()


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task")
    if not tasks.is_dir():
        pytest.skip("the children of a process are looked up in /proc")
    found = " ".join((task / "children").read_text() for task in tasks.iterdir())
    return [int(child) for child in found.split()]


def test_workers_end_with_the_run_that_was_killed(
    start: Callable[..., subprocess.Popen[bytes]], dump: Any, plugin: Any, tmp_path: Path
) -> None:
    """Even one that hangs in a check."""
    path = dump([{"id": "q", "prompt": "?", "constraints": [{"id": "bad:hangs"}],
                  "responses": ["word44 "]}])  # fmt: skip
    out = tmp_path / "out.jsonl"
    run = start("verify", path, "-o", out, "--plugin", plugin(CRASHING), "--time-limit", "600")
    workers: list[int] = []
    while not workers and run.poll() is None:
        time.sleep(0.1)
        workers = _children(run.pid)
    time.sleep(1)
    run.kill()
    run.communicate()
    deadline = time.monotonic() + 20
    while any(_is_running(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert workers
    assert not any(_is_running(pid) for pid in workers)


def _is_running(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_a_rewriter_that_raises_in_a_worker_refuses_as_it_does_here(
    process: Any, large: Path, plugin: Any, tmp_path: Path
) -> None:
    code = """
    from hir_kit import hookimpl
    from hir_kit.errors import UsageError

    class Mine:
        name, default, removes = "mine", False, False

        def rewrite(self, request):
            raise UsageError("no model is there")

    @hookimpl
    def register_rewriters(register):
        register(Mine())
    """
    mine, out = plugin(textwrap.dedent(code)), tmp_path / "out.jsonl"
    said = []
    for workers in ("0", "2"):
        ran = process(
            "relabel", large, "-o", out, "--plugin", mine, "--rewriter", "mine",
            "--workers", workers, "--json",
        )  # fmt: skip
        assert ran.code == 0
        (reason,) = ran.json["refusals"]
        assert (reason["code"], reason["count"]) == ("failed", ran.json["selected"])
        assert "raised UsageError: no model is there" in reason["example"]
        said.append((ran.out, out.read_bytes()))
    assert said[0] == said[1]


def test_what_checks_print_in_workers_is_not_lost(
    process: Any, plugin: Any, tmp_path: Path
) -> None:
    """Every line, though the workers are ended as soon as the last answer is there."""
    code = """
from hir_kit import Response, verifier

@verifier("noisy:yes", describe="Be noisy.")
def yes(response: Response) -> bool:
    print("in a check")
    return True
"""
    dump = tmp_path / "noisy.jsonl"
    asked = {"prompt": "Go on.", "constraints": [{"id": "noisy:yes"}]}
    rows = [{**asked, "id": f"q{n}", "responses": [f"{i} {'x' * 4000}" for i in range(3)]}
            for n in range(160)]  # fmt: skip
    dump.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    out = tmp_path / "verdicts.jsonl"
    words = ("verify", dump, "--plugin", plugin(code), "--workers", "2", "-o", out)
    ran = process(*words, env={"PYTHONUNBUFFERED": ""})  # set, it would hide a loss
    assert ran.code == 0
    assert ran.err.count("in a check") == 480  # lines of two processes may run into each other


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python cannot leave the folder out")
def test_workers_import_nothing_from_the_working_folder(large: Path, tmp_path: Path) -> None:
    (tmp_path / "pydantic.py").write_text("raise SystemExit('this is not the package')")
    command = "import sys; sys.path.remove(''); from hir_kit.cli import main; main()"
    words = ("relabel", large, "-o", tmp_path / "out.jsonl", "--workers", "2")
    ran = subprocess.run(
        [sys.executable, "-c", command, *map(str, words)],
        cwd=tmp_path, env=environment(), capture_output=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
