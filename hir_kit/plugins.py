"""Loading plugins: built-in, installed, and plain files. `load()` gives a `Kit` with all of them.

Environment: `HIR_KIT_LOAD_PLUGINS=a,b` loads only these plugins (empty: none);
`HIR_KIT_STRICT_PLUGINS=1` makes a broken plugin an error instead of a report.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

from hir_kit import hookspecs
from hir_kit._version import __version__
from hir_kit.checking import Checker, CheckOptions
from hir_kit.errors import DuplicateError, HirKitError, PluginError
from hir_kit.formats.base import Format
from hir_kit.registry import Registry
from hir_kit.relabel.strategies import Rewriter
from hir_kit.specs import ConstraintSpec
from hir_kit.verifiers import Verifier

DEFAULT_PLUGINS = (
    "hir_kit.formats",
    "hir_kit.relabel",
    "hir_verifiers",
    "hir_plugin_ifeval",
)
ENTRY_POINT_GROUP = "hir_kit"


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

    def versions(self) -> dict[str, str]:
        """Return the version of every plugin whose verifiers are loaded, for provenance."""
        return {
            plugin.name: plugin.version
            for plugin in self.plugins
            if any(item.startswith("verifier ") for item in plugin.provides)
        }


@dataclass(frozen=True, slots=True)
class _Candidate:
    name: str
    source: str
    version: str
    load: Callable[[], Any]
    required: bool = False


def load(
    files: Iterable[str | os.PathLike[str]] = (), *, installed: bool = True, strict: bool = False
) -> Kit:
    """Load the built-in plugins, the installed ones, and the given files.

    Args:
        files: Python files that define verifiers (or hooks); `--plugin` of the command.
        installed: Whether to look for installed plugins.
        strict: Whether a broken installed plugin is an error; otherwise it is reported in
            `Kit.plugins` and the others load.

    Raises PluginError where one of `files` cannot be used (it was asked for by name), and
    DuplicateError where it registers an id that is taken.
    """
    strict = strict or os.environ.get("HIR_KIT_STRICT_PLUGINS") == "1"
    kit = Kit()
    candidates = [_built_in(name) for name in DEFAULT_PLUGINS]
    if installed:
        candidates += _installed()
    candidates = [*filter(_wanted, candidates), *map(_file, files)]
    for candidate in candidates:
        kit.plugins.append(_add(kit, candidate, strict=strict or candidate.required))
    return kit


def _built_in(name: str) -> _Candidate:
    load = partial(importlib.import_module, name)
    return _Candidate(name, "built-in", __version__, load, required=True)


def _installed() -> list[_Candidate]:
    points = sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda point: point.name)
    return [_from_entry_point(point) for point in points]


def _from_entry_point(point: EntryPoint) -> _Candidate:
    name = point.dist.name if point.dist else "unknown distribution"
    version = point.dist.version if point.dist else "unknown"
    return _Candidate(point.name, f"installed: {name}", version, point.load)


def _file(path: str | os.PathLike[str]) -> _Candidate:
    path = Path(path)
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    except OSError as error:
        raise PluginError(f"cannot read the plugin {path}: {error.strerror}") from None
    return _Candidate(
        path.name, str(path), f"sha256:{digest}", lambda: _import_file(path), required=True
    )


def _import_file(path: Path) -> ModuleType:
    name = f"hir_kit_plugin_{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise PluginError(f"{path} is not a Python file (.py)")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _wanted(candidate: _Candidate) -> bool:
    names = os.environ.get("HIR_KIT_LOAD_PLUGINS")
    return names is None or candidate.name in {name.strip() for name in names.split(",")}


def _add(kit: Kit, candidate: _Candidate, *, strict: bool) -> LoadedPlugin:
    """Load one plugin into the kit, wholly or not at all."""
    try:
        offered = _Offer(candidate.name)
        offered.collect(candidate.load())
        offered.accept_into(kit)
    except (Exception, SystemExit) as error:  # a plugin's import may raise anything
        reason = _reason(error)
        if strict:
            kind = type(error) if isinstance(error, HirKitError) else PluginError
            raise kind(f"plugin {candidate.name} ({candidate.source}): {reason}") from error
        return LoadedPlugin(candidate.name, candidate.source, candidate.version, error=reason)
    return LoadedPlugin(candidate.name, candidate.source, candidate.version, offered.names())


def _reason(error: BaseException) -> str:
    if isinstance(error, HirKitError):
        return str(error)
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


class _Offer:
    """What one plugin wants to register, held back until all of it is known to be fine."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.verifiers: list[type[Verifier]] = []
        self.formats: list[Format] = []
        self.rewriters: list[Rewriter] = []
        self.resources: list[tuple[str, Callable[[], str]]] = []

    def collect(self, plugin: Any) -> None:
        manager = pluggy.PluginManager("hir_kit")
        manager.add_hookspecs(hookspecs)
        manager.register(plugin, self.owner)
        manager.check_pending()
        if not manager.get_hookcallers(plugin):
            self.verifiers += _defined_in(plugin)
        hook = manager.hook
        hook.register_verifiers(register=self.verifiers.append)
        hook.register_formats(register=self.formats.append)
        hook.register_rewriters(register=self.rewriters.append)
        hook.register_resources(register=lambda name, say: self.resources.append((name, say)))

    def accept_into(self, kit: Kit) -> None:
        trial = Registry()
        for cls in self.verifiers:
            if not (isinstance(cls, type) and issubclass(cls, Verifier)):
                raise PluginError(f"register(...) takes a Verifier class, got {cls!r}")
            trial.add(cls, self.owner)
            if cls.constraint_id in kit.registry:
                kit.registry.add(cls, self.owner)  # raises, naming both owners
        self._refuse_taken("format", self.formats, kit.formats)
        self._refuse_taken("rewriter", self.rewriters, kit.rewriters)
        for cls in self.verifiers:
            kit.registry.add(cls, self.owner)
        kit.formats.update({item.name: item for item in self.formats})
        kit.rewriters.update({item.name: item for item in self.rewriters})
        kit.resources.update(self.resources)

    def _refuse_taken(
        self, kind: str, offered: Sequence[Format | Rewriter], taken: Container[str]
    ) -> None:
        for item in offered:
            if item.name in taken:
                raise DuplicateError(f"the {kind} {item.name!r} of {self.owner} is taken")

    def names(self) -> tuple[str, ...]:
        return (
            *(f"verifier {cls.constraint_id}" for cls in self.verifiers),
            *(f"format {item.name}" for item in self.formats),
            *(f"rewriter {item.name}" for item in self.rewriters),
        )


def _defined_in(module: Any) -> list[type[Verifier]]:
    """Return the verifiers that a module without hooks defines, in order of definition."""
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Verifier)
        and value.constraint_id
        and value.__module__ == module.__name__
    ]
    if not found:
        raise PluginError("it defines no verifier and no hook")
    return list(dict.fromkeys(found))
