"""The three ways to verifiers of one's own, as the pages show them, really work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
import sessions

import hir_kit
from hir_kit import cli

MOST_LINES = 12
README, PLUGINS = (
    (sessions.ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/plugins.md")
)


def _files(page: str) -> dict[str, str]:
    return {
        block.notes["file"]: block.body for block in sessions.blocks(page) if "file" in block.notes
    }


@pytest.mark.parametrize(
    ("page", "name", "id"),
    [
        (README, "rules.py", "rules:max_emoji"),
        (PLUGINS, "rules.py", "acme:max_emoji"),
        (PLUGINS, "questions.py", "acme:min_questions"),
    ],
)
def test_a_file_registers_its_verifier(page: str, name: str, id: str, tmp_path: Path) -> None:
    files = _files(page)
    (tmp_path / name).write_text(files[name], encoding="utf-8")
    kit = hir_kit.load([tmp_path / name], installed=False)
    assert kit.registry.owner(id) == name
    assert id in files["chat.jsonl"]
    assert f"--plugin {name}" in page


def test_the_function_that_the_readme_shows_is_short() -> None:
    assert len(_files(README)["rules.py"].splitlines()) <= MOST_LINES


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert cli.run(["verifiers", "new", "acme", "--directory", str(tmp_path)]) == 0
    capsys.readouterr()
    return tmp_path / "hir-kit-acme"


def _run(command: list[str], where: Path, *path: Path) -> subprocess.CompletedProcess[str]:
    places = os.pathsep.join(map(str, [*sessions.SOURCES, *path]))
    env = {**os.environ, "PYTHONPATH": places, "PYTHONDONTWRITEBYTECODE": "1"}
    env.pop("HIR_KIT_LOAD_PLUGINS", None)
    result = subprocess.run(
        [sys.executable, *command], cwd=where, env=env, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result


def test_the_hook_that_is_shown_is_short(project: Path) -> None:
    hook = (project / "hir_kit_acme" / "__init__.py").read_text(encoding="utf-8")
    assert hook in PLUGINS
    assert len(hook.splitlines()) <= MOST_LINES


def test_a_new_project_is_found_and_passes_its_own_tests(project: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    sessions.write_metadata(project, site)
    result = _run(["-m", "pytest", "-q", "-p", "no:cacheprovider"], project, project, site)
    assert "2 passed" in result.stdout


def _missing(distribution: str) -> bool:
    try:
        return not version(distribution)
    except PackageNotFoundError:
        return True


@pytest.mark.skipif(_missing("pip") or _missing("hatchling"), reason="pip or hatchling is missing")
def test_a_distribution_that_pip_installed_is_found(project: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--target", str(site)]
    _run(["-m", "pip", "install", "--quiet", *options, str(project)], tmp_path)
    shown = json.loads(_run(["-m", "hir_kit", "plugins", "--json"], tmp_path, site).stdout)
    found = {plugin["name"]: plugin for plugin in shown["plugins"]}["acme"]
    assert found["source"] == "installed: hir-kit-acme"
    assert found["provides"] == ["verifier acme:max_emoji"]
    assert found["error"] is None
    row = {
        "prompt": "Greet me.",
        "constraints": [{"id": "acme:max_emoji", "kwargs": {"limit": 0}}],
        "responses": ["Hello \U0001f389"],
    }
    (tmp_path / "dump.jsonl").write_text(json.dumps(row), encoding="utf-8")
    verdicts = _run(["-m", "hir_kit", "verify", "dump.jsonl", "-o", "-"], tmp_path, site).stdout
    assert json.loads(verdicts)["verdicts"] == [
        {"status": "violated", "measured": 1, "reason": "1 emoji"}
    ]
