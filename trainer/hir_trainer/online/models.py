"""The model of a trainer: whether every device has it whole, and what it is without wrappers."""

from __future__ import annotations

from typing import Any

from accelerate.utils import DistributedType  # type: ignore[import-untyped]

_WHOLE = (DistributedType.NO, DistributedType.MULTI_GPU, DistributedType.MULTI_CPU)


def is_whole(trainer: Any) -> bool:
    """Return whether every device has the whole model; sharded ones count their passes."""
    return trainer.accelerator.distributed_type in _WHOLE


def bare(trainer: Any) -> Any:
    """Return the model itself, with adapters in its layers, but not in what wraps it for them."""
    model = trainer.accelerator.unwrap_model(trainer.model)
    return model.get_base_model() if hasattr(model, "get_base_model") else model
