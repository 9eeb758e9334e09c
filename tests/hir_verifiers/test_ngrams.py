"""The n-grams of a text are those that langdetect lists, in its order."""

from __future__ import annotations

from typing import Any

import langdetect.detector_factory as factory
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hir_verifiers.exact.alphabet import MISSING, Table, code_points
from hir_verifiers.exact.ngrams import NGrams
from hir_verifiers.exact.profiles import profiles

characters = st.one_of(
    st.characters(exclude_categories=()),
    st.sampled_from("aAbBzZ  \t\n.-_[`@éÉșțßœŒıİǅ"),
    st.characters(min_codepoint=0x370, max_codepoint=0x52F),
    st.characters(min_codepoint=0x600, max_codepoint=0xE7F),
    st.characters(min_codepoint=0x1E00, max_codepoint=0x1EFF),
    st.characters(min_codepoint=0x3000, max_codepoint=0x9FFF),
    st.characters(min_codepoint=0x1D400, max_codepoint=0x1D7FF),  # astral capitals
)


@pytest.fixture(scope="module")
def known() -> NGrams:
    return NGrams(profiles().numbers)


def listed(text: str) -> list[str]:
    """List the n-grams of a text as it is, with langdetect's own code."""
    factory.init_factory()
    detector: Any = factory._factory.create()
    detector.text = text
    return list(detector._extract_ngrams())


def numbered(grams: list[str]) -> list[int]:
    return [profiles().numbers[gram] for gram in grams]


@settings(max_examples=500, deadline=None)
@given(text=st.text(characters, max_size=60))
@example(text="")
@example(text="   ")
@example(text=" Ab  AB aBCd ")
@example(text="\U0001d400\U0001d401A b")
def test_any_text(known: NGrams, text: str) -> None:
    assert known.of(code_points(text)).tolist() == numbered(listed(text))


@settings(max_examples=300, deadline=None)
@given(text=st.text(st.characters(max_codepoint=127), max_size=80))
@example(text="")
@example(text="  ")
@example(text=" A\x00AB\n\naBC ")
def test_ascii_has_its_own_way(known: NGrams, text: str) -> None:
    assert known.of_ascii(text.encode("ascii")).tolist() == numbered(listed(text))


def test_what_langdetect_never_lists_is_not_listed() -> None:
    known = NGrams({"a": 0, " ": 1, "a b": 2, " a": 3, "b ": 4, " b": 5, "ab": 6})
    assert known.of_ascii(b"a b ab").tolist() == [0, 3, 5, 4, 0, 3, 6]
    assert known.of(code_points("a b ab\xe9")).tolist() == [0, 3, 5, 4, 0, 3, 6]


@settings(max_examples=200, deadline=None)
@given(
    entries=st.dictionaries(st.integers(0, 2**47), st.integers(0, 2**30), min_size=1),
    others=st.lists(st.integers(0, 2**47)),
)
def test_a_table_is_a_dict(entries: dict[int, int], others: list[int]) -> None:
    import numpy as np

    table = Table(np.array([*entries], dtype=np.intp), np.array([*entries.values()]))
    asked = [*others, *entries, *others]
    found = table.find(np.array(asked, dtype=np.intp)).tolist()
    assert found == [entries.get(key, MISSING) for key in asked]
