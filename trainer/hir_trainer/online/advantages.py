"""The advantages of originals and replays.

    regroup  originals: TRL's own, A_i = (r_i - mean_group) / (std_group + 1e-4) by default; the
             group under each rewritten instruction: the same formula, times w (see `regrouping`)
    group    originals: TRL's own; replays: A = w
    batch    z_i = (r_i - mean) / (std + 1e-4) over all originals and replays of all devices,
             replays with r = 1; originals: A_i = z_i; replays: A = w z

w is hir_replay_weight. An original whose reward is not known has no part in mean and std, and the
advantage 0, as TRL has it.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from hir_trainer.online.regrouping import EPSILON


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
