"""Analyses, the texts of loose evaluation, and thinking."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hir_kit import Response
from hir_kit.responses import count_words, loose_texts, paragraphs, words
from hir_kit.thinking import split_thinking

TEXT = st.text(alphabet=st.characters(codec=None), max_size=60) | st.text(
    alphabet="a*\n ", max_size=20
)


def test_an_analysis_runs_once_and_is_shared() -> None:
    calls = []

    def count(text: str) -> int:
        calls.append(text)
        return len(text)

    response = Response("abc")
    assert (response.get(count), response.get(count)) == (3, 3)
    assert calls == ["abc"]


def test_an_analysis_that_fails_is_not_kept() -> None:
    results = [ValueError("once"), 7]

    def flaky(_: str) -> int:
        result = results.pop(0)
        if isinstance(result, Exception):
            raise result
        return result

    response = Response("abc")
    try:
        response.get(flaky)
    except ValueError:
        assert response.get(flaky) == 7


@given(TEXT | st.text("ab_1 .’–é½\u0301ि你\u200d\ud800", max_size=40))
def test_words_are_counted_as_they_are_listed(text: str) -> None:
    assert count_words(text) == len(words(text))


def test_loose_texts_are_the_references_eight_in_its_order() -> None:
    assert loose_texts("*a*\n*b*\n*c*") == (
        "*a*\n*b*\n*c*",
        "a\nb\nc",
        "*b*\n*c*",
        "*a*\n*b*",
        "*b*",
        "b\nc",
        "a\nb",
        "b",
    )


def test_loose_texts_of_one_line_are_empty() -> None:
    assert set(loose_texts("one")) == {"one", ""}
    assert loose_texts("") == ("",) * 8


@given(TEXT)
def test_loose_variants_are_distinct_and_begin_with_the_response(text: str) -> None:
    response = Response(text)
    variants = response.loose_variants
    assert variants[0] is response
    texts = [variant.text for variant in variants]
    assert len(set(texts)) == len(texts)
    assert set(texts) == set(loose_texts(text))


@given(TEXT)
def test_analyses_are_total(text: str) -> None:
    response = Response(text)
    assert "\n".join(response.lines) == text
    assert all(part and part == part.strip() for part in response.paragraphs)
    assert all(word in text for word in response.words)
    assert response.is_blank is (not text.strip())
    assert repr(response).startswith("Response(")


@given(st.text(alphabet="ab_1 .-'\n\t", max_size=40))
def test_words_of_ascii_are_the_words_of_any_text(text: str) -> None:
    assert words(text) == words(f"{text} é")[:-1]


def test_paragraphs_are_divided_by_blank_lines() -> None:
    assert paragraphs("a\n\n b \n \t\n\n\nc\nd\n") == ["a", "b", "c\nd"]


TAGS = st.lists(
    st.sampled_from(["<think>", "</think>", "a", " ", "\n", "<thin", "k>"]), max_size=8
).map("".join)


@given(TAGS | TEXT)
def test_thinking_and_answer_are_the_text(text: str) -> None:
    thinking, answer = split_thinking(text)
    assert thinking + answer == text
    if thinking and answer:
        assert thinking.endswith("</think>")
        assert thinking.count("</think>") == 1
    if "think>" not in text:
        assert thinking == ""


def test_where_thinking_ends() -> None:
    assert split_thinking("<think>x</think>\n\ny") == ("<think>x</think>", "\n\ny")
    assert split_thinking(" \n<think>x</think>y") == (" \n<think>x</think>", "y")
    assert split_thinking("x</think>y") == ("x</think>", "y")
    assert split_thinking("<think>x") == ("<think>x", "")
    assert split_thinking("y <think>x</think>") == ("", "y <think>x</think>")
    assert split_thinking("<think>a</think>b</think>c") == ("<think>a</think>", "b</think>c")
    assert split_thinking("") == ("", "")
