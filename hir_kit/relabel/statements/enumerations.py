"""Whether what an instruction counts off within its lines is still counted off in order."""

from __future__ import annotations

import re
from functools import lru_cache

_VALUES = {
    mark: number
    for marks in (["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"],
                  "abcdefgh", "一二三四五六七八九十", "①②③④⑤⑥⑦⑧⑨⑩",
                  ["first", "second", "third", "fourth", "fifth", "sixth"])
    for number, mark in enumerate(marks, start=1)
}  # fmt: skip
_STYLES = (
    re.compile(r"(?<![^\s：:；;。，,(（])(\d{1,2})[.、)）](?=[\s\u2e80-\u9fff]|\d{1,2}[.、)）])"),
    re.compile(r"[(（](\d{1,2})[)）]"),
    re.compile(r"[(（]([ivx]{1,4})[)）]"),
    re.compile(r"[(（]([a-h])[)）]"),
    re.compile(r"(?<![^\s：:；;。，,(（])([一二三四五六七八九十])、"),
    re.compile(r"([①②③④⑤⑥⑦⑧⑨⑩])"),
    re.compile(r"(?<!\S)([a-h])\.(?=\s)"),
    re.compile(r"\b(first|second|third|fourth|fifth|sixth)(?:ly\b|,(?=\s))"),
    re.compile(r"第([一二三四五六七八九十])(?=[点點条條项項步]?[，,、：:])"),
    re.compile(r"\b(?:step|rule|constraint|requirement|point|part|schritt|étape) (\d{1,2}) ?[:.)]"),
    re.compile(r"[(（]([一二三四五六七八九十])[)）]"),
    re.compile(r"(?<!\S)#(\d{1,2})(?=\s)"),
)
_EMPTY = re.compile(
    r"(?:\d{1,2}[.、]|[(（]\w{1,4}[)）])[ \t]*(?=(?:\d{1,2}[.、)]|[(（]\w{1,4}[)）]))"
)


def out_of_step(before: str, after: str) -> str | None:
    """Return the first number that does not follow the one before it any more, or None."""
    old, new = before.lower(), after.lower()
    empty = [match[0] for match in _EMPTY.finditer(new)]
    if len(empty) > len(_EMPTY.findall(old)):
        return empty[-1]
    pairs = zip(_breaks(old), _breaks(new), strict=True)
    return next((now for was, now in pairs if was is None and now is not None), None)


@lru_cache(maxsize=32)
def _breaks(text: str) -> tuple[str | None, ...]:
    """Return for each style what `_break` does."""
    return tuple(_break(style, text) for style in _STYLES)


def _break(style: re.Pattern[str], text: str) -> str | None:
    """Return the first number of one style that is neither 1 nor one more than the last."""
    last = 0
    for match in style.finditer(text):
        value = int(match[1]) if match[1].isdecimal() else _VALUES.get(match[1], 0)
        if value not in (1, last + 1):
            return match[0]
        last = value
    return None
