"""The reward function of TRL, called as TRL calls it; tests/hir_trainer drives the real trainer."""

from __future__ import annotations

import asyncio
import json
import logging
import pickle
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from hir_kit.errors import UsageError
from hir_kit.model.constraint import parse_constraints
from hir_kit.rewards.trl import AsyncTrlReward, TrlReward, cla_reward, ila_reward

NO_COMMA: dict[str, Any] = {"id": "punctuation:no_comma", "kwargs": {}}
SHORT: dict[str, Any] = {
    "id": "length_constraints:number_words",
    "kwargs": {"relation": "less than", "num_words": 3},
}
BOTH = json.dumps([NO_COMMA, SHORT])


class Call:
    """One call as TRL makes it, and what it logged."""

    def __init__(self, reward: TrlReward | AsyncTrlReward, *completions: Any, **columns: Any):
        self.extra: dict[str, list[Any]] = {}
        self.metrics: dict[str, list[float]] = {}
        found: Any = reward(
            prompts=["p"] * len(completions),
            completions=list(completions),
            completion_ids=[[1]] * len(completions),
            trainer_state=object(),
            log_extra=lambda name, values: self.extra.setdefault(name, []).extend(values),
            log_metric=lambda name, value: self.metrics.setdefault(name, []).append(value),
            **columns,
        )
        self.rewards = asyncio.run(found) if asyncio.iscoroutine(found) else found


def assistant(text: str) -> list[dict[str, str]]:
    return [{"role": "assistant", "content": text}]


@pytest.mark.parametrize("workers", [0, 1])
@pytest.mark.parametrize("kind", [TrlReward, AsyncTrlReward])
def test_rewards_of_texts_and_messages(kind: type[TrlReward], workers: int) -> None:
    texts = ["Tea.", "Tea, milk.", "I am fond of tea.", ""]
    for completions in (texts, [assistant(text) for text in texts]):
        columns = {"constraints": [BOTH] * 4}
        for score, rewards in {"ila": [1.0, 1.0, 0.0, 0.0], "cla": [1.0, 0.5, 0.5, 0.0]}.items():
            if score == "ila":
                rewards = [1.0, 0.0, 0.0, 0.0]
            call = Call(kind(score, workers=workers), *completions, **columns)
            assert call.rewards == rewards
            assert all(type(value) is float for value in call.rewards)


def test_weights_per_constraint() -> None:
    reward = TrlReward({"punctuation:no_comma": 3}, workers=0)
    call = Call(reward, "Tea, milk.", "I am fond of tea.", constraints=[BOTH] * 2)
    assert call.rewards == [0.25, 0.75]
    assert reward.__name__ == "hir_weighted"


def test_what_is_logged_can_be_read_back(plugin: Path) -> None:
    reward = TrlReward("ila", plugins=[plugin], workers=0)
    asked = [[NO_COMMA, SHORT], [NO_COMMA, {"id": "t:soft"}]]
    call = Call(reward, "Tea, milk.", "Tea.", constraints=asked, id=["a", "b"], task=["x", None])
    assert call.rewards == [0.0, None]
    specs = [parse_constraints(text) for text in call.extra["constraints"]]
    assert specs == [parse_constraints(item) for item in asked]
    assert json.loads(call.extra["verdicts"][0]) == [
        {"status": "violated", "measured": 1, "reason": "1 comma"},
        {"status": "satisfied", "measured": 2},
    ]
    assert json.loads(call.extra["verdicts"][1])[1] == {"status": "unknown", "reason": "no judge"}
    assert call.extra["id"] == ["a", "b"]
    assert call.extra["task"] == ["x", None]
    assert call.metrics == {"hir/ila": [0.0], "hir/cla": [0.5], "hir/unknown": [0.0, 1.0]}


def test_a_second_reward_of_a_trainer_logs_no_columns() -> None:
    reward = TrlReward("cla", workers=0, log_columns=False, name="share")
    call = Call(reward, "Tea.", constraints=[BOTH])
    assert call.extra == {}
    assert call.metrics
    assert reward.__name__ == "share"


def test_without_the_arguments_of_a_new_trl() -> None:
    """Older releases give neither log_extra nor log_metric."""
    reward = TrlReward("ila", workers=0)
    assert reward(prompts=["p"], completions=["Tea."], constraints=[BOTH]) == [1.0]


IFEVAL = {
    "instruction_id_list": [["punctuation:no_comma", "length_constraints:number_words"]],
    # As Hugging Face fills them: every key of any constraint, unused ones null.
    "kwargs": [
        [
            {"num_words": None, "relation": None, "keywords": None},
            {"num_words": 3, "relation": "less than", "keywords": None},
        ]
    ],
}
IF_MULTI = {
    "ground_truth": [
        """[{'instruction_id': ['punctuation:no_comma', 'length_constraints:number_words'],
        'kwargs': [None, {'num_words': 3, 'relation': 'less than'}]}]"""
    ]
}


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        (IFEVAL, {"column": "instruction_id_list", "kwargs_column": "kwargs"}),
        (IF_MULTI, {"column": "ground_truth"}),
    ],
)
def test_columns_of_public_datasets(columns: dict[str, Any], names: dict[str, str]) -> None:
    reward = TrlReward("cla", workers=0, **names)  # type: ignore[arg-type]  # strings
    assert Call(reward, "Tea, milk.", **columns).rewards == [0.5]


