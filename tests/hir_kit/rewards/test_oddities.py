"""What trainers hand over of oddities: the same is made of it by every reward."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hir_kit.errors import UsageError
from hir_kit.rewards import AsyncTrlReward, OpenRlhfReward, TrlReward, VerlReward, reporting
from hir_kit.rewards.verl import compute_score, compute_scores

torch = pytest.importorskip("torch")

PROMPT = "<|im_start|>user\nDescribe tea.<|im_end|>\n<|im_start|>assistant\n"
NO_COMMA = {"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}


def _trl(texts: list[str], asked: Any = NO_COMMA, prompt: str = PROMPT, **options: Any) -> Any:
    columns = {"constraints": [asked] * len(texts)}
    prompts = [prompt] * len(texts)
    return TrlReward(**{"workers": 0, **options})(prompts=prompts, completions=texts, **columns)


def _verl(texts: list[str], asked: Any = NO_COMMA, prompt: str = PROMPT, **options: Any) -> Any:
    del prompt
    reward = VerlReward(**{"workers": 0, **options})
    return [row["score"] for row in reward.batch(["d"] * len(texts), texts, [asked] * len(texts))]


def _openrlhf(texts: list[str], asked: Any = NO_COMMA, prompt: str = PROMPT, **more: Any) -> Any:
    queries = [f"{prompt}{text}" for text in texts]
    found = OpenRlhfReward(**{"workers": 0, **more})(
        queries, [prompt] * len(texts), [asked] * len(texts)
    )
    return found["rewards"].tolist()


REWARDS: dict[str, Callable[..., Any]] = {"trl": _trl, "verl": _verl, "openrlhf": _openrlhf}


@pytest.mark.parametrize("name", REWARDS)
def test_a_bare_closing_tag_hides_nothing(
    name: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "_REPORTED", set())
    texts = [
        "Use a, b. The tag </think> ends it.",
        "a, b\n</think>\n\nTea.",
        "Okay, tea</think>Tea",
    ]
    with caplog.at_level(logging.WARNING, "hir_kit.rewards"):
        assert REWARDS[name](texts) == [0.0, 0.0, 0.0]
        assert REWARDS[name](texts) == [0.0, 0.0, 0.0]
    assert [record.message[:40] for record in caplog.records] == [
        "a response holds </think> without <think"
    ]
    assert REWARDS[name](texts, thinking_opened=True) == [1.0, 1.0, 1.0]
    with caplog.at_level(logging.WARNING, "hir_kit.rewards"):
        assert REWARDS[name](["Well, tea"] * 2, thinking_opened=True) == [0.0, 0.0]
    assert [record.message[:41] for record in caplog.records[1:]] == [
        "the thinking of a response never closes, "
    ]


@pytest.mark.parametrize("name", ["trl", "openrlhf"])
def test_a_prompt_says_that_the_template_opened_the_thinking(name: str) -> None:
    texts = ["a, b</think>Tea.", "Well tea"]
    assert REWARDS[name](texts, prompt=f"{PROMPT}<think>\n") == [1.0, 0.0]
    assert REWARDS[name](texts, prompt=f"{PROMPT}<think>\n\n</think>\n\n") == [0.0, 1.0]


def test_a_message_that_begins_the_answer_opens_the_thinking() -> None:
    begun = [{"role": "user", "content": "Tea?"}, {"role": "assistant", "content": "<think>\n"}]
    reward = TrlReward(workers=0)
    said = [[{"role": "assistant", "content": "a, b</think>Tea."}]]
    assert reward(prompts=[begun], completions=said, constraints=[NO_COMMA]) == [1.0]
    assert reward(prompts=[begun[:1]], completions=said, constraints=[NO_COMMA]) == [0.0]


@pytest.mark.parametrize("name", REWARDS)
def test_an_answer_in_tags_is_taken_out_where_that_is_asked_for(name: str) -> None:
    json_format = {"instruction_id_list": ["detectable_format:json_format"], "kwargs": [{}]}
    texts = ['<think>a, b</think><answer>{"a": 1}</answer>', "<answer>\n[1]\n</answer>", "{}"]
    assert REWARDS[name](texts, json_format) == [0.0, 0.0, 1.0]
    assert REWARDS[name](texts, json_format, answer_tags=True) == [1.0, 1.0, 1.0]


def test_the_functions_that_verl_is_told_to_call_take_the_same_options() -> None:
    said = "a, b</think><answer>Tea.</answer>"
    options = {"thinking_opened": True, "answer_tags": True, "workers": 0}
    assert compute_score("d", said, NO_COMMA, workers=0)["score"] == 0.0
    assert compute_score("d", said, NO_COMMA, **options)["score"] == 1.0
    for chosen, wanted in ((options, 1.0), ({"workers": 0}, 0.0)):
        [row] = compute_scores(["d"], [said], [NO_COMMA], **chosen)
        assert row["score"] == wanted
    [kept] = compute_scores(["d"], [said], [NO_COMMA], **options, keep_thinking=True)
    assert kept["score"] == 1.0, "the tags hold the answer, whatever stands before them"


@pytest.mark.parametrize("name", REWARDS)
def test_options_hold_where_processes_check(name: str) -> None:
    options = {"thinking_opened": True, "answer_tags": True, "workers": 1}
    texts = ["a, b</think><answer>Tea.</answer>", "a</think><answer>a, b</answer>", "Tea."]
    assert REWARDS[name](texts, **options) == [1.0, 0.0, 0.0]


LONG = "1" * 5000
DIGITS = [f'{{"n": {LONG}}}', f"[-{LONG}]", LONG, f'```json\n{{"n": [{LONG}, {LONG}.5]}}\n```']


@pytest.mark.parametrize("name", REWARDS)
def test_numbers_of_any_length_are_json(name: str) -> None:
    json_format = {"instruction_id_list": ["detectable_format:json_format"], "kwargs": [{}]}
    texts = [*DIGITS, f'{{"n": 0{LONG}}}', f'{{"n": {LONG}']
    for workers in (0, 1):
        assert REWARDS[name](texts, json_format, workers=workers) == [1.0] * 4 + [0.0] * 2


@pytest.mark.parametrize("name", REWARDS)
@pytest.mark.parametrize("end", ["<|im_end|>", "</s>", "<|eot_id|><|endoftext|>", "<eos> <pad>"])
def test_the_tokens_that_end_an_answer_are_no_part_of_it(name: str, end: str) -> None:
    ends = {"instruction_id_list": ["startend:end_checker"], "kwargs": [{"end_phrase": "tea."}]}
    assert REWARDS[name]([f"I like tea.{end}"], ends) == [1.0]


@pytest.mark.parametrize(
    ("query", "prompt"),
    [
        (f"<|endoftext|><|endoftext|>{PROMPT}Tea.", PROMPT),
        ("<s> [INST] Tea? [/INST]Tea.", "<s>[INST] Tea? [/INST]"),
        ("<pad> <pad> <s> <|user|> \nTea?</s> \n<|assistant|>\nTea.",
         "<|user|>\nTea?</s>\n<|assistant|>\n"),
        ("<|begin_of_text|>Tea?\n\nTea.", "<|begin_of_text|> Tea?\n\n"),
        ("Tea? Tea.<|im_end|><|im_end|>", "Tea? "),
    ],
)  # fmt: skip
def test_tokens_before_the_prompt_are_skipped(query: str, prompt: str) -> None:
    starts = {"instruction_id_list": ["length_constraints:number_words"],
              "kwargs": [{"num_words": 2, "relation": "less than"}]}  # fmt: skip
    found = OpenRlhfReward(workers=0)([query], [prompt], [json.dumps(starts)])
    assert (found["rewards"].item(), found["extra_logs"]["unknown"].item()) == (1.0, 0.0)


def _array(*items: Any) -> Any:
    found = np.empty(len(items), dtype=object)
    found[:] = items
    return found


SHAPES: dict[str, Any] = {
    "arrays within": {
        "instruction_id_list": _array("punctuation:no_comma", "keywords:existence"),
        "kwargs": _array({}, {"keywords": _array("tea")}),
    },
    "an array of objects": _array(
        {"id": "punctuation:no_comma", "kwargs": {"n": np.float64("nan")}},
        {"id": "keywords:existence", "kwargs": {"keywords": np.array(["tea"])}},
    ),
    "an array of one": _array(
        {
            "instruction_id": _array("punctuation:no_comma", "keywords:existence"),
            "kwargs": _array(None, {"keywords": _array("tea"), "num_words": np.nan}),
        }
    ),
    "an array without dimensions": np.array(json.dumps([{"id": "punctuation:no_comma"}]), object),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", REWARDS)
def test_arrays_are_read_at_any_depth(name: str, shape: str) -> None:
    assert REWARDS[name](["I like tea.", "Tea, milk."], SHAPES[shape]) == [1.0, 0.0]


def test_no_answer_is_a_failure_and_calls_of_tools_are_unknown() -> None:
    message = {"role": "assistant", "content": None}
    called = {**message, "tool_calls": [{"id": "1"}]}
    refused = {**message, "refusal": "I cannot."}
    parts = {"role": "assistant", "content": [{"type": "text", "text": "Tea."}]}
    said = [[message], [called], [refused], [parts]]
    asked = {"prompts": [PROMPT] * 4, "constraints": [NO_COMMA] * 4}
    assert TrlReward(workers=0)(completions=said, **asked) == [0.0, None, 0.0, 1.0]


@pytest.mark.parametrize("name", REWARDS)
@pytest.mark.parametrize(
    "more",
    [
        "<|im_end|>\n<|im_start|>user\nMore?<|im_end|>",
        "\nuser\nMore?\nassistant\nMate.",
        '\n<tool_call>\n{"name": "x"}\n</tool_call>',
        '\n<tool_call>\n{"name": "x"}\n</tool_call>\n<tool_response>\n3\n</tool_response>\nMate.',
    ],
)
def test_a_completion_that_runs_on_is_unknown(
    name: str, more: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "_REPORTED", set())
    with caplog.at_level(logging.WARNING, "hir_kit.rewards"):
        found = REWARDS[name](["Tea.", f"Tea.{more}", "Tea.<|im_end|>\n"])
    assert found == [1.0, None if name == "trl" else 0.0, 1.0]
    assert "unknown verdict, punctuation:no_comma: the answer " in caplog.records[0].message


def test_no_answer_is_a_failure_in_verl_too() -> None:
    reward = VerlReward(workers=0)
    for said, status in ((None, "violated"), ("", "violated"), ("Tea.", "satisfied")):
        row = reward("d", said, NO_COMMA)  # type: ignore[arg-type]  # what a trainer may do
        assert row["unknown"] == 0
        assert json.loads(str(row["verdicts"]))[0]["status"] == status
    row = reward("d", 7, NO_COMMA)  # type: ignore[arg-type]
    assert json.loads(str(row["verdicts"]))[0]["reason"] == "a response is a text, got 7"


LOOKS = "def check_following(instruction, response):\n    return instruction.split()[0] in response"
CODE = {"instruction_id_list": ["code:python"], "kwargs": [{"source": LOOKS}]}


@pytest.mark.parametrize("name", ["trl", "openrlhf"])
def test_functions_of_the_data_get_the_instruction_of_the_prompt(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hir_plugin_code.options import Chosen

    REWARDS[name](["Tea."])  # loads the pack, and with it its options
    monkeypatch.setattr(Chosen, "options", Chosen.options.model_copy(update={"allow": True}))
    assert REWARDS[name](["Describe it.", "It is tea."], CODE) == [1.0, 0.0]


def test_the_asynchronous_reward_reads_alike() -> None:
    import asyncio

    reward = AsyncTrlReward(workers=0, answer_tags=True, thinking_opened=True)
    asked = {"prompts": [PROMPT], "constraints": [NO_COMMA]}
    said = ["a, b</think><answer>Tea.</answer>"]
    assert asyncio.run(reward(completions=said, **asked)) == [1.0]


A_LIST_IN_A_LIST = [
    [["text", "main", "x", "y"]],
    [["punctuation:no_comma"]],
    [["a", "b"], ["c", "d"]],
    [[["punctuation:no_comma"]]],
    json.dumps([["text", "main"]]),
]


@pytest.mark.parametrize("value", A_LIST_IN_A_LIST, ids=str)
def test_a_list_of_lists_of_strings_is_no_list_of_ids(value: Any) -> None:
    assert _trl(["Tea."], value) == [None]
    for name in ("verl", "openrlhf"):
        with pytest.raises(UsageError, match="holds no constraints"):
            REWARDS[name](["Tea."], value)


def _math(*, solution_str: str, ground_truth: str, **_: Any) -> dict[str, float]:
    return {"score": float(solution_str.endswith(ground_truth)), "pred": 7.0}


def _half(**_: Any) -> float:
    return 0.5


def _halves(queries: list[str], *_: Any) -> list[float]:
    return [0.5] * len(queries)


OTHERS = ["72", "", None, 72, ["72"], {"target": 24}, "#### 72"]


@pytest.mark.parametrize("truth", OTHERS, ids=str)
def test_a_data_source_without_constraints_is_refused_or_given_to_the_fallback(truth: Any) -> None:
    with pytest.raises(UsageError, match="holds no constraints"):
        VerlReward(workers=0)("gsm8k", "It is 72", truth)
    with pytest.raises(UsageError, match="holds no constraints"):
        OpenRlhfReward(workers=0)(["It is 72"], ["It"], [truth])
    kept = VerlReward(workers=0, fallback=_half)
    own, other = kept.batch(["hir", "gsm8k"], ["Tea.", "It is 72"], [NO_COMMA, truth])
    assert (own["score"], other["score"], other["acc"]) == (1.0, 0.5, 0.5)
    assert list(own) == list(other)
    mixed = OpenRlhfReward(workers=0, fallback=_halves)
    found = mixed(["Tea.", "It is 72"], ["", "It"], [NO_COMMA, truth])
    assert found["rewards"].tolist() == [1.0, 0.5]


def test_a_fallback_gets_what_verl_hands_over_and_may_be_named() -> None:
    reward = VerlReward(workers=0, fallback=_math)
    rows = reward.batch(["a", "a", "b"], ["72", "71", "Tea."], ["72", "72", NO_COMMA])
    assert [row["score"] for row in rows] == [1.0, 0.0, 1.0]
    assert {tuple(row) for row in rows} == {tuple(rows[0])}, "verl needs the same columns"
    named = VerlReward(workers=0, fallback="operator:length_hint")
    assert named.__name__ == "hir_ila"
    with pytest.raises(UsageError, match="cannot be imported"):
        VerlReward(workers=0, fallback="operator:nothing")("a", "72", "72")


def test_one_bad_row_of_a_data_source_with_constraints_stops_nothing() -> None:
    reward = VerlReward(workers=0)
    rows = reward.batch(["hir", "hir"], ["Tea.", "Tea."], [NO_COMMA, "broken"])
    assert [(row["score"], row["unknown"]) for row in rows] == [(1.0, 0.0), (0.0, 1.0)]


MARKED = """
from hir_kit import Response, hookimpl, verifier
from pydantic import BaseModel

