"""The arms: what differs between them is these keys and, after tuning, the learning rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Keys = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Offline:
    """An arm that trains on one dump of the starting model, relabelled.

    Attributes:
        method: How.
        relax: `hir-kit relabel --relax`.
        steps: Updates; None: one pass over all rows.
    """

    method: str
    relax: str = "off"
    steps: int | None = None


PLAIN: Keys = {"hir_top_k": 0, "hir_advantage": "group"}
REPLAY: Keys = {"hir_top_k": 2, "hir_reward": "ila"}

ARMS: dict[str, Keys | Offline] = {
    # Baselines: GRPO on the binary reward, and on the share satisfied.
    "ila": {**PLAIN, "hir_reward": "ila"},
    "cla": {**PLAIN, "hir_reward": "cla"},
    # HiR in each advantage mode; and hir-kit's own with the share satisfied as reward of the
    # originals, a constant lambda, and only replays that keep most of their instruction.
    "hir": {**REPLAY, "hir_advantage": "regroup"},
    "hir-cla": {
        **REPLAY,
        "hir_advantage": "regroup",
        "hir_reward": "cla",
        "hir_eta": 0.0,
        "hir_min_kept": 0.75,
    },
    # The share as reward of the originals, and replays that keep what others of the group miss.
    "hir-rare": {
        **REPLAY,
        "hir_advantage": "regroup",
        "hir_reward": "cla",
        "hir_integrity": "rare",
    },
    "hir-group": {**REPLAY, "hir_advantage": "group", "hir_replay_weight": 0.1},
    "hir-batch": {**REPLAY, "hir_advantage": "batch"},
    # Offline: KTO on one relabelled dump.
    "kto": Offline("kto"),
}

RATES: dict[str, tuple[float, ...]] = {
    **dict.fromkeys(ARMS, (1e-4, 2e-4, 4e-4, 8e-4)),
    "hir-rare": (4e-4,),
    "hir-batch": (1.25e-5, 2.5e-5, 5e-5, 1e-4, 2e-4),
    "kto": (6e-6, 1.25e-5, 2.5e-5, 5e-5, 1e-4),
}
"""The learning rates tried for each arm; no best one stands at an edge without having been met.

`hir-rare` came later and has the rate that was best for all others of its kind.
"""

HARD = ("ila", "cla", "hir", "hir-cla", "hir-rare")
"""The arms that run on instructions with eight constraints, too, at the rates tuned before."""

TRADE = HARD
"""The arms that run in the second world."""

FRESH = ("ila", "cla", "hir-rare")
"""The arms that run there on seeds on which nothing was chosen."""

_HIR: Keys = {**REPLAY, "hir_advantage": "regroup"}
_GROUP: Keys = {**REPLAY, "hir_advantage": "group"}
STUDY: dict[str, tuple[str, Keys]] = {
    "weight 0.3": ("hir", {**_HIR, "hir_replay_weight": 0.3}),
    "lambda 0": ("hir", {**_HIR, "hir_lambda0": 0.0}),
    "lambda 50": ("hir", {**_HIR, "hir_lambda0": 50.0, "hir_eta": 0.0}),
    "eta 0": ("hir", {**_HIR, "hir_eta": 0.0}),
    "kept >= 0.75": ("hir", {**_HIR, "hir_min_kept": 0.75}),
    "failed groups": ("hir", {**_HIR, "hir_replay_groups": "failed"}),
    "relax first": ("hir", {**_HIR, "hir_relax": "first"}),
    "group, weight 0.3": ("hir-group", {**_GROUP, "hir_replay_weight": 0.3}),
    "group, weight 1": ("hir-group", {**_GROUP, "hir_replay_weight": 1.0}),
    "batch, weight 0.3": ("hir-batch", {**REPLAY, "hir_advantage": "batch",
                                        "hir_replay_weight": 0.3}),
}  # fmt: skip
"""What is varied, one thing at a time, with the learning rate of the arm that it varies."""

PILOTS: dict[str, Keys] = {
    "share, lambda as it is": {**_HIR, "hir_reward": "cla"},
    "share, every failure": {**_HIR, "hir_reward": "cla", "hir_top_k": 6, "hir_row_budget": 2.5},
    "relax first": {**_HIR, "hir_relax": "first"},
}
"""Looked at on the seed and the instructions for tuning, at the rate of `hir-cla`."""

RELAX: dict[str, Offline] = {
    f"sft, relax {relax}": Offline("sft", relax, 25) for relax in ("off", "first", "last")
}
RELAX_RATE = 1e-3
"""What relaxing is worth offline, on as many rows of each dump; the rate is the best of 1e-4, 3e-4
and 1e-3 without relaxing, on one seed."""
