"""The model of a trainer: whether every device has it whole, what it is without wrappers, whether
it drops something out, and how near two ways of computing with it come.
"""

from __future__ import annotations

from typing import Any

import torch
from accelerate.utils import DistributedType  # type: ignore[import-untyped]
from torch import nn

_WHOLE = (DistributedType.NO, DistributedType.MULTI_GPU, DistributedType.MULTI_CPU)


def is_whole(trainer: Any) -> bool:
    """Return whether every device has the whole model; sharded ones count their passes."""
    return trainer.accelerator.distributed_type in _WHOLE


def bare(trainer: Any) -> Any:
    """Return the model itself, with adapters in its layers, but not in what wraps it for them."""
    model = trainer.accelerator.unwrap_model(trainer.model)
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def drops_out(model: nn.Module) -> bool:
    """Return whether dropout is on: then no two rows are read alike, and no two passes are."""
    return any(isinstance(one, nn.Dropout) and one.p and one.training for one in model.modules())


def tolerance(trainer: Any) -> float:
    """Return how far two ways may differ that compute the same, in the model's type, on average."""
    args = trainer.args
    if args.bf16 or args.fp16:
        dtype = torch.bfloat16 if args.bf16 else torch.float16
    else:
        dtype = next(bare(trainer).parameters()).dtype
    return float(torch.finfo(dtype).eps ** 0.5)
