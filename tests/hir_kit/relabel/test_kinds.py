"""Kinds of English in which constraints are stated: how each is cut, and where it is refused."""

from __future__ import annotations

import pytest

import hir_kit
from hir_kit import ConstraintSpec

KIT = hir_kit.load(installed=False)
COMMA = ConstraintSpec("punctuation:no_comma")
TWO = ConstraintSpec("combination:two_responses")
END = "Do not use commas."


def spec(id: str, **kwargs: object) -> ConstraintSpec:
    return ConstraintSpec(id, kwargs)


PARTS = spec("length_constraints:number_paragraphs", num_paragraphs=2)
FIELDS = spec("detectable_content:number_placeholders", num_placeholders=3)
CAPITALS = spec(
    "change_case:capital_word_frequency", capital_relation="at least", capital_frequency=4
)

BESIDE_COMMAS = [
    ("List pros and cons of tea.", "Divide the pros and the cons by a line of ***.", PARTS),
    ("Give me pros and cons of tea.", "Separate the pros and the cons with: ***.", PARTS),
    ("Write on tea.", "Use at least 4 words in all capital letters that are colours.", CAPITALS),
    ("Write on tea.", "Include at least 3 placeholders in brackets that are towns.", FIELDS),
]  # fmt: skip


@pytest.mark.parametrize(("task", "sentence", "gone"), BESIDE_COMMAS)
def test_a_sentence_goes_with_what_it_is_about(
    task: str, sentence: str, gone: ConstraintSpec
) -> None:
    assert KIT.rewrite(f"{task} {sentence} {END}", [gone, COMMA], [0]).prompt == f"{task} {END}"
