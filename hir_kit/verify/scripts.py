"""The scripts that a text is written in, and the language that a script speaks for."""

from __future__ import annotations

import string
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

_NAMES = {"CJK": "Han", "IDEOGRAPHIC": "Han", "HIRAGANA": "Kana", "KATAKANA": "Kana",
          "KATAKANA-HIRAGANA": "Kana"}  # fmt: skip
_ASCII = bytes(range(128))
_NO_LETTERS = bytes(set(range(256)) - set(string.ascii_letters.encode()))
_WIDTHS = ("FULLWIDTH", "HALFWIDTH")
_LANGUAGES = {"Hangul": "ko", "Thai": "th", "Devanagari": "hi", "Arabic": "ar", "Bengali": "bn"}


def scripts(text: str) -> Mapping[str, int]:
    """Return how many letters a text has of each script: "Latin", "Han", "Kana", "Hangul", ..."""
    data = text.encode("utf-8", "surrogatepass")
    latin = len(data.translate(None, delete=_NO_LETTERS))
    found = Counter({"Latin": latin} if latin else {})
    others = data.translate(None, delete=_ASCII).decode("utf-8", "surrogatepass")
    for char, n in Counter(others).items():
        if name := _script_of(char):
            found[name] += n
    return found


@lru_cache(maxsize=1 << 16)
def _script_of(char: str) -> str:
    """Return the script that the name of a letter begins with; empty for what is no letter."""
    if not char.isalpha():
        return ""
    first, *others = unicodedata.name(char, "").split(" ")
    if first in _WIDTHS and others:
        first = others[0]
    return _NAMES.get(first) or first.capitalize() or "Other"


@lru_cache(maxsize=1 << 10)  # a prompt has many responses, each in a row of its own perhaps
def script_language(text: str) -> str | None:
    """Return the language whose script a text is written in, mostly; None for one with many.

    "zh", "ja", "ko", "th", "hi", "ar" and "bn" are told, each for all that writes like it. A letter
    of Chinese, Japanese or Korean counts for two of another, and a tenth of kana makes Japanese.
    """
    found = scripts(text)
    kana = found.get("Kana", 0)
    east_asian = found.get("Han", 0) + kana
    weights = {language: found.get(name, 0) for name, language in _LANGUAGES.items()}
    weights["ko"] *= 2
    weights["ja" if 10 * kana > east_asian else "zh"] = 2 * east_asian
    language = max(weights, key=weights.__getitem__)
    others = (n for name, n in found.items() if name not in (*_LANGUAGES, "Han", "Kana"))
    return language if weights[language] > max(0, *others, 0) else None
