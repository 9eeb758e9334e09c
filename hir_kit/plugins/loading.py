"""Loading plugins: built-in, installed, and plain files. `load()` gives a `Kit` with all of them.

Environment: `HIR_KIT_LOAD_PLUGINS=a,b` loads only these plugins (empty: none);
`HIR_KIT_STRICT_PLUGINS=1` makes a broken plugin an error instead of a report.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from hir_kit._version import __version__
from hir_kit.errors import (
    DuplicateError,
    HirKitError,
    OptionError,
    PluginError,
    explained,
    near_matches,
)
from hir_kit.plugins.kit import BUILT_IN, Kit, LoadedPlugin, Origin
from hir_kit.plugins.offer import Offer
from hir_kit.plugins.options import Given, refuse_unknown
from hir_kit.plugins.plain_files import import_file, version_of
from hir_kit.plugins.registries import RegistryName

DEFAULT_PLUGINS = (
    "hir_kit.plugins.builtin",
    "hir_verifiers",
    "hir_plugin_datasets",
    "hir_plugin_muldimif",
    "hir_plugin_ifeval",
    "hir_plugin_dumps",
    "hir_plugin_ifbench",
    "hir_plugin_iftrain",
    "hir_plugin_rlvr",
    "hir_plugin_code",
    "hir_plugin_llm",
    "hir_plugin_judge",
    "hir_plugin_languages",
)
ENTRY_POINT_GROUP = "hir_kit"


@dataclass(frozen=True, slots=True)
class _Candidate:
    name: str
    source: str
    version: Callable[[], str]
    load: Callable[[], Any]
    required: bool = False
    if_taken: str = ""


def load(
    files: Iterable[str | os.PathLike[str]] = (),
    *,
    registries: Iterable[str] = (),
    set: Mapping[str, object] | None = None,
    installed: bool = True,
    strict: bool = False,
) -> Kit:
    """Load the built-in plugins, the installed ones, and the given files.

    Args:
        files: Python files that define verifiers (or hooks); `--plugin` of the command.
        registries: Registries of instruction classes, each `[PREFIX=]MODULE:NAME`; `--registry` of
            the command.
        set: Options of parts by `NAME.key`; a string is read as the option's type.
        installed: Whether to look for installed plugins.
        strict: Whether a broken installed plugin is an error; otherwise it is reported in
            `Kit.plugins` and the others load.

    Raises PluginError where one of `files` or `registries` cannot be used (it was asked for by
    name) or HIR_KIT_LOAD_PLUGINS names a plugin that is not there, and DuplicateError where one of
    them registers an id that is taken. Raises OptionError where `set` names a part or an option
    that is not there, or a value does not fit.
    """
    strict = strict or os.environ.get("HIR_KIT_STRICT_PLUGINS") == "1"
    paths, given = [Path(file) for file in files], dict(set or {})
    registries = tuple(dict.fromkeys(registries))
    kit = Kit(origin=Origin(tuple(map(str, paths)), tuple(given.items()), registries))
    known = [_built_in(name) for name in DEFAULT_PLUGINS]
    if installed:
        known += _installed()
    wanted = _wanted(known)
    for candidate in [*wanted, *_files(paths), *map(_registry, registries)]:
        kit.plugins.append(_add(kit, candidate, given, strict=strict or candidate.required))
    left_out = [one.name for one in known if one not in wanted]
    broken = {plugin.name: plugin.error for plugin in kit.plugins if plugin.error}
    provided = [item.split(" ", 1)[1] for plugin in kit.plugins for item in plugin.provides]
    others = [*provided, *(plugin.name for plugin in kit.plugins)]
    hints = dict.fromkeys(left_out, "HIR_KIT_LOAD_PLUGINS leaves it out") | broken
    refuse_unknown(given, kit.options, others, hints)
    return kit


def load_again(origin: Origin) -> Kit:
    """Load what another process has loaded; raises what `load` raises."""
    return load(origin.files, registries=origin.registries, set=dict(origin.set))


def _built_in(name: str) -> _Candidate:
    load = partial(importlib.import_module, name)
    return _Candidate(name, BUILT_IN, partial(str, __version__), load, required=True)


def _installed() -> list[_Candidate]:
    points = sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda point: point.name)
    return [_from_entry_point(point) for point in points]


def _from_entry_point(point: EntryPoint) -> _Candidate:
    name = point.dist.name if point.dist else "unknown distribution"
    version = point.dist.version if point.dist else "unknown"
    return _Candidate(point.name, f"installed: {name}", partial(str, version), point.load)


def _files(paths: list[Path]) -> list[_Candidate]:
    """Name each file by its name alone, or by its path where two have the same.

    A file that is given twice is loaded once.
    """
    paths = list({os.path.realpath(path): path for path in reversed(paths)}.values())[::-1]
    names = [path.name for path in paths]
    return [_file(path, path.name if names.count(path.name) == 1 else str(path)) for path in paths]


def _file(path: Path, name: str) -> _Candidate:
    try:
        path.read_bytes()
    except OSError as error:
        raise PluginError(f"cannot read the plugin {path}: {error.strerror}") from None
    load = partial(import_file, path)
    return _Candidate(name, str(path), partial(version_of, path), load, required=True)


def _registry(given: str) -> _Candidate:
    found = RegistryName.parse(given)
    hint = f"; `--registry PREFIX={found.module}:{found.name}` puts a prefix before its ids"
    return _Candidate(given, "registry", found.version, found.load, required=True, if_taken=hint)


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


def _add(kit: Kit, candidate: _Candidate, given: Given, *, strict: bool) -> LoadedPlugin:
    """Load one plugin into the kit, wholly or not at all."""
    try:
        offered = Offer(candidate.name)
        offered.collect(candidate.load())
        offered.accept_into(kit, given)
    except OptionError:
        raise  # the user's, not the plugin's
    except (Exception, SystemExit) as error:  # a plugin's import may raise anything
        reason = explained(error)
        if isinstance(error, DuplicateError):
            reason += candidate.if_taken
        if strict:
            kind = type(error) if isinstance(error, HirKitError) else PluginError
            raise kind(f"plugin {candidate.name} ({candidate.source}): {reason}") from error
        return LoadedPlugin(candidate.name, candidate.source, candidate.version(), error=reason)
    return LoadedPlugin(candidate.name, candidate.source, candidate.version(), offered.names())
