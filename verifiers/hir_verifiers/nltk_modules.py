"""Single modules of NLTK: `import nltk` loads all of it, which takes a quarter of a second.

Such a module is run apart from those that Python knows as imported, and so is what it imports of
NLTK itself: a later `import nltk` of anybody finds nothing of it.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from threading import RLock
from types import ModuleType
from typing import Any

from hir_kit import loading

_LOCK = RLock()


@loading
def nltk_module(name: str) -> Any:
    """Return a module of NLTK, such as "nltk.redos"; as anybody imports it where NLTK is loaded."""
    with _LOCK:  # no thread is to have a module that another one still runs
        if "nltk" not in sys.modules:
            with suppress(Exception):  # a release that is built otherwise
                return _apart().module(name)
    return import_module(name)


class _Apart:
    """The modules of NLTK that have been run apart, each once; its packages are left empty."""

    def __init__(self) -> None:
        self._modules: dict[str, ModuleType] = {}
        self._builtins = {**vars(builtins), "__import__": self._import}

    def module(self, name: str) -> ModuleType:
        """Return a module; raises any exception where it needs more than modules."""
        if name in self._modules:
            return self._modules[name]
        package = name.rpartition(".")[0]
        spec = PathFinder.find_spec(name, self.module(package).__path__ if package else None)
        if spec is None or spec.loader is None:
            raise ImportError(name)
        module = self._modules[name] = module_from_spec(spec)
        if spec.submodule_search_locations is None:
            vars(module)["__builtins__"] = self._builtins
            spec.loader.exec_module(module)
        return module

    def _import(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] = (),
        level: int = 0,
    ) -> ModuleType:
        """Do what an import statement does, within these modules."""
        if level or name.partition(".")[0] != "nltk":
            return __import__(name, globals, locals, fromlist, level)
        module = self.module(name)
        for part in fromlist:
            if not hasattr(module, part):
                setattr(module, part, self.module(f"{name}.{part}"))
        return module if fromlist else self.module("nltk")


@cache
def _apart() -> _Apart:
    return _Apart()
