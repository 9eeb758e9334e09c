"""Reads the instructions of public training sets: one module each."""

from __future__ import annotations

from collections.abc import Callable

from hir_kit import hookimpl
from hir_kit.plugin import InstructionSource


@hookimpl
def register_instructions(register: Callable[[InstructionSource], None]) -> None:
    """Register a source for each dataset."""
    from hir_plugin_datasets.hir16k import Hir16kInstructions
    from hir_plugin_datasets.if_multi import IfMultiInstructions
    from hir_plugin_datasets.muldimif import MulDimIfInstructions
    from hir_plugin_datasets.rlvr_ifeval import RlvrIfevalInstructions
    from hir_plugin_datasets.verinstruct import VerInstructInstructions
    from hir_plugin_datasets.verl_data import VerlInstructions

    register(IfMultiInstructions())
    register(RlvrIfevalInstructions())
    register(Hir16kInstructions())
    register(MulDimIfInstructions())
    register(VerInstructInstructions())
    register(VerlInstructions())
