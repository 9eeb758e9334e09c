"""Entropies of responses, heard while they are sampled.

The model that samples a token says how sure it was; a pass of its own over what was sampled would
say the same. Where something else samples (vLLM, continuous batching), nothing is heard.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor


class Listener:
    """Hears a model sample.

    Args:
        temperature: The one at which entropies are meant.
    """

    def __init__(self, temperature: float) -> None:
        self._temperature = temperature
        self._steps: list[Tensor] = []

    @contextmanager
    def listening(self, model: Any) -> Iterator[None]:
        """Listen to a model; what was heard before is forgotten."""
        self._steps = []
        hook = model.register_forward_hook(self._hear)
        try:
            yield
        finally:
            hook.remove()

    def _hear(self, _model: Any, _given: Any, output: Any) -> None:
        chances = torch.softmax(output.logits[:, -1].float() / self._temperature, dim=-1)
        self._steps.append(torch.special.entr(chances).sum(-1))

    def heard(self, rows: int, width: int, multiple: int | None) -> Tensor | None:
        """Return the entropy of every token, row by row; None where they cannot be told.

        Args:
            rows: How many responses there are.
            width: How many tokens the longest has, with its padding.
            multiple: What widths are multiples of.
        """
        count = len(self._steps)
        if not width - (multiple or 1) < count <= width or len(self._steps[0]) != rows:
            return None
        found = torch.stack(self._steps, dim=1)
        return torch.nn.functional.pad(found, (0, width - count))
