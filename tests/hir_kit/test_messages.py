"""What a user is told where something is odd: one place for each kind."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hir_kit.errors import near_matches
from hir_kit.files import jsonl

Here = Callable[..., Any]
Dump = Callable[..., Path]

KNOWN = [
    "punctuation:no_comma", "punctuation:punctuation_dot", "muldimif:words", "muldimif:sentences",
    "keywords:existence", "keywords:frequency", "rlvr:validate_no_commas", "words:vowel",
    "length_constraints:number_words", "length_constraints:number_sentences", "format:list",
]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "near"),
    [
        ("punctuation:no_commas", "punctuation:no_comma"),
        ("punctuation:No_Comma", "punctuation:no_comma"),
        ("punctation:no_comma", "punctuation:no_comma"),
        ("keyword:existance", "keywords:existence"),
        ("length_constraints:num_words", "length_constraints:number_words"),
        ("words:vowels", "words:vowel"),
    ],
)
def test_a_slip_has_one_name_near(given: str, near: str) -> None:
    assert near_matches(given, KNOWN) == f" Did you mean {near!r}?"


@pytest.mark.parametrize(
    "given",
    [
        "muldimif:Length_Words", "muldimif:Language_English", "muldimif:Content_Others",
        "punctuation:no_colon", "keywords:palindrome", "format:json", "words:prime", "acme:x",
    ],
)  # fmt: skip
def test_what_is_no_slip_has_none(given: str) -> None:
    assert near_matches(given, KNOWN) == ""


TWICE = [
    '{"id": 1, "prompt": "a", "prompt": "b", "constraints": [], "responses": ["c"]}',
    '{"prompt": "a", "constraints": [{"id": "x:y", "id": "z:z"}], "responses": ["c: \\"d\\": e"]}',
    '{"prompt":"a","constraints":[],"responses":[{"text":"a","text":"b"}]}',
    '{"prompt" : "a", "constraints" : [], "prompt" : "b", "responses" : ["\\":"]}',
    '{"prompt":"a","constraints":[],"responses":["a"],"meta":{"b":[1,{"c":1,"c":2}]}}',
]


@pytest.mark.parametrize("line", TWICE)
def test_a_key_that_stands_twice_is_said(here: Here, dump: Dump, line: str) -> None:
    for command in (["verify"], ["relabel", "-o", "-"], ["lint"]):
        ran = here(command[0], dump(line.encode() + b"\n"), *command[1:], "--format", "hir")
        assert ran.code in (1, 2)
        assert "stands twice in an object" in ran.err
    assert here("verify", dump(f"[{line}]".encode(), "array.json"), "--format", "hir").code != 0


def test_a_text_that_looks_like_keys_is_none() -> None:
    value = {"a": 'b": "a": 1', "c": ['"a":', {"a": "\\"}], "d": {"a": 'x\\":'}}
    assert jsonl.loads(json.dumps(value)) == value


@pytest.mark.skipif(os.name != "posix", reason="links")
@pytest.mark.parametrize(
    "arguments",
    [["verify", "one"], ["lint", "one"], ["convert", "one", "out.jsonl"], ["verify", "one/x.jsonl"],
     ["verify", "d.jsonl", "--plugin", "one"], ["verify", "d.jsonl", "--prompts", "one"],
     ["verify", "d.jsonl", "--verdicts", "one"]],
)  # fmt: skip
def test_a_loop_of_links_is_one_line(
    here: Here, dump: Dump, row: Any, tmp_path: Path, arguments: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    Path("one").symlink_to("two")
    Path("two").symlink_to("one")
    dump([row("a")], "d.jsonl")
    ran = here(*arguments)
    assert ran.code == 2
    assert "one" in ran.err.splitlines()[-1]
    assert "symbolic links" in ran.err


@pytest.mark.parametrize("command", ["verify", "relabel", "convert"])
def test_a_folder_is_no_output(
    here: Here, dump: Dump, row: Any, tmp_path: Path, command: str
) -> None:
    out = f"{tmp_path}/new/"
    ran = here(command, dump([row("a")]), *([] if command == "convert" else ["-o"]), out)
    assert (ran.code, "that is a directory; name a file in it" in ran.err) == (2, True)
    assert not Path(out).exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_folder_of_temporary_files_is_named(
    here: Here, dump: Dump, row: Any, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    class Full:
        def __enter__(self) -> Full:
            raise OSError(number, os.strerror(number))

        def __exit__(self, *_: object) -> None:
            """Nothing was opened."""

    monkeypatch.setattr("hir_kit.files.save.tempfile.TemporaryFile", Full)
    monkeypatch.setattr("hir_kit.files.save.open_sink", lambda *_: Full())
    ran = here("convert", dump([row("a")]), "-")
    assert ran.code == 2
    assert "TMPDIR names another folder" in ran.err


SLOW = """
import time
from hir_kit import Response, verifier

