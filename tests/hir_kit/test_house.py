"""The tree as a house: which way imports point, and through which door plugins come."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import hir_kit
from hir_kit import plugin

ROOT = Path(__file__).parents[2]
ENGINE = ROOT / "hir_kit"
PLUGINS = [ROOT / "verifiers" / "hir_verifiers", *sorted((ROOT / "plugins").glob("hir_plugin_*"))]
ROOMS = (
    "_version",
    "errors",
    "time_limit",
    "files",
    "model",
    "read",
    "verify",
    "relabel",
    "lint",
    "plugin",
    "write",
    "plugins",
    "processes",
    "runs",
    "rewards",
    "report",
    "authoring",
    "cli",
    "__main__",
)
"""Each imports those before it, and none after it; `hir_kit` itself imports on first use."""


def _imports(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the modules that a file imports, with the names taken from each."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, ()
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports are not used here"
            yield node.module or "", tuple(alias.name for alias in node.names)


def _foreign(path: Path, *allowed: str) -> set[str]:
    names = {module.split(".")[0] for module, _ in _imports(path)}
    return {
        name
        for name in names
        if (name.startswith("hir_") and name not in allowed) or name in {"verifiers", "trainer"}
    }


def _modules(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


@pytest.mark.parametrize("path", _modules(ENGINE), ids=lambda p: str(p.relative_to(ROOT)))
def test_the_engine_imports_no_one_who_imports_it(path: Path) -> None:
    """But the door names the public analyses, which the built-in verifiers have."""
    is_door = path == ENGINE / "plugin.py"
    assert not _foreign(path, "hir_kit", *(["hir_verifiers"] if is_door else []))


def _rooms_imported(path: Path) -> Iterator[str]:
    for module, names in _imports(path):
        if module == "hir_kit":
            yield from (name for name in names if name in ROOMS)
        elif module.startswith("hir_kit."):
            yield module.split(".")[1]


@pytest.mark.parametrize("path", _modules(ENGINE), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    room = path.relative_to(ENGINE).with_suffix("").parts[0]
    if room == "__init__":
        return
    below = ROOMS[: ROOMS.index(room) + 1]
    assert set(_rooms_imported(path)) <= set(below)


def test_few_modules_lie_loose() -> None:
    assert len(list(ENGINE.glob("*.py"))) <= 10


@pytest.mark.parametrize("folder", PLUGINS, ids=lambda p: p.name)
def test_plugins_come_through_the_door(folder: Path) -> None:
    """A pack's `analyses.py` and `built_in.py` may take more of the built-in verifiers."""
    for path in _modules(folder):
        shared = ["hir_verifiers"] if path.name in {"analyses.py", "built_in.py"} else []
        shared += ["hir_plugin_muldimif"] if path.name == "muldimif.py" else []  # its grammar
        shared += ["hir_plugin_llm"] if folder.name == "hir_plugin_judge" else []  # its client
        assert not _foreign(path, "hir_kit", folder.name, *shared), path
        for module, names in _imports(path):
            if module.split(".")[0] == "hir_kit":
                assert module in {"hir_kit", "hir_kit.plugin"}, f"{path}: from {module}"
                public = hir_kit.__all__ if module == "hir_kit" else plugin.__all__
                assert set(names) <= set(public), path


def test_the_door_names_what_is_there() -> None:
    assert plugin.__all__ == sorted(set(plugin.__all__))
    for name in plugin.__all__:
        assert getattr(plugin, name) is not None


@pytest.mark.parametrize("folder", ["verifiers", "plugins", "trainer", "tests"])
def test_the_outer_folders_are_no_packages(folder: str) -> None:
    """PyPI's `verifiers` and `trainer` are other people's, and many users have them installed."""
    assert (ROOT / folder).is_dir()
    assert not (ROOT / folder / "__init__.py").exists()
    if folder == "tests":
        assert not list((ROOT / folder).rglob("__init__.py"))
