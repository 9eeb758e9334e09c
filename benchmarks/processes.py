"""Runs as processes of their own, some at a time, and their results as lines of JSON."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hir_kit.files import jsonl
from hir_kit.files.save import open_target

Line = dict[str, Any]


def append(path: Path, line: Line) -> None:
    """Add a line, whole or not at all, so that whatever ends the run loses nothing before it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab", buffering=0) as stream:
        stream.write(jsonl.dumps(line) + b"\n")


def lines(path: Path) -> list[Line]:
    """Return the lines that are there; one that was cut off is none."""
    if not path.exists():
        return []
    whole = [line for line in path.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")]
    return [jsonl.loads(line) for line in whole]


def rewrite(path: Path, kept: Sequence[Line]) -> None:
    """Leave these lines alone in a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open_target(str(path)) as stream:
        stream.writelines(jsonl.dumps(line) + b"\n" for line in kept)


def run_modules(module: str, calls: Sequence[Sequence[str]], at_once: int, logs: Path) -> list[int]:
    """Run `python -m MODULE ARGUMENTS` for each list of arguments; return the exit codes.

    Args:
        module: What is run.
        calls: Its arguments; the first one names the run, and its file in `logs`.
        at_once: How many run side by side.
        logs: Where what they print goes.
    """
    logs.mkdir(parents=True, exist_ok=True)
    codes: list[int | None] = [None] * len(calls)
    running: dict[int, subprocess.Popen[bytes]] = {}
    waiting = list(range(len(calls)))
    while waiting or running:
        while waiting and len(running) < at_once:
            number = waiting.pop(0)
            with (logs / f"{calls[number][0]}.log").open("ab") as log:
                command = [sys.executable, "-m", module, *calls[number]]
                running[number] = subprocess.Popen(command, stdout=log, stderr=log)
        for number, process in list(running.items()):
            if process.poll() is not None:
                codes[number] = running.pop(number).returncode
        time.sleep(0.2)
    return [code or 0 for code in codes]
