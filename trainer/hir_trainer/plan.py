"""Everything about a run that can be known, and refused, before any weights are loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from hir_kit.errors import ConfigError
from hir_kit.relabel.rewriting import choose_rewriters
from hir_trainer.config import REFUSALS, Given, Settings, one_line, parse, settings
from hir_trainer.data import Examples, Source, read_examples, unify
from hir_trainer.directory import Record, check_free, find_checkpoint, record_of, steps_of
from hir_trainer.model_place import check_model
from hir_trainer.online.arguments import check_values, load_kit
from hir_trainer.online.data import check_enough, read_instructions, unify_prompts


@dataclass(frozen=True)
class Plan:
    """A run that is ready to start."""

    settings: Settings
    tokenizer: Any
    examples: Examples
    eval_examples: Examples | None
    checkpoint: Path | None
    record: Record

    @property
    def steps_before(self) -> int:
        """The steps that the checkpoint stands for; 0 without one."""
        return steps_of(self.checkpoint) if self.checkpoint else 0


def make_plan(arguments: Sequence[str]) -> Plan:
    """Check `[CONFIG.yaml] [--key value]...` and its data; any mistake is a ConfigError.

    What can be seen without torch is checked first: to import it takes seconds.
    """
    given = parse(arguments)
    checkpoint = _check(given)
    parts = _read(given)
    record = record_of(given)
    loaded = settings(given)
    if given.run.method == "hir":
        check_enough(len(parts[0].rows), loaded.training)
    tokenizer = load_tokenizer(loaded)
    parts = [_unify(part, tokenizer, loaded) for part in parts]
    return Plan(loaded, tokenizer, parts[0], parts[1] if parts[1:] else None, checkpoint, record)


def _check(given: Given) -> Path | None:
    """Check all but the data; return the checkpoint to go on from."""
    _check_required(given)
    _check_eval(given)
    if given.run.method == "kto":
        _check_kto(given)
    if given.run.method == "hir":
        _check_hir(given)
    check_model(given)
    checkpoint = find_checkpoint(given)
    check_free(given, checkpoint)
    return checkpoint


def _check_hir(given: Given) -> None:
    try:
        check_values(SimpleNamespace(**{**given.declared, **given.training}))
    except ValueError as error:
        raise ConfigError(f"the configuration is refused: {error}") from error


def _read(given: Given) -> list[Examples]:
    """Return what the files to train on hold and, where there are any, those to evaluate on."""
    run = given.run
    named = [paths for paths in (run.data, run.eval_data) if paths]
    if run.method != "hir":
        return [read_examples(paths, run.method) for paths in named]
    kit = load_kit(given["plugin"], given["registry"], given["set"])
    choose_rewriters(kit.rewriters, given["hir_rewriters"])  # refuses unknown ones
    parts = []
    for paths in named:
        found = read_instructions(paths, kit)
        counted = zip(map(Path, paths), found.counts, strict=True)
        sources = tuple(Source(path, "instructions", count) for path, count in counted)
        parts.append(Examples(found.rows, sources, found.kinds))
    return parts


def _unify(examples: Examples, tokenizer: Any, settings: Settings) -> Examples:
    """Bring the texts to the form that the model takes."""
    template = tokenizer.chat_template or getattr(settings.training, "chat_template_path", None)
    unified = unify_prompts if settings.run.method == "hir" else unify
    rows = unified(examples.rows, template, settings.model.model_name_or_path)
    return replace(examples, rows=rows)


_DATA = {
    False: ("the file that `hir-kit relabel` wrote", "replays.jsonl"),
    True: ("a file of instructions with constraints", "instructions.jsonl"),
}


def _check_required(given: Given) -> None:
    if not given.run.data:
        what, name = _DATA[given.run.method == "hir"]
        raise ConfigError(
            f"data is missing: name {what}, as `data: {name}` in the configuration file or "
            f"`--data {name}`."
        )
    if not given["model_name_or_path"]:
        raise ConfigError(
            "model_name_or_path is missing: name the model to train, a directory or a model id, in "
            "the configuration file or as `--model_name_or_path NAME`."
        )


def _check_eval(given: Given) -> None:
    evaluates = given["eval_strategy"] != "no"
    if evaluates and not given.run.eval_data:
        raise ConfigError("eval_strategy is set, and eval_data is missing: name a JSONL file.")
    if given.run.eval_data and not evaluates:
        raise ConfigError("eval_data is given, and eval_strategy is no: set it to steps or epoch.")


def _check_kto(given: Given) -> None:
    """Refuse what KTOTrainer would refuse only after it has loaded the model.

    TRL estimates KTO's KL term with the responses of a batch, each moved on to the next prompt. So
    it reads the data in the order of the file, and needs a neighbour to borrow from.
    """
    if given["loss_type"] == "apo_zero_unpaired":
        return
    size, order = given["per_device_train_batch_size"], given["train_sampling_strategy"]
    if size < 2:
        raise ConfigError(
            f"per_device_train_batch_size is {size}, and kto needs "
            "2 or more: it estimates its KL term from the other responses of the batch. Lower "
            "max_length, or set gradient_checkpointing, if memory is short."
        )
    if order != "sequential":
        raise ConfigError(
            f"train_sampling_strategy is {order}, and kto needs "
            "sequential: its KL term belongs to the order of the file."
        )


def load_tokenizer(settings: Settings) -> Any:
    """Load the tokenizer; with the model's configuration, it shows that the model exists."""
    from transformers import AutoConfig, AutoTokenizer

    name = settings.model.model_name_or_path
    options = {
        "revision": settings.model.model_revision,
        "trust_remote_code": settings.training.trust_remote_code,
    }
    try:
        AutoConfig.from_pretrained(name, **options)
        tokenizer = AutoTokenizer.from_pretrained(name, **options)
    except REFUSALS as error:
        what = "the directory" if Path(name).is_dir() else "no such directory, and the model id"
        raise ConfigError(
            f"model_name_or_path: {name!r}: {what} cannot be loaded: {one_line(error)}"
        ) from error
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    if tokenizer.pad_token is None:
        raise ConfigError(f"the tokenizer of {name} has neither a pad nor an eos token: add one.")
    return tokenizer
