"""GRPOConfig with the keys of online HiR.

This module imports TRL: it is itself imported only when a run needs it.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trl.trainer.grpo_config import GRPOConfig

from hir_kit.errors import ConfigError
from hir_trainer.online.arguments import HirArguments


@dataclass
class HirGRPOConfig(HirArguments, GRPOConfig):
    """What differs from GRPOConfig: the fields of HirArguments, and whole groups on each device."""


TESTED = ("1.16",)

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
