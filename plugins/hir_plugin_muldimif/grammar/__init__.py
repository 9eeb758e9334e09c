"""MulDimIF's sentences, read into the id and kwargs of a verifier, or refused with the reason."""

from __future__ import annotations

from hir_plugin_muldimif.grammar.bound import Bound, Refused
from hir_plugin_muldimif.grammar.reading import read_sentence

__all__ = ["Bound", "Refused", "read_sentence"]
