"""The configuration of a run: YAML file and command line, brought together by TRL's own parser.

What is set, from weakest to strongest: TRL's defaults, hir-kit's, the YAML file, the command
line. TRL would take the file's values as they are and say nothing of lines. So each is written as
the flag it stands for, which the parser converts and checks.

`parse` needs no torch: mistakes are told at once. `settings` makes TRL's configurations of it.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import UnionType
from typing import Any, Literal, NoReturn, Union, get_args, get_origin, get_type_hints

from hir_kit.errors import ConfigError, near_matches
from hir_trainer.methods import DEFAULT_METHOD, METHODS, keys_of_method, load_class, load_trl
from hir_trainer.yaml_file import Entry, read_config

LATEST = "latest"
COMMAND_LINE = "command line"

# What TRL and transformers raise where they do not take a configuration or cannot load a model.
REFUSALS = (ValueError, TypeError, LookupError, OSError, ImportError, RuntimeError)


@dataclass
class RunArguments:
    """What hir-kit asks for beyond TRL's own configuration."""

    method: str = field(default=DEFAULT_METHOD, metadata={"help": "sft, kto, dpo or hir."})
    data: list[str] = field(
        default_factory=list,
        metadata={
            "help": "Files to train on: rows written by `hir-kit relabel`, or for hir "
            "instructions with constraints."
        },
    )
    eval_data: list[str] = field(
        default_factory=list,
        metadata={"help": "Files of the same kind to evaluate on."},
    )
    resume: str | None = field(
        default=None,
        metadata={
            "help": "Go on from the latest checkpoint in output_dir, or from the one given.",
            "nargs": "?",
            "const": LATEST,
        },
    )
    overwrite: bool = field(
        default=False,
        metadata={"help": "Let output_dir be one that another run has used, and clear it."},
    )
    dry_run: bool = field(
        default=False,
        metadata={"help": "Check configuration and data, show them, load no weights."},
    )
    telemetry: bool = field(
        default=False,
        metadata={"help": "Let TRL send its anonymous usage ping."},
    )


@dataclass(frozen=True)
class Settings:
    """A whole configuration: hir-kit's keys, the method's config and the ModelConfig."""

    run: RunArguments
    training: Any
    model: Any


@dataclass(frozen=True)
class Given:
    """A configuration as it was given, before TRL's classes are imported.

    Attributes:
        run: hir-kit's keys.
        training: The keys of the method's configuration that were given, or set by hir-kit.
        model: The keys of the ModelConfig that were given.
        declared: Every key that there is, with its default.
    """

    run: RunArguments
    training: dict[str, Any]
    model: dict[str, Any]
    declared: dict[str, Any]

    def __getitem__(self, key: str) -> Any:
        """Return the value of a key of TRL's, which is its default where it was not given."""
        return {**self.declared, **self.model, **self.training}[key]

    @property
    def output_dir(self) -> Path:
        """Where the run writes."""
        return Path(self["output_dir"])


def load_settings(arguments: Sequence[str]) -> Settings:
    """Parse `[CONFIG.yaml] [--key value]...`; any mistake is a ConfigError."""
    return settings(parse(arguments))


def parse(arguments: Sequence[str]) -> Given:
    """Return what `[CONFIG.yaml] [--key value]...` sets; any mistake is a ConfigError."""
    entries, flags = _split(arguments)
    early = _look_ahead(entries, flags)
    method = early.method
    if not _is_true(early.telemetry):
        # The hub client reads it once, at its import, so it must stand before TRL is imported.
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    if method not in METHODS:
        allowed = ", ".join(METHODS)
        raise ConfigError(
            f"method: {method!r} is not known.{near_matches(method, METHODS)} Allowed: {allowed}."
        )
    parser = _make_parser(method)
    declared = vars(parser.parse_known_args([])[0])
    for action in parser._actions:
        action.default = argparse.SUPPRESS
    namespace = argparse.Namespace()
    _apply_file(parser, method, entries, namespace)
    _apply_flags(parser, method, flags, namespace)
    found = vars(namespace)
    ours, training, model = ({f.name for f in fields(one)} for one in parser.dataclass_types)
    return Given(
        run=RunArguments(**{key: found[key] for key in ours & found.keys()}),
        training={**_set_by_us(method), **{key: found[key] for key in training & found.keys()}},
        model={key: found[key] for key in model & found.keys()},
        declared=declared,
    )


