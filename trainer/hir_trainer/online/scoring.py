"""What responses are to the policy and to its reference: passes without gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import torch
from torch import Tensor
from trl.models.utils import disable_gradient_checkpointing
from trl.trainer.utils import use_adapter

from hir_trainer.online.batch import OLD, TOKENS, Tensors
from hir_trainer.online.listening import Listener
from hir_trainer.online.models import bare, is_whole
from hir_trainer.online.update import by_length, measured, taken

_AT_ONCE = 4
"""Rows in a pass, which keeps no activations, times those of a micro-batch."""


class Scoring:
    """Scores rows of a batch.

    Args:
        trainer: A GRPOTrainer, by whose model, temperature and precision that is.
    """

    def __init__(self, trainer: Any) -> None:
        self._trainer = trainer
        self._listener = Listener(trainer.temperature)

    def look_at(
        self, batch: Tensors, places: Sequence[int], most: Callable[[int], int]
    ) -> tuple[Tensor | None, dict[int, float]]:
        """Return what is to be known of responses under the current policy.

        These are all log-probabilities, where replays count as sampled by it and TRL has not
        computed them, and the mean entropies of the responses at these places, which are ranked
        by them.

        Args:
            batch: The generation batch.
            places: The rows among which replays are chosen by their entropies.
            most: Gives the largest of a number of all devices.
        """
        if self._trainer.args.hir_behaviour != "original" or OLD in batch:
            count = most(len(places))
            heard = self._heard(batch) if count else None
            if heard is None:
                return None, self._entropies(batch, places, count)
            return None, _at(places, _means(heard, batch["completion_mask"]))
        logps, entropies = self.of_policy(batch, entropy=True)
        return logps, _at(places, _means(entropies, batch["completion_mask"]))

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear what is sampled meanwhile, for `look_at`."""
        model = bare(self._trainer)
        with self._listener.listening(model) if is_whole(self._trainer) else nullcontext():
            yield

    def _heard(self, batch: Tensors) -> Tensor | None:
        """Return the entropies of all tokens, as far as they were heard in sampling."""
        rows, width = batch["completion_ids"].shape
        return self._listener.heard(rows, width, self._trainer.pad_to_multiple_of)

    def of_policy(self, rows: Tensors, entropy: bool = False) -> tuple[Tensor, Tensor]:
        """Return log-probabilities and, where asked for, entropies of the response tokens."""
        return self.of(self._trainer.model, rows, entropy)

    def of_reference(self, rows: Tensors) -> Tensor:
        """Return the reference's log-probabilities; it is chosen as TRL does."""
        trainer = self._trainer
        if trainer.ref_model is not None:
            return self.of(trainer.ref_model, rows)[0]
        model = trainer.accelerator.unwrap_model(trainer.model)
        with use_adapter(model, adapter_name="ref" if "ref" in model.peft_config else None):
            return self.of_policy(rows)[0]

    def _entropies(self, batch: Tensors, places: Sequence[int], count: int) -> dict[int, float]:
        """Return the mean entropies of the responses at these places.

        So many rows are scored on every device: sharded models need equal forward passes.
        """
        if not count:
            return {}
        wanted, means = set(places), []
        rows = sorted(measured(batch), key=lambda row: row.place not in wanted)
        chosen = by_length(rows[:count])
        size = _AT_ONCE * self._trainer.args.per_device_train_batch_size
        for start in range(0, count, size):
            part = taken({name: batch[name] for name in TOKENS}, chosen[start : start + size])
            entropies = self.of_policy(part, entropy=True)[1]
            means.append(_means(entropies, part["completion_mask"]))
        pairs = zip(chosen, torch.cat(means).tolist(), strict=True)
        return {row.place: mean for row, mean in pairs if row.place in wanted}

    def of(self, model: Any, rows: Tensors, entropy: bool = False) -> tuple[Tensor, Tensor]:
        """Return a model's log-probabilities and, where asked for, entropies, as `of_policy`."""
        args = self._trainer.args
        ids = torch.cat([rows["prompt_ids"], rows["completion_ids"]], dim=1)
        mask = torch.cat([rows["prompt_mask"], rows["completion_mask"]], dim=1)
        kwargs: Any = args.gradient_checkpointing_kwargs
        with torch.no_grad(), disable_gradient_checkpointing(self._trainer.model, kwargs):
            logps, entropies, _ = self._trainer._get_per_token_logps_and_entropies(
                model,
                ids,
                mask,
                rows["completion_ids"].size(1),
                batch_size=_AT_ONCE * args.per_device_train_batch_size,
                compute_entropy=entropy,
            )
        return logps, entropies


def _at(places: Sequence[int], means: Tensor) -> dict[int, float]:
    found = means.tolist()
    return {place: found[place] for place in places}


def _means(entropies: Tensor, mask: Tensor) -> Tensor:
    """Return the mean over the tokens of each response; 0 where there are none."""
    return (entropies * mask).sum(1) / mask.sum(1).clamp(min=1)
