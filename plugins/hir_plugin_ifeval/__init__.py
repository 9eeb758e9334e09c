"""Reads the files that IFEval and IFBench publish: prompts with constraints, and responses."""

from __future__ import annotations

from collections.abc import Callable

from hir_kit import hookimpl
from hir_kit.plugin import Format, InstructionSource


@hookimpl
def register_formats(register: Callable[[Format], None]) -> None:
    """Register `ifeval` and `ifbench`."""
    from hir_plugin_ifeval.reader import IFBenchFormat, IFEvalFormat

    register(IFEvalFormat())
    register(IFBenchFormat())


@hookimpl
def register_instructions(register: Callable[[InstructionSource], None]) -> None:
    """Register the prompts of both: they are written alike."""
    from hir_plugin_ifeval.reader import IfevalInstructions

    register(IfevalInstructions())
