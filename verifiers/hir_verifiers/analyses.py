"""What verifiers look at in a text: sentences, tokens, words in capitals, the language.

Each is a pure function of the text, to be had once for a response: `response.get(sentences)`.

This is the seam to langdetect and NLTK. Their fast twins (`hir_verifiers.exact`) answer with the
versions that they were compared with. With any other version the libraries themselves do
(`hir_verifiers.plain`), which is said once on standard error.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version

from hir_verifiers.exact import COMPARED_WITH

__all__ = [
    "count_capital_words",
    "count_sentences",
    "language",
    "sentence_spans",
    "sentences",
    "tokens",
]


def sentences(text: str) -> list[str]:
    """Return the sentences, as ``nltk.sent_tokenize`` does."""
    return [text[start:stop] for start, stop in sentence_spans(text)]


def count_sentences(text: str) -> int:
    """Return the number of `sentences`."""
    return sum(1 for _ in sentence_spans(text))


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Return the start and end of each sentence."""
    if _has_twin("nltk"):
        from hir_verifiers.exact.sentences import sentence_spans as spans
    else:
        from hir_verifiers.plain import sentence_spans as spans
    return spans(text)


def tokens(sentence: str) -> list[str]:
    """Return the tokens of one sentence, as ``nltk.word_tokenize`` does."""
    if _has_twin("nltk"):
        from hir_verifiers.exact.tokenizer import tokens as found
    else:
        from hir_verifiers.plain import tokens as found
    return found(sentence)


def count_capital_words(text: str) -> int:
    """Return how many tokens of ``nltk.word_tokenize(text)`` are in capitals (``isupper``)."""
    if _has_twin("nltk"):
        from hir_verifiers.exact.capitals import count_capital_words as count
    else:
        from hir_verifiers.plain import count_capital_words as count
    return count(text)


def language(text: str) -> str | None:
    """Return the code of langdetect with the seed 0 ("en", "zh-cn"), None without features."""
    if _has_twin("langdetect"):
        from hir_verifiers.exact.language import detect
    else:
        from hir_verifiers.plain import detect
    return detect(text)


@cache
def _has_twin(library: str) -> bool:
    """Return whether the twin was compared with the version that is installed; say so if not."""
    found = version(library)
    first, beyond = COMPARED_WITH[library]
    if _numbers(first) <= _numbers(found) < _numbers(beyond):
        return True
    said = f"HIR_KIT_PLAIN_{library.upper()}"
    if said not in os.environ:
        os.environ[said] = found  # worker processes inherit it, and do not say it again
        print(
            f"{library} {found}: hir-kit was compared with {library} from {first} to below "
            f"{beyond}; the library's own functions are used, which are slower",
            file=sys.stderr,
        )
    return False


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)))
