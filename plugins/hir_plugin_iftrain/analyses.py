"""What IFTrain's verifiers take from the built-in ones: NLTK's tokens, and finding given texts."""

from __future__ import annotations

from collections.abc import Iterator

from hir_verifiers.analyses import sentence_spans, sentences, tokens
from hir_verifiers.patterns import Text, as_reference, has_word, occurrences

__all__ = [
    "Text",
    "as_reference",
    "end_tokens",
    "has_word",
    "occurrences",
    "tokens_by_sentence",
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
        head, tail = _all_tokens(_head(text)), _all_tokens(_tail(text))
        if head and tail and max(len(head[0]), len(tail[-1])) < _REACH - _MARGIN:
            return head[0], tail[-1]
    found = _all_tokens(text)
    return (found[0], found[-1]) if len(found) > 1 else None


def _all_tokens(text: str) -> list[str]:
    return [token for sentence in sentences(text) for token in tokens(sentence)]


def _head(text: str) -> str:
    return text.lstrip()[:_REACH]


def _tail(text: str) -> str:
    return text.rstrip()[-_REACH:]
