"""Statements found by meaning: what is cut, what is refused, and that nothing is claimed twice."""

# instructions are read by the line

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hir_kit
from hir_kit import ConstraintSpec

KIT = hir_kit.load(installed=False)
COMMA = ConstraintSpec("punctuation:no_comma")
CAT = ConstraintSpec("keywords:existence", {"keywords": ["cat"]})
LOWER = ConstraintSpec("change_case:english_lowercase")
JSON = ConstraintSpec("detectable_format:json_format")
TITLE = ConstraintSpec("detectable_format:title")
QUOTES = ConstraintSpec("startend:quotation")


def words(number: int, relation: str = "at least") -> ConstraintSpec:
    kwargs = {"num_words": number, "relation": relation}
    return ConstraintSpec("length_constraints:number_words", kwargs)


def often(word: str, number: int, relation: str = "at least") -> ConstraintSpec:
    kwargs = {"keyword": word, "frequency": number, "relation": relation}
    return ConstraintSpec("keywords:frequency", kwargs)


def letter(letter: str, number: int, relation: str) -> ConstraintSpec:
    kwargs = {"letter": letter, "let_frequency": number, "let_relation": relation}
    return ConstraintSpec("keywords:letter_frequency", kwargs)


def capitals(number: int, relation: str = "at least") -> ConstraintSpec:
    kwargs = {"capital_frequency": number, "capital_relation": relation}
    return ConstraintSpec("change_case:capital_word_frequency", kwargs)


def drop(prompt: str, *constraints: ConstraintSpec, place: int = 0) -> str | None:
    result = KIT.rewrite(prompt, constraints, [place])
    assert result.prompt is None or isinstance(result.prompt, str)
    return result.prompt


