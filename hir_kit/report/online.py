"""What an online run has logged, step by step."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hir_kit.errors import FileFormatError
from hir_kit.files import jsonl

_STATE, _REPLAYS = "trainer_state.json", "replays.jsonl"

CHARTS: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("Accuracy", {"hir/ila": "ILA", "hir/cla": "CLA"}),
    ("Reward", {"reward": "mean reward"}),
    (
        "Groups before replay",
        {"hir/groups_mixed": "mixed", "hir/groups_failed": "failed", "hir/groups_passed": "passed"},
    ),
    (
        "Groups after replay",
        {
            "hir/groups_mixed_after": "mixed",
            "hir/groups_failed_after": "failed",
            "hir/groups_passed_after": "passed",
        },
    ),
    ("Replays", {"hir/replays": "replays", "hir/refused": "refused"}),
    ("Kept share", {"hir/kept_share": "kept share"}),
    ("λ", {"hir/lambda": "λ"}),
    ("Length", {"completions/mean_length": "tokens, mean"}),
    ("Entropy", {"entropy": "nats per token"}),
)
"""Title of each chart, and its lines: the key in the log, and the name."""


def _states(directory: Path) -> list[Path]:
    """Return where the log of a run may stand: its end, or its checkpoints, latest last."""
    checkpoints = [
        path
        for path in directory.glob(f"checkpoint-*/{_STATE}")
        if path.parent.name.rpartition("-")[2].isdecimal()
    ]
    checkpoints.sort(key=lambda path: int(path.parent.name.rpartition("-")[2]))
    own = directory / _STATE
    return [*checkpoints, own] if own.is_file() else checkpoints


def is_run(directory: Path) -> bool:
    """Return whether a directory is the output of a training run."""
    return bool(_states(directory)) or (directory / _REPLAYS).is_file()


def is_online(directory: Path) -> bool:
    """Return whether a run is online: it wrote replays, or logged what only such a run does."""
    if (directory / _REPLAYS).is_file():
        return True
    history = _history(_states(directory)[-1])
    return any(key.startswith("hir/") for entry in history for key in entry)


def replays_of(directory: Path) -> list[str]:
    """Return the file with the replays of a run, where it has one that is not empty."""
    path = directory / _REPLAYS
    return [str(path)] if path.is_file() and path.stat().st_size else []


def charts(directory: Path) -> list[dict[str, Any]]:
    """Return what the run has logged over its steps, chart by chart, where there is something.

    Raises FileFormatError where the log cannot be read.
    """
    if not (states := _states(directory)):
        return []
    history = _history(states[-1])
    found = []
    for title, names in CHARTS:
        series = [
            {"name": name, "points": points}
            for key, name in names.items()
            if (points := _points(history, key))
        ]
        if series:
            found.append({"title": title, "series": series})
    return found


def _history(path: Path) -> list[Mapping[str, Any]]:
    try:
        state = jsonl.loads(path.read_bytes().replace(b"NaN", b"null"))
        history = state["log_history"]
        return [entry for entry in history if isinstance(entry["step"], int | float)]
    except (ValueError, LookupError, TypeError) as error:
        raise FileFormatError(f"{path} is no log of a training run: {error}") from None


def _points(history: list[Mapping[str, Any]], key: str) -> list[tuple[float, float]]:
    return [
        (entry["step"], entry[key])
        for entry in history
        if isinstance(entry.get(key), int | float) and math.isfinite(entry[key])
    ]
