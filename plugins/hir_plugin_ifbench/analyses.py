"""What verifiers of this pack look at in a text; the only module that imports from hir_verifiers.

A word is what stands between white space, without its punctuation. The published checkers know the
punctuation of ASCII only; here its typographic forms are punctuation, too, and what has neither a
letter nor a digit is no word.
"""

from __future__ import annotations

import re
import string
from itertools import islice

from hir_verifiers.analyses import sentences as punkt_sentences
from hir_verifiers.analyses import tokens as sentence_tokens
from hir_verifiers.nltk_folders import may_hold as nltk_may_hold
from hir_verifiers.patterns import WORD_END, WORD_START, Text, own_word
from hir_verifiers.reading import blocks, is_ended, read_sentences
from hir_verifiers.signs import SPACES

__all__ = [
    "CLOSING",
    "EDGES",
    "SPACES",
    "WORD_END",
    "WORD_START",
    "Text",
    "bare_words",
    "blocks",
    "edge_words",
    "first_chunks",
    "first_tokens",
    "folded",
    "has_alnum",
    "is_ended",
    "last_tokens",
    "lower_words",
    "mark_of",
    "nltk_may_hold",
    "own_word",
    "punkt_sentences",
    "sentence_tokens",
    "sentences",
    "trimmed",
    "word_tokens",
]

_QUOTES = "“”„‟‘’‚‛«»‹›"
_PARTING = "–—―…"
EDGES = string.punctuation + string.whitespace + _QUOTES + _PARTING
"""What is no part of a word at either end of it."""

CLOSING = "\"')]}*_»”’›"
"""Signs that belong to the sentence before them."""

_AFTER_MARK = CLOSING + string.whitespace

_NO_PUNCTUATION = str.maketrans(
    {**dict.fromkeys(string.punctuation + _QUOTES), **dict.fromkeys(_PARTING, " ")}
)
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|code|em|font|i|mark|s|small|span|strong|sub|sup|u)(?:\s[^<>]*)?>",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-z][\w-]*(?:\s[^<>]*)?/?>", re.IGNORECASE)
_CHUNK = re.compile(r"\S+")
_LONGEST_CHUNK = 2000


def bare_words(text: str) -> list[str]:
    """Return the words with all punctuation deleted, also within them ("don't" is "dont")."""
    parts = text.translate(_NO_PUNCTUATION).split()
    return [part for part in parts if part.isalnum() or has_alnum(part)]  # mostly the first


def lower_words(text: str) -> list[str]:
    """Return `bare_words` in lower case."""
    return bare_words(text.lower())


def edge_words(text: str) -> list[str]:
    """Return the words in lower case, without punctuation at their ends."""
    parts = text.replace("’", "'").lower().split()
    return [word.strip(EDGES) for word in parts if word.isalnum() or has_alnum(word)]


def has_alnum(word: str) -> bool:
    """Return whether there is a letter or a digit."""
    return any(map(str.isalnum, word))


def folded(text: str) -> str:
    """Return a phrase in lower case and without punctuation at its ends, quotation marks alike."""
    return text.replace("’", "'").strip(EDGES).lower()


def trimmed(sentence: str) -> str:
    """Return a sentence without what may follow its last mark: closing quotes and brackets."""
    return sentence.rstrip(_AFTER_MARK)


def mark_of(sentence: str) -> str:
    """Return the last character of a sentence, quotes and brackets after it set aside."""
    return trimmed(sentence)[-1:]


def sentences(text: str) -> list[str]:
    """Return the sentences that NLTK's Punkt finds when the tags of HTML are taken away.

    The numbers of lists are no sentences, and a quotation ends none that goes on after it. A tag
    that stands within lines leaves nothing; others, such as `</p>`, part what they stand between.
    A piece of closing marks alone belongs to the sentence before it.
    """
    if "<" in text:
        text = _TAG.sub(" ", _INLINE_TAG.sub("", text))
    found: list[str] = []
    for piece in filter(None, map(str.strip, read_sentences(text))):
        if piece[0] in CLOSING and found and not piece.strip(CLOSING):
            found[-1] += piece
        else:
            found.append(piece)
    return found


def word_tokens(sentence: str) -> list[str]:
    """Return NLTK's tokens of a sentence that hold a letter or a digit ("don't" is two)."""
    return list(filter(has_alnum, sentence_tokens(sentence)))


def first_chunks(text: str, number: int) -> str:
    """Return the first words between white space, very long ones cut."""
    chunks = (match[0][:_LONGEST_CHUNK] for match in _CHUNK.finditer(text))
    return " ".join(islice(chunks, number))


def first_tokens(sentence: str, number: int) -> list[str]:
    """Return the first `word_tokens`: at least so many of them, if there are.

    Each word between white space holds one or more tokens, so that no more words are looked at.
    """
    chunks = filter(has_alnum, (match[0][:_LONGEST_CHUNK] for match in _CHUNK.finditer(sentence)))
    return word_tokens(" ".join(islice(chunks, number + 1)))


def last_tokens(sentence: str, number: int) -> list[str]:
    """Return the last `word_tokens`, at least so many of them, if there are."""
    chunks = list(filter(has_alnum, sentence.split()))[-number:]
    return word_tokens(" ".join(chunk[-_LONGEST_CHUNK:] for chunk in chunks))
