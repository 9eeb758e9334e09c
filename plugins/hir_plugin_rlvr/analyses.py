"""What RLVR-IFeval's verifiers take from the built-in ones."""

from __future__ import annotations

from hir_verifiers.analyses import language as detect
from hir_verifiers.content import count_placeholders, placeholders_compared
from hir_verifiers.format import count_highlights
from hir_verifiers.json_text import json_problem
from hir_verifiers.language import NAMES as LANGUAGES
from hir_verifiers.patterns import Text, occurrences, own_word, plain_quotes
from hir_verifiers.reading import unnumbered, unpadded
from hir_verifiers.signs import SIGNS, is_wrapped

__all__ = [
    "LANGUAGES",
    "SIGNS",
    "Text",
    "count_highlights",
    "count_placeholders",
    "detect",
    "is_wrapped",
    "json_problem",
    "occurrences",
    "own_word",
    "placeholders_compared",
    "plain_quotes",
    "unnumbered",
    "unpadded",
]
