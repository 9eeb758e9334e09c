"""How an instruction puts its task and its constraints together, so that it can be done again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hir_kit.relabel.excision.locate import fold

_COUNT_WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
]
_ITEM_MARK = re.compile(r"[\s\d.)(*•-]+\Z")
_FINAL = ".!?。！？ "
_NUMBER = re.compile(r"\d+(?=\D*\Z)")


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands around the task and the constraints of an instruction.

    Attributes:
        head: Before the first part.
        between: Between task and constraints, with the first item's mark.
        separator: Between two constraints; `{n}` stands for the number of the second.
        tail: After the last part.
        task_first: Whether the task comes before the constraints.
    """

    head: str = ""
    between: str = " "
    separator: str = " "
    tail: str = ""
    task_first: bool = True

    def render(self, task: str, sentences: Sequence[str]) -> str:
        """Return the instruction made of this task and these constraints, numbered anew."""
        listed = sentences[0] + "".join(
            self.separator.replace("{n}", str(number)) + sentence
            for number, sentence in enumerate(sentences[1:], start=2)
        )
        first, second = (task, listed) if self.task_first else (listed, task)
        return f"{self.head}{first}{self.between}{second}{self.tail}"


def find_layout(instruction: str, task: str, texts: Sequence[str | None]) -> Layout | None:
    """Return the layout of an instruction, None where it cannot be told.

    It can be told where the task and every constraint's text stand in the instruction word for
    word, the constraints in order and with the same separator, which may count. A constraint by
    itself has none; a space then stands for it.
    """
    known = [text for text in texts if text]
    start = instruction.find(task)
    if len(known) != len(texts) or not known or start < 0:
        return None
    before, after = instruction[:start], instruction[start + len(task) :]
    return _task_first(before, after, known) or _task_last(before, after, known)


def unaccounted(instruction: str, task: str, texts: Sequence[str | None]) -> str | None:
    """Return why an instruction may say more than its task and its constraints; None if it cannot.

    Case, white space and final punctuation may differ.
    """
    rest = " ".join(fold(instruction).split())
    for part in (task, *sorted(filter(None, texts), key=len, reverse=True)):
        sought = " ".join(fold(part).split()).rstrip(_FINAL)
        if part is task and sought not in rest:
            return f"the task does not stand in the prompt, which may ask for more: {task!r}"
        rest = rest.replace(sought, "\n", 1)
    left = " ".join(rest.split()).strip()
    if any(char.isalpha() for char in left):
        return f"the instruction says more, which would go: {left!r}"
    return None


def _task_first(before: str, after: str, texts: list[str]) -> Layout | None:
    gaps = _gaps(after, texts)
    separator = _separator(gaps)
    if separator is None or not _ends_clean(gaps[0]) or _counts(gaps, len(texts)):
        return None
    return Layout(before, gaps[0], separator, gaps[-1], task_first=True)


def _task_last(before: str, after: str, texts: list[str]) -> Layout | None:
    gaps = _gaps(before, texts)
    separator = _separator(gaps)
    if separator is None or not _ends_clean(gaps[0]) or _counts(gaps, len(texts)):
        return None
    return Layout(gaps[0], gaps[-1], separator, after, task_first=False)


def _gaps(text: str, parts: list[str]) -> list[str]:
    """Return what stands before, between and after the parts; nothing if they are not in order."""
    gaps: list[str] = []
    end = 0
    for part in parts:
        start = text.find(part, end)
        if start < 0:
            return []
        gaps.append(text[end:start])
        end = start + len(part)
    return [*gaps, text[end:]]


def _separator(gaps: list[str]) -> str | None:
    """Return the template that all inner gaps follow, or None."""
    if len(gaps) == 2:
        return " "
    inner = gaps[1:-1]
    if not inner or any(not gap for gap in inner):
        return None
    if any(char.isalpha() for gap in inner for char in gap):
        return None  # that is text of the instruction, and would be lost
    plain = set(inner)
    if len(plain) == 1 and not _NUMBER.search(inner[0]):
        return inner[0]
    templates = {
        _NUMBER.sub("{n}", gap) if _ends_in(gap, number) else None
        for number, gap in enumerate(inner, start=2)
    }
    first_is_one = _ends_in(gaps[0], 1)
    return templates.pop() if len(templates) == 1 and first_is_one else None


def _ends_clean(gap: str) -> bool:
    """Return whether a constraint begins anew after this, and is not the rest of a sentence."""
    head = _ITEM_MARK.sub("", gap)
    return not head or head[-1] in ".:!?;。：！？；" or "\n" in gap[len(head) :]


def _counts(gaps: list[str], count: int) -> bool:
    return _tells_count(gaps[0], count) or _tells_count(gaps[-1], count)


def _tells_count(gap: str, count: int) -> bool:
    """Return whether a header such as "these 3 rules" counts the constraints."""
    words = (str(count), _COUNT_WORDS[count] if count < len(_COUNT_WORDS) else str(count))
    header = _NUMBER.sub("", gap) if _ends_in(gap, 1) else gap
    return any(word in words for word in re.findall(r"\w+", header.lower()))


def _ends_in(gap: str, number: int) -> bool:
    found = _NUMBER.search(gap)
    return found is not None and int(found[0]) == number
