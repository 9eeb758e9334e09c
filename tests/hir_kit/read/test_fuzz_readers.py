"""Any bytes: each line of a dump is read or rejected, once, and nothing else is raised.

`make fuzz` runs many more examples (the environment variable HIR_KIT_FUZZ says how many).
"""

from __future__ import annotations

import copy
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

import hir_kit
from hir_kit import Group, HirKitError
from hir_kit.files import jsonl
from hir_kit.files.open import Input
from hir_kit.model.rollout import Reject
from hir_kit.read.format import ReadOptions, opened
from hir_kit.read.instructions import load_instructions
from hir_kit.verify.checker import check_groups

Row = dict[str, Any]
KIT = hir_kit.load(installed=False)
EXAMPLES = Path(__file__).parents[3] / "examples"


def _rows(file: str, number: int) -> list[Row]:
    return [jsonl.loads(line) for line in (EXAMPLES / file).read_bytes().splitlines()[:number]]


GROUPS = _rows("rollouts.jsonl", 3)
ASKED = [
    {"prompt": group["prompt"], "constraints": group["constraints"], "group": group["id"]}
    for group in GROUPS
]
EMITTED = {"completion": "Tea.", "label": True, "kind": "original", "verdicts": [], "schema": 1}
DUMPS: dict[str, tuple[str, dict[str, Any], list[Row]]] = {
    "groups": ("hir", {}, GROUPS),
    "emitted": ("hir", {}, [{"id": "x", **asked, **EMITTED} for asked in ASKED]),
    "columns": ("jsonl", {}, [{**asked, "response": "Tea."} for asked in ASKED]),
    "flat": ("jsonl", {"group_by": "group"}, [{**asked, "response": "Tea."} for asked in ASKED]),
    "ifeval": ("ifeval", {}, [{**row, "response": "a"} for row in _rows(
        "instructions/ifeval.jsonl", 3)]),
}  # fmt: skip
SOURCES = {
    path.stem: _rows(f"instructions/{path.name}", 3)
    for path in sorted((EXAMPLES / "instructions").glob("*.jsonl"))
}

EXAMPLES_IN_ALL = int(os.environ.get("HIR_KIT_FUZZ", "300"))
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

odd_bytes = st.sampled_from(
    [b"\n", b"\r\n", b"\r", b"\xff", b"\x00", b'"', b"\\", b"\\ud800", b"[" * 200, b"{", b"}", b",",
     b"null", b"NaN", b"1e999", b"1" * 30, b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"completion", b"  "]
) | st.binary(max_size=4)  # fmt: skip
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6)
    | st.sampled_from(["[]", "{}", "None", "[{'a': 1}]", "a:b", "\ud800", "~2"]),
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
def lines(draw: st.DrawFn, rows: list[Row]) -> bytes:
    """Draw a row with one value replaced or removed, or as bytes with some put in or cut out."""
    row = copy.deepcopy(draw(st.sampled_from(rows)))
    if draw(st.booleans()):
        *path, last = draw(st.sampled_from(_places(row)))
        target: Any = row
        for key in path:
            target = target[key]
        if draw(st.booleans()):
            target[last] = draw(anything)
        else:
            del target[last]
    line = jsonl.dumps(row)
    if draw(st.integers(0, 3)) == 0:
        at = draw(st.integers(0, len(line)))
        line = line[:at] + draw(odd_bytes) + line[at + draw(st.integers(0, 20)) :]
    return line


class _Feedback:
    def __init__(self) -> None:
        self.rejects: list[Reject] = []

    def reject(self, reject: Reject) -> None:
        assert reject.reason
        assert "reading a row raised" not in reject.reason
        self.rejects.append(reject)

    def advance(self, size: int) -> None:
        assert size >= 0


@pytest.mark.parametrize("kind", DUMPS)
@settings(max_examples=EXAMPLES_IN_ALL // len(DUMPS), deadline=None, suppress_health_check=SLOW)
@given(data=st.data())
def test_each_line_is_read_or_rejected_once(kind: str, data: st.DataObject) -> None:
    name, options, rows = DUMPS[kind]
    dump = b"\n".join(data.draw(st.lists(lines(rows), max_size=4)))
    whole = data.draw(st.booleans())
    feedback = _Feedback()
    try:
        groups = _read(name, dump, ReadOptions(whole_groups=whole, **options), feedback)
    except HirKitError as error:
        event(type(error).__name__)
        return
    event(f"{len(groups)} groups, {len(feedback.rejects)} rejects")
    if whole:
        assert len({group.id for group in groups}) == len(groups)
    else:
        rejected = [item for item in feedback.rejects if item.response is None]
        places = sorted(item.location.line for item in (*groups, *rejected))
        assert set(_numbers(dump)) - set(places) == _within_objects(dump, places)
        assert len(set(places)) == len(places)
    for checked in check_groups(groups, KIT.registry, hir_kit.CheckOptions(), feedback):
        assert len(checked.checked) == len(checked.group.rollouts)


def _read(name: str, dump: bytes, options: ReadOptions, feedback: _Feedback) -> list[Group]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dump.jsonl"
        path.write_bytes(dump)
        items = KIT.formats[name].read([Input(str(path))], options, feedback)
        return list(opened(items, feedback))


def _numbers(dump: bytes) -> list[int]:
    """Return the numbers of the lines that are not blank."""
    dump = dump.removeprefix(b"\xef\xbb\xbf")
    return [n for n, line in enumerate(dump.split(b"\n"), start=1) if line.strip()]


def _within_objects(dump: bytes, places: list[int]) -> set[int]:
    """Return the numbers of the lines that go on with what is no JSON by its first line."""
    lines = dump.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    found: set[int] = set()
    for first, beyond in zip(places, [*places, len(lines) + 1][1:], strict=True):
        try:
            jsonl.loads(lines[first - 1])
        except ValueError:
            found |= {n for n in range(first + 1, beyond) if lines[n - 1].strip()}
    return found


@pytest.mark.parametrize("kind", SOURCES)
@settings(max_examples=EXAMPLES_IN_ALL // len(SOURCES), deadline=None, suppress_health_check=SLOW)
@given(data=st.data())
def test_each_instruction_is_read_or_rejected(kind: str, data: st.DataObject) -> None:
    source = b"\n".join(data.draw(st.lists(lines(SOURCES[kind]), min_size=1, max_size=4)))
    feedback = _Feedback()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "prompts.jsonl"
        path.write_bytes(source)
        try:
            load_instructions([str(path)], KIT.instructions, feedback)
        except HirKitError as error:
            event(type(error).__name__)
        else:
            event(f"{len(feedback.rejects)} rejects")
