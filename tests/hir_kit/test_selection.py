"""Which failures are selected, and in which order."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.rollout import Rollout
from hir_kit.model.verdict import Status, Verdict
from hir_kit.relabel.selection import Candidate, Integrity, candidates, lambda_at, novelty
from hir_kit.verify.checker import Checked

SATISFIED, VIOLATED, UNKNOWN = (Verdict(status) for status in Status)


def _rollouts(*entropies: float | None) -> list[Rollout]:
    return [Rollout(f"g/{i}", f"text {i}", entropy=e) for i, e in enumerate(entropies)]


INTEGRITIES: tuple[Integrity, ...] = ("share", "rare")
ASKED = tuple(ConstraintSpec(f"x:{n}") for n in range(3))


def chosen(
    rollouts: list[Rollout], checked: list[Checked], lambda_: float
) -> tuple[list[Candidate], str]:
    return candidates(ASKED, rollouts, checked, lambda_)


def _checked(*verdicts: Verdict) -> Checked:
    return Checked(verdicts)


def test_lambda_grows_and_is_capped() -> None:
    assert lambda_at(0, 2.0, 0.05, 1e6) == 2.0
    assert math.isclose(lambda_at(10, 2.0, 0.05, 1e6), 2.0 * 1.05**10)
    assert lambda_at(10**9, 2.0, 0.05, 1e6) == 1e6
    assert lambda_at(5, 0.0, 0.05, 1e6) == 0.0
    assert lambda_at(5, 2.0, 0.0, 1e6) == 2.0


def test_score_is_diversity_plus_weighted_share() -> None:
    checked = [_checked(SATISFIED, VIOLATED), _checked(SATISFIED, SATISFIED, VIOLATED)]
    found, measure = chosen(_rollouts(0.5, 0.2), checked, 2.0)
    assert measure == "entropy"
    assert [c.index for c in found] == [1, 0]
    assert math.isclose(found[0].score, 0.2 + 2.0 * 2 / 3)
    assert (found[0].kept, found[0].dropped) == (ASKED[:2], ASKED[2:])


def test_rare_integrity_prefers_what_others_miss() -> None:
    """Four of five meet the first constraint, three the second one, one the third."""
    marks = ("++-", "++-", "--+", "++-", "+--")
    names = {"+": SATISFIED, "-": VIOLATED}
    checked = [_checked(*(names[mark] for mark in one)) for one in marks]
    rollouts = _rollouts(0.0, 0.0, 0.0, 0.0, 0.0)
    by_share, by_rarity = (
        candidates(ASKED, rollouts, checked, 2.0, integrity=integrity)[0]
        for integrity in INTEGRITIES
    )
    assert [one.index for one in by_share] == [0, 1, 3, 2, 4]
    assert [one.index for one in by_rarity] == [2, 0, 1, 3, 4]
    assert [one.f_int for one in by_rarity] == [4 / 7, 3 / 7, 3 / 7, 3 / 7, 1 / 7]
    assert [one.share for one in by_rarity] == [1 / 3, 2 / 3, 2 / 3, 2 / 3, 1 / 3]


def test_only_failures_with_something_satisfied_are_candidates() -> None:
    checked = [
        _checked(SATISFIED, SATISFIED),
        _checked(VIOLATED, VIOLATED),
        _checked(SATISFIED, UNKNOWN),
        _checked(VIOLATED, UNKNOWN),
        _checked(SATISFIED, VIOLATED, UNKNOWN),
    ]
    found, _ = chosen(_rollouts(*[1.0] * 5), checked, 2.0)
    assert [c.index for c in found] == [4]
    assert found[0].kept == ASKED[:1]
    assert found[0].dropped == ASKED[1:], "an unknown constraint is never kept"
    assert math.isclose(found[0].f_int, 1 / 3)


def test_ties_keep_the_order_of_the_group() -> None:
    found, _ = chosen(_rollouts(1.0, 1.0, 1.0), [_checked(SATISFIED, VIOLATED)] * 3, 2.0)
    assert [c.index for c in found] == [0, 1, 2]


def test_equal_responses_are_one_candidate() -> None:
    rollouts = [Rollout("g/0", "same", 1.0), Rollout("g/1", "same", 1.0)]
    found, _ = chosen(rollouts, [_checked(SATISFIED, VIOLATED)] * 2, 2.0)
    assert [c.index for c in found] == [0]


def test_one_measure_serves_the_whole_group() -> None:
    failed = [_checked(SATISFIED, VIOLATED)] * 2
    assert chosen(_rollouts(1.0, None), failed, 2.0)[1] == "novelty"
    with_logprobs = [Rollout("g/0", "a", logprob=-1.5), Rollout("g/1", "b", logprob=-0.5)]
    found, measure = chosen(with_logprobs, failed, 2.0)
    assert measure == "surprisal"
    assert found[0].f_div == 1.5


def test_novelty_by_hand() -> None:
    assert novelty(["alone"]) == [1.0]
    # {a, b} and {b, c} share one word of three; {d} shares none.
    assert novelty(["a b", "B c", "d"]) == [1 - (1 / 3) / 2, 1 - (1 / 3) / 2, 1.0]
    assert novelty(["", ""]) == [0.0, 0.0]


@given(st.lists(st.text(max_size=20), min_size=1, max_size=6))
def test_novelty_is_between_0_and_1(texts: list[str]) -> None:
    assert all(-1e-9 <= value <= 1 + 1e-9 for value in novelty(texts))


CUT: tuple[dict[str, Any], ...] = (
    {"finish_reason": "length"},
    {"stop_reason": "max_tokens"},
    {"finish_reason": "MAX_TOKENS"},
    {"incomplete_details": {"reason": "max_output_tokens"}},
    {"is_truncated": True},
)
WHOLE: tuple[dict[str, Any], ...] = (
    {},
    {"finish_reason": "stop", "stop_reason": 128009},
    {"finish_reason": None, "incomplete_details": None, "is_truncated": False},
)


def test_what_the_length_cut_off_is_replayed_only_where_that_is_asked_for() -> None:
    rollouts = [Rollout(f"g/{i}", f"{i}", meta=meta) for i, meta in enumerate((*CUT, *WHOLE))]
    checked = [_checked(SATISFIED, VIOLATED)] * len(rollouts)
    found, _ = chosen(rollouts, checked, 2.0)
    assert [one.index for one in found] == [5, 6, 7]
    kept, _ = candidates(ASKED, rollouts, checked, 2.0, truncated="keep")
    assert len(kept) == len(rollouts)
