"""The keys of TRL's configurations, read from the source of the packages that are installed.

To import these classes is to import torch, which takes seconds, and a mistyped key should not have
to wait for that. So their fields (type, default, help) are taken from the source as it stands, and
their methods are left out. What comes of it is for parsing only; a run makes the real ones.
"""

from __future__ import annotations

import ast
import contextlib
import enum
import importlib
import sys
from collections.abc import Iterator
from dataclasses import MISSING, field, make_dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_READ = ("trl", "transformers")


def keys_of(module: str, name: str) -> Any:
    """Return a dataclass with the fields of a configuration class of TRL or transformers.

    Args:
        module: Where the class is written, such as "trl.trainer.kto_config".
        name: The class.
    """
    return _source(module).get(name)


@cache
def _source(module: str) -> _Source:
    return _Source(module)


class _Source:
    """The classes of a module, and what it imports."""

    def __init__(self, module: str) -> None:
        file = _file_of(module)
        package = module if file.name == "__init__.py" else module.rpartition(".")[0]
        self._classes: dict[str, ast.ClassDef] = {}
        self._imports: dict[str, tuple[str, str]] = {}
        for node in _top_level(ast.parse(file.read_text(encoding="utf-8")).body):
            if isinstance(node, ast.ClassDef):
                self._classes[node.name] = node
            elif isinstance(node, ast.ImportFrom):
                home = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
                self._imports |= {a.asname or a.name: (home, a.name) for a in node.names}
        self._made: dict[str, Any] = {}

    def get(self, name: str) -> Any:
        """Return a class of this module, or what it imports under that name; else KeyError."""
        if name in self._made:
            return self._made[name]
        if name in self._classes:
            made = self._made[name] = self._make(self._classes[name])
            return made
        home, original = self._imports[name]
        if home.partition(".")[0] in _READ:
            return _source(home).get(original)
        if home.partition(".")[0] in sys.stdlib_module_names:
            return getattr(importlib.import_module(home), original)
        raise KeyError(name)

    def _make(self, node: ast.ClassDef) -> Any:
        if not any("dataclass" in ast.unparse(item) for item in node.decorator_list):
            return _enum(node)
        fields = [
            (item.target.id, self._type(item.annotation), self._default(item.value))
            for item in node.body
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
        ]
        bases = tuple(self.get(ast.unparse(base)) for base in node.bases)
        return make_dataclass(node.name, fields, bases=bases)

    def _type(self, node: ast.expr) -> Any:
        try:
            return self._evaluated(node)
        except (NameError, TypeError):  # of a package that is not read: text, to be converted there
            return str

    def _default(self, node: ast.expr | None) -> Any:
        """Return a default as it stands; None where that takes more than the source to know."""
        if node is None:
            return MISSING
        try:
            return self._evaluated(node)
        except NameError:
            keywords = node.keywords if isinstance(node, ast.Call) else []
        stated: dict[str, Any] = {"default": None}
        for item in keywords:
            with contextlib.suppress(NameError):
                stated[str(item.arg)] = self._evaluated(item.value)
        return field(**stated)

    def _evaluated(self, node: ast.expr) -> Any:
        code = compile(ast.Expression(node), "<fields>", "eval")
        return eval(code, {"field": field}, _Names(self))


class _Names(dict[str, Any]):
    """The names of a module, for what stands in it."""

    def __init__(self, source: _Source) -> None:
        super().__init__()
        self._source = source

    def __missing__(self, name: str) -> Any:
        return self._source.get(name)


def _file_of(module: str) -> Path:
    package, *rest = module.split(".")
    found = find_spec(package)
    if found is None or found.submodule_search_locations is None:
        raise ImportError(f"No module named {package!r}")
    path = Path(found.submodule_search_locations[0], *rest)
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a module, those under an `if` included."""
    for node in body:
        yield node
        if isinstance(node, ast.If):
            yield from _top_level([*node.body, *node.orelse])


def _enum(node: ast.ClassDef) -> Any:
    """Return the members of an enumeration of strings."""
    members = {
        target.id: item.value.value
        for item in node.body
        if isinstance(item, ast.Assign) and isinstance(item.value, ast.Constant)
        for target in item.targets
        if isinstance(target, ast.Name)
    }
    if not members:
        raise KeyError(node.name)
    return enum.Enum(node.name, members, type=str)
