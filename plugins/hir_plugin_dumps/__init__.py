"""Reads the rollout dumps of other projects: one module for each writer, named after it."""

from __future__ import annotations

from collections.abc import Callable

from hir_kit import hookimpl
from hir_kit.formats.base import Format


@hookimpl
def register_formats(register: Callable[[Format], None]) -> None:
    """Register the formats of this package."""
    from hir_plugin_dumps.lm_eval import LmEvalFormat
    from hir_plugin_dumps.verl import VerlFormat

    register(VerlFormat())
    register(LmEvalFormat())
