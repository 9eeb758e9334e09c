"""Whether there is a model of the name that was given, told without torch and without weights."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from hir_kit.errors import ConfigError
from hir_kit.files import jsonl
from hir_trainer.config import Given, one_line

_ID = re.compile(r"[\w.-]+(/[\w.-]+)?")
_WEIGHTS = ("*.safetensors", "*.bin", "*.gguf", "*.index.json")
_PATIENCE = 1.0
"""Seconds to wait for the hub; where it takes longer the loading itself will tell."""


def check_model(given: Given) -> None:
    """Raise ConfigError where model_name_or_path is neither a model's directory nor on the hub."""
    name = str(given["model_name_or_path"])
    problem = _problem_of_directory(Path(name)) if Path(name).exists() else _problem_of_id(given)
    if problem:
        raise ConfigError(f"model_name_or_path: {name!r}: {problem}")


def _problem_of_directory(path: Path) -> str | None:
    if not path.is_dir():
        return "is a file: name the directory of the model, or a model id."
    if not (path / "config.json").is_file():
        if (path / "adapter_config.json").is_file():
            return (
                "the directory holds an adapter alone: merge it into its base model first "
                "(peft's merge_and_unload), and name what comes of it."
            )
        return "the directory holds no model (config.json is missing)."
    try:
        jsonl.loads((path / "config.json").read_bytes())
    except (OSError, ValueError) as error:
        return f"config.json there cannot be read: {one_line(error)}."
    if not any(True for pattern in _WEIGHTS for _ in path.glob(pattern)):
        return "the directory holds no weights (*.safetensors)."
    return None


def _problem_of_id(given: Given) -> str | None:
    name = str(given["model_name_or_path"])
    if not _ID.fullmatch(name) or name.startswith("."):
        return "no such directory, and no model id (OWNER/NAME)."
    import huggingface_hub

    revision = given["model_revision"]
    cached = huggingface_hub.try_to_load_from_cache(name, "config.json", revision=revision)
    if isinstance(cached, str):
        return None
    if any(os.environ.get(key, "0") not in ("", "0") for key in ("HF_HUB_OFFLINE",)):
        return (
            "no such directory, and the model id is not in the cache of the hub, which is offline "
            "(HF_HUB_OFFLINE is set)."
        )
    return _asked(huggingface_hub, name, revision)


def _asked(hub: Any, name: str, revision: str | None) -> str | None:
    url = hub.hf_hub_url(name, "config.json", revision=revision)
    try:
        hub.get_hf_file_metadata(url, timeout=_PATIENCE)
    except Exception as error:  # of the hub, the network, or the library that talks to it
        if "Timeout" in type(error).__name__:
            return None
        return f"no such directory, and the model id cannot be loaded: {one_line(error)}"
    return None
