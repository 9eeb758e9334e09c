"""Punctuation marks as scripts write them."""

from __future__ import annotations

__all__ = ["SIGNS", "SYMBOLS", "is_wrapped"]

_BEFORE_OPENING = "([{<–—-/:"

SIGNS = {
    "period": ".。．｡।۔",
    "question mark": "?？؟",
    "exclamation mark": "!！",
    "semicolon": ";；؛",
    "colon": ":：",
    "comma": ",，、﹐﹑､،",
}
"""The signs of each mark: that of ASCII, then those of other scripts."""

SYMBOLS = {"question mark": "❓❔⁇⁈⁉‽﹖", "exclamation mark": "❗❕‼⁈⁉‽﹗"}
"""Emoji and signs of several marks in one: none of them may be where no such mark may."""


def is_wrapped(text: str, left: str, right: str) -> bool:
    """Return whether a text stands between two marks that open and close one quotation.

    Those of `"Tea" and "milk"` are two. Where both marks are the same sign, it opens a quotation
    within the text after white space or a bracket, and closes one elsewhere.
    """
    if len(text) < 2 or text[0] != left or text[-1] != right:
        return False
    depth = 1
    for at in range(1, len(text) - 1):
        char = text[at]
        if char not in (left, right) or (text[at - 1].isalnum() and text[at + 1].isalnum()):
            continue
        opens = char == left
        if left == right:
            opens = text[at - 1].isspace() or text[at - 1] in _BEFORE_OPENING
        depth += 1 if opens else -1
        if depth == 0:
            return False
    return True
