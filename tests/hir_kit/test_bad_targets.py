"""Outputs, pipes and options that cannot be: one line, and an older file stays untouched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

Row = dict[str, Any]

# targets that cannot be written


@pytest.mark.parametrize("command", ["verify", "relabel"])
@pytest.mark.parametrize("target", ["nowhere/out.jsonl", "folder", "dump.jsonl/out", "."])
def test_a_target_that_cannot_be_written_is_named_before_anything_is_read(
    target: str,
    command: str,
    here: Any,
    dump: Any,
    row: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dump([row(), {"bad": 1}])
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    ran = here(command, "dump.jsonl", "-o", target)
    assert ran.code == 2
    assert ran.err.startswith(f"Error: cannot write {target}: ")
    assert ran.out == b""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dump.jsonl", "folder"]


def test_an_empty_name_is_no_target(here: Any, dump: Any, row: Any) -> None:
    ran = here("verify", dump([row()]), "-o", "")
    assert ran.code == 2
    assert "cannot write" in ran.err


@pytest.mark.parametrize("bad", [True, False])
def test_rejects_that_cannot_be_written_are_an_error_in_one_line(
    bad: bool, here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    (tmp_path / "out.jsonl.rejects.jsonl").mkdir()
    ran = here("verify", dump([row(), *([{"bad": 1}] if bad else [])]), "-o", out)
    assert ran.code == 2
    assert "cannot write" in ran.err
    assert "out.jsonl.rejects.jsonl" in ran.err


def test_the_dump_itself_is_no_target(here: Any, dump: Any, row: Any, tmp_path: Path) -> None:
    path = dump([row()])
    before = path.read_bytes()
    ran = here("verify", path, "-o", tmp_path / "." / path.name)
    assert ran.code == 2
    assert "is read by this run" in ran.err
    assert path.read_bytes() == before


def test_a_device_is_written_not_replaced(dump: Any, row: Any) -> None:
    """Writing to a pipe by name must not put a file in its place."""
    reader, writer = os.pipe()
    try:
        path = dump([row()])
        command = [sys.executable, "-m", "hir_kit", "verify", str(path), "-o", f"/dev/fd/{writer}"]
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        done = subprocess.run(command, pass_fds=[writer], env=env, capture_output=True, timeout=60)
        os.close(writer)
        writer = -1
        assert done.returncode == 0, done.stderr
        assert json.loads(os.read(reader, 65536))["id"] == "q1/0"
    finally:
        os.close(reader)
        if writer >= 0:
            os.close(writer)


# pipes


def _piped(script: str, tmp_path: Path) -> tuple[str, str]:
    """Run a shell line with `$HIR` for the command; return its output and errors."""
    path = os.pathsep.join(part for part in sys.path if part)
    env = {**os.environ, "PYTHONPATH": path, "HIR": f"{sys.executable} -m hir_kit"}
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60
    )
    return done.stdout, done.stderr


def test_a_pipe_closed_early_is_no_error(dump: Any, row: Any, tmp_path: Path) -> None:
    dump([row(*["One two."] * 2000, id=f"q{i}") for i in range(20)])
    line = "$HIR verify dump.jsonl -o - | head -n 1; echo ${PIPESTATUS[0]}"
    out, err = _piped(line, tmp_path)
    first, code = out.splitlines()
    assert json.loads(first)["id"] == "q0/0"
    assert (err, code) == ("", "141")


def test_a_report_into_a_closed_pipe_is_no_error(dump: Any, row: Any, tmp_path: Path) -> None:
    dump([row()])
    line = "(sleep 0.1; $HIR verify dump.jsonl; echo $? >&2) | true"
    assert _piped(line, tmp_path)[1] == "141\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("options", ["-o -", "", "--json"])
def test_a_full_disk_behind_standard_output_is_one_line(
    options: str, dump: Any, row: Any, tmp_path: Path
) -> None:
    dump([row()])
    out, err = _piped(f"$HIR verify dump.jsonl {options} > /dev/full; echo $? >&2", tmp_path)
    assert out == ""
    message, code = err.splitlines()[-2:]
    assert message.startswith("Error: ")
    assert "No space left on device" in message
    assert "standard output" in message
    assert code == "2"
    assert "Traceback" not in err


@pytest.mark.parametrize("closed", ["0<&-", "1>&-", "2>&-"])
def test_a_closed_standard_stream_is_no_traceback(
    closed: str, dump: Any, row: Any, tmp_path: Path
) -> None:
    dump([row()])
    source = "-" if closed == "0<&-" else "dump.jsonl"
    _, err = _piped(f"$HIR verify {source} {closed}; echo $?", tmp_path)
    assert "Traceback" not in err
    assert "Exception ignored" not in err


# options that cannot be


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--time-limit", "inf"], "--time-limit"),
        (["--time-limit", "nan"], "--time-limit"),
        (["--time-limit", "1e300"], "--time-limit"),
        (["--time-limit", "-1"], "--time-limit"),
        (["--format", "hri"], "Did you mean 'hir'?"),
        (["--jsno"], "--json"),
        (["--json", "-o", "-"], "standard output"),
    ],
)
def test_an_option_that_cannot_be_is_named(
    options: list[str], said: str, here: Any, dump: Any, row: Any
) -> None:
    ran = here("verify", dump([row()]), *options)
    assert ran.code == 2
    assert said in ran.err


@pytest.mark.parametrize("option", ["--lambda0", "--eta", "--lambda-max"])
@pytest.mark.parametrize("value", ["nan", "inf"])
def test_a_weight_is_a_finite_number(
    value: str, option: str, here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    ran = here("relabel", dump([row()]), "-o", tmp_path / "out", option, value)
    assert ran.code == 2
    assert option in ran.err


def test_a_command_that_is_not_there_has_near_ones(here: Any) -> None:
    ran = here("verfy")
    assert ran.code == 2
    assert "'verify'" in ran.err


def test_no_dump_is_a_usage_error(here: Any) -> None:
    ran = here("verify")
    assert ran.code == 2
    assert "DUMP" in ran.err


def test_rejects_without_a_file_say_how_to_keep_them(here: Any, dump: Any, row: Any) -> None:
    ran = here("verify", dump([row(), *[{"bad": 1}] * 5]))
    assert "5 rows were rejected" in ran.err
    assert "-o" in ran.err
    assert "... and 2 more" in ran.err


def test_what_a_plugin_prints_does_not_mix_with_the_data(
    process: Any, dump: Any, row: Any, plugin: Any
) -> None:
    code = """
