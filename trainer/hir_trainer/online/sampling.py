"""Sampling with transformers, without passes over what is known or no longer needed.

A prompt is read once for all responses of its group, and a response that has ended takes part in no
further pass. The samples are those that `generate` draws without this: it is called as TRL calls
it, with the keys and values of the prompts, and draws for every row.

A model may keep what it has read in a way of its own. So this is left where its cache is not the
plain one, or where it reads prompts otherwise alone than in a row, which a run compares once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

from hir_kit.rewards.reporting import report_once
from hir_trainer.online.models import bare, drops_out, is_whole, tolerance

_BY_ROW = ("input_ids", "attention_mask", "position_ids")
"""What a model is given of every row, in the last dimension but one."""
_ENDED = 1 / 8
"""Share of the rows that must have ended before they are left out: the others' cache is copied."""


class Sampling:
    """Whether and how a run spares passes while it samples.

    Args:
        trainer: A GRPOTrainer.
    """

    def __init__(self, trainer: Any) -> None:
        self._trainer = trainer
        self._works: bool | None = None

    @contextmanager
    def sparing(self) -> Iterator[None]:
        """Spare passes wherever the trainer calls `generate` meanwhile."""
        if self._works is False or not is_whole(self._trainer):
            yield
            return
        model = bare(self._trainer)
        model.generate = partial(self._generate, model, model.generate)
        try:
            yield
        finally:
            del model.generate

    def _generate(self, model: Any, generate: Any, **given: Any) -> Any:
        if self._works is None:
            problem = self._problem(model, **given)
            self._works = problem is None
            if problem is not None:
                report_once(f"sampling reads the prompt of every response: {problem}")
        if not self._works:
            return generate(**given)
        cache = Prompts(given["input_ids"], given["attention_mask"]).read(model)
        ends = torch.tensor(self._trainer.eos_token_ids, device=given["input_ids"].device)
        with Unended(len(given["input_ids"]), ends).alone(model):
            return generate(**given, past_key_values=cache)

    def _problem(
        self, model: Any, input_ids: Tensor, attention_mask: Tensor, generation_config: Any,
        **more: Any,
    ) -> str | None:  # fmt: skip
        """Return why passes cannot be spared, None where they can."""
        if more:
            return f"the model is given {', '.join(sorted(more))}, too"
        if self._trainer.args.torch_compile:
            return "the model is compiled"
        adapters = getattr(self._trainer.model, "peft_config", {}).values()
        if any(adapter.is_prompt_learning for adapter in adapters):
            return "the adapter learns a prompt"
        if drops_out(model):
            return "dropout is on, and drops something else in every row"
        for config in (generation_config, model.generation_config):
            if config.use_cache is False or config.cache_implementation is not None:
                return "another cache is asked for"
            if config.prefill_chunk_size is not None:
                return "prompts are read in chunks"
        try:
            return self._difference(model, Prompts(input_ids, attention_mask))
        except (AttributeError, LookupError, TypeError, ValueError, RuntimeError) as error:
            return f"the model cannot go on from what it has read ({error})"

    def _difference(self, model: Any, prompts: Prompts) -> str | None:
        cache = prompts.read(model)
        if type(cache) is not DynamicCache or {*map(type, cache.layers)} != {DynamicLayer}:
            return "its cache is of another kind"
        whole, alone = prompts.ends(model), prompts.ends(model, cache)
        gap = (whole - alone).abs().mean() / whole.abs().mean()
        close = gap <= tolerance(self._trainer)
        return None if close else "the model reads a prompt otherwise alone than in a row"


class Prompts:
    """The prompts of the rows that are sampled, each of which is read once.

    Args:
        ids: Their tokens, row by row, padded on the left.
        mask: Which of them are no padding.
    """

    def __init__(self, ids: Tensor, mask: Tensor) -> None:
        self._all = (ids, mask)
        rows: Any = torch.cat([ids, mask], dim=1)
        both, self._number = rows.unique(dim=0, return_inverse=True)
        self._once = both.tensor_split(2, dim=1)

    def read(self, model: Any) -> Any:
        """Return what a model keeps of all tokens but the last, for every row."""
        ids, mask = self._once
        read = _read(model, ids[:, :-1], mask[:, :-1], use_cache=True).past_key_values
        read.batch_select_indices(self._number)
        return read

    def ends(self, model: Any, cache: Any = None) -> Tensor:
        """Return what a model makes of the last token of every row, after what a cache holds."""
        ids, mask = self._all
        found = _read(model, ids if cache is None else ids[:, -1:], mask, past_key_values=cache)
        last: Tensor = found.last_hidden_state[:, -1].float()
        return last


def _read(model: Any, ids: Tensor, mask: Tensor, **more: Any) -> Any:
    """Return what a model's layers make of tokens, whose places are those that `generate` gives."""
    places = (mask.long().cumsum(1) - 1).clamp(min=0)[:, -ids.size(1) :]
    with torch.no_grad():
        return model.base_model(input_ids=ids, attention_mask=mask, position_ids=places, **more)


class Unended:
    """Rows that are sampled and have not ended: they alone go through the model.

    Args:
        rows: How many rows there are.
        ends: The tokens that end a response.
    """

    def __init__(self, rows: int, ends: Tensor) -> None:
        self._rows, self._ends = rows, ends
        self._goes_on = torch.ones(rows, dtype=torch.bool, device=ends.device)
        self._held: Tensor | None = None
        self._begun = False

    @contextmanager
    def alone(self, model: Any) -> Iterator[None]:
        """Let a model see these rows alone; whoever calls it gets all of them."""
        hooks = (
            model.register_forward_pre_hook(self._leave_out, with_kwargs=True),
            model.register_forward_hook(self._put_back, prepend=True),
        )
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def _leave_out(self, _model: Any, args: Any, given: dict[str, Any]) -> Any:
        if self._begun:  # before, the last token of the prompt is read, which ends nothing
            self._goes_on &= ~torch.isin(given["input_ids"][:, -1], self._ends)
            self._hold(given["past_key_values"])
        self._begun = True
        if self._held is None:
            return None
        named = [name for name in _BY_ROW if name in given]
        return args, given | {name: given[name][..., self._held, :] for name in named}

    def _hold(self, cache: Any) -> None:
        """Keep of the cache what is still needed, where enough is not."""
        held = self._rows if self._held is None else len(self._held)
        left = self._goes_on if self._held is None else self._goes_on[self._held]
        kept = left.nonzero().squeeze(1)
        if 0 < len(kept) <= (1 - _ENDED) * held:
            cache.batch_select_indices(kept)
            self._held = kept if self._held is None else self._held[kept]

    def _put_back(self, _model: Any, _given: Any, output: Any) -> Any:
        if self._held is not None:
            every = output.logits.new_zeros(self._rows, *output.logits.shape[1:])
            output.logits = every.index_copy_(0, self._held, output.logits)
        return output
