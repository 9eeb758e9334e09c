"""A judge in a reward: it is asked once a call, about what code cannot decide."""

from __future__ import annotations

import asyncio
import json
import pickle
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from hir_kit import ConstraintSpec, Status, Verdict
from hir_kit.errors import RunError, UsageError
from hir_kit.plugin import Question
from hir_kit.rewards import AsyncTrlReward, OpenRlhfReward, TrlReward, VerlReward

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


WAITING = """
import time
from pathlib import Path

from hir_kit import verifier


@verifier("t:wait", describe="Wait for the judge.")
def wait(response) -> bool:
    for _ in range(300):
        if Path({path!r}).exists():
            return True
        time.sleep(0.01)
    return False
"""


class Marking(Kind):
    """Leaves a file when it is asked."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    async def judge(self, questions: Sequence[Question]) -> Sequence[Verdict]:
        self.path.touch()
        return await super().judge(questions)


@pytest.mark.parametrize("is_async", [False, True])
def test_the_judge_is_asked_while_code_checks(tmp_path: Path, is_async: bool) -> None:
    mark, plugin = tmp_path / "asked", tmp_path / "waiting.py"
    plugin.write_text(WAITING.format(path=str(mark)))
    asked = [[ASKED[0], {"id": "t:wait"}]]
    kind = AsyncTrlReward if is_async else TrlReward
    reward: Any = kind("ila", workers=0, plugins=[plugin], judge=Marking(mark))
    result = reward(prompts=["Be kind."], completions=["kind"], constraints=asked)
    assert (asyncio.run(result) if is_async else result) == [1.0]


def test_code_that_fails_does_not_wait_for_the_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(Kind):
        async def judge(self, questions: Sequence[Question]) -> Sequence[Verdict]:
            await asyncio.sleep(60)
            return await super().judge(questions)

    def fail(*_: object) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("hir_kit.rewards.grading._verifying", fail)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        _called(TrlReward("ila", workers=0, judge=Slow()))
    assert time.monotonic() - began < 30


def test_what_code_leaves_open_is_asked_after_it(plugin: Path) -> None:
    """A judge may claim what a verifier could decide; it is asked where that one does not."""

    class All(Kind):
        def claims(self, spec: ConstraintSpec) -> bool:
            del spec
            return True

    judge = All()
    asked = [[ASKED[0], {"id": "t:soft"}, ASKED[1]]]
    reward = TrlReward("cla", workers=0, plugins=[plugin], judge=judge)
    assert reward(prompts=["Be kind."], completions=["kind, very"], constraints=asked) == [2 / 3]
    assert [len(batch) for batch in judge.batches] == [1, 1]


def test_a_judge_that_cannot_be_asked_is_refused_at_once() -> None:
    class Lost(Kind):
        def problem(self) -> str:
            return "it needs a server"

    with pytest.raises(UsageError, match="'kind': it needs a server"):
        _called(TrlReward("ila", workers=0, judge=Lost()))


def test_what_stays_unknown_is_logged_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    class Shy(Kind):
        async def judge(self, questions: Sequence[Question]) -> Sequence[Verdict]:
            found = list(await super().judge(questions))
            return [Verdict(Status.UNKNOWN, reason="too shy to say"), *found[1:]]

    logged: list[float] = []
    reward = TrlReward("ila", workers=0, judge=Shy())
    reward(
        PROMPTS,
        COMPLETIONS,
        constraints=[ASKED] * 4,
        log_metric=lambda name, value: logged.append(value) if "judge" in name else None,
    )
    assert logged == [1.0, 0.0, 0.0, 0.0]
    assert "judge:criterion: too shy to say" in caplog.text


NAMED = """
from hir_kit import Status, Verdict, hookimpl
from hir_kit.plugin import instruction_of


class Kind:
    name = "kind"

    def claims(self, spec):
        return spec.id == "judge:criterion"

    async def judge(self, questions):
        told = [f"{instruction_of(one.prompt)} > {one.response}" for one in questions]
        met = ["kind" in question.response for question in questions]
        return [
            Verdict(Status.SATISFIED if one else Status.VIOLATED, reason=None if one else said)
            for one, said in zip(met, told)
        ]


@hookimpl
def register_judges(register):
    register(Kind())
"""


@pytest.fixture
def named(tmp_path: Path) -> dict[str, Any]:
    """Give what makes a reward that asks a judge by its name."""
    plugin = tmp_path / "kindness.py"
    plugin.write_text(NAMED, encoding="utf-8")
    return {"workers": 0, "plugins": [plugin], "judge": "kind"}


def test_a_judge_is_asked_by_its_name(named: dict[str, Any]) -> None:
    assert _called(TrlReward("cla", **named)) == [1.0, 0.5, 0.5, 0.0]
    with pytest.raises(UsageError, match="no judge 'kin'"):
        _called(TrlReward("cla", **{**named, "judge": "kin"}))


def test_verl_asks_a_judge_about_the_instruction_of_a_row(named: dict[str, Any]) -> None:
    reward = pickle.loads(pickle.dumps(VerlReward("cla", **named)))
    rows = [{"instruction": "Be kind.", "index": 0}] * 2
    found = reward.batch(["hir"] * 2, ["kind", "rude"], [json.dumps(ASKED)] * 2, rows)
    assert [row["cla"] for row in found] == [1.0, 0.5]
    assert [row["unknown"] for row in found] == [0.0, 0.0]
    assert "Be kind. > rude" in found[1]["verdicts"]
    with pytest.raises(UsageError, match=r"a judge needs the instruction.*extra_info is \{'index"):
        reward("hir", "kind", json.dumps(ASKED), {"index": 0})


def test_openrlhf_asks_a_judge_about_the_prompt_that_its_template_wrote(
    named: dict[str, Any],
) -> None:
    torch = pytest.importorskip("torch")
    prompt = "<|im_start|>user\nBe kind.<|im_end|>\n<|im_start|>assistant\n"
    reward = OpenRlhfReward("cla", **named)
    found = reward([f"{prompt}kind<|im_end|>", f"{prompt}rude"], [prompt] * 2, [ASKED] * 2)
    assert torch.equal(found["rewards"], torch.tensor([1.0, 0.5]))
    failing = OpenRlhfReward("ila", workers=0, judge=Kind(fails=True), judge_patience=2)
    assert failing([f"{prompt}kind"], [prompt], [ASKED])["extra_logs"]["unknown"].tolist() == [1.0]
    with pytest.raises(RunError, match="decided none of its questions in 2 steps"):
        failing([f"{prompt}kind"], [prompt], [ASKED])
