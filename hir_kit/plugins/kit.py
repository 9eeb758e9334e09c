"""Everything that plugins gave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hir_kit._version import __version__
from hir_kit.errors import explained
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.plugins.options import Options
from hir_kit.read.format import Format
from hir_kit.read.instructions import InstructionSource
from hir_kit.relabel.contract import Rewriter
from hir_kit.verify.checker import Checker, CheckOptions
from hir_kit.verify.judge import Judge
from hir_kit.verify.registry import Registry

BUILT_IN = "built-in"


@dataclass(frozen=True, slots=True)
class LoadedPlugin:
    """A plugin, where it came from, and what went wrong if it could not be used.

    Attributes:
        name: The module, entry-point or file name.
        source: "built-in", "installed: <distribution>" or the file's path.
        version: The distribution's version, or the hash of a plain file.
        provides: What it registered, for example `("verifier acme:max_emoji",)`.
        error: Why it is not in use; None where it is.
    """

    name: str
    source: str
    version: str
    provides: tuple[str, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """What a kit was loaded from, so that another process can load the same.

    Attributes:
        files: The plugin files.
        set: The options of parts that were given, by `NAME.key`; among them may be secrets.
    """

    files: tuple[str, ...] = ()
    set: tuple[tuple[str, object], ...] = field(default=(), repr=False)


@dataclass(slots=True)
class Kit:
    """Everything that plugins gave: the start of every use from Python."""

    registry: Registry = field(default_factory=Registry)
    formats: dict[str, Format] = field(default_factory=dict)
    instructions: dict[str, InstructionSource] = field(default_factory=dict)
    rewriters: dict[str, Rewriter] = field(default_factory=dict)
    judges: dict[str, Judge] = field(default_factory=dict)
    resources: dict[str, Callable[[], str]] = field(default_factory=dict)
    options: list[Options] = field(default_factory=list)
    origin: Origin = Origin()
    plugins: list[LoadedPlugin] = field(default_factory=list)

    def checker(
        self,
        constraints: Sequence[ConstraintSpec],
        options: CheckOptions = CheckOptions(),  # noqa: B008  # frozen
    ) -> Checker:
        """Return a checker for an instruction's constraints; see `Checker`."""
        return Checker(self.registry, constraints, options)

    def provenance(self) -> dict[str, Any]:
        """Return what verdicts depend on besides the text: versions, resources, options."""
        told = {"hir_kit": __version__, "plugins": self.versions(), "resources": self.states()}
        chosen = self.chosen("rewriter", "judge", "plugin")
        return {**told, "options": chosen} if chosen else told

    def chosen(self, *kinds: str) -> dict[str, Any]:
        """Return the options that were given to parts of these kinds, of all without; no secret."""
        parts = [part for part in self.options if part.kind in kinds or not kinds]
        return {name: value for part in parts for name, value in sorted(part.public.items())}

    def states(self) -> dict[str, str]:
        """Return what every registered resource says of itself, in order of name."""
        return {name: _state(describe) for name, describe in sorted(self.resources.items())}

    def versions(self) -> dict[str, str]:
        """Return the version of every plugin whose verifiers are loaded, for provenance."""
        return {
            plugin.name: plugin.version
            for plugin in self.plugins
            if any(item.startswith("verifier ") for item in plugin.provides)
        }


def _state(describe: Callable[[], str]) -> str:
    try:
        return str(describe())
    except Exception as error:  # a plugin's code; the run it belongs to has its results
        return f"unknown ({explained(error)})"
