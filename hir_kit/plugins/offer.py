"""What one plugin wants to register, held back until all of it is known to be fine."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import pluggy
from pydantic import BaseModel

from hir_kit.errors import DuplicateError, PluginError, near_matches, shown
from hir_kit.plugins import hooks as hookspecs
from hir_kit.plugins.kit import Kit
from hir_kit.plugins.options import Given, Options, options_of
from hir_kit.read.detect import AUTO
from hir_kit.read.format import Format
from hir_kit.read.instructions import InstructionSource
from hir_kit.relabel.contract import Filter, Rewriter
from hir_kit.verify.judge import Judge
from hir_kit.verify.registry import Registry, verifiers_in
from hir_kit.verify.verifier import Verifier


class Offer:
    """What one plugin wants to register, held back until all of it is known to be fine."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.verifiers: list[type[Verifier]] = []
        self.modules: list[tuple[str, Sequence[str], bool]] = []
        self.formats: list[Format] = []
        self.instructions: list[InstructionSource] = []
        self.rewriters: list[Rewriter] = []
        self.filters: list[Filter] = []
        self.judges: list[Judge] = []
        self.resources: dict[str, Callable[[], str]] = {}
        self.resource_ids: dict[str, frozenset[str]] = {}
        self.options: list[Options] = []

    def collect(self, plugin: Any) -> None:
        """Call the hooks of a plugin; without hooks, take the verifiers that it defines."""
        manager = pluggy.PluginManager("hir_kit")
        manager.add_hookspecs(hookspecs)
        _check_hook_names(manager, plugin)
        manager.register(plugin, self.owner)
        if not manager.get_hookcallers(plugin):
            self.verifiers += verifiers_in(plugin)
            if not self.verifiers:
                raise PluginError(
                    "it defines no verifier and no hook; `hir-kit verifiers new NAME` writes one "
                    "to start from"
                )
        hook = manager.hook
        hook.register_verifiers(register=self.verifiers.append)
        hook.register_verifier_modules(register=self._register_module)
        hook.register_formats(register=self.formats.append)
        hook.register_instructions(register=self.instructions.append)
        hook.register_rewriters(register=self.rewriters.append)
        hook.register_filters(register=self.filters.append)
        hook.register_judges(register=self.judges.append)
        hook.register_options(register=self._register_options)
        hook.register_resources(register=self._register_resource)

    def _register_resource(
        self, name: str, describe: Callable[[], str], ids: Collection[str] = ()
    ) -> None:
        self.resources[name], self.resource_ids[name] = describe, frozenset(ids)

    def _register_module(self, name: str, ids: Sequence[str], *, yields: bool = False) -> None:
        self.modules.append((name, ids, yields))

    def _register_options(self, model: type[BaseModel], configure: Callable[[Any], object]) -> None:
        name = options_of(self.owner)
        self.options.append(Options("plugin", name, model, configure).checked())

    def accept_into(self, kit: Kit, given: Given) -> None:
        """Register everything, with the options that are given.

        Raises PluginError, and registers nothing, where a part is wrong; OptionError where an
        option is.
        """
        _check_verifiers(self.verifiers, self.modules)
        registry = self._registered_in(kit.registry)
        _check_parts("format", self.formats, ("name", "summary", "uses", "read"))
        _check_parts("source", self.instructions, ("name", "summary", "recognizes", "read"))
        if any(item.name == AUTO for item in self.formats):
            raise PluginError(f"no format can have the name {AUTO!r}, which means auto-detection")
        _check_parts("rewriter", self.rewriters, ("name", "default", "removes", "rewrite"))
        _check_parts("filter", self.filters, ("name", "refusal"))
        _check_parts("judge", self.judges, ("name", "claims", "judge"))
        self._refuse_taken(kit)
        self._configure(given)
        kit.registry = registry
        kit.formats.update({item.name: item for item in self.formats})
        kit.instructions.update({item.name: item for item in self.instructions})
        kit.rewriters.update({item.name: item for item in self.rewriters})
        kit.filters.update({item.name: item for item in self.filters})
        kit.judges.update({item.name: item for item in self.judges})
        kit.resources.update(self.resources)
        kit.resource_ids.update(self.resource_ids)
        kit.options += self.options

    def _registered_in(self, registry: Registry) -> Registry:
        """Return a copy of the registry with the verifiers; raises where an id is taken."""
        registry = registry.copied()
        for cls in self.verifiers:
            registry.add(cls, self.owner)
        for module, ids, yields in self.modules:
            registry.add_module(module, ids, self.owner, yields=yields)
        return registry

    def _configure(self, given: Given) -> None:
        if len(self.options) > 1:
            raise PluginError("register_options registers one model")
        for kind, parts in (
            ("format", self.formats),
            ("source", self.instructions),
            ("rewriter", self.rewriters),
            ("filter", self.filters),
            ("judge", self.judges),
        ):
            self.options += filter(None, (Options.of(kind, part) for part in parts))
        for options in self.options:
            options.take(given)

    def _refuse_taken(self, kit: Kit) -> None:
        """Raise DuplicateError where another plugin, or this one, has given the name already."""
        owners = {item: plugin.name for plugin in kit.plugins for item in plugin.provides}
        for item in self.names():
            if item in owners and not item.startswith("verifier "):  # of which the registry knows
                raise DuplicateError(
                    f"the {item} of {self.owner} is taken by {owners[item]}; give it another name"
                )
            owners[item] = self.owner

    def names(self) -> tuple[str, ...]:
        """Return what it offers, for example `("verifier acme:max_emoji",)`."""
        return (
            *(f"verifier {cls.constraint_id}" for cls in self.verifiers),
            *(f"verifier {id}" for _, ids, _ in self.modules for id in ids),
            *(f"format {item.name}" for item in self.formats),
            *(f"source {item.name}" for item in self.instructions),
            *(f"rewriter {item.name}" for item in self.rewriters),
            *(f"filter {item.name}" for item in self.filters),
            *(f"judge {item.name}" for item in self.judges),
            *(f"resource {name}" for name in self.resources),
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


def _check_verifiers(
    classes: Sequence[object], modules: Sequence[tuple[object, object, bool]]
) -> None:
    for cls in classes:
        if not (isinstance(cls, type) and issubclass(cls, Verifier)):
            raise PluginError(f"register(...) takes a Verifier class, got {shown(cls)}")
    for module, ids, _ in modules:
        if not isinstance(module, str) or not isinstance(ids, (tuple, list)):
            raise PluginError(
                "register(...) takes a module's name and the ids of its verifiers, "
                f"got {shown(module)} and {shown(ids)}"
            )


def _check_parts(
    kind: str,
    offered: Sequence[Format | InstructionSource | Rewriter | Filter | Judge],
    parts: tuple[str, ...],
) -> None:
    for item in offered:
        missing = [part for part in parts if not hasattr(item, part)]
        if isinstance(item, type):
            raise PluginError(f"register(...) takes a {kind}, not the class {item.__name__}")
        if missing:
            raise PluginError(f"a {kind} has {', '.join(parts)}; {shown(item)} lacks {missing}")
