"""replays.jsonl: every replay of a run, as `hir-kit relabel` would have written it.

The rows of step s are written before update s + 1. When training begins at step s, be it 0 or that
of a checkpoint, the rows of steps from s on are removed first: these steps are about to be taken
again. So a resumed run ends with the rows of a run that was never stopped, and a new run in the
same directory starts with none. Where a generation batch serves several updates and the checkpoint
lies between them, TRL samples anew on resume: then the rows of both batches stand, as both were
trained on.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from hir_kit.errors import ConfigError
from hir_kit.files import jsonl

NAME = "replays.jsonl"
MARK = {"run": "online"}
"""Stands in the provenance of every row, so that no other file is taken for one of a run."""

Row = Mapping[str, Any]


class ReplayFile:
    """The file of one run; only the main process writes it.

    Args:
        directory: The run's output_dir.
    """

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        self.path = Path(directory) / NAME

    def begin(self, step: int) -> None:
        """Remove the rows of steps that are not taken yet, and a last line that was cut off.

        Raises ConfigError where the file was not written by a run.
        """
        if not self.path.exists():
            return
        part = self.path.with_name(f".{NAME}.part")
        try:
            with self.path.open("rb") as old, part.open("wb") as new:
                new.writelines(line for line in old if self._is_before(step, line))
            part.replace(self.path)
        finally:
            part.unlink(missing_ok=True)

    def append(self, rows: Iterable[Row]) -> None:
        """Add rows at the end."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as stream:
            stream.write(b"".join(jsonl.dumps(row) + b"\n" for row in rows))

    def _is_before(self, step: int, line: bytes) -> bool:
        if not line.endswith(b"\n"):
            return False
        try:
            row = jsonl.loads(line)
            if MARK.items() <= row["provenance"].items():
                return bool(row["hindsight"]["step"] < step)
        except (ValueError, LookupError, TypeError, AttributeError):
            pass
        raise ConfigError(
            f"{self.path} was not written by an online run, which would write its replays there. "
            "Move it, set another output_dir, or set hir_log_replays to false."
        )
