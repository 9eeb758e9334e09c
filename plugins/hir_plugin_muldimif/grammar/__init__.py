"""MulDimIF's sentences, read into the id and kwargs of a verifier, or refused with the reason."""

from __future__ import annotations

from hir_plugin_muldimif.grammar.bound import Bound, Refused

__all__ = ["Bound", "Refused", "read_sentence"]


def read_sentence(category: str, subcategory: str, sentence: str) -> Bound | Refused:
    """Return what a sentence asks for, or why it is not understood; see `reading`."""
    from hir_plugin_muldimif.grammar import reading  # it compiles patterns: only where one is read

    return reading.read_sentence(category, subcategory, sentence)
