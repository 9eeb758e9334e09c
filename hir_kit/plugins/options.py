"""Options of parts: what `--set NAME.key=value` gives to formats, rewriters, judges and plugins.

A part declares `options`, a pydantic model whose fields all have a default, and
`configure(options)`, which is called once, when the part is loaded. A plugin as a whole does so by
`register_options`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, get_args

from pydantic import BaseModel, SecretBytes, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from hir_kit.errors import OptionError, PluginError, explained, near_matches, shown
from hir_kit.files import jsonl
from hir_kit.verify.verifier import type_name

Given = Mapping[str, object]
"""Values by `NAME.key`; a string is read as the option's type."""

_MOST_PROBLEMS = 3
_PACK = "hir_plugin_"


@dataclass(slots=True)
class Options:
    """The options of one part.

    Attributes:
        kind: What the part is: "format", "source", "rewriter", "filter", "judge" or "plugin".
        name: The part's name.
        model: What it declares.
        configure: What takes the options.
        given: What was given, by name of the option.
    """

    kind: str
    name: str
    model: type[BaseModel]
    configure: Callable[[Any], object]
    given: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, kind: str, part: Any) -> Options | None:
        """Return the options that a part declares; None where it has none.

        Raises PluginError where they cannot be used.
        """
        model = getattr(part, "options", None)
        if model is None:
            return None
        if not callable(getattr(part, "configure", None)):
            raise PluginError(
                f"the {kind} {part.name!r} declares options and has no configure(options)"
            )
        return cls(kind, part.name, model, part.configure).checked()

    def checked(self) -> Options:
        """Return these options; raises PluginError where a model is none, or lacks a default."""
        if not (isinstance(self.model, type) and issubclass(self.model, BaseModel)):
            got = shown(self.model)
            raise PluginError(f"the options of {self} are a class of pydantic.BaseModel, got {got}")
        for name, info in self.model.model_fields.items():
            if info.is_required():
                raise PluginError(
                    f"the option {name!r} of {self} needs a default: a part is loaded for every run"
                )
        return self

    def __str__(self) -> str:
        return f"the {self.kind} {self.name!r}"

    def take(self, given: Given) -> None:
        """Give the part its options, those of other parts left aside; raises OptionError."""
        chosen = {key: value for name, key, value in _split(given) if name == self.name}
        self.given = {key: value for key, value in chosen.items() if key in self.model.model_fields}
        options = self._validated()
        try:
            self.configure(options)
        except (Exception, SystemExit) as error:
            if not self.given:
                raise
            raise OptionError(f"{self} cannot use its options: {explained(error)}") from error

    def _validated(self) -> BaseModel:
        try:
            return self.model.model_validate(self.given)
        except ValidationError as first:
            wrong = {str(item["loc"][0]) for item in first.errors() if item["loc"]}
            self.given |= {key: _decoded(self.given[key]) for key in wrong if key in self.given}
        try:
            return self.model.model_validate(self.given)
        except ValidationError as error:
            raise OptionError(
                "; ".join(
                    self._problem(item) for item in error.errors(include_url=False)[:_MOST_PROBLEMS]
                )
            ) from None

    def _problem(self, error: Any) -> str:
        name = str(error["loc"][0]) if error["loc"] else ""
        message = str(error["msg"])
        message = message[:1].lower() + message[1:]
        if name not in self.model.model_fields:
            return f"the options of {self}: {message}"
        where = f"{self.name}.{name}" + "".join(f"[{part!r}]" for part in error["loc"][1:])
        got = "" if is_secret(self.model, name) else f", got {shown(self.given.get(name))}"
        return f"{where} ({self.kind}, {type_name(self.model, name)}): {message}{got}"

    @property
    def public(self) -> dict[str, Any]:
        """What was given, as JSON can hold it, by `NAME.key`; secrets are left out."""
        names = [name for name in self.given if not is_secret(self.model, name)]
        values = self.model.model_validate(self.given).model_dump(mode="json", include=set(names))
        return {f"{self.name}.{name}": values[name] for name in sorted(values)}

    def to_json(self) -> list[dict[str, Any]]:
        """Return the options with types, defaults and help, for machines."""
        return [
            {
                "name": f"{self.name}.{name}",
                "type": type_name(self.model, name),
                "default": None if is_secret(self.model, name) else _default(info),
                "help": info.description or "",
            }
            for name, info in self.model.model_fields.items()
        ]

    def lines(self) -> list[str]:
        """Return the options with types, defaults and help, for a person."""
        return [
            f"- `{row['name']}`: {row['type']}"
            + ("" if row["default"] is None else f", by default `{row['default']!r}`")
            + (f". {row['help']}" if row["help"] else "")
            for row in self.to_json()
        ]


