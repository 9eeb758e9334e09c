"""A judge in a reward: it is asked once a call, about what code cannot decide."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from hir_kit import ConstraintSpec, Status, Verdict
from hir_kit.errors import RunError
from hir_kit.plugin import Question
from hir_kit.rewards import AsyncTrlReward, TrlReward

ASKED = [
    {"id": "judge:criterion", "kwargs": {"criterion": "kind"}, "text": "Be kind."},
    {"id": "punctuation:no_comma", "kwargs": {}},
]
PROMPTS = ["Be kind."] * 4
COMPLETIONS = ["kind", "kind, very", "<think>kind</think>rude", " "]


class Kind:
    """Finds the word in the response."""

    name = "kind"

    def __init__(self, fails: bool = False) -> None:
        self.fails = fails
        self.batches: list[list[str]] = []

    def claims(self, spec: ConstraintSpec) -> bool:
        return spec.id == "judge:criterion"

    async def judge(self, questions: Sequence[Question]) -> Sequence[Verdict]:
        self.batches.append([question.response for question in questions])
        if self.fails:
            raise RuntimeError("down")
        met = ["kind" in question.response for question in questions]
        return [Verdict(Status.SATISFIED if one else Status.VIOLATED) for one in met]


def _called(reward: Any) -> Any:
    columns = {"constraints": [ASKED] * len(PROMPTS)}
    return reward(prompts=PROMPTS, completions=COMPLETIONS, **columns)


@pytest.mark.parametrize("is_async", [False, True])
def test_a_judge_is_asked_once_about_a_whole_batch(is_async: bool) -> None:
    judge = Kind()
    kind = AsyncTrlReward if is_async else TrlReward
    result = _called(kind("cla", workers=0, judge=judge))
    rewards = asyncio.run(result) if is_async else result
    assert rewards == [1.0, 0.5, 0.5, 0.0]
    assert judge.batches == [["kind", "kind, very", "rude"]]


def test_without_a_judge_or_with_one_that_fails_nothing_is_known() -> None:
    failing = Kind(fails=True)
    without = _called(TrlReward("ila", workers=0))
    failed = _called(TrlReward("ila", workers=0, judge=failing))
    assert without == [None] * 4
    assert failed == [None, None, None, 0.0], "an empty response is not asked about"
    assert len(failing.batches) == 4


def test_a_judge_that_has_died_stops_the_run() -> None:
    dying = Kind(fails=True)
    reward = TrlReward("ila", workers=0, judge=dying, judge_patience=2)
    _called(reward)
    dying.fails = False
    _called(reward)
    dying.fails = True
    _called(reward)
    with pytest.raises(RunError, match=r"'kind' decided none .* in 2 steps .* RuntimeError: down"):
        _called(reward)
    patient = TrlReward("ila", workers=0, judge=Kind(fails=True), judge_patience=0)
    assert [_called(patient)[0] for _ in range(6)] == [None] * 6
