"""What is left must not point at what is gone, count it, or ask for it in other words."""

from __future__ import annotations

from typing import Any

import pytest

import hir_kit
from hir_kit import ConstraintSpec

KIT = hir_kit.load(installed=False)

NO_COMMA = ConstraintSpec("punctuation:no_comma")
LOWER = ConstraintSpec("change_case:english_lowercase")
TITLE = ConstraintSpec("detectable_format:title")
TWO = ConstraintSpec("combination:two_responses")


def words(number: int, relation: str = "at least") -> ConstraintSpec:
    kwargs = {"num_words": number, "relation": relation}
    return ConstraintSpec("length_constraints:number_words", kwargs)


def bullets(number: int) -> ConstraintSpec:
    return ConstraintSpec("detectable_format:number_bullet_lists", {"num_bullets": number})


def paragraphs(number: int) -> ConstraintSpec:
    return ConstraintSpec("length_constraints:number_paragraphs", {"num_paragraphs": number})


def language(code: str) -> ConstraintSpec:
    return ConstraintSpec("language:response_language", {"language": code})


def without(*forbidden: str) -> ConstraintSpec:
    return ConstraintSpec("keywords:forbidden_words", {"forbidden_words": list(forbidden)})


def refused(prompt: Any, constraints: list[ConstraintSpec], place: int = 0) -> None:
    done = KIT.rewrite(prompt, constraints, [place])
    assert done.prompt is None, done.prompt


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize(
    "said",
    [
        "Both are mandatory.",
        "I will look for both.",
        "Neither is open to debate.",
        "Either one missing means no marks.",
        "All three have to be met.",
        "Obey the two of them.",
        "Two boxes to tick.",
        "There are 2 musts.",
        "Condition one beats condition two.",
        "The second demand weighs more.",
        "One without the other is worthless.",
        "The same goes for the headline.",
        "Les deux sont obligatoires.",
        "Ces deux consignes comptent.",
        "Beides ist Pflicht.",
        "Beide Vorgaben zählen.",
        "Ambas son obligatorias.",
        "Las dos cosas son importantes.",
        "这两点都很重要。",
        "以上要求缺一不可。",
        "両方とも必須です。",
    ],
)
def test_words_that_point_at_two_demands_are_refused(said: str, place: int) -> None:
    prompt = f"Describe a kettle. Use no commas. Use at least 5 words. {said}"
    refused(prompt, [NO_COMMA, words(5)], place)


@pytest.mark.parametrize(
    ("prompt", "rest"),
    [
        ("Describe both Rome and Paris. Use no commas. Use at least 5 words.",
         "Describe both Rome and Paris. Use at least 5 words."),
        ("Tell me of Rome and of Paris. Both are old. Use no commas. Use at least 5 words.",
         "Tell me of Rome and of Paris. Both are old. Use at least 5 words."),
        ("Explain both sides of the argument on tea. Use no commas. Use at least 5 words.",
         "Explain both sides of the argument on tea. Use at least 5 words."),
        ("Tell me of the two world wars. Use no commas. Use at least 5 words. Thank you!",
         "Tell me of the two world wars. Use at least 5 words. Thank you!"),
    ],
)  # fmt: skip
def test_words_that_the_task_explains_stay(prompt: str, rest: str) -> None:
    assert KIT.rewrite(prompt, [NO_COMMA, words(5)], [0]).prompt == rest


@pytest.mark.parametrize(
    ("prompt", "constraints"),
    [
        ("Give exactly 3 bullet points on kettles. Use no commas. The third one is about steam.",
         [bullets(3), NO_COMMA]),
        (("Use 2 paragraphs separated by *** to describe tea. Use no commas. The first is about "
         "leaves, the second about water."), [paragraphs(2), NO_COMMA]),
        (("Give two different answers about tea separated by 6 asterisk symbols ******. Use no "
         "commas. I will frame the better one."), [TWO, NO_COMMA]),
    ],
)  # fmt: skip
def test_ordinals_of_parts_that_are_gone_are_refused(
    prompt: str, constraints: list[ConstraintSpec]
) -> None:
    refused(prompt, constraints)


@pytest.mark.parametrize(
    ("prompt", "constraints"),
    [
        ("Describe tea. Do not say 'leaf'. Use no commas. Call it a blade instead.",
         [without("leaf"), NO_COMMA]),
        ("Say what tea is. Commas? Not welcome. Use at least 5 words.", [NO_COMMA, words(5)]),
        ("Describe tea. Use at least 50 words. Use no commas. Fewer is not enough.",
         [words(50), NO_COMMA]),
        ("Describe tea. Use lowercase. Use at least 5 words. Even at the start!",
         [LOWER, words(5)]),
    ],
)  # fmt: skip
def test_sentences_that_only_went_with_another_are_refused(
    prompt: str, constraints: list[ConstraintSpec]
) -> None:
    refused(prompt, constraints)


