"""Reasoning models think before they answer; the thinking is not part of the response."""

from __future__ import annotations

import re

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


def split_thinking(text: str) -> tuple[str, str]:
    """Return (thinking, answer); their concatenation is the text, byte for byte.

    Thinking is `<think>...</think>` at the very start (white space before it does not count), or
    everything up to the first `</think>` where the opening tag was part of the chat template.
    White space after the closing tag belongs to the answer: stripping it changes verdicts. A
    `<think>` at the start that never closes leaves an empty answer: the model gave none.

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
    starts = start.startswith(_OPEN)
    end = text.find(_CLOSE) if _CLOSE[0] in text else -1  # one character is found far faster
    if not starts and (end < 0 or _OPEN in text[:end]):
        return "", text
    return _cut(text, end, len(_CLOSE))


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