CUT = [
    ("Write a note on tea. Avoid commas.", [COMMA], "Write a note on tea."),
    ("Write a note on tea with at least 30 words.", [words(30)], "Write a note on tea."),
    ("Write an 80+ word note on tea.", [words(80)], "Write a note on tea."),
    ("Write a 300+ word essay on tea.", [words(300)], "Write an essay on tea."),
    (
        'Write on tea. Your text must be in lowercase and must mention "cat".',
        [LOWER, CAT],
        'Write on tea. Your text must mention "cat".',
    ),
    (
        'Write on tea. Your text must mention "cat" and should not use any commas.',
        [COMMA, CAT],
        'Write on tea. Your text must mention "cat".',
    ),
    (
        'Write on tea. Wrap it in double quotes, include the word "cat", and avoid commas.',
        [COMMA, CAT, QUOTES],
        'Write on tea. Wrap it in double quotes and include the word "cat".',
    ),
    (
        "Write on tea in 60 to 90 words.",
        [words(91, "less than"), words(60)],
        "Write on tea in at least 60 words.",
    ),
    (
        "Write on tea in 60 to 90 words.",
        [words(60), words(91, "less than")],
        "Write on tea in at most 90 words.",
    ),
    (
        'Write on tea without commas. Say "cat" or include the word "cat". No commas at all.',
        [COMMA, CAT],
        'Write on tea. Say "cat" or include the word "cat".',
    ),
    (
        "Write on tea. The keyword 'cat' must be included, and it should end up in JSON.",
        [CAT, JSON],
        "Write on tea. The response should end up in JSON.",
    ),
    (
        "Give two versions separated by 6 asterisk symbols ****** and without using any commas.",
        [COMMA, ConstraintSpec("combination:two_responses")],
        "Give two versions separated by 6 asterisk symbols ******.",
    ),
    (
        'Write a note that includes the word "cat" at least once, and the word "dog" twice.',
        [often("dog", 2), often("cat", 1)],
        'Write a note that includes the word "cat" at least once.',
    ),
    (
        "Write a riddle in German, about a kettle.",
        [ConstraintSpec("language:response_language", {"language": "de"})],
        "Write a riddle about a kettle.",
    ),
    (
        "Name tea. Use * for bullets, like:\n* leaf\n* cup\n* pot\nAvoid commas.",
        [ConstraintSpec("detectable_format:number_bullet_lists", {"num_bullets": 3}), COMMA],
        "Name tea.\nAvoid commas.",
    ),
    (
        "Name tea. To be terse, write in lowercase. Use at least 30 words.",
        [LOWER, words(30)],
        "Name tea. Use at least 30 words.",
    ),
    (
        "Name tea. Do not use capital letters - I hate them. Use at least 30 words.",
        [LOWER, words(30)],
        "Name tea. Use at least 30 words.",
    ),
    (
        "Name tea. When writing the note, use lowercase. Use at least 30 words.",
        [LOWER, words(30)],
        "Name tea. Use at least 30 words.",
    ),
    (
        "Name tea. The number of words should be in the range of 40 to 60.",
        [words(40), words(61, "less than")],
        "Name tea. The number of words should be at most 60.",
    ),
    (
        'Name tea. The word "cup" should appear 6 or 7 times.',
        [often("cup", 8, "less than"), often("cup", 6)],
        'Name tea. The word "cup" should appear at least 6 times.',
    ),
    (
        "Name tea. Put some words in all capital letters. Use fewer than 5 such capitalized words.",
        [capitals(5, "less than"), capitals(1)],
        "Name tea. Put some words in all capital letters.",
    ),
    (
        "Name tea. Mind these, so:\n1. Avoid commas.\n2. Use at least 30 words.",
        [words(30), COMMA],
        "Name tea. Mind these, so:\n1. Avoid commas.",
    ),
    (
        "Name tea. Avoid commas. Use at most 50 words, since my display only fits 50 words.",
        [COMMA, words(51, "less than")],
        "Name tea. Use at most 50 words, since my display only fits 50 words.",
    ),
    (
        "Name tea. Avoid commas. Don't use the letter e more than 3 times.",
        [COMMA, letter("e", 4, "less than")],
        "Name tea. Don't use the letter e more than 3 times.",
    ),
    (
        "Name tea. Avoid commas. Use at least one hundred and twenty-five words.",
        [COMMA, words(125)],
        "Name tea. Use at least one hundred and twenty-five words.",
    ),
    (
        "Write a song. Split it into 3 parts, where each part is separated with ***. Avoid commas.",
        [ConstraintSpec("length_constraints:number_paragraphs", {"num_paragraphs": 3}), COMMA],
        "Write a song. Avoid commas.",
    ),
    (
        "Name tea. Before saying anything or giving your answer, avoid commas. Mention cat.",
        [COMMA, CAT],
        "Name tea. Mention cat.",
    ),
    (
        'Compose a poem that has the word "cat". Write in lowercase.',
        [CAT, LOWER],
        "Compose a poem. Write in lowercase.",
    ),
    (
        "Name tea. Write your answer as if to a child. Give two versions, separated by ******.",
        [ConstraintSpec("combination:two_responses")],
        "Name tea. Write your answer as if to a child.",
    ),
    (
        "Write on tea in exactly 4 sections. There should be 4 paragraphs, separated by ***.",
        [ConstraintSpec("length_constraints:number_paragraphs", {"num_paragraphs": 4})],
        "Write on tea.",
    ),
    ("介绍茶。至少写9个字。不要使用逗号。", [COMMA, words(9)], "介绍茶。至少写9个字。"),
    (
        "Name tea.\n1. Avoid commas. Do not write any comma at all.\n2. Use at least 9 words.",
        [COMMA, words(9)],
        "Name tea.\n1. Use at least 9 words.",
    ),
    (
        "Name tea.\n- Use at least 9 words.\n- Avoid commas. No comma, please.\n- Be kind.",
        [COMMA, words(9)],
        "Name tea.\n- Use at least 9 words.\n- Be kind.",
    ),
]


@pytest.mark.parametrize(("prompt", "constraints", "left"), CUT)
def test_what_states_a_constraint_is_cut_out(
    prompt: str, constraints: list[ConstraintSpec], left: str
) -> None:
    assert drop(prompt, *constraints) == left


