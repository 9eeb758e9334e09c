"""The YAML file of a run: its keys, its values, and on which line each one stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hir_kit.errors import ConfigError


@dataclass(frozen=True)
class Entry:
    """One key of the file."""

    value: Any
    place: str


def read_config(path: Path) -> dict[str, Entry]:
    """Return the entries of a YAML mapping, their keys spelt with underscores."""
    entries: dict[str, Entry] = {}
    for key, value, line in _parse(_read(path), path):
        name, place = key.replace("-", "_"), f"{path}, line {line}"
        if name in entries:
            raise ConfigError(
                f"{place}: {name!r} stands at {entries[name].place} already: keep one of them."
            )
        entries[name] = Entry(value, place)
    return entries


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({error.strerror}). "
            "The first argument is the YAML file of the run; flags follow it."
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text, so it cannot be a YAML file.") from error


def _parse(text: str, path: Path) -> list[tuple[str, Any, int]]:
    import yaml

    try:
        # The loader is driven by hand because it alone knows the lines and sees a repeated key.
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        if root is None:
            return []
        if not isinstance(root, yaml.MappingNode):
            raise ConfigError(f"{path}: must hold `key: value` lines and nothing else.")
        return [
            (str(key.value), loader.construct_object(value, deep=True), key.start_mark.line + 1)
            for key, value in root.value
        ]
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: 2026-99-99
        raise ConfigError(f"{path}{_where(error)}: is not YAML: {_problem(error)}.") from error


def _where(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f", line {mark.line + 1}" if mark else ""


def _problem(error: Exception) -> str:
    return str(getattr(error, "problem", None) or error).split("\n", 1)[0]