print("at import")
from hir_kit import Response, verifier

@verifier("noisy:yes", describe="Be noisy.")
def yes(response: Response) -> bool:
    print("in a check")
    return True
"""
    path = dump([row(constraints=[{"id": "noisy:yes"}])])
    for command, more in (
        ("verify", ["-o", "-"]),
        ("verify", ["--json"]),
        ("relabel", ["-o", "-"]),
    ):
        ran = process(command, path, "--plugin", plugin(code), *more)
        assert ran.code == 0
        assert ran.lines
        assert "in a check" in ran.err


def test_a_table_read_by_halves_ends_like_any_closed_pipe() -> None:
    """The reader takes one byte of a table and goes; that is no finding, which exit 1 would say."""
    command = [sys.executable, "-u", "-m", "hir_kit", "verifiers", "list"]
    path = os.pathsep.join(part for part in sys.path if part)
    running = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.read(1)
    running.stdout.close()
    assert running.stderr.read() == b""
    assert running.wait() in (0, 141)
    running.stderr.close()


@pytest.mark.skipif(os.name != "posix", reason="elsewhere it is not known which processes are over")
@pytest.mark.parametrize("command", [("convert",), ("relabel", "--emit", "kto", "-o")])
def test_what_a_killed_process_has_left_is_taken_away(
    command: tuple[str, ...], here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    path, out = dump([row()]), tmp_path / "out.jsonl"
    with subprocess.Popen([sys.executable, "-c", ""]) as over:
        over.wait()
    left = tmp_path / f".out.jsonl.{over.pid}.part"
    others = [tmp_path / f".out.jsonl.{os.getppid()}.part", tmp_path / ".out.jsonl.x.part"]
    for file in (left, *others):
        file.write_bytes(b"{}\n")
    name, *options = command
    assert here(name, path, *options, out).code == 0
    assert not left.exists()
    assert all(file.exists() for file in others)
    assert out.exists()


@pytest.mark.skipif(os.name != "posix", reason="links")
@pytest.mark.parametrize("command", ["verify", "relabel", "convert"])
@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_stays_and_its_file_is_written(
    command: str, is_there: bool, here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    (tmp_path / "far").mkdir()
    real, link = tmp_path / "far" / "real.jsonl", tmp_path / "link.jsonl"
    if is_there:
        real.write_text("old")
    link.symlink_to("far/real.jsonl")
    out = [link] if command == "convert" else ["-o", link]
    assert here(command, dump([row("Tea.")]), *out).code == 0
    assert link.is_symlink()
    assert json.loads(real.read_text().splitlines()[0])
    assert sorted(path.name for path in tmp_path.rglob("*.part")) == []


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_a_link_in_a_circle_is_no_target(here: Any, dump: Any, row: Any, tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").symlink_to("two.jsonl")
    (tmp_path / "two.jsonl").symlink_to("one.jsonl")
    ran = here("verify", dump([row("Tea.")]), "-o", tmp_path / "one.jsonl")
    assert ran.code == 2
    assert ran.err.startswith(f"Error: cannot write {tmp_path}/one.jsonl: ")
