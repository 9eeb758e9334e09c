"""What a run was started with, kept in its output directory, so that only the same run resumes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

from hir_kit.errors import ConfigError
from hir_kit.files import jsonl
from hir_trainer.settings import Settings

_NAME = "hir_run.json"
_SCHEMA = 1


def check_record(checkpoint: Path, settings: Settings) -> None:
    """Raise ConfigError where the checkpoint belongs to a run with another method or other data.

    A directory without a record (of a run that was not hir-kit's) is not checked.
    """
    path = checkpoint.parent / _NAME
    if not path.is_file():
        return
    try:
        before = jsonl.loads(path.read_bytes())
    except ValueError:
        before = {}
    now = _record(settings)
    for key in ("method", "data"):
        if isinstance(before, dict) and before.get(key) != now[key]:
            raise ConfigError(
                f"resume: {checkpoint} belongs to a run with another {key} (see {path}). Go on "
                "with the same method and the same files, or set another output_dir."
            )


def write_record(settings: Settings) -> None:
    """Write the record of this run into its output directory."""
    directory = Path(settings.training.output_dir)
    directory.mkdir(parents=True, exist_ok=True)
    part = directory / f".{_NAME}.{os.getpid()}.part"
    part.write_bytes(jsonl.dumps(_record(settings)) + b"\n")
    part.replace(directory / _NAME)


def _record(settings: Settings) -> dict[str, Any]:
    digests = [_digest(Path(path)) for path in settings.run.data or ()]
    return {"schema": _SCHEMA, "method": settings.run.method, "data": digests}


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            found.update(chunk)
    return f"sha256:{found.hexdigest()}"
