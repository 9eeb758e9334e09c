"""Everything that plugins gave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hir_kit._version import __version__
from hir_kit.errors import explained
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.read.format import Format
from hir_kit.read.instructions import InstructionSource
from hir_kit.relabel.contract import Rewriter
from hir_kit.verify.checker import Checker, CheckOptions
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


@dataclass(slots=True)
class Kit:
    """Everything that plugins gave: the start of every use from Python."""

    registry: Registry = field(default_factory=Registry)
    formats: dict[str, Format] = field(default_factory=dict)
    instructions: dict[str, InstructionSource] = field(default_factory=dict)
    rewriters: dict[str, Rewriter] = field(default_factory=dict)
    resources: dict[str, Callable[[], str]] = field(default_factory=dict)
    plugins: list[LoadedPlugin] = field(default_factory=list)

    def checker(
        self,
        constraints: Sequence[ConstraintSpec],
        options: CheckOptions = CheckOptions(),  # noqa: B008  # frozen
    ) -> Checker:
        """Return a checker for an instruction's constraints; see `Checker`."""
        return Checker(self.registry, constraints, options)

    def provenance(self) -> dict[str, Any]:
        """Return what verdicts depend on besides the text: versions, and resources in use."""
        return {"hir_kit": __version__, "plugins": self.versions(), "resources": self.states()}

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
