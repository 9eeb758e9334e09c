"""verl: groups by step and prompt or uid, the reward's columns, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import Row, read_dump

PAIR = {"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}


def _row(user: str = "Describe IPv6.", output: str = "It is new.", **more: Any) -> Row:
    return {
        "input": f"user\n{user}\nassistant\n",
        "output": output,
        "gts": json.dumps(PAIR),
        "score": 1.0,
        "step": 3,
        **more,
    }


def test_what_the_reward_returned_is_kept(dump: Any) -> None:
    row = _row(acc=0.5, follow=[True], request_id="r", input="system\nS\nuser\nU\nassistant\n")
    [group] = read_dump("verl", dump([row])).groups
    assert group.prompt == [{"role": "system", "content": "S"}, {"role": "user", "content": "U"}]
    assert group.meta == {"step": 3}
    [rollout] = group.rollouts
    assert rollout.meta == {"score": 1.0, "acc": 0.5, "follow": [True], "request_id": "r"}


def test_groups_are_told_by_step_and_prompt_and_ground_truth(dump: Any) -> None:
    other = json.dumps({"instruction_id_list": ["a:b"], "kwargs": [None]})
    rows = [_row("A"), _row("B"), _row("A"), _row("A", step=4), _row("A", gts=other)]
    read = read_dump("verl", dump(rows))
    assert read.rejects == []
    assert read.ids == ["3:0", "3:1", "4:0", "3:2"]
    assert [len(group.rollouts) for group in read.groups] == [2, 1, 1, 1]


def test_the_same_step_in_two_files_is_not_mixed(dump: Any) -> None:
    """Training and validation dumps of a step have the same name."""
    files = [dump([_row("A")], f"{name}/3.jsonl") for name in ("train", "validation")]
    assert read_dump("verl", *files).ids == ["3:0", "3:1"]


def test_groups_are_told_by_uid(dump: Any) -> None:
    uids = ["a_b_0_0", "a_b_1_0", "c_0_0", "c_10_0"]
    read = read_dump("verl", dump([_row(uid=uid) for uid in uids]))
    assert read.ids == ["3:a_b", "3:c"]
    assert [rollout.meta["uid"] for group in read.groups for rollout in group.rollouts] == uids


def test_a_uid_with_two_instructions_is_not_mixed(dump: Any) -> None:
    read = read_dump("verl", dump([_row("A", uid="u_0_0"), _row("B", uid="u_1_0")]))
    assert read.texts == [["It is new."]]
    assert "another prompt" in read.reasons[0]


def test_text_is_unchanged(dump: Any) -> None:
    output = "<think>\n a, b </think>\n\n  It is\nnew. \n"
    read = read_dump(
        "verl", dump([_row(" A \n", output, input="user\n A \n\nassistant\n<think>\n")])
    )
    assert read.texts == [[output]]
    assert read.groups[0].prompt == [{"role": "user", "content": " A \n"}]
    assert read.groups[0].meta["prefill"] == "<think>\n"


@pytest.mark.parametrize(
    ("gts", "said"),
    [
        ("42", "constraints are a list"),
        (["42"], "'42' is no constraint id"),
        ("The answer.", "neither JSON nor a Python literal"),
        (None, "give the instructions by --prompts"),
        # numpy arrays, as `json.dumps(default=str)` writes them
        ({"instruction_id_list": "['a:b' 'c:d']", "kwargs": "[{} {}]"}, "no"),
        ({"instruction_id_list": "['a:b' 'c:d']", "kwargs": None}, "is no constraint id"),
        ("['a:b' 'c:d']", "no comma between them: a numpy array"),
        ({"checkers": ["[rule] x"], "functions": []}, "constraints are a list"),
    ],
)
def test_a_ground_truth_without_constraints_is_rejected(gts: Any, said: str, dump: Any) -> None:
    read = read_dump("verl", dump([_row(), _row(gts=gts)]))
    assert [reject.location.line for reject in read.rejects] == [2]
    assert said in read.reasons[0]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"input": "Question: how?"}, "cannot be read back"),
        ({"input": 7}, "'input' is a string, got a number"),
        ({"output": 7}, "a response is a string"),
        ({"step": "3"}, "'step' is an integer"),
        ({"uid": "u"}, "'uid' reads sample_rollout_output"),
        ({"uid": 7}, "'uid' is a string"),
        ({"uid": "u_0_1"}, "later output"),
        ({"output": "I call.\nuser\n<tool_response>3\nassistant\nIt is 3."}, "the turn 'user'"),
        ({"output": "I call.\ntool\n3\nassistant\nIt is 3."}, "the turn 'tool'"),
    ],
)
def test_a_row_that_cannot_be_read_is_rejected(more: Row, said: str, dump: Any) -> None:
    read = read_dump("verl", dump([_row(), _row(**more)]))
    assert len(read.groups) == 1
    assert [reject.location.line for reject in read.rejects] == [2]
    assert said in read.reasons[0]
