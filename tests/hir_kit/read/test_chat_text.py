"""Chat text without its special tokens is read back exactly, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hir_kit import RowError
from hir_kit.read.chat_text import is_chat, read_chat

Messages = list[dict[str, Any]]
DATES = "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n"


def _turns(
    opening: str, closing: str, answer: str, before: str = "", model: str = "assistant"
) -> Callable[[Messages], str]:
    """Return a chat template: `opening` has a place for the role."""

    def write(messages: Messages) -> str:
        roles = [model if item["role"] == "assistant" else item["role"] for item in messages]
        parts = [
            f"{opening.format(role=role)}{item['content']}{closing}"
            for role, item in zip(roles, messages, strict=True)
        ]
        return "".join([before, *parts, answer])

    return write


def _llama(opening: str, closing: str, answer: str, before: str) -> Callable[[Messages], str]:
    """Return Llama 3's template: it strips, and always writes a system message with dates."""
    write = _turns(opening, closing, answer, before)

    def write_dated(messages: Messages) -> str:
        system = messages[0]["content"].strip() if messages[0]["role"] == "system" else ""
        rest = [item for item in messages if item["role"] != "system"]
        stripped = [{**item, "content": item["content"].strip()} for item in rest]
        return write([{"role": "system", "content": DATES + system}, *stripped])

    return write_dated


TEMPLATES = {
    "ChatML": _turns("{role}\n", "\n", "assistant\n"),
    "Llama 3": _llama("{role}\n\n", "", "assistant\n\n", ""),
    "Gemma": _turns("{role}\n", "\n", "model\n", model="model"),
}
STRIPS = {"Llama 3"}
NO_SYSTEM = {"Gemma"}
PREFILLS = ("", "<think>\n", "<think>", "<think>\n\n</think>\n\n", "</think>")

FRAGMENTS = [
    "a", "B c", "\n", "\n\n", " ", "user", "user\n", "assistant", "assistant\n", "assistant\n\n",
    "system\n", "system\n\n", "tool\n", "model\n", "<think>\n", "</think>", "<|user|>\n",
    "<|assistant|>\n", "<|im_start|>", "<|im_end|>\n", "<start_of_turn>model\n", "<｜User｜>",
    "<|eot_id|>", "<|start_header_id|>user<|end_header_id|>\n\n", DATES,
]  # fmt: skip
text = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=3), max_size=8).map("".join)


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("prefill", PREFILLS)
def test_a_plain_prompt_is_read_back(name: str, prefill: str) -> None:
    messages = [{"role": "user", "content": "Describe IPv6.\n\n1. No commas.\n2. For a user."}]
    if name not in NO_SYSTEM:
        messages.insert(0, {"role": "system", "content": "You are terse. "})
    read = read_chat(TEMPLATES[name](messages) + prefill)
    if name in STRIPS:
        messages[0]["content"] = "You are terse."
    assert (read.messages, read.prefill) == (messages, prefill)


@pytest.mark.parametrize("name", TEMPLATES)
@given(system=st.none() | text, user=text, prefill=st.sampled_from(PREFILLS))
def test_what_is_read_is_what_was_written(
    name: str, system: str | None, user: str, prefill: str
) -> None:
    messages = [{"role": "user", "content": user}]
    if system is not None and name not in NO_SYSTEM:
        messages.insert(0, {"role": "system", "content": system})
    try:
        read = read_chat(TEMPLATES[name](messages) + prefill)
    except RowError:
        return
    if name in STRIPS:
        stripped = [{**item, "content": item["content"].strip()} for item in messages]
        messages = [item for item in stripped if item["role"] == "user" or item["content"]]
    assert (read.messages, read.prefill) == (messages, prefill)


EARLIER: Messages = [
    {"role": "user", "content": "One."},
    {"role": "assistant", "content": "Two."},
    {"role": "user", "content": "Three."},
]


@pytest.mark.parametrize(
    "chat",
    [
        TEMPLATES["ChatML"](EARLIER),
        "user\nWho is the\nuser\nof this?\nassistant\n",
        "user\nName an\nassistant\nassistant\n",
        "system\nOnly this.\nassistant\n",
        "user\nDescribe the system\n\nIn short.assistant\n\n",
        TEMPLATES["Llama 3"]([{"role": "system", "content": "system\n\na"}, EARLIER[0]]),
        TEMPLATES["Llama 3"]([{"role": "system", "content": "assistant\n\nuser\na"}, EARLIER[0]])
        + "<think>\n",
        "user\nHello.\nassistant\nHi",
        "user\nHello.\n",
        "tool\nx\nuser\ny\nassistant\n",
        "Question: How many?\nAnswer:",
        "<|im_start|>user\nHi<|im_end|>\n<|im_start|>tool\n3<|im_end|>\n<|im_start|>assistant\n",
        "assistant\n",
        "",
    ],
)
def test_what_could_mean_something_else_is_refused(chat: str) -> None:
    with pytest.raises(RowError, match="cannot be read back into messages without guessing"):
        read_chat(chat)


@pytest.mark.parametrize(
    "end", ["\n<|assistant|>\n", " [/INST]", "<|im_start|>assistant\n", "<|assistant|><think>\n"]
)
def test_a_prompt_that_ends_where_an_answer_begins_is_a_chat_text(end: str) -> None:
    assert is_chat(f"Name a tea.{end}")
    assert not is_chat(f"Who writes{end.rstrip()} and why?")
