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
