"""Replays appended to the batch of tensors that TRL trains on.

TRL splits the batch into steps_per_generation parts by floor division and gathers numbers row by
row over all devices. So every device appends equally many rows, a multiple of that number: slots,
of which some stay empty. An empty slot has a real prompt, no response token and advantage 0.

The advantages of originals and replays, by hir_advantage:

    regroup  originals: TRL's own, A_i = (r_i - mean_group) / (std_group + 1e-4) by default; the
             group under each rewritten instruction: the same formula, times w (see `rows`)
    group    originals: TRL's own; replays: A = w
    batch    z_i = (r_i - mean) / (std + 1e-4) over all originals and replays of all devices,
             replays with r = 1; originals: A_i = z_i; replays: A = w z

w is hir_replay_weight. An original whose reward is not known has no part in mean and std, and the
advantage 0, as TRL has it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from trl.trainer.utils import pad

from hir_kit.errors import HirKitError
from hir_trainer.online.rows import EPSILON, Added

Tensors = dict[str, Tensor]

TOKENS = ("prompt_ids", "prompt_mask", "completion_ids", "completion_mask")
OLD, SAMPLING, RATIO, REFERENCE = (
    "old_per_token_logps",
    "sampling_per_token_logps",
    "importance_sampling_ratio",
    "ref_per_token_logps",
)
# What TRL's batch may hold. Rows cannot be added to what is not known here.
_KNOWN = {*TOKENS, OLD, SAMPLING, RATIO, REFERENCE, "advantages", "num_items_in_batch"}


def refuse_unknown(batch: Tensors) -> None:
    """Raise where the batch holds something else: images, tools, or what a new TRL may add."""
    unknown = {name for name, value in batch.items() if value is not None} - _KNOWN
    if unknown:
        raise HirKitError(
            f"replays cannot be added to a batch with {', '.join(sorted(unknown))}: HiR trains on "
            "single answers in text. Without images and tools in the data, this TRL is too new "
            "for this hir-kit."
        )


@dataclass(frozen=True, slots=True)
class Slots:
    """The rows to append on this device.

    Attributes:
        source: Per slot, the row whose response it takes; 0 where it is empty.
        is_filled: Per slot, whether there is a row in it.
        prompts: Per slot, the token ids of its prompt.
        advantages: Per slot, the advantage of its row; 0 where it is empty.
    """

    source: Tensor
    is_filled: Tensor
    prompts: Sequence[Tensor]
    advantages: Tensor

    def __len__(self) -> int:
        return len(self.source)


def slots_needed(most: int, parts: int) -> int:
    """Return the number of slots for the most rows of any device, split into equal parts."""
    return -(-most // parts) * parts


def make_slots(
    batch: Tensors, added: Sequence[Added], prompts: Sequence[Sequence[int]], count: int
) -> Slots:
    """Return the slots for these rows under these prompts, which are those of `added` as tokens."""
    device = batch["completion_ids"].device
    empty = count - len(added)
    rows = [*(item.source for item in added), *[0] * empty]
    advantages = [*(item.advantage for item in added), *[0.0] * empty]
    first = batch["prompt_ids"][0][batch["prompt_mask"][0].bool()]
    made = {id(ids): torch.tensor(ids, dtype=torch.long, device=device) for ids in prompts}
    given = [made[id(ids)] for ids in prompts]  # one copy for all rows under one prompt
    return Slots(
        source=torch.tensor(rows, dtype=torch.long, device=device),
        is_filled=torch.arange(count, device=device) < len(added),
        prompts=[*given, *[first] * empty],
        advantages=torch.tensor(advantages, device=device),
    )


def with_slots(
    batch: Tensors, slots: Slots, pad_token_id: int, pad_to_multiple_of: int | None
) -> Tensors:
    """Return the batch with prompts and responses of the slots; what depends on them is left out.

    All prompts are as wide as the longest one, padded on the left; responses are copies of rows
    that are there.
    """
    different = {id(ids): ids for ids in slots.prompts}  # rows under one prompt share theirs
    places = {key: place for place, key in enumerate(different)}
    number = torch.tensor([places[id(ids)] for ids in slots.prompts], device=slots.source.device)
    ids, ones = list(different.values()), [torch.ones_like(ids) for ids in different.values()]
    prompts = pad(ids, pad_token_id, "left", pad_to_multiple_of)[number]
    masks = pad(ones, 0, "left", pad_to_multiple_of)[number]
    kept = batch["completion_mask"][slots.source]
    kept = kept * slots.is_filled.unsqueeze(1).to(kept.dtype)
    taken = batch["completion_ids"][slots.source]
    return {
        "prompt_ids": _stacked(batch["prompt_ids"], prompts, pad_token_id),
        "prompt_mask": _stacked(batch["prompt_mask"], masks, 0),
        "completion_ids": torch.cat([batch["completion_ids"], taken]),
        "completion_mask": torch.cat([batch["completion_mask"], kept]),
    }


def _stacked(upper: Tensor, lower: Tensor, padding: int) -> Tensor:
    """Return rows and the rows below them, the narrower ones padded on the left."""
    width = max(upper.size(1), lower.size(1))
    both = (nn.functional.pad(rows, (width - rows.size(1), 0), value=padding)
            for rows in (upper, lower))  # fmt: skip
    return torch.cat(list(both))


def tokens(batch: Tensors, rows: slice) -> Tensors:
    """Return prompts and responses of some rows."""
    return {name: batch[name][rows] for name in TOKENS}


def batch_advantages(
    rewards: Tensor, is_replay: Tensor, weight: float, gather: Callable[[Tensor], Tensor]
) -> Tensor:
    """Return z-scores over the pool of all devices; 0 where nothing is known or a slot is empty.

    Args:
        rewards: Those of this device's originals; NaN where not known.
        is_replay: Per slot, whether there is a replay in it.
        weight: The factor on the replays' advantages.
        gather: Puts together equally shaped tensors of all devices.
    """
    known = torch.cat([~rewards.isnan(), is_replay])
    mine = torch.cat([rewards.nan_to_num(), torch.ones_like(is_replay, dtype=rewards.dtype)])
    pool = gather(mine)[gather(known)]
    if pool.numel() < 2:
        return torch.zeros_like(mine)
    scores = (mine - pool.mean()) / (pool.std() + EPSILON)
    scores[len(rewards) :] *= weight
    return scores * known
