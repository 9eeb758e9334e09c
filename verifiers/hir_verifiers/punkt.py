"""The parameters by which NLTK's Punkt tokenizer cuts English into sentences.

They are NLTK's own (``punkt_tab/english``) where the user has them, else this project's
(`hir_verifiers.punkt_english`). Nothing is ever downloaded.
"""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

from hir_kit import loading
from hir_verifiers.nltk_folders import may_hold
from hir_verifiers.punkt_english import COLLOCATIONS, abbreviations, orthography, starters

_RESOURCE = "tokenizers/punkt_tab/english"
_EMBEDDED = "embedded"


def parameters() -> Any:
    """Return NLTK's `PunktParameters`."""
    return _chosen()[0]


def source() -> str:
    """Say whose they are: "nltk punkt_tab/english" or "embedded", if refused why."""
    return _chosen()[1] if may_hold("tokenizers") else _EMBEDDED


@cache
@loading
def _chosen() -> tuple[Any, str]:
    params, refused = _installed()
    if params is not None:
        return params, "nltk punkt_tab/english"
    reason = f" (NLTK refused its punkt data: {refused})" if refused else ""
    return embedded(), f"{_EMBEDDED}{reason}"


def _installed() -> tuple[Any, str]:
    """Load the user's punkt data; else give None, and why if it is there but refused."""
    import nltk.data
    from nltk.tokenize.punkt import load_punkt_params

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            return load_punkt_params(nltk.data.find(f"{_RESOURCE}/")), ""
        except (LookupError, OSError, ValueError) as error:
            reasons = [str(warning.message) for warning in caught] or [str(error).strip()]
    return None, reasons[0] if may_hold(_RESOURCE) else ""


def embedded() -> Any:
    """Return this project's own parameters."""
    from nltk.tokenize.punkt import PunktParameters

    params = PunktParameters()
    params.abbrev_types = abbreviations()
    params.collocations = set(COLLOCATIONS)
    params.sent_starters = starters()
    params.ortho_context.update(orthography())
    return params
