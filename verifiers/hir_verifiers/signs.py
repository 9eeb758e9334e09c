"""Punctuation marks as scripts write them."""

from __future__ import annotations

__all__ = ["SIGNS", "SPACES", "SYMBOLS", "is_wrapped"]

_BEFORE_OPENING = "([{<–—-/:：，、；（"
_ENDS = "。！？"
_EAST_ASIA = "\u2e80"

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

SPACES = "".join(filter(str.isspace, map(chr, range(0x3001))))
"""All white space, U+3000 the last of it."""


def is_wrapped(text: str, left: str, right: str) -> bool | None:
    """Return whether a text stands between two marks that open and close one quotation.

    Those of `"Tea" and "milk"` are two. Where both marks are the same sign, it opens a quotation
    within the text after white space or a bracket, and closes one elsewhere; None where it stands
    between letters without spaces, where it may do either.
    """
    if len(text) < 2 or text[0] != left or text[-1] != right:
        return False
    depth = 1
    for at in range(1, len(text) - 1):
        is_apostrophe = text[at] in "'’" and text[at - 1].isalnum() and text[at + 1].isalnum()
        if text[at] in (left, right) and not is_apostrophe:
            role = _role(text[at - 1], text[at] == left, text[at + 1], left == right)
            if role is None:
                return None
            depth += role
            if depth == 0:
                return False
    return True


def _role(before: str, is_left: bool, after: str, is_same: bool) -> int | None:
    """Return 1 where a mark between two characters opens, -1 where it closes, 0 for neither."""
    is_within = before.isalnum() and after.isalnum()
    if not is_same:
        return 1 if is_left else -1
    if before.isspace() or before in _BEFORE_OPENING:
        return 1
    if is_within and max(before, after) < _EAST_ASIA:
        return 0
    if not after.isalnum() or before in _ENDS or max(before, after) < _EAST_ASIA:
        return -1
    return None