@verifier("acme:slow", describe="Wait.")
def slow(response: Response) -> bool:
    time.sleep(0.05)
    return True
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        ("0.1", "{out} is unfinished; the same command with --resume goes on"),
        ("1000", "stopped before the first checkpoint: nothing of {out} is kept"),
    ],
)
def test_who_stops_a_run_is_told_how_to_go_on(
    dump: Dump, row: Any, plugin: Any, tmp_path: Path, seconds: str, told: str
) -> None:
    text = "a" * 10_000  # so that there are several batches, with a checkpoint behind each
    rows = [row(text, id=str(n), constraints=[{"id": "acme:slow"}]) for n in range(200)]
    path, out = os.pathsep.join(part for part in sys.path if part), tmp_path / "out.jsonl"
    command = [sys.executable, "-m", "hir_kit", "verify", str(dump(rows)), "--workers", "0"]
    run = subprocess.Popen(
        [*command, "--plugin", str(plugin(SLOW)), "-o", str(out)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path, "HIR_KIT_CHECKPOINT_SECONDS": seconds},
    )  # fmt: skip
    is_kept = seconds == "0.1"
    first = tmp_path / f".out.jsonl.{'checkpoint' if is_kept else 'part'}"
    while run.poll() is None and not first.exists():
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=60)
    assert run.returncode == 130
    assert told.format(out=out) in err.decode()
    assert err.endswith(b"Stopped.\n")
    assert first.exists() is is_kept


def test_many_ids_without_a_verdict_are_one_line(here: Here, dump: Dump, row: Any) -> None:
    few, many = ([{"id": f"acme:c{n}"} for n in range(size)] for size in (3, 60))
    assert b"\nacme:c2 " in here("verify", dump([row("a", constraints=few)])).out
    out = here("verify", dump([row("a", constraints=many)])).out.decode()
    assert "60 constraints without any verdict: acme:c0, acme:c1" in out
    assert "and 55 more" in out
    assert out.count("\n") < 40


@pytest.mark.parametrize(
    ("constraints", "response", "why"),
    [
        (["acme:x"], "Tea.", "no response could be verified; `hir-kit verify` says why"),
        (["punctuation:no_comma"], "Tea.", "no response failed"),
        (["punctuation:no_comma"], "Tea, milk.", "no failure met any of its constraints"),
    ],
)
def test_an_empty_output_says_why(
    here: Here, dump: Dump, row: Any, tmp_path: Path, constraints: list[str], response: str,
    why: str,
) -> None:  # fmt: skip
    asked = [{"id": id} for id in constraints]
    ran = here(
        "relabel", dump([row(response, constraints=asked)]), "-o", tmp_path / "out.jsonl",
        "--no-include-originals",
    )  # fmt: skip
    assert f"written: no rows: {why}" in ran.out.decode()


def test_a_resource_of_other_constraints_is_not_shown(here: Here, dump: Dump, row: Any) -> None:
    said = b"tagger of words:start_verb: "
    asked = [{"id": "words:start_verb"}]
    assert said in here("verify", dump([row("Go on.", constraints=asked)])).out
    ran = here("verify", dump([row("Go on.")]))
    assert said not in ran.out
    assert b"sentence splitter: " in ran.out
    assert said in here("plugins").out
