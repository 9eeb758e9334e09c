"""Asking a judge: whatever it does, each question gets one verdict, and `unknown` says why."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from hir_kit import ConstraintSpec, Status, UsageError, Verdict
from hir_kit.plugin import Question
from hir_kit.verify.judge import ask, choose_judges, claimed

GOOD = Verdict(Status.SATISFIED, detail={"model": "table"})
SPEC = ConstraintSpec("judge:criterion", {"criterion": "kind"})


def _questions(count: int) -> list[Question]:
    return [Question(SPEC, "Be kind.", None, str(i), "q/0", i) for i in range(count)]


class Made:
    """A judge that answers by a function."""

    name = "made"

    def __init__(self, answer: Callable[[Sequence[Question]], Any]) -> None:
        self.answer = answer
        self.asked: list[int] = []

    def claims(self, spec: ConstraintSpec) -> bool:
        return spec.id == SPEC.id

    async def judge(self, questions: Sequence[Question]) -> Any:
        self.asked.append(len(questions))
        await asyncio.sleep(0)
        return self.answer(questions)


def _asked(judge: Any, count: int = 3, seconds: float = 5.0) -> list[Verdict]:
    return asyncio.run(ask(judge, _questions(count), seconds))


def test_the_answers_are_handed_on_with_their_detail() -> None:
    found = _asked(Made(lambda questions: [GOOD] * len(questions)))
    assert found == [GOOD] * 3
    assert found[0].to_row() == {"status": "satisfied", "detail": {"model": "table"}}
    assert found[0].to_json() == {"status": "satisfied"}


def test_one_bad_question_costs_one_verdict() -> None:
    def answer(questions: Sequence[Question]) -> list[Verdict]:
        if any(question.place == 1 for question in questions):
            raise ValueError("no such\n  key 0x7f001234abcd")
        return [GOOD] * len(questions)

    judge = Made(answer)
    found = _asked(judge)
    assert judge.asked == [3, 1, 1, 1]
    assert [one.status.value for one in found] == ["satisfied", "unknown", "satisfied"]
    reason = "the judge 'made': judge() raised ValueError: no such key 0x..."
    assert found[1].reason == reason


@pytest.mark.parametrize("raised", [RuntimeError("down"), SystemExit(3), asyncio.CancelledError()])
def test_a_judge_that_always_raises_decides_nothing(raised: BaseException) -> None:
    def answer(_: object) -> list[Verdict]:
        raise raised

    found = _asked(Made(answer))
    assert {one.status for one in found} == {Status.UNKNOWN}
    assert all("the judge 'made': judge() raised" in str(one.reason) for one in found)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([GOOD] * 4, "gave 4 answers to 3 questions"),
        ([GOOD] * 2, "gave 2 answers to 3 questions"),
        ([GOOD] * 6, "gave 6 answers to 3 questions"),
        (None, "returned NoneType, not a sequence of verdicts"),
        ("yes", "returned str, not a sequence of verdicts"),
        ({0: GOOD}, "returned dict, not a sequence of verdicts"),
        ([True, GOOD, GOOD], "gave bool, not a Verdict"),
        ([Verdict("satisfied"), GOOD, GOOD], "gave the status 'satisfied', which is no Status"),  # type: ignore[arg-type]  # what a judge may do
        ([Verdict(Status.SATISFIED, float("nan")), GOOD, GOOD], "gave nan as measured"),
        ([Verdict(Status.SATISFIED, [1]), GOOD, GOOD], "gave list as measured"),  # type: ignore[arg-type]  # what a judge may do
        ([Verdict(Status.SATISFIED, reason=3), GOOD, GOOD], "gave int as reason"),  # type: ignore[arg-type]  # what a judge may do
        ([Verdict(Status.SATISFIED, detail={"a": {1}}), GOOD, GOOD], "JSON cannot hold"),
        ([Verdict(Status.SATISFIED, detail=[1]), GOOD, GOOD], "no mapping"),  # type: ignore[arg-type]  # what a judge may do
    ],
)
def test_an_answer_that_is_none_is_no_score(answers: Any, said: str) -> None:
    first = _asked(Made(lambda _: answers))[0]
    assert first.status is Status.UNKNOWN
    assert str(first.reason).startswith("the judge 'made'")
    assert said in str(first.reason)


def test_a_judge_that_is_late() -> None:
    class Slow(Made):
        async def judge(self, questions: Sequence[Question]) -> Any:
            del questions
            await asyncio.sleep(60)

    found = _asked(Slow(len), seconds=0.05)
    assert {one.reason for one in found} == {"the judge 'made' took longer than 0.05 s"}


def test_a_judge_that_is_no_coroutine() -> None:
    class Plain(Made):
        def judge(self, questions: Sequence[Question]) -> Any:  # type: ignore[override]  # the point
            return [GOOD] * len(questions)

    assert "judge() raised TypeError" in str(_asked(Plain(len))[0].reason)


def test_the_first_that_claims_is_asked_and_one_that_cannot_say_is_named() -> None:
    class Breaking(Made):
        def claims(self, spec: ConstraintSpec) -> bool:
            raise KeyError(spec.id)

    one, two = Made(len), Breaking(len)
    assert claimed([one, two], SPEC) is one
    assert claimed([one], ConstraintSpec("other:id")) is None
    said = claimed([two, one], SPEC)
    assert isinstance(said, Verdict)
    assert said.reason == "the judge 'made': claims() raised KeyError: 'judge:criterion'"


def test_judges_are_chosen_by_name() -> None:
    known = {"a": Made(len), "b": Made(len)}
    assert choose_judges(known, ()) == [known["b"], known["a"]], "one's own before the built-in"
    assert choose_judges(known, ("b", "a", "b")) == [known["b"], known["a"]]
    with pytest.raises(UsageError, match=r"no judge 'c'.* Known: a, b"):
        choose_judges(known, ("c",))
    with pytest.raises(UsageError, match="no judge is loaded"):
        choose_judges({}, ())


def test_a_judge_that_cannot_be_asked_is_left_out_or_said() -> None:
    class Bare(Made):
        def problem(self) -> str | None:
            return "it has no model"

    known = {"bare": Bare(len), "made": Made(len)}
    assert choose_judges(known, ()) == [known["made"]]
    for some, names in ((known, ("bare",)), ({"bare": Bare(len)}, ())):
        with pytest.raises(UsageError, match="cannot be asked: 'bare': it has no model"):
            choose_judges(some, names)


def test_questions_are_asked_in_one_batch() -> None:
    judge = Made(lambda questions: [GOOD] * len(questions))
    assert len(_asked(judge, 50)) == 50
    assert judge.asked == [50]
