"""The sandbox itself: where it can be had, what it is made of, and how it ends."""

from __future__ import annotations

import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hir_kit import Status
from hir_plugin_code.sandbox import client, seccomp
from hir_plugin_code.sandbox.client import NoSandboxError, Sandbox, SandboxLostError
from hir_plugin_code.sandbox.wire import Job
from hir_plugin_code.sandboxes import sandboxes

from .conftest import Ask

TRUE = "def evaluate(response):\n    return response == 'Tea is hot.'"
SLOW = "def evaluate(response):\n    while True:\n        pass"
ONE_ANSWER = """
import sys
from hir_plugin_code.sandbox.client import NoSandboxError, Sandbox
from hir_plugin_code.sandbox.wire import Job

try:
    sandbox = Sandbox(())
except NoSandboxError as error:
    print("none:", error)
    sys.exit()
for source in (
    "def f(r): return r == 'tea'",
    "def f(r): return open('/etc/passwd')",
    "import re\\ndef f(r): return re.enum.sys.modules['os'].stat('/')",
):
    answer = sandbox.run(Job(source, "f", ("tea",)), 1.0, 1 << 26)
    print(answer.kind.decode(), answer.words)
sandbox.close()
"""
CONTAINED = ["A T", "A Wopen", f"K {int(signal.SIGSYS)}"]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox(())
    yield made
    made.close()


def _run(code: str, python: str = sys.executable, **options: object) -> list[str]:
    """Return what a Python program prints, run beside this one."""
    ran = subprocess.run(  # type: ignore[call-overload]  # the options are its own
        (python, "-c", code),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
        **options,
    )
    assert ran.returncode == 0, ran.stderr
    return list(ran.stdout.splitlines())


def _forbidding(call: int, code: str) -> str:
    """Return a program in which a system call fails, as containers let it."""
    return f"""
import ctypes, errno, os, struct
from hir_plugin_code.sandbox import seccomp
from hir_plugin_code.sandbox.kernel import prctl
lines = [(0x20, 0, 0, 0), (0x15, 0, 1, {call}), (0x06, 0, 0, 0x50000 | errno.EPERM),
         (0x06, 0, 0, 0x7FFF0000)]
prctl(38, 1)
seccomp.install(b"".join(struct.pack("=HBBI", *line) for line in lines))
{code}"""


UNSHARE = {"x86_64": 272, "aarch64": 97}[os.uname().machine]
PRCTL = {"x86_64": 157, "aarch64": 167}[os.uname().machine]
MOUNT = {"x86_64": 165, "aarch64": 40}[os.uname().machine]
LANDLOCK = 444


def test_without_namespaces_the_rest_holds() -> None:
    assert _run(_forbidding(UNSHARE, ONE_ANSWER)) == CONTAINED


def test_without_mounts_the_rest_holds() -> None:
    assert _run(_forbidding(MOUNT, ONE_ANSWER)) == CONTAINED


def test_without_landlock_there_is_none() -> None:
    (said,) = _run(_forbidding(LANDLOCK, ONE_ANSWER))
    assert said == "none: Landlock cannot be had (Operation not permitted)"


def test_without_seccomp_there_is_none() -> None:
    """A filter that is there already may keep others from being added."""
    code = _forbidding(PRCTL, ONE_ANSWER).replace(
        f"(0x15, 0, 1, {PRCTL}), ", f"(0x15, 0, 3, {PRCTL}), (0x20, 0, 0, 16), (0x15, 0, 1, 22), "
    )
    (said,) = _run(code)
    assert said == "none: a function cannot compute under seccomp (E 1)"


def test_no_sandbox_makes_the_verdict_unknown(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: tuple[str, ...]) -> Sandbox:
        raise NoSandboxError("somewhere has none, Linux does")

    monkeypatch.setattr("hir_plugin_code.sandboxes.Sandbox", fail)
    sandboxes().close()
    try:
        verdict = ask(TRUE)
        assert verdict.status is Status.UNKNOWN
        assert verdict.reason == "no sandbox here: somewhere has none, Linux does"
    finally:
        sandboxes().close()


def test_other_systems_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(NoSandboxError, match="darwin has none"):
        Sandbox(())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_gets_the_same() -> None:
    """It has no rights to begin with: namespaces are asked for as anybody may."""
    nobody = {"user": 65534, "group": 65534, "extra_groups": []}
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for python in (sys.executable, shutil.which(version, path="/usr/local/bin:/usr/bin")):
        try:
            if python is None:
                continue
            subprocess.run((python, "-c", ""), check=True, cwd="/", **nobody)  # type: ignore[call-overload]  # user and group
        except PermissionError:
            continue
        assert _run(ONE_ANSWER, python, **nobody) == CONTAINED
        assert _run(_forbidding(UNSHARE, ONE_ANSWER), python, **nobody) == CONTAINED
        return
    pytest.skip("no Python here that another user may run")


