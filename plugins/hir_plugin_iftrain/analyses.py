"""What IFTrain's verifiers take from the built-in ones: NLTK's tokens, and finding given texts."""

from __future__ import annotations

from collections.abc import Iterator

from hir_verifiers.analyses import sentence_spans, sentences, tokens
from hir_verifiers.keywords import LetterFrequency
from hir_verifiers.patterns import Text, as_reference, occurrences, own_word
from hir_verifiers.reading import blocks, is_ended, unnumbered, unpadded
from hir_verifiers.signs import SIGNS, SYMBOLS

__all__ = [
    "SIGNS",
    "SYMBOLS",
    "LetterFrequency",
    "Text",
    "as_reference",
    "blocks",
    "end_tokens",
    "is_ended",
    "occurrences",
    "own_word",
    "tokens_by_sentence",
    "unnumbered",
    "unpadded",
]

_REACH = 4096
_MARGIN = 128


def tokens_by_sentence(text: str) -> Iterator[list[str]]:
    """Give the tokens of each sentence: together they are `nltk.word_tokenize(text)`."""
    return (tokens(text[start:stop]) for start, stop in sentence_spans(text))


def end_tokens(text: str) -> tuple[str, str] | None:
    """Return the first and the last of NLTK's tokens; None where there are fewer than two.

    What a token is depends on the characters around it only, so that both ends of a long text are
    looked at, and not all of it.
    """
    if len(text) > 2 * _REACH:
        first, last = _first_token(_head(text)), _last_token(_tail(text))
        if first and last and max(len(first), len(last)) < _REACH - _MARGIN:
            return first, last
    found = [token for sentence in sentences(text) for token in tokens(sentence)]
    return (found[0], found[-1]) if len(found) > 1 else None


def _first_token(text: str) -> str:
    return next((token for sentence in sentences(text) for token in tokens(sentence)), "")


def _last_token(text: str) -> str:
    found = (tokens(sentence) for sentence in reversed(sentences(text)))
    return next((each[-1] for each in found if each), "")


def _head(text: str) -> str:
    return text.lstrip()[:_REACH]


def _tail(text: str) -> str:
    return text.rstrip()[-_REACH:]
