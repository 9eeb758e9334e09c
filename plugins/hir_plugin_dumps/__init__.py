"""Reads the rollout dumps of other projects: one module for each writer, named after it."""

from __future__ import annotations

from collections.abc import Callable

from hir_kit import hookimpl
from hir_kit.plugin import Format, InstructionSource


@hookimpl
def register_formats(register: Callable[[Format], None]) -> None:
    """Register the formats of this package."""
    from hir_plugin_dumps.lm_eval import LmEvalFormat
    from hir_plugin_dumps.nemo_gym import NemoGymFormat
    from hir_plugin_dumps.open_instruct import OpenInstructFormat
    from hir_plugin_dumps.openai_batch import OpenAIBatchFormat
    from hir_plugin_dumps.prime_intellect import PrimeResultsFormat, PrimeTracesFormat
    from hir_plugin_dumps.skyrl import SkyRLFormat
    from hir_plugin_dumps.trl import TrlFormat
    from hir_plugin_dumps.verl import VerlFormat

    register(VerlFormat())
    register(TrlFormat())
    register(OpenInstructFormat())
    register(LmEvalFormat())
    register(NemoGymFormat())
    register(PrimeResultsFormat())
    register(PrimeTracesFormat())
    register(OpenAIBatchFormat())
    register(SkyRLFormat())


@hookimpl
def register_instructions(register: Callable[[InstructionSource], None]) -> None:
    """Register the requests of a batch, which its responses are joined to."""
    from hir_plugin_dumps.openai_batch import OpenAIBatchRequests

    register(OpenAIBatchRequests())
