"""What the templates of well-known models write is read back as it was given, or refused."""

from __future__ import annotations

import os
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hir_kit import RowError
from hir_kit.read.chat_text import read_chat

from .templates import NO_SYSTEM, TEMPLATES, Messages, as_rendered, renders

EXAMPLES = int(os.environ.get("HIR_KIT_FUZZ", 600)) // len(TEMPLATES)
FRAGMENTS = [
    "a", "B c", "\n", "\n\n", " ", "user\n", "assistant\n", "assistant\n\n", "system\n", "model\n",
    "<think>", "</think>", "<|user|>\n", "<|assistant|>\n", "<|end|>", "<|im_start|>", "</s>",
    "<s>", "<|im_end|>\n", "<|im_sep|>", "<start_of_turn>model\n", "<end_of_turn>\n", "<｜User｜>",
    "<|eot_id|>", "<|start_header_id|>user<|end_header_id|>\n\n", "[INST]", "[/INST]",
    "<|endoftext|>", "<|start|>user<|message|>", "<tool_response>", "[gMASK]<sop>", "/nothink",
    "<|begin_of_text|>", "<bos>", "<pad>", "<｜Assistant｜>",
]  # fmt: skip
TEXT = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=3), max_size=6).map("".join)
SAME_TEXT = {"Tulu 3": ("Phi-3", "Zephyr"), "Tulu 2": ("Phi-3", "Zephyr")}
"""Whose text it is where a message ends with the mark of another template."""
_TURNS_OF_GLM = re.compile(
    r"<\|assistant\|>\n.*<\|user\|>\n|<\|user\|>\n.*<\|assistant\|>\n", re.DOTALL
)
PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<|>[]｜"))


def _talk(texts: list[str], system: str | None) -> Messages:
    roles = ["user", "assistant"] * len(texts)
    talk: Messages = [{"role": r, "content": t} for r, t in zip(roles, texts, strict=False)]
    return ([] if system is None else [{"role": "system", "content": system}]) + talk


@pytest.mark.parametrize("name", TEMPLATES)
def test_plain_conversations_are_read_back(name: str) -> None:
    render = renders(name)
    for texts in (["Name tea.\n\n1. No commas.\n2. In short."], ["One?", "Two.", "Three?"]):
        for system in (None, "Be terse."):
            if system and name in NO_SYSTEM:
                continue
            messages = _talk(texts, system)
            assert read_chat(render(messages)).messages == messages


@pytest.mark.parametrize("name", TEMPLATES)
@settings(max_examples=EXAMPLES, deadline=None)
@given(data=st.data())
def test_what_is_read_is_what_was_rendered(name: str, data: st.DataObject) -> None:
    texts = data.draw(st.lists(TEXT, min_size=1, max_size=3).filter(lambda x: len(x) % 2))
    system = None if name in NO_SYSTEM else data.draw(st.none() | TEXT)
    messages = _talk(texts, system)
    if name.startswith("GLM") and any(
        _TURNS_OF_GLM.search(text) for text in (system or "", *texts)
    ):
        return  # it closes no turn: a message with the marks of two is these turns to everybody
    text = renders(name)(messages)
    try:
        read = read_chat(text)
    except RowError:
        return
    if read.messages != as_rendered(name, messages):
        assert any(renders(other)(read.messages) == text for other in SAME_TEXT[name])


def test_turns_in_a_message_are_none_where_tokens_close_turns() -> None:
    """With its special tokens, DeepSeek's template closes each answer; here no answer is closed."""
    text = "<｜User｜>a<｜Assistant｜>b<｜User｜>c<｜Assistant｜>"
    assert [message["content"] for message in read_chat(text).messages] == ["a", "b", "c"]
    with pytest.raises(RowError):
        read_chat(f"<｜begin▁of▁sentence｜>{text}")


@pytest.mark.parametrize("name", TEMPLATES)
@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(text=PLAIN.filter(lambda text: text.strip() == text and "/nothink" not in text))
def test_texts_without_marks_are_never_refused(name: str, text: str) -> None:
    messages = _talk([text], None)
    assert read_chat(renders(name)(messages)).messages == messages