def is_secret(model: type[BaseModel], name: str) -> bool:
    """Return whether an option is a secret, which is never written anywhere."""
    return _has_secret(model.model_fields[name].annotation)


def _has_secret(annotation: Any) -> bool:
    if annotation in (SecretStr, SecretBytes):
        return True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return any(_has_secret(info.annotation) for info in annotation.model_fields.values())
    return any(map(_has_secret, get_args(annotation)))


def _default(info: FieldInfo) -> object:
    """Return a default; None where it is computed, which may differ from process to process."""
    if info.default_factory is not None or info.default is None:
        return None
    with suppress(TypeError, ValueError):
        return jsonl.loads(jsonl.dumps(info.default))
    return str(info.default)


def _decoded(value: object) -> object:
    """Return what a string says as JSON, such as a list; the value itself where it is none."""
    if isinstance(value, str):
        with suppress(ValueError):
            return jsonl.loads(value)
    return value


def options_of(plugin: str) -> str:
    """Return the name under which a plugin as a whole has options: `code` of `hir_plugin_code`."""
    return plugin.removeprefix(_PACK)


def _split(given: Given) -> list[tuple[str, str, object]]:
    return [(*_named(name), value) for name, value in given.items()]


def _named(name: str) -> tuple[str, str]:
    part, dot, key = name.rpartition(".")
    if not (dot and part and key):
        raise OptionError(f"an option is NAME.key, such as judge.model, got {name!r}")
    return part, key


def parse_set(values: Iterable[str]) -> dict[str, object]:
    """Return options by `NAME.key` of texts `NAME.key=value`; the last of one name counts.

    Raises OptionError where a text is none.
    """
    found: dict[str, object] = {}
    for text in values:
        name, sign, value = text.partition("=")
        if not sign:
            raise OptionError(f"--set takes NAME.key=value, such as judge.model=tiny, got {text!r}")
        _named(name)
        found[name] = value
    return found


def refuse_unknown(
    given: Given, parts: Sequence[Options], others: Iterable[str], hints: Mapping[str, str]
) -> None:
    """Raise OptionError where an option is of no part that is loaded.

    Args:
        given: The options.
        parts: Those that can be given.
        others: The names of parts without options.
        hints: Why a plugin is not in use, by its name.
    """
    for name, key, _ in _split(given):
        named = [part for part in parts if part.name == name]
        keys = [known for part in named for known in part.model.model_fields]
        if key in keys:
            continue
        if named:
            raise OptionError(
                f"{named[0]} has no option {key!r}.{near_matches(key, keys)} "
                f"It has: {', '.join(sorted(set(keys))) or 'none'}"
            )
        if name in hints:
            raise OptionError(f"{name}.{key}: the plugin {name!r} is not loaded: {hints[name]}")
        if any(part.name == options_of(name) for part in parts):
            raise OptionError(
                f"{name}.{key}: its options are {options_of(name)}.{key} and the like"
            )
        if name in others:
            raise OptionError(f"{name}.{key}: {name!r} has no options")
        known = sorted({part.name for part in parts})
        raise OptionError(
            f"{name}.{key}: no part named {name!r} is loaded.{near_matches(name, known)} "
            f"Parts with options: {', '.join(known) or 'none'}. `--plugin FILE` loads more"
        )
