"""Finding a known prompt within the text that an unknown chat template made of it.

The prompt has to be the last thing that the user says: what stands behind it are marks of the
template alone, and before it stands a mark, or nothing. So no longer prompt is taken for a shorter
one that it holds, and no earlier turn for the last.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from hir_kit.errors import RowError

_HEAD = 24  # characters by which prompts are looked up
_ROLE = r"(?:assistant|answer|response|model|output|bot|gpt|ai|think|im_start|im_end|start|end)"
_MARK = r"<[^<>\s]{1,40}>|\[/?[A-Za-z_]{1,20}\]"
_BEHIND = re.compile(rf"(?:\s|{_MARK}|[#*:|\[\]<>/-]|\b{_ROLE}\b)*\Z", re.IGNORECASE)
_BEFORE = re.compile(
    rf"(?:\A|{_MARK}|\b(?:user|human|instruction|question|input|prompt|q)\b[ #*]*:?)\s*\Z",
    re.IGNORECASE,
)


class Prompts:
    """Prompts, to be found within texts."""

    def __init__(self) -> None:
        self._heads: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))

    def add(self, prompt: str) -> None:
        """Take a prompt; white space around it does not count."""
        text = prompt.strip()
        head = text[:_HEAD]
        if text and text not in self._heads[len(head)][head]:
            self._heads[len(head)][head].append(text)

    def within(self, text: str) -> str | None:
        """Return the one prompt that is asked in a text; None where there is none.

        Raises RowError where there are several.
        """
        found = dict.fromkeys(self._asked(text))
        if len(found) > 1:
            raise RowError("the prompt's text holds several prompts of the --prompts file")
        return next(iter(found), None)

    def _asked(self, text: str) -> Iterator[str]:
        for length, heads in self._heads.items():
            for start in range(len(text) - length + 1):
                for prompt in heads.get(text[start : start + length], ()):
                    if text.startswith(prompt, start) and _is_asked(text, start, prompt):
                        yield prompt


def _is_asked(text: str, start: int, prompt: str) -> bool:
    before, behind = text[:start], text[start + len(prompt) :]
    mark = behind.strip()
    if not mark or mark in before:  # the mark of an answer: there are earlier turns
        return False
    return bool(_BEHIND.match(behind) and _BEFORE.search(before))
