"""The reward function of verl, called as verl calls it and loaded as verl loads it."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import math
import pickle
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from hir_kit.errors import UsageError
from hir_kit.rewards.verl import VerlReward, compute_score, compute_scores

ROOT = Path(__file__).parents[3]
COLUMNS = {"score", "acc", "ila", "cla", "unknown", "verdicts"}
SOFT = json.dumps({"instruction_id_list": ["punctuation:no_comma", "t:soft"], "kwargs": [{}, {}]})

Row = dict[str, Any]


def ask(reward: Any, text: str, ground_truth: object, **more: Any) -> Row:
    """Call it as verl's reward managers do."""
    found: Row = reward(
        data_source="hir",
        solution_str=text,
        ground_truth=ground_truth,
        extra_info={"index": 0, "num_turns": None, "rollout_reward_scores": {}},
        **more,
    )
    return found


@pytest.mark.parametrize("workers", [0, 1])
def test_the_columns_of_a_response(workers: int, ground_truth: str) -> None:
    row = ask(VerlReward("cla", workers=workers), "Tea, milk.", ground_truth)
    verdicts = json.loads(row.pop("verdicts"))
    assert row == {"score": 0.5, "acc": 0.0, "ila": 0.0, "cla": 0.5, "unknown": 0.0}
    assert [verdict["status"] for verdict in verdicts] == ["violated", "satisfied"]


def test_unknown_counts_as_not_satisfied_and_is_counted(plugin: Path, ground_truth: str) -> None:
    reward = VerlReward("cla", plugins=[plugin], workers=0)
    row = ask(reward, "Tea.", SOFT)
    assert (row["score"], row["ila"], row["cla"], row["unknown"]) == (0.5, 0.0, 0.5, 1.0)
    assert json.loads(row["verdicts"])[1] == {"status": "unknown", "reason": "no judge"}
    without = VerlReward({"t:soft": 0}, plugins=[plugin], workers=0)
    assert ask(without, "Tea.", SOFT)["score"] == 1.0
    assert ask(without, "Tea, milk.", SOFT)["score"] == 0.0
    assert ask(reward, "Tea.", ground_truth)["unknown"] == 0.0


IF_MULTI = """[{'instruction_id': ['punctuation:no_comma', 'length_constraints:number_words'],
'kwargs': [None, {'num_words': 3, 'relation': 'less than'}]}]"""


@pytest.mark.parametrize("shape", ["json", "IF_multi", "decoded", "array"])
def test_the_shapes_of_ground_truth(shape: str, ground_truth: str) -> None:
    given: dict[str, object] = {
        "json": ground_truth,
        "IF_multi": IF_MULTI,
        "decoded": json.loads(ground_truth),
        "array": np.array([json.loads(ground_truth)], dtype=object),
    }
    assert ask(VerlReward("cla", workers=0), "Tea, milk.", given[shape])["score"] == 0.5


@pytest.mark.parametrize("wrong", [None, "", "7", [], {"instruction_id_list": ["a"], "kwargs": []}])
def test_what_is_no_ground_truth_is_unknown(wrong: object) -> None:
    reward = VerlReward(workers=0)
    ask(reward, "Tea.", SOFT)  # the data source has constraints, and this row is a bad one
    row = ask(reward, "Tea.", wrong)
    assert row.keys() == COLUMNS
    assert (row["score"], row["unknown"]) == (0.0, 1.0)
    assert json.loads(row["verdicts"])[0]["status"] == "unknown"


