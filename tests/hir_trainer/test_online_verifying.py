"""Verdicts and rewards of the online trainer, in this process and in worker processes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from hir_kit.model.constraint import ConstraintSpec, parse_constraints
from hir_kit.model.verdict import Status, Verdict
from hir_kit.plugin import Question
from hir_kit.plugins.kit import Origin
from hir_kit.plugins.loading import load
from hir_kit.relabel.engine import relabel
from hir_kit.rewards.judged import Judging
from hir_kit.rewards.verifying import PoolVerifying, open_verifying
from hir_kit.verify.calibration import Trust
from hir_kit.verify.checker import CheckedGroup, Checker, CheckOptions
from hir_trainer.online.hindsight import Sampled
from hir_trainer.online.rewards import HirReward

PLUGIN = """
from hir_kit import Verdict, unknown, verifier
from beside import KIND


@verifier("t:loop", describe="Loop.")
def loop(response) -> bool:
    while True:
        pass


@verifier("t:print", describe="Print.")
def say(response) -> bool:
    print("text", flush=True)
    return True


@verifier("t:soft", describe=KIND)
def soft(response) -> Verdict:
    return unknown("no judge")
"""

NO_COMMA = ConstraintSpec("punctuation:no_comma")
Row = dict[str, Any]


def spec(name: str) -> ConstraintSpec:
    return ConstraintSpec(f"t:{name}")


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plugin") / "checks.py"
    path.write_text(PLUGIN, encoding="utf-8")
    path.with_name("beside.py").write_text("KIND = 'Be kind.'\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def pool(plugin: Path) -> Iterator[PoolVerifying]:
    pool = PoolVerifying(2, Origin((str(plugin),)), CheckOptions(time_limit=0.2))
    yield pool
    pool.close()


@pytest.mark.parametrize(
    ("name", "rewards"), [("ila", [1.0, 0.0, None, None]), ("cla", [1.0, 0.5, None, None])]
)
def test_an_unknown_verdict_gives_no_reward(
    name: str, rewards: list[float | None], plugin: Path
) -> None:
    kit = load([plugin])
    verifying = open_verifying(0, Origin(), kit.registry, CheckOptions())
    reward = HirReward(name, kit.registry, CheckOptions(), verifying)
    rows: list[list[Row]] = [
        [{"id": "punctuation:no_comma"}, {"id": second}]
        for second in ("t:print", "t:print", "t:soft", "t:soft")
    ]
    texts = ["a", "a, b", "a", "a, b"]
    logged: dict[str, list[Any]] = {}
    extra = lambda column, values: logged.setdefault(column, []).extend(values)  # noqa: E731
    metric = lambda column, value: logged.setdefault(column, []).append(value)  # noqa: E731
    names = ["q1", "q1", "q2", "q2"]
    given = reward(texts, texts, rows, log_extra=extra, log_metric=metric, id=names, other=[1])
    assert given == rewards
    marks = {"satisfied": "+", "violated": "-", "unknown": "?"}
    found = [[marks[item["status"]] for item in json.loads(row)] for row in logged["verdicts"]]
    assert ["".join(row) for row in found] == ["++", "-+", "+?", "-?"]
    assert [len(parse_constraints(row)) for row in logged["constraints"]] == [2] * 4
    assert logged["id"] == names
    assert "other" not in logged
    assert logged["hir/ila"] == [1.0, 0.0]
    assert logged["hir/cla"] == [1.0, 0.5]
    assert logged["hir/unknown"] == [0.0, 0.0, 1.0, 1.0]
    assert [sample.text for sample in reward.samples] == texts


@pytest.mark.parametrize(
    "more", ["\nuser\nMore?\nassistant\nTea.", '\n<tool_call>\n{"name": "x"}\n</tool_call>']
)
def test_a_completion_that_runs_on_has_no_reward(more: str) -> None:
    kit = load()
    verifying = open_verifying(0, Origin(), kit.registry, CheckOptions())
    reward = HirReward("ila", kit.registry, CheckOptions(), verifying)
    rows = [[{"id": "punctuation:no_comma"}]] * 2
    assert reward(["a", "a"], ["Tea.", f"Tea.{more}"], rows) == [1.0, None]
    assert reward.samples[1].checked.strict[0].status is Status.UNKNOWN


class Kind:
    """Finds the word in the response; says who it is where it is a model."""

    name = "kind"

    def __init__(self, detail: dict[str, str] | None = None) -> None:
        self.detail = detail

    def claims(self, spec: ConstraintSpec) -> bool:
        return spec.id == "judge:criterion"

    async def judge(self, questions: Sequence[Question]) -> Sequence[Verdict]:
        met = ["kind" in question.response for question in questions]
        marks = [Status.SATISFIED if one else Status.VIOLATED for one in met]
        return [Verdict(mark, detail=self.detail) for mark in marks]


MODEL = {"model": "m"}


@pytest.mark.parametrize(
    ("detail", "trust", "is_relied_on"),
    [(None, Trust(), True), (MODEL, Trust(0.0), True), (MODEL, Trust(), False)],
)
def test_a_judge_decides_what_code_cannot(
    detail: dict[str, str] | None, trust: Trust, is_relied_on: bool
) -> None:
    """Rewards stand on its verdicts; replays on those of a model where it was measured."""
    kit = load()
    verifying = open_verifying(0, Origin(), kit.registry, CheckOptions())
    judging = Judging(Kind(detail))
    reward = HirReward("ila", kit.registry, CheckOptions(), verifying, judging, trust)
    asked = [{"id": "judge:criterion", "kwargs": {"criterion": "kind"}, "text": "Be kind."}]
    asked += [{"id": "punctuation:no_comma", "kwargs": {}, "text": "No commas."}]
    texts = ["kind", "kind, very", "rude", "rude, very"]
    prompts: list[Any] = ["Say. Be kind. No commas."] * 4
    assert reward(prompts, texts, [asked] * 4) == [1.0, 0.0, 0.0, 0.0]
    assert [sample.checked.judged for sample in reward.samples] == [{0}] * 4
    rows = [{"id": "q", "prompt": prompts[0], "task": "Say."}] * 4
    sampled = Sampled(
        rows, reward.samples, reward.checkers, dict.fromkeys(range(4), 0.1), [True] * 4
    )
    group, _ = sampled.group(0, 4, step=0)
    checked = tuple(sample.relied_on for sample in reward.samples)
    (made,) = relabel(
        [CheckedGroup(group, reward.checkers[0], checked)],
        [kit.rewriters["render"]],
        recheck=reward.check_again,
    )
    written = {item.rollout.text: item.prompt for item in made.replays}
    soft = {"kind, very": "Say. Be kind."} if is_relied_on else {}
    assert written == {**soft, "rude": "Say. No commas."}


def test_what_replays_claim_is_verified_at_once(pool: PoolVerifying, plugin: Path) -> None:
    registry = load([plugin]).registry
    reward = HirReward("ila", registry, CheckOptions(), pool)
    checker = Checker(registry, (NO_COMMA, spec("print")))
    claims = [(checker, "a, b", (NO_COMMA,)), (checker, "a", (spec("print"), NO_COMMA))]
    found = [[verdict.status for verdict in one] for one in reward.check_again(claims)]
    assert found == [[Status.VIOLATED], [Status.SATISFIED, Status.SATISFIED]]


def test_a_hanging_check_neither_stalls_a_step_nor_settles_a_reward(
    watch: Callable[..., Any], write: Callable[..., Path], plugin: Path, instructions: Path
) -> None:
    """The last constraint of every second instruction hangs; all others count."""
    from hir_kit.files.jsonl import loads

    rows = [loads(line) for line in instructions.read_bytes().splitlines()]
    hanging = {"id": "t:loop", "kwargs": {}, "text": "Loop."}
    for row in rows[1::2]:
        row["constraints"] = [row["constraints"][0], hanging]
        row["prompt"][0]["content"] = f"{row['task']} Use no commas. Loop."
    keys = {"hir_workers": 2, "hir_time_limit": 0.05, "per_device_train_batch_size": 24}
    seen = watch(max_steps=1, data=write(rows), plugin=plugin, shuffle_dataset=False, **keys)
    samples = seen.trainer._hir_reward.samples
    hung = [i for i, row in enumerate(seen.rows[0]) if "t:loop" in row["constraints"]]
    assert len(hung) == 12
    for i, sample in enumerate(samples):
        found = [verdict.status for verdict in sample.checked.strict]
        assert (found[-1] is Status.UNKNOWN) == (i in hung)
        assert (sample.reward is None) == (i in hung)
        assert sample.reward is not None or seen.batches[0]["advantages"][i] == 0
    assert seen.trainer.state.log_history[0]["hir/unknown"] == 0.5
    assert all("t:loop" not in str(row["constraints"]) for row in seen.written())
