"""`Kit.rewrite`: what `relabel` does to one instruction."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import hir_kit
from hir_kit import ConstraintSpec

KIT = hir_kit.load(installed=False)
SUBNET = ConstraintSpec("keywords:existence", {"keywords": ["subnet"]}, "Say subnet.")
NO_COMMA = ConstraintSpec("punctuation:no_comma", text="Use no commas.")
PROMPT = "Describe IPv6. Say subnet. Use no commas."


@pytest.mark.parametrize("task", [None, "Describe IPv6."])
def test_a_constraint_is_taken_out(task: str | None) -> None:
    """Without a task it is told from the prompt, as `relabel` does."""
    result = KIT.rewrite(PROMPT, [SUBNET, NO_COMMA], drop=[1], task=task)
    assert (result.prompt, result.rewriter) == ("Describe IPv6. Say subnet.", "render")
    assert result.refusals == {}


def test_messages_stay_messages() -> None:
    prompt = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": PROMPT}]
    result = KIT.rewrite(prompt, [SUBNET, NO_COMMA], [0], rewriters=["excise"])
    rewritten = {"role": "user", "content": "Describe IPv6. Use no commas."}
    assert result.prompt == [prompt[0], rewritten]
    assert result.rewriter == "excise"


def test_every_strategy_says_why_it_does_not_fit() -> None:
    prompt = "Write a comma-free note. Say subnet. Use no commas."
    result = KIT.rewrite(prompt, [SUBNET, NO_COMMA], drop=[1])
    assert (result.prompt, result.rewriter) == (None, None)
    assert list(result.refusals) == ["render", "excise"]
    assert all(refusal.reason for refusal in result.refusals.values())


def test_the_result_is_examined() -> None:
    prompt = [{"role": "system", "content": "Use no commas."}, {"role": "user", "content": PROMPT}]
    result = KIT.rewrite(prompt, [SUBNET, NO_COMMA], drop=[1])
    assert result.prompt is None
    assert result.refusals["render"].code == "still-asked"


@pytest.mark.parametrize("drop", [[2], [-1], ["1"], [None]])
def test_a_place_that_is_not_there_is_an_error(drop: Any) -> None:
    with pytest.raises(hir_kit.UsageError, match="of the 2 constraints, from 0"):
        KIT.rewrite(PROMPT, [SUBNET, NO_COMMA], drop)


def test_a_strategy_that_is_not_there_is_an_error() -> None:
    with pytest.raises(hir_kit.UsageError, match="no rewriter 'rendre'"):
        KIT.rewrite(PROMPT, [SUBNET, NO_COMMA], [1], rewriters=["rendre"])


def test_a_constraint_that_is_an_id_alone_is_an_error() -> None:
    ids: Any = ["punctuation:no_comma"]
    with pytest.raises(hir_kit.UsageError, match=r"a ConstraintSpec.* got 'punctuation:no_comma'"):
        KIT.rewrite(PROMPT, ids, [0])
    with pytest.raises(hir_kit.UsageError, match="a ConstraintSpec"):
        KIT.checker(ids)


def test_it_is_what_relabel_writes(here: Any, dump: Any, row: Any, tmp_path: Path) -> None:
    asked = [SUBNET.to_json(), NO_COMMA.to_json()]
    prompts = [PROMPT, f"{PROMPT} Thank you.", "Use no commas. Describe IPv6. Say subnet."]
    rows = [
        row("A subnet, so.", id=f"q{n}", constraints=asked, prompt=prompt)
        for n, prompt in enumerate(prompts)
    ]
    out = tmp_path / "out.jsonl"
    here("relabel", dump(rows), "-o", out, "--no-include-originals", "--no-messages")
    written = {one["group"]: one for one in map(json.loads, out.read_bytes().splitlines())}
    for n, prompt in enumerate(prompts):
        result = KIT.rewrite(prompt, [SUBNET, NO_COMMA], drop=[1])
        replay = written.get(f"q{n}")
        assert result.prompt == (replay and replay["prompt"])
        assert result.rewriter == (replay and replay["hindsight"]["rewriter"])
    assert written