def test_every_response_has_the_columns_that_verl_needs(plugin: Path, ground_truth: str) -> None:
    """verl makes an array of each column, and means of those that are no strings; JSON of all."""
    reward = VerlReward("ila", plugins=[plugin], workers=0)
    asked = [ground_truth, SOFT, "wrong", '[{"id": "punctuation:no_comma"}]']
    rows = [ask(reward, text, truth) for truth in asked for text in ("Tea.", "", "a, b, c, d")]
    for row in rows:
        assert list(row) == list(rows[0])
        assert all(type(row[name]) is float for name in COLUMNS - {"verdicts"})
        assert all(math.isfinite(row[name]) for name in COLUMNS - {"verdicts"})
    for name in rows[0]:
        column = np.array([row[name] for row in rows])
        assert column.shape == (len(rows),)
        json.dumps(dict(enumerate(column)))
    assert isinstance(rows[0]["verdicts"], str)


def test_many_threads_at_once(ground_truth: str) -> None:
    """verl runs a reward function in the default executor of its event loop."""
    reward = VerlReward("cla", workers=2)

    async def run() -> list[Row]:
        loop = asyncio.get_running_loop()
        texts = ["Tea.", "Tea, milk."] * 20
        calls = [
            loop.run_in_executor(None, partial(ask, reward, text, ground_truth)) for text in texts
        ]
        return list(await asyncio.gather(*calls))

    assert [row["score"] for row in asyncio.run(run())] == [1.0, 0.5] * 20


def test_a_check_that_hangs_costs_no_other_response(plugin: Path, ground_truth: str) -> None:
    reward = VerlReward("ila", plugins=[plugin], time_limit=1.0, workers=2)
    hanging = '[{"id": "t:native"}]'
    assert ask(reward, "Tea.", hanging)["score"] == 1.0
    pairs = [("hang", hanging), ("Tea.", ground_truth), ("hang", hanging), ("Tea.", hanging)]
    with ThreadPoolExecutor(4) as threads:
        rows = list(threads.map(lambda pair: ask(reward, *pair), pairs))
    assert [row["score"] for row in rows] == [0.0, 1.0, 0.0, 1.0]
    assert [row["unknown"] for row in rows] == [1.0, 0.0, 1.0, 0.0]


def test_the_functions_take_their_options_from_reward_kwargs(
    plugin: Path, ground_truth: str
) -> None:
    options: Row = {"workers": 0, "plugins": [str(plugin)], "reward_router_address": None}
    assert ask(compute_score, "Tea, milk.", ground_truth, **options)["score"] == 0.0
    assert ask(compute_score, "Tea, milk.", ground_truth, score="cla", **options)["score"] == 0.5
    weights = {"punctuation:no_comma": 3}
    assert ask(compute_score, "Tea, milk.", ground_truth, score=weights, **options)["score"] == 0.25
    with pytest.raises(UsageError, match="no score 'best'"):
        ask(compute_score, "Tea.", ground_truth, score="best")


def test_the_reward_manager_batch(ground_truth: str) -> None:
    rows = compute_scores(
        data_sources=np.array(["hir", "hir"]),  # type: ignore[arg-type]  # as verl hands it over
        solution_strs=["Tea.", "Tea, milk."],
        ground_truths=[ground_truth] * 2,
        extra_infos=np.array([{}, {}]),  # type: ignore[arg-type]
        score="cla",
        workers=0,
    )
    assert [row["score"] for row in rows] == [1.0, 0.5]


def loaded(path: Path) -> ModuleType:
    """Load a module as verl does: by its path, without an entry in sys.modules."""
    spec = importlib.util.spec_from_file_location("custom_module", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_example_is_loaded_by_its_path(ground_truth: str) -> None:
    example = loaded(ROOT / "examples" / "rewards" / "verl_reward.py")
    assert not asyncio.iscoroutinefunction(example.compute_score)
    assert ask(example.compute_score, "Tea, milk.", ground_truth)["score"] == 0.0


@pytest.mark.parametrize("reward", [VerlReward("cla", workers=0), compute_score])
def test_rewards_can_be_pickled(reward: Any, ground_truth: str) -> None:
    copy = pickle.loads(pickle.dumps(reward))
    assert copy.__name__ == reward.__name__
    assert ask(copy, "Tea.", ground_truth, workers=0)["ila"] == 1.0
