"""Everything about a run that can be known, and refused, before any weights are loaded."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hir_kit.errors import ConfigError
from hir_kit.files import jsonl
from hir_kit.files.save import open_target
from hir_kit.relabel.rewriting import choose_rewriters
from hir_trainer.config import LATEST, REFUSALS, Settings, load_settings, one_line
from hir_trainer.data import Examples, Source, read_examples, unify
from hir_trainer.online.data import check_enough, read_instructions, unify_prompts

_STATE_FILE = "trainer_state.json"


@dataclass(frozen=True)
class Plan:
    """A run that is ready to start."""

    settings: Settings
    tokenizer: Any
    examples: Examples
    eval_examples: Examples | None
    checkpoint: Path | None


def make_plan(arguments: Sequence[str]) -> Plan:
    """Check `[CONFIG.yaml] [--key value]...` and its data; any mistake is a ConfigError."""
    settings = load_settings(arguments)
    _check_required(settings)
    _check_eval(settings)
    if settings.run.method == "kto":
        _check_kto(settings.training)
    checkpoint = find_checkpoint(settings)
    parts = _read(settings)
    if checkpoint is not None:
        check_record(checkpoint, settings)
    if settings.run.method == "hir":
        check_enough(len(parts[0].rows), settings.training)
    tokenizer = load_tokenizer(settings)
    parts = [_unify(part, tokenizer, settings) for part in parts]
    return Plan(settings, tokenizer, parts[0], parts[1] if parts[1:] else None, checkpoint)


def _read(settings: Settings) -> list[Examples]:
    """Return what the files to train on hold and, where there are any, those to evaluate on."""
    run = settings.run
    given = [paths for paths in (run.data, run.eval_data) if paths]
    if run.method != "hir":
        return [read_examples(paths, run.method) for paths in given]
    kit = settings.training.load_kit()
    choose_rewriters(kit.rewriters, settings.training.hir_rewriters)  # refuses unknown ones
    parts = []
    for paths in given:
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


def _check_required(settings: Settings) -> None:
    if not settings.run.data:
        what, name = _DATA[settings.run.method == "hir"]
        raise ConfigError(
            f"data is missing: name {what}, as `data: {name}` in the configuration file or "
            f"`--data {name}`."
        )
    if not settings.model.model_name_or_path:
        raise ConfigError(
            "model_name_or_path is missing: name the model to train, a directory or a model id, in "
            "the configuration file or as `--model_name_or_path NAME`."
        )


def _check_eval(settings: Settings) -> None:
    evaluates = settings.training.eval_strategy != "no"
    if evaluates and not settings.run.eval_data:
        raise ConfigError("eval_strategy is set, and eval_data is missing: name a JSONL file.")
    if settings.run.eval_data and not evaluates:
        raise ConfigError("eval_data is given, and eval_strategy is no: set it to steps or epoch.")


def _check_kto(training: Any) -> None:
    """Refuse what KTOTrainer would refuse only after it has loaded the model.

    TRL estimates KTO's KL term with the responses of a batch, each moved on to the next prompt. So
    it reads the data in the order of the file, and needs a neighbour to borrow from.
    """
    if training.loss_type == "apo_zero_unpaired":
        return
    if training.per_device_train_batch_size < 2:
        raise ConfigError(
            f"per_device_train_batch_size is {training.per_device_train_batch_size}, and kto needs "
            "2 or more: it estimates its KL term from the other responses of the batch. Lower "
            "max_length, or set gradient_checkpointing, if memory is short."
        )
    if training.train_sampling_strategy != "sequential":
        raise ConfigError(
            f"train_sampling_strategy is {training.train_sampling_strategy}, and kto needs "
            "sequential: its KL term belongs to the order of the file."
        )


def find_checkpoint(settings: Settings) -> Path | None:
    """Return the checkpoint that `resume` asks for; it is an error if there is none."""
    wanted = settings.run.resume or settings.training.resume_from_checkpoint
    if wanted is None or wanted.lower() == "false":
        return None
    if wanted.lower() not in (LATEST, "true"):
        return _check_checkpoint(Path(wanted))
    output_dir = Path(settings.training.output_dir)
    # A run that was killed while it saved leaves a directory without the state, written last.
    found = [path.parent for path in output_dir.glob(f"checkpoint-*/{_STATE_FILE}")]
    if not found:
        raise ConfigError(
            f"resume is set, and {output_dir} holds no checkpoint: leave resume out, or set "
            "output_dir to that of the run to go on with."
        )
    return max(found, key=lambda path: int(path.name.rpartition("-")[2]))


def _check_checkpoint(path: Path) -> Path:
    if not (path / _STATE_FILE).is_file():
        raise ConfigError(
            f"resume: {path} is no checkpoint ({_STATE_FILE} is missing there). Give a directory "
            "such as output_dir/checkpoint-100, or `--resume` alone for the latest."
        )
    return path


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


_RECORD = "hir_run.json"
_SCHEMA = 1


def check_record(checkpoint: Path, settings: Settings) -> None:
    """Refuse a checkpoint of a run with another method or other data.

    A directory without a record (of a run that was not hir-kit's) is not checked.
    """
    path = checkpoint.parent / _RECORD
    if not path.is_file():
        return
    try:
        before = jsonl.loads(path.read_bytes())
    except ValueError:
        before = {}
    now = _record(settings)
    for key in ("method", "data"):
        if isinstance(before, dict) and before.get(key) != now[key]:
            raise ConfigError(
                f"resume: {checkpoint} belongs to a run with another {key} (see {path}). Go on "
                "with the same method and the same files, or set another output_dir."
            )


def write_record(settings: Settings) -> None:
    """Write what this run was started with into its output directory, so that only it resumes."""
    directory = Path(settings.training.output_dir)
    directory.mkdir(parents=True, exist_ok=True)
    with open_target(str(directory / _RECORD)) as stream:
        stream.write(jsonl.dumps(_record(settings)) + b"\n")


def _record(settings: Settings) -> dict[str, Any]:
    digests = [_digest(Path(path)) for path in settings.run.data]
    return {"schema": _SCHEMA, "method": settings.run.method, "data": digests}


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            found.update(chunk)
    return f"sha256:{found.hexdigest()}"
