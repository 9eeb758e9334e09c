"""A cut takes away nothing but the constraint, and leaves a text that fits together."""

from __future__ import annotations

import pytest

import hir_kit
from hir_kit import ConstraintSpec

KIT = hir_kit.load(installed=False)

NO_COMMA = ConstraintSpec("punctuation:no_comma")
LOWER = ConstraintSpec("change_case:english_lowercase")


def words(number: int, relation: str = "at least") -> ConstraintSpec:
    kwargs = {"num_words": number, "relation": relation}
    return ConstraintSpec("length_constraints:number_words", kwargs)


def language(code: str) -> ConstraintSpec:
    return ConstraintSpec("language:response_language", {"language": code})


def without(*forbidden: str) -> ConstraintSpec:
    return ConstraintSpec("keywords:forbidden_words", {"forbidden_words": list(forbidden)})


def keyword(word: str) -> ConstraintSpec:
    return ConstraintSpec("keywords:existence", {"keywords": [word]})


LOSES_THE_REQUEST = [
    ("Answer in French: what is tea? Use fewer than 20 words.", language("fr")),
    ("Please reply in French and explain the water cycle to a child. Use 5 words.", language("fr")),
    ("Respond in all lowercase and tell me who won the World Cup. Use 5 words.", LOWER),
    ("Without commas, tell me what tea is, in fewer than 10 words.", words(10, "less than")),
    ("Do not use the words cat or dog, and write of pets with at least 5 words.", words(5)),
    ("Translate 'I like tea' into French. Do not mention milk.", language("fr")),
    ("Explain how to write English without commas. Do not use commas yourself.", NO_COMMA),
    ("介绍绿茶，不要用逗号。请提到叶子。", NO_COMMA),
]


@pytest.mark.parametrize(("prompt", "dropped"), LOSES_THE_REQUEST)
def test_what_would_lose_a_part_of_the_request_is_refused(
    prompt: str, dropped: ConstraintSpec
) -> None:
    done = KIT.rewrite(prompt, [dropped], [0], rewriters=["excise"])
    assert done.prompt is None, done.prompt


@pytest.mark.parametrize(
    ("prompt", "constraints"),
    [
        ("Describe tea, but don't use the words leaf or cup, or any commas.",
         [without("leaf", "cup"), NO_COMMA]),
        ("Describe tea with at least 5 words and no commas or exclamation marks.",
         [NO_COMMA, words(5)]),
        ("Please respond in German and tell me what tea is in under 10 words.",
         [language("de"), words(10, "less than")]),
        ("Without commas, tell me what tea is, in fewer than 10 words.",
         [NO_COMMA, words(10, "less than")]),
        ("Write at least 5 words in French about cats and dogs without commas.",
         [language("fr"), words(5), NO_COMMA]),
        ("Describe tea in at least 300 words. Longer answers will be rejected. No commas.",
         [words(300), NO_COMMA]),
    ],
)  # fmt: skip
def test_what_would_be_torn_or_would_still_ask_is_refused(
    prompt: str, constraints: list[ConstraintSpec]
) -> None:
    done = KIT.rewrite(prompt, constraints, [0], rewriters=["excise"])
    assert done.prompt is None, done.prompt
    assert done.refusals["excise"].reason


@pytest.mark.parametrize(
    ("prompt", "constraints", "expected"),
    [
        ("Describe green tea without any commas in at least 40 words.", [NO_COMMA, words(40)],
         "Describe green tea in at least 40 words."),
        ("Write a 300+ word poem about rain without commas.", [words(300), NO_COMMA],
         "Write a poem about rain without commas."),
        ("Write on salt. Your essay must not contain commas and should mention the word sea.",
         [NO_COMMA, keyword("sea")], "Write on salt. Your essay should mention the word sea."),
    ],
)  # fmt: skip
def test_a_clause_that_says_no_more_is_cut(
    prompt: str, constraints: list[ConstraintSpec], expected: str
) -> None:
    assert KIT.rewrite(prompt, constraints, [0]).prompt == expected


def test_other_languages_are_refused() -> None:
    prompt = "Describe el té. No uses comas. ¡Sin comas, por favor! Usa la palabra hoja."
    asked = [
        ConstraintSpec("es:punctuation:no_comma", text="No uses comas."),
        ConstraintSpec("es:keywords:existence", {"keywords": ["hoja"]}, "Usa la palabra hoja."),
    ]
    done = KIT.rewrite(prompt, asked, [0], rewriters=["excise"])
    assert done.prompt is None
    assert done.refusals["excise"].code == "language"
