"""Constraints as data, in every shape that datasets write them."""

from __future__ import annotations

import json
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hir_kit import ConstraintSpec, SpecError
from hir_kit.model.constraint import parse_constraints, parse_kwargs

WORDS = {"relation": "at least", "num_words": 300}
SHAPES: dict[str, Any] = {
    "an object": WORDS,
    "filled with null": {**WORDS, "keywords": None, "end_phrase": None},
    "JSON": json.dumps(WORDS),
    "JSON filled with null": json.dumps({**WORDS, "keywords": None}),
    "JSON with white space": f"  {json.dumps(WORDS, indent=1)}\n",
    "a Python literal": repr({**WORDS, "keywords": None}),
    "JSON in JSON": json.dumps(json.dumps(WORDS)),
    "a literal in JSON": json.dumps(repr(WORDS)),
}
EMPTY: dict[str, Any] = {
    "an object": {},
    "null": None,
    "only nulls": {"keywords": None},
    "JSON": "{}",
    "JSON null": "null",
    "None": "None",
    "JSON null in JSON": '"null"',
}
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
LITERALISH = st.text(alphabet="{}[]()'\":,0x1e9-+j. \\\nbrNoneTfalsu\0\ud800", max_size=25)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_kwargs(shape: str) -> None:
    assert parse_kwargs(SHAPES[shape]) == WORDS


@pytest.mark.parametrize("shape", EMPTY)
def test_every_shape_of_no_kwargs(shape: str) -> None:
    assert parse_kwargs(EMPTY[shape]) == {}


@pytest.mark.parametrize(
    "value",
    ["", " ", "x", "7", "[]", "'x'", 7, 1.5, True, [], [WORDS], "{1, 2}", "{'a': {1}}", "b'x'",
     "{'a': b'x'}", "{(1, 2): 3}", "{'a': 1e999}", "{'a': 1j}", "...", "{'a': ...}",
     "0x" + "f" * 5000, "-" * 10_000 + "1", "(" * 10_000, "[" * 10_000, '{"a": ' * 200 + "1",
     '{"a": Infinity}', "{'a': " + "[" * 150 + "]" * 150 + "}", "__import__('os')", "{'a': open}"],
)  # fmt: skip
def test_anything_else_is_a_spec_error(value: object) -> None:
    with pytest.raises(SpecError) as raised:
        parse_kwargs(value)
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize("text", ["{'a': '\\d'}", "{'a': 1or 2}"])
def test_a_literal_raises_no_warning(text: str) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            assert parse_kwargs(text) == {"a": "\\d"}
        except SpecError:
            assert "or" in text
    assert caught == []


def test_a_tuple_of_a_literal_is_a_list() -> None:
    assert parse_kwargs("{'keywords': ('a', 'b')}") == {"keywords": ["a", "b"]}


@settings(max_examples=300)
@given(st.text(max_size=40) | LITERALISH | ANY_JSON.map(json.dumps) | ANY_JSON.map(repr))
def test_kwargs_of_any_text_are_an_object_or_a_spec_error(text: str) -> None:
    try:
        kwargs = parse_kwargs(text)
    except SpecError:
        return
    assert isinstance(kwargs, dict)
    assert all(isinstance(key, str) for key in kwargs)
    assert None not in kwargs.values()
    assert json.loads(json.dumps(kwargs, allow_nan=False)) == kwargs
    assert parse_kwargs(kwargs) == kwargs


@settings(max_examples=200)
@given(ANY_JSON | LITERALISH | ANY_JSON.map(json.dumps), ANY_JSON)
def test_constraints_of_anything_are_specs_or_a_spec_error(value: object, kwargs: object) -> None:
    try:
        specs = parse_constraints(value, kwargs)
    except SpecError:
        return
    assert all(isinstance(spec, ConstraintSpec) and spec.id for spec in specs)


FIRST = ConstraintSpec("length_constraints:number_words", WORDS)
SECOND = ConstraintSpec("punctuation:no_comma")
IDS = [FIRST.id, SECOND.id]
PAIR = {"instruction_id_list": IDS, "kwargs": [{**WORDS, "keywords": None}, None]}
OPEN_INSTRUCT = {"instruction_id": IDS, "kwargs": [WORDS, None]}
OBJECTS = [FIRST.to_json(), SECOND.to_json()]
WHOLE: dict[str, Any] = {
    "objects": OBJECTS,
    "objects as JSON": json.dumps(OBJECTS),
    "each object as JSON": [json.dumps(item) for item in OBJECTS],
    "a pair": PAIR,
    "a pair as JSON": json.dumps(PAIR),
    "a pair as a literal": repr(PAIR),
    "a pair in a list": [PAIR],
    "a pair as JSON in a list": [json.dumps(PAIR)],
    "a list of a pair as JSON": json.dumps([PAIR]),
    "a list of a pair as a literal": repr([OPEN_INSTRUCT]),
    "the other key": OPEN_INSTRUCT,
    "kwargs as JSON": {**PAIR, "kwargs": json.dumps(PAIR["kwargs"])},
    "each kwargs as JSON": {**PAIR, "kwargs": [json.dumps(item) for item in PAIR["kwargs"]]},
    "each kwargs as a literal": {**PAIR, "kwargs": [repr(item) for item in PAIR["kwargs"]]},
}


