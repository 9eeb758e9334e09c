"""How worker processes are started: they import what this process would, and nothing else."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# `-m` would put the working folder first, where any file may lie.
_SAFE_PATH = ("-P",) if sys.version_info >= (3, 11) else ()


def command(module: str) -> tuple[str, ...]:
    """Return the command that runs a module in this interpreter."""
    return (sys.executable, *_SAFE_PATH, "-m", module)


def environment() -> dict[str, str]:
    """Return this process's environment, with its way to the packages: only it may know that."""
    paths = [path or str(Path.cwd()) for path in sys.path]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
