"""Registries of instruction classes as plugins: `--registry [PREFIX=]MODULE:NAME`."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from hir_kit.errors import PluginError, near_matches
from hir_kit.plugins.hooks import hookimpl
from hir_kit.verify.verifier import Verifier

_PLACE = re.compile(r"(?:([\w-]+(?::[\w-]+)*):?=)?((?!\d)\w+(?:\.\w+)*):((?!\d)\w+)")
_SHAPE = "a registry is [PREFIX=]MODULE:NAME, such as acme=acme_ifeval.registry:INSTRUCTION_DICT"


@dataclass(frozen=True, slots=True)
class Registered:
    """A registry, as a plugin that gives its verifiers."""

    classes: tuple[type[Verifier], ...]

    @hookimpl
    def register_verifiers(self, register: Callable[[type[Verifier]], None]) -> None:
        """Register one verifier for each class."""
        for cls in self.classes:
            register(cls)


@dataclass(frozen=True, slots=True)
class RegistryName:
    """Where a registry is.

    Attributes:
        prefix: What stands before its ids, with its colon; empty where nothing does.
        module: The module.
        name: Its attribute.
    """

    prefix: str
    module: str
    name: str

    @classmethod
    def parse(cls, given: str) -> RegistryName:
        """Read `[PREFIX=]MODULE:NAME`; raises PluginError where it is none."""
        found = _PLACE.fullmatch(given)
        if found is None:
            raise PluginError(f"{_SHAPE}; got {given!r}")
        prefix, module, name = found.groups()
        return cls(f"{prefix}:" if prefix else "", module, name)

    def load(self) -> Registered:
        """Import the module; raises PluginError where there is no such registry in it."""
        from hir_kit.verify.instruction_classes import verifiers_from  # most runs have none

        try:
            module = importlib.import_module(self.module)
        except ModuleNotFoundError as error:
            raise PluginError(
                f"there is no module {error.name!r}; install it, or name its folder in PYTHONPATH"
            ) from error
        if not hasattr(module, self.name):
            known = [name for name in vars(module) if name.isupper()]
            raise PluginError(f"{self.module} has no {self.name}.{near_matches(self.name, known)}")
        return Registered(verifiers_from(getattr(module, self.name), prefix=self.prefix))

    def version(self) -> str:
        """Return the version of the distribution, or the hash of the folder that the module is in.

        It is "unknown" where there is no such module; loading it says so.
        """
        try:
            return version(self.module.partition(".")[0])
        except PackageNotFoundError:
            pass
        try:
            found = importlib.util.find_spec(self.module)
        except Exception:  # a package above it is imported, which may raise anything
            return "unknown"
        if found is None or not found.has_location:
            return "unknown"
        return f"sha256:{_digest(Path(found.origin or '').parent)}"


def _digest(folder: Path) -> str:
    """Return the hash of the folder's modules: the classes stand beside their registry."""
    found = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:12]