@pytest.mark.parametrize(
    ("said", "gone"),
    [
        ("I want a lengthy text.", words(50)),
        ("Please be thorough.", words(50)),
        ("Feel free to pad it.", words(50)),
        ("Concision is a virtue: stay succinct.", words(50, "less than")),
        ("One line is plenty.", words(50, "less than")),
        ("I love brevity.", words(50, "less than")),
        ("Schreib kurz und knapp.", words(50, "less than")),
        ("请简短一点。", words(50, "less than")),
        ("All punctuation is unwelcome.", NO_COMMA),
        ("My readers only understand French.", language("fr")),
    ],
)
def test_another_asking_in_other_words_is_refused_in_every_message(
    said: str, gone: ConstraintSpec
) -> None:
    asks = {
        "punctuation:no_comma": "Use no commas.",
        "language:response_language": "Answer in French.",
    }.get(gone.id, f"Use {gone.kwargs.get('relation')} 50 words.")
    kept = ConstraintSpec("keywords:existence", {"keywords": ["leaf"]})
    request = f"Describe tea. {asks} Mention the word leaf."
    refused(f"{request} {said}", [gone, kept])
    system = [{"role": "system", "content": said}, {"role": "user", "content": request}]
    refused(system, [gone, kept])
    assert KIT.rewrite(request, [gone, kept], [0]).prompt is not None


def test_the_direction_of_a_length_matters() -> None:
    prompt = "Write a short note on tea. Use at least 50 words. Use no commas."
    done = KIT.rewrite(prompt, [words(50), NO_COMMA], [0])
    assert done.prompt == "Write a short note on tea. Use no commas."


def test_a_reason_of_what_is_gone_is_refused() -> None:
    prompt = "Describe tea in German, with fewer than 60 words, because the guests are from Bonn."
    refused(prompt, [language("de"), words(60, "less than")])


@pytest.mark.parametrize(
    "lead", ["Example of the format I want:", "The layout should look like this:"]
)
def test_an_example_that_shows_what_is_gone_is_refused(lead: str) -> None:
    prompt = (
        f"Explain tea.\n\n{lead}\n<<Name>>\n* one\n* two\n\n"
        "Use exactly 2 bullet points and a title in double angular brackets."
    )
    refused(prompt, [bullets(2), TITLE])


@pytest.mark.parametrize(
    ("task", "gone", "text"),
    [
        ("List five facts on tea.", bullets(5), "Use exactly 5 bullet points."),
        ("Name three rivers.", paragraphs(3), "Write 3 paragraphs separated by ***."),
        ("Write a long essay on tea.", words(50), "Use at least 50 words."),
        ("Describe tea briefly.", words(50, "less than"), "Use less than 50 words."),
        ("Tell me of tea so that a German aunt understands German.", language("de"),
         "Answer in German."),
    ],
)  # fmt: skip
def test_a_task_that_asks_for_what_is_gone_is_refused(
    task: str, gone: ConstraintSpec, text: str
) -> None:
    asked = [
        ConstraintSpec(gone.id, gone.kwargs, text=text),
        ConstraintSpec("punctuation:no_comma", text="Use no commas."),
    ]
    prompt = f"{task} {text} Use no commas."
    done = KIT.rewrite(prompt, asked, [0], task=task)
    assert done.prompt is None, done.prompt
    other = KIT.rewrite(f"Describe tea. {text} Use no commas.", asked, [0], task="Describe tea.")
    assert other.prompt == "Describe tea. Use no commas."


@pytest.mark.parametrize(
    ("prompt", "constraints"),
    [
        (("Your text should contain at least 2 sentences, none of which may contain a comma, and "
         "a title in double angular brackets, such as <<tea>>."), [NO_COMMA, TITLE]),
        (("Describe tea, its name in lowercase, its taste with at least 3 words in capital "
         "letters; use no commas in both."),
         [NO_COMMA, ConstraintSpec("change_case:capital_word_frequency",
                                   {"capital_frequency": 3, "capital_relation": "at least"})]),
    ],
)  # fmt: skip
def test_a_kept_constraint_does_not_come_under_the_scope_of_another(
    prompt: str, constraints: list[ConstraintSpec]
) -> None:
    refused(prompt, constraints)
