"""Rows of replays that ask for a constraint in a weaker form."""

from __future__ import annotations

from pathlib import Path

import pytest

from hir_kit import ConstraintSpec, Group, Relabelled, Replay, Rollout, Status, Verdict
from hir_kit.files import jsonl
from hir_kit.files.save import open_sink
from hir_kit.model.rollout import Location
from hir_kit.plugin import Kept
from hir_kit.relabel.selection import Candidate
from hir_kit.write.emissions import EMISSIONS
from hir_kit.write.rows import HirRows

WORDS = "length_constraints:number_words"
ASKED = ConstraintSpec(WORDS, {"num_words": 300}, "Write at least 300 words.")
ACHIEVED = ConstraintSpec(WORDS, {"num_words": 250}, "Write at least 250 words.")
NO_COMMA = ConstraintSpec("punctuation:no_comma")


def _relabelled(*kept: Kept) -> Relabelled:
    rollout = Rollout("q/0", "word " * 260)
    replay = Replay(
        rollout,
        "Write at least 250 words.",
        kept,
        (Verdict(Status.SATISFIED),) * len(kept),
        (),
        "relax",
        Candidate(0, (), (ASKED,), 1.0, 0.0, 2.0),
        "novelty",
        0,
    )
    group = Group("q", "Write at least 300 words.", (ASKED,), (rollout,), Location("f", 1))
    return Relabelled(group, (), 1, 1, (replay,))


def test_a_weaker_form_is_told_with_its_original() -> None:
    relaxed = Kept(ACHIEVED, None, ASKED)
    assert (relaxed.sentence, relaxed.original) == ("Write at least 250 words.", ASKED)
    (row,) = HirRows({}, originals=False).of(_relabelled(Kept(NO_COMMA), relaxed))
    assert row["constraints"] == [NO_COMMA.to_json(), ACHIEVED.to_json()]
    assert row["hindsight"]["relaxed"] == [{"from": ASKED.to_json(), "to": ACHIEVED.to_json()}]


def test_nothing_is_told_where_nothing_is_weaker() -> None:
    kept = Kept(NO_COMMA, "Use no commas.")
    assert (kept.sentence, kept.original) == ("Use no commas.", NO_COMMA)
    (row,) = HirRows({}, originals=False).of(_relabelled(kept))
    assert "relaxed" not in row["hindsight"]


def test_parquet_has_a_column_for_it(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [
        *HirRows({}, originals=False).of(_relabelled(Kept(ACHIEVED, None, ASKED))),
        *HirRows({}, originals=False).of(_relabelled(Kept(NO_COMMA))),
    ]
    path = tmp_path / "rows.parquet"
    with open_sink(str(path), EMISSIONS["hir"].columns) as sink:
        for row in rows:
            sink.write_line(jsonl.dumps(row))
    first, second = parquet.read_table(path).to_pylist()
    assert second["hindsight"]["relaxed"] is None
    (pair,) = jsonl.loads(first["hindsight"]["relaxed"])
    assert (pair["from"]["text"], pair["to"]["text"]) == (ASKED.text, ACHIEVED.text)
