"""Parsing keeps every digit of an integer, wherever it stands."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
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


SPACES = st.sampled_from(["", "", " ", "  ", "\t", "\n", " \r"])
TEXTS = st.text('a:"\\ ,{}\u00e9', max_size=6)


@st.composite
def documents(draw: st.DrawFn, depth: int = 3) -> str:
    """Draw JSON as anybody may write it, with a key twice now and then."""
    kind = draw(st.sampled_from("siol" if depth else "si"))
    if kind == "s":
        return json.dumps(draw(TEXTS), ensure_ascii=draw(st.booleans()))
    if kind == "i":
        return json.dumps(draw(NUMBERS | st.none()))
    parts = draw(st.lists(documents(depth - 1), max_size=4))
    if kind == "o":
        keys = [json.dumps(draw(TEXTS)) + draw(SPACES) for _ in parts]
        parts = [f"{key}:{draw(SPACES)}{part}" for key, part in zip(keys, parts, strict=True)]
    inner = ",".join(f"{draw(SPACES)}{part}{draw(SPACES)}" for part in parts)
    return f"{{{inner}}}" if kind == "o" else f"[{inner}]"


def read_plainly(text: str) -> object:
    def once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise ValueError("a key stands twice")
        return found

    return json.loads(text, object_pairs_hook=once_each)


@given(documents())
@example('{"a" :1,"a"  :2}')
@example('{"a":1,"a"\t:2}')
@example('{"a\\\\":1,"a\\\\":2}')
@example('{"a\\":": "b\\" :", "c":1, "c":2}')
@example('{"a": [%s{"b": 1, "b": 2}]}' % ("0, " * 200))
@example("[[%s98765432109876543210]]" % ("1.5, " * 200))
def test_a_document_is_read_as_by_looking_at_each_key_and_number(text: str) -> None:
    try:
        expected = read_plainly(text)
    except ValueError:
        with pytest.raises(ValueError, match="stands twice"):
            jsonl.loads(text)
        return
    for data in (text, text.encode()):
        assert json.dumps(jsonl.loads(data)) == json.dumps(expected)


@pytest.mark.parametrize("opening", ['{"a":', "[", "[0, ", '[[], {"a": '])
def test_what_is_nested_too_deep_is_refused(opening: str) -> None:
    closing = "".join("}" if sign == "{" else "]" for sign in reversed(opening) if sign in "[{")
    closing = {'[[], {"a": ': "}]"}.get(opening, closing)
    levels = 100 // len(closing)
    assert jsonl.loads(opening * levels + "1" + closing * levels) is not None
    with pytest.raises(ValueError, match="nested more than 100 deep"):
        jsonl.loads(opening * (levels + 1) + "1" + closing * (levels + 1))
