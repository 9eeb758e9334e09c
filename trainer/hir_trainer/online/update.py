"""The update without rows that cannot change its gradient, in micro-batches of bounded size.

A row with advantage 0 adds 0 to every loss of TRL's but where something else than the advantage
acts on its tokens: the distance to a reference (beta), an entropy term, a quantile of entropies, or
the router's loss of a mixture of experts. Where none does, such rows take part in no forward and no
backward pass, and the loss is what TRL's would be: a mean over rows or tokens is scaled by the
share of those that are left. What is left is trained on in parts of at most
per_device_train_batch_size rows, however many rows replays have added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import torch

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


class Row(NamedTuple):
    """What has to be known of a row to put it into a part.

    Attributes:
        place: Where it stands in the micro-batch.
        works: Whether it has an advantage.
        prompt: The columns that its prompt takes.
        response: The columns that its response takes.
        tokens: The tokens that are trained on.
        asked: Its prompt, the same for all rows that have it.
    """

    place: int
    works: bool
    prompt: int
    response: int
    tokens: int
    asked: bytes


def measured(batch: Tensors) -> list[Row]:
    """Return the rows of a batch, by one copy from the device."""
    mask, works = batch["completion_mask"], (batch["advantages"] != 0).long()
    columns = torch.arange(1, mask.size(1) + 1, device=mask.device)
    prompts, responses = batch["prompt_mask"].sum(1), (mask * columns).amax(1)
    counts = torch.stack([works, prompts, responses, mask.sum(1)], dim=1)
    found = torch.cat([counts, batch["prompt_ids"]], dim=1).cpu().numpy()
    return [_row(place, one) for place, one in enumerate(found)]


def _row(place: int, found: Any) -> Row:
    works, prompt, response, tokens = map(int, found[:4])
    return Row(place, bool(works), prompt, response, tokens, found[len(found) - prompt :].tobytes())


def by_length(rows: Sequence[Row]) -> list[Row]:
    """Return rows in an order in which neighbours are of like length."""
    return sorted(rows, key=lambda row: (row.response, row.prompt))


def by_prompt(rows: Sequence[Row]) -> list[Row]:
    """Return rows in an order in which those of a prompt stand together, of like length."""
    longest: dict[bytes, int] = {}
    for row in rows:
        longest[row.asked] = max(row.response, longest.get(row.asked, 0))
    return sorted(rows, key=lambda row: (longest[row.asked], row.prompt, row.asked, row.response))


def working_rows(rows: Sequence[Row], beta: float, most: Callable[[int], int]) -> list[Row]:
    """Return the rows that are trained on, as many on every device.

    Those are all rows where the distance to a reference counts (beta), else those with an
    advantage, and as many others as another device has more. There is at least one: a device
    without a backward pass would keep others waiting.

    Args:
        rows: Those of the micro-batch.
        beta: The weight of the distance to the reference.
        most: Gives the largest of a number of all devices.
    """
    works = [row for row in rows if row.works or beta]
    idle = [row for row in rows if not (row.works or beta)]
    return by_prompt([*works, *idle][: most(max(len(works), 1))])


class Part(NamedTuple):
    """Rows that go through the model together, with the factor on TRL's loss of them."""

    rows: Sequence[Row]
    tensors: Tensors
    factor: float


def parts_of(
    batch: Tensors, whole: Sequence[Row], chosen: Sequence[Row], size: int, loss_type: str
) -> Iterator[Part]:
    """Yield the chosen rows in parts of at most so many.

    Args:
        batch: The micro-batch.
        whole: All of its rows.
        chosen: Those that are trained on.
        size: The most rows of a part.
        loss_type: TRL's.
    """
    for start in range(0, len(chosen), size):
        rows = chosen[start : start + size]
        factor = _weight(rows, loss_type) / _weight(whole, loss_type)
        yield Part(rows, taken(batch, rows), factor)


def _weight(rows: Sequence[Row], loss_type: str) -> float:
    """Return what TRL divides by: rows, tokens, or nothing that depends on the micro-batch."""
    if loss_type in _OVER_ALL_ITEMS:
        return 1.0
    return float(len(rows) if loss_type in _OVER_ROWS else max(sum(row.tokens for row in rows), 1))


def taken(batch: Tensors, rows: Sequence[Row]) -> Tensors:
    """Return some rows of a batch, without the columns in which all of them are padded."""
    count, width = batch["completion_ids"].shape
    places = torch.tensor([row.place for row in rows], device=batch["completion_ids"].device)
    first = batch["prompt_ids"].size(1) - max(row.prompt for row in rows)
    stop = max(1, *(row.response for row in rows))
    found: Tensors = {}
    for name, value in batch.items():
        if value is None or value.dim() == 0 or len(value) != count:
            found[name] = value
        elif name in ("prompt_ids", "prompt_mask"):
            found[name] = value[places, first:]
        elif value.dim() == 2 and value.size(1) == width:
            found[name] = value[places, :stop]
        else:
            found[name] = value[places]
    return found
