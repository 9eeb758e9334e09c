"""What the engine itself registers: its formats, its rows as instructions, its strategies."""

from __future__ import annotations

from collections.abc import Callable

from hir_kit.plugins.hooks import hookimpl
from hir_kit.read.format import Format
from hir_kit.read.instructions import InstructionSource
from hir_kit.relabel.contract import Filter, Rewriter
from hir_kit.relabel.degenerate import Degenerate
from hir_kit.relabel.strategies import Excise, Render, Waive


@hookimpl
def register_formats(register: Callable[[Format], None]) -> None:
    """Register the engine's own formats."""
    from hir_kit.read.columns import PlainFormat
    from hir_kit.read.hir import HirFormat

    register(HirFormat())
    register(PlainFormat())


@hookimpl
def register_instructions(register: Callable[[InstructionSource], None]) -> None:
    """Register the engine's own rows as a source of instructions."""
    from hir_kit.read.hir import HirInstructions

    register(HirInstructions())


@hookimpl
def register_rewriters(register: Callable[[Rewriter], None]) -> None:
    """Register the engine's own strategies, in the order in which they are tried."""
    register(Render())
    register(Excise())
    register(Waive())


@hookimpl
def register_filters(register: Callable[[Filter], None]) -> None:
    """Register the engine's own filter."""
    register(Degenerate())
