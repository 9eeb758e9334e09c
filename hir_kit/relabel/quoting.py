"""Kept constraints that repeat the instruction, once that is another one."""

from __future__ import annotations

import re
from dataclasses import replace

from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.prompt import Prompt, as_messages, instruction_of
from hir_kit.relabel.calls import quoted, stated
from hir_kit.relabel.contract import Kept, Refusal, Rewriting
from hir_kit.verify.checker import Checker

_COUNTED = re.compile(
    r"\b(?:first|last|next|previous|only|\d+|one|two|three|four|five|six|seven|eight)"
    r"\s+(?:sentences?|lines?|words?|paragraphs?|parts?)\b|[一二三四五六七八\d]\s?[句行段]",
    re.IGNORECASE,
)
"""What says which part of the instruction is repeated, which may be another one now."""


def following(
    prompt: Prompt, request: Rewriting, checker: Checker, *, answered: bool
) -> tuple[Kept, ...] | Refusal:
    """Return what a rewritten prompt asks for: what repeats a text repeats what is left of it.

    Args:
        prompt: The rewritten prompt.
        request: What was to be rewritten, and how.
        checker: The instruction's constraints, bound.
        answered: Whether there is a response: it repeats the text of before, and no other.
    """
    whole = "\n".join(str(message["content"]) for message in as_messages(prompt))
    found: list[Kept] = []
    for kept, bound in zip(
        request.kept, checker.bind(one.spec for one in request.kept), strict=True
    ):
        texts = () if bound.verifier is None else quoted(bound.verifier, checker.limit)
        if isinstance(texts, Refusal):
            return texts
        spec: ConstraintSpec | None = kept.spec
        for text in texts:
            if text not in whole and spec is not None:
                spec = None if answered else _repeating(spec, text, request.prompt, prompt)
        if spec is None:
            return Refusal("quoted", "a kept constraint repeats a text that would be gone")
        found.append(kept if spec == kept.spec else _kept(kept, spec, checker))
    return tuple(found)


def _kept(one: Kept, spec: ConstraintSpec, checker: Checker) -> Kept:
    now = stated(checker.bind([spec])[0], checker.limit)
    return replace(one, spec=spec, description=now.description, wording=now.wording)


def _repeating(
    spec: ConstraintSpec, text: str, before: Prompt, after: Prompt
) -> ConstraintSpec | None:
    """Return a constraint with what is left of a text that it repeats; None where nobody can say.

    All that has changed has to be inside of that text, which no word outside may count.
    """
    old, new = instruction_of(before), instruction_of(after)
    head, _, tail = old.partition(text)
    head, tail = head.rstrip(), tail.lstrip()
    left = new.removeprefix(head).removesuffix(tail)
    alike = new.startswith(head) and len(left) == len(new) - len(head) - len(tail)
    names = [name for name, value in spec.kwargs.items() if value == text or _is(value, text)]
    if old.count(text) != 1 or not alike or not left.strip() or not names:
        return None
    if _COUNTED.search(f"{head} {tail}"):
        return None
    return replace(spec, kwargs={**spec.kwargs, **dict.fromkeys(names, left.strip())})


def _is(value: object, text: str) -> bool:
    return isinstance(value, str) and value.strip() == text
