"""Dumps of several batches, and the command as a process that can be stopped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Row = dict[str, Any]
CONSTRAINTS: list[Row] = [
    {"id": "punctuation:no_comma", "kwargs": {}, "text": "Use no comma."},
    {
        "id": "length_constraints:number_words",
        "kwargs": {"relation": "at least", "num_words": 40},
        "text": "Answer with at least 40 words.",
    },
    {"id": "detectable_format:title", "kwargs": {}, "text": "Put a title in <<double brackets>>."},
]


def group(number: int, size: int = 4000) -> Row:
    """Return a row with three responses of about this size, which fail in different ways."""
    asked = " ".join(item["text"] for item in CONSTRAINTS)
    words = " ".join(f"word{number + i}" for i in range(size // 9))
    texts = (f"<<T{number}>> {words}", f"{words}, and more", f"<<T{number}>> short, {number}")
    return {
        "id": f"q{number}",
        "task": f"Write about {number}.",
        "prompt": f"Write about {number}. {asked}",
        "constraints": CONSTRAINTS,
        "responses": [{"text": text, "entropy": number % 7 / 10} for text in texts],
    }


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a dump of five batches, with rows that cannot be used in it."""
    path = tmp_path_factory.mktemp("dumps") / "large.jsonl"
    lines = [json.dumps(group(number)) for number in range(160)]
    lines[30] = '{"id": "broken"'
    lines[60] = json.dumps({**group(60), "constraints": [{"id": "punctuation:no_comma", "x": 1}]})
    bad = [{"id": "length_constraints:number_words", "kwargs": {"num_words": -1}}]
    lines[90] = json.dumps({**group(90), "constraints": bad})
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def environment(**more: str) -> dict[str, str]:
    """Return the environment in which the command of this working tree runs."""
    path = os.pathsep.join(part for part in sys.path if part)
    return {**os.environ, "PYTHONPATH": path, **more}


@pytest.fixture
def start() -> Callable[..., subprocess.Popen[bytes]]:
    """Give a function that starts the command, writing down at once how far it is."""

    def run(*arguments: object, **more: Any) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "hir_kit", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(HIR_KIT_CHECKPOINT_SECONDS="0"),
            **more,
        )

    return run


def left_beside(out: Path) -> list[str]:
    """Return the hidden files of a run that stand beside its output."""
    return sorted(path.name for path in out.parent.glob(f".{out.name}*"))
