"""What the tests of the rewards share: a plugin with awkward checks, and constraints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

PLUGIN = """
import itertools

from hir_kit import Verdict, unknown, verifier


@verifier("t:loop", describe="Loop.")
def loop(response) -> bool:
    while "loop" in response.text:
        pass
    return True


@verifier("t:native", describe="Hang where no signal reaches.")
def native(response) -> bool:
    return bool(sum(itertools.repeat(0))) if "hang" in response.text else True


@verifier("t:soft", describe="Be kind.")
def soft(response) -> Verdict:
    return unknown("no judge")
"""

NO_COMMA = {"id": "punctuation:no_comma", "kwargs": {}}
SHORT = {
    "id": "length_constraints:number_words",
    "kwargs": {"relation": "less than", "num_words": 3},
}
SOFT = {"id": "t:soft", "kwargs": {}}

Row = dict[str, Any]


@pytest.fixture(scope="session")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plugin") / "checks.py"
    path.write_text(PLUGIN, encoding="utf-8")
    return path


@pytest.fixture
def ground_truth() -> str:
    """As `hir-kit relabel --emit verl` writes it: no comma, less than 3 words."""
    return json.dumps(
        {
            "instruction_id_list": [NO_COMMA["id"], SHORT["id"]],
            "kwargs": [NO_COMMA["kwargs"], SHORT["kwargs"]],
        }
    )
