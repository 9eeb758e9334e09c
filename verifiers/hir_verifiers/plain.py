"""langdetect and NLTK called plainly: the oracle of `hir_verifiers.exact`, and its stand-in.

The same text always gives the same answer: langdetect's random trials have the seed 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from hir_kit import loading
from hir_verifiers.punkt import parameters

__all__ = ["count_capital_words", "detect", "sentence_spans", "tokens"]


def detect(text: str) -> str | None:
    """Return the code of the language that langdetect finds, None where it finds no features."""
    from langdetect.lang_detect_exception import LangDetectException

    detector = _detectors().create()
    detector.append(text)
    try:
        return str(detector.detect())
    except LangDetectException:
        return None


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Return the start and end of each sentence, by NLTK's Punkt."""
    spans: Iterator[tuple[int, int]] = _punkt().span_tokenize(text)
    return spans


def tokens(sentence: str) -> list[str]:
    """Return the tokens of one sentence, by NLTK's word tokenizer."""
    found: list[str] = _tokenizer().tokenize(sentence)
    return found


def count_capital_words(text: str) -> int:
    """Return how many tokens of a text `isupper()`."""
    return sum(
        token.isupper()
        for start, stop in sentence_spans(text)
        for token in tokens(text[start:stop])
    )


@cache
@loading
def _detectors() -> Any:
    from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

    factory = DetectorFactory()  # an own one: the seed of the library's is the user's
    factory.load_profile(PROFILES_DIRECTORY)
    factory.seed = 0
    return factory


@cache
@loading
def _punkt() -> Any:
    from nltk.tokenize.punkt import PunktSentenceTokenizer

    return PunktSentenceTokenizer(parameters())


@cache
@loading
def _tokenizer() -> Any:
    from nltk.tokenize import NLTKWordTokenizer

    return NLTKWordTokenizer()