REFUSED = [
    # What is left asks for it, and cannot be cut.
    ("Write a comma-free note on tea. Avoid commas.", [COMMA]),
    # The prompt says something else than the kwargs of what is kept.
    ("Write on tea. Use at least 400 words. Avoid commas.", [COMMA, words(336)]),
    ("Write on tea. Use at most 300 words. Avoid commas.", [COMMA, words(300)]),
    ("Write a 100-word note on tea. Avoid commas.", [COMMA, words(100)]),
    ("Name tea. Avoid commas. Use at most 50 words, or 40 words.", [COMMA, words(51, "less than")]),
    ("Name tea. Avoid commas. Use at least twenty-five words.", [COMMA, words(20)]),
    # What asks for a few forbids many, and what limits them is not "at least".
    (
        "Name tea. Go easy on capital letters. Use fewer than 5 such capitalized words.",
        [capitals(5, "less than"), capitals(1)],
    ),
    (
        "Name tea. Put some words in capital letters. Use at least one word in capital letters.",
        [capitals(1), capitals(9, "less than")],
    ),
    # What is torn, or a part of the task.
    (
        "Write about two who are both trying to avoid using the letter t.",
        [letter("t", 1, "less than")],
    ),
    # Nobody knows where the kept one stands.
    ("Write on tea. Avoid commas.", [COMMA, TITLE]),
    # What counts the demands.
    ("Write on tea. Avoid commas. Use lowercase. Both requirements are mandatory.", [COMMA, LOWER]),
    # Quoted text is content.
    ('Translate this: "Please never use any commas in your letters to me."', [COMMA]),
]


@pytest.mark.parametrize(("prompt", "constraints"), REFUSED)
def test_doubt_is_refused(prompt: str, constraints: list[ConstraintSpec]) -> None:
    assert drop(prompt, *constraints) is None


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ('Reply to "No commas, please!" in 60+ words. Use no comma.',
         'Reply to "No commas, please!" in 60+ words.'),
        ('Use the title "No commas" and no comma. Use at least 60 words.', None),
        ('Tell of tea. Use no comma. The rule is "No commas!" Use at least 60 words.', None),
    ],
)  # fmt: skip
def test_a_quotation_is_content_and_never_lost(prompt: str, wanted: str | None) -> None:
    assert KIT.rewrite(prompt, [COMMA, words(60)], [0]).prompt == wanted


def test_the_example_of_the_faults_goes_altogether() -> None:
    prompt = (
        "Name tea. Do not use any commas. Write at least 30 words. "
        "Remember: commas are strictly forbidden!"
    )
    assert drop(prompt, COMMA, words(30)) == "Name tea. Write at least 30 words."


@pytest.mark.parametrize("role", ["system", "user"])
def test_another_message_may_not_ask_for_it(role: str) -> None:
    prompt = [
        {"role": role, "content": "Never write a comma."},
        {"role": "assistant", "content": "I use no commas."},
        {"role": "user", "content": "Name tea. Avoid commas."},
    ]
    result = KIT.rewrite(prompt, [COMMA], [0])
    assert result.prompt is None
    assert "another message" in result.refusals["excise"].reason


def second_askings() -> list[dict[str, Any]]:
    path = Path(__file__).parents[3] / "benchmarks" / "second_askings.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_no_second_asking_is_left_behind() -> None:
    """Each is dropped without the second asking, and with it cut or refused."""
    for row in second_askings():
        gone = ConstraintSpec(row["id"], row["kwargs"], row["text"])
        kept = ConstraintSpec("keywords:existence", {"keywords": ["harbor"]}, row["keep"])
        join = "" if row["language"] == "zh" else " "
        once = join.join([row["task"], row["text"], row["keep"]])
        assert KIT.rewrite(once, [gone, kept], [0]).prompt is not None, once
        twice = KIT.rewrite(f"{once}{join}{row['again']}", [gone, kept], [0]).prompt
        assert twice is None or row["again"] not in twice, row["again"]


