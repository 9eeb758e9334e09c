"""hir-kit's verdicts as the reward function of a trainer: TRL, verl, OpenRLHF.

    from hir_kit.rewards.trl import TrlReward

    GRPOTrainer(model=..., reward_funcs=TrlReward("ila"), ...)  # column: constraints

All of them are cheap to make, can be pickled, and load nothing before their first call: then they
start worker processes, once per process, in which a check that hangs stalls nothing.

    scoring   verdicts become a number: ila, cla, weights
    grading   responses and constraints become verdicts
    judged    a judge is asked beside code
    reporting what the log says, once
    trl       TRL: `reward_funcs`
    verl      verl: `custom_reward_function`
    openrlhf  OpenRLHF: `--reward.remote_url file.py`
"""

from __future__ import annotations

from hir_kit.rewards.openrlhf import OpenRlhfReward, reward_func
from hir_kit.rewards.trl import AsyncTrlReward, TrlReward, cla_reward, ila_reward
from hir_kit.rewards.verl import VerlReward, compute_score, compute_scores

__all__ = [
    "AsyncTrlReward",
    "OpenRlhfReward",
    "TrlReward",
    "VerlReward",
    "cla_reward",
    "compute_score",
    "compute_scores",
    "ila_reward",
    "reward_func",
]
