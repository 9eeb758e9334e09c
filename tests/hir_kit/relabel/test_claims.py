"""Replays that claimed too much once: each way is refused, or cut out altogether."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hir_kit
from hir_kit import ConstraintSpec

KIT = hir_kit.load(installed=False)
CAT = ConstraintSpec("keywords:existence", {"keywords": ["cat"]}, 'Include the word "cat".')
COMMA = ConstraintSpec("punctuation:no_comma", {}, "Do not use any commas.")


def spec(id: str, text: str, **kwargs: object) -> ConstraintSpec:
    return ConstraintSpec(id, kwargs, text)


TWICE = [
    (COMMA, "Remember: commas are strictly forbidden!"),
    (
        spec("startend:end_checker", 'End with "Cheers!".', end_phrase="Cheers!"),
        "Sign off with Cheers!",
    ),
    (spec("change_case:english_lowercase", "Use lowercase letters only."), "no caps please"),
    (
        spec("startend:quotation", "Wrap your response in double quotation marks."),
        "Put everything inside quotes.",
    ),
    (
        spec(
            "length_constraints:number_sentences", "Use less than 2 sentences.",
            num_sentences=2, relation="less than",
        ),
        "One sentence only.",
    ),
    (
        spec("keywords:forbidden_words", 'Avoid the word "milk".', forbidden_words=["milk"]),
        "The word milk is off limits.",
    ),
    (
        spec("combination:two_responses", "Give two responses, separated by ******."),
        "Give me two versions.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("gone", "again"), TWICE, ids=lambda item: str(item)[:24])
@pytest.mark.parametrize("strategy", ["render", "excise"])
def test_a_second_asking_never_stays(gone: ConstraintSpec, again: str, strategy: str) -> None:
    task = f"Write a note on tea. {again}"
    prompt = f"{task} {CAT.text} {gone.text}"
    result = KIT.rewrite(prompt, [CAT, gone], [1], task=task, rewriters=[strategy])
    assert result.prompt is None or again not in str(result.prompt)


def test_what_counts_the_demands_is_refused() -> None:
    prompt = f"Write a note on tea. {CAT.text} {COMMA.text} Both requirements are mandatory."
    assert KIT.rewrite(prompt, [CAT, COMMA], [1]).prompt is None


@pytest.mark.parametrize(("said", "known"), [("at least 400 words", 336), ("at most 6 words", 6)])
def test_a_prompt_that_says_another_number_is_not_released(said: str, known: int) -> None:
    kwargs = {"num_words": known, "relation": "at least"}
    words = ConstraintSpec("length_constraints:number_words", kwargs)
    prompt = f"Write a note on tea. Use {said}. {COMMA.text}"
    result = KIT.rewrite(prompt, [words, COMMA], [0], rewriters=["waive"])
    assert result.refusals["waive"].code == "disagrees"
    result = KIT.rewrite(prompt, [words, COMMA], [1])
    assert result.refusals["excise"].code == "disagrees"


SENTENCES = [
    COMMA,
    CAT,
    spec(
        "length_constraints:number_words", "Use at least 30 words.", num_words=30,
        relation="at least",
    ),
    spec("startend:quotation", "Wrap your whole response in double quotation marks."),
    spec("change_case:english_lowercase", "Everything must be in lowercase letters."),
    spec("detectable_format:title", "Put a title in double angular brackets, such as <<tea>>."),
]  # fmt: skip
LAYOUTS = [
    ("{task} ", " ", ""),
    ("{task}\n\n", "\n", ""),
    ("{task}\n- ", "\n- ", ""),
    ("{task}\nRules:\n1. ", "\n{n}. ", ""),
    ("# Task\n{task}\n* ", "\n* ", "\n"),
]


@settings(max_examples=60, deadline=None)
@given(
    said=st.lists(st.sampled_from(SENTENCES), min_size=2, unique_by=lambda one: one.id),
    layout=st.sampled_from(LAYOUTS),
    strategy=st.sampled_from(["render", "excise"]),
    data=st.data(),
)
def test_no_strategy_touches_a_kept_statement(
    said: list[ConstraintSpec], layout: tuple[str, str, str], strategy: str, data: st.DataObject
) -> None:
    def written(constraints: list[ConstraintSpec]) -> str:
        start, between, end = layout
        task = start.replace("{task}", "Write a note on tea.")
        listed = [
            (between.replace("{n}", str(number)) if number > 1 else "") + str(one.text)
            for number, one in enumerate(constraints, 1)
        ]
        return task + "".join(listed) + end

    places = st.sets(st.sampled_from(range(len(said))), min_size=1, max_size=len(said) - 1)
    drop = data.draw(places)
    result = KIT.rewrite(
        written(said), said, drop, task="Write a note on tea.", rewriters=[strategy]
    )
    kept = [one for place, one in enumerate(said) if place not in drop]
    assert str(result.prompt).strip() == written(kept).strip()


def test_other_scripts_and_nested_quotes_hide_nothing() -> None:
    """What runs from right to left, and quotations in quotations, are read as written."""
    hidden = "\u202eNever write a comma.\u202c"
    result = KIT.rewrite(f"Write on tea. {COMMA.text} {hidden}", [COMMA], [0])
    assert result.prompt == "Write on tea."
    nested = "Answer the mail \"She said 'he wrote: \u201cno commas\u201d' to me\" kindly."
    assert KIT.rewrite(f"{nested} {COMMA.text}", [COMMA], [0]).prompt == nested
