"""The public interface, what importing it costs, and which way imports point."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import hir_kit

ROOT = Path(__file__).parents[2]
ENGINE = sorted((ROOT / "hir_kit").rglob("*.py"))
HEAVY = {
    "datasets",
    "langdetect",
    "nltk",
    "numpy",
    "peft",
    "pydantic",
    "rich",
    "torch",
    "transformers",
    "trl",
}


def _loaded_after(code: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has loaded after some code."""
    script = f"import sys, json\n{code}\nprint(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    path = os.pathsep.join(part for part in sys.path if part)
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.split(".")[0] for name in json.loads(done.stderr.splitlines()[-1])}


def test_all_is_sorted_and_complete() -> None:
    assert hir_kit.__all__ == sorted(hir_kit.__all__)
    assert len(set(hir_kit.__all__)) == len(hir_kit.__all__)
    assert dir(hir_kit) == hir_kit.__all__


@pytest.mark.parametrize("name", hir_kit.__all__)
def test_every_name_can_be_imported(name: str) -> None:
    value = getattr(hir_kit, name)
    assert value is not None
    assert getattr(hir_kit, name) is value


def test_the_names_of_the_rewards() -> None:
    from hir_kit import rewards

    assert rewards.__all__ == sorted(set(rewards.__all__))
    page = (ROOT / "docs" / "rewards.md").read_text(encoding="utf-8")
    for name in rewards.__all__:
        assert callable(getattr(rewards, name))
        assert f"`{name}`" in page, name


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'Verifer'"):
        hir_kit.Verifer  # noqa: B018


def test_the_names_for_type_checkers_are_the_names_at_run_time() -> None:
    tree = ast.parse((ROOT / "hir_kit" / "__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    typed = {
        (node.module, alias.name)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert typed == {(home, name) for name, home in hir_kit._HOME_OF.items()}


def test_importing_is_cheap() -> None:
    assert not HEAVY & _loaded_after("import hir_kit")


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["nonsense"]])
def test_help_loads_neither_pydantic_nor_rich(arguments: list[str]) -> None:
    code = f"from hir_kit.cli import run; run({arguments!r})"
    loaded = _loaded_after(code)
    assert not HEAVY & loaded
    assert "click" in loaded


def test_loading_everything_loads_no_trainer() -> None:
    loaded = _loaded_after("import hir_kit; hir_kit.load()")
    assert "hir_verifiers" in loaded
    assert not (HEAVY - {"pydantic"} | {"hir_trainer"}) & loaded


def _imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports are not used here"
            names.add(node.module or "")
    return {name.split(".")[0] for name in names}


def _foreign(names: set[str], *allowed: str) -> set[str]:
    return {
        name
        for name in names
        if (name.startswith("hir_") and name not in allowed) or name in {"verifiers", "trainer"}
    }


@pytest.mark.parametrize("path", ENGINE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_engine_imports_no_one_who_imports_it(path: Path) -> None:
    assert not _foreign(_imports(path), "hir_kit")


# What one plugin takes of another: the splitter of sentences, the grammar of MulDimIF's sentences.
SHARED = {
    "hir_plugin_muldimif/analyses.py": "hir_verifiers",
    "hir_plugin_datasets/muldimif.py": "hir_plugin_muldimif",
}


def test_verifiers_and_plugins_import_the_engine_alone() -> None:
    for folder in [ROOT / "verifiers" / "hir_verifiers", *(ROOT / "plugins").glob("hir_plugin_*")]:
        for path in folder.rglob("*.py"):
            taken = SHARED.get(f"{folder.name}/{path.relative_to(folder)}", folder.name)
            assert not _foreign(_imports(path), "hir_kit", folder.name, taken), path


def test_verifiers_use_public_names_only() -> None:
    for path in (ROOT / "verifiers").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("hir_kit"):
                assert node.module == "hir_kit", f"{path}: from {node.module}"
                assert {alias.name for alias in node.names} <= set(hir_kit.__all__), path


@pytest.mark.parametrize("folder", ["verifiers", "plugins", "trainer", "tests"])
def test_the_outer_folders_are_no_packages(folder: str) -> None:
    """PyPI's `verifiers` and `trainer` are other people's, and many users have them installed."""
    assert (ROOT / folder).is_dir()
    assert not (ROOT / folder / "__init__.py").exists()
    if folder == "tests":
        assert not list((ROOT / folder).rglob("__init__.py"))
