"""The quick ways of finding a user's text say what its regular expression says."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import hir_kit
from hir_kit import Response
from hir_verifiers.patterns import has_word, literal, occurrences, whole_word

SIGNS = "kKsSiIaA \u212a\u017f\u0130\u0131\u03a3\u03c2ß’1_-."
some = st.text(SIGNS, min_size=1, max_size=3).filter(lambda text: not text.isspace())
texts = st.text(SIGNS, max_size=30)


@given(some, texts)
@example("k", "\u212a")
@example("s", "\u017f")
@example("i", "\u0130")
def test_case_is_ignored_as_regular_expressions_do(wanted: str, text: str) -> None:
    assert occurrences(wanted, Response(text)) == len(literal(wanted).findall(text))
    assert has_word(wanted, Response(text)) == bool(whole_word(wanted).search(text))


@pytest.mark.parametrize("code", range(128, 0x110000, 0x1000))
def test_no_other_character_is_a_letter_of_ascii(code: int) -> None:
    block = "".join(map(chr, range(code, min(code + 0x1000, 0x110000))))
    found = re.findall(r"[\x00-\x7f]", block, re.IGNORECASE)
    assert set(found) <= set("\u0130\u0131\u017f\u212a")


@pytest.mark.parametrize("code", range(128, 0x110000, 0x1000))
def test_lower_case_keeps_word_characters_in_their_places(code: int) -> None:
    block = "".join(map(chr, range(code, min(code + 0x1000, 0x110000)))).replace("\u0130", "")
    assert re.sub(r"\w", "w", block.lower()) == re.sub(r"\w", "w", block).lower()


@given(
    st.text("S1 .\t", min_size=1, max_size=3).filter(lambda text: not text.isspace()),
    st.text("S1 .\t\n2", max_size=30),
)
def test_sections_are_counted_as_the_expression_cuts(splitter: str, text: str) -> None:
    kwargs = {"section_spliter": splitter, "num_sections": 0}
    spec = hir_kit.ConstraintSpec("detectable_format:multiple_sections", kwargs)
    verdict = hir_kit.load().registry.bind(spec).check(Response(text))
    pattern = re.compile(rf"\s?{re.escape(splitter.strip())}\s?\d+\s?")
    assert verdict.measured == len(pattern.split(text)) - 1
