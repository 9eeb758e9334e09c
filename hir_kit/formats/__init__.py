"""The engine's own dump formats: `hir` and plain JSON lines with named fields."""

from __future__ import annotations

from collections.abc import Callable

from hir_kit.formats.base import Format
from hir_kit.formats.instructions import InstructionSource
from hir_kit.hookspecs import hookimpl


@hookimpl
def register_formats(register: Callable[[Format], None]) -> None:
    """Register the engine's own formats."""
    from hir_kit.formats.hir import HirFormat
    from hir_kit.formats.plain import PlainFormat

    register(HirFormat())
    register(PlainFormat())


@hookimpl
def register_instructions(register: Callable[[InstructionSource], None]) -> None:
    """Register the engine's own rows as a source of instructions."""
    from hir_kit.formats.hir import HirInstructions

    register(HirInstructions())
