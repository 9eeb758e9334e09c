"""Rows that are nearly right: rejected with line and reason, or read for what they say.

`make fuzz` runs many more examples (the environment variable HIR_KIT_FUZZ says how many).
"""

from __future__ import annotations

import copy
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hir_kit import Group
from hir_kit.files import jsonl
from hir_plugin_dumps.tokens import load_decoder

from .conftest import SAMPLES, TOKENIZER, Collected, Row, options_of, read_dump, rows_of

NEARLY_RIGHT = int(os.environ.get("HIR_KIT_FUZZ", 50 * len(SAMPLES)))

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6)
    | st.sampled_from(["user\nx\nassistant\n", "a:b", "[]", "{}", "None", "u_0_0", "stop"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path to every value within this one."""
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value[:3])
    return [found for key, item in items for found in ((*path, key), *_places(item, (*path, key)))]


@st.composite
def nearly_right(draw: st.DrawFn, sample: str) -> list[Row]:
    """Draw a few rows of a sample, each with one value replaced, removed or added."""
    rows = copy.deepcopy(rows_of(sample)[:3])
    for row in rows:
        *path, last = draw(st.sampled_from(_places(row)))
        target: Any = row
        for key in path:
            target = target[key]
        match draw(st.sampled_from(["replace", "remove", "add"])):
            case "replace":
                target[last] = draw(ANYTHING)
            case "remove":
                del target[last]
            case _ if isinstance(target, dict):
                target[draw(st.text(max_size=6))] = draw(ANYTHING)
    return rows


def _read(sample: str, rows: list[Row]) -> Collected:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dump.jsonl"
        path.write_bytes(b"".join(jsonl.dumps(row) + b"\n" for row in rows))
        return read_dump(SAMPLES[sample], path, whole_groups=False, **options_of(sample))


def _strings(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value}
    items: Any = value.values() if isinstance(value, dict) else value
    return (
        {text for item in items for text in _strings(item)}
        if isinstance(value, dict | list)
        else set()
    )


def _said(sample: str, row: Row) -> set[str]:
    """Return the texts of a row, those of its token ids, and for a batch those of its requests."""
    said = _strings(row)
    if SAMPLES[sample] == "open-instruct":
        tokenizer = load_decoder(TOKENIZER)
        said.add(tokenizer.with_special(row["prompt_tokens"], ""))
        said.add(tokenizer.plain(row["response_tokens"], ""))
    if SAMPLES[sample] == "openai-batch":
        requests = rows_of("openai_batch/requests.jsonl")
        said |= {text for item in requests for text in _strings(item["body"])}
    return said


def _is_said(group: Group, said: set[str]) -> bool:
    """Return whether these texts hold the prompt and the responses that were read from them."""
    prompt = group.prompt if isinstance(group.prompt, str) else group.prompt[-1]["content"]
    parts = [prompt, *(rollout.text for rollout in group.rollouts)]
    return all(any(part in text for text in said) for part in parts)


@pytest.mark.parametrize("sample", SAMPLES)
@settings(max_examples=NEARLY_RIGHT // len(SAMPLES), deadline=None)
@given(data=st.data())
def test_a_row_is_read_for_what_it_says_or_rejected(sample: str, data: st.DataObject) -> None:
    rows = data.draw(nearly_right(sample))
    read = _read(sample, rows)
    whole = [reject for reject in read.rejects if reject.response is None]
    lines = [item.location.line for item in (*read.groups, *whole)]
    assert len(set(lines)) == len(lines)
    assert all(reject.reason for reject in read.rejects)
    assert not any("reading a row raised" in reject.reason for reject in read.rejects)
    for group in read.groups:
        assert _is_said(group, _said(sample, rows[group.location.line - 1]))


@pytest.mark.parametrize("sample", SAMPLES)
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_rows_of_other_formats_are_rejected_where_they_stand(
    sample: str, data: st.DataObject
) -> None:
    others = [name for name, format in SAMPLES.items() if format != SAMPLES[sample]]
    stranger = rows_of(data.draw(st.sampled_from(others)))[0]
    rows = [rows_of(sample)[0], stranger, data.draw(st.dictionaries(st.text(), ANYTHING))]
    read = _read(sample, rows)
    assert [group.location.line for group in read.groups] == [1]
    assert [reject.location.line for reject in read.rejects] == [2, 3]
