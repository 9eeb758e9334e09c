"""What stops a run that cannot go on, with what is needed to mend it.

This module imports torch and transformers: it is itself imported only when a run needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from transformers import TrainerCallback

from hir_kit.errors import RunError
from hir_kit.files import jsonl
from hir_kit.files.save import open_target

Batch = dict[str, Any]


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether an error says that the memory of the device, or of the host, is used up."""
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    phrases = ("out of memory", "not enough memory", "can't allocate memory")
    return isinstance(error, RuntimeError) and any(phrase in str(error) for phrase in phrases)


def stop_at_nan(trainer: Any) -> None:
    """Let a trainer stop before an update whose loss or gradients are not finite."""
    watch = Watch(trainer.processing_class, trainer.args.fp16)
    trainer.compute_loss = watch.losses_of(trainer.compute_loss)
    trainer.accelerator.clip_grad_norm_ = watch.norms_of(trainer.accelerator.clip_grad_norm_)
    trainer.add_callback(watch)


class Watch(TrainerCallback):
    """Looks at the losses and the gradient of every update, before it is made.

    A loss that is not finite on one device makes the gradient so on all of them, so that they stop
    together. With fp16 the scaler meets gradients that overflow, and they are left to it.

    Args:
        tokenizer: What decodes the rows that are written aside.
        scaled: Whether the run trains with fp16.
    """

    def __init__(self, tokenizer: Any, scaled: bool) -> None:
        self._tokenizer = tokenizer
        self._scaled = scaled
        self._seen: list[tuple[Batch, torch.Tensor]] = []
        self._norm: Any = None

    def losses_of(self, compute_loss: Callable[..., Any]) -> Callable[..., Any]:
        """Return a trainer's function that keeps the rows and losses of the update."""

        def watched(model: Any, inputs: Batch, *more: Any, **named: Any) -> Any:
            result = compute_loss(model, inputs, *more, **named)
            if model.training:
                loss = result[0] if isinstance(result, tuple) else result
                self._seen.append((inputs, loss.detach()))
            return result

        return watched

    def norms_of(self, clip: Callable[..., Any]) -> Callable[..., Any]:
        """Return the accelerator's function that keeps the norm of the gradient."""

        def watched(*given: Any, **named: Any) -> Any:
            self._norm = clip(*given, **named)
            return self._norm

        return watched

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """Raise RunError where the update would make weights that are no numbers."""
        del control, more
        seen, norm, self._seen, self._norm = self._seen, self._norm, [], None
        bad_loss = not all(bool(loss.isfinite()) for _, loss in seen)
        if not bad_loss and (
            self._scaled or norm is None or bool(torch.as_tensor(norm).isfinite())
        ):
            return
        step = state.global_step + 1
        rank = f"-rank-{args.process_index}" if args.process_index else ""
        path = Path(args.output_dir) / f"not-finite-step-{step}{rank}.jsonl"
        self._write(path, seen)
        what = "loss" if bad_loss else "gradient"
        raise RunError(
            f"step {step}: the {what} is not finite, and the update was not made. The rows of the "
            f"step are in {path}. Look at them, lower learning_rate (it is "
            f"{args.learning_rate:g}), train in bf16 or fp32 rather than fp16, and go on by "
            "`--resume` from the last checkpoint, or anew."
        )

    def _write(self, path: Path, seen: list[tuple[Batch, torch.Tensor]]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open_target(str(path)) as stream:
            for place, (batch, loss) in enumerate(seen):
                for row in _rows(batch, self._tokenizer):
                    line = {"micro_batch": place, "loss": str(float(loss.float().mean())), **row}
                    stream.write(jsonl.dumps(line) + b"\n")


def _rows(batch: Batch, tokenizer: Any) -> Iterator[Batch]:
    """Yield what a batch of a trainer holds, row by row, its tokens as text."""
    sides = [name for name in ("prompt", "completion", "input") if f"{name}_ids" in batch]
    if not sides:
        return
    count = len(batch[f"{sides[0]}_ids"])
    for row in range(count):
        texts = {name: _text(batch, name, row, tokenizer) for name in sides}
        yield {**texts, **dict(_numbers(batch, row, count))}


def _text(batch: Batch, name: str, row: int, tokenizer: Any) -> str:
    ids = batch[f"{name}_ids"][row]
    mask = batch.get("attention_mask" if name == "input" else f"{name}_mask")
    text: str = tokenizer.decode(ids if mask is None else ids[mask[row].bool()])
    return text


def _numbers(batch: Batch, row: int, count: int) -> Iterator[tuple[str, Any]]:
    """Yield the columns of one value a row, such as label and advantage."""
    for name, values in batch.items():
        if isinstance(values, torch.Tensor) and values.shape == (count,):
            value = values[row].item()
            yield name, value if not isinstance(value, float) or value == value else "nan"
