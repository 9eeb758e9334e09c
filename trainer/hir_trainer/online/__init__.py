"""Online HiR: sample, replay the failures as successes, and update on both, in one step.

A script that trains with TRL's GRPOTrainer changes two names:

    from hir_trainer.online import HirGRPOConfig, HirGRPOTrainer

    trainer = HirGRPOTrainer(
        model="Qwen/Qwen2.5-7B-Instruct",
        args=HirGRPOConfig(output_dir="out", num_generations=6),
        train_dataset=dataset,  # columns: prompt, constraints, and task where it is known
    )

Importing this package imports neither torch nor TRL: both come in with the two names.

    arguments  the keys added to TRL's GRPOConfig, their defaults and where these come from
    config     GRPOConfig with them
    trainer    the override of TRL's GRPOTrainer
    rewards    verdicts and rewards, through TRL's public reward function
    hindsight  the engine's selection and rewriting, on one generation batch
    rows       the rows that replays add, and what they weigh
    models     the trainer's model without wrappers, and whether a device has all of it
    sampling   prompts read once, and ended rows left out, while responses are sampled
    listening  entropies of responses, heard while they are sampled
    scoring    log-probabilities and entropies under policy and reference
    update     the loss of the rows that can change the gradient, in parts
    sharing    prompts that rows of a part share, read once
    batch      replays appended to TRL's batch of tensors, and all advantages
    log        what a step logs, and replays.jsonl
    data       the data of a run, read and checked
    preview    what --dry-run shows, with the memory it expects
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hir_trainer.online.config import HirGRPOConfig
    from hir_trainer.online.trainer import HirGRPOTrainer

__all__ = ["HirGRPOConfig", "HirGRPOTrainer"]

_HOMES = {
    "HirGRPOConfig": "hir_trainer.online.config",
    "HirGRPOTrainer": "hir_trainer.online.trainer",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
