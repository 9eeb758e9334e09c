"""How far a run is, noted beside its output, so that it can be gone on with after a stop."""

from __future__ import annotations

import platform
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from hir_kit._version import __version__
from hir_kit.errors import UsageError
from hir_kit.files import jsonl
from hir_kit.files.open import STDIN
from hir_kit.files.save import forget_left, naming, open_target
from hir_kit.plugins.kit import Kit

SCHEMA = 2


class Checkpoint:
    """The file that says how far a run is: one JSON document, replaced as a whole.

    Args:
        path: Where it is.
        identity: What run it is; see `identity`.
    """

    def __init__(self, path: Path, identity: Mapping[str, Any]) -> None:
        self._path = path
        self._identity = identity

    @property
    def is_there(self) -> bool:
        """Whether there is one, of this run or of one that was stopped."""
        return self._path.is_file()

    def read(self) -> dict[str, Any]:
        """Return the state; raises UsageError where it is of another run."""
        with naming(str(self._path)):
            data = self._path.read_bytes()
        try:
            found = jsonl.loads(data)
        except ValueError:
            found = None
        if not isinstance(found, dict) or found.get("schema") != SCHEMA:
            raise UsageError(
                f"cannot resume: {self._path} is of another version of hir-kit; start anew without "
                "--resume"
            )
        _compare(found["identity"], jsonl.loads(jsonl.dumps(self._identity)))
        state: dict[str, Any] = found["state"]
        return state

    def write(self, state: Mapping[str, Any]) -> None:
        """Write a state down, to be found again whatever happens after this."""
        whole = {"schema": SCHEMA, "identity": self._identity, "state": state}
        with open_target(str(self._path)) as stream:
            stream.write(jsonl.dumps(whole))

    def remove(self) -> None:
        """Take it away: the run has ended, or is not to be gone on with."""
        with suppress(OSError):
            self._path.unlink()
        forget_left(self._path)


def _compare(was: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raise UsageError naming the first thing that is not as it was."""
    for name in dict.fromkeys([*was, *now]):
        if was.get(name) != now.get(name):
            raise UsageError(
                f"cannot resume: {name} is {_said(now.get(name))}, and was {_said(was.get(name))} "
                "when the run began. Start anew without --resume, or make it what it was"
            )


def _said(value: object) -> str:
    return "none" if value is None else jsonl.dumps(value).decode()


def versions(kit: Kit) -> dict[str, Any]:
    """Return the versions and options of everything that is loaded, by name."""
    found: dict[str, Any] = {"Python": platform.python_version(), "hir-kit": __version__}
    for plugin in kit.plugins:
        if plugin.error is None:
            found[f"the plugin {plugin.name}"] = plugin.version
    found |= {f"the option {name}": value for name, value in kit.chosen().items()}
    return found | {f"the resource {name}": state for name, state in kit.states().items()}


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
