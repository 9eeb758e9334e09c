"""The update without rows that cannot change its gradient, in micro-batches of bounded size.

A row with advantage 0 adds 0 to every loss of TRL's but where something else than the advantage
acts on its tokens: the distance to a reference (beta), an entropy term, a quantile of entropies, or
the router's loss of a mixture of experts. Where none does, such rows take part in no forward and no
backward pass, and the loss is what TRL's would be: a mean over rows or tokens is scaled by the
share of those that are left. What is left is trained on in parts of at most
per_device_train_batch_size rows, however many rows replays have added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from hir_trainer.online.batch import Tensors

_OVER_ROWS = {"grpo", "sapo", "dr_grpo", "luspo"}
_OVER_TOKENS = {"bnpo"}
_OVER_ALL_ITEMS = {"cispo", "dapo", "vespo"}


def is_a_sum_over_rows(trainer: Any) -> bool:
    """Return whether this trainer's loss of a micro-batch is that of its parts, weighed."""
    return (
        trainer.top_entropy_quantile == 1
        and not trainer.aux_loss_enabled
        and not trainer._entropy_bonus_enabled
        and trainer.loss_type in _OVER_ROWS | _OVER_TOKENS | _OVER_ALL_ITEMS
    )


def working_rows(batch: Tensors, beta: float, most: Callable[[int], int]) -> Tensor:
    """Return the places of the rows that are trained on, as many on every device.

    Those are all rows where the distance to a reference counts (beta), else those with an
    advantage, and as many others as another device has more. There is at least one: a device
    without a backward pass would keep others waiting. They come by the length of the response, so
    that those of a part are alike.

    Args:
        batch: The micro-batch.
        beta: The weight of the distance to the reference.
        most: Gives the largest of a number of all devices.
    """
    lengths = batch["completion_mask"].sum(1)
    works = (batch["advantages"] != 0) | (beta != 0)
    count = most(max(int(works.sum()), 1))
    chosen = torch.argsort(works.int(), stable=True)[-count:]
    return chosen[torch.argsort(lengths[chosen], stable=True)]


def parts_of(
    batch: Tensors, rows: Tensor, size: int, loss_type: str
) -> Iterator[tuple[Tensors, float]]:
    """Yield the rows in parts of at most so many, each with the factor on TRL's loss of it."""
    whole = _weight(batch["completion_mask"], loss_type)
    for part in torch.split(rows, size):
        taken = _taken(batch, part)
        yield taken, _weight(taken["completion_mask"], loss_type) / whole


def _weight(mask: Tensor, loss_type: str) -> float:
    """Return what TRL divides by: rows, tokens, or nothing that depends on the micro-batch."""
    if loss_type in _OVER_ALL_ITEMS:
        return 1.0
    return float(len(mask)) if loss_type in _OVER_ROWS else max(float(mask.sum()), 1.0)


def _taken(batch: Tensors, rows: Tensor) -> Tensors:
    """Return some rows of a batch, without the columns in which all of them are padded."""
    count, width = batch["completion_ids"].shape
    first = int(batch["prompt_mask"][rows].any(0).int().argmax())
    used = batch["completion_mask"][rows].any(0).nonzero()
    stop = int(used[-1]) + 1 if len(used) else 1
    taken: Tensors = {}
    for name, value in batch.items():
        if value is None or value.dim() == 0 or len(value) != count:
            taken[name] = value
        elif name in ("prompt_ids", "prompt_mask"):
            taken[name] = value[rows][:, first:]
        elif value.dim() == 2 and value.size(1) == width:
            taken[name] = value[rows][:, :stop]
        else:
            taken[name] = value[rows]
    return taken
