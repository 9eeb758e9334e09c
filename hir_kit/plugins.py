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
import traceback
from collections.abc import Callable, Iterable, Sequence
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
from hir_kit.errors import DuplicateError, HirKitError, PluginError, near_matches, shown
from hir_kit.formats.base import Format
from hir_kit.formats.detection import AUTO
from hir_kit.formats.instructions import InstructionSource
from hir_kit.registry import Registry
from hir_kit.relabel.strategies import Rewriter
from hir_kit.specs import ConstraintSpec
from hir_kit.verifiers import Verifier

DEFAULT_PLUGINS = (
    "hir_kit.formats",
    "hir_kit.relabel",
    "hir_verifiers",
    "hir_plugin_datasets",
    "hir_plugin_muldimif",
    "hir_plugin_ifeval",
    "hir_plugin_dumps",
)
ENTRY_POINT_GROUP = "hir_kit"
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

    Raises PluginError where one of `files` cannot be used (it was asked for by name) or
    HIR_KIT_LOAD_PLUGINS names a plugin that is not there, and DuplicateError where a file registers
    an id that is taken.
    """
    strict = strict or os.environ.get("HIR_KIT_STRICT_PLUGINS") == "1"
    kit = Kit()
    candidates = [_built_in(name) for name in DEFAULT_PLUGINS]
    if installed:
        candidates += _installed()
    candidates = [*_wanted(candidates), *_files([Path(file) for file in files])]
    for candidate in candidates:
        kit.plugins.append(_add(kit, candidate, strict=strict or candidate.required))
    return kit


def _built_in(name: str) -> _Candidate:
    load = partial(importlib.import_module, name)
    return _Candidate(name, BUILT_IN, __version__, load, required=True)


def _installed() -> list[_Candidate]:
    points = sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda point: point.name)
    return [_from_entry_point(point) for point in points]


def _from_entry_point(point: EntryPoint) -> _Candidate:
    name = point.dist.name if point.dist else "unknown distribution"
    version = point.dist.version if point.dist else "unknown"
    return _Candidate(point.name, f"installed: {name}", version, point.load)


def _files(paths: list[Path]) -> list[_Candidate]:
    """Name each file by its name alone, or by its path where two have the same.

    A file that is given twice is loaded once.
    """
    paths = list({path.resolve(): path for path in reversed(paths)}.values())[::-1]
    names = [path.name for path in paths]
    return [_file(path, path.name if names.count(path.name) == 1 else str(path)) for path in paths]


def _file(path: Path, name: str) -> _Candidate:
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    except OSError as error:
        raise PluginError(f"cannot read the plugin {path}: {error.strerror}") from None
    load = partial(_import_file, path)
    return _Candidate(name, str(path), f"sha256:{digest}", load, required=True)


def _import_file(path: Path) -> ModuleType:
    name = f"hir_kit_plugin_{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise PluginError(f"{path} is not a Python file (.py)")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _wanted(candidates: list[_Candidate]) -> list[_Candidate]:
    """Return those that the environment names; all of them where it says nothing."""
    value = os.environ.get("HIR_KIT_LOAD_PLUGINS")
    if value is None:
        return candidates
    names = [name.strip() for name in value.split(",") if name.strip()]
    there = [candidate.name for candidate in candidates]
    for name in names:
        if name not in there:
            raise PluginError(
                f"HIR_KIT_LOAD_PLUGINS names {name!r}, which is not there."
                f"{near_matches(name, there)} Known: {', '.join(there)}"
            )
    return [candidate for candidate in candidates if candidate.name in names]


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
    return f"{type(error).__name__}: {' '.join(str(error).split())}{_where(error)}"


def _where(error: BaseException) -> str:
    """Return the place in the plugin's own code, for whoever is writing it."""
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in frames if not _is_machinery(frame.filename)]
    return f" ({Path(theirs[-1].filename).name}:{theirs[-1].lineno})" if theirs else ""


def _is_machinery(file: str) -> bool:
    ours = (str(Path(__file__).parent), str(Path(pluggy.__file__).parent))
    return file.startswith(("<frozen", str(Path(importlib.__file__).parent), *ours))


def _state(describe: Callable[[], str]) -> str:
    try:
        return str(describe())
    except Exception as error:  # a plugin's code; the run it belongs to has its results
        return f"unknown ({_reason(error)})"


