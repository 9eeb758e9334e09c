"""What the bytes of an output depend on, to tell whether two runs are the same."""

from __future__ import annotations

import platform
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hir_kit._version import __version__
from hir_kit.errors import RunError
from hir_kit.files.open import STDIN
from hir_kit.plugins.kit import Kit


def versions(kit: Kit) -> dict[str, Any]:
    """Return the versions and options of everything that is loaded, by name."""
    found: dict[str, Any] = {"Python": platform.python_version(), "hir-kit": __version__}
    for plugin in kit.plugins:
        if plugin.error is None:
            found[f"the plugin {plugin.name}"] = plugin.version
    found |= {f"the option {name}": value for name, value in kit.chosen().items()}
    return found | {f"the resource {name}": state for name, state in kit.states().items()}


def compare(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Raise RunError naming what another process has loaded in another version."""
    for name in dict.fromkeys([*wanted, *found]):
        if wanted.get(name) != found.get(name):
            raise RunError(
                f"{name} is {found.get(name, 'none')} in a worker process, and "
                f"{wanted.get(name, 'none')} where the run began; have the same everywhere"
            )


def identity(
    command: str, kit: Kit, files: Sequence[str], options: Mapping[str, Any]
) -> dict[str, Any]:
    """Return everything that the output of a run depends on, by name.

    Args:
        command: What is run.
        kit: What is loaded.
        files: What is read.
        options: What else was asked for.
    """
    inputs = {f"the input {file}": _file(file) for file in files}
    asked = {f"--{name.replace('_', '-')}": value for name, value in options.items()}
    return {"the command": command, "the dump": list(files), **asked, **inputs, **versions(kit)}


def _file(file: str) -> dict[str, int] | None:
    if file == STDIN:
        return None
    try:
        found = Path(file).stat()
    except OSError:
        return None  # opening it says why
    return {"bytes": found.st_size, "changed": found.st_mtime_ns}


def read_again(files: Sequence[str]) -> str | None:
    """Return the first of the files that cannot be read a second time: a pipe, standard input."""
    for file in files:
        if file == STDIN:
            return "standard input"
        try:
            is_file = stat.S_ISREG(Path(file).stat().st_mode)
        except OSError:
            continue
        if not is_file:
            return file
    return None
