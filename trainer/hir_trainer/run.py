"""One training run: plan it, train, save, say what came out."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hir_kit.errors import ConfigError, RunError
from hir_kit.model.verdict import counted
from hir_trainer.config import REFUSALS, Settings, one_line
from hir_trainer.data import Examples
from hir_trainer.directory import clear, write_record
from hir_trainer.ending import settle, settle_at_exit
from hir_trainer.methods import load_class, load_trl
from hir_trainer.plan import Plan, make_plan


def train(arguments: Sequence[str]) -> None:
    """Do what `hir-kit train ARGUMENTS...` does.

    A mistake in the configuration or in the data is a ConfigError, raised before weights load.
    """
    plan = make_plan(arguments)
    with warnings.catch_warnings():
        # TRL asks transformers by an old name; there is nothing that a user could mend.
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is depr", FutureWarning)
        if plan.settings.run.dry_run:
            from hir_trainer.preview import describe

            print(describe(plan))
            return
        # transformers prints its logs on stdout
        with contextlib.redirect_stdout(sys.stderr), _enough_memory(plan):
            _run(plan)


@contextlib.contextmanager
def _enough_memory(plan: Plan) -> Iterator[None]:
    """Turn the end of the memory into an error that says what was expected, and what to lower."""
    from hir_trainer.guard import is_out_of_memory
    from hir_trainer.memory import memory_line, what_to_lower

    try:
        yield
    except Exception as error:
        cause = error.__cause__ or error  # TRL's refusals wrap what happens while weights load
        if not is_out_of_memory(cause):
            raise
        raise RunError(
            f"out of memory on {plan.settings.training.device}; the estimate was "
            f"{memory_line(plan)}. {what_to_lower(plan)}. torch said: {one_line(cause)}"
        ) from error


def _run(plan: Plan) -> None:
    from hir_trainer.callbacks import Marking, NothingLeftError
    from hir_trainer.checkpoints import leave_tied_out
    from hir_trainer.guard import stop_at_nan
    from hir_trainer.progress import show_lines

    limit = plan.settings.training.max_steps
    if 0 < limit <= plan.steps_before:
        if not plan.settings.training.process_index:
            print(_nothing_left(plan, limit))
        return
    _say_what_was_settled(plan)
    trainer = build_trainer(plan)
    if trainer.is_world_process_zero():  # the others have looked at the directory by now
        _take(plan)
    trainer.add_callback(Marking(plan.record))
    show_lines(trainer, plan.settings.run.method)
    stop_at_nan(trainer)
    leave_tied_out(trainer)
    checkpoint = str(plan.checkpoint) if plan.checkpoint else None
    try:
        result = trainer.train(resume_from_checkpoint=checkpoint)
    except NothingLeftError:
        said = _nothing_left(plan, trainer.state.max_steps)
    else:
        _save(trainer)
        said = _summary(plan, trainer, result.training_loss)
    if trainer.is_world_process_zero():
        print(said)
    finish(trainer)


def _say_what_was_settled(plan: Plan) -> None:
    if plan.settings.training.process_index:
        return
    total = len(plan.examples.rows) + sum(plan.examples.left_out.values())
    for reason, count in plan.examples.left_out.items():
        print(f"{count} of {total} examples left out: {reason}")
    for name, text in plan.notes:
        print(f"{name}: {text}")


def _nothing_left(plan: Plan, limit: int) -> str:
    return (
        f"{plan.settings.run.method}: 0 steps trained: {plan.checkpoint} has taken "
        f"{plan.steps_before} already, of {limit}. Raise max_steps or "
        "num_train_epochs to go on."
    )


def _take(plan: Plan) -> None:
    """Make the output directory that of this run."""
    directory = Path(plan.settings.training.output_dir)
    if plan.settings.run.overwrite and (cleared := clear(directory)):
        print(f"{directory}: {', '.join(cleared)} of another run removed (overwrite)")
    write_record([directory], plan.record)


def finish(trainer: Any) -> None:
    """Close the trackers and the process group of a run that is over."""
    trainer.accelerator.end_training()
    if trainer.args.world_size > 1:
        settle()


def build_trainer(plan: Plan) -> Any:
    """Load the model and return the method's trainer, ready to train."""
    trl, settings = load_trl(), plan.settings
    if settings.training.world_size > 1:
        settle_at_exit()
    if settings.training.disable_tqdm:
        _hide_progress_bars()
    settings.training.model_init_kwargs = _model_options(settings)
    trainer_class = load_class(settings.run.method, "trainer")
    with settings.training.main_process_first(desc="data"):
        data = _data_options(plan)
    try:
        trainer = trainer_class(
            model=settings.model.model_name_or_path,
            args=settings.training,
            processing_class=plan.tokenizer,
            quantization_config=trl.get_quantization_config(settings.model),
            peft_config=trl.get_peft_config(settings.model),
            **data,
        )
    except REFUSALS as error:
        raise ConfigError(
            f"TRL's {trainer_class.__name__} cannot start: {one_line(error)}"
        ) from error
    if settings.run.method == "kto":
        _avoid_a_lonely_row(trainer)
    return trainer


