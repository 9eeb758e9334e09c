"""TRL: groups of rows that follow each other, strings and messages, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import Row, originals, read_dump, read_sample, rows_of

OWN = json.dumps([{"id": "punctuation:no_comma", "text": "No commas."}])


def _row(prompt: Any = "Describe IPv6.", completion: Any = "It is new.", **more: Any) -> Row:
    row = {"step": 3, "prompt": prompt, "completion": completion, "advantage": 0.0}
    return {**row, "my_reward": 1.0, "constraints": OWN, **more}


def test_what_the_trainer_itself_wrote_is_strings_and_messages() -> None:
    row = rows_of("trl/completions_00001.parquet")[0]
    logged = {"constraints", "verdicts", "id", "task"}
    assert set(row) == {"step", "prompt", "completion", "hir_ila", *logged, "advantage"}
    assert [message["role"] for message in row["prompt"]] == ["user"]
    assert [message["role"] for message in row["completion"]] == ["assistant"]


def test_rows_that_follow_each_other_with_one_prompt_are_a_group(dump: Any) -> None:
    rows = [_row("A"), _row("A"), _row("B"), _row("A"), _row("A", step=4)]
    read = read_dump("trl", dump(rows), dump([_row("A", step=4)], "more.jsonl"))
    assert read.rejects == []
    assert read.ids == ["3:0", "3:1", "3:2", "4:0", "4:1"]
    assert [len(group.rollouts) for group in read.groups] == [2, 1, 1, 1, 1]


def test_a_rejected_row_does_not_end_its_group(dump: Any) -> None:
    read = read_dump("trl", dump([_row(), _row(completion=7), _row()]))
    assert read.ids == ["3:0"]
    assert [reject.location.line for reject in read.rejects] == [2]


def test_other_constraints_are_another_group(dump: Any) -> None:
    other = json.dumps([{"id": "a:b"}])
    read = read_dump("trl", dump([_row(), _row(constraints=other)]))
    assert [group.constraints[0].id for group in read.groups] == ["punctuation:no_comma", "a:b"]


def test_ids_that_a_reward_of_hir_kit_logged_tell_groups_apart(dump: Any) -> None:
    rows = [_row(id=id, verdicts="[]") for id in ("a", "a", "b")]
    assert read_dump("trl", dump(rows)).ids == ["3:0", "3:1"]
    assert read_dump("trl", dump([_row(id="a"), _row(id="b")])).ids == ["3:0"]


def test_rewards_and_advantage_are_kept(dump: Any) -> None:
    [group] = read_dump("trl", dump([_row(note="x")])).groups
    assert group.constraints[0].text == "No commas."
    assert group.rollouts[0].meta == {"advantage": 0.0, "my_reward": 1.0, "note": "x"}
    assert group.meta == {"step": 3}


def test_a_task_is_read_where_a_reward_of_hir_kit_logged_it(dump: Any) -> None:
    rows = [_row("A", task="T", verdicts="[]"), _row("B", task="ifeval"), _row("C", verdicts="[]")]
    assert [group.task for group in read_dump("trl", dump(rows)).groups] == ["T", None, None]
    read = read_sample("trl/completions_00001.parquet")
    assert [group.task for group in read.groups] == [row["task"] for row in originals().values()]


@pytest.mark.parametrize(
    ("prompt", "read_as"),
    [
        ("Describe IPv6.\n", "Describe IPv6.\n"),
        ("user\nHi.\nassistant\n", [{"role": "user", "content": "Hi."}]),
        (
            "<|im_start|>user\nHi.<|im_end|>\n<|im_start|>assistant\n",
            [{"role": "user", "content": "Hi."}],
        ),
        (
            [{"role": "user", "content": "Hi.", "tool_calls": None}],
            [{"role": "user", "content": "Hi."}],
        ),
        (
            [{"role": "user", "content": [{"type": "text", "text": "Hi."}]}],
            [{"role": "user", "content": "Hi."}],
        ),
    ],
)
def test_prompts_of_all_versions(prompt: Any, read_as: Any, dump: Any) -> None:
    [group] = read_dump("trl", dump([_row(prompt)])).groups
    assert group.prompt == read_as


def test_reasoning_that_the_trainer_split_off_is_kept_apart(dump: Any) -> None:
    message = {"role": "assistant", "content": " New.", "reasoning_content": "a, b"}
    [group] = read_dump("trl", dump([_row(completion=[message])])).groups
    assert group.rollouts[0].text == " New."
    assert group.rollouts[0].meta["reasoning"] == "a, b"


ASSISTANT = {"role": "assistant", "content": "x"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"prompt": "user\nHi.\nuser\nHo.\nassistant\n"}, "without guessing"),
        ({"prompt": "<s>[INST] <<SYS>>\nS\n<</SYS>>\n\nHi. [/INST]"}, "without guessing"),
        ({"prompt": 7}, "the prompt is a string or a list of messages"),
        ({"prompt": [{"role": "user", "content": [{"type": "image"}]}]}, "parts with a text"),
        ({"prompt": [{"role": "user", "content": None}]}, "the content of a message"),
        ({"completion": [ASSISTANT, ASSISTANT]}, "only a single answer"),
        ({"completion": [{"role": "tool", "content": "3"}]}, "a message of the assistant"),
        ({"completion": [{**ASSISTANT, "tool_calls": [{"id": 1}]}]}, "calls a tool"),
        ({"completion": []}, "only a single answer"),
        ({"step": None}, "'step' is an integer"),
        ({"constraints": None}, "give the instructions by --prompts"),
        ({"constraints": "maybe"}, "neither JSON nor a Python literal"),
    ],
)
def test_a_row_that_cannot_be_read_is_rejected(more: Row, said: str, dump: Any) -> None:
    read = read_dump("trl", dump([_row(), _row(**more)]))
    assert len(read.groups) == 1
    assert [reject.location.line for reject in read.rejects] == [2]
    assert said in read.reasons[0]
