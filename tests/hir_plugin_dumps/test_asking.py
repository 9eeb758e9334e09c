"""Constraints of the dump's own, and those of `--prompts`: joined, and never mixed."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import EXAMPLES, SAMPLES, Row, instructions, originals, read_dump, read_sample


@pytest.mark.parametrize("sample", SAMPLES)
def test_prompts_give_the_task_and_the_texts(sample: str) -> None:
    known = instructions(EXAMPLES / "rollouts.jsonl")
    read = read_sample(sample, instructions=known)
    assert read.rejects == []
    rows = list(originals().values())
    assert [group.task for group in read.groups] == [row["task"] for row in rows]
    texts = [[spec.text for spec in group.constraints] for group in read.groups]
    assert texts == [[spec["text"] for spec in row["constraints"]] for row in rows]


def _instruction(number: int, *ids: str) -> Row:
    return {
        "key": number,
        "prompt": f"Do {number}.",
        "instruction_id_list": list(ids),
        "kwargs": [{}] * len(ids),
    }


def _row(number: int, gts: Any) -> Row:
    chat = f"user\nDo {number}.\nassistant\n"
    return {"input": chat, "output": "x", "gts": gts, "score": 0.0, "step": 1}


def test_constraints_that_only_the_prompts_have(dump: Any) -> None:
    prompts = dump([_instruction(1, "a:b"), _instruction(2, "c:d")], "prompts.jsonl")
    path = dump([_row(2, "42"), _row(1, None), _row(3, None)])
    read = read_dump("verl", path, instructions=instructions(prompts))
    assert [[spec.id for spec in group.constraints] for group in read.groups] == [["c:d"], ["a:b"]]
    assert read.reasons == ["no instruction in the --prompts file has this prompt"]


def test_constraints_that_differ_are_rejected(dump: Any) -> None:
    prompts = dump([_instruction(1, "a:b")], "prompts.jsonl")
    own = [{"instruction_id_list": [id], "kwargs": [None]} for id in ("a:b", "c:d")]
    path = dump([_row(1, gts) for gts in own])
    read = read_dump("verl", path, instructions=instructions(prompts))
    assert read.texts == [["x"]]
    assert f"other constraints than the instruction with its prompt, {prompts}:1" in read.reasons[0]


def test_without_prompts_a_row_without_constraints_asks_for_them(dump: Any) -> None:
    read = read_dump("verl", dump([_row(1, None)]))
    assert read.reasons == ["the row has no constraints: give the instructions by --prompts FILE"]