@pytest.mark.parametrize("name", TEMPLATES)
def test_special_tokens_before_the_prompt_are_skipped(name: str) -> None:
    text = renders(name)(_talk(["Name tea."], None))
    token = "<｜end▁of▁sentence｜>" if "DeepSeek" in name else "<pad>"
    for lead in (token, f"{token}{token}", f"{token} {token} "):
        assert read_chat(lead + text).messages == _talk(["Name tea."], None)


CALL = {"type": "function", "function": {"name": "f", "arguments": {}}}
TOOLS: Messages = [
    {"role": "user", "content": "Look."},
    {"role": "assistant", "content": "", "tool_calls": [CALL]},
    {"role": "tool", "content": "3"},
    {"role": "user", "content": "Name tea."},
]


WITH_TOOLS = ("Qwen", "Llama 3.1", "DeepSeek", "gpt-oss", "GLM 4.5")


@pytest.mark.parametrize("name", [name for name in TEMPLATES if name.startswith(WITH_TOOLS)])
def test_calls_of_tools_are_refused(name: str) -> None:
    with pytest.raises(RowError):
        read_chat(renders(name)(TOOLS))


def test_tools_in_the_system_message_are_refused() -> None:
    with pytest.raises(RowError):
        read_chat(renders("gpt-oss")(_talk(["Name tea."], None), tools=[CALL]))
    system = (
        "# Tools\n\nfunction signatures within <tools></tools> XML tags:\n<tools>\n{}\n</tools>"
    )
    with pytest.raises(RowError):
        read_chat(renders("Qwen 3")(_talk(["Name tea."], system)))


@pytest.mark.parametrize(
    ("name", "prefill"),
    [
        ("DeepSeek R1", "<think>\n"),
        ("DeepSeek V3", ""),
        ("DeepSeek V3.1", "</think>"),
        ("DeepSeek V3.1, thinking", "<think>"),
        ("Qwen 3, no thinking", "<think>\n\n</think>\n\n"),
        ("GLM 4.5, no thinking", "\n<think></think>"),
        ("Qwen 3", ""),
    ],
)
def test_what_the_answer_begins_with_is_kept(name: str, prefill: str) -> None:
    read = read_chat(renders(name)(_talk(["Name tea."], None)))
    assert (read.prefill, read.meta) == (prefill, {"prefill": prefill} if prefill else {})


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("<|user|>\nName tea.</s>\n<|assistant|>\n", "Name tea."),
        ("<s><|user|>\nName tea.<|end|>\n<|assistant|>\n", "Name tea."),
        ("<|user|>\nName tea.\n<|assistant|>\n", "Name tea."),
        ("[gMASK]<sop><|user|>\nName tea.<|assistant|>", "Name tea."),
        ("<|user|>\nWrite <s>old</s> new.\n<|assistant|>\n", "Write <s>old</s> new."),
    ],
)
def test_templates_with_marks_in_common_are_told_apart(text: str, content: str) -> None:
    assert read_chat(text).messages == [{"role": "user", "content": content}]


@pytest.mark.parametrize(
    "text",
    [
        "<|user|>\nName tea.<|eot_id|>\n<|assistant|>\n",  # nobody's closing
        "<|user|>\nName tea.<|im_end|>\n<|assistant|>\n",
        "<|user|>\nName tea.</s></s>\n<|assistant|>\n",
        "<|user|>\nName tea.<|assistant|>",  # GLM without its beginning
        "[gMASK]<sop><|im_start|>user\nName tea.<|im_end|>\n<|im_start|>assistant\n",
        "<|im_start|>user\nName tea.<|im_end|><|im_start|>assistant\n",
        "<|im_start|>user\nName tea.</s>\n<|im_start|>assistant\n",
        "<start_of_turn>user\nName tea.<eos>\n<start_of_turn>model\n",
        (
            "<|start|>system<|message|>You are a pirate.<|end|><|start|>user<|message|>x<|end|>"
            "<|start|>assistant"
        ),
        "[INST] <<SYS>>\nBe terse.\n<</SYS>>\n\nName tea. [/INST]",
    ],
)
def test_a_template_has_all_of_its_marks(text: str) -> None:
    with pytest.raises(RowError, match="cannot be read back"):
        read_chat(text)
