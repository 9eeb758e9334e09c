"""Everything about a run that can be known, and refused, before any weights are loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from hir_kit.errors import ConfigError
from hir_kit.relabel.rewriting import choose_rewriters
from hir_kit.verify.calibration import Trust
from hir_kit.verify.judge import choose_judges
from hir_trainer.config import REFUSALS, Given, Settings, one_line, parse, settings
from hir_trainer.data import Examples, Source, read_examples, unify
from hir_trainer.directory import Record, check_free, find_checkpoint, record_of, steps_of
from hir_trainer.model_place import check_model
from hir_trainer.online.arguments import check_values, load_kit
from hir_trainer.online.data import check_enough, read_instructions, unify_prompts
from hir_trainer.teaches import check_rows, check_settings
from hir_trainer.tokens import fitting


@dataclass(frozen=True)
class Plan:
    """A run that is ready to start.

    Attributes:
        settings: Its configuration.
        tokenizer: That of the model.
        examples: What it trains on.
        eval_examples: What it evaluates on, if it does.
        checkpoint: Where it goes on from, if it does.
        record: What it is known by.
        notes: What was settled for the user, each with a name.
    """

    settings: Settings
    tokenizer: Any
    examples: Examples
    eval_examples: Examples | None
    checkpoint: Path | None
    record: Record
    notes: tuple[tuple[str, str], ...] = ()

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
    check_rows(parts[0].rows, given.run.method, ", ".join(given.run.data))
    record = record_of(given)
    loaded = settings(given)
    if given.run.method == "hir":
        check_enough(len(parts[0].rows), loaded.training)
    tokenizer = load_tokenizer(loaded)
    parts = [_fit(_unify(part, tokenizer, loaded), tokenizer, loaded) for part in parts]
    if parts[0].left_out:
        check_rows(parts[0].rows, given.run.method, parts[0].summary)
    notes = _balance(parts[0], given, loaded) if given.run.method == "kto" else ()
    evaluated = parts[1] if parts[1:] else None
    return Plan(loaded, tokenizer, parts[0], evaluated, checkpoint, record, notes)


def _check(given: Given) -> Path | None:
    """Check all but the data; return the checkpoint to go on from."""
    _check_required(given)
    _check_eval(given)
    check_settings(given)
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
    files = [paths for paths in (run.data, run.eval_data) if paths]
    if run.method != "hir":
        return [read_examples(paths, run.method) for paths in files]
    kit = load_kit(given["plugin"], given["registry"], given["set"])
    choose_rewriters(kit.rewriters, given["hir_rewriters"])  # refuses unknown ones
    judge = given["hir_judge"]
    judges = [] if judge is None else choose_judges(kit.judges, [judge])
    Trust.of(given["hir_min_precision"], given["hir_calibration"])
    parts = []
    for paths in files:
        found = read_instructions(paths, kit, given["languages"], judges)
        counted = zip(map(Path, paths), found.counts, strict=True)
        sources = tuple(Source(path, "instructions", count) for path, count in counted)
        parts.append(Examples(found.rows, sources, found.row_kinds))
    return parts


def _unify(examples: Examples, tokenizer: Any, settings: Settings) -> Examples:
    """Bring the texts to the form that the model takes."""
    template = tokenizer.chat_template or getattr(settings.training, "chat_template_path", None)
    unified = unify_prompts if settings.run.method == "hir" else unify
    rows = unified(examples.rows, template, settings.model.model_name_or_path)
    return replace(examples, rows=rows)


def _fit(examples: Examples, tokenizer: Any, settings: Settings) -> Examples:
    """Leave out what max_length leaves nothing of; it is an error if that is all, or one label."""
    if settings.run.method == "hir":
        return examples
    training, method = settings.training, settings.run.method
    kept = fitting(examples.rows, tokenizer, training, method)
    limit = f"max_length ({training.max_length})"
    if not any(kept):
        raise ConfigError(
            f"no example is left: the prompt of each of the {len(kept)} fills {limit} alone. Raise "
            "max_length."
        )
    return examples.only(kept, f"longer than {limit}")


def _balance(examples: Examples, given: Given, settings: Settings) -> tuple[tuple[str, str], ...]:
    """Weigh rows of both labels alike, unless the weights are given; return what is said of it.

    The product of count and weight is the same for both, as equation 8 of the KTO paper
    (arXiv 2402.01306) asks for at least.
    """
    if {"desirable_weight", "undesirable_weight"} & given.training.keys():
        return ()
    good = sum(row["label"] for row in examples.rows)
    bad = len(examples.rows) - good
    training = settings.training
    training.desirable_weight = max(bad / good, 1.0)
    training.undesirable_weight = max(good / bad, 1.0)
    weights = f"true {training.desirable_weight:.4g}, false {training.undesirable_weight:.4g}"
    return (("weights", f"{weights}: set from the counts, {good} true and {bad} false"),)


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
