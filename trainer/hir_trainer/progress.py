"""The log of a run as a person reads it: a line a logging step.

TRL's full dictionaries go to trainer_state.json and to what `report_to` names.

This module imports transformers: it is itself imported only when a run needs it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from transformers import PrinterCallback, ProgressCallback, TrainerCallback

Logs = Mapping[str, Any]

_REWARDS = (
    ("rewards/margins", "margin", "+.4f"),
    ("rewards/chosen", "good", "+.4f"),
    ("rewards/rejected", "bad", "+.4f"),
)
SHOWN: dict[str, tuple[tuple[str, str, str], ...]] = {
    "sft": (("mean_token_accuracy", "token accuracy", ".3f"), ("entropy", "entropy", ".3f")),
    "kto": (*_REWARDS, ("kl", "kl", ".4f")),
    "dpo": (("rewards/accuracies", "accuracy", ".3f"), *_REWARDS),
    "hir": (
        ("hir/ila", "ila", ".3f"),
        ("hir/cla", "cla", ".3f"),
        ("hir/replays", "replays", ".3g"),
        ("hir/rows", "rows added", ".3g"),
        ("completions/mean_length", "length", ".0f"),
    ),
}
"""The numbers that matter for each method: TRL's name, ours, and how it is written."""


def show_lines(trainer: Any, method: str) -> None:
    """Let a trainer write lines where it would print dictionaries."""
    for callback in (PrinterCallback, ProgressCallback):
        trainer.remove_callback(callback)
    trainer.add_callback(Lines(method))


class Lines(TrainerCallback):
    """Writes a line a logging step, and one an evaluation, in the main process.

    Args:
        method: The method of the run.
    """

    def __init__(self, method: str) -> None:
        self._method = method
        self._begun = (0.0, 0)

    def on_train_begin(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """Start the clock."""
        del args, control, more
        self._begun = (time.monotonic(), state.global_step)

    def on_log(
        self, args: Any, state: Any, control: Any, logs: Logs | None = None, **more: Any
    ) -> None:
        """Write the line of what was logged."""
        del args, control, more
        if not state.is_world_process_zero or not logs:
            return
        step = f"step {state.global_step:>{len(str(state.max_steps))}}/{state.max_steps}"
        if "loss" in logs:
            print("  ".join([step, *self._trained(logs), *self._pace(state)]), flush=True)
        elif "eval_loss" in logs:
            print("  ".join([step, "evaluated", *self._numbers(logs, "eval_")]), flush=True)

    def _trained(self, logs: Logs) -> Iterator[str]:
        yield from self._numbers(logs)
        if "grad_norm" in logs:
            yield f"gradient {float(logs['grad_norm']):.3g}"
        if "learning_rate" in logs:
            yield f"rate {float(logs['learning_rate']):.2g}"

    def _numbers(self, logs: Logs, beginning: str = "") -> Iterator[str]:
        yield f"loss {float(logs[f'{beginning}loss']):.4f}"
        for key, name, form in SHOWN[self._method]:
            if (value := logs.get(f"{beginning}{key}")) is not None:
                yield f"{name} {float(value):{form}}"

    def _pace(self, state: Any) -> Iterator[str]:
        since, first = self._begun
        steps = state.global_step - first
        if steps < 1:
            return
        each = (time.monotonic() - since) / steps
        left = timedelta(seconds=round(each * (state.max_steps - state.global_step)))
        yield f"{each:.3g} s/step"
        yield f"{left} left"
