"""Prompts that rows share are read once, with the gradients of TRL's loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

LOSSES = ("grpo", "bnpo", "dr_grpo", "dapo", "cispo", "sapo", "luspo", "vespo")


@pytest.fixture
def batch(one_step: Any) -> Any:
    """A batch of the run: two groups whose rows all have an advantage, under one prompt each."""
    import torch

    batch = {name: value[:12].clone() for name, value in one_step.batches[0].items() if value.dim()}
    batch["num_items_in_batch"] = one_step.batches[0]["num_items_in_batch"]
    batch["advantages"] = torch.linspace(-1, 1, 12)
    noise = torch.linspace(-0.1, 0.1, batch["completion_ids"].numel())
    old = one_step.trainer._hir_scoring.of_policy(batch)[0]
    batch["old_per_token_logps"] = old + noise.reshape(batch["completion_ids"].shape)
    return batch


@pytest.fixture
def trainer(one_step: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The trainer of the run, before it has found out whether prompts can be shared."""
    from hir_trainer.online.sharing import Sharing

    trainer = one_step.trainer
    monkeypatch.setattr(trainer, "_hir_sharing", Sharing(trainer, trainer._hir_scoring))
    return trainer


@pytest.fixture
def read(trainer: Any) -> Iterator[list[tuple[int, int]]]:
    """Rows and columns of every pass through the layers that gradients are kept of."""
    import torch

    seen: list[tuple[int, int]] = []

    def look(_layers: Any, _given: Any, output: Any) -> None:
        if torch.is_grad_enabled():
            seen.append(tuple(output.last_hidden_state.shape[:2]))

    hook = trainer.model.base_model.register_forward_hook(look)
    yield seen
    hook.remove()


def gradients(trainer: Any, batch: Any, find: Callable[..., Any]) -> dict[str, Any]:
    trainer.model.train()
    trainer.model.zero_grad()
    trainer.current_gradient_accumulation_steps = 1
    loss = find(trainer, trainer.model, {name: value.clone() for name, value in batch.items()})
    loss.backward()
    found = {name: one.grad.clone() for name, one in trainer.model.named_parameters()}
    return {"loss": loss.detach(), **found}


def whole_and_ours(trainer: Any, batch: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    from trl.trainer.grpo_trainer import GRPOTrainer

    expected = gradients(trainer, batch, GRPOTrainer._compute_loss)
    return expected, gradients(trainer, batch, type(trainer)._compute_loss)


@pytest.mark.parametrize("loss_type", LOSSES)
def test_gradients_are_those_of_trl(
    trainer: Any,
    batch: Any,
    read: list[tuple[int, int]],
    loss_type: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import torch

    level = "sequence" if loss_type == "luspo" else "token"
    monkeypatch.setattr(trainer, "loss_type", loss_type)
    monkeypatch.setattr(trainer, "importance_sampling_level", level)
    expected, found = whole_and_ours(trainer, batch)
    (_, width), (prompts, prompt), (rows, rest) = read
    assert (prompts, rows) == (2, 12)
    assert prompt + rest == width
    for name, value in expected.items():
        assert torch.allclose(found[name], value, atol=1e-6), name
    assert max(float(value.abs().max()) for value in expected.values()) > 1e-3


def test_a_prompt_of_one_row_is_read_with_it(
    trainer: Any, batch: Any, read: list[tuple[int, int]]
) -> None:
    batch["advantages"].zero_()
    batch["advantages"][[0, 7]] = 1.0
    gradients(trainer, batch, type(trainer)._compute_loss)
    assert [rows for rows, _ in read] == [2]


def test_layers_that_are_checkpointed_read_whole_rows(
    trainer: Any, batch: Any, read: list[tuple[int, int]]
) -> None:
    import torch

    name = "activation" if hasattr(trainer.model, "activation_checkpointing_enable") else "gradient"
    getattr(trainer.model, f"{name}_checkpointing_enable")()
    try:
        expected, found = whole_and_ours(trainer, batch)
    finally:
        getattr(trainer.model, f"{name}_checkpointing_disable")()
    assert [rows for rows, _ in read] == [12, 12]
    assert all(torch.allclose(found[name], value, atol=1e-6) for name, value in expected.items())


def test_a_model_that_reads_a_prompt_otherwise_alone_reads_whole_rows(
    trainer: Any, batch: Any, read: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for layer in trainer.model.base_model.layers:
        monkeypatch.setattr(layer.self_attn, "attention_dropout", 0.5)
    gradients(trainer, batch, type(trainer)._compute_loss)
    assert [rows for rows, _ in read] == [12]


def test_with_dropout_every_row_is_read_whole(
    trainer: Any, batch: Any, read: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An adapter that has learned nothing adds nothing: comparing both ways would not show it."""
    import torch

    monkeypatch.setitem(trainer.model.base_model.layers[0]._modules, "x", torch.nn.Dropout(0.1))
    gradients(trainer, batch, type(trainer)._compute_loss)
    assert [rows for rows, _ in read] == [12]


@pytest.mark.parametrize("multiple", [None, 7])
def test_entropies_are_heard_while_responses_are_sampled(
    one_step: Any, multiple: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are those of a pass of its own, which is made where nothing was heard."""
    import torch

    trainer, passes = one_step.trainer, []
    monkeypatch.setattr(trainer, "pad_to_multiple_of", multiple)
    score = trainer._get_per_token_logps_and_entropies

    def watched(model: Any, ids: Any, *args: Any, **kwargs: Any) -> Any:
        passes.append(len(ids))
        return score(model, ids, *args, **kwargs)

    monkeypatch.setattr(trainer, "_get_per_token_logps_and_entropies", watched)
    trainer.model.train()
    batch = trainer._generate_and_score_completions(one_step.rows[0])
    assert passes == []
    originals = {
        name: batch[name][:12]
        for name in ("prompt_ids", "prompt_mask", "completion_ids", "completion_mask")
    }
    originals["advantages"] = torch.zeros(12)
    heard = trainer._hir_scoring.look_at(originals, range(12), int)[1]
    assert passes == []
    for name in ("completion_ids", "completion_mask"):  # as if something else had sampled
        originals[name] = torch.nn.functional.pad(originals[name], (0, 9))
    scored = trainer._hir_scoring.look_at(originals, range(12), int)[1]
    assert heard == pytest.approx(scored, abs=1e-5)
    assert passes == [12]
