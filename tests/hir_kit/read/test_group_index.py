"""Groups of a flat dump on disk: what memory does not hold is found again."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hir_kit.model.rollout import Location
from hir_kit.read import spool as group_index
from hir_kit.read.spool import GroupIndex


def _rows(groups: int, of_each: int) -> list[dict[str, Any]]:
    rows = [
        {
            "of": f"g{number}\ud800" if number % 3 == 0 else number,
            "prompt": f"Question {number}. Use no comma.",
            "constraints": [{"id": "punctuation:no_comma", "kwargs": {}}],
            "response": f"answer {number} {place}" + ("," if place % 2 else ""),
        }
        for number in range(groups)
        for place in range(of_each)
    ]
    random.Random(0).shuffle(rows)
    rows.insert(40, {**rows[3], "prompt": "Another question."})
    return rows


@pytest.mark.parametrize("command", ["relabel", "verify"])
def test_groups_that_were_put_down_are_found_again(
    command: str, here: Any, dump: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = dump(_rows(30, 4))
    written = []
    for held in (20_000, 1, 7):
        monkeypatch.setattr(group_index, "_HELD", held)
        out = tmp_path / f"{held}.jsonl"
        ran = here(command, path, "--group-by", "of", "-o", out, "--json")
        assert ran.code == 0
        assert ran.json["rejected"] == 1
        rejects = out.with_name(f"{out.name}.rejects.jsonl")
        written.append((out.read_bytes(), rejects.read_bytes(), ran.json))
    assert written[0] == written[1] == written[2]
    assert written[0][2]["rollouts"] == 120


@given(st.lists(st.tuples(st.text(max_size=3), st.integers(0, 5)), max_size=40), st.integers(1, 5))
def test_it_is_what_a_dictionary_in_memory_would_be(
    pieces: list[tuple[str, int]], held: int
) -> None:
    expected: dict[str, tuple[Location, list[int]]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(group_index, "_HELD", held)
        index = GroupIndex()
        for place, (id, line) in enumerate(pieces):
            known = index[id]
            known.location = known.location or Location(f"file{line % 2}", line)
            known.rollouts += 1
            index.wait(known, place)
            location, places = expected.setdefault(id, (Location(f"file{line % 2}", line), []))
            places.append(place)
            assert known.location == location
            assert known.rollouts == len(places)
        found = [(id, location, places) for id, location, places in index.waiting()]
        index.close()
    assert found == [(id, *rest) for id, rest in expected.items()]