def _set_by_us(method: str) -> dict[str, Any]:
    name = "online" if method == "hir" else method
    return {"output_dir": f"hir-{name}", "disable_tqdm": not sys.stderr.isatty()}


def settings(given: Given) -> Settings:
    """Make TRL's configurations, which imports torch; what they refuse is a ConfigError."""
    values = {**_device_defaults(bool(given.training.get("use_cpu"))), **given.training}
    _rename(values, given.declared)
    try:
        training = load_class(given.run.method, "config")(**values)
        return Settings(given.run, training, load_trl().ModelConfig(**given.model))
    except REFUSALS as error:
        raise ConfigError(f"the configuration is refused: {one_line(error)}") from error


def _split(arguments: Sequence[str]) -> tuple[dict[str, Entry], list[str]]:
    if arguments and not arguments[0].startswith("-"):
        return read_config(Path(arguments[0])), list(arguments[1:])
    return {}, list(arguments)


def _look_ahead(entries: dict[str, Entry], flags: Sequence[str]) -> argparse.Namespace:
    """Look up the keys on which it depends which parser there is, and what may be imported."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    for key, default in (("method", DEFAULT_METHOD), ("telemetry", "false")):
        given = str(entries[key].value) if key in entries else default
        names = (f"--{key}", f"--{key.replace('_', '-')}")
        parser.add_argument(*names, dest=key, nargs="?", const="true", default=given)
    return parser.parse_known_args(list(flags))[0]


def _is_true(text: str) -> bool:
    return text.lower() in {"true", "yes", "t", "y", "1"}


def _device_defaults(cpu_wanted: bool) -> dict[str, Any]:
    if cpu_wanted or not _has_accelerator():
        # TRL's own defaults are for GPUs; on a CPU the first two end in an error of transformers.
        return {"use_cpu": True, "bf16": False, "gradient_checkpointing": False}
    return {} if _has_bf16() else {"bf16": False}


def _has_accelerator() -> bool:
    import torch

    return torch.accelerator.is_available()


def _has_bf16() -> bool:
    from transformers.utils.import_utils import is_torch_bf16_gpu_available

    return bool(is_torch_bf16_gpu_available())


def _make_parser(method: str) -> Any:
    trl = load_trl()
    classes = (RunArguments, *keys_of_method(method))
    parser = trl.TrlParser(classes, add_help=False, allow_abbrev=False)
    parser.error = _refuse  # argparse's own would print the usage and leave the process
    return parser


class _RefusedError(Exception):
    """The parser refused a value; it does not know where the value stands."""


def _refuse(message: str) -> NoReturn:
    raise _RefusedError(message)


@contextmanager
def _standing_at(place: str) -> Iterator[None]:
    """Turn what the parser refuses into an error that names the place."""
    try:
        yield
    except _RefusedError as error:
        message = re.sub(r"^argument --([^\s/:]+)\S*:", r"\1:", str(error))
        raise ConfigError(f"{place}: {message}.") from error


def _actions(parser: Any) -> dict[str, argparse.Action]:
    """Return what the parser does for each key."""
    return {action.dest: action for action in parser._actions}


def _apply_file(
    parser: Any, method: str, entries: dict[str, Entry], namespace: argparse.Namespace
) -> None:
    actions = _actions(parser)
    hints = {k: hint for one in parser.dataclass_types for k, hint in get_type_hints(one).items()}
    for key, entry in entries.items():
        if key not in actions:
            raise _unknown_key(key, entry.place, method, actions)
        if _is_ready(entry.value, _kinds(hints[key]), actions[key]):
            setattr(namespace, key, entry.value)
        else:
            with _standing_at(entry.place):
                parser.parse_known_args(_as_flag(key, entry, actions[key]), namespace)
        _check_finite({key: getattr(namespace, key)}, entry.place)


def _check_finite(values: Mapping[str, Any], place: str) -> None:
    """Refuse what no number can be compared with, or computed to: `nan`, `inf`, `1e999`."""
    for key, value in values.items():
        if not _is_finite(value):
            raise ConfigError(f"{place}: {key} is {value}; it is a finite number.")


def _is_finite(value: Any) -> bool:
    if isinstance(value, str) and value.startswith("{"):  # a dictionary on the command line
        with suppress(ValueError):
            return _is_finite(json.loads(value))
    if isinstance(value, Mapping):
        return all(map(_is_finite, value.values()))
    if isinstance(value, list):
        return all(map(_is_finite, value))
    return not isinstance(value, float) or math.isfinite(value)


def _kinds(hint: Any) -> set[Any]:
    """Return the plain types in a hint: `dict[str, int] | str | None` gives dict, str, NoneType."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return set().union(*(_kinds(part) for part in get_args(hint)))
    if origin is Literal:
        return {type(value) for value in get_args(hint)}
    return {origin or hint}


