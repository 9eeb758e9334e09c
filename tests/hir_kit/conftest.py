"""Running the command, in this process and in a process of its own, on small dumps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hir_kit import cli

Row = dict[str, Any]
NO_COMMA: Row = {"id": "punctuation:no_comma", "kwargs": {}}


@dataclass(frozen=True)
class Ran:
    """What a run of the command left behind."""

    code: int
    out: bytes
    err: str

    @property
    def lines(self) -> list[Row]:
        """Standard output, read as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def json(self) -> Row:
        """Standard output, read as one JSON document."""
        data: Row = json.loads(self.out)
        return data


@pytest.fixture
def here(capsysbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Ran]:
    """Give a function that runs the command line in this process."""

    def run(*arguments: object) -> Ran:
        capsysbinary.readouterr()
        code = cli.run([str(argument) for argument in arguments])
        out, err = capsysbinary.readouterr()
        assert b"Traceback" not in err
        return Ran(code, out, err.decode("utf-8"))

    return run


@pytest.fixture
def process() -> Callable[..., Ran]:
    """Give a function that runs the command line in a process of its own."""

    def run(*arguments: object, stdin: bytes = b"", env: dict[str, str] | None = None) -> Ran:
        command = [sys.executable, "-m", "hir_kit", *map(str, arguments)]
        path = os.pathsep.join(part for part in sys.path if part)
        done = subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": path, **(env or {})},
            timeout=60,
        )
        assert b"Traceback" not in done.stderr, done.stderr.decode("utf-8", "replace")
        return Ran(done.returncode, done.stdout, done.stderr.decode("utf-8"))

    return run


@pytest.fixture
def row() -> Callable[..., Row]:
    """Give a maker of rows of the `hir` format: one instruction with its responses."""

    def make(*responses: str, constraints: list[Any] | None = None, **more: Any) -> Row:
        return {
            "id": "q1",
            "prompt": "Describe IPv6 without commas.",
            "constraints": [NO_COMMA] if constraints is None else constraints,
            "responses": list(responses) or ["IPv6 is new."],
            **more,
        }

    return make


@pytest.fixture
def dump(tmp_path: Path) -> Callable[..., Path]:
    """Give a function that writes a dump: rows, or bytes as they are."""

    def write(content: bytes | Iterable[Row], name: str = "dump.jsonl") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not isinstance(content, bytes):
            content = b"".join(json.dumps(item).encode("ascii") + b"\n" for item in content)
        path.write_bytes(content)
        return path

    return write


@pytest.fixture
def rejects_of() -> Callable[[Path], list[Row]]:
    """Give a function that reads the rejects beside an output file."""

    def read(out: Path) -> list[Row]:
        path = out.with_name(f"{out.name}.rejects.jsonl")
        return [json.loads(line) for line in path.read_bytes().splitlines()]

    return read


@pytest.fixture
def plugin(tmp_path: Path) -> Callable[..., Path]:
    """Give a function that writes a plugin file."""

    def write(code: str, name: str = "mine.py") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, encoding="utf-8")
        return path

    return write
