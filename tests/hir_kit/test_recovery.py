"""Task and constraints are told apart where they stand apart, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import hir_kit
from hir_kit import ConstraintSpec, Group
from hir_kit.model.rollout import Location
from hir_kit.relabel.contract import Refusal
from hir_kit.relabel.layout import Layout, find_layout
from hir_kit.relabel.recovery import Recovered, recover, with_task

KIT = hir_kit.load(installed=False)
TASKS = [
    "Describe IPv6.",
    "how can i install jayhorn step by step",
    "Write a poem about rain.\n\nIt is for my mother; she likes the sea.",
    "Translate this:\n- one\n- two\nThank you!",
    "Was ist ein Subnetz?",
]
SPECS = [
    ConstraintSpec("length_constraints:number_words", {"relation": "at least", "num_words": 50}),
    ConstraintSpec("punctuation:no_comma"),
    ConstraintSpec("length_constraints:number_paragraphs", {"num_paragraphs": 3}),
    ConstraintSpec("keywords:existence", {"keywords": ["subnet", "it's"]}),
    ConstraintSpec("detectable_content:postscript", {"postscript_marker": "P.P.S"}),
    ConstraintSpec("detectable_format:title"),
    ConstraintSpec("startend:end_checker", {"end_phrase": "The end."}),
]
SENTENCES = [KIT.registry.bind(spec).describe() for spec in SPECS]
HEADER = "Your response should comply with these constraints:"
LAYOUTS = {
    "appended": Layout(),
    "lines": Layout(between="\n\n", separator="\n"),
    "numbered": Layout(between=f"\n\n{HEADER}\n1. ", separator="\n{n}. "),
    "indented": Layout(between=" \nRules:\n    1. ", separator=" \n    {n}. "),
    "bulleted": Layout(between=f"\n\n{HEADER}\n- ", separator="\n- "),
    "bare bullets": Layout(between="\n\n* ", separator="\n* ", tail="\n"),
    "prepended": Layout(between="\n\n", separator=" ", task_first=False),
    "prepended list": Layout(
        head=f"{HEADER}\n1. ", between="\n\n", separator="\n{n}. ", task_first=False
    ),
}


def _code(found: Recovered) -> str:
    return found.task.code if isinstance(found.task, Refusal) else "found"


@given(
    layout=st.sampled_from(sorted(LAYOUTS)),
    task=st.sampled_from(TASKS),
    places=st.lists(st.sampled_from(range(len(SENTENCES))), min_size=1, max_size=5, unique=True),
)
@example(layout="prepended", task=TASKS[1], places=[2, 0])
def test_what_is_put_together_comes_apart_and_together_again(
    layout: str, task: str, places: list[int]
) -> None:
    sentences = [SENTENCES[place] for place in places]
    instruction = LAYOUTS[layout].render(task, sentences)
    found = recover(instruction, sentences)
    assert found.texts == tuple(sentences)
    assert found.task == task
    again = find_layout(instruction, task, found.texts) or Layout()
    assert again.render(task, sentences) == instruction


TASK, ONE, TWO = TASKS[0], SENTENCES[0], SENTENCES[1]
NOT_APART = {
    "woven": (f"{TASK} Please answer with at least 50 words.", "not-found"),
    "more than the sentence": (f"{TASK} Answer with at least 50 words per section.", "not-found"),
    "negated": (f"{TASK} Do not answer with at least 50 words.", "not-found"),
    "twice": (f"{TASK} {ONE} {TWO} {ONE}", "not-found"),
    "quoted": (f'{TASK} The rule was: "So. {ONE} Yes." {TWO}', "not-found"),
    "another number": (f"{TASK} Answer with at least 500 words. {TWO}", "not-found"),
    "in the middle": (f"{TASK} {ONE} {TWO} And name its inventor.", "layout"),
    "text between": (f"{TASK} {ONE} I mean it. {TWO}", "layout"),
    "the other order": (f"{TASK} {TWO} {ONE}", "layout"),
    "both ends": (f"{ONE} {TASK} {TWO}", "layout"),
    "joined by a word": (f"{TASK} {ONE} and {TWO}", "layout"),
    "another item before": (f"{TASK}\n\nRules:\n- Be kind.\n- {ONE}\n- {TWO}", "layout"),
    "another item after": (f"{TASK}\n\nRules:\n- {ONE}\n- {TWO}\n- Be kind.", "layout"),
    "a list that counts on": (f"{TASK}\n\n2. {ONE}\n3. {TWO}", "layout"),
    "a header that counts": (f"{TASK}\n\nFollow these 2 rules:\n- {ONE}\n- {TWO}", "header"),
    "a header that says more": (f"Describe IPv6 so that it holds:\n- {ONE}\n- {TWO}", "header"),
    "a choice": (f"{TASK}\n\nFollow one of these rules:\n- {ONE}\n- {TWO}", "header"),
    "no task": (f"{ONE} {TWO}", "task"),
    "no task but a header": (f"{HEADER}\n1. {ONE}\n2. {TWO}", "task"),
    "a task that leads on": (f"Describe IPv6. My teacher said {ONE} {TWO}", "task"),
    "a task that negates": (f"Describe IPv6. Do not {ONE} {TWO}", "task"),
    "a task that stops": (f"Describe IPv6 and {ONE} {TWO}", "task"),
    "a task that counts": (f"Describe IPv6. Obey both rules.\n\n- {ONE}\n- {TWO}", "task"),
    "a task that names": (f"Describe IPv6. Heed rule 2 most.\n\n1. {ONE}\n2. {TWO}", "task"),
}


@pytest.mark.parametrize("name", NOT_APART)
def test_what_does_not_stand_apart_has_no_task(name: str) -> None:
    instruction, code = NOT_APART[name]
    assert _code(recover(instruction, [ONE, TWO])) == code


def test_a_text_is_told_where_the_task_is_not() -> None:
    instruction, _ = NOT_APART["in the middle"]
    assert recover(instruction, [ONE, TWO]).texts == (ONE, TWO)
    assert recover(f"{TASK} {ONE}", [ONE, None]) == Recovered(
        Refusal("no-text", "a constraint has neither a text nor a description"), (ONE, None)
    )
    assert _code(recover(TASK, [])) == "no-constraints"


def test_a_sentence_that_is_part_of_another_one_is_not_told() -> None:
    longer = f"{ONE} {TWO}"
    assert recover(f"{TASK} {longer}", [longer, TWO]).texts == (None, None)


@pytest.mark.parametrize(
    "said",
    [
        "answer with at least 50 words.",
        "ANSWER WITH\n  AT LEAST 50 WORDS!",
        "Answer  with at least 50 words",
    ],
)
def test_case_space_and_final_marks_are_the_instructions(said: str) -> None:
    listed = said[0].upper() + said[1:]
    found = recover(f"{TASK}\n\n1. {listed}\n2. {TWO}", [ONE, TWO])
    assert found == Recovered(TASK, (listed, TWO))


def test_descriptions_of_several_lines() -> None:
    specs = [
        ConstraintSpec("detectable_format:number_bullet_lists", {"num_bullets": 3}),
        ConstraintSpec(
            "detectable_format:multiple_sections", {"section_spliter": "Part", "num_sections": 2}
        ),
    ]
    sentences = [KIT.registry.bind(spec).describe() for spec in specs]
    for order in (sentences, sentences[::-1], [*sentences, TWO], [TWO, *sentences]):
        found = recover(f"{TASK} {' '.join(order)}", order)
        assert found == Recovered(TASK, tuple(order))


def _group(prompt: Any, specs: list[ConstraintSpec], task: str | None = None) -> Group:
    return Group("q", prompt, tuple(specs), (), Location("x", 1), task)


def test_a_group_keeps_what_the_dump_says() -> None:
    said = ConstraintSpec(SPECS[0].id, SPECS[0].kwargs, "at least 50 words, please")
    checker = KIT.checker(SPECS[:2])
    group, refusal = with_task(_group(f"{TASK} {ONE} {TWO}", [said, SPECS[1]], "Mine."), checker)
    assert refusal is None
    assert (group.task, group.constraints[0]) == ("Mine.", said)
    assert group.constraints[1].text == TWO


def test_a_group_of_messages_is_told_by_its_last_user_message() -> None:
    prompt = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": f"{TASK} {ONE} {TWO}"},
    ]
    checker = KIT.checker(SPECS[:2])
    group, _ = with_task(_group(prompt, SPECS[:2]), checker)
    assert group.task == TASK
    assert [spec.text for spec in group.constraints] == [ONE, TWO]
    assert group.prompt == prompt


def test_relabelling_tells_them_apart_by_itself(here: Any, dump: Any, row: Any) -> None:
    specs = [spec.to_json() for spec in SPECS[:2]]
    asked = f"{TASK} {ONE} {TWO}"
    woven = row("Short.", id="q2", prompt=f"{TASK} 50 words.", constraints=specs)
    path = dump([row("Short.", prompt=asked, constraints=specs), woven])
    ran = here("relabel", path, "-o", "-", "--no-include-originals", "--rewriter", "render")
    assert [line["prompt"][0]["content"] for line in ran.lines] == [f"{TASK} {TWO}"]
    assert ran.lines[0]["constraints"][0]["text"] == TWO
    assert "tasks: 0 given, 1 recovered from the prompt, 1 unknown (not-found 1)" in ran.err


def test_a_conversion_tells_them_apart_where_it_is_asked_to(here: Any, dump: Any, row: Any) -> None:
    specs = [spec.to_json() for spec in SPECS[:2]]
    unfit = [{"id": SPECS[0].id, "kwargs": {"num_word": 3}}]
    asked = f"{TASK} {ONE} {TWO}"
    rows = [row(prompt=asked, constraints=specs), row(id="q2", prompt=asked, constraints=unfit)]
    plain = here("convert", dump(rows), "-").lines
    told = here("convert", dump(rows), "-", "--tell-tasks").lines
    assert "task" not in plain[0]
    assert told[0]["task"] == TASK
    assert [spec["text"] for spec in told[0]["constraints"]] == [ONE, TWO]
    assert told[1] == plain[1]


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=3))
def test_any_text_is_fine(instruction: str, sentences: list[str]) -> None:
    found = recover(instruction, sentences)
    assert len(found.texts) == len(sentences)
    if isinstance(found.task, str):
        layout = find_layout(instruction, found.task, found.texts) or Layout()
        assert layout.render(found.task, [str(text) for text in found.texts]) == instruction
