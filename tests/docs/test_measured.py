"""The numbers of docs/measured.md are the ones that come out."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "measured.md"
TABLE = re.compile(r"<!-- table: (\w+) -->\n(.*?)<!-- end table -->", re.DOTALL)
TABLES = dict(TABLE.findall(PAGE.read_text("utf-8")))
NAMES = ["bound", "muldimif", "recovery", "relabel", "splitter"]


@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_what_is_measured(shared: Path, name: str) -> None:
    script = runpy.run_path(str(ROOT / "benchmarks" / "public_data.py"))
    assert TABLES[name].strip() == script[f"{name}_table"](shared)


def test_every_table_is_measured() -> None:
    assert sorted(TABLES) == NAMES
