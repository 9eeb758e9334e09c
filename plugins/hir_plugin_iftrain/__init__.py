"""The 29 constraints of IFTrain, which IF-RLVR's training sets add to IFEval's, by subject."""

from __future__ import annotations

from collections.abc import Callable

from hir_kit import Verifier, hookimpl


@hookimpl
def register_verifiers(register: Callable[[type[Verifier]], None]) -> None:
    """Register the verifiers of every subject."""
    from hir_plugin_iftrain import (
        copying,
        counting,
        first_and_last,
        form,
        keywords,
        letters,
        paragraphs,
        phrases,
    )

    for module in (
        copying, counting, first_and_last, form, keywords, letters, paragraphs, phrases
    ):  # fmt: skip
        for cls in module.VERIFIERS:
            register(cls)
