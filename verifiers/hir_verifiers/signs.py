"""Punctuation marks as scripts write them."""

from __future__ import annotations

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
