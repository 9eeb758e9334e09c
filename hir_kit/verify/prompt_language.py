"""Counts and punctuation in the language of the prompt's own script: `--languages auto`.

"不要使用任何逗号" with the id `punctuation:no_comma`, which looks for the ASCII comma, becomes
`zh:punctuation:no_comma`, where a plugin has that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.prompt import Prompt, instruction_of
from hir_kit.model.rollout import Group
from hir_kit.verify.registry import Registry
from hir_kit.verify.scripts import script_language

IDS = frozenset(
    {
        "length_constraints:nth_paragraph_first_word",
        "length_constraints:number_sentences",
        "length_constraints:number_words",
        "punctuation:no_comma",
        "startend:quotation",
    }
)
"""The ids whose meaning in English is wrong in other scripts."""

READ, LEFT = "read as ", "left in English, not "
"""What stands before a language in the counts: constraints that were given it, or were not."""


def in_prompts_language(
    constraints: Sequence[ConstraintSpec], prompt: Prompt, registry: Registry
) -> tuple[ConstraintSpec, ...]:
    """Return the constraints, those of `IDS` with the language of the prompt's script in front.

    They stay as they are where the script has no language of its own, or no verifier knows it.
    """
    if IDS.isdisjoint([spec.id for spec in constraints]):
        return tuple(constraints)
    return in_scripts_language(constraints, instruction_of(prompt), registry)


def in_scripts_language(
    constraints: Sequence[ConstraintSpec], text: str, registry: Registry
) -> tuple[ConstraintSpec, ...]:
    """Return the same in the language of a text's script: a response may have another one."""
    language = script_language(text)
    return tuple(
        replace(spec, id=f"{language}:{spec.id}")
        if language and spec.id in IDS and f"{language}:{spec.id}" in registry
        else spec
        for spec in constraints
    )


def read_in_languages(
    groups: Iterable[Group], registry: Registry, languages: str | None, counts: Counter[str]
) -> Iterator[Group]:
    """Yield the groups, with "auto" in the languages of their prompts; count what that changes."""
    kind = READ if languages == "auto" else LEFT
    for group in groups:
        constraints = in_prompts_language(group.constraints, group.prompt, registry)
        for spec, new in zip(group.constraints, constraints, strict=True):
            if new is not spec:
                counts[kind + new.id.partition(":")[0]] += 1
        yield replace(group, constraints=constraints) if languages == "auto" else group


def languages_read(counts: Counter[str]) -> dict[str, dict[str, int]]:
    """Return the counts for machines: `{"languages": {"zh": 2}}`, or nothing."""
    read = {key.removeprefix(READ): n for key, n in sorted(counts.items()) if key.startswith(READ)}
    return {"languages": read} if read else {}


def told(counts: Counter[str]) -> list[str]:
    """Return what a person should know of the counts, a line for each kind."""
    read, left = (_by_language(counts, kind) for kind in (READ, LEFT))
    lines = []
    if read:
        lines.append(f"languages: counts and punctuation read as in {read}, the prompts' scripts")
    if left:
        lines.append(
            f"Hint: prompts in {left} meet counts or punctuation of English; `--languages auto` "
            "reads these in the prompt's language"
        )
    return lines


def _by_language(counts: Counter[str], kind: str) -> str:
    found = sorted(key for key in counts if key.startswith(kind))
    return ", ".join(f"{key.removeprefix(kind)} ({counts[key]})" for key in found)
