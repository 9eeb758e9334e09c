"""GRPOConfig with the keys of online HiR.

This module imports TRL: it is itself imported only when a run needs it.
"""

from __future__ import annotations

from dataclasses import dataclass

from trl.trainer.grpo_config import GRPOConfig

from hir_trainer.online.arguments import HirArguments


@dataclass
class HirGRPOConfig(HirArguments, GRPOConfig):
    """What differs from GRPOConfig: the fields of HirArguments, and whole groups on each device."""
