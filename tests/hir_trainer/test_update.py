"""The update leaves out what cannot change the gradient, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

LOSSES = ("grpo", "bnpo", "dr_grpo", "dapo", "cispo", "sapo", "luspo", "vespo")


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Rows and columns of every pass of TRL's loss through the model."""
    from trl.trainer.grpo_trainer import GRPOTrainer

    seen: list[tuple[int, int]] = []
    forward = GRPOTrainer._get_per_token_logps_and_entropies

    def watched(self: Any, model: Any, ids: Any, *args: Any, **kwargs: Any) -> Any:
        seen.append(tuple(ids.shape))
        return forward(self, model, ids, *args, **kwargs)

    monkeypatch.setattr(GRPOTrainer, "_get_per_token_logps_and_entropies", watched)
    return seen


def gradients(trainer: Any, batch: Any, *, whole: bool) -> dict[str, Any]:
    """The gradients of a micro-batch, by TRL's own loss or by hir-kit's."""
    from trl.trainer.grpo_trainer import GRPOTrainer

    trainer.model.train()
    trainer.model.zero_grad()
    trainer.current_gradient_accumulation_steps = 2
    inputs = {name: value.clone() for name, value in batch.items()}
    find = GRPOTrainer._compute_loss if whole else type(trainer)._compute_loss
    loss = find(trainer, trainer.model, inputs)
    loss.backward()
    found = {name: one.grad.clone() for name, one in trainer.model.named_parameters()}
    return {"loss": loss.detach(), **found}


@pytest.fixture
def batch(one_step: Any) -> Any:
    """A batch of the run, its old log-probabilities a little off, so that ratios count."""
    import torch

    batch = {name: value.clone() for name, value in one_step.batches[0].items()}
    batch["advantages"].zero_()
    batch["advantages"][[0, 3, 4, 7]] = torch.tensor([0.7, -0.4, 1.0, 0.1])
    noise = torch.linspace(-0.1, 0.1, batch["completion_ids"].numel())
    old = one_step.trainer._hir_scoring.of_policy(batch)[0]
    batch["old_per_token_logps"] = old + noise.reshape(batch["completion_ids"].shape)
    batch["ref_per_token_logps"] = old - noise.reshape(batch["completion_ids"].shape)
    return batch


@pytest.fixture
def setting(one_step: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Give the trainer these attributes for one test."""

    def change(**attributes: Any) -> Any:
        from hir_trainer.online.update import is_a_sum_over_rows

        for name, value in attributes.items():
            monkeypatch.setattr(one_step.trainer, name, value)
        splits = is_a_sum_over_rows(one_step.trainer)
        monkeypatch.setattr(one_step.trainer, "_hir_splits", splits)
        return one_step.trainer

    return change


@pytest.mark.parametrize("loss_type", LOSSES)
def test_gradients_are_those_of_trl(
    setting: Any, batch: Any, passes: list[Any], loss_type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    level = "sequence" if loss_type == "luspo" else "token"
    trainer = setting(loss_type=loss_type, importance_sampling_level=level)
    expected = gradients(trainer, batch, whole=True)
    monkeypatch.setattr(trainer.args, "per_device_train_batch_size", 3)
    passes.clear()
    found = gradients(trainer, batch, whole=False)
    assert [count for count, _ in passes] == [3, 1]
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert torch.allclose(found[name], value, atol=1e-6), name
    assert max(float(value.abs().max()) for value in expected.values()) > 1e-3


def test_all_rows_are_trained_on_where_a_reference_counts(
    setting: Any, batch: Any, passes: list[Any]
) -> None:
    import torch

    trainer = setting(beta=0.1)
    expected = gradients(trainer, batch, whole=True)
    passes.clear()
    found = gradients(trainer, batch, whole=False)
    assert sum(count for count, _ in passes) == len(batch["advantages"])
    assert all(torch.allclose(found[name], value, atol=1e-6) for name, value in expected.items())


@pytest.mark.parametrize("keys", [{"_entropy_bonus_enabled": True}, {"top_entropy_quantile": 0.5}])
def test_a_loss_that_looks_at_all_rows_gets_them(
    setting: Any, batch: Any, passes: list[Any], keys: dict[str, Any]
) -> None:
    gradients(setting(**keys), batch, whole=False)
    assert [count for count, _ in passes][-1:] == [len(batch["advantages"])]


def test_a_batch_without_advantages_costs_one_row_and_changes_nothing(
    setting: Any, batch: Any, passes: list[Any]
) -> None:
    batch["advantages"].zero_()
    passes.clear()
    found = gradients(setting(), batch, whole=False)
    assert [count for count, _ in passes] == [1]
    assert not any(value.any() for value in found.values())


def test_columns_that_hold_padding_alone_are_left_out(
    setting: Any, batch: Any, passes: list[Any]
) -> None:
    batch["advantages"].zero_()
    batch["advantages"][2] = 1.0
    batch["completion_mask"][2, 4:] = 0
    passes.clear()
    gradients(setting(), batch, whole=False)
    assert passes == [(1, int(batch["prompt_mask"][2].sum()) + 4)]
