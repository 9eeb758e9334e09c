"""Marks of chat templates in prompts and responses: the same is made of them in every format."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hir_kit import RowError
from hir_kit.read.chat_text import read_asked, single_answer
from hir_kit.read.special_tokens import ENDS as ENDINGS
from hir_kit.time_limit import TimeLimit

from .conftest import Collected, Row, instructions, read_dump
from .test_oddities import CHATML, FORMATS, PAIR, TALK, TASK

ANSWER = "Sencha, and mate."
LLAMA = (
    f"<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n{TASK}<|eot_id|>"
    "<|start_header_id|>assistant<|end_header_id|>\n\n"
)
MISTRAL = f"<s>[INST] {TASK} [/INST]"
CHATS = {"ChatML": CHATML, "Llama 3": LLAMA, "Mistral": MISTRAL}
UNREADABLE = {
    "ChatML cut": f"<|im_start|>user\n{TASK}<|im_end|>\n",
    "Llama 3 cut": LLAMA[:-10],
    "a marker within": CHATML.replace("commas", "<|im_start|>"),
}


def _read(name: str, *answers: object, dump: Any) -> Collected:
    options: dict[str, Any] = {"group_by": "g"} if name == "jsonl" else {}
    if name == "openai-batch":
        request = {"custom_id": "q", "body": {"messages": TALK}, "constraints": PAIR}
        options = {"instructions": instructions(dump([request], "requests.jsonl"))}
    return read_dump(name, dump(FORMATS[name](TASK, *answers)), **options)


def _asking(name: str, prompt: object, dump: Any) -> Collected:
    """Read a row of a format whose prompt is a text, whatever the text is."""
    [row] = FORMATS[name](TASK, ANSWER)
    if name == "openai-batch":
        request = {"custom_id": "q", "body": {"prompt": prompt}, "constraints": PAIR}
        known = instructions(dump([request], "requests.jsonl"))
        return read_dump(name, dump([row]), instructions=known)
    if name == "lm-eval":
        row["doc"]["prompt"] = prompt
    return read_dump(name, dump([{**row, "prompt": prompt}]))


ASKING = ("hir", "jsonl", "ifeval", "trl", "lm-eval", "prime-results", "openai-batch")


@pytest.mark.parametrize("name", ASKING)
@pytest.mark.parametrize("family", CHATS)
def test_a_prompt_that_a_template_made_is_read_back(name: str, family: str, dump: Any) -> None:
    read = _asking(name, CHATS[family], dump)
    assert [group.prompt for group in read.groups] == [TALK], read.reasons


@pytest.mark.parametrize("name", ASKING)
@pytest.mark.parametrize("why", UNREADABLE)
def test_a_prompt_that_cannot_be_read_back_is_rejected(name: str, why: str, dump: Any) -> None:
    read = _asking(name, UNREADABLE[why], dump)
    assert read.groups == []
    if name != "openai-batch":  # its requests are rejected, and the response has none
        assert "cannot be read back" in read.reasons[0]


@pytest.mark.parametrize("name", ASKING)
def test_messages_written_out_as_text_are_messages(name: str, dump: Any) -> None:
    for text in (json.dumps(TALK), json.dumps(TALK, indent=1), str(TALK)):
        assert [group.prompt for group in _asking(name, text, dump).groups] == [TALK]


@pytest.mark.parametrize("name", ["hir", "jsonl", "trl", "openai-batch"])
def test_what_the_template_began_the_answer_with_is_kept(name: str, dump: Any) -> None:
    [group] = _asking(name, f"{CHATML}<think>\n", dump).groups
    assert (group.prompt, group.meta["prefill"]) == (TALK, "<think>\n")


def test_columns_with_chat_text_are_joined_to_prompts(dump: Any) -> None:
    known = instructions(dump([{"id": "q", "prompt": TASK, "constraints": PAIR}], "asked.jsonl"))
    vicuna = f"A chat. USER: {TASK} ASSISTANT:"
    rows = [{"prompt": text, "response": "a"} for text in (CHATML, f"{CHATML}<think>\n", vicuna)]
    read = read_dump("jsonl", dump(rows), instructions=known, group_by="prompt")
    assert [group.prompt for group in read.groups] == [TASK] * 3, read.reasons
    assert [group.meta.get("prefill") for group in read.groups] == [None, "<think>\n", None]


@pytest.mark.parametrize("name", ["verl", "skyrl", "trl", "jsonl"])
@pytest.mark.parametrize("around", ["", "\n", " "])
def test_a_bare_prompt_is_joined_to_prompts(name: str, around: str, dump: Any) -> None:
    known = instructions(dump([{"id": "q", "prompt": TASK, "constraints": PAIR}], "asked.jsonl"))
    [row] = FORMATS[name](TASK, ANSWER)
    column = {"verl": "input", "skyrl": "input_prompt"}.get(name, "prompt")
    read = read_dump(name, dump([{**row, column: f"{TASK}{around}"}]), instructions=known)
    assert read.texts == [[ANSWER]], read.reasons
    other = read_dump(name, dump([{**row, column: f"Not {TASK}"}]), instructions=known)
    assert (other.groups, len(other.rejects)) == ([], 1)


@pytest.mark.parametrize(
    "text",
    [
        "Explain what <|im_start|> means.",
        '[{"role": "user", "content": "Hi."}] Continue this talk.',
        '[{"content": 1}, {"content": 2}]',
        "[1, 2]",
    ],
)
def test_a_text_that_speaks_of_marks_is_the_prompt(text: str) -> None:
    assert read_asked(text) == (text, {})


def test_messages_as_text_that_cannot_be_read_are_refused() -> None:
    for text in (
        "[{'role': 'user', 'content': 'a' 'b'}]",
        '[{"role": "user", "content": a}]',
        "array([{'content': 'a', 'role': 'user'}], dtype=object)",
        "[{'content': 'a', 'role': 'system'}\n {'content': 'b', 'role': 'user'}]",
    ):
        with pytest.raises(RowError, match="messages as text that cannot be read"):
            read_asked(text)
    with pytest.raises(RowError, match="content of a message"):
        read_asked('[{"role": "user", "content": 3}]')


@pytest.mark.parametrize("name", ASKING)
def test_special_tokens_around_plain_words_are_no_part_of_the_prompt(name: str, dump: Any) -> None:
    for text in (f"<s>{TASK}", f"<|begin_of_text|>{TASK}", f"<pad><pad> {TASK}</s>"):
        assert [group.prompt for group in _asking(name, text, dump).groups] == [TASK]
    assert read_asked("<s>Old</s> and new.") == ("<s>Old</s> and new.", {})


def test_answers_beside_prompts_that_a_table_made_text_are_messages_too(dump: Any) -> None:
    message = {"role": "assistant", "content": ANSWER}
    written = (str([message]), json.dumps([message]), str([message, *TALK]), str(message))
    rows = [
        {"prompt": sent, "response": text, "constraints": PAIR}
        for sent in (str(TALK), TASK)
        for text in written
    ]
    read = read_dump("jsonl", dump(rows), group_by="prompt")
    assert read.texts == [[ANSWER, ANSWER, str(message)], list(written)]
    assert ["the roles ['assistant', 'user']" in why for why in read.reasons] == [True]


ENDS = (
    "<|im_end|>\n<|im_start|>",
    "<|im_end|>\n<|im_start|>assistant\n",
    "<|eot_id|>assistant",
    "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
    "<end_of_turn>\n<start_of_turn>",
    "<｜end▁of▁sentence｜><｜User｜>",
)
HEADERS = (
    "<|im_start|>assistant\n",
    "<|start_header_id|>assistant<|end_header_id|>\n\n",
    "<start_of_turn>model\n",
    "<|assistant|>\n",
    "<｜Assistant｜>",
)
SEVERAL = (
    "<|im_end|>\n<|im_start|>user\nmore, please<|im_end|>",
    "<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nMore.<|eot_id|>",
    "<|eot_id|>assistant\n\nMore.",
    "</s> and, so on",
    "<end_of_turn>\n<start_of_turn>user\nMore.",
    "<|endoftext|>Human: more",
    "<｜end▁of▁sentence｜><｜User｜>More.",
)
CALLS = (
    '<tool_call>\n{"name": "x", "arguments": {}}\n</tool_call>',
    "<think>\nHm.\n</think>\n\n<tool_call>\n{}\n</tool_call><|im_end|>",
    'Let me see.\n<tool_call>\n{"name": "x"}\n</tool_call>',
    "<tool_call>get\n<arg_key>a</arg_key>\n<arg_value>1</arg_value>\n</tool_call>",
    '[TOOL_CALLS] [{"name": "x", "arguments": {}}]</s>',
    'Let me see.[TOOL_CALLS]x{"a": 1}',
    '<|python_tag|>x.call(query="tea")<|eom_id|>',
    '<function=x>{"a": 1}</function><|eom_id|>',
    "<function=x>\n<parameter=a>\n1\n</parameter>\n</function>",
    '<tool_call>\n{"name": "x", "argu',
)


@pytest.mark.parametrize("name", FORMATS)
def test_headers_around_an_answer_are_no_part_of_it(name: str, dump: Any) -> None:
    around = [f"{ANSWER}{end}" for end in ENDS] + [f"{head}{ANSWER}" for head in HEADERS]
    read = _read(name, *around, f"{HEADERS[0]}{ANSWER}{ENDS[0]}", dump=dump)
    assert (read.reasons, read.texts) == ([], [[ANSWER] * (len(around) + 1)])


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("more", SEVERAL)
def test_several_turns_are_no_answer(name: str, more: str, dump: Any) -> None:
    read = _read(name, f"{ANSWER}{more}", dump=dump)
    assert read.groups == []
    assert "the answer holds '<" in read.reasons[0]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("call", CALLS)
def test_a_call_of_a_tool_is_no_answer(name: str, call: str, dump: Any) -> None:
    read = _read(name, call, dump=dump)
    assert read.groups == []
    assert "the answer calls a tool" in read.reasons[0]


INVENTED = (
    '<tool_call>\n{"name": "x"}\n</tool_call>\n<tool_response>\n3\n</tool_response>\nIt is 3.',
    'Wait.\n<tool_call>\n{"name": "x"}\n</tool_call>\nuser\n<tool_response>\n3\n</tool_response>',
    'Wait. <tool_call>{"name": "x"}</tool_call> <tool_response>3</tool_response> It is 3.',
    "\nuser\nMore, please.\nassistant\nMore.",
    "\ntool\n3\nassistant\nIt is 3.",
    " That is it.assistant\n\nMore.",
    " That is it.user\n\nMore?assistant\n\nMore.",
    "\n[TOOL_RESULTS] 3",
)
"""Turns without their special tokens, as decoded text has them."""


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("more", INVENTED)
def test_turns_that_a_model_invents_are_no_answer(name: str, more: str, dump: Any) -> None:
    read = _read(name, f"{ANSWER}{more}", dump=dump)
    assert read.groups == []
    assert "only a single answer" in read.reasons[0]


@pytest.mark.parametrize("name", ["hir", "jsonl", "ifeval", "lm-eval", "openai-batch"])
@pytest.mark.parametrize("bad", [SEVERAL[0], CALLS[0], INVENTED[0], INVENTED[3]])
def test_a_bad_response_costs_none_of_its_siblings(name: str, bad: str, dump: Any) -> None:
    read = _read(name, "Tea.", f"{ANSWER}{bad}", "Mate.", dump=dump)
    rows = FORMATS[name](TASK, "Tea.", "x", "Mate.")
    if len(rows) > 1:  # a response a row: each is a row of its own
        assert read.texts == [["Tea.", "Mate."]]
        return
    [group] = read.groups
    assert [rollout.text for rollout in group.rollouts] == ["Tea.", "Mate."]
    assert [rollout.id for rollout in group.rollouts] == [f"{group.id}/0", f"{group.id}/2"]
    [reject] = read.rejects
    assert (reject.location.line, reject.response) == (1, f"{group.id}/1")
    assert reject.reason.startswith(f"response {group.id}/1: the answer ")
    assert reject.row.decode() == f"{ANSWER}{bad}"


@pytest.mark.parametrize(
    "text",
    [
        "user\nassistant",
        "Roles:\n- user\n- assistant\n",
        "Like so:\n```\nuser\nHi.\nassistant\nHello.\n```\n",
        "Write `<tool_response>` there.",
        "I am your assistant\n\nAsk me.",
        "A `<tool_call>` begins a call.",
        "<tool_call> begins a call.",
        'Like so:\n```xml\n<tool_call>{"name": "x"}</tool_call>\n```',
        "Write <s>this, or</s> that.",
        "<|channel|>analysis<|message|>x<|end|><|start|>assistant<|channel|>final<|message|>y",
        "f[INSTANCE] = a[0] < 3",
    ],
)
def test_what_only_looks_like_a_mark_stays(text: str) -> None:
    assert single_answer(text) == text


@given(st.lists(st.sampled_from([*ENDS, *HEADERS, *SEVERAL, *CALLS, "a", "<s>", "\n"]), max_size=5))
def test_an_answer_that_is_read_is_read_again_alike(parts: list[str]) -> None:
    try:
        text = single_answer("".join(parts))
    except RowError:
        return
    assert single_answer(text) == text
    assert not any(mark in text for mark in ("<|im_", "<|eot_id|>", "<start_of_turn>", "<｜"))


@pytest.mark.parametrize("token", ENDINGS)
def test_every_token_that_ends_a_text_is_seen_within_it(token: str) -> None:
    with pytest.raises(RowError, match="the answer holds"):
        single_answer(f"a {token} b")


@pytest.mark.parametrize("text", ["<|im_end|>", "</s><s>", "<|im_end|>assistant", "<tool_call>"])
def test_a_text_of_many_marks_takes_no_longer_than_it_is(text: str) -> None:
    with suppress(RowError), TimeLimit(5) as limit:
        limit.run(single_answer, text * 20_000 + "x>")


@pytest.mark.parametrize(
    "gts",
    [
        "{'instruction_id_list': ['keywords:existence'], 'kwargs': [{'keywords': ['a' 'b']}]}",
        "{'instruction_id_list': ['a:b'\n 'c:d'], 'kwargs': [{}]}",
        "[{'id': 'keywords:existence', 'kwargs': {'keywords': ['it''s'  \"b\"]}}]",
    ],
)
@pytest.mark.parametrize("name", ["hir", "jsonl", "verl"])
def test_an_array_of_strings_that_numpy_wrote_is_not_joined(name: str, gts: str, dump: Any) -> None:
    [row] = FORMATS[name](TASK, "a")
    read = read_dump(name, dump([{**row, "constraints": gts, "gts": gts}]))
    assert read.groups == []
    assert "a numpy array" in read.reasons[0]


def test_strings_with_quotation_marks_are_no_arrays(dump: Any) -> None:
    words = ["it's", "", "''", 'say "a" "b"', "'a' 'b'"]
    gts = str({"instruction_id_list": ["keywords:existence"], "kwargs": [{"keywords": words}]})
    [row] = FORMATS["verl"](TASK, "a")
    [group] = read_dump("verl", dump([{**row, "gts": gts}])).groups
    assert group.constraints[0].kwargs == {"keywords": words}


@pytest.mark.parametrize(
    "given",
    [
        [{"text": "a", "id": "dup"}, {"text": "b", "id": "dup"}],
        [{"text": "a", "id": 7}, {"text": "b", "id": "7"}],
        [{"text": "a", "id": "q/1"}, "b"],
    ],
)
def test_an_id_of_two_responses_is_named(given: list[Any], dump: Any) -> None:
    [row] = FORMATS["hir"](TASK)
    read = read_dump("hir", dump([{**row, "responses": given}]))
    assert read.groups == []
    assert f"2 responses have the id '{given[0]['id']}'" in read.reasons[0]


def test_a_response_that_cannot_be_used_is_named(dump: Any) -> None:
    [row] = FORMATS["hir"](TASK)
    called: Row = {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]}
    for bad in ([called], CALLS[0], {"text": CALLS[0]}):
        read = read_dump("hir", dump([{**row, "responses": ["a", bad]}]))
        assert read.reasons[0].startswith("response q/1: the answer calls a tool")
