"""The YAML file of a run: its keys and values, and where each of them stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hir_kit.errors import ConfigError
from hir_kit.files import jsonl


@dataclass(frozen=True)
class Entry:
    """One key of the file: its value, and where it stands."""

    value: Any
    place: str


def read_config(path: Path) -> dict[str, Entry]:
    """Return the entries of a YAML mapping, their keys spelt with underscores."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({error.strerror}). "
            "The first argument is the YAML file of the run; flags follow it."
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text, so it cannot be a YAML file.") from error
    entries: dict[str, Entry] = {}
    for key, value, line in _parse(text, path):
        name, place = key.replace("-", "_"), f"{path}, line {line}"
        if name in entries:
            raise ConfigError(
                f"{place}: {name!r} stands at {entries[name].place} already: keep one of them."
            )
        if name == "set" and isinstance(value, dict):
            value = [f"{option}={_as_text(given)}" for option, given in value.items()]
        entries[name] = Entry(value, place)
    return entries


def _as_text(value: Any) -> str:
    """Return an option's value as `--set` takes it: text as it is, anything else as JSON."""
    return value if isinstance(value, str) else jsonl.dumps(value).decode()


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
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = str(getattr(error, "problem", None) or error).split("\n", 1)[0]
        raise ConfigError(f"{path}{where}: is not YAML: {problem}.") from error
