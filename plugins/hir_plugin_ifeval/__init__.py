"""Reads the files that IFEval and IFBench publish: prompts with constraints, and responses."""

from __future__ import annotations

from collections.abc import Callable

from hir_kit import hookimpl
from hir_kit.plugin import Format, InstructionSource


@hookimpl
def register_formats(register: Callable[[Format], None]) -> None:
    """Register `ifeval` and `ifbench`."""
    from hir_plugin_ifeval.reader import PromptJoinFormat

    register(
        PromptJoinFormat(
            "ifeval",
            "IFEval's response files (`prompt`, `response`), joined to --prompts",
            detected=True,
        )
    )
    register(
        PromptJoinFormat(
            "ifbench",
            "IFBench's response files (`prompt`, `response`), joined to --prompts",
            detected=False,
        )
    )


@hookimpl
def register_instructions(register: Callable[[InstructionSource], None]) -> None:
    """Register the prompts of both: they are written alike."""
    from hir_plugin_ifeval.reader import IfevalInstructions

    register(IfevalInstructions())
