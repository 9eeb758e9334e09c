"""The nearest weaker goal that a response meets, of all verifiers that have one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hir_kit
from hir_kit import Response, Status, Verdict, Verifier, verifier
from hir_kit.verify.relaxing import (
    Between,
    Items,
    Number,
    rounded_down,
    rounded_up,
    share_left,
)
from hir_kit.verify.verifier import type_name

KIT = hir_kit.load(installed=False)
RELAXING = [KIT.registry[id] for id in KIT.registry if KIT.registry[id].relaxes]
PIECES = (
    "* tea\n", "- milk\n  - sugar\n", "One word. ", "RAIN and **bold** text, ", "\n\n", "[place] ",
    "***\n", "Section 2\n", "# Tea\n", "## Green tea\n", "| a | b |\n| --- | --- |\n| 1 | 2 |\n",
    '{"a": {"b": [1]}}', '<a x="1" y="2"/> ', "1. first\n", "rain ", "subnet ", "茶を飲む。",
    "niño té ", "! ", "Time heals most wounds. ", "SECTION 3 ",
)  # fmt: skip
responses = st.lists(st.sampled_from(PIECES), min_size=1, max_size=40).map("".join)


@st.composite
def asked(draw: st.DrawFn) -> Verifier:
    """Draw a verifier that can be relaxed, with kwargs of its own cases and other numbers."""
    cls = draw(st.sampled_from(RELAXING))
    kwargs = dict(draw(st.sampled_from(cls.cases)).kwargs)
    factor = draw(st.sampled_from((1, 1, 2, 5, 30)))
    for name, value in kwargs.items():
        if type(value) is int and "percent" not in name and "level" not in name:
            kwargs[name] = value * factor
    return cls.bind(kwargs)


def _numbers(one: Verifier) -> dict[str, Any]:
    return one.model_dump()


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(asked(), responses)
def test_what_is_relaxed_is_met_and_weaker(one: Verifier, text: str) -> None:
    response = Response(text)
    weaker = one.relax(response)
    if weaker is None:
        return
    assert one.check(response).status is Status.VIOLATED
    assert weaker.check(response).satisfied
    assert type(weaker) is type(one)
    assert 0 < share_left(_numbers(one), _numbers(weaker)) < 1
    assert weaker.describe() != one.describe()
    assert one.relax(Response(text)) == weaker


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(asked(), responses)
def test_no_number_between_would_do(one: Verifier, text: str) -> None:
    response = Response(text)
    weaker = one.relax(response)
    if weaker is None or not isinstance(one.relaxes, Number):
        return
    was, now = getattr(one, one.relaxes.field), getattr(weaker, one.relaxes.field)
    between = range(int(min(was, now)) + 1, int(max(was, now)))
    more = rounded_down(was) != was and rounded_down(was - 1) == was - 1  # "more than 800"
    for number in (n for n in between if rounded_down(n - more) == n - more):
        other = one.model_copy(update={one.relaxes.field: number})
        assert not other.check(response).satisfied or "around" in one.describe()


PLACES = {
    "code:python",
    "count:counting_composition",
    "count:words_japanese",
    "first_word:first_word_sent",
    "keywords:keyword_specific_position",
    "last_word:last_word_sent",
    "muldimif:ending_punctuation",
    "new:copy_span_idx",
    "repeat:repeat_span",
    "rlvr:validate_choice",
    "sentence:increment",
    "sentence:keyword",
    "words:keywords_specific_position",
}
"""Their numbers tell a place or every n-th thing, their lists are choices: none of it is weaker."""


def test_all_verifiers_of_numbers_and_lists_can_be_relaxed() -> None:
    ids = [id for id in KIT.registry if id.count(":") == 1]
    found = {
        id
        for id in ids
        if any("int" in kind or "list" in kind for kind in _kinds(KIT.registry[id]))
    }
    assert found - {one.constraint_id for one in RELAXING} == PLACES
    assert {"fr:keywords:existence", "ja:length_constraints:number_letters"} <= {
        one.constraint_id for one in RELAXING
    }


def _kinds(cls: type[Verifier]) -> list[str]:
    return [type_name(cls, name).partition("'")[0] for name in cls.model_fields]


@pytest.mark.parametrize(
    ("id", "kwargs", "text", "now"),
    [
        ("length_constraints:number_words", {"num_words": 300}, "w " * 287, {"num_words": 280}),
        (
            "length_constraints:number_words",
            {"num_words": 50, "relation": "less than"},
            "w " * 63,
            {"num_words": 70},
        ),
        ("length_constraints:number_words", {"num_words": 301}, "w " * 287, {"num_words": 281}),
        (
            "length_constraints:number_words",
            {"num_words": 51, "relation": "less than"},
            "w " * 60,
            {"num_words": 61},
        ),
        ("detectable_format:number_bullet_lists", {"num_bullets": 5}, "* a\n" * 4,
         {"num_bullets": 4}),
        ("keywords:existence", {"keywords": ["tea", "milk", "oat"]}, "Oat and tea.",
         {"keywords": ["tea", "oat"]}),
        ("keywords:forbidden_words", {"forbidden_words": ["tea", "milk"]}, "Oat and tea.",
         {"forbidden_words": ["milk"]}),
        ("count:word_count_range", {"min_words": 100, "max_words": 150}, "w " * 163,
         {"max_words": 170}),
        ("muldimif:words", {"min_words": 3, "max_words": 3}, "One two three four.",
         {"min_words": 4, "max_words": 4}),
        ("muldimif:words", {"max_words": 2, "each": "item"}, "- a b c\n- a b c d\n",
         {"max_words": 4}),
        ("muldimif:table", {"min_rows": 3}, "| a |\n| - |\n| 1 |\n| 2 |\n", {"min_rows": 2}),
        ("muldimif:xml_attributes", {"max_attributes": 1}, '<a x="1" y="2"/>',
         {"max_attributes": 2}),
        ("rlvr:validate_word_constraint", {"N": 100, "quantifier": "around"}, "w " * 127,
         {"N": 130}),
        ("ratio:stop_words", {"percentage": 20}, "The tea is hot today", {"percentage": 40}),
        ("ratio:overlap", {"percentage": 100, "reference_text": "green tea"}, "* tea\n* tea\n",
         {"percentage": 35}),
        ("ratio:overlap", {"percentage": 10, "reference_text": "green tea"}, "* tea\n* tea\n",
         {"percentage": 32}),
        ("zh:length_constraints:number_words", {"num_words": 12}, "我喜欢喝茶，你也喜欢。",
         {"num_words": 9}),
    ],
)  # fmt: skip
def test_numbers_are_such_as_a_person_would_write(
    id: str, kwargs: dict[str, Any], text: str, now: dict[str, Any]
) -> None:
    weaker = KIT.registry.bind(hir_kit.ConstraintSpec(id, kwargs)).relax(Response(text))
    assert weaker is not None
    assert {name: getattr(weaker, name) for name in now} == now


@pytest.mark.parametrize(
    ("id", "kwargs", "text"),
    [
        ("length_constraints:number_words", {"num_words": 3}, "One two three."),
        ("detectable_format:number_bullet_lists", {"num_bullets": 2}, "No bullets."),
        ("keywords:existence", {"keywords": ["tea", "milk"]}, "Neither."),
        ("length_constraints:number_paragraphs", {"num_paragraphs": 3}, "One.\n***\n***\nTwo."),
        ("length_constraints:nth_paragraph_first_word",
         {"num_paragraphs": 3, "nth_paragraph": 3, "first_word": "tea"}, "One.\n\nTwo."),
        ("punctuation:no_comma", {}, "One, two."),
    ],
)  # fmt: skip
def test_there_may_be_nothing_weaker(id: str, kwargs: dict[str, Any], text: str) -> None:
    """A goal of nothing is none, and what is not about the number has no weaker one."""
    bound = KIT.registry.bind(hir_kit.ConstraintSpec(id, kwargs))
    assert bound.relax(Response(text)) is None


@given(st.integers(0, 10**9))
def test_rounding(n: int) -> None:
    down, up = rounded_down(n), rounded_up(n)
    assert down <= n <= up
    assert up - down <= max(1, n / 4)
    assert (rounded_down(down), rounded_up(up)) == (down, up)


def test_a_function_with_a_number_can_be_relaxed() -> None:
    @verifier("acme:max_tea", describe="Say tea at most {n} times.", relaxes=Number("n", "at most"))
    def max_tea(response: Response, *, n: int) -> Verdict:
        found = response.lower.count("tea")
        status = Status.SATISFIED if found <= n else Status.VIOLATED
        return Verdict(status, found)

    weaker = max_tea.bind({"n": 1}).relax(Response("Tea, tea and tea."))
    assert weaker is not None
    assert weaker.describe() == "Say tea at most 3 times."


def test_how_much_is_left() -> None:
    assert share_left({"n": 300, "relation": "at least"}, {"n": 240, "relation": "at least"}) == 0.8
    assert share_left({"n": 50}, {"n": 100}) == 0.5
    assert share_left({"words": ["a", "b", "c"]}, {"words": ["a"]}) == pytest.approx(1 / 3)
    assert share_left({"n": 10, "m": 4}, {"n": 8, "m": 3}) == 0.75
    assert share_left({"word": "a"}, {"word": "b"}) == 0
    assert share_left({"n": 1}, {"n": 0}) == 0
    assert share_left({"n": 1}, {"n": 1}) == 1


def test_goals_name_their_fields() -> None:
    """A goal that names a field which is not there would raise in the middle of a run."""
    for cls in RELAXING:
        goals = [cls.relaxes, *getattr(cls.relaxes, "goals", ())]
        for goal in goals:
            named = {
                Number: lambda one: [one.field],
                Between: lambda one: [one.least, one.most],
                Items: lambda one: one.fields,
            }.get(type(goal), lambda _: [])(goal)
            assert set(named) <= set(cls.model_fields), cls
