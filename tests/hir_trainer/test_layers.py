"""Which way imports point: a run knows online training, and that knows the engine alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ONLINE = Path(__file__).parents[2] / "trainer" / "hir_trainer" / "online"


def _modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            yield node.module or ""


@pytest.mark.parametrize("path", sorted(ONLINE.glob("*.py")), ids=lambda path: path.name)
def test_online_training_imports_nothing_of_a_run(path: Path) -> None:
    ours = {module for module in _modules(path) if module.split(".")[0] == "hir_trainer"}
    ours.discard("hir_trainer.ending")  # how a process ends is known to whoever opens groups
    assert all(module.startswith("hir_trainer.online") for module in ours)
