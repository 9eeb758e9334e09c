"""Reasoning models think before they answer; the thinking is not part of the response."""

from __future__ import annotations

_OPEN, _CLOSE = "<think>", "</think>"


def split_thinking(text: str) -> tuple[str, str]:
    """Return (thinking, answer); their concatenation is the text, byte for byte.

    Thinking is `<think>...</think>` at the very start (white space before it does not count), or
    everything up to the first `</think>` where the opening tag was part of the chat template.
    White space after the closing tag belongs to the answer: stripping it changes verdicts. A
    `<think>` at the start that never closes leaves an empty answer: the model gave none.
    """
    starts = text.lstrip().startswith(_OPEN)
    end = text.find(_CLOSE)
    if end < 0:
        return (text, "") if starts else ("", text)
    if not starts and _OPEN in text[:end]:
        return "", text
    cut = end + len(_CLOSE)
    return text[:cut], text[cut:]