@pytest.mark.parametrize("shape", WHOLE)
def test_every_shape_of_constraints(shape: str) -> None:
    assert parse_constraints(WHOLE[shape]) == (FIRST, SECOND)


@pytest.mark.parametrize("kwargs", [[WORDS, {}], [json.dumps(WORDS), None], repr([WORDS, None])])
def test_ids_with_kwargs_beside_them(kwargs: object) -> None:
    assert parse_constraints(IDS, kwargs) == (FIRST, SECOND)


def test_one_id_needs_no_lists() -> None:
    pair = {"instruction_id": FIRST.id, "kwargs": WORDS}
    assert parse_constraints(pair) == (FIRST,)
    assert parse_constraints({"instruction_id_list": [SECOND.id]}) == (SECOND,)


def test_no_constraints_are_none() -> None:
    assert parse_constraints([]) == ()
    assert parse_constraints("[]") == ()
    assert parse_constraints({"instruction_id_list": [], "kwargs": []}) == ()


@pytest.mark.parametrize(
    ("value", "kwargs", "said"),
    [
        (None, None, "got None"),
        (7, None, "got 7"),
        ({}, None, "got {}"),
        ("x", None, "neither JSON nor a Python literal"),
        ([7], None, "got 7"),
        ([[], []], None, "got []"),
        ([None, FIRST.id], None, "got None"),
        ([""], None, "got ['']"),
        (IDS, [WORDS], "2 instruction ids but 1 kwargs"),
        ([], [WORDS], "0 instruction ids but 1 kwargs"),
        (IDS, WORDS, "one entry per id"),
        (IDS, "x", "neither JSON"),
        (IDS, [WORDS, 7], f"constraint '{SECOND.id}': kwargs are an object or null, got 7"),
        ({"instruction_id": [7]}, None, "list of strings"),
        ([{"id": "a:b", "kwarg": {}}], None, "Did you mean 'kwargs'?"),
        ([{"id": 7}], None, "non-empty string 'id'"),
        ([{"id": "a:b", "text": 7}], None, "'text' is a string or null, got 7"),
    ],
)
def test_what_is_wrong_is_said(value: object, kwargs: object, said: str) -> None:
    with pytest.raises(SpecError) as raised:
        parse_constraints(value, kwargs)
    assert said in str(raised.value)


@given(
    st.text(min_size=1),
    st.dictionaries(st.text(), st.integers() | st.text() | st.lists(st.text())),
    st.none() | st.text(),
)
def test_a_spec_survives_its_json(id: str, kwargs: dict[str, Any], text: str | None) -> None:
    spec = ConstraintSpec(id, kwargs, text)
    assert ConstraintSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec


@pytest.mark.parametrize(
    "value",
    [
        [["text", "main", "x", "y"]],
        [["punctuation:no_comma"]],
        [["a", "b"], ["c", "d"]],
        [[["punctuation:no_comma"]]],
        '[["text", "main"]]',
        ['["text", "main"]'],
    ],
    ids=str,
)
def test_a_list_of_lists_of_strings_is_no_list_of_ids(value: object) -> None:
    with pytest.raises(SpecError, match="a constraint is an object"):
        parse_constraints(value)


def test_a_list_of_constraints_may_be_wrapped_in_a_list() -> None:
    spec = ConstraintSpec("punctuation:no_comma")
    for value in ([[{"id": spec.id}]], ['[{"id": "punctuation:no_comma"}]']):
        assert parse_constraints(value) == (spec,)


@pytest.mark.parametrize("blank", ["", " ", "\n\t", "\u3000"])
def test_a_blank_sentence_is_none(blank: str) -> None:
    spec = ConstraintSpec("punctuation:no_comma", {}, blank)
    assert spec == ConstraintSpec("punctuation:no_comma")
    assert "text" not in spec.to_json()
    read = parse_constraints([{"id": "punctuation:no_comma", "kwargs": {}, "text": blank}])
    assert read == (spec,)