def test_the_numbers_of_system_calls_are_the_systems() -> None:
    headers = {
        "aarch64": Path("/usr/include/asm-generic/unistd.h"),
        "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    }
    checked = 0
    for machine, header in headers.items():
        if not header.exists():
            continue
        text = header.read_text("utf-8")
        known = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", text))
        for name, number in seccomp.CALLS[machine].items():
            assert int(known[name]) == number, (machine, name)
            checked += 1
    if not checked:
        pytest.skip("no headers of Linux here")


def _children(process: int) -> list[int]:
    """Return the processes below one, by what the system says of each."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int(folder.joinpath("stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if parent == process:
            found += [int(folder.name), *_children(int(folder.name))]
    return found


def _wait_for(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.02)


def _gone(processes: list[int]) -> bool:
    return not any(Path("/proc", str(process)).exists() for process in processes)


def test_closing_it_ends_all_of_it(sandbox: Sandbox) -> None:
    processes = [sandbox._process.pid, *_children(sandbox._process.pid)]
    assert len(processes) == 2
    sandbox.close()
    _wait_for(lambda: _gone(processes))


def test_nothing_is_left_behind_by_a_process_that_is_killed() -> None:
    """Not even in the middle of a function that never ends."""
    code = (
        "from hir_plugin_code.sandbox.client import Sandbox\n"
        "from hir_plugin_code.sandbox.wire import Job\n"
        "sandbox = Sandbox(())\n"
        "print('ready', flush=True)\n"
        f"sandbox.run(Job({SLOW!r}, 'evaluate', ('tea',)), 500.0, 1 << 26)"
    )
    with subprocess.Popen(
        (sys.executable, "-c", code),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
    ) as owner:
        assert owner.stdout is not None
        owner.stdout.readline()
        _wait_for(lambda: len(_children(owner.pid)) == 3)
        processes = _children(owner.pid)
        owner.kill()
        owner.wait()
        _wait_for(lambda: _gone(processes))


def test_a_sandbox_that_was_killed_is_replaced(ask: Ask) -> None:
    assert ask(TRUE).status is Status.SATISFIED
    (sandbox,) = sandboxes()._open.values()
    os.kill(sandbox._process.pid, signal.SIGKILL)
    sandbox._process.wait()
    assert ask(TRUE).status is Status.SATISFIED


def test_a_sandbox_that_is_killed_at_work_costs_one_verdict(ask: Ask, sandbox: Sandbox) -> None:
    timer = threading.Timer(0.3, os.kill, (sandbox._process.pid, signal.SIGKILL))
    timer.start()
    with pytest.raises(SandboxLostError, match="has ended"):
        sandbox.run(Job(SLOW, "evaluate", ("tea",)), 60.0, 1 << 26)
    timer.join()
    assert not sandbox.is_usable
    assert ask(TRUE).status is Status.SATISFIED


def test_an_interruption_ends_it(sandbox: Sandbox) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with pytest.raises(KeyboardInterrupt):
            sandbox.run(Job(SLOW, "evaluate", ("tea",)), 60.0, 1 << 26)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert not sandbox.is_usable


def test_it_is_replaced_after_many_jobs(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_MOST_JOBS", 2)
    sandboxes().close()
    seen = set()
    for _ in range(4):
        assert ask(TRUE).status is Status.SATISFIED
        seen |= {sandbox._process.pid for sandbox in sandboxes()._open.values()}
    assert len(seen) == 2


def test_threads_may_share_it(ask: Ask) -> None:
    verdicts: list[Status] = []

    def work(word: str) -> None:
        source = f"def evaluate(response):\n    return response == {word!r}"
        verdicts.extend(ask(source, word).status for _ in range(5))

    threads = [threading.Thread(target=work, args=(f"tea {n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verdicts == [Status.SATISFIED] * 15


def _in_a_fork(ask: Ask, answers: multiprocessing.SimpleQueue[str]) -> None:
    answers.put(str(ask(TRUE).status))


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # what is tested is a fork
def test_a_process_that_was_forked_has_one_of_its_own(ask: Ask) -> None:
    assert ask(TRUE).status is Status.SATISFIED
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    process = context.Process(target=_in_a_fork, args=(ask, answers))
    process.start()
    process.join()
    assert answers.get() == "satisfied"
    assert ask(TRUE).status is Status.SATISFIED


def test_the_process_that_forks_never_sees_a_response(sandbox: Sandbox) -> None:
    """So that a function, whose process is a copy of it, cannot find an earlier one there."""
    secret = "".join(["sec", "ret"] * 20)
    sandbox.run(Job(TRUE, "evaluate", (secret,)), 1.0, 1 << 26)
    (forker,) = _children(sandbox._process.pid)
    try:
        memory = _memory(forker)
    except PermissionError:
        pytest.skip("only root may look into the memory of another process")
    assert b"Runs one function, in a process" in memory
    assert secret.encode() not in memory


def _memory(process: int) -> bytes:
    parts = []
    with Path("/proc", str(process), "mem").open("rb") as file:
        for line in Path("/proc", str(process), "maps").read_text().splitlines():
            first, last = (int(number, 16) for number in line.split()[0].split("-"))
            if line.split()[1].startswith("rw"):
                file.seek(first)
                parts.append(file.read(last - first))
    return b"".join(parts)


def test_large_responses_pass(ask: Ask) -> None:
    source = "def evaluate(response):\n    return len(response) == 5_000_000"
    assert ask(source, "é" * 5_000_000).status is Status.SATISFIED
    assert ask(source, "\ud800" * 5_000).status is Status.VIOLATED
