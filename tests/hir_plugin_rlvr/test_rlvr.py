"""RLVR-IFeval's verifiers decide as open-instruct's functions do, but for the listed deviations."""

from __future__ import annotations

from typing import Any

import pytest

import hir_kit
from hir_kit import ConstraintSpec, KwargsError, Response

KIT = hir_kit.load(installed=False)
IDS = [id for id in KIT.registry if KIT.registry.owner(id) == "hir_plugin_rlvr"]
FUNCTIONS = [
    "verify_keywords",
    "verify_keyword_frequency",
    "validate_forbidden_words",
    "verify_letter_frequency",
    "validate_response_language",
    "verify_paragraph_count",
    "validate_word_constraint",
    "verify_sentence_constraint",
    "validate_paragraphs",
    "verify_postscript",
    "validate_placeholders",
    "verify_bullet_points",
    "validate_title",
    "validate_choice",
    "validate_highlighted_sections",
    "validate_sections",
    "validate_json_format",
    "validate_repeat_prompt",
    "validate_two_responses",
    "validate_uppercase",
    "validate_lowercase",
    "validate_frequency_capital_words",
    "validate_end",
    "validate_quotation",
    "validate_no_commas",
]


def _ok(function: str, response: str, kwargs: dict[str, Any], reference: bool = False) -> bool:
    how = hir_kit.CheckOptions(reference=reference)
    checker = KIT.checker([ConstraintSpec(f"rlvr:{function}", kwargs)], how)
    status = checker.check(response).strict[0].status
    assert status is not hir_kit.Status.UNKNOWN
    return status is hir_kit.Status.SATISFIED


def test_every_function_has_an_id_and_ifevals_ids_are_untouched() -> None:
    assert {f"rlvr:{name}" for name in FUNCTIONS} == set(IDS)
    assert len(IDS) == 25
    assert not [id for id in IDS if not id.startswith("rlvr:")]


@pytest.mark.parametrize("id", IDS)
def test_cases_hold(id: str) -> None:
    cls = KIT.registry[id]
    assert {case.expected.value for case in cls.cases} == {"satisfied", "violated"}
    for case in cls.cases:
        verdict = cls.bind(case.kwargs).check(Response(case.response))
        assert verdict.status is case.expected, (case, verdict)
        assert verdict.satisfied or verdict.reason


@pytest.mark.parametrize("id", IDS)
def test_missing_kwargs_are_refused(id: str) -> None:
    cls = KIT.registry[id]
    kwargs = dict(cls.cases[0].kwargs)
    for name in kwargs:
        rest = {key: value for key, value in kwargs.items() if key != name}
        with pytest.raises(KwargsError, match=f"'{name}' is missing"):
            cls.bind(rest)


