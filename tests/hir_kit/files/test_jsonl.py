"""Parsing keeps every digit of an integer, wherever it stands."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hir_kit.files import jsonl

NUMBERS = (
    st.integers(-(2**140), 2**140)
    | st.sampled_from([2**64, 2**64 - 1, 10**18, 10**19, -(10**19), 0.00123456789012345678])
    | st.floats(allow_nan=False, allow_infinity=False)
)


@given(st.lists(NUMBERS | st.text("01.9 -e", max_size=30)), st.sampled_from([None, 1]))
def test_numbers_are_what_they_are(values: list[object], indent: int | None) -> None:
    text = json.dumps(values, indent=indent)
    for data in (text, text.encode()):
        found = jsonl.loads(data)
        assert found == values
        assert [type(value) for value in found] == [type(value) for value in values]


@pytest.mark.parametrize(
    "text",
    ["[0.1234567890123456789, 12345678901234567890123]", "12345678901234567890123",
     "[1.5, -12345678901234567890, 1e-19]", '{"a":"x.1","b":98765432109876543210}',
     "[0.12345678901234567890123]"],
)  # fmt: skip
def test_a_long_fraction_hides_no_long_integer(text: str) -> None:
    assert jsonl.loads(text) == json.loads(text)
    assert jsonl.loads(text.encode()) == json.loads(text)
