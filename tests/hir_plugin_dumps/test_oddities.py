"""What real dumps hold of oddities, in every format: the same is made of it everywhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hir_kit
from hir_kit import cli
from hir_kit.verify.checker import Checked, CheckOptions, check_groups
from hir_kit.verify.registry import Registry

from .conftest import KIT, Collected, Row, instructions, read_dump

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

TASK = "Name two teas. Do not use commas."
PAIR: Row = {"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}
TALK = [{"role": "user", "content": TASK}]
CHATML = f"<|im_start|>user\n{TASK}<|im_end|>\n<|im_start|>assistant\n"
NULL = object()
"""Stands for an answer that is null."""


def _message(answer: object) -> Row:
    return {"role": "assistant", "content": None if answer is NULL else answer}


def _plain(answer: object) -> object:
    return None if answer is NULL else answer


def _ask(text: str, *answers: object) -> list[Row]:
    constraints = [{"id": "punctuation:no_comma"}]
    return [
        {
            "id": "q",
            "prompt": text,
            "constraints": constraints,
            "responses": [*map(_plain, answers)],
        }
    ]


def _jsonl(text: str, *answers: object) -> list[Row]:
    specs = [{"id": "punctuation:no_comma"}]
    return [
        {"g": 1, "prompt": text, "response": _plain(one), "constraints": specs} for one in answers
    ]


def _ifeval(text: str, *answers: object) -> list[Row]:
    return [{"key": 1, "prompt": text, **PAIR, "response": _plain(one)} for one in answers]


def _verl(text: str, *answers: object) -> list[Row]:
    chat = f"user\n{text}\nassistant\n"
    row = {"input": chat, "gts": PAIR, "score": 0.0, "step": 1}
    return [{**row, "output": _plain(one)} for one in answers]


def _trl(text: str, *answers: object) -> list[Row]:
    talk = [{"role": "user", "content": text}]
    row = {"step": 1, "prompt": talk, "constraints": PAIR, "advantage": 0.0}
    return [{**row, "completion": [_message(one)]} for one in answers]


def _skyrl(text: str, *answers: object) -> list[Row]:
    extras = {"reward_model": {"ground_truth": PAIR}}
    row = {"input_prompt": CHATML.replace(TASK, text), "env_extras": extras, "score": 0.0}
    return [{**row, "output_response": _plain(one)} for one in answers]


def _lm_eval(text: str, *answers: object) -> list[Row]:
    doc = {"key": 1, "prompt": text, **PAIR}
    row = {"doc_id": 0, "doc": doc, "filter": "none", "filtered_resps": []}
    return [{**row, "resps": [[*map(_plain, answers)]]}]


def _nemo(text: str, *answers: object) -> list[Row]:
    row = {
        "responses_create_params": {"input": [{"role": "user", "content": text}]},
        "verifier_metadata": PAIR,
        "_ng_task_index": 0,
    }
    return [
        {**row, "response": {"output": [{"type": "message", **_message(one)}]}} for one in answers
    ]


def _prime(text: str, *answers: object) -> list[Row]:
    row = {"example_id": 1, "prompt": [{"role": "user", "content": text}], "info": PAIR}
    return [{**row, "completion": [_message(one)]} for one in answers]


def _traces(text: str, *answers: object) -> list[Row]:
    user = {"message": {"role": "user", "content": text}, "sampled": False}
    row = {"task": {"data": PAIR}, "group": {"id": "g"}, "ok": True}
    return [
        {**row, "nodes": [user, {"parent": 0, "message": _message(one), "sampled": True}]}
        for one in answers
    ]


def _batch(text: str, *answers: object) -> list[Row]:
    del text
    choices = [
        {"index": place, "message": {**_message(one), "reasoning_content": "Hm, hm."}}
        for place, one in enumerate(answers)
    ]
    response = {"status_code": 200, "body": {"choices": choices}}
    return [{"custom_id": "q", "response": response, "error": None}]


FORMATS: dict[str, Callable[..., list[Row]]] = {
    "hir": _ask,
    "jsonl": _jsonl,
    "ifeval": _ifeval,
    "verl": _verl,
    "trl": _trl,
    "skyrl": _skyrl,
    "lm-eval": _lm_eval,
    "nemo-gym": _nemo,
    "prime-results": _prime,
    "prime-traces": _traces,
    "openai-batch": _batch,
}
Reads = Callable[..., Collected]


@pytest.fixture
def reads(dump: Callable[..., Path]) -> Reads:
    """Give a function that writes answers in a format, and reads them."""

    def read(name: str, *answers: object, text: str = TASK, **options: Any) -> Collected:
        if name == "jsonl":
            options = {"group_by": "g", **options}
        if name == "openai-batch":
            body = {"messages": [{"role": "user", "content": text}]}
            request = {"custom_id": "q", "body": body, "constraints": PAIR}
            options = {"instructions": instructions(dump([request], "requests.jsonl")), **options}
        return read_dump(name, dump(FORMATS[name](text, *answers)), **options)

    return read


def _checked(read: Collected, registry: Registry = KIT.registry, **options: Any) -> list[Checked]:
    found = check_groups(read.groups, registry, CheckOptions(**options), Collected())
    return [one for item in found for one in item.checked]


@pytest.mark.parametrize("name", FORMATS)
def test_no_answer_is_a_failure_and_its_siblings_stay(name: str, reads: Reads) -> None:
    read = reads(name, "Sencha.", NULL, "Sencha, Assam.")
    assert (read.reasons, read.texts) == ([], [["Sencha.", "", "Sencha, Assam."]])
    checked = _checked(read)
    assert [one.follow_all for one in checked] == [True, False, False]
    assert checked[1].strict[0].reason == "no answer"


@pytest.mark.parametrize("name", ["autoif", "cfbench"])
def test_no_answer_to_a_dataset_is_a_failure_as_well(name: str, dump: Any) -> None:
    function = ["def evaluate(response):\n    return True", 1.0]
    rows: dict[str, Row] = {
        "autoif": {"prompt": "Why?", "instruction": "One line.", "eval_func": [function],
                   "gpt-answer": [None]},
        "cfbench": {"idx": 1, "prompt": "写", "criteria": [["短", "主需", "内容约束", "甲"]],
                    "response": None},
    }  # fmt: skip
    read = read_dump(name, dump([rows[name]]))
    assert (read.reasons, read.texts) == ([], [[""]])


CUT: dict[str, tuple[tuple[str | int, ...], object]] = {
    "prime-results": (("is_truncated",), True),
    "prime-traces": (("nodes", -1, "finish_reason"), "length"),
    "skyrl": (("stop_reason",), "length"),
    "nemo-gym": (("response", "incomplete_details"), {"reason": "max_output_tokens"}),
    "openai-batch": (("response", "body", "choices", 0, "finish_reason"), "length"),
}


@pytest.mark.parametrize("name", CUT)
def test_that_an_answer_was_cut_off_is_kept(name: str, dump: Any) -> None:
    request = {"custom_id": "q", "body": {"messages": TALK}, "constraints": PAIR}
    known = instructions(dump([request], "requests.jsonl")) if name == "openai-batch" else None
    for says_so in (False, True):
        [row] = FORMATS[name](TASK, "Sencha, Assam")
        *path, last = CUT[name][0]
        place: Any = row
        for key in path:
            place = place[key]
        if says_so:
            place[last] = CUT[name][1]
        [group] = read_dump(name, dump([row]), instructions=known).groups
        assert group.rollouts[0].is_cut_off == says_so


def _as_table(rows: list[Row], path: Path) -> Path:
    """Write rows to a Parquet file, in which an object without any field cannot stand."""
    text = json.dumps(rows).replace('"kwargs": [{}]', '"kwargs": [{"n": null}]')
    parquet.write_table(pa.Table.from_pylist(json.loads(text)), path)
    return path


@pytest.mark.parametrize("name", FORMATS)
def test_no_answer_in_a_table_is_a_failure_as_well(name: str, dump: Any, tmp_path: Path) -> None:
    rows = FORMATS[name](TASK, NULL, "Sencha.", "Sencha, Assam.")
    options: Row = {"group_by": "g"} if name == "jsonl" else {}
    if name == "openai-batch":
        request = {"custom_id": "q", "body": {"messages": TALK}, "constraints": PAIR}
        options = {"instructions": instructions(dump([request], "requests.jsonl"))}
    read = read_dump(name, _as_table(rows, tmp_path / "table.parquet"), **options)
    assert (read.reasons, read.texts) == ([], [["", "Sencha.", "Sencha, Assam."]])
    assert [one.follow_all for one in _checked(read)] == [False, True, False]


@pytest.mark.parametrize(
    ("field", "columns"),
    [
        ("a", {"a": None}),
        ("out.text", {"out": {"text": None, "n": 1}}),
        ("out.text", {"out": None}),
        ("a", {"a": [{"role": "assistant", "content": None, "reasoning": "Hm."}]}),
    ],
)
def test_null_in_a_column_of_ones_own_is_no_answer(
    field: str, columns: Row, tmp_path: Path
) -> None:
    specs = json.dumps([{"id": "punctuation:no_comma"}])
    said: Row = {"a": {"a": "Tea."}, "out.text": {"out": {"text": "Tea.", "n": 2}}}[field]
    if isinstance(columns.get("a"), list):
        said = {"a": [{"role": "assistant", "content": "Tea."}]}
    rows = [{"q": TASK, "c": specs, **one} for one in (columns, said)]
    fields = {"prompt_field": "q", "constraints_field": "c"}
    path = _as_table(rows, tmp_path / "own.parquet")
    read = read_dump("jsonl", path, response_field=field, **fields)
    assert (read.reasons, read.texts) == ([], [["", "Tea."]])
    missing = read_dump("jsonl", path, response_field=f"{field}s", **fields)
    assert [reason[:21] for reason in missing.reasons] == ["the row has no column"] * 2


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Tea.<|im_end|>", "Tea."),
        ("Tea.</s>", "Tea."),
        ("Tea. <|eot_id|>\n", "Tea. "),
        ("Tea.<｜end▁of▁sentence｜>", "Tea."),
        ("Tea.<end_of_turn><eos><pad><pad>", "Tea."),
        ("<|endoftext|>", ""),
        ("Write <s>old</s> new.", "Write <s>old</s> new."),
    ],
)
def test_the_tokens_that_end_an_answer_are_no_part_of_it(
    name: str, text: str, answer: str, reads: Reads
) -> None:
    assert reads(name, text).texts == [[answer]]


BARE = (
    "Use a, b or c. The tag </think> ends it.",
    "One, two.\n</think>\n\nThree.",
    "Okay, so the user wants tea.</think>Tea.",
)


@pytest.mark.parametrize("name", FORMATS)
def test_a_bare_closing_tag_hides_nothing(name: str, reads: Reads) -> None:
    read = reads(name, *BARE, "Tea.")
    assert read.texts == [[*BARE, "Tea."]]
    checked = _checked(read)
    assert [one.follow_all for one in checked] == [False, False, False, True]
    assert [one.notes for one in checked] == [("thinking_not_opened",)] * 3 + [()]
    opened = _checked(read, thinking_opened=True)
    assert [one.follow_all for one in opened] == [True, True, True, False]
    assert all("thinking_opened_by_template" in one.notes for one in opened)


OPENED = {
    "verl": "user\nName tea.\nassistant\n<think>\n",
    "skyrl": "<｜begin▁of▁sentence｜><｜User｜>Name tea.<｜Assistant｜><think>\n",
    "trl": "<|im_start|>user\nName tea.<|im_end|>\n<|im_start|>assistant\n<think>\n",
}
FIELDS = {"verl": "input", "skyrl": "input_prompt", "trl": "prompt"}


@pytest.mark.parametrize("name", OPENED)
def test_a_dump_says_that_the_template_opened_the_thinking(name: str, dump: Any) -> None:
    rows = FORMATS[name](TASK, "a, b</think>Tea.", "a, b")
    for chat, notes in (
        (OPENED[name], [["Tea."], [""]]),
        (f"{OPENED[name]}\n</think>\n\n", [["a, b</think>Tea."], ["a, b"]]),
    ):
        read = read_dump(name, dump([{**row, FIELDS[name]: chat} for row in rows]))
        assert read.reasons == []
        options = [CheckOptions().of(group) for group in read.groups for _ in group.rollouts]
        texts = [text for group in read.texts for text in group]
        assert [[o.answer(t).text] for o, t in zip(options, texts, strict=True)] == notes


@pytest.mark.parametrize("name", FORMATS)
def test_an_answer_in_tags_is_taken_out_where_that_is_asked_for(name: str, reads: Reads) -> None:
    texts = ["<think>a, b</think>\n<answer>Tea.</answer>", "<answer>\nTea.\n</answer>\n"]
    odd = ["Tea, then <answer>Tea.", "<answer>a</answer>, <answer>b</answer>"]
    read = reads(name, *texts, *odd)
    assert [one.follow_all for one in _checked(read, answer_tags=True)] == [
        True,
        True,
        False,
        False,
    ]
    assert CheckOptions(answer_tags=True).answer(texts[1]).text == "Tea."
    assert CheckOptions().answer(texts[1]).text == texts[1]


MARKED = {
    "Zephyr": f"<|user|>\n{TASK}</s>\n<|assistant|>\n",
    "Phi-3": f"<s><|user|>\n{TASK}<|end|>\n<|assistant|>\n",
    "Mistral": f"<s>[INST] {TASK} [/INST]",
    "GLM": f"[gMASK]<sop><|user|>\n{TASK}<|assistant|>",
    "padded": f"<|endoftext|><|endoftext|>{CHATML}",
}


@pytest.mark.parametrize("family", MARKED)
@pytest.mark.parametrize("name", FIELDS)
def test_prompts_are_read_by_all_marks_of_their_template(name: str, family: str, dump: Any) -> None:
    [row] = FORMATS[name](TASK, "Tea.</s>")
    read = read_dump(name, dump([{**row, FIELDS[name]: MARKED[family]}]))
    assert [group.prompt for group in read.groups] == [TALK]
    assert read.texts == [["Tea."]]


LANGUAGE_IDS = ["es:punctuation:no_comma", "zh-hant:length:words", "xx:a:b"]


def _renamed(rows: list[Row], id: str) -> list[Row]:
    """Return the rows with another id in place of the one that they have."""
    found: list[Row] = json.loads(json.dumps(rows).replace("punctuation:no_comma", id))
    return found


def _read_with_id(name: str, id: str, dump: Any) -> Collected:
    """Return what a format reads of two answers to an instruction with this id."""
    options: Row = {"group_by": "g"} if name == "jsonl" else {}
    if name == "openai-batch":
        request = {"custom_id": "q", "body": {"messages": TALK}, "constraints": PAIR}
        options = {"instructions": instructions(dump(_renamed([request], id), "requests.jsonl"))}
    return read_dump(name, dump(_renamed(FORMATS[name](TASK, "No.", "No, no."), id)), **options)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("id", LANGUAGE_IDS)
def test_ids_with_a_language_in_front_are_ids(name: str, id: str, dump: Any) -> None:
    read = _read_with_id(name, id, dump)
    assert read.reasons == []
    assert {spec.id for group in read.groups for spec in group.constraints} == {id}
    known = id.startswith("es:")
    wanted = [True, False] if known else [None, None]
    assert [one.follow_all for one in _checked(read)] == wanted


@pytest.mark.parametrize("name", FORMATS)
def test_a_plugin_decides_what_it_registers_in_a_language(
    name: str, dump: Any, tmp_path: Path
) -> None:
    plugin = tmp_path / "xx.py"
    plugin.write_text(
        "from hir_kit import verifier\n"
        "@verifier('xx:punctuation:no_comma', describe='No commas.')\n"
        "def no_comma(response) -> bool:\n"
        "    return ',' not in response.text\n",
        encoding="utf-8",
    )
    registry = hir_kit.load([plugin], installed=False).registry
    read = _read_with_id(name, "xx:punctuation:no_comma", dump)
    assert [one.follow_all for one in _checked(read, registry)] == [True, False]


def test_a_dump_of_verl_without_ground_truth_is_joined(dump: Any) -> None:
    [row] = _verl(TASK, "Sencha.")
    del row["gts"]
    known = instructions(dump([{"prompt": TASK, "constraints": [{"id": "a:b"}]}], "known.jsonl"))
    read = read_dump("verl", dump([row, row]), instructions=known)
    assert (read.reasons, read.texts) == ([], [["Sencha.", "Sencha."]])
    assert KIT.formats["verl"].recognizes(row)
    assert "--prompts" in read_dump("verl", dump([row])).reasons[0]


NESTED = [
    ("prompt", {"prompt": TASK}),
    ("extra_info.prompt", {"extra_info": {"prompt": TASK}}),
    ("extra_info.prompt", {"extra_info": json.dumps({"prompt": TASK})}),
    ("a.b.c", {"a": {"b": {"c": TASK}}}),
    ("a.b", {"a.b": TASK, "a": {"b": "another"}}),
    ("messages.0.content", {"messages": TALK}),
]


@pytest.mark.parametrize(("name", "columns"), NESTED)
def test_columns_may_be_nested(name: str, columns: Row, dump: Any) -> None:
    row = {**columns, "out": {"text": "Sencha."}, "reward_model": {"ids": ["a:b"], "kwargs": [{}]}}
    fields = {"response_field": "out.text", "constraints_field": "reward_model.ids"}
    read = read_dump("jsonl", dump([row]), prompt_field=name, **fields)
    assert (read.reasons, read.texts) == ([], [["Sencha."]])
    assert [group.prompt for group in read.groups] == [TASK]
    missing = read_dump("jsonl", dump([row]), prompt_field=f"{name}.none", **fields)
    assert "has no column" in missing.reasons[0]


TOOLS = [
    {"role": "user", "content": "Look."},
    {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "type": "function"}]},
    {"role": "tool", "content": "3", "tool_call_id": "1"},
    {"role": "user", "content": [{"type": "text", "text": TASK}]},
]


@pytest.mark.parametrize("name", ["hir", "jsonl", "trl", "prime-results", "nemo-gym"])
def test_calls_of_tools_and_parts_within_a_prompt_are_read(name: str, dump: Any) -> None:
    rows = FORMATS[name](TASK, "Sencha.")
    for row in rows:
        if name == "nemo-gym":
            row["responses_create_params"]["input"] = TOOLS
        else:
            row["prompt"] = TOOLS
    read = read_dump(name, dump(rows))
    assert read.reasons == []
    [prompt] = [group.prompt for group in read.groups]
    assert isinstance(prompt, list)
    assert [message["content"] for message in prompt] == ["Look.", "", "3", TASK]
    assert prompt[1]["tool_calls"]
    assert prompt[2]["tool_call_id"] == "1"


VICUNA = "A chat between a user and an assistant. USER: {} ASSISTANT:"
UNKNOWN = [VICUNA, "### Instruction:\n{}\n\n### Response:\n", "<|im_user|>user<|m|>{}<|e|><|bot|>"]


@pytest.mark.parametrize("template", UNKNOWN)
@pytest.mark.parametrize("name", ["verl", "skyrl", "trl", "jsonl"])
def test_a_prompt_of_prompts_is_found_in_the_text_of_an_unknown_template(
    name: str, template: str, dump: Any
) -> None:
    rows = [
        {"id": "a", "prompt": TASK, "constraints": [{"id": "punctuation:no_comma"}]},
        {"id": "b", "prompt": "Name two teas.", "constraints": [{"id": "a:b"}]},
    ]
    known = instructions(dump(rows, "known.jsonl"))
    field = FIELDS.get(name, "prompt")
    asked = [template.format(text) for text in (TASK, "Name two teas.", f"{TASK} In French.")]
    asked.append(template.format(f"Be kind. {TASK}"))
    [row] = FORMATS[name](TASK, "Sencha.")
    for key in ("gts", "constraints", "env_extras"):
        row.pop(key, None)
    row |= {"env_extras": {}} if name == "skyrl" else {}
    read = read_dump(name, dump([{**row, field: text} for text in asked]), instructions=known)
    assert [group.prompt for group in read.groups] == [TASK, "Name two teas."]
    assert [reject.location.line for reject in read.rejects] == [3, 4]


def test_columns_of_ones_own_are_joined_and_grouped_by_equal_prompts(dump: Any) -> None:
    specs = [{"id": "punctuation:no_comma"}]
    known = instructions(dump([{"id": "k1", "prompt": TASK, "constraints": specs}], "known.jsonl"))
    rows = [
        {"q": TASK, "a": "One."},
        {"q": f" {TASK}\n", "a": "Two."},
        {"q": "x", "a": "3", "id": "k1"},
    ]
    fields = {"prompt_field": "q", "response_field": "a"}
    read = read_dump("jsonl", dump(rows), instructions=known, **fields)
    assert (read.reasons, read.texts) == ([], [["One.", "Two.", "3"]])
    assert "prompts" in KIT.formats["jsonl"].uses
    other = read_dump("jsonl", dump([{"q": "x", "a": "y"}]), instructions=known, **fields)
    assert "no instruction" in other.reasons[0]


def test_rows_without_a_column_for_groups_are_grouped_by_what_they_ask(dump: Any) -> None:
    rows = _jsonl(TASK, "One.") + _jsonl("Another.", "Two.") + _jsonl(TASK, "Three.")
    read = read_dump("jsonl", dump(rows))
    assert (read.ids, read.texts) == (["dump:1", "dump:2"], [["One.", "Three."], ["Two."]])


def test_columns_that_nothing_is_read_from_are_kept(dump: Any) -> None:
    [row] = _jsonl(TASK, "One.")
    read = read_dump("jsonl", dump([{**row, "source": "web", "difficulty": 3}]))
    [rollout] = read.groups[0].rollouts
    assert rollout.meta == {"g": 1, "source": "web", "difficulty": 3}


def test_the_task_and_the_columns_of_a_row_survive_relabelling(tmp_path: Path, dump: Any) -> None:
    tea = {"id": "keywords:existence", "kwargs": {"keywords": ["tea"]}}
    specs = [{"id": "punctuation:no_comma"}, tea]
    row = {"prompt": "Name teas. No commas. Say tea.", "task": "Name teas.", "constraints": specs}
    source = dump([{**row, "responses": ["Sencha"], "source": "web", "meta": {"difficulty": 3}}])
    for name in ("once", "twice"):
        out = tmp_path / f"{name}.jsonl"
        assert cli.run(["relabel", str(source), "-o", str(out)]) == 0
        rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
        assert rows
        assert {one["task"] for one in rows} == {"Name teas."}
        assert [one["meta"] for one in rows] == [{"source": "web", "difficulty": 3}] * len(rows)
        source = out
