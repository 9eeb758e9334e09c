"""docs/deviations.md is true: each of its blocks is checked, in both modes."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

import hir_kit
from hir_kit.specs import parse_kwargs

PAGE = Path(__file__).parents[2] / "docs" / "deviations.md"
BLOCKS: list[dict[str, Any]] = [
    json.loads(block) for block in re.findall(r"```json\n(.*?)\n```", PAGE.read_text("utf-8"), re.S)
]
VERDICTS = {"satisfied", "violated", "unknown"}
HANGS = "hangs"


@pytest.fixture(scope="module")
def registry() -> hir_kit.Registry:
    return hir_kit.load().registry


def _response(block: dict[str, Any]) -> str:
    response = block["response"]
    if isinstance(response, str):
        return response
    return "".join(piece * times for piece, times in response)


def _answer(registry: hir_kit.Registry, block: dict[str, Any], reference: bool) -> str:
    """Say what hir-kit answers; where the reference hangs, under a short time limit."""
    limit = 1 if block["reference"] == HANGS else 0
    options = hir_kit.CheckOptions(reference=reference, time_limit=limit)
    spec = hir_kit.ConstraintSpec(block["id"], parse_kwargs(block["kwargs"]))
    try:
        checker = hir_kit.Checker(registry, [spec], options)
    except hir_kit.KwargsError:
        return "refused"
    return str(checker.check(_response(block)).strict[0].status)


@pytest.mark.parametrize(
    "block", BLOCKS, ids=[f"{i}-{block['id']}" for i, block in enumerate(BLOCKS)]
)
def test_block(registry: hir_kit.Registry, block: dict[str, Any]) -> None:
    assert _answer(registry, block, reference=False) == block["hir_kit"]
    since = tuple(map(int, block.get("python", "3.10").split(".")))
    if sys.version_info >= since:
        assert _answer(registry, block, reference=True) == block["with_reference"]


def test_blocks_are_well_formed() -> None:
    keys = {"id", "kwargs", "response", "reference", "hir_kit", "with_reference"}
    answers = VERDICTS | {"refused"}
    references = {"satisfied", "violated", "random", HANGS, "depends on NLTK"}
    assert len(BLOCKS) > 50
    for block in BLOCKS:
        assert keys <= set(block) <= keys | {"python"}
        assert {block["hir_kit"], block["with_reference"]} <= answers
        assert block["reference"] in references or re.fullmatch(
            r"raises [\w.]+", block["reference"]
        )


def test_each_kind_of_crash_is_unknown_or_refused_with_reference() -> None:
    for block in BLOCKS:
        if block["reference"].startswith("raises"):
            assert block["with_reference"] in ("unknown", "refused"), block


def test_reference_mode_has_the_references_verdict() -> None:
    """Kwargs that are refused and thinking set aside are the only exceptions."""
    others = [
        block
        for block in BLOCKS
        if block["reference"] in VERDICTS
        and block["with_reference"] not in (block["reference"], "refused")
        and "<think>" not in block["response"]
    ]
    # Outside a-z the reference has no fixed answer, although a single response may suit them all.
    assert [block["kwargs"].get("letter") for block in others] == ["é"]


def test_every_verifier_with_a_reference_of_its_own_is_on_the_page(
    registry: hir_kit.Registry,
) -> None:
    own = {
        id
        for id in registry
        if registry.owner(id) in ("hir_verifiers", "hir_plugin_muldimif")
        and registry[id].check_reference is not hir_kit.Verifier.check_reference
    }
    shown = {
        block["id"]
        for block in BLOCKS
        if block["hir_kit"] != block["with_reference"] and block["hir_kit"] != "refused"
    }
    assert own
    assert own <= shown