STATED = {
    "Do not use any commas.": COMMA,
    "Use at least 30 words.": words(30),
    'Include the word "cat".': CAT,
    "Wrap your whole response in double quotation marks.": QUOTES,
    "Everything must be in lowercase letters.": LOWER,
    "Put a title in double angular brackets, such as <<tea>>.": TITLE,
}
JOINED = {
    "use at least 30 words": words(30),
    'include the word "cat"': CAT,
    "avoid commas": COMMA,
    "wrap it in double quotes": QUOTES,
}


@settings(max_examples=60, deadline=None)
@given(
    said=st.lists(st.sampled_from(sorted(STATED)), min_size=2, unique=True),
    data=st.data(),
    space=st.sampled_from([" ", "\n", "\n\n"]),
)
def test_kept_sentences_are_never_touched(said: list[str], data: st.DataObject, space: str) -> None:
    place = data.draw(st.sampled_from(range(len(said))))
    prompt = space.join(["Write a note on tea.", *said])
    result = drop(prompt, *(STATED[text] for text in said), place=place)
    kept = [text for n, text in enumerate(said) if n != place]
    assert result == space.join(["Write a note on tea.", *kept])


@settings(max_examples=60, deadline=None)
@given(
    said=st.lists(st.sampled_from(sorted(JOINED)), min_size=2, max_size=3, unique=True),
    data=st.data(),
)
def test_kept_clauses_are_never_touched(said: list[str], data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(range(len(said))))
    *first, last = said
    listed = f"{', '.join(first)}{',' if len(first) > 1 else ''} and {last}"
    prompt = f"Write a note on tea. {listed[0].upper()}{listed[1:]}."
    result = drop(prompt, *(JOINED[text] for text in said), place=place)
    if result is not None:
        assert all(text in result.lower() for n, text in enumerate(said) if n != place)
        assert said[place] not in result.lower()


HOSTILE_ALONE = [
    "do not use commas and " * 5_000,
    "'" * 100_000,
    '"a ' * 30_000,
    "((" * 50_000,
    "\u202e300 words " * 8_000,
    "at least " * 12_000,
    "*a* " * 25_000,
    "\n- a" * 25_000,
    "the word cat, " * 3_000,
]
HOSTILE_BEHIND = [
    "\n## Part\nWrite of tea.\n" * 1_500,
    "Tea is good. " * 2_000,
    "Include the word cat. " * 1_000,
    "\n- Avoid commas.\n- Say a thing of tea." * 1_500,
    "\u4e0d\u8981\u4f7f\u7528\u9017\u53f7\u3002" * 2_000,
    "```\na\n```\n" * 2_000,
    "\u05d0\u05d1 \u202e\u05d2. " * 3_000,
    "\"'\u201c" * 8_000,
]
HOSTILE_WITHIN = [
    "tea and cups " * 2_000,
    "tea, cups, " * 2_000,
    "that is red and " * 1_500,
    "it is: " * 3_000,
    "## a\n" * 3_000,
    "(if you can) " * 2_000,
    "1 2 " * 5_000,
    "\u548c\u8336" * 10_000,
]
HOSTILE = [
    *(("Name tea. Avoid commas. {}", filler) for filler in HOSTILE_ALONE),
    *(("Name tea. Avoid commas. Include the word cat. {}", filler) for filler in HOSTILE_BEHIND),
    *(("It should {}contain the word cat, and avoid commas.", filler) for filler in HOSTILE_WITHIN),
]


@pytest.mark.parametrize(("around", "filler"), HOSTILE, ids=lambda text: repr(text[:8]))
def test_hostile_prompts_take_linear_time(around: str, filler: str) -> None:
    def seconds(text: str) -> float:
        start = time.process_time()
        result = KIT.rewrite(around.format(text), [COMMA, CAT], [0])
        assert all(refusal.code != "timed-out" for refusal in result.refusals.values())
        return time.process_time() - start

    quarter = seconds(filler[: len(filler) // 4])
    assert any(seconds(filler) < 6 * quarter + 0.3 for _ in range(3))