class _Offer:
    """What one plugin wants to register, held back until all of it is known to be fine."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.verifiers: list[type[Verifier]] = []
        self.formats: list[Format] = []
        self.instructions: list[InstructionSource] = []
        self.rewriters: list[Rewriter] = []
        self.resources: list[tuple[str, Callable[[], str]]] = []

    def collect(self, plugin: Any) -> None:
        manager = pluggy.PluginManager("hir_kit")
        manager.add_hookspecs(hookspecs)
        _check_hook_names(manager, plugin)
        manager.register(plugin, self.owner)
        if not manager.get_hookcallers(plugin):
            self.verifiers += _defined_in(plugin)
        hook = manager.hook
        hook.register_verifiers(register=self.verifiers.append)
        hook.register_formats(register=self.formats.append)
        hook.register_instructions(register=self.instructions.append)
        hook.register_rewriters(register=self.rewriters.append)
        hook.register_resources(register=lambda name, say: self.resources.append((name, say)))

    def accept_into(self, kit: Kit) -> None:
        trial = Registry()
        for cls in self.verifiers:
            if not (isinstance(cls, type) and issubclass(cls, Verifier)):
                raise PluginError(f"register(...) takes a Verifier class, got {shown(cls)}")
            trial.add(cls, self.owner)
            if cls.constraint_id in kit.registry:
                kit.registry.add(cls, self.owner)  # raises, naming both owners
        _check_parts("format", self.formats, ("name", "summary", "options", "read"))
        _check_parts("source", self.instructions, ("name", "summary", "recognizes", "read"))
        if any(item.name == AUTO for item in self.formats):
            raise PluginError(f"no format can have the name {AUTO!r}, which means auto-detection")
        _check_parts("rewriter", self.rewriters, ("name", "default", "removes", "rewrite"))
        self._refuse_taken(kit)
        for cls in self.verifiers:
            kit.registry.add(cls, self.owner)
        kit.formats.update({item.name: item for item in self.formats})
        kit.instructions.update({item.name: item for item in self.instructions})
        kit.rewriters.update({item.name: item for item in self.rewriters})
        kit.resources.update(self.resources)

    def _refuse_taken(self, kit: Kit) -> None:
        """Raise DuplicateError where another plugin, or this one, has given the name already."""
        owners = {item: plugin.name for plugin in kit.plugins for item in plugin.provides}
        for item in self.names():
            if item in owners:
                raise DuplicateError(
                    f"the {item} of {self.owner} is taken by {owners[item]}; give it another name"
                )
            owners[item] = self.owner

    def names(self) -> tuple[str, ...]:
        return (
            *(f"verifier {cls.constraint_id}" for cls in self.verifiers),
            *(f"format {item.name}" for item in self.formats),
            *(f"source {item.name}" for item in self.instructions),
            *(f"rewriter {item.name}" for item in self.rewriters),
            *(f"resource {name}" for name, _ in self.resources),
        )


def _check_hook_names(manager: pluggy.PluginManager, plugin: Any) -> None:
    """Refuse a hook that hir-kit does not know: it would never be called."""
    known = [name for name in vars(hookspecs) if name.startswith("register_")]
    for name in dir(plugin):
        marked = manager.parse_hookimpl_opts(plugin, name) is not None
        if marked and name not in known:
            raise PluginError(
                f"{name!r} is no hook.{near_matches(name, known)} Hooks: {', '.join(known)}"
            )
        if name in known and not marked:
            raise PluginError(f"{name} lacks @hookimpl, which makes it a hook")


def _check_parts(
    kind: str,
    offered: Sequence[Format | InstructionSource | Rewriter],
    parts: tuple[str, ...],
) -> None:
    for item in offered:
        missing = [part for part in parts if not hasattr(item, part)]
        if isinstance(item, type):
            raise PluginError(f"register(...) takes a {kind}, not the class {item.__name__}")
        if missing:
            raise PluginError(f"a {kind} has {', '.join(parts)}; {shown(item)} lacks {missing}")


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
        raise PluginError(
            "it defines no verifier and no hook; `hir-kit verifiers new NAME` writes one to start "
            "from"
        )
    return list(dict.fromkeys(found))
