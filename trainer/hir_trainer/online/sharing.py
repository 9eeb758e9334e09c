"""Prompts that rows of a pass share are read once.

All rows of a group have its prompt, and so have all rows under one rewritten instruction. What the
model makes of a prompt (keys and values of its layers) is computed once and taken by each of these
rows, with gradients: the same loss and the same gradients, of fewer tokens. Nothing of TRL's loss
changes, which calls `SharedPrompts` in the model's place.

Checkpointed layers keep no keys, dropout drops something else in every row, and a model of a kind
that nobody has tried may keep keys in a way of its own. So a run compares both ways once, on its
first rows, and leaves it where they differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import torch
from torch import Tensor
from torch.nn import DataParallel

from hir_trainer.online.batch import Tensors
from hir_trainer.online.models import bare, drops_out, tolerance
from hir_trainer.online.scoring import Scoring
from hir_trainer.online.update import Row

_LEAST = 1 / 8
"""Share of a pass's tokens that have to be saved: a prompt is a pass of its own."""


class SharedPrompts:
    """A model for rows in this order, each of whose prompts it reads once.

    Args:
        model: What reads the responses: the model as the trainer calls it.
        backbone: What reads the prompts: the same model's layers, without head and wrappers.
        rows: The rows.
    """

    def __init__(self, model: Any, backbone: Any, rows: Sequence[Row]) -> None:
        self._model, self._backbone = model, backbone
        first: dict[bytes, int] = {}
        for place, row in enumerate(rows):
            first.setdefault(row.asked, place)
        numbers = {asked: number for number, asked in enumerate(first)}
        self._first = list(first.values())
        self._number = [numbers[row.asked] for row in rows]
        self._last = max(row.prompt for row in rows) - 1

    def __call__(
        self, *, input_ids: Tensor, attention_mask: Tensor, labels: Tensor, fused_lm_head: bool
    ) -> Any:
        """Return what the model does, of all tokens after the prompts."""
        device, last = input_ids.device, self._last
        first = torch.tensor(self._first, device=device)
        read = self._backbone(
            input_ids=input_ids[first, :last],
            attention_mask=attention_mask[first, :last],
            use_cache=True,
        ).past_key_values
        read.batch_select_indices(torch.tensor(self._number, device=device))
        # A prompt's last token says what comes first in the response.
        return self._model(
            input_ids=input_ids[:, last:],
            attention_mask=attention_mask,
            past_key_values=read,
            labels=labels[:, last:],
            fused_lm_head=fused_lm_head,
        )


class Sharing:
    """Whether and how a run shares prompts.

    Args:
        trainer: A GRPOTrainer.
        scoring: What compares both ways.
    """

    def __init__(self, trainer: Any, scoring: Scoring) -> None:
        self._trainer, self._scoring = trainer, scoring
        self._works: bool | None = None

    def model_for(self, model: Any, part: Tensors, rows: Sequence[Row]) -> Any:
        """Return what reads a part of a batch: the model, or one that reads each prompt once."""
        if self._works is False or not _saves(rows):
            return model
        if self._works is None:
            whole = self._trainer.accelerator.unwrap_model(model)
            self._works = self._is_possible(model) and self._agrees(whole, part, rows)
        return SharedPrompts(model, self._backbone, rows) if self._works else model

    @cached_property
    def _backbone(self) -> Any:
        return bare(self._trainer).base_model

    def _is_possible(self, model: Any) -> bool:
        """Return whether layers keep what they read, and are called with it."""
        own = bare(self._trainer)
        if self._trainer.args.torch_compile or drops_out(own):  # a new adapter hides the latter
            return False
        if isinstance(model, DataParallel):  # it hands rows out, and no keys with them
            return False
        return not any(getattr(layer, "gradient_checkpointing", False) for layer in own.modules())

    def _agrees(self, model: Any, part: Tensors, rows: Sequence[Row]) -> bool:
        """Return whether log-probabilities are the same where prompts are read once."""
        mask = part["completion_mask"].bool()
        try:
            shared, _ = self._scoring.of(SharedPrompts(model, self._backbone, rows), part)
        except (AttributeError, LookupError, TypeError, ValueError, RuntimeError):
            return False
        plain, _ = self._scoring.of(model, part)
        gap = (shared - plain)[mask].abs().mean()
        return bool(gap <= tolerance(self._trainer))


def _saves(rows: Sequence[Row]) -> bool:
    """Return whether rows share so much that it is worth a pass of its own."""
    prompt = max(row.prompt for row in rows) - 1
    width = prompt + 1 + max(row.response for row in rows)
    again = len(rows) - len({row.asked for row in rows})
    return prompt * again > _LEAST * width * len(rows)
