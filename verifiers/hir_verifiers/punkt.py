"""The parameters by which NLTK's Punkt tokenizer cuts English into sentences.

They are NLTK's own (``punkt_tab/english``) where the user has them, else this project's
(`hir_verifiers.punkt_english`). Nothing is ever downloaded.
"""

from __future__ import annotations

import os
import sys
import warnings
from functools import cache
from typing import Any

from hir_kit import loading
from hir_verifiers.nltk_folders import may_hold
from hir_verifiers.nltk_modules import nltk_module
from hir_verifiers.punkt_english import COLLOCATIONS, abbreviations, orthography, starters

_FOLDER = "tokenizers/punkt_tab"
_RESOURCE = f"{_FOLDER}/english"
_SAID = "HIR_KIT_SAID_PUNKT"
_ABBREVIATIONS = {
    "co", "corp", "dr", "inc", "jr", "mr", "mrs", "prof", "sen", "st", "u.s", "vs",
}  # fmt: skip
_WORDS = {"and", "at", "but", "for", "he", "in", "is", "it", "of", "on", "the", "this", "to", "was"}
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
    if not may_hold("tokenizers"):
        return embedded(), _EMBEDDED
    params, refused = _installed()
    if params is not None:
        return params, "nltk punkt_tab/english"
    if not refused:
        return embedded(), _EMBEDDED
    state = f"{_EMBEDDED} (NLTK refused its punkt data: {refused})"
    _say_once(state)
    return embedded(), state


def _say_once(state: str) -> None:
    if _SAID not in os.environ:
        os.environ[_SAID] = "1"  # worker processes inherit it, and do not say it again
        print(f"sentence splitter: {state}", file=sys.stderr)


def _installed() -> tuple[Any, str]:
    """Load the user's punkt data; else give None, and why if it is there but refused or broken."""
    import nltk.data
    from nltk.tokenize.punkt import load_punkt_params

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            params = load_punkt_params(nltk.data.find(f"{_RESOURCE}/"))
        except Exception as error:  # of a broken archive or table, anything
            said = " ".join(str(error).split()) or type(error).__name__
            reasons = [str(warning.message) for warning in caught] or [said]
            return None, reasons[0] if _is_there() else ""
    problem = _problem(params)
    return (None, problem) if problem else (params, "")


def _is_there() -> bool:
    """Return whether there is something that ought to be the data: a folder, or an archive."""
    return any(may_hold(name) for name in (_RESOURCE, _FOLDER))


def _problem(params: Any) -> str | None:
    """Return what shows that data are cut short or of something else; None where they are whole."""
    if missing := sorted(_ABBREVIATIONS - params.abbrev_types):
        return f"its abbreviations are without {', '.join(missing)}"
    if missing := sorted(_WORDS - params.ortho_context.keys()):
        return f"its words are without {', '.join(missing)}"
    if not params.sent_starters:
        return "it has no words that begin sentences"
    if not params.collocations or any(len(pair) != 2 for pair in params.collocations):
        return "its collocations are no pairs of words"
    return None


def embedded() -> Any:
    """Return this project's own parameters."""
    params = nltk_module("nltk.tokenize.punkt").PunktParameters()
    params.abbrev_types = abbreviations()
    params.collocations = set(COLLOCATIONS)
    params.sent_starters = starters()
    params.ortho_context.update(orthography())
    return params