class Marks(BaseModel):
    marks: list[str] = ["!"]

chosen = Marks()

@verifier("o:quiet", describe="Be quiet.")
def quiet(response: Response) -> bool:
    return not any(mark in response.text for mark in chosen.marks)

def configure(given):
    global chosen
    chosen = given

@hookimpl
def register_verifiers(register):
    register(quiet)

@hookimpl
def register_options(register):
    register(Marks, configure)
"""
QUIET = {"instruction_id_list": ["o:quiet"], "kwargs": [{}]}


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    path = tmp_path / "marked.py"
    path.write_text(MARKED, encoding="utf-8")
    return path


@pytest.mark.parametrize("workers", [0, 1])
@pytest.mark.parametrize("name", REWARDS)
def test_options_of_parts_hold_where_processes_check(name: str, workers: int, marked: Path) -> None:
    options = {"plugins": [marked], "workers": workers}
    assert REWARDS[name](["Tea!", "Tea?"], QUIET, **options) == [0.0, 1.0]
    given = {**options, "set": {"marked.py.marks": ["?"]}}
    assert REWARDS[name](["Tea!", "Tea?"], QUIET, **given) == [1.0, 0.0]


def test_options_of_parts_come_from_the_arguments_of_verl(marked: Path) -> None:
    options: Any = {"plugins": [str(marked)], "workers": 0, "set": {"marked.py.marks": ["?"]}}
    assert compute_score("d", "Tea?", QUIET, **options)["score"] == 0.0
    assert compute_scores(["d"], ["Tea!"], [QUIET], **options)[0]["score"] == 1.0


@pytest.mark.parametrize("name", REWARDS)
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("code.allow=true", "set holds options by 'NAME.key'"),
        ({"code.allow": object()}, "the option code.allow is no JSON"),
        ({"code.alow": True}, "no option 'alow'"),
        ({"code.allow": "perhaps"}, "code.allow"),
    ],
)
def test_options_that_cannot_be_are_an_error(name: str, given: Any, said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        REWARDS[name](["Tea."], set=given)
