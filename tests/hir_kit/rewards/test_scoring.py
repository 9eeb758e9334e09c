"""Verdicts become a number: where it is known, and the least that it can be."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hir_kit.errors import UsageError
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.verdict import Status, Verdict
from hir_kit.rewards.scoring import CLA, ILA, Score
from hir_kit.verify.checker import Checked

MARKS = {"+": Status.SATISFIED, "-": Status.VIOLATED, "?": Status.UNKNOWN}


def verdicts(marks: str) -> tuple[Verdict, ...]:
    return tuple(Verdict(MARKS[mark]) for mark in marks)


def specs(marks: str) -> list[ConstraintSpec]:
    return [ConstraintSpec(f"t:{number}") for number, _ in enumerate(marks)]


@pytest.mark.parametrize(
    ("marks", "ila", "cla", "least"),
    [
        ("++", 1.0, 1.0, (1.0, 1.0)),
        ("+-", 0.0, 0.5, (0.0, 0.5)),
        ("--", 0.0, 0.0, (0.0, 0.0)),
        ("+?", None, None, (0.0, 0.5)),
        ("-?", None, None, (0.0, 0.0)),
        ("??", None, None, (0.0, 0.0)),
        ("", None, None, (0.0, 0.0)),
    ],
)
def test_ila_and_cla(
    marks: str, ila: float | None, cla: float | None, least: tuple[float, float]
) -> None:
    assert ILA.known(specs(marks), verdicts(marks)) == ila
    assert CLA.known(specs(marks), verdicts(marks)) == cla
    assert (ILA.least(specs(marks), verdicts(marks)), CLA.least(specs(marks), verdicts(marks))) == (
        least
    )


@pytest.mark.parametrize(
    ("marks", "known", "least"),
    [
        ("+++", 1.0, 1.0),
        ("+--", 0.75, 0.75),
        ("-+-", 0.25, 0.25),
        ("--+", 0.0, 0.0),
        ("?++", None, 0.25),
        ("++?", 1.0, 1.0),
        ("-+?", 0.25, 0.25),
    ],
)
def test_weights(marks: str, known: float | None, least: float) -> None:
    """The third constraint has weight 0: it settles nothing, and leaves nothing open."""
    score = Score.of({"t:0": 3, "t:2": 0, "*": 1})
    assert score.known(specs(marks), verdicts(marks)) == known
    assert score.least(specs(marks), verdicts(marks)) == least


def test_an_instruction_whose_constraints_all_have_weight_0_has_no_score() -> None:
    score = Score.of({"t:0": 0})
    assert score.known(specs("+"), verdicts("+")) is None
    assert score.least(specs("+"), verdicts("+")) == 0


@given(st.text("+-?", max_size=8), st.lists(st.floats(0, 9), min_size=8, max_size=8))
def test_a_known_score_is_what_it_would_be_however_the_unknown_turned_out(
    marks: str, weights: list[float]
) -> None:
    given_weights = {f"t:{n}": weight for n, weight in enumerate(weights)} | {"*": 1.0}
    for score in (ILA, CLA, Score.of(given_weights)):
        known = score.known(specs(marks), verdicts(marks))
        ends = {
            score.known(specs(marks), verdicts(marks.replace("?", mark))) for mark in ("+", "-")
        }
        assert ends == {known} or known is None
        least = score.least(specs(marks), verdicts(marks))
        assert 0 <= least <= 1
        assert least == (score.known(specs(marks), verdicts(marks.replace("?", "-"))) or 0)
    follows = Checked(verdicts(marks)).follow_all
    settled = "?" not in marks and follows is not None
    assert ILA.known(specs(marks), verdicts(marks)) == (float(follows or 0) if settled else None)


@pytest.mark.parametrize(
    ("given_score", "said"),
    [
        ("ilo", "no score 'ilo'. Did you mean 'ila'?"),
        (3, "a score is 'ila', 'cla' or weights per id, got 3"),
        ({"a": -1}, "the weight of 'a' is a number from 0 on, got -1"),
        ({"a": float("nan")}, "from 0 on, got nan"),
        ({"a": float("inf")}, "from 0 on, got inf"),
        ({"a": True}, "from 0 on, got True"),
        ({"a": "2"}, "from 0 on, got '2'"),
        ({"a": 0, "*": 0}, "every weight is 0"),
    ],
)
def test_a_score_that_cannot_be(given_score: Any, said: str) -> None:
    with pytest.raises(UsageError, match=None) as caught:
        Score.of(given_score)
    assert said in str(caught.value)
