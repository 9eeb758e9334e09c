"""What a run does beside TRL's training: it marks its checkpoints, and ends where no step is left.

This module imports transformers: it is itself imported only when a run needs it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from hir_trainer.directory import Record, write_record


class NothingLeftError(Exception):
    """The checkpoint has taken all steps already; transformers would take one more."""


class Marking(TrainerCallback):
    """Writes into every checkpoint of which run it is, and looks whether a step is left.

    Args:
        record: What the run is known by.
    """

    def __init__(self, record: Record) -> None:
        self._record = record

    def on_train_begin(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """Raise NothingLeftError where the run is over before it begins."""
        del args, control, more
        if state.global_step >= state.max_steps:
            raise NothingLeftError

    def on_save(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """Mark the checkpoint that was just saved."""
        del control, more
        if state.is_world_process_zero:
            checkpoint = Path(args.output_dir) / f"checkpoint-{state.global_step}"
            if checkpoint.is_dir():
                write_record([checkpoint], self._record)
