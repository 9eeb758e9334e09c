"""What is built is what is meant: one distribution, four import names, nothing besides."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IMPORTABLE = {"hir_kit", "hir_verifiers", "hir_trainer"}


def _build(source: Path, out: Path, *kinds: str) -> None:
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), *kinds]
    subprocess.run([*command, str(source)], check=True, capture_output=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    _build(ROOT, out, "--sdist", "--wheel")
    return out


def _contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_holds_the_packages_and_nothing_else(built: Path) -> None:
    names = _contents(next(built.glob("*.whl")))
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops >= IMPORTABLE
    assert all(top in IMPORTABLE or top.startswith("hir_plugin_") for top in tops), tops
    assert "hir_kit/py.typed" in names
    assert "hir_kit/data/rollouts.jsonl" in names
    web = {Path(name).name for name in names if name.startswith("hir_kit/report/web/")}
    assert web == {path.name for path in (ROOT / "hir_kit" / "report" / "web").iterdir()}


def test_the_sdist_makes_the_same_wheel(built: Path, tmp_path: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        archive.extraction_filter = tarfile.fully_trusted_filter
        archive.extractall(tmp_path)
    _build(next(tmp_path.glob("hir_kit-*")), tmp_path / "again", "--wheel")
    direct = _contents(next(built.glob("*.whl")))
    assert _contents(next((tmp_path / "again").glob("*.whl"))) == direct


def test_the_wheel_runs_outside_the_checkout(built: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    with zipfile.ZipFile(next(built.glob("*.whl"))) as archive:
        archive.extractall(target)
    script = "import hir_kit, hir_verifiers; print(hir_kit.__file__, hir_verifiers.__file__)"
    env = {**os.environ, "PYTHONPATH": str(target)}
    where = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True
    )
    assert where.stdout.count(str(target)) == 2, where.stderr
    command = [sys.executable, "-m", "hir_kit", "demo", "--no-train", "--directory", "out"]
    result = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "out" / "replays.jsonl").stat().st_size > 0


@pytest.mark.parametrize("folder", ["verifiers", "plugins", "trainer", "tests"])
def test_the_outer_folders_are_no_packages(folder: str) -> None:
    assert not (ROOT / folder / "__init__.py").exists()
