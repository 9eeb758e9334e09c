"""The verifiers that are loaded, and binding: from a constraint as data to the code deciding it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from types import ModuleType

from hir_kit.errors import (
    DuplicateError,
    PluginError,
    UnknownConstraintError,
    boundary,
    near_matches,
    shown,
)
from hir_kit.files import jsonl
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.time_limit import loading
from hir_kit.verify.judge import CRITERION
from hir_kit.verify.verifier import Verifier

_MAX_BOUND = 100_000


class Registry:
    """Verifier classes by constraint id, each with the plugin that owns it.

    Of the ids that a module defines only the names are known until one of them is asked for.
    """

    def __init__(self) -> None:
        self._classes: dict[str, type[Verifier]] = {}
        self._modules: dict[str, str] = {}
        self._announced: dict[str, set[str]] = {}
        self._owners: dict[str, str] = {}
        self._yielding: set[str] = set()
        self._given_up: set[str] = set()
        self._bound: dict[tuple[str, bytes], Verifier] = {}

    def copied(self) -> Registry:
        """Return a registry of the same verifiers, to which others can be added."""
        copy = Registry()
        copy._classes |= self._classes
        copy._modules |= self._modules
        copy._announced = {name: set(ids) for name, ids in self._announced.items()}
        copy._owners |= self._owners
        copy._yielding |= self._yielding
        copy._given_up |= self._given_up
        return copy

    def add(self, cls: type[Verifier], owner: str) -> None:
        """Register a verifier class; raises DuplicateError where its id is taken."""
        self._claim(cls.constraint_id, owner, cls.__name__)
        self._classes[cls.constraint_id] = cls

    def add_module(
        self, module: str, ids: Sequence[str], owner: str, *, yields: bool = False
    ) -> None:
        """Register the verifiers that a module defines, which is imported on first use.

        One that yields gives an id up to whoever else registers it. Raises DuplicateError where one
        of the ids is taken.
        """
        for id in ids:
            self._claim(id, owner, module)
            self._modules[id] = module
            self._announced.setdefault(module, set()).add(id)
        if yields:
            self._yielding.update(ids)

    def _claim(self, id: str, owner: str, what: str) -> None:
        if not isinstance(id, str) or not id or not id.isprintable() or id != id.strip():
            raise PluginError(f"{owner}: {what} needs an id, got {shown(id)}")
        if id in self._owners and id in self._yielding:
            self._yielding.remove(id)
            self._given_up.add(id)
            self._announced[self._modules.pop(id)].remove(id)
            self._classes.pop(id, None)
        elif id in self._owners:
            raise DuplicateError(
                f"the constraint id {id!r} of {owner} is taken by {self._owners[id]}; "
                "ids are 'namespace:name', with the plugin's own namespace"
            )
        self._owners[id] = owner

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._owners))

    def __contains__(self, id: str) -> bool:
        return id in self._owners

    def __getitem__(self, id: str) -> type[Verifier]:
        cls = self._classes.get(id)
        if cls is not None:
            return cls
        if id in self._modules:
            self._import(self._modules[id], self._owners[id])
            return self._classes[id]
        if id == CRITERION:
            raise UnknownConstraintError(
                f"{id!r} is for a judge, no verifier: `hir-kit judge DUMP -o FILE` asks one, "
                "and `--verdicts FILE` takes what it says; rewards have the argument judge, online "
                "training has hir_judge"
            )
        raise UnknownConstraintError(
            f"no verifier for the constraint id {id!r}.{self._near(id)} "
            "`hir-kit verifiers list` shows all; `--plugin FILE` adds more"
        )

    @loading
    def _import(self, name: str, owner: str) -> None:
        with boundary(self, f"the plugin {owner}: importing {name}"):
            found = {cls.constraint_id: cls for cls in verifiers_in(import_module(name))}
        announced = self._announced[name]
        others = found.keys() ^ announced
        if others - self._given_up:
            ids = ", ".join(map(repr, sorted(others)))
            raise PluginError(
                f"{owner} announces other verifiers for {name} than it defines there: {ids}"
            )
        self._classes |= {id: found[id] for id in announced}

    def _near(self, id: str) -> str:
        """Return a hint, but none for an id of a namespace of its own: that one is no slip."""
        own = id.partition(":")[0]
        namespaces = {known.partition(":")[0] for known in self._owners}
        if own in namespaces:
            return near_matches(id, [known for known in self._owners if known.startswith(own)])
        return near_matches(id, self._owners) if near_matches(own, namespaces) else ""

    def owner(self, id: str) -> str:
        """Return the name of the plugin that registered this id."""
        return self._owners[id]

    def bind(self, spec: ConstraintSpec) -> Verifier:
        """Return the verifier that decides this constraint; equal constraints share one.

        Raises UnknownConstraintError where no verifier has the id, KwargsError where the kwargs
        do not fit.
        """
        key = _key(spec)
        bound = self._bound.get(key)
        if bound is None:
            bound = self[spec.id].bind(spec.kwargs)
            if len(self._bound) >= _MAX_BOUND:
                self._bound.clear()
            self._bound[key] = bound
        return bound

    def bound(self, spec: ConstraintSpec) -> Verifier | None:
        """Return the verifier that `bind` has given for an equal constraint, None for a new one."""
        return self._bound.get(_key(spec))


def verifiers_in(module: ModuleType) -> list[type[Verifier]]:
    """Return the verifiers that a module defines, in order of definition."""
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Verifier)
        and value.constraint_id
        and value.__module__ == module.__name__
    ]
    return list(dict.fromkeys(found))


def _key(spec: ConstraintSpec) -> tuple[str, bytes]:
    return spec.id, jsonl.dumps(dict(spec.kwargs))
