"""The ways to train: TRL's classes, where their keys are written, and how they are loaded."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, make_dataclass
from typing import Any, Literal

from hir_kit.errors import ConfigError
from hir_trainer.keys import keys_of


@dataclass(frozen=True)
class Method:
    """One way to train: the classes, the module of TRL's configuration, and their home."""

    config: str
    trainer: str
    module: str
    home: str = "trl"

    @property
    def written(self) -> str:
        """The module in which TRL's configuration is written."""
        return f"trl.trainer.{self.module}"


METHODS = {
    "sft": Method("SFTConfig", "SFTTrainer", "sft_config"),
    "kto": Method("KTOConfig", "KTOTrainer", "kto_config"),
    "dpo": Method("DPOConfig", "DPOTrainer", "dpo_config"),
    "hir": Method("HirGRPOConfig", "HirGRPOTrainer", "grpo_config", "hir_trainer.online"),
}
DEFAULT_METHOD = "kto"


def keys_of_method(method: str) -> tuple[Any, Any]:
    """Return the keys of a method's configuration and of ModelConfig, as fields of dataclasses."""
    found = METHODS[method]
    model = keys_of("trl.trainer.model_config", "ModelConfig")
    if found.home == "trl":
        return keys_of(found.written, found.config), model
    from hir_trainer.online.arguments import HirArguments

    theirs = keys_of(found.written, "GRPOConfig")
    return make_dataclass(found.config, (), bases=(HirArguments, theirs)), model


def load_trl() -> Any:
    """Import TRL; that it is missing is the user's to mend, with the right command."""
    try:
        import trl
    except ImportError as error:
        raise ConfigError(
            f"training needs packages that are not installed ({error}): "
            "pip install 'hir-kit[train]'."
        ) from error
    return trl


def load_class(method: str, kind: Literal["config", "trainer"]) -> Any:
    """Import the config or the trainer of a method, and TRL with it."""
    load_trl()
    found = METHODS[method]
    return getattr(importlib.import_module(found.home), getattr(found, kind))
