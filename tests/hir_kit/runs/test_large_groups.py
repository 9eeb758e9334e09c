"""A group that memory cannot hold is an error with advice."""

from __future__ import annotations

from typing import Any

import pytest

from hir_kit.files import jsonl


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "LONGEST", 1 << 20)


def test_a_line_that_is_too_long_is_not_read_to_its_end(here: Any, dump: Any, row: Any) -> None:
    path = dump([row(), row("word " * 300_000)])
    ran = here("verify", path)
    assert ran.code == 2
    assert f"Error: {path}:2 has 1 MiB or more, and a row is worked on in memory" in ran.err


def test_rows_that_gather_to_too_large_a_group_are_refused(
    here: Any, dump: Any, tmp_path: Any
) -> None:
    rows = [
        {"prompt": "?", "response": "word " * 20_000, "constraints": [], "of": 7} for _ in range(12)
    ]
    path = dump(rows)
    ran = here("relabel", path, "--group-by", "of", "-o", tmp_path / "out.jsonl")
    assert ran.code == 2
    assert f"the group '7', which begins at {path}:1, has 1 MiB or more" in ran.err
    assert sorted(one.name for one in tmp_path.iterdir()) == ["dump.jsonl"]
