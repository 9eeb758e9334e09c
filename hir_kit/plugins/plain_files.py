"""Importing a plugin that is a plain file, with the modules that lie beside it.

`import helper` in a plugin finds `helper.py` in the plugin's folder, as it would if the file was
run as a script. No other plugin sees it: the modules of a folder are those of a package of their
own, under a name that nobody else imports. Only what is imported from within the folder is looked
for there, so that two plugins can have a `helper.py` each. Python's own modules and hir-kit are
never taken from there.
"""

from __future__ import annotations

import builtins
import hashlib
import importlib
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

from hir_kit.errors import FROM_FILE, PluginError


def import_file(path: Path) -> ModuleType:
    """Return the module of a plain file; raises PluginError where it is none, or what it raises."""
    name = f"{FROM_FILE}{_short_hash(path)}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or not isinstance(spec.loader, SourceFileLoader):
        raise PluginError(f"{path} is not a Python file (.py)")
    module = importlib.util.module_from_spec(spec)
    module.__dict__["__builtins__"] = _Folder.of(path).builtins
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def version_of(path: Path) -> str:
    """Return the hash of a plain file and of the modules of its folder that are imported."""
    package = _Folder.of(path).package
    beside = [
        Path(file)
        for name, module in sorted(sys.modules.items())
        if name.startswith(f"{package}.") and (file := getattr(module, "__file__", None))
    ]
    content = b"".join(file.read_bytes() for file in (path, *beside))
    return f"sha256:{hashlib.sha256(content).hexdigest()[:12]}"


def _short_hash(path: Path) -> str:
    return hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]


class _Folder(MetaPathFinder):
    """The folder of a plugin as a package, whose modules find each other by their bare names.

    Attributes:
        package: The name of the package.
        builtins: Those of its modules: with an `import` that looks into the folder.
    """

    _known: dict[str, _Folder] = {}  # noqa: RUF012  # one a folder, in the whole process

    def __init__(self, folder: Path, package: str) -> None:
        self.package = package
        self.builtins: dict[str, Any] = {**vars(builtins), "__import__": self._import}
        self._folder = folder

    @classmethod
    def of(cls, path: Path) -> _Folder:
        """Return the folder of a file."""
        folder = path.resolve().parent
        package = f"{FROM_FILE}folder_{_short_hash(folder)}"
        if package not in cls._known:
            parent = ModuleType(package)
            parent.__path__ = [str(folder)]
            sys.modules[package] = parent
            cls._known[package] = cls(folder, package)
            sys.meta_path.insert(0, cls._known[package])
        return cls._known[package]

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Return where a module of the package is, with a loader that gives it these builtins."""
        if not fullname.startswith(f"{self.package}."):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(self.builtins, fullname, spec.loader.path)
        return spec

    def _import(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        """Import as Python does, a module of the folder before one that is installed."""
        top = name.partition(".")[0]
        if level or not self._holds(top):
            return builtins.__import__(name, globals, locals, fromlist or (), level)
        module = importlib.import_module(f"{self.package}.{name}")
        for item in fromlist or ():
            is_module = hasattr(module, "__path__") and not hasattr(module, item)
            if is_module and importlib.util.find_spec(f"{module.__name__}.{item}"):
                importlib.import_module(f"{module.__name__}.{item}")
        return module if fromlist else sys.modules[f"{self.package}.{top}"]

    def _holds(self, top: str) -> bool:
        """Return whether a module is in the folder, and not one that Python or hir-kit has."""
        if top == "hir_kit" or top in sys.stdlib_module_names:
            return False
        known = getattr(sys.modules.get(top), "__file__", None)
        if known and Path(known).is_relative_to(self._folder):
            return False  # the folder is on Python's path, too: no module twice
        places = (self._folder / f"{top}.py", self._folder / top / "__init__.py")
        return any(place.is_file() for place in places) or self._is_plain_folder(top)

    def _is_plain_folder(self, top: str) -> bool:
        """Return whether it is a folder of modules without `__init__.py`, and nothing else."""
        holds = any((self._folder / top).glob("*.py"))
        return holds and top not in sys.modules and PathFinder.find_spec(top) is None


class _Loader(SourceFileLoader):
    """Loads a module of a folder, whose imports look into the folder first."""

    def __init__(self, builtins: dict[str, Any], fullname: str, path: str) -> None:
        super().__init__(fullname, path)
        self._builtins = builtins

    def exec_module(self, module: ModuleType) -> None:
        """Run the module."""
        module.__dict__["__builtins__"] = self._builtins
        super().exec_module(module)
