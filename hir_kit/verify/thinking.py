"""Reasoning models think before they answer; the thinking is not part of the response.

<think>Well, tea.</think>Tea.           Tea.
Well, tea.</think>Tea.                  all of it, unless the chat template opened the thinking
<answer>Tea.</answer>                   Tea., where answers are said to stand in tags
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from hir_kit.model.prompt import Prompt

_OPEN, _CLOSE = "<think>", "</think>"
# Of models whose chat template never writes the opening mark: it stands in the text.
_MARKS = {
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",  # EXAONE Deep
    "<seed:think>": "</seed:think>",  # Seed-OSS
    "[THINK]": "[/THINK]",  # Magistral
    "\u25c1think\u25b7": "\u25c1/think\u25b7",  # Kimi
}
_HARMONY = re.compile(r"\s*(?:<\|start\|>assistant)?<\|channel\|>")  # gpt-oss, with its tokens
_FINAL = re.compile(r"<\|channel\|>final(?: <\|constrain\|>\w+)?<\|message\|>")
_END = re.compile(r"<\|(?:return|end)\|>\s*\Z")
_BARE = re.compile(r"\s*analysis(?=\S).*?assistantfinal", re.DOTALL)  # and without them

_FIRST = ("<", "[", "\u25c1", "analysis")  # what all of these begin with; few answers do
_PREFILL = re.compile(r"(?:<think>\s*(?:</think>\s*)?|</think>\s*)\Z")
_TAGS = ("<answer>", "</answer>")

SET_ASIDE, BY_TEMPLATE = "thinking_set_aside", "thinking_opened_by_template"
UNOPENED, UNCLOSED = "thinking_not_opened", "thinking_not_closed"
UNWRAPPED, UNTAGGED = "answers_unwrapped", "answers_without_tags"
NOTES = (SET_ASIDE, BY_TEMPLATE, UNOPENED, UNCLOSED, UNWRAPPED, UNTAGGED)


class Answer(NamedTuple):
    """What is verified of a text.

    Attributes:
        text: The answer.
        start: Where in the text it begins.
        notes: What was found in telling it: `SET_ASIDE` and `BY_TEMPLATE` (thinking was set aside,
            and the template opened it), `UNOPENED` (a `</think>` that nobody opened is part of it),
            `UNCLOSED` (the thinking never closes, and leaves no answer),
            `UNWRAPPED` and `UNTAGGED` (it stood in the tags that were asked for, or in none).
    """

    text: str
    start: int = 0
    notes: tuple[str, ...] = ()


def read_answer(text: str, *, keep_thinking: bool, opened: bool, answer_tags: bool) -> Answer:
    """Return what is verified of a response.

    Args:
        text: The response, as the model wrote it.
        keep_thinking: Thinking is part of the answer.
        opened: The chat template opened the thinking; see `split_thinking`.
        answer_tags: The answer is what stands between `<answer>` and `</answer>`, without the white
            space within the tags. A text without exactly one pair is all answer.
    """
    notes: list[str] = []
    answer, start = text, 0
    if not keep_thinking:
        thinking, answer = split_thinking(text, opened=opened)
        start = len(thinking)
        if thinking:
            notes += [SET_ASIDE] if split_thinking(text)[0] else [SET_ASIDE, BY_TEMPLATE]
            if thinking == text and not _is_closed(thinking):
                notes.append(UNCLOSED)
        elif _is_unopened(text):
            notes.append(UNOPENED)
    if answer_tags and answer.strip():
        within, answer, note = _unwrapped(answer)
        start += within
        notes.append(note)
    return Answer(answer, start, tuple(notes))


def split_thinking(text: str, *, opened: bool = False) -> tuple[str, str]:
    """Return (thinking, answer); their concatenation is the text, byte for byte.

    Thinking is `<think>...</think>` at the very start (white space before it does not count). Where
    the chat template `opened` it, it is everything up to the first `</think>`. Otherwise a
    `</think>` without its opening tag is a part of the answer: any text could hold one, and a model
    that is trained could hide behind it what it was told to leave out. White space after the
    closing tag belongs to the answer: stripping it changes verdicts. Thinking that never closes
    leaves an empty answer: the model gave none. A closing tag that the text begins with closes
    nothing, and is set aside.

    Other marks count where the text begins with them: `<thinking>`, `<thought>`, `<seed:think>`,
    `[THINK]`, `◁think▷`, and the channels of gpt-oss, with their tokens (`<|channel|>`) or as they
    read without (`analysis...assistantfinal`). The token that ends a gpt-oss answer is in neither.
    """
    start = text.lstrip()
    if start.startswith(_FIRST):
        for mark, closing in _MARKS.items():
            if start.startswith(mark):
                return _cut(text, text.find(closing), len(closing))
        if _HARMONY.match(text):
            return _of_channels(text)
        if bare := _BARE.match(text):
            return text[: bare.end()], text[bare.end() :]
    if opened or start.startswith((_OPEN, _CLOSE)):
        return _cut(text, text.find(_CLOSE), len(_CLOSE))
    return "", text


def prefill_of(prompt: Prompt) -> str:
    """Return the thinking that a prompt ends with: the chat template's, or what an answer begins.

    A prompt is a text, or messages of which the last one begins the answer.
    """
    text = prompt if isinstance(prompt, str) else _begun(prompt)
    found = _PREFILL.search(text) if text.rstrip().endswith((_OPEN, _CLOSE)) else None
    return found[0] if found else ""


def opens_thinking(prefill: str) -> bool | None:
    """Return whether what a template begins an answer with leaves thinking open.

    None where it says nothing of it.
    """
    if _OPEN in prefill or _CLOSE in prefill:
        return _CLOSE not in prefill
    return None


def _begun(messages: Sequence[object]) -> str:
    last = messages[-1] if messages else None
    if not isinstance(last, dict) or last.get("role") != "assistant":
        return ""
    content = last.get("content")
    return content if isinstance(content, str) else ""


def _is_unopened(text: str) -> bool:
    """Return whether a text holds a closing tag before any opening one."""
    end = text.find(_CLOSE) if _CLOSE[0] in text else -1  # one character is found far faster
    return end >= 0 and _OPEN not in text[:end]


def _is_closed(thinking: str) -> bool:
    """Return whether thinking that has no answer behind it came to its end."""
    closings = (_CLOSE, *_MARKS.values(), "assistantfinal")
    return thinking.endswith(closings) or bool(_FINAL.search(thinking))


def _unwrapped(answer: str) -> tuple[int, str, str]:
    """Return what stands in the one pair of tags and where, or the answer as it is, and the note.

    White space within the tags is the tags'.
    """
    opening, closing = _TAGS
    start, end = answer.find(opening), answer.find(closing)
    if answer.count(opening) != 1 or answer.count(closing) != 1 or end < start:
        return 0, answer, UNTAGGED
    inner = answer[start + len(opening) : end]
    return end - len(inner.lstrip()), inner.strip(), UNWRAPPED


def _cut(text: str, end: int, length: int) -> tuple[str, str]:
    """Cut after a closing mark that begins at `end`; the answer is empty where there is none."""
    if end < 0:
        return text, ""
    return text[: end + length], text[end + length :]


def _of_channels(text: str) -> tuple[str, str]:
    final = _FINAL.search(text)
    if final is None:
        return text, ""
    return text[: final.end()], _END.sub("", text[final.end() :])
