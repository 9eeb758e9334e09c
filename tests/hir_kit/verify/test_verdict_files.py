"""Verdict files read back by `verify` and `relabel`: what fits, and what is refused."""

from __future__ import annotations

import json
import pickle
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hir_kit
from hir_kit import ConstraintSpec, Group, Rollout, Status, Verdict
from hir_kit.model.rollout import Location
from hir_kit.verify.checker import CheckedGroup
from hir_kit.verify.verdict_files import verdict_files

SOFT = {"id": "judge:criterion", "kwargs": {"criterion": "kind"}, "text": "Be kind."}
HARD = {"id": "punctuation:no_comma", "kwargs": {}, "text": "No commas."}
YES, NO, OPEN = ({"status": status} for status in ("satisfied", "violated", "unknown"))


@pytest.fixture
def kind(dump: Callable[..., Path]) -> Path:
    """Give a dump of two groups of two rollouts with a soft and a hard constraint."""
    rows = [
        {
            "id": name,
            "task": "Describe IPv6.",
            "prompt": "Describe IPv6. Be kind. No commas.",
            "constraints": [SOFT, HARD],
            "responses": ["IPv6 is new.", f"IPv6, {name}, is new."],
        }
        for name in ("a", "b")
    ]
    return dump(rows, "kind.jsonl")


def _row(id: str, *verdicts: Any, **more: Any) -> dict[str, Any]:
    return {"id": id, "verdicts": list(verdicts), **more}


@pytest.fixture
def given(dump: Callable[..., Path]) -> Callable[..., Path]:
    """Give a function that writes a verdict file."""

    def write(*rows: Any, name: str = "given.jsonl") -> Path:
        return dump(rows, name)

    return write


ALL = tuple(_row(f"{name}/{place}", YES, OPEN) for name in "ab" for place in (0, 1))


def _lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.mark.parametrize("workers", [0, 2])
def test_they_decide_what_code_cannot(
    workers: int,
    here: Callable[..., Any],
    kind: Path,
    given: Callable[..., Path],
    tmp_path: Path,
) -> None:
    out, path = tmp_path / "out.jsonl", given(*ALL)
    options = ("--verdicts", path, "--workers", workers, "-o", out)
    ran = here("verify", kind, *options, "--loose", "--json")
    assert ran.json["strict"]["ila"] == 0.5
    assert f"verdicts of {path}: 4 taken, on 4 rollouts" in ran.err
    assert "Warning" not in ran.err
    first, second = _lines(out)[:2]
    assert first["verdicts"] == [YES, {"status": "satisfied", "measured": 0}]
    assert [one["status"] for one in second["verdicts"]] == ["satisfied", "violated"]
    assert first["loose"][0] == YES
    assert here("relabel", kind, *options).code == 0
    replays = [row for row in _lines(out) if row["kind"] == "replay"]
    assert [row["id"] for row in replays] == ["a/1", "b/1"]
    assert replays[0]["prompt"][0]["content"] == "Describe IPv6. Be kind."
    assert replays[0]["verdicts"] == [YES]
    assert list(replays[0]["provenance"]["verdicts"]) == ["given.jsonl"]


def test_without_them_nothing_is_replayed(
    here: Callable[..., Any], kind: Path, given: Callable[..., Path], tmp_path: Path
) -> None:
    out, path = tmp_path / "out.jsonl", given(_row("a/1", NO, OPEN))
    for options in ((), ("--verdicts", path)):
        assert here("relabel", kind, "-o", out, *options, "--workers", 0).code == 0
        assert not [row for row in _lines(out) if row["kind"] == "replay"]


def test_several_files_fill_each_other_in(
    here: Callable[..., Any], kind: Path, given: Callable[..., Path]
) -> None:
    one, two = given(*ALL[:2], name="one.jsonl"), given(*ALL[2:], name="two.jsonl")
    ran = here("verify", kind, "--verdicts", one, "--verdicts", two, "--json", "--workers", 0)
    assert ran.json["strict"]["rollouts"]["undetermined"] == 0


