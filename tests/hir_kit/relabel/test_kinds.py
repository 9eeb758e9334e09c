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


TITLE = spec("detectable_format:title")
LOWER = spec("change_case:english_lowercase")
WHITE = spec("keywords:existence", keywords=["white"])
FOUR = spec("detectable_format:number_bullet_lists", num_bullets=4)
LONG = spec("length_constraints:number_words", num_words=80, relation="at least")
PARAGRAPHS = spec("length_constraints:number_paragraphs", num_paragraphs=2)

TORN = [
    ("Write two haikus on snow. In each haiku, use the word white. Avoid commas.", WHITE),
    ("Sum up a novel in exactly 4 bullet points, using * for each. Avoid commas.", FOUR),
    ("Tell of tea. I'd like it in two paragraphs split by *** and I'd like no commas.", PARAGRAPHS),
    ("Tell of tea. It should be at least 80 words, with no commas.", LONG),
    ("Write a tale without commas, and with the hero's name in the title, in <<>>.", TITLE),
]


@pytest.mark.parametrize(("prompt", "gone"), TORN)
def test_what_would_be_left_torn_is_refused(prompt: str, gone: ConstraintSpec) -> None:
    assert KIT.rewrite(prompt, [gone, COMMA], [0]).prompt is None


SAME_SUBJECT = [
    "Write a note on tea. {}It must be in lowercase. {}It must not have commas.{}",
    "Write a letter on tea. {}The letter has to be in lowercase. {}It has to avoid commas.{}",
]


@pytest.mark.parametrize("prompt", SAME_SUBJECT)
def test_what_a_pronoun_means_stays_where_two_sentences_share_it(prompt: str) -> None:
    pieces = prompt.split("{}")
    result = KIT.rewrite(prompt.replace("{}", ""), [LOWER, COMMA], [0])
    assert result.prompt == pieces[0] + pieces[2]


@pytest.mark.parametrize(
    "prompt",
    [
        "Write a note on tea. It must have a title in <<>>. It must not have commas.",
        "Write a note on tea. Give it a title in <<>>. It must not have commas.",
        "Write on tea. The title has to be in <<>>. It must not have commas.",
        "Write on tea. It must have a title in <<>>. It must also avoid commas.",
    ],
)
def test_what_a_pronoun_may_mean_is_not_cut_out(prompt: str) -> None:
    assert KIT.rewrite(prompt, [TITLE, COMMA], [0]).prompt is None
