"""The demo: what is wrong is said before it begins. tests/packaging runs it."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_a_model_that_is_not_there_is_told_at_once(here: Any, tmp_path: Path) -> None:
    ran = here("demo", "--model", tmp_path / "none", "--directory", tmp_path / "out")
    assert ran.code == 2
    assert "does not exist" in ran.err
    assert not (tmp_path / "out").exists()
