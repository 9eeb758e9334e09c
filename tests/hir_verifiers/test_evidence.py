"""Where verifiers say that what they look for stands."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hir_kit
from hir_kit import ConstraintSpec, Response
from hir_verifiers.format import bullet_places, count_bullets

REGISTRY = hir_kit.load(installed=False).registry


def marked(id: str, text: str, **kwargs: Any) -> list[str]:
    verifier = REGISTRY.bind(ConstraintSpec(id, kwargs))
    return [text[start:end] for start, end in verifier.evidence(Response(text))]


@pytest.mark.parametrize(
    ("id", "kwargs", "text", "found"),
    [
        ("punctuation:no_comma", {}, "a, b,", [",", ","]),
        ("keywords:existence", {"keywords": ["tea", "no"]}, "Tea, steam", ["Tea", "tea"]),
        ("keywords:frequency", {"keyword": "a+", "frequency": 1}, "A+ aa", ["A+"]),
        ("keywords:forbidden_words", {"forbidden_words": ["cat"]}, "Cat, category", ["Cat"]),
        (
            "length_constraints:number_words",
            {"relation": "less than", "num_words": 3},
            "one two three four. ",
            ["three four."],
        ),
        ("length_constraints:number_words", {"num_words": 9}, "one two", []),
        (
            "detectable_format:number_bullet_lists",
            {"num_bullets": 2},
            "* a\n ** b\n  - c",
            ["*", "-"],
        ),
        (
            "detectable_format:number_highlighted_sections",
            {"num_highlights": 1},
            "a *b c* **",
            ["*b c*"],
        ),
        ("detectable_format:title", {}, "x <<A title>> y\n<<>>", ["<<A title>>"]),
        ("detectable_content:number_placeholders", {"num_placeholders": 1}, "[a] [b", ["[a]"]),
        ("startend:quotation", {}, ' "a"\n', ['"', '"']),
        ("startend:quotation", {}, '"a" is', ['"']),
        ("startend:end_checker", {"end_phrase": "Bye."}, "Bye. bye.\n", ["bye."]),
        ("keywords:letter_frequency", {"letter": "a", "let_frequency": 1}, "Aha", ["A", "a"]),
        ("detectable_content:postscript", {"postscript_marker": "P.S."}, "x\np. s. y.", ["p. s."]),
        (
            "detectable_format:constrained_response",
            {},
            "So: My answer is no.",
            ["My answer is no."],
        ),
        (
            "detectable_format:multiple_sections",
            {"section_spliter": "Part", "num_sections": 2},
            "Part 1 a Part B Part2",
            ["Part 1", "Part2"],
        ),
        (
            "length_constraints:number_sentences",
            {"relation": "less than", "num_sentences": 2},
            "One. Two. Three.",
            ["Two.", "Three."],
        ),
        ("length_constraints:number_sentences", {"num_sentences": 2}, "One. Two.", []),
        ("change_case:english_lowercase", {}, "the KETTLE is On", ["KETTLE", "O"]),
        (
            "change_case:capital_word_frequency",
            {"capital_frequency": 1},
            "I saw NASA and the CO-OP, not Nasa",
            ["I", "NASA", "CO-OP"],
        ),
        ("combination:two_responses", {}, "a ****** b", ["******"]),
        ("punctuation:punctuation_dot", {}, "a. b.", [".", "."]),
        ("keywords:exclude_word_harder", {"keyword": "cat"}, "Cat, category", ["Cat"]),
        ("rlvr:verify_keywords", {"keyword_list": ["tea"]}, "Steam", ["tea"]),
        ("words:words_position", {"keyword": "tea"}, "A tea", ["tea"]),
    ],
)
def test_evidence(id: str, kwargs: dict[str, Any], text: str, found: list[str]) -> None:
    assert marked(id, text, **kwargs) == found


@given(st.lists(st.sampled_from(["- a", " * b", "** c", "  ", "*d*", "-", "text"])))
def test_bullets_are_where_they_are_counted(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert len(bullet_places(text)) == count_bullets(text)
