"""Reads the instructions of public data sets, and responses to them: one module each."""

from __future__ import annotations

from collections.abc import Callable

from hir_kit import hookimpl
from hir_kit.plugin import Format, InstructionSource


@hookimpl
def register_formats(register: Callable[[Format], None]) -> None:
    """Register the response files of benchmarks that hold their instructions themselves."""
    from hir_plugin_datasets.autoif import AutoIfFormat
    from hir_plugin_datasets.cfbench import CfbenchFormat
    from hir_plugin_datasets.muldimif import MulDimIfFormat

    register(AutoIfFormat())
    register(CfbenchFormat())
    register(MulDimIfFormat())


@hookimpl
def register_instructions(register: Callable[[InstructionSource], None]) -> None:
    """Register a source for each dataset."""
    from hir_plugin_datasets.autoif import AutoIfInstructions
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
    register(AutoIfInstructions())
