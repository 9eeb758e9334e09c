"""The sentence that introduces a list of constraints."""

from __future__ import annotations

import re

from hir_kit.relabel.excision.locate import fold


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


_NOUNS = _words(
    "rule rules constraint constraints requirement requirements guideline guidelines condition",
    "conditions criteria instructions restrictions specifications",
)
# Words that say no more than that constraints follow.
INTRODUCING = _NOUNS | _words(
    "the your output response answer reply must should shall needs need to has have follow follows",
    "following meet satisfy satisfies comply with adhere obey respect observe conform these all of",
    "below please ensure make sure that it in addition also additional formatting format and as",
    "here are is note be by strictly when writing answering responding responses outputs answers",
    "you i want additionally furthermore moreover finally lastly besides kindly",
)
_CHINESE = re.compile(
    r"[\s#*【\[]*(?:请|請|你的|您的|输出|輸出|回答|答案|回复|回覆|内容|須|须|需|必须|必須|应|應|要|遵守|遵循|满足"
    r"|滿足|符合|按照|以下|下列|如下|的|所有|格式|具体|具體)*(?:规则|規則|要求|约束|約束|条件|條件|限制|准则|準則)"
    r"(?:列表|如下)?[】\]]?[\s*：:]*"
)
_CHOICE = re.compile(
    r"\b(?:one|any|either|some|none|two|three)\s+(?:or\s+more\s+)?of\s+(?:the\s+)?"
    r"(?:following|these|below)\b|\b(?:choose|pick|select)\b|任选|任選|其中一"
)
_BREAK = re.compile(r"[.!?。！？]['\"”’)]*\s+|[。！？]")
_WORD = re.compile(r"[^\W_]+")
_LONGEST = 200


def header_before(text: str, first: int) -> tuple[int, int] | None:
    """Return the span of the header of the list that starts here.

    Returns:
        The header's span, an empty one if the list has no header, None if what introduces the list
            cannot be taken away by itself.
    """
    end = len(text[:first].rstrip())
    start = _line_start(text, end)
    header = _sentence_start(text, start, end)
    if header is not None:
        return header, end
    return None if text[end - 1 : end] in (":", "：") else (first, first)


def offers_choice(before: str) -> bool:
    """Return whether the sentence before a list says that not all of its items are wanted."""
    end = len(before.rstrip())
    line = before[max(_line_start(before, end), end - _LONGEST) : end]
    return line.endswith((":", "：")) and bool(_CHOICE.search(fold(_BREAK.split(line)[-1])))


def _sentence_start(text: str, start: int, end: int) -> int | None:
    """Return where the header starts in its line: at the line's start or at its last sentence."""
    if end - start > 4000:
        return None
    starts = [start, *(match.end() for match in _BREAK.finditer(text, start, end))]
    for begin in starts[:1] + starts[-1:]:
        if is_header(text[begin:end]):
            return begin + len(text[begin:end]) - len(text[begin:end].lstrip())
    return None


def is_header(text: str) -> bool:
    """Return whether a text says no more than that rules follow."""
    if len(text) > _LONGEST:
        return False
    words = _WORD.findall(fold(text))
    if _CHINESE.fullmatch(text):
        return True
    return bool(_NOUNS.intersection(words)) and INTRODUCING.issuperset(words)


def _line_start(text: str, end: int) -> int:
    return max(text.rfind("\n", 0, end), text.rfind("\r", 0, end)) + 1