# What a function says of a response, as open-instruct answers.
FACTS: list[tuple[str, dict[str, Any], str, bool]] = [
    ("verify_keyword_frequency", {"word": "Tea", "N": 2}, "Tea, tea and teas", True),
    ("verify_keyword_frequency", {"word": "tea", "N": 1}, "Tea, tea and teas", False),
    ("verify_letter_frequency", {"letter": "t", "N": 1}, "Tart", True),
    ("verify_letter_frequency", {"letter": "T", "N": 0}, "tart", True),
    ("validate_forbidden_words", {"forbidden_words": ["art"]}, "A party", False),
    ("verify_paragraph_count", {"N": 2}, "One\n  * * *  \nTwo", True),
    ("verify_paragraph_count", {"N": 2}, "One\n\nTwo", False),
    ("verify_paragraph_count", {"N": 1}, "One\n* * *", False),
    ("validate_word_constraint", {"N": 100, "quantifier": "around"}, "tea " * 110, True),
    ("validate_word_constraint", {"N": 100, "quantifier": "around"}, "tea " * 111, False),
    ("validate_word_constraint", {"N": 25, "quantifier": "around"}, "tea " * 27, True),
    ("validate_word_constraint", {"N": 3, "quantifier": "at most"}, "don't do it", True),
    ("verify_sentence_constraint", {"N": 2, "quantifier": "at most"}, "A b. C d! E f?", False),
    ("verify_sentence_constraint", {"N": 2, "quantifier": "around"}, "A b. C d! E f?", True),
    ("verify_sentence_constraint", {"N": 1, "quantifier": "at most"}, "See e.g. Mr. Fox.", True),
    ("validate_paragraphs", {"N": 2, "first_word": "Rain", "i": 2}, "A\n\nRainy", True),
    ("validate_paragraphs", {"N": 2, "first_word": "rain", "i": 2}, "A\n\nRain", False),
    ("validate_paragraphs", {"N": 1, "first_word": "A", "i": 1}, "A\n\n", False),
    ("verify_postscript", {"postscript_marker": "P.S."}, "P.S. x. P.S.", True),
    ("verify_postscript", {"postscript_marker": "P.S."}, "x P.S. ", False),
    ("validate_placeholders", {"N": 2}, "[a] [b] [", True),
    ("verify_bullet_points", {"N": 2}, "**Bold**\n  ---\ntext", True),
    ("validate_choice", {"options": ["yes", "no"]}, "I say no.", True),
    ("validate_highlighted_sections", {"N": 2}, "*a* b *c*", True),
    ("validate_sections", {"N": 2, "section_splitter": "Part"}, "Part 1 a Part 2 b", True),
    ("validate_sections", {"N": 2, "section_splitter": "Part"}, "x Part 1 a Part 2 b", False),
    ("validate_sections", {"N": 1, "section_splitter": "Part"}, "Part 1 a Part 2 b", False),
    ("validate_json_format", {}, "```json\n[1]\n```", False),
    ("validate_repeat_prompt", {"original_prompt": "Tea?"}, " Tea? Yes.", False),
    ("validate_two_responses", {}, "a******b", True),
    ("validate_two_responses", {}, "a******b******c", False),
    ("validate_uppercase", {}, "A1!", True),
    ("validate_lowercase", {}, "a1!", True),
    ("validate_frequency_capital_words", {"N": 1, "quantifier": "around"}, "I AM HE", False),
    ("validate_frequency_capital_words", {"N": 2, "quantifier": "around"}, "I AM HE", True),
    ("validate_end", {"end_phrase": "tea."}, "I like tea. ", False),
    ("validate_quotation", {}, '"He said "a" twice."', True),
    ("validate_no_commas", {}, "1,000", False),
]


@pytest.mark.parametrize("reference", [False, True])
@pytest.mark.parametrize(("function", "kwargs", "response", "expected"), FACTS)
def test_facts(
    function: str, kwargs: dict[str, Any], response: str, expected: bool, reference: bool
) -> None:
    assert _ok(function, response, kwargs, reference) is expected


def test_ifevals_verifier_of_a_like_name_says_otherwise() -> None:
    text = "One.\n* * *\nTwo."
    ifeval = ConstraintSpec("length_constraints:number_paragraphs", {"num_paragraphs": 2})
    assert not KIT.checker([ifeval]).check(text).strict[0].satisfied
    assert _ok("verify_paragraph_count", text, {"N": 2})


@pytest.mark.parametrize(
    ("function", "kwargs", "said"),
    [
        ("validate_word_constraint", {"N": 3, "quantifier": "exactly"}, "quantifier"),
        ("validate_paragraphs", {"N": 2, "first_word": "A", "i": 3}, "is greater than N"),
        ("validate_paragraphs", {"N": 2, "first_word": "A", "i": 0}, "'i'"),
        ("verify_letter_frequency", {"letter": "ab", "N": 1}, "letter"),
        ("validate_response_language", {"language": "xx"}, "not a language"),
        ("verify_keywords", {"keyword_list": "tea"}, "keyword_list"),
        ("validate_no_commas", {"N": 1}, "unknown kwarg"),
    ],
)
def test_kwargs_without_a_meaning_are_refused(
    function: str, kwargs: dict[str, Any], said: str
) -> None:
    with pytest.raises(KwargsError, match=said):
        KIT.registry[f"rlvr:{function}"].bind(kwargs)


def test_what_no_language_can_be_told_of_is_unknown() -> None:
    checker = KIT.checker([ConstraintSpec("rlvr:validate_response_language", {"language": "en"})])
    assert checker.check("12345").strict[0].status is hir_kit.Status.UNKNOWN


def test_json_of_any_depth_is_decided() -> None:
    checker = KIT.checker([ConstraintSpec("rlvr:validate_json_format")])
    deep = "[" * 100_000
    assert checker.check(deep).strict[0].status is hir_kit.Status.VIOLATED
    assert checker.check(deep + "]" * 100_000).strict[0].status is hir_kit.Status.SATISFIED


def test_the_request_to_repeat_must_stay_in_the_instruction() -> None:
    kwargs = {"original_prompt": " Make tea. "}
    assert KIT.registry["rlvr:validate_repeat_prompt"].bind(kwargs).quoted() == ("Make tea.",)