def _avoid_a_lonely_row(trainer: Any) -> None:
    """Leave out a last batch of one row: its KL term would pair the row with itself."""
    size = trainer.args.per_device_train_batch_size
    if len(trainer.train_dataset) % size == 1 and not trainer.args.dataloader_drop_last:
        trainer.args.dataloader_drop_last = True
        if trainer.is_world_process_zero():
            print(f"the last row of {len(trainer.train_dataset)} is left out: alone in its batch")


def _hide_progress_bars() -> None:
    import datasets
    from transformers.utils import logging

    datasets.disable_progress_bars()
    untyped: Any = logging
    untyped.disable_progress_bar()


def _model_options(settings: Settings) -> dict[str, Any]:
    return {
        "revision": settings.model.model_revision,
        "attn_implementation": settings.model.attn_implementation,
        "dtype": settings.model.dtype,
        **(settings.training.model_init_kwargs or {}),
    }


def _data_options(plan: Plan) -> dict[str, Any]:
    parts = {"train_dataset": plan.examples, "eval_dataset": plan.eval_examples}
    examples = {name: part for name, part in parts.items() if part is not None}
    if any("rejected_prompt" in part.columns for part in examples.values()):
        return _pair_options(plan, examples)
    return {name: part.dataset(_is_shared(plan)) for name, part in examples.items()}


def _is_shared(plan: Plan) -> bool:
    return bool(plan.settings.training.world_size > 1)


def _pair_options(plan: Plan, examples: dict[str, Examples]) -> dict[str, Any]:
    from hir_trainer.dpo_pairs import PromptPairCollator, add_rejected_ids

    training, tokenizer = plan.settings.training, plan.tokenizer
    training.remove_unused_columns = False  # TRL would drop the ids of the second prompt
    if getattr(training, "pad_token", None):
        tokenizer.pad_token = training.pad_token
    collator = PromptPairCollator(
        pad_token_id=tokenizer.pad_token_id,
        max_length=training.max_length,
        truncation_mode=training.truncation_mode,
        pad_to_multiple_of=training.pad_to_multiple_of,
    )
    datasets = {
        name: add_rejected_ids(part.dataset(_is_shared(plan)), tokenizer, training)
        for name, part in examples.items()
    }
    return {**datasets, "data_collator": collator}


def _save(trainer: Any) -> None:
    trainer.save_model(trainer.args.output_dir)
    trainer.save_state()
    if trainer.args.push_to_hub:
        trainer.push_to_hub()


def _summary(plan: Plan, trainer: Any, mean_loss: float) -> str:
    what = "instruction" if plan.settings.run.method == "hir" else "example"
    parts = [counted(len(trainer.train_dataset), what), _steps(plan, trainer)]
    logged = [entry for entry in trainer.state.log_history if "loss" in entry]
    if plan.settings.run.method == "hir":
        parts += [_course(logged, name) for name in ("ila", "cla") if logged]
    else:
        loss = logged[-1]["loss"] if logged else None
        parts.append(f"mean loss {mean_loss:.4f}" if loss is None else f"final loss {loss:.4f}")
    saved = f"saved to {trainer.args.output_dir}"
    return f"{plan.settings.run.method}: {', '.join([*parts, saved])}"


def _steps(plan: Plan, trainer: Any) -> str:
    """Return how many steps this run has taken, and how many stood in the checkpoint."""
    taken = trainer.state.global_step - plan.steps_before
    if not plan.steps_before:
        return counted(taken, "step")
    return f"{counted(taken, 'step')} after the {plan.steps_before} of {plan.checkpoint}"


def _course(logged: list[dict[str, Any]], name: str) -> str:
    """Return the first and the last logged value of an accuracy."""
    values = [entry[f"hir/{name}"] for entry in logged if f"hir/{name}" in entry]
    return f"{name} {values[0]:.3f} at first, {values[-1]:.3f} at last" if values else f"{name} -"