def test_rows_that_are_not_needed_and_rows_that_are_missing_are_said(
    here: Callable[..., Any], kind: Path, given: Callable[..., Path]
) -> None:
    path = given(ALL[0], _row("z/0", YES, YES), _row("z/1", YES, YES))
    ran = here("verify", kind, "--verdicts", path, "--workers", 0)
    assert ran.code == 0
    assert "2 rollouts there, which the dump does not have" in ran.err
    assert "no row on 3 rollouts that code cannot decide alone" in ran.err


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            _row("a/1", YES),
            "given.jsonl:2: 1 verdicts on the rollout 'a/1', whose instruction has 2",
        ),
        (
            _row("a/1", YES, OPEN, constraints=["judge:criterion", "keywords:existence"]),
            "1 of the rollout 'a/1' is 'keywords:existence', and 'punctuation:no_comma'",
        ),
        (
            _row("a/1", YES, YES),
            "2: 'punctuation:no_comma', constraint 1 of the rollout 'a/1', is satisfied there, and",
        ),
        (_row("a/0", NO, OPEN), "is violated there, and satisfied by"),
        ({"id": "a/1"}, "given.jsonl:2: a row of a verdict file has an 'id' and 'verdicts'"),
        (_row("a/1", {"status": "true"}, OPEN), "given.jsonl:2: a verdict is an object with a"),
        (_row("a/1", {**YES, "reason": 3}, OPEN), "'reason' is a string, got a number"),
        (_row("a/1", {**YES, "measured": [3]}, OPEN), "'measured' is a number or a string"),
        (_row("a/1", {**YES, "detail": "x"}, OPEN), "'detail' is an object, got a string"),
        (_row("a/1", YES, OPEN, constraints=["x"]), "one id for each verdict"),
        (_row("a/1", YES, OPEN, constraints=[1, 2]), "a constraint is an id"),
    ],
)
@pytest.mark.parametrize("command", ["verify", "relabel"])
def test_what_does_not_fit_is_an_error_that_says_where(
    command: str,
    row: Any,
    said: str,
    here: Callable[..., Any],
    kind: Path,
    given: Callable[..., Path],
    tmp_path: Path,
) -> None:
    path, out = given(ALL[0], row), tmp_path / "out.jsonl"
    ran = here(command, kind, "--verdicts", path, "-o", out, "--workers", 0)
    assert ran.code == 2
    assert said in ran.err
    assert not out.exists()


def test_a_worker_says_the_same(
    here: Callable[..., Any], kind: Path, given: Callable[..., Path]
) -> None:
    path = given(_row("a/1", YES, YES))
    ran = here("verify", kind, "--verdicts", path, "--workers", 2)
    assert ran.code == 2
    assert "is satisfied there, and violated by code (" in ran.err


def test_they_win_where_that_is_asked_for(
    here: Callable[..., Any], kind: Path, given: Callable[..., Path], tmp_path: Path
) -> None:
    path, out = given(_row("a/1", YES, YES)), tmp_path / "out.jsonl"
    options = ("--verdicts", path, "--verdicts-win", "--workers", 0, "-o", out)
    assert here("verify", kind, *options).code == 0
    assert _lines(out)[1]["verdicts"] == [YES, YES]
    assert here("relabel", kind, *options).code == 0
    assert next(row for row in _lines(out) if row["id"] == "a/1")["label"] is True


def test_a_reason_of_theirs_is_told(
    here: Callable[..., Any], kind: Path, given: Callable[..., Path]
) -> None:
    path = given(_row("a/1", {**OPEN, "reason": "the judge was late"}, OPEN))
    ran = here("verify", kind, "--verdicts", path, "--json", "--workers", 0)
    reasons = {one["reason"]: one["count"] for one in ran.json["unknown"]}
    assert reasons["the judge was late"] == 1


def test_where_the_index_is_not_there_it_is_made_of_the_files(given: Callable[..., Path]) -> None:
    """As on another machine of a Ray cluster."""
    specs = (ConstraintSpec("judge:criterion"),)
    group = Group("a", "Be kind.", specs, (Rollout("a/0", "Yes."),), Location("x", 1))
    kit = hir_kit.load(installed=False)
    checker = kit.checker(specs)
    checked = CheckedGroup(group, checker, (checker.check("Yes."),))
    path, counts = given(_row("a/0", YES)), Counter[str]()
    with verdict_files([str(path)]) as known:
        assert known is not None
        (here,) = known.filled([checked], Counter())
    (there,) = pickle.loads(pickle.dumps(known)).filled([checked], counts)
    assert here.checked[0].strict == there.checked[0].strict == (Verdict(Status.SATISFIED),)
    assert here.checked[0].judged == {0}
    assert counts == {"rows": 1, "filled": 1}
    assert known.unused(counts) == 0
