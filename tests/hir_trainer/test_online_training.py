"""Online HiR with what TRL offers around it: adapters, references, several updates, resuming."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hir_kit.cli import run as hir_kit
from hir_kit.errors import ConfigError
from hir_trainer import train

Flags = Callable[..., list[str]]
Watch = Callable[..., Any]
Row = dict[str, Any]


def scored(seen: Any, index: int, rows: list[int], model: Any) -> tuple[Any, Any]:
    """Log-probabilities of response tokens, and their mask, computed without the trainer's help."""
    import torch

    batch = seen.batches[index]
    logps, masks = [], []
    for row in rows:
        prompt = batch["prompt_ids"][row][batch["prompt_mask"][row].bool()]
        response = batch["completion_ids"][row]
        with torch.no_grad():
            logits = model(input_ids=torch.cat([prompt, response])[None]).logits[0]
        likely = logits[len(prompt) - 1 : -1].log_softmax(-1)
        logps.append(likely.gather(1, response[:, None])[:, 0])
        masks.append(batch["completion_mask"][row])
    return torch.stack(logps), torch.stack(masks)


def close(first: Any, second: Any, mask: Any) -> bool:
    return bool(((first - second) * mask).abs().max() < 1e-4)


def original(tiny: Path) -> Any:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(tiny)


def test_the_entropy_that_selects_is_that_of_the_current_policy(watch: Watch, tiny: Path) -> None:
    import torch

    seen = watch(max_steps=1)
    model = original(tiny)
    measured = {}
    for row in range(12):
        batch = seen.batches[0]
        prompt = batch["prompt_ids"][row][batch["prompt_mask"][row].bool()]
        ids = torch.cat([prompt, batch["completion_ids"][row]])
        with torch.no_grad():
            logits = model(input_ids=ids[None]).logits[0, len(prompt) - 1 : -1]
        entropy = torch.distributions.Categorical(logits=logits).entropy()
        mask = batch["completion_mask"][row]
        measured[seen.text(0, row, "completion")] = float((entropy * mask).sum() / mask.sum())
    for row in seen.written():
        text = row["completion"][0]["content"]
        assert row["hindsight"]["f_div"] == pytest.approx(measured[text], abs=1e-4)
        assert row["hindsight"]["f_div_from"] == "entropy"


def test_lora_with_a_reference(watch: Watch, tiny: Path, tmp_path: Path) -> None:
    seen = watch(use_peft=True, lora_r=2, beta=0.1)
    for index in (0, 1):  # in the second step the policy has left the reference
        rows = seen.replays(index)
        expected, mask = scored(seen, index, rows, original(tiny))
        assert close(seen.batches[index]["ref_per_token_logps"][rows], expected, mask)
    seen.trainer.save_model(str(tmp_path / "adapter"))
    assert (tmp_path / "adapter" / "adapter_model.safetensors").is_file()


def test_a_reference_model(watch: Watch, tiny: Path) -> None:
    seen = watch(beta=0.1)
    rows = seen.replays(1)
    expected, mask = scored(seen, 1, rows, original(tiny))
    assert close(seen.batches[1]["ref_per_token_logps"][rows], expected, mask)
    assert seen.trainer.state.log_history[1]["kl"] > 0


def test_gradient_accumulation(watch: Watch) -> None:
    seen = watch(per_device_train_batch_size=6, gradient_accumulation_steps=2)
    assert len(seen.batches) == 2
    assert len(seen.parts) == 4
    for index, batch in enumerate(seen.batches):
        mine = seen.parts[2 * index : 2 * index + 2]
        tokens = sum(int(part["completion_mask"].sum()) for part in mine)
        assert tokens == int(batch["num_items_in_batch"])
        assert "old_per_token_logps" not in batch


def test_a_generation_batch_for_several_updates(watch: Watch) -> None:
    keys = {"per_device_train_batch_size": 6, "steps_per_generation": 2}
    seen = watch(gradient_accumulation_steps=1, max_steps=4, **keys)
    assert len(seen.batches) == 2
    assert {row["hindsight"]["step"] for row in seen.written()} == {0, 2}


