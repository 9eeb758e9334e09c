"""The 29 constraints of IFTrain, which IF-RLVR's training sets add to IFEval's, by subject."""

from __future__ import annotations

from collections.abc import Callable

from hir_kit import Verifier, hookimpl


@hookimpl
def register_verifiers(register: Callable[[type[Verifier]], None]) -> None:
    """Register the verifiers of every subject."""
    from hir_plugin_iftrain.wording import VERIFIERS

    for cls in VERIFIERS:
        register(cls)
