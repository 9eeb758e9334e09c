"""What can be refused before the trainer loads weights."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

from hir_kit.errors import ConfigError
from hir_trainer.online.instructions import COLUMNS

TESTED = ("1.16",)
"""The minor versions of TRL that the tests drive."""

_NOT_TAKEN = ("reward_funcs", "reward_processing_classes", "tools", "environment_factory")


def refuse_options(options: Mapping[str, Any]) -> None:
    """Refuse what GRPOTrainer takes and HiR has no use for."""
    for name in _NOT_TAKEN:
        if options.get(name):
            raise ConfigError(
                f"{name} is given, and HirGRPOTrainer does not take it: its reward is hir_reward "
                "over the column constraints, and it trains on single answers in text."
            )


def warn_untested(version: str) -> None:
    """Warn where the installed TRL is not one that the tests drive."""
    minor = ".".join(version.split(".")[:2])
    if minor not in TESTED:
        warnings.warn(
            f"TRL {version} is installed, and online HiR is tested with {', '.join(TESTED)}: it "
            "depends on parts of TRL that may change in any release.",
            UserWarning,
            stacklevel=3,
        )


def check_dataset(dataset: Any, args: Any) -> None:
    """Refuse a dataset that cannot be trained on, before weights load."""
    check_columns(dataset)
    if hasattr(dataset, "__len__"):
        check_enough(len(dataset), args)


def check_columns(dataset: Any) -> None:
    """Refuse a dataset that lacks a column; what does not name its columns is let through."""
    names = getattr(dataset, "column_names", None)
    for name in COLUMNS:
        if isinstance(names, list) and name not in names:
            raise ConfigError(
                f"the dataset has no column {name!r}; its columns are {', '.join(names)}."
            )


def check_enough(count: int, args: Any) -> None:
    """Refuse fewer instructions than one generation batch holds: TRL would train on none."""
    wanted = args.generation_batch_size // args.num_generations
    if count < wanted:
        raise ConfigError(
            f"{count} instructions are fewer than the {wanted} of one generation batch "
            f"(generation_batch_size {args.generation_batch_size} / num_generations "
            f"{args.num_generations}). Give more, or lower per_device_train_batch_size or "
            "steps_per_generation."
        )
