"""The directory of a run: whose it is, and what may be resumed from there.

Every checkpoint carries a record of its run: method, model, data, and the options that decide what
is learnt. Options that may change from one start to the next are left out of it: how long to train,
what to log and to save, how the work is spread over devices.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hir_kit.errors import ConfigError
from hir_kit.files import jsonl
from hir_kit.files.save import open_target
from hir_trainer.config import LATEST, Given

STATE = "trainer_state.json"
RECORD = "hir_run.json"
_SCHEMA = 2
_WEIGHTS = ("model*.safetensors", "adapter_model.safetensors", "pytorch_model*.bin")

_FREE = {
    *("output_dir", "max_steps", "num_train_epochs", "run_name", "project"),
    *("report_to", "disable_tqdm", "use_cpu", "bf16_full_eval", "fp16_full_eval", "do_eval"),
    *("per_device_eval_batch_size", "per_device_train_batch_size", "gradient_accumulation_steps"),
    *("auto_find_batch_size", "dataset_num_proc", "precompute_ref_batch_size", "ignore_data_skip"),
    *("load_best_model_at_end", "metric_for_best_model", "greater_is_better", "trust_remote_code"),
    *("skip_memory_metrics", "log_completions", "num_completions_to_print", "deepspeed"),
    *("torch_empty_cache_steps", "activation_offloading", "debug", "local_rank"),
    *("hir_workers", "hir_log_replays", "model_name_or_path", "accelerator_config"),
}
_FREE_BEGINNINGS = (
    *("save_", "logging_", "log_", "eval_", "hub_", "push_to_hub", "resume_", "restore_"),
    *("dataloader_num", "dataloader_pin", "dataloader_prefetch", "dataloader_persistent"),
    *("ddp_", "fsdp", "torch_compile", "trackio_", "gradient_checkpointing"),
    *("activation_checkpointing", "vllm_", "include_"),
)

Record = dict[str, Any]


def record_of(given: Given) -> Record:
    """Return what a run is known by."""
    return {
        "schema": _SCHEMA,
        "method": given.run.method,
        "model": _model_of(given),
        "data": {name: _digest_of(name) for name in given.run.data},
        "options": _options_of(given),
    }


def _options_of(given: Given) -> dict[str, Any]:
    """Return the options that decide what is learnt and are not the default."""
    found = {
        key: value
        for key, value in sorted({**given.training, **given.model}.items())
        if key not in _FREE and not key.startswith(_FREE_BEGINNINGS)
        if value != given.declared.get(key)
    }
    return {**found, "rows of an update": _rows_of_an_update(given)}


def _rows_of_an_update(given: Given) -> int:
    devices = int(os.environ.get("WORLD_SIZE", "1"))
    each = int(given["per_device_train_batch_size"]) * int(given["gradient_accumulation_steps"])
    return each * devices


def _model_of(given: Given) -> dict[str, str]:
    """Return the name of the model, and for a directory what tells its weights from others."""
    name = str(given["model_name_or_path"])
    directory = Path(name)
    if not directory.is_dir():
        return {"name": name}
    found = hashlib.sha256()
    for path in sorted(path for path in directory.iterdir() if path.is_file()):
        if path.name == "config.json" or path.suffix in (".safetensors", ".bin", ".gguf"):
            with path.open("rb") as stream:
                found.update(f"{path.name} {path.stat().st_size}\n".encode())
                found.update(stream.read(1 << 20))
    return {"name": name, "sha256": found.hexdigest()}


def _digest_of(name: str) -> str:
    """Return a digest of a file or of a directory's files; what is neither is known by its name."""
    path = Path(name)
    if not path.exists():
        return name
    found = hashlib.sha256()
    for file in filter(Path.is_file, sorted(path.rglob("*")) if path.is_dir() else [path]):
        with file.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                found.update(chunk)
    return f"sha256:{found.hexdigest()}"


def differences(before: Record, now: Record) -> list[str]:
    """Return in words where the record of a run differs from that of another."""
    found = []
    if before.get("method") != now["method"]:
        found.append(f"method was {before.get('method')} and is {now['method']}")
    models = before.get("model") or {}, now["model"]
    keys = [model.get("sha256") or model.get("name") for model in models]
    if keys[0] != keys[1]:
        found.append(_changed("model", *(str(model.get("name")) for model in models)))
    data = before.get("data") or {}, now["data"]
    if [*data[0].values()] != [*data[1].values()]:
        found.append(_changed("data", *(", ".join(names) for names in data)))
    options = before.get("options") or {}, now["options"]
    for key in sorted({*options[0], *options[1]}):
        was, is_now = (some.get(key, "the default") for some in options)
        if was != is_now:
            found.append(f"{key} was {was} and is {is_now}")
    return found


