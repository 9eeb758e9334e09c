"""Imports what functions may use: once the door is shut, nothing can be read any more."""

from __future__ import annotations

import codecs
import os
import sys
import time
import warnings
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from importlib import import_module
from typing import Any

from hir_plugin_code.modules import CODECS, INNER, STANDARD


def preload(packages: Iterable[str]) -> None:
    """Import the modules, and let those that read files late do it now."""
    warnings.simplefilter("ignore")  # a warning that is shown reads the source's file
    for name in (*sorted(STANDARD), *INNER, *packages):
        import_module(name)
    for name in CODECS:
        codecs.lookup(name)
    time.tzset()
    datetime.strptime("1 May 2020", "%d %B %Y").strftime("%c")
    if "nltk" in sys.modules:
        _warm_up_nltk()
    _forget_places()


def _warm_up_nltk() -> None:
    """Read the data of NLTK that are there: tokenizers, the tagger, lists of stop words."""
    import nltk
    from nltk.corpus import stopwords

    text = "Tea is hot."
    for use in (nltk.sent_tokenize, nltk.word_tokenize, lambda text: nltk.pos_tag([text])):
        with suppress(LookupError, OSError, ValueError):
            use(text)
    with suppress(LookupError, OSError, ValueError):
        known = {language: stopwords.words(language) for language in stopwords.fileids()}
        _keep(stopwords, known)


def _keep(stopwords: Any, known: dict[str, list[str]]) -> None:
    """Let the corpus give its lists from memory; it reads a file for every call."""

    def words(fileids: str | list[str] | None = None) -> list[str]:
        names = [fileids] if isinstance(fileids, str) else fileids or list(known)
        return [word for name in names for word in known[name]]

    stopwords.words = words


def _forget_places() -> None:
    """Leave no word of where this runs: the environment, the path, the command line."""
    kept = os.environ.get("TZ", "UTC")
    os.environ.clear()
    os.environ["TZ"] = kept
    sys.argv[:] = [""]
    sys.path[:] = []
    sys.path_importer_cache.clear()
