"""What it takes to add rows to TRL's batch, rule by rule, on the real trainer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import pytest

from hir_kit import load
from hir_kit.errors import ConfigError, HirKitError
from hir_kit.model.constraint import parse_constraints
from hir_trainer import train

Watch = Callable[..., Any]
Row = dict[str, Any]


def prompt_text(prompt: list[Row]) -> str:
    turns = [f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in prompt]
    return "".join(turns) + "<|im_start|>assistant\n"


def by_prompt_and_text(seen: Any, index: int, rows: Any) -> list[tuple[str, str]]:
    return sorted((seen.text(index, i, "prompt"), seen.text(index, i, "completion")) for i in rows)


def test_two_steps_of_the_real_trainer(watch: Watch) -> None:
    """The canary: it fails where TRL has changed beneath."""
    seen = watch()
    assert len(seen.batches) == 2
    assert seen.replays(0)
    assert seen.replays(1)
    log = seen.trainer.state.log_history
    assert [entry["hir/replays"] for entry in log[:2]] == [len(seen.replays(i)) for i in (0, 1)]
    assert [entry["hir/lambda"] for entry in log[:2]] == [2.0, pytest.approx(2.1)]
    for entry in log[:2]:
        assert 0 < entry["hir/cla"] < 1
        assert 0 < entry["hir/kept_share"] < 1
        assert entry["hir/groups_failed_after"] <= entry["hir/groups_failed"]
        shares = [entry[f"hir/groups_{name}"] for name in ("failed", "mixed", "passed")]
        assert sum(shares) == pytest.approx(1)
        assert entry["grad_norm"] > 0
        assert {"hir/ila", "hir/unknown", "hir/refused", "hir/slots"} <= entry.keys()


def test_a_replay_is_its_response_under_the_rewritten_instruction(watch: Watch) -> None:
    seen = watch(max_steps=1, hir_replay_weight=0.5)
    written = seen.written()
    assert by_prompt_and_text(seen, 0, seen.replays(0)) == sorted(
        (prompt_text(row["prompt"]), row["completion"][0]["content"]) for row in written
    )
    for row in seen.replays(0):
        assert seen.batches[0]["advantages"][row] == 0.5
    originals = range(len(seen.rows[0]))
    assert [seen.text(0, i, "prompt") for i in originals] == [
        prompt_text(row["prompt"]) for row in seen.rows[0]
    ]


def test_rule_1_groups_stay_whole_on_a_device(online_flags: Callable[..., list[str]]) -> None:
    with pytest.raises(ConfigError, match="no whole groups of num_generations") as caught:
        train(online_flags(per_device_train_batch_size=8))
    assert "Set per_device_train_batch_size to 6" in str(caught.value)


def test_rule_3_slots_are_a_multiple_of_the_parts(watch: Watch) -> None:
    keys = {"per_device_train_batch_size": 4, "steps_per_generation": 3}
    seen = watch(max_steps=3, gradient_accumulation_steps=1, **keys)
    batch = seen.batches[0]
    extra = len(batch["prompt_ids"]) - len(seen.rows[0])
    assert len(seen.replays(0)) % 3
    assert extra % 3 == 0
    assert extra - len(seen.replays(0)) < 3
    assert [len(part["prompt_ids"]) for part in seen.parts] == [(12 + extra) // 3] * 3
    trained = sum(int(part["completion_mask"].sum()) for part in seen.parts)
    assert trained == int(batch["completion_mask"].sum())


def test_rule_4_an_empty_slot_has_a_prompt_and_no_effect(watch: Watch) -> None:
    keys = {"per_device_train_batch_size": 4, "steps_per_generation": 3}
    seen = watch(max_steps=1, gradient_accumulation_steps=3, **keys)
    batch = seen.batches[0]
    empty = [i for i in range(12, len(batch["prompt_ids"])) if i not in seen.replays(0)]
    assert empty
    for row in empty:
        assert seen.text(0, row, "prompt") == seen.text(0, 0, "prompt")
        assert not batch["completion_mask"][row].any()
        assert batch["advantages"][row] == 0
    loss = seen.trainer._compute_loss
    rows = [i for i in range(len(batch["prompt_ids"])) if i not in empty]
    seen.trainer.model.eval()  # the loss then spans the whole batch that it is given
    without = {name: value[rows] if value.ndim else value for name, value in batch.items()}
    assert loss(seen.trainer.model, batch).item() == pytest.approx(
        loss(seen.trainer.model, without).item(), rel=1e-5
    )


def test_rule_5_prompts_are_padded_anew_on_the_left(watch: Watch) -> None:
    seen = watch(max_steps=1, pad_to_multiple_of=8)
    batch = seen.batches[0]
    mask = batch["prompt_mask"]
    assert mask.shape == batch["prompt_ids"].shape
    assert mask.shape[1] % 8 == 0
    assert mask[:, -1].all()
    assert (mask.diff(dim=1) >= 0).all()
    assert (batch["prompt_ids"][mask == 0] == seen.trainer.processing_class.pad_token_id).all()


def test_rule_6_the_tokens_of_replays_are_counted(watch: Watch) -> None:
    seen = watch(max_steps=1)
    batch = seen.batches[0]
    assert batch["num_items_in_batch"] == batch["completion_mask"].sum()
    assert batch["num_items_in_batch"] > batch["completion_mask"][:12].sum()


@pytest.mark.parametrize("name", ["pixel_values", "tool_mask", "what_a_new_trl_adds"])
def test_rule_7_unknown_keys_are_refused(
    name: str, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trl import GRPOTrainer

    original = GRPOTrainer._generate_and_score_completions

    def with_more(self: Any, inputs: Any) -> Row:
        batch: Row = original(self, inputs)
        return {**batch, name: batch["completion_mask"]}

    monkeypatch.setattr(GRPOTrainer, "_generate_and_score_completions", with_more)
    with pytest.raises(HirKitError, match=f"a batch with {name}"):
        watch(max_steps=1)


def test_rule_8_evaluation_replays_nothing(watch: Watch, instructions: Path) -> None:
    keys = {"eval_data": instructions, "eval_strategy": "steps", "eval_steps": 1}
    seen = watch(max_steps=1, per_device_eval_batch_size=48, **keys)
    evaluated = [entry for entry in seen.trainer.state.log_history if "eval_loss" in entry]
    assert len(evaluated) == 1
    assert 0 < evaluated[0]["eval_hir/cla"] < 1
    assert "eval_hir/replays" not in evaluated[0]
    assert {row["hindsight"]["step"] for row in seen.written()} == {0}
    assert len(seen.written()) == len(seen.replays(0))


def test_rule_9_the_table_of_completions_shows_the_advantages_used(
    watch: Watch, tmp_path: Path
) -> None:
    import pandas

    seen = watch(max_steps=1, hir_advantage="batch", log_completions=True)
    table = pandas.read_parquet(tmp_path / "out" / "completions" / "completions_00001.parquet")
    used = seen.batches[0]["advantages"][:12].tolist()
    assert table["advantage"].tolist() == pytest.approx(used)
    assert any(used)
    found = [[item["status"] for item in json.loads(row)] for row in table["verdicts"]]
    assert {status for row in found for status in row} == {"satisfied", "violated"}
    assert table["hir_ila"].tolist() == [float(row == ["satisfied"] * 3) for row in found]
    for row, text in zip(seen.rows[0], table["constraints"], strict=True):
        assert json.loads(text) == json.loads(row["constraints"])
    assert table["id"].tolist() == [row["id"] for row in seen.rows[0]]
    assert table["task"].tolist() == [row["task"] for row in seen.rows[0]]


def test_batch_advantages_are_z_scores_of_originals_and_replays(watch: Watch) -> None:
    seen = watch(max_steps=1, hir_advantage="batch", hir_replay_weight=1.0)
    advantages = seen.batches[0]["advantages"]
    replays = advantages[seen.replays(0)]
    assert replays.min() == replays.max()
    assert replays[0] > 0
    assert advantages.sum().abs() < 1e-4
    assert advantages[:12].min() < 0


def letters(number: int) -> Row:
    """An instruction whose constraints babble meets now and then, each by itself."""
    constraints = [
        {
            "id": "keywords:letter_frequency",
            "kwargs": {
                "letter": letter,
                "let_frequency": 1 + number % 2,
                "let_relation": "at least",
            },
            "text": f"Use {letter}.",
        }
        for letter in "aeinst"
    ]
    asked = " ".join(["Babble.", *(str(item["text"]) for item in constraints)])
    prompt = [{"role": "user", "content": asked}]
    return {"id": f"q{number}", "task": "Babble.", "constraints": constraints, "prompt": prompt}


def test_regrouped_rows_are_the_group_under_the_rewritten_instruction(
    watch: Watch, write: Callable[..., Path]
) -> None:
    """Each response is weighed by what the verifiers say of it on the kept constraints."""
    data = write([letters(number) for number in range(4)])
    keys = {"hir_advantage": "regroup", "hir_replay_weight": 0.5, "hir_top_k": 6}
    seen = watch(max_steps=1, data=data, **keys)
    batch, kit = seen.batches[0], load()
    kept = {prompt_text(row["prompt"]): row["constraints"] for row in seen.written()}
    texts = [seen.text(0, i, "completion") for i in range(12)]
    groups = [texts[start : start + 6] for start in (0, 6)]
    added: dict[str, list[tuple[str, float]]] = {}
    for row in seen.replays(0):
        pair = seen.text(0, row, "completion"), batch["advantages"][row].item()
        added.setdefault(seen.text(0, row, "prompt"), []).append(pair)
    assert added
    for prompt, rows in added.items():
        assert [text for text, _ in rows] in groups
        checker = kit.checker(parse_constraints(kept[prompt]))
        rewards = [float(checker.check(text).follow_all is True) for text, _ in rows]
        mean, spread = fmean(rewards), stdev(rewards)
        expected = [0.5 * (reward - mean) / (spread + 1e-4) for reward in rewards]
        assert [advantage for _, advantage in rows] == pytest.approx(expected, abs=1e-5)
        assert sum(expected) == pytest.approx(0, abs=1e-6)


def test_the_budget_bounds_the_rows_that_are_trained_on(
    watch: Watch, write: Callable[..., Path]
) -> None:
    keys = {"data": write([letters(number) for number in range(4)]), "hir_top_k": 6}
    runs = [
        watch(max_steps=1, hir_advantage="regroup", **keys, **budget)
        for budget in ({}, {"hir_row_budget": 1.0})
    ]
    trained = [int((seen.batches[0]["advantages"] != 0).sum()) for seen in runs]
    assert trained[0] > len(runs[0].rows[0]) >= trained[1] > 0
    over = [seen.trainer.state.log_history[0]["hir/no_row_over_budget"] for seen in runs]
    assert over[0] == 0 < over[1]


def test_truncated_responses_are_not_replayed(watch: Watch) -> None:
    """Here all of them are cut off: a model that babbles does not come to an end."""
    seen = watch(max_steps=1, hir_replay_truncated=False)
    assert not seen.replays(0)
    assert not seen.written()
    assert seen.trainer.state.log_history[0]["hir/replays"] == 0


def test_replays_keep_the_share_that_is_asked_for(watch: Watch) -> None:
    seen = watch(max_steps=2, hir_min_kept=0.6)
    assert seen.written()
    assert min(row["hindsight"]["f_int"] for row in seen.written()) >= 0.6
