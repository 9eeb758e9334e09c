"""lm-evaluation-harness: repeats, filters, several files, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Row, read_dump


def _row(doc_id: int = 0, *texts: str, filter: str = "none", **more: Any) -> Row:
    doc = {
        "key": 1000 + doc_id,
        "prompt": f"Do {doc_id}.",
        "instruction_id_list": ["punctuation:no_comma"],
        "kwargs": [{"num_words": None, "relation": None}],
    }
    return {
        "doc_id": doc_id,
        "doc": doc,
        "target": "0",
        "resps": [list(texts or ("x",))],
        "filtered_resps": ["changed"],
        "filter": filter,
        "metrics": ["prompt_level_strict_acc"],
        "prompt_level_strict_acc": True,
        **more,
    }


def test_repeats_are_rollouts_and_filters_are_not(dump: Any) -> None:
    rows = [_row(i, "one ", "two", filter=name) for name in ("none", "strip") for i in (0, 1)]
    read = read_dump("lm-eval", dump(rows))
    assert read.rejects == []
    assert read.texts == [["one ", "two"]] * 2
    assert read.ids == ["1000", "1001"]
    assert read.groups[0].rollouts[0].meta == {}


def test_a_single_response_has_the_verdicts_of_the_harness(dump: Any) -> None:
    [group] = read_dump("lm-eval", dump([_row()])).groups
    assert group.rollouts[0].meta == {"prompt_level_strict_acc": True}
    assert group.constraints[0].kwargs == {}


def test_several_runs_form_groups(dump: Any) -> None:
    files = [dump([_row(0, name)], f"{name}.jsonl") for name in "ab"]
    assert read_dump("lm-eval", *files).texts == [["a", "b"]]


def test_one_key_of_two_tasks_is_not_mixed(dump: Any) -> None:
    other = _row()
    other["doc"] = {**other["doc"], "prompt": "Fes-ho."}
    read = read_dump("lm-eval", dump([_row()], "en.jsonl"), dump([other], "ca.jsonl"))
    assert len(read.groups) == 1
    assert "another prompt" in read.reasons[0]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"doc": {"question": "2+2?"}}, "no 'key'"),
        ({"doc": {"key": 1, "prompt": "x"}}, "give the instructions by --prompts"),
        ({"doc": {"key": [1], "prompt": "x"}}, "'key' is a string or an integer"),
        ({"doc": "x"}, "'doc' is an object"),
        ({"resps": [["a"], ["b"]]}, "one list of responses"),
        ({"resps": [[["-1.5", "False"]]]}, "one list of strings"),
        ({"resps": [[]]}, "not empty"),
        ({"resps": "a"}, "'resps' is an array"),
        ({"doc_id": None}, "'doc_id' is an integer"),
        ({"filter": 7}, "'filter' is a string"),
        ({"doc_id": 0, "filter": "none"}, "stood in the file before"),
        ({"doc_id": 0, "filter": "b", "resps": [["else"]]}, "with other responses"),
    ],
)
def test_a_row_that_cannot_be_read_is_rejected(more: Row, said: str, dump: Any) -> None:
    read = read_dump("lm-eval", dump([_row(), _row(1) | more]))
    assert read.texts == [["x"]]
    assert [reject.location.line for reject in read.rejects] == [2]
    assert said in read.reasons[0]
