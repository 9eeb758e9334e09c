"""RLVR-IFeval's 25 functions (open-instruct), by subject, under ids of their own: `rlvr:...`.

They mean other things than IFEval's checkers of like names: counts are exact or "around" a number,
case matters more often, dividers differ.
"""

from __future__ import annotations

from collections.abc import Callable

from hir_kit import Verifier, hookimpl


@hookimpl
def register_verifiers(register: Callable[[type[Verifier]], None]) -> None:
    """Register the verifiers of every subject."""
    from hir_plugin_rlvr import case, content, form, keywords, length, parts

    for module in (case, content, form, keywords, length, parts):
        for cls in module.VERIFIERS:
            register(cls)
