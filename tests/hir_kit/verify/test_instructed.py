"""Kwargs that a constraint leaves to its instruction: rows of one constraint may have several."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

BEGINS = """
from hir_kit import Verifier, hookimpl

class Begins(Verifier, id="mine:begins"):
    request: str = ""
    @classmethod
    def with_instruction(cls, kwargs, instruction):
        if not kwargs.get("request"):
            kwargs["request"] = instruction
        return kwargs
    def describe(self): return "Begin with the request."
    def check(self, response): return self.verdict(response.text.startswith(self.request))

@hookimpl
def register_verifiers(register): register(Begins)
"""


def test_what_a_plugin_writes_into_the_kwargs_of_a_row_is_of_no_other(
    here: Any, dump: Any, plugin: Any, tmp_path: Path
) -> None:
    rows = [
        {"id": name, "prompt": name, "constraints": [{"id": "mine:begins", "kwargs": {}}],
         "responses": [f"{name}, of course."]}
        for name in ("one", "two", "one more")
    ]  # fmt: skip
    out = tmp_path / "out.jsonl"
    ran = here("verify", dump(rows), "--plugin", plugin(BEGINS), "-o", out, "--workers", 0)
    assert ran.code == 0, ran.err
    verdicts = [json.loads(line)["verdicts"] for line in out.read_bytes().splitlines()]
    assert verdicts == [[{"status": "satisfied"}]] * 3
