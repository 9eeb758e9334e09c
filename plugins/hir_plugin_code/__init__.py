"""A verifier for functions that come with the data, which runs them in a sandbox or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from hir_kit import hookimpl

if TYPE_CHECKING:
    from pydantic import BaseModel

MODULES = {"hir_plugin_code.verifier": ("code:python",)}


@hookimpl
def register_verifier_modules(register: Callable[[str, Sequence[str]], None]) -> None:
    """Register the verifier, imported when it is needed."""
    for module, ids in MODULES.items():
        register(module, ids)


@hookimpl
def register_options(
    register: Callable[[type[BaseModel], Callable[[Any], object]], None],
) -> None:
    """Take whether code may run, and its limits."""
    from hir_plugin_code.options import CodeOptions, configure

    register(CodeOptions, configure)
