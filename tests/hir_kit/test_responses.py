"""Analyses, the texts of loose evaluation, and thinking."""

from __future__ import annotations

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hir_kit import Response
from hir_kit.verify.response import count_words, loose_texts, paragraphs, words
from hir_kit.verify.thinking import split_thinking

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


@given(st.text(st.sampled_from("a*\n\r \x1c\x85"), max_size=12))
def test_loose_texts_drop_lines_as_the_reference_does(text: str) -> None:
    parts = text.split("\n")
    dropped = ["\n".join(kept).strip() for kept in (parts[1:], parts[:-1], parts[1:-1])]
    plain = [part.replace("*", "") for part in dropped]
    assert loose_texts(text) == (text, text.replace("*", ""), *dropped, *plain)


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


@given(TAGS | TEXT, st.booleans())
def test_thinking_and_answer_are_the_text(text: str, opened: bool) -> None:
    thinking, answer = split_thinking(text, opened=opened)
    assert thinking + answer == text
    if thinking and answer:
        assert thinking.endswith("</think>")
        assert thinking.count("</think>") == 1
    if "think>" not in text:
        assert thinking == (text if opened else "")


def test_where_thinking_ends() -> None:
    assert split_thinking("<think>x</think>\n\ny") == ("<think>x</think>", "\n\ny")
    assert split_thinking(" \n<think>x</think>y") == (" \n<think>x</think>", "y")
    assert split_thinking("\n</think>\n\ny") == ("\n</think>", "\n\ny")
    assert split_thinking("x</think>y") == ("", "x</think>y")
    assert split_thinking("x</think>y", opened=True) == ("x</think>", "y")
    assert split_thinking("x <think></think>y", opened=True) == ("x <think></think>", "y")
    assert split_thinking("x", opened=True) == ("x", "")
    assert split_thinking("<think>x") == ("<think>x", "")
    assert split_thinking("y <think>x</think>") == ("", "y <think>x</think>")
    assert split_thinking("<think>a</think>b</think>c") == ("<think>a</think>", "b</think>c")
    assert split_thinking("") == ("", "")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("<thinking>x</thinking>\n\ny", "\n\ny"),
        (" \n<thinking>x</thinking> y", " y"),
        ("<thought>\nx\n</thought>\ny", "\ny"),
        ("<seed:think>x</seed:think>y", "y"),
        ("[THINK]x[/THINK]y [/THINK]", "y [/THINK]"),
        ("\u25c1think\u25b7x\u25c1/think\u25b7 y", " y"),
        ("[THINK]x", ""),
        ("<thinking>x", ""),
        ("<|channel|>analysis<|message|>x<|end|><|channel|>final<|message|> y\n", " y\n"),
        ("<|start|>assistant<|channel|>final <|constrain|>json<|message|>{}", "{}"),
        ("<|channel|>analysis<|message|>x", ""),
        ("analysisWe think.assistantfinal\ny", "\ny"),
        ("analysisWe think.assistantcommentaryMore.assistantfinaly assistantfinal",
         "y assistantfinal"),
        # which is all answer
        ("y <thinking>x</thinking>", None),
        ("y [THINK]x[/THINK]", None),
        ("x</thinking>y", None),
        ("x[/THINK]y", None),
        ("y <|channel|>final<|message|>z", None),
        ("analysis is hard", None),
        ("analysis of assistantfinal", None),
        ("analysisWe think.", None),
        ("Analysis: assistantfinal", None),
        ("<thinkingly>y", None),
    ],
)  # fmt: skip
def test_other_marks_of_thinking(text: str, answer: str | None) -> None:
    thinking, found = split_thinking(text)
    assert found == (text if answer is None else answer)
    assert thinking + found == text


def test_the_token_that_ends_an_answer_is_not_part_of_it() -> None:
    head = "<|channel|>analysis<|message|>x<|end|><|start|>assistant<|channel|>final<|message|>"
    for token in ("<|return|>", "<|end|>", "<|return|>\n"):
        assert split_thinking(f"{head}y.{token}") == (head, "y.")
    assert split_thinking(f"{head}<|return|> y") == (head, "<|return|> y")


def test_a_response_goes_when_nobody_has_it_any_more() -> None:
    """Its analyses do not hold it: a long run would wait for the garbage collector."""
    gc.collect()
    gc.disable()
    try:
        assert len(Response("*a*\n*b*\n*c*").loose_variants) == 8
        assert not gc.collect()
    finally:
        gc.enable()
