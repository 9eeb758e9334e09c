"""The log of a run as a person reads it: a line a logging step.

TRL's full dictionaries go to trainer_state.json and to what `report_to` names.

This module imports transformers: it is itself imported only when a run needs it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

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
        ("hir/rows", "rows", ".3g"),
        ("completions/mean_length", "length", ".0f"),
    ),
}
"""The numbers that matter for each method: TRL's name, ours, and how it is written."""


class _Reason(NamedTuple):
    meaning: str
    advice: str = ""


NO_ROW = {
    "cut_off": _Reason(
        "the contrast was cut off",
        "advice: responses that max_completion_length cuts off are not weighed: raise it, ask for "
        "shorter answers, or set hir_replay_truncated",
    ),
    "alike": _Reason(
        "met by all of the group",
        "advice: nothing tells the responses of these groups apart: raise num_generations or "
        "temperature, or set hir_advantage group, which adds each replay alone",
    ),
    "unknown": _Reason(
        "with unknown verdicts",
        "advice: `hir-kit verify` gives the reasons for unknown verdicts",
    ),
    "repeated": _Reason("with the instruction of another replay, whose rows it shares"),
    "over_budget": _Reason(
        "over hir_row_budget",
        "advice: hir_row_budget leaves out most replays: raise it, or lower hir_top_k",
    ),
}
"""Why replays add no row (`hir_trainer.online.rows`), in words, and what can be done."""


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
        self._advised: set[str] = set()

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
            for line in self._rowless(logs):
                print(line, flush=True)
        elif "eval_loss" in logs:
            print("  ".join([step, "evaluated", *self._numbers(logs, "eval_")]), flush=True)

    def _trained(self, logs: Logs) -> Iterator[str]:
        yield from self._numbers(logs)
        if "grad_norm" in logs:
            yield f"gradient {float(logs['grad_norm']):.3g}"
        if "learning_rate" in logs:
            yield f"rate {float(logs['learning_rate']):.2g}"

    def _numbers(self, logs: Logs, beginning: str = "") -> Iterator[str]:
        # Online, advantages sum up to nearly 0 by design, and so does the loss.
        form = ".2g" if self._method == "hir" else ".4f"
        yield f"loss {float(logs[f'{beginning}loss']):{form}}"
        for key, name, number in SHOWN[self._method]:
            if (value := logs.get(f"{beginning}{key}")) is not None:
                yield f"{name} {float(value):{number}}"

    def _rowless(self, logs: Logs) -> Iterator[str]:
        """Yield how many replays gave no row, and once what to do where these are the most."""
        counts = {name: float(logs.get(f"hir/no_row_{name}", 0)) for name in NO_ROW}
        if not (total := sum(counts.values())):
            return
        named = ", ".join(f"{n:.3g} {NO_ROW[name].meaning}" for name, n in counts.items() if n)
        yield f"      {total:.3g} of {float(logs['hir/replays']):.3g} replays gave no row: {named}"
        worst = max(counts, key=lambda name: counts[name])
        advice = NO_ROW[worst].advice
        if total >= float(logs["hir/replays"]) / 2 and advice and worst not in self._advised:
            self._advised.add(worst)
            yield f"      {advice}"

    def _pace(self, state: Any) -> Iterator[str]:
        since, first = self._begun
        steps = state.global_step - first
        if steps < 1:
            return
        each = (time.monotonic() - since) / steps
        left = timedelta(seconds=round(each * (state.max_steps - state.global_step)))
        yield f"{each:.3g} s/step"
        yield f"{left} left"
