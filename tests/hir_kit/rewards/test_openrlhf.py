"""The reward function of OpenRLHF, called as OpenRLHF calls it and loaded as OpenRLHF loads it."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from hir_kit.rewards.openrlhf import OpenRlhfReward, reward_func

torch = pytest.importorskip("torch")

ROOT = Path(__file__).parents[3]
PROMPT = "<|im_start|>user\nDescribe tea.<|im_end|>\n<|im_start|>assistant\n"
SOFT = json.dumps([{"id": "punctuation:no_comma"}, {"id": "t:soft"}])


def ask(reward: Any, *texts: str, label: object) -> dict[str, Any]:
    found: dict[str, Any] = reward(
        [PROMPT + text for text in texts], [PROMPT] * len(texts), [label] * len(texts)
    )
    return found


@pytest.mark.parametrize("workers", [0, 1])
def test_rewards_scores_and_logs(workers: int, ground_truth: str) -> None:
    found = ask(OpenRlhfReward("cla", workers=workers), "Tea.", "Tea, milk.", label=ground_truth)
    assert found["rewards"].tolist() == found["scores"].tolist() == [1.0, 0.5]
    assert found["rewards"].dtype == torch.float32
    assert {name: value.tolist() for name, value in found["extra_logs"].items()} == {
        "ila": [1.0, 0.0],
        "cla": [1.0, 0.5],
        "unknown": [0.0, 0.0],
    }


@pytest.mark.parametrize("end", ["<|im_end|>", "<|im_end|><|endoftext|>", "</s>", ""])
def test_the_end_of_the_response_is_no_part_of_it(end: str) -> None:
    ends_so = '[{"id": "startend:end_checker", "kwargs": {"end_phrase": "tea."}}]'
    assert ask(OpenRlhfReward(workers=0), f"I like tea.{end}", label=ends_so)["rewards"] == 1
    short = '[{"id": "length_constraints:number_words", "kwargs": {"num_words": 2, '
    short += '"relation": "less than"}}]'
    assert ask(OpenRlhfReward(workers=0), f"Tea{end}", label=short)["rewards"] == 1


def test_end_tokens_of_your_own(ground_truth: str) -> None:
    reward = OpenRlhfReward(workers=0, end_tokens=["<,>"])
    assert ask(reward, "Tea<,>", label=ground_truth)["rewards"] == 1
    assert ask(OpenRlhfReward(workers=0), "Tea<,>", label=ground_truth)["rewards"] == 0


def test_the_prompt_is_no_part_of_the_response() -> None:
    comma = "A prompt, with a comma: "
    found = reward_func([f"{comma}Tea."], [comma], ['[{"id": "punctuation:no_comma"}]'])
    assert found["rewards"].tolist() == [1.0]


def test_unknown_counts_as_not_satisfied_and_is_counted(plugin: Path, ground_truth: str) -> None:
    reward = OpenRlhfReward("cla", plugins=[plugin], workers=0)
    found = ask(reward, "Tea.", "Tea, milk.", label=SOFT)
    assert found["rewards"].tolist() == [0.5, 0.0]
    assert found["extra_logs"]["unknown"].tolist() == [1.0, 1.0]
    cut = reward(["tea.<|im_end|>\nTea."], [PROMPT], [ground_truth])
    assert (cut["rewards"].item(), cut["extra_logs"]["unknown"].item()) == (0.0, 2.0)
    assert ask(reward, "Tea.", label=None)["extra_logs"]["unknown"].item() == 1.0


def test_it_is_called_in_a_thread_for_one_response(plugin: Path) -> None:
    """As SingleTurnAgentExecutor does; what it takes from the result are single numbers."""
    reward = OpenRlhfReward("ila", plugins=[plugin], time_limit=1.0, workers=1)
    label = '[{"id": "t:loop"}]'

    async def run() -> list[dict[str, Any]]:
        calls = [
            asyncio.to_thread(reward, [PROMPT + text], [PROMPT], [label])
            for text in ("Tea.", "loop", "Tea.")
        ]
        return list(await asyncio.gather(*calls))

    found = asyncio.run(run())
    assert [torch.tensor([item["rewards"]]).tolist() for item in found] == [[1.0], [0.0], [1.0]]
    logs = [item["extra_logs"]["unknown"].flatten()[0].item() for item in found]
    assert logs == [0.0, 1.0, 0.0]


def test_the_example_is_loaded_by_its_path(ground_truth: str) -> None:
    path = ROOT / "examples" / "rewards" / "openrlhf_reward.py"
    spec = importlib.util.spec_from_file_location("reward_func", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert ask(module.reward_func, "Tea.", label=ground_truth)["rewards"].tolist() == [1.0]


def test_rewards_can_be_pickled(ground_truth: str) -> None:
    copy = pickle.loads(pickle.dumps(OpenRlhfReward("cla", workers=0)))
    assert ask(copy, "Tea, milk.", label=ground_truth)["rewards"].tolist() == [0.5]