def test_a_column_that_is_not_there() -> None:
    with pytest.raises(UsageError, match=r"no column 'constraints' .* It has: .*ground_truth"):
        Call(TrlReward(workers=0), "Tea.", **IF_MULTI)


def test_a_row_that_is_wrong_is_unknown_and_alone(caplog: pytest.LogCaptureFixture) -> None:
    asked = [
        [NO_COMMA],
        [],
        "no json",
        None,
        [NO_COMMA, {"id": "length_constraints:number_words", "kwargs": {"num_word": 3}}],
        [NO_COMMA, {"id": "no:such"}],
    ]
    with caplog.at_level(logging.WARNING, "hir_kit.rewards"):
        call = Call(TrlReward("ila", workers=0), *["Tea."] * 6, constraints=asked)
    assert call.rewards == [1.0, None, None, None, None, None]
    assert call.metrics["hir/unknown"] == [0.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    assert call.extra["constraints"][1:4] == [None] * 3
    statuses = [[item["status"] for item in json.loads(row)] for row in call.extra["verdicts"]]
    assert statuses[4:] == [["unknown", "unknown"], ["satisfied", "unknown"]]
    said = "\n".join(record.getMessage() for record in caplog.records)
    for reason in ("has no constraints", "neither JSON", "unknown kwarg", "no verifier for"):
        assert said.count(reason) == 1 or reason == "unknown kwarg"


def test_an_answer_that_holds_more_than_the_model_said_is_unknown() -> None:
    tools = [*assistant("Tea."), {"role": "tool", "content": "3"}]
    call = Call(TrlReward("ila", workers=0), tools, assistant("Tea."), constraints=[[NO_COMMA]] * 2)
    assert call.rewards == [None, 1.0]
    assert "got the roles ['assistant', 'tool']" in call.extra["verdicts"][0]


@pytest.mark.parametrize("kind", [TrlReward, AsyncTrlReward])
def test_a_check_that_hangs_is_unknown_within_its_time(kind: type[TrlReward], plugin: Path) -> None:
    reward = kind("ila", plugins=[plugin], time_limit=1.0, workers=2)
    loop, native = ([NO_COMMA, {"id": f"t:{name}"}] for name in ("loop", "native"))
    Call(reward, "Tea.", "Tea.", constraints=[loop, native])  # the workers have started
    started = time.monotonic()
    texts = ["loop", "Tea.", "hang", "loop, too", "hang, too"]
    call = Call(reward, *texts, constraints=[loop, loop, native, loop, native])
    assert time.monotonic() - started < 60
    assert call.rewards == [None, 1.0, None, None, None]


@pytest.mark.parametrize("workers", [1, 2])
def test_what_loads_may_take_longer_than_every_limit(workers: int, tmp_path: Path) -> None:
    """It is loaded once a process, and the responses that wait for it get their verdicts."""
    code = """
import functools, os, signal, time
from pathlib import Path
import hir_kit

@functools.cache
@hir_kit.loading
def table():
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    time.sleep(4)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM])
    Path("LOADED", f"loaded-{os.getpid()}").touch(exist_ok=False)
    return {"tea"}

@hir_kit.verifier("slow:table", describe="Say tea.")
def says(response) -> bool:
    return response.text in table()
"""
    plugin = tmp_path / "slow.py"
    plugin.write_text(code.replace("LOADED", str(tmp_path)), encoding="utf-8")
    reward = TrlReward("ila", plugins=[plugin], time_limit=0.2, workers=workers)
    for _ in range(2):
        call = Call(reward, *["tea", "milk"] * 4, constraints=[[{"id": "slow:table"}]] * 8)
        assert call.rewards == [1.0, 0.0] * 4
    assert 1 <= len(list(tmp_path.glob("loaded-*"))) <= workers


def test_thinking_is_set_aside_unless_it_is_kept() -> None:
    text = "<think>Tea, or milk?</think>Tea."
    for keep, reward in ((False, 1.0), (True, 0.0)):
        for workers in (0, 1):
            kept = TrlReward("ila", keep_thinking=keep, workers=workers)
            assert Call(kept, text, constraints=[[NO_COMMA]]).rewards == [reward]


@pytest.mark.parametrize(
    "reward", [ila_reward, cla_reward, TrlReward({"a": 2.0}), AsyncTrlReward()]
)
def test_rewards_can_be_pickled(reward: TrlReward | AsyncTrlReward) -> None:
    Call(TrlReward(workers=0), "Tea.", constraints=[BOTH])  # something is open in this process
    copy = pickle.loads(pickle.dumps(reward))
    assert copy.__name__ == reward.__name__
    assert Call(copy, "Tea.", constraints=[BOTH]).rewards == [1.0]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"plugins": ["absent.py"]}, "absent.py is no file"),
        ({"plugins": "rules.py"}, "plugins are a list of files"),
        ({"workers": -1}, "from 0 on, got -1"),
        ({"time_limit": -1}, "a time limit is from 0"),
        ({"score": "best"}, "no score 'best'"),
    ],
)
def test_arguments_that_cannot_be_used(options: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        TrlReward(**options)


def test_making_a_reward_starts_and_loads_nothing() -> None:
    code = (
        "import sys, threading; from hir_kit.rewards import TrlReward; TrlReward('cla');"
        "print({'torch', 'trl', 'hir_verifiers', 'nltk', 'langdetect'} & set(sys.modules),"
        "threading.active_count())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": ":".join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "set() 1\n"
