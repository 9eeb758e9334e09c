"""The verifiers that are loaded, and binding: from a constraint as data to the code deciding it."""

from __future__ import annotations

from collections.abc import Iterator

from hir_kit.errors import DuplicateError, PluginError, UnknownConstraintError, near_matches
from hir_kit.files import jsonl
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.verify.verifier import Verifier

_MAX_BOUND = 100_000


class Registry:
    """Verifier classes by constraint id, each with the plugin that owns it."""

    def __init__(self) -> None:
        self._classes: dict[str, type[Verifier]] = {}
        self._owners: dict[str, str] = {}
        self._bound: dict[tuple[str, bytes], Verifier] = {}

    def add(self, cls: type[Verifier], owner: str) -> None:
        """Register a verifier class; raises DuplicateError where its id is taken."""
        id = cls.constraint_id
        if not id or not id.isprintable() or id != id.strip():
            raise PluginError(f"{owner}: {cls.__name__} needs an id, got {id!r}")
        if id in self._classes:
            raise DuplicateError(
                f"the constraint id {id!r} of {owner} is taken by {self._owners[id]}; "
                "ids are 'namespace:name', with the plugin's own namespace"
            )
        self._classes[id], self._owners[id] = cls, owner

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._classes))

    def __contains__(self, id: str) -> bool:
        return id in self._classes

    def __getitem__(self, id: str) -> type[Verifier]:
        try:
            return self._classes[id]
        except KeyError:
            raise UnknownConstraintError(
                f"no verifier for the constraint id {id!r}.{self._near(id)} "
                "`hir-kit verifiers list` shows all; `--plugin FILE` adds more"
            ) from None

    def _near(self, id: str) -> str:
        """Return a hint, but none for an id of a namespace of its own: that one is no slip."""
        namespaces = {known.partition(":")[0] for known in self._classes}
        meant = near_matches(id.partition(":")[0], namespaces)
        return near_matches(id, self._classes) if meant else ""

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


def _key(spec: ConstraintSpec) -> tuple[str, bytes]:
    return spec.id, jsonl.dumps(dict(spec.kwargs))