def test_several_iterations_start_at_ratio_one(watch: Watch, tiny: Path) -> None:
    seen = watch(num_iterations=2, max_steps=3)
    assert len(seen.batches) == 2
    rows = seen.replays(0)
    expected, mask = scored(seen, 0, rows, original(tiny))
    assert close(seen.batches[0]["old_per_token_logps"][rows], expected, mask)


def test_the_policy_under_the_original_instruction_can_be_the_behaviour(
    watch: Watch, tiny: Path
) -> None:
    seen = watch(max_steps=1, hir_behaviour="original")
    batch = seen.batches[0]
    old = batch["old_per_token_logps"]
    expected, mask = scored(seen, 0, list(range(12)), original(tiny))
    assert close(old[:12], expected, mask)
    texts = {seen.text(0, i, "completion"): i for i in range(12)}
    for row in seen.replays(0):
        source = texts[seen.text(0, row, "completion")]
        assert (old[row] == old[source]).all()
        now, mask = scored(seen, 0, [row], original(tiny))
        assert not close(old[row], now[0], mask[0])


@pytest.mark.parametrize("behaviour", ["rewritten", "original"])
def test_the_keys_that_vllm_adds(
    behaviour: str, watch: Watch, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keys are made up here: vLLM itself needs a GPU."""
    import torch
    from trl import GRPOTrainer

    generate = GRPOTrainer._generate_and_score_completions

    def as_with_vllm(self: Any, inputs: Any) -> Row:
        batch: Row = generate(self, inputs)
        sampled = torch.full_like(batch["completion_mask"], -3.0, dtype=torch.float32)
        more = {"old_per_token_logps": sampled + 1, "sampling_per_token_logps": sampled}
        return {**batch, **more, "importance_sampling_ratio": 0.5 * torch.ones(12, 1)}

    monkeypatch.setattr(GRPOTrainer, "_generate_and_score_completions", as_with_vllm)
    seen = watch(max_steps=1, hir_behaviour=behaviour)
    batch, rows = seen.batches[0], seen.replays(0)
    if behaviour == "original":
        assert (batch["importance_sampling_ratio"] == 0.5).all()
        assert (batch["old_per_token_logps"] == -2).all()
        return
    expected, mask = scored(seen, 0, rows, original(tiny))
    assert (batch["importance_sampling_ratio"][rows] == 1).all()
    assert (batch["importance_sampling_ratio"][:12] == 0.5).all()
    for name in ("old_per_token_logps", "sampling_per_token_logps"):
        assert close(batch[name][rows], expected, mask)


@pytest.mark.parametrize("advantage", ["group", "batch"])
def test_resuming_takes_up_where_the_run_stopped(
    advantage: str, online_flags: Flags, tmp_path: Path
) -> None:
    from safetensors.torch import load_file

    def run(name: str, steps: int, *more: str) -> Path:
        keys = {"save_strategy": "steps", "save_steps": 2, "lr_scheduler_type": "constant"}
        directory = tmp_path / name
        flags = online_flags(output_dir=directory, max_steps=steps, hir_advantage=advantage, **keys)
        train([*flags, *more])
        return directory

    whole = run("whole", 4)
    parts = run("parts", 3)  # one step beyond the checkpoint, which is taken again
    run("parts", 4, f"--resume={parts / 'checkpoint-2'}")
    assert (parts / "replays.jsonl").read_bytes() == (whole / "replays.jsonl").read_bytes()
    states = [json.loads((p / "checkpoint-4" / "trainer_state.json").read_text()) for p in
              (whole, parts)]  # fmt: skip
    logs = [
        [{k: v for k, v in entry.items() if k.startswith("hir/")} for entry in s["log_history"]]
        for s in states
    ]
    assert logs[0] == logs[1]
    assert [entry["hir/lambda"] for entry in logs[0][:4]] == [
        pytest.approx(2 * 1.05**step) for step in range(4)
    ]
    first, second = (load_file(p / "model.safetensors") for p in (whole, parts))
    assert all((first[name] == second[name]).all() for name in first)


def test_a_new_run_starts_with_no_replays(online_flags: Flags, tmp_path: Path) -> None:
    path = tmp_path / "out" / "replays.jsonl"
    train(online_flags())
    once = path.read_bytes()
    train([*online_flags(), "--overwrite"])
    assert path.read_bytes() == once
    path.write_text('{"prompt": "mine"}\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="was not written by an online run"):
        train([*online_flags(), "--overwrite"])
    assert path.read_text(encoding="utf-8") == '{"prompt": "mine"}\n'


def test_the_replays_verify(
    online_flags: Flags, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train(online_flags())
    capsys.readouterr()
    assert hir_kit(["verify", "--check", "--json", str(tmp_path / "out" / "replays.jsonl")]) == 0
    assert json.loads(capsys.readouterr().out)["rollouts"] >= 4


@pytest.mark.parametrize(
    "loss", ["grpo", "dr_grpo", "dapo", "bnpo", "cispo", "sapo", "luspo", "vespo"]
)
def test_every_loss_of_trl(loss: str, watch: Watch) -> None:
    seen = watch(max_steps=1, loss_type=loss)
    assert seen.replays(0)
    assert 0 < seen.trainer.state.log_history[0]["grad_norm"] < 1e3


def test_without_replays_it_is_grpo(watch: Watch) -> None:
    seen = watch(hir_top_k=0)
    assert [len(batch["prompt_ids"]) for batch in seen.batches] == [12, 12]
    assert seen.trainer.state.log_history[0]["hir/replays"] == 0
    assert seen.written() == []


def test_the_share_satisfied_as_reward(watch: Watch) -> None:
    seen = watch(max_steps=1, hir_reward="cla")
    rewards = {sample.reward for sample in seen.trainer._hir_reward.samples}
    assert rewards <= {0, 1 / 3, 2 / 3, 1}
    assert rewards - {0, 1}


def test_only_groups_without_a_success(watch: Watch) -> None:
    keys = {"per_device_train_batch_size": 36, "max_completion_length": 4, "max_steps": 1}
    seen = watch(hir_replay_groups="failed", **keys)
    samples = seen.trainer._hir_reward.samples
    passed = {i // 6 for i, sample in enumerate(samples) if sample.checked.follow_all}
    replayed = {int(row["group"][1:]) for row in seen.written()}
    groups = [int(seen.rows[0][6 * i]["id"][1:]) for i in range(6)]
    assert replayed == {group for i, group in enumerate(groups) if i not in passed}


def test_truncated_responses_that_trl_masks_are_not_replayed(watch: Watch) -> None:
    seen = watch(max_steps=1, mask_truncated_completions=True)
    ended = seen.batches[0]["completion_mask"][:12].any(1)
    texts = {seen.text(0, i, "completion") for i in range(12) if ended[i]}
    assert not all(ended)
    assert {row["completion"][0]["content"] for row in seen.written()} <= texts


def test_plain_prompts_of_a_model_without_a_chat_template(
    watch: Watch, write: Callable[..., Path], tiny: Path, tmp_path: Path, instructions: Path
) -> None:
    import shutil

    rows = [json.loads(line) for line in instructions.read_text(encoding="utf-8").splitlines()]
    plain = write([{**row, "prompt": row["prompt"][0]["content"]} for row in rows])
    bare = shutil.copytree(tiny, tmp_path / "bare")
    (bare / "chat_template.jinja").unlink()
    seen = watch(max_steps=1, data=plain, model_name_or_path=bare)
    written = seen.written()
    assert {row["prompt"] for row in written} == {
        seen.text(0, row, "prompt") for row in seen.replays(0)
    }
    assert all(isinstance(row["completion"], str) for row in written)