def _is_ready(value: Any, kinds: set[Any], action: argparse.Action) -> bool:
    """Tell whether a YAML value needs no conversion; strings always go through the parser."""
    if isinstance(value, list):
        return list in kinds and action.nargs != "+"
    return not isinstance(value, str) and type(value) in kinds


def _as_flag(key: str, entry: Entry, action: argparse.Action) -> list[str]:
    """Write a YAML value as the flag it stands for."""
    value = entry.value
    if value is None:
        raise ConfigError(f"{entry.place}: {key} has no value: give it one, or leave it out.")
    if isinstance(value, list) and action.nargs == "+" and all(map(_is_scalar, value)):
        return [f"--{key}", *(_text(item, action) for item in value)]
    if not _is_scalar(value):
        raise ConfigError(
            f"{entry.place}: {key} cannot be a {type(value).__name__}: {value!r} was given, "
            f"{'a list of plain values' if action.nargs == '+' else 'one plain value'} is wanted."
        )
    return [f"--{key}={_text(value, action)}"]


def _is_scalar(value: Any) -> bool:
    return isinstance(value, (str, int, float))


def _text(value: Any, action: argparse.Action) -> str:
    if value is False and "no" in (action.choices or ()):
        return "no"  # YAML reads the plain word in `save_strategy: no` as false
    return str(value).lower() if isinstance(value, bool) else str(value)


def _apply_flags(
    parser: Any, method: str, flags: Sequence[str], namespace: argparse.Namespace
) -> None:
    with _standing_at(COMMAND_LINE):
        _, left = parser.parse_known_args(list(flags), namespace)
    _check_finite(vars(namespace), COMMAND_LINE)
    if not left:
        return
    unknown = next((text for text in left if text.startswith("-")), None)
    if unknown is None:
        raise ConfigError(
            f"{COMMAND_LINE}: {left[0]!r} belongs to no key. The configuration file comes first, "
            "then `--key value` pairs."
        )
    key = unknown.lstrip("-").split("=", 1)[0].replace("-", "_")
    raise _unknown_key(key, COMMAND_LINE, method, _actions(parser))


def _unknown_key(key: str, place: str, method: str, allowed: Iterable[str]) -> ConfigError:
    others = [name for name in METHODS if name != method and key in _actions(_make_parser(name))]
    if others:
        return ConfigError(
            f"{place}: {key!r} is a key of method {' and '.join(others)}, and method is {method}."
        )
    configs = f"{METHODS[method].config} and ModelConfig"
    owner = "TRL's " if METHODS[method].home == "trl" else ""
    return ConfigError(
        f"{place}: {key!r} is not a key of method {method}.{near_matches(key, allowed)} "
        f"Allowed are hir-kit's keys (`hir-kit train --help`) and those of {owner}{configs}."
    )


def _rename(values: dict[str, Any], declared: Mapping[str, Any]) -> None:
    """Hand TRL's default on under the name that newer transformers want, which warn otherwise."""
    for end in ("checkpointing", "checkpointing_kwargs"):
        new, old = f"activation_{end}", f"gradient_{end}"
        if new in declared and values.get(new) is None:
            values[new] = values.get(old, declared[old])


def one_line(error: BaseException) -> str:
    """Return the message of an error on one line."""
    return " ".join(str(error).split())
