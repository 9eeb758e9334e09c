"""Whether a text is JSON: as Python's parser says, without its limits."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hir_kit import ConstraintSpec, load
from hir_verifiers.json_text import _is_nested, json_problem

DEEP = 20_000
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    "text",
    [
        '{"n": ' + "1" * 5000 + "}",
        "[-" + "9" * 90_000 + ", 0]",
        "[1e99999, -1E+400]",
        "[" * DEEP + "]" * DEEP,
        '{"a": ' * DEEP + "NaN" + "}" * DEEP,
        '[{"a\\u00e4":' * DEEP + "[]" + "}]" * DEEP,
    ],
)
@pytest.mark.parametrize(
    "id",
    ["detectable_format:json_format", "rlvr:validate_json_format", "muldimif:json_nesting"],
)
def test_long_numbers_and_deep_nesting_are_json(id: str, text: str) -> None:
    kwargs: dict[str, Any] = {"min_levels": 1} if id.startswith("muldimif") else {}
    (verdict,) = load().checker([ConstraintSpec(id, kwargs)]).check(text).strict
    assert verdict.satisfied


@pytest.mark.parametrize(
    "text",
    [
        "[" * DEEP,
        "[" * DEEP + "]" * (DEEP - 1),
        "[" * DEEP + "]" * (DEEP + 1),
        "[" * DEEP + "]" * (DEEP - 1) + "}",
        "[" * DEEP + "1," + "]" * DEEP,
        "[" * DEEP + "1 2" + "]" * DEEP,
        '{"a": ' * DEEP + "01" + "}" * DEEP,
        '{"a": ' * DEEP + "}" * DEEP,
        '{"a" ' * DEEP + "1" + "}" * DEEP,
        "{1: " * DEEP + "1" + "}" * DEEP,
        "[" * DEEP + '"\\x"' + "]" * DEEP,
        "[" * DEEP + "]" * DEEP + " so",
        '{"n": ' + "1" * 5000,
    ],
)
def test_what_is_deep_and_broken_is_none(text: str) -> None:
    assert json_problem(text) is not None


@given(VALUES, st.sampled_from([None, 1]))
def test_what_is_written_is_read(value: Any, indent: int | None) -> None:
    assert _is_nested(json.dumps(value, indent=indent))


@given(st.text(alphabet='[]{},:"\\ \n10.-eEntrue', max_size=12))
def test_both_readers_say_the_same(text: str) -> None:
    try:
        json.loads(text)
    except ValueError:
        assert not _is_nested(text)
    else:
        assert _is_nested(text)