def _changed(what: str, before: str, now: str) -> str:
    if before == now:
        return f"{what} {now} has another content"
    return f"{what} was {before} and is {now}"


def find_checkpoint(given: Given) -> Path | None:
    """Return the checkpoint that `resume` asks for; it is an error if there is none of this run."""
    wanted = given.run.resume or given["resume_from_checkpoint"]
    if wanted is None or wanted.lower() == "false":
        return None
    if given.run.overwrite:
        raise ConfigError("resume and overwrite are both set: go on with a run, or replace it.")
    found = _latest(given.output_dir) if wanted.lower() in (LATEST, "true") else Path(wanted)
    _check_checkpoint(found, record_of(given))
    return found


def _latest(directory: Path) -> Path:
    # A run that was killed while it saved leaves a directory without the state, written last.
    found = [path.parent for path in directory.glob(f"checkpoint-*/{STATE}")]
    numbered = [path for path in found if path.name.rpartition("-")[2].isdecimal()]
    if not numbered:
        raise ConfigError(
            f"resume is set, and {directory} holds no checkpoint: leave resume out, or set "
            "output_dir to that of the run to go on with."
        )
    return max(numbered, key=lambda path: int(path.name.rpartition("-")[2]))


def _check_checkpoint(path: Path, now: Record) -> None:
    if not (path / STATE).is_file():
        raise ConfigError(
            f"resume: {path} is no checkpoint ({STATE} is missing there). Give a directory "
            "such as output_dir/checkpoint-100, or `--resume` alone for the latest."
        )
    before = _read(path / RECORD) or _read(path.parent / RECORD)
    if before is None:
        raise ConfigError(
            f"resume: {path} does not say of which run it is ({RECORD} is missing there). To start "
            f"from its weights give `--model_name_or_path {path}` and another output_dir."
        )
    if differing := differences(before, now):
        raise ConfigError(
            f"resume: {path} is of another run: {'; '.join(differing)}. Go on with what it had, "
            "or set another output_dir; to start from its weights give "
            f"`--model_name_or_path {path}`."
        )


def steps_of(checkpoint: Path) -> int:
    """Return the steps that a checkpoint's run had taken."""
    return int(jsonl.loads((checkpoint / STATE).read_bytes())["global_step"])


def _read(path: Path) -> Record | None:
    try:
        found = jsonl.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("schema") == _SCHEMA else None


def check_free(given: Given, checkpoint: Path | None) -> None:
    """Refuse an output directory that another run has used, unless it is to be overwritten."""
    directory = given.output_dir
    _check_is_directory(directory)
    if directory.is_dir() and _is_same(directory, Path(str(given["model_name_or_path"]))):
        raise ConfigError(
            f"output_dir {directory} is where the model comes from: set another one, such as "
            f"{_free_name(directory)}."
        )
    if given.run.overwrite or (checkpoint and _is_same(directory, checkpoint.parent)):
        return
    if not (left := _left(directory)):
        return
    raise ConfigError(
        f"output_dir {directory} holds another run ({_named(left)}). Set a free one, such as "
        f"`--output_dir {_free_name(directory)}`, go on with that run by `--resume`, or clear the "
        "directory by `--overwrite`."
    )


def _check_is_directory(directory: Path) -> None:
    for path in (directory, *directory.parents):
        if path.exists():
            if not path.is_dir():
                raise ConfigError(f"output_dir {directory}: {path} is a file, not a directory.")
            return


def _is_same(first: Path, second: Path) -> bool:
    return second.is_dir() and first.resolve() == second.resolve()


def _left(directory: Path) -> list[Path]:
    """Return what runs have left in a directory: checkpoints, weights, and their record."""
    found = [path for path in sorted(directory.glob("checkpoint-*")) if path.is_dir()]
    found += [path for name in (*_WEIGHTS, STATE) for path in sorted(directory.glob(name))]
    if _read(directory / RECORD) and (directory / "replays.jsonl").is_file():
        found.append(directory / "replays.jsonl")
    return found


def _named(paths: list[Path]) -> str:
    names = [path.name for path in paths]
    return ", ".join(names[:3]) + (", ..." if names[3:] else "")


def _free_name(directory: Path) -> Path:
    number = 2
    while (free := directory.with_name(f"{directory.name}-{number}")).exists():
        number += 1
    return free


def clear(directory: Path) -> list[str]:
    """Remove what another run has left, and return its names; replays.jsonl begins anew later."""
    left = [path for path in _left(directory) if path.name != "replays.jsonl"]
    for path in left:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    return [path.name for path in left]


def write_record(directories: Iterable[Path], record: Record) -> None:
    """Write what a run is known by into directories of it."""
    for directory in directories:
        directory.mkdir(parents=True, exist_ok=True)
        with open_target(str(directory / RECORD)) as stream:
            stream.write(jsonl.dumps(record) + b"\n")
