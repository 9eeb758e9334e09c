"""The numbers of docs/measured.md are the ones that come out."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "measured.md"
_TABLE = re.compile(r"<!-- table: (\w+) -->\n(.*?)<!-- end table -->", re.DOTALL)


def test_the_tables_are_what_is_measured(shared: Path) -> None:
    script = runpy.run_path(str(ROOT / "benchmarks" / "public_data.py"))
    shown = {name: table.strip() for name, table in _TABLE.findall(PAGE.read_text("utf-8"))}
    assert shown == {
        "splitter": script["splitter_table"](shared),
        "bound": script["bound_table"](shared),
        "muldimif": script["muldimif_table"](shared),
        "recovery": script["recovery_table"](shared),
        "relabel": script["relabel_table"](shared),
    }
