"""The judge of soft constraints: asks a model, one question per constraint."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hir_kit import hookimpl

if TYPE_CHECKING:
    from hir_kit.plugin import Judge


@hookimpl
def register_judges(register: Callable[[Judge], None]) -> None:
    """Register the judge."""
    from hir_plugin_judge.judge import ModelJudge

    register(ModelJudge())
