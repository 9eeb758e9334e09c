"""A task that the row gives is put to the kept constraints only where the prompt says it, too."""

from __future__ import annotations

import pytest

import hir_kit
from hir_kit import ConstraintSpec

COMMAS = "Do not use any commas."
KEYWORD = "Include the keyword oolong."


@pytest.fixture(scope="module")
def kit() -> hir_kit.Kit:
    return hir_kit.load(installed=False)


def rewritten(kit: hir_kit.Kit, prompt: str, task: str, *, known: bool = True) -> str:
    constraints = [
        ConstraintSpec("punctuation:no_comma", {}, COMMAS if known else None),
        ConstraintSpec("keywords:existence", {"keywords": ["oolong"]}, KEYWORD if known else None),
    ]
    done = kit.rewrite(prompt, constraints, [0], task=task, rewriters=["render"])
    return str(done.prompt) if done.prompt else done.refusals["render"].code


@pytest.mark.parametrize(
    ("asked", "task"),
    [
        ("Name three teas and describe each at length.", "Name three teas."),
        ("Name four teas.", "Name three teas."),
        ("Write an essay about Paris.", "Write an essay about Rome."),
        ("Name three teas.", "ifeval"),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_a_task_that_the_prompt_does_not_say_is_refused(
    kit: hir_kit.Kit, asked: str, task: str, known: bool
) -> None:
    assert rewritten(kit, f"{asked} {COMMAS} {KEYWORD}", task, known=known) == "other-text"


@pytest.mark.parametrize(
    ("asked", "task"),
    [
        ("Name three teas.", "Name three teas."),
        ("Name  three\nteas!", "name three teas"),
    ],
)
def test_one_that_it_says_is_put_to_what_is_kept(kit: hir_kit.Kit, asked: str, task: str) -> None:
    assert rewritten(kit, f"{asked} {COMMAS} {KEYWORD}", task) == f"{task} {KEYWORD}"
