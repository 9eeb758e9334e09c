"""A run that was stopped, at any moment and in any way, ends with the bytes of one that was not."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import environment, left_beside

Start = Callable[..., "subprocess.Popen[bytes]"]

KILLS = int(os.environ.get("HIR_KIT_KILLS", "3"))
"""How often the runs of a test are killed, about; more by HIR_KIT_KILLS=100 make test."""

STATES = 3
"""From how many moments of one run another one goes on."""

SLOW = """
import time
from hir_kit import Response, verifier

@verifier("slow:yes", describe="Be slow.")
def yes(response: Response) -> bool:
    time.sleep(0.004)
    return True
"""


@pytest.fixture
def slow(large: Path, plugin: Any, tmp_path: Path) -> tuple[Path, Path]:
    """Give a dump that takes its time, with rows that cannot be used, and its plugin."""
    lines = large.read_text(encoding="utf-8").splitlines()
    for place, line in enumerate(lines):
        if place % 50 != 30:
            row = json.loads(line)
            row["constraints"] = [*row["constraints"], {"id": "slow:yes"}]
            lines[place] = json.dumps(row)
    path = tmp_path / "slow.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path, plugin(SLOW)


def _whole(run: subprocess.Popen[bytes], out: Path) -> tuple[bytes, bytes, Any]:
    said, errors = run.communicate(timeout=600)
    assert run.returncode == 0, errors
    assert left_beside(out) == []
    rejects = out.with_name(f"{out.name}.rejects.jsonl")
    return out.read_bytes(), rejects.read_bytes(), json.loads(said)


@pytest.mark.parametrize(
    ("command", "workers"),
    [(("verify",), "2"), (("relabel", "--emit", "kto"), "0"), (("relabel",), "2")],
)
def test_runs_killed_at_any_moment_end_with_the_same_bytes(
    command: tuple[str, ...], workers: str, start: Start, slow: tuple[Path, Path], tmp_path: Path
) -> None:
    path, plugin = slow
    name, *options = command
    arguments = (name, path, *options, "--plugin", plugin, "--json")
    plain = tmp_path / "plain.jsonl"
    began = time.monotonic()
    expected = _whole(start(*arguments, "-o", plain, "--workers", workers), plain)
    lasted = time.monotonic() - began
    moments = random.Random(f"{command} {workers}")
    kills = resumed = 0
    while kills < -(-KILLS // 3):
        out, patience = tmp_path / f"out{kills}.jsonl", lasted
        while True:
            patience *= 1.3  # the machine may have become slower since
            run = start(*arguments, "-o", out, "--workers", workers, "--resume")
            try:
                run.wait(moments.uniform(0.1, 1.1) * patience)
            except subprocess.TimeoutExpired:
                run.kill()
                _, errors = run.communicate()
                kills += 1
                resumed += b"resuming" in errors
                assert not out.exists() or out.read_bytes() == expected[0]
            else:
                break
        assert _whole(run, out) == expected
    assert resumed or kills < 10


@pytest.mark.parametrize("emit", ["hir", "kto"])
def test_a_run_can_be_gone_on_with_from_every_checkpoint(
    emit: str, start: Start, slow: tuple[Path, Path], tmp_path: Path
) -> None:
    """Whatever else was written after it, and however far the next entry had come."""
    path, plugin = slow
    arguments = ("relabel", path, "--emit", emit, "--plugin", plugin, "--json", "--workers", "0")
    out = tmp_path / "out.jsonl"
    kept = tmp_path / "kept"
    kept.mkdir()
    run = start(*arguments, "-o", out)
    states = 0
    while run.poll() is None:
        if states < STATES and (tmp_path / ".out.jsonl.checkpoint").exists():
            run.send_signal(signal.SIGSTOP)
            _copy(tmp_path, kept / str(states))
            states += 1
            run.send_signal(signal.SIGCONT)
        time.sleep(0.1)
    expected = _whole(run, out)
    assert states
    for state in range(states):
        out.unlink()
        for file in (kept / str(state)).iterdir():
            shutil.copy2(file, tmp_path / file.name)
        if (tmp_path / ".out.jsonl.checkpoint").exists():
            _append(tmp_path / "..out.jsonl.checkpoint.999999999.part", b'{"half a checkpoint')
            _append(tmp_path / ".out.jsonl.part", b'{"half a row')
        assert _whole(start(*arguments, "-o", out, "--resume"), out) == expected


def _copy(folder: Path, to: Path) -> None:
    to.mkdir()
    for file in folder.glob(".out.jsonl*"):
        shutil.copy2(file, to / file.name)


def _append(path: Path, data: bytes) -> None:
    with path.open("ab") as stream:
        stream.write(data)


@pytest.fixture
def stopped(start: Start, slow: tuple[Path, Path], tmp_path: Path) -> tuple[Path, list[object]]:
    """Give the output of a run that was killed in the middle, and its command."""
    path, plugin = slow
    out = tmp_path / "out.jsonl"
    arguments: list[object] = ["relabel", path, "-o", out, "--plugin", plugin, "--workers", "0"]
    run = start(*arguments)
    while not (tmp_path / ".out.jsonl.checkpoint").exists():
        assert run.poll() is None
        time.sleep(0.02)
    run.kill()
    run.communicate()
    assert not out.exists()
    return out, arguments


def _refused(start: Start, arguments: list[object]) -> str:
    run = start(*arguments, "--resume")
    _, errors = run.communicate(timeout=60)
    assert run.returncode == 2
    said = errors.decode().splitlines()
    assert len(said) == 1
    return said[0]


def test_what_is_not_as_it_was_is_noticed(
    start: Start, stopped: tuple[Path, list[object]], tmp_path: Path
) -> None:
    out, arguments = stopped
    kept = left_beside(out)
    option = _refused(start, [*arguments, "--top-k", "1"])
    assert "cannot resume: --top-k is 1, and was 2 when the run began" in option
    assert "cannot resume: the command" in _refused(start, ["verify", *arguments[1:]])
    plugin, dump = tmp_path / "mine.py", tmp_path / "slow.jsonl"
    code = plugin.read_text()
    plugin.write_text(code + "# changed\n")
    assert "cannot resume: the plugin mine.py is" in _refused(start, arguments)
    plugin.write_text(code)
    stat = dump.stat()
    os.utime(dump, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    assert f"cannot resume: the input {dump} is" in _refused(start, arguments)
    os.utime(dump, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert left_beside(out) == kept
    run = start(*arguments, "--resume")
    _, errors = run.communicate(timeout=60)
    assert run.returncode == 0
    assert b"resuming" in errors


def test_parts_that_were_cut_or_taken_away_are_noticed(
    start: Start, stopped: tuple[Path, list[object]]
) -> None:
    out, arguments = stopped
    part = out.with_name(".out.jsonl.part")
    data = part.read_bytes()
    part.write_bytes(data[:100])
    assert "holds less than the checkpoint says" in _refused(start, arguments)
    part.unlink()
    assert "holds less than the checkpoint says" in _refused(start, arguments)


def test_without_resume_a_run_that_was_stopped_is_replaced(
    start: Start, stopped: tuple[Path, list[object]]
) -> None:
    out, arguments = stopped
    run = start(*arguments)
    _, errors = run.communicate(timeout=60)
    assert run.returncode == 0
    assert b"is replaced; --resume would have gone on with it" in errors
    assert left_beside(out) == []


def test_a_signal_leaves_a_run_that_can_be_gone_on_with(
    start: Start, slow: tuple[Path, Path], tmp_path: Path
) -> None:
    path, plugin = slow
    out = tmp_path / "out.jsonl"
    arguments = ("relabel", path, "-o", out, "--plugin", plugin)
    run = start(*arguments)
    while not (tmp_path / ".out.jsonl.checkpoint").exists():
        time.sleep(0.02)
    run.send_signal(signal.SIGTERM)
    _, errors = run.communicate(timeout=60)
    assert run.returncode == 128 + signal.SIGTERM
    assert b"is unfinished; the same command with --resume goes on" in errors
    assert ".out.jsonl.checkpoint" in left_beside(out)
    run = start(*arguments, "--resume")
    run.communicate(timeout=60)
    assert run.returncode == 0
    assert left_beside(out) == []


def test_a_full_disk_ends_the_run_and_loses_nothing(
    start: Start, slow: tuple[Path, Path], tmp_path: Path
) -> None:
    path, plugin = slow
    plain, out = tmp_path / "plain.jsonl", tmp_path / "out.jsonl"
    arguments = ("relabel", path, "--plugin", plugin, "--json", "--workers", "0")
    expected = _whole(start(*arguments, "-o", plain), plain)

    def limited() -> None:
        half = len(expected[0]) // 2
        resource.setrlimit(resource.RLIMIT_FSIZE, (half, half))

    run = start(*arguments, "-o", out, preexec_fn=limited)
    _, errors = run.communicate(timeout=60)
    assert run.returncode == 2
    assert f"Error: cannot write {out}: File too large" in errors.decode()
    assert _whole(start(*arguments, "-o", out, "--resume"), out) == expected


def test_an_output_folder_that_is_taken_away_is_an_error(
    start: Start, slow: tuple[Path, Path], tmp_path: Path
) -> None:
    path, plugin = slow
    folder = tmp_path / "folder"
    folder.mkdir()
    out = folder / "out.jsonl"
    run = start("relabel", path, "-o", out, "--plugin", plugin, "--workers", "2")
    while not (folder / ".out.jsonl.checkpoint").exists():
        time.sleep(0.02)
    shutil.rmtree(folder)
    _, errors = run.communicate(timeout=60)
    assert run.returncode == 2
    assert f"Error: cannot write {out}: No such file or directory" in errors.decode()


def test_two_runs_do_not_write_one_file(
    start: Start, slow: tuple[Path, Path], tmp_path: Path
) -> None:
    path, plugin = slow
    out = tmp_path / "out.jsonl"
    first = start("relabel", path, "-o", out, "--plugin", plugin)
    while not (tmp_path / ".out.jsonl.part").exists():
        time.sleep(0.02)
    first.send_signal(signal.SIGSTOP)
    second = start("relabel", path, "-o", out, "--plugin", plugin)
    _, errors = second.communicate(timeout=60)
    first.send_signal(signal.SIGCONT)
    assert second.returncode == 2
    assert f"another run is writing {out}" in errors.decode()
    first.communicate(timeout=60)
    assert first.returncode == 0
    assert left_beside(out) == []


def test_what_cannot_be_resumed_says_so(process: Any, large: Path, tmp_path: Path) -> None:
    data = large.read_bytes()
    out = tmp_path / "out.jsonl"
    ran = process("relabel", "-", "-o", out, "--resume", stdin=data)
    assert ran.code == 2
    assert "--resume reads the dump again, which standard input or a pipe cannot" in ran.err
    for arguments in (("relabel", large, "-o", "-"), ("verify", large)):
        ran = process(*arguments, "--resume")
        assert ran.code == 2
        assert "--resume goes on with a file: name it by -o" in ran.err


def test_with_nothing_to_resume_a_run_starts_from_the_beginning(
    process: Any, large: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    ran = process("verify", large, "-o", out, "--resume")
    assert ran.code == 0
    assert f"nothing to resume for {out}: starting from the first row" in ran.err


def test_an_interval_that_is_no_number_is_an_error(
    process: Any, large: Path, tmp_path: Path
) -> None:
    env = environment(HIR_KIT_CHECKPOINT_SECONDS="often")
    ran = process("verify", large, "-o", tmp_path / "out.jsonl", env=env)
    assert ran.code == 2
    assert "HIR_KIT_CHECKPOINT_SECONDS is a number of seconds, got 'often'" in ran.err
