"""The language of a text: langdetect's own decision with the seed 0, reached without its detours.

langdetect walks the text character by character to list the n-grams it knows, then lets seven
random trials draw from that list until one language stands out. Here a word's n-grams are looked
up once and kept (this module), and the trials are run on arrays (`trials`).
"""

from __future__ import annotations

import re
from array import array
from functools import cache
from itertools import chain
from typing import Any

from hir_verifiers.text.memo import Memo
from hir_verifiers.text.trials import detector, most_likely, profiles

_WINDOW = 1 << 14
_REACH = 2_700  # how far a cut of the text can change what is left after _scrub (see _head)
_LONG_WORD = 40  # longer "words" (scripts without spaces) would only fill the cache
_WORDS, _TRIGRAMS, _CHARACTERS = 1 << 15, 1 << 16, 1 << 16

_LATIN = re.compile(r"[A-z]+")  # langdetect's range: it includes [ \ ] ^ _ and the backtick
_NOT_LATIN = re.compile("[\u0300-\U0010ffff]+")
_SPACES = re.compile(" {2,}")


def detect(text: str) -> str | None:
    """Give the code that langdetect finds with seed 0 ("en", "zh-cn"), None without features.

    The seed is the call's own: neither ``DetectorFactory.seed`` nor any other random state is read
    or changed, and the same text always gives the same code.
    """
    features = _model().features(_without_stray_latin(_head(text)))
    return most_likely(features) if features else None


def languages() -> tuple[str, ...]:
    """Give the codes `detect` can answer with, sorted."""
    return tuple(sorted(profiles().codes))


# The text that langdetect looks at.


def _head(text: str) -> str:
    """Give the first 10,000 characters after URLs and addresses are gone, runs of spaces as one.

    A match is bounded (2,084 characters for a URL, 575 for an address, 2 for a letter with its
    mark), so all but the last `_REACH` characters of a scrubbed window are as in the whole text,
    and the rest of a long text need not be read.
    """
    limit = 10_000
    size = _WINDOW
    scrubbed = _scrub(text[:size])
    while size < len(text) and len(scrubbed) < limit + _REACH:
        size *= 4
        scrubbed = _scrub(text[:size])
    return _SPACES.sub(" ", scrubbed[:limit])


def _scrub(text: str) -> str:
    if "http" in text:
        text = detector().URL_RE.sub(" ", text)
    if "@" in text:
        text = detector().MAIL_RE.sub(" ", text)
    ngram = _ngram()
    if not text.isascii() and any(mark in text for mark in ngram.DMARK_CLASS):
        text = ngram.normalize_vi(text)
    return text


def _without_stray_latin(text: str) -> str:
    """Drop Latin letters from a text that is mostly in another script."""
    if text.isascii():
        return text
    latin = sum(map(len, _LATIN.findall(text)))
    other = sum(map(len, _NOT_LATIN.findall(text)))
    return _LATIN.sub("", text) if latin * 2 < other else text


# Its features.


class _Model:
    """The n-grams of the words seen so far, as the bytes of an array of their numbers."""

    def __init__(self) -> None:
        self._numbers = profiles().numbers
        self._trigrams = Memo(self._trigram_grams, _TRIGRAMS)
        self._words = Memo(self._word_grams, _WORDS)
        self._normal = Memo(_normal_character, _CHARACTERS)
        self._word_pattern = _word_pattern()

    def features(self, text: str) -> bytes:
        """Give the numbers of the n-grams that some profile knows, in order, as C ints."""
        words = self._word_pattern.findall(text)
        unfinished = words.pop() if words and text.endswith(words[-1]) else ""
        known = self._words
        found = [known[w] if len(w) <= _LONG_WORD else self._word_grams(w) for w in words]
        if unfinished:
            found.append(self._padded_grams(" " + unfinished))
        return b"".join(found)

    def _word_grams(self, word: str) -> bytes:
        return self._padded_grams(f" {word} ")

    def _padded_grams(self, padded: str) -> bytes:
        if not padded.isascii():
            padded = padded.translate(self._normal)
        known = self._trigrams
        windows = [known[padded[i : i + 3]] for i in range(len(padded) - 2)]
        return b"".join([known[padded[:2]], *windows])

    def _trigram_grams(self, window: str) -> bytes:
        """Give the one, two and three characters that end a window, as far as they are known.

        langdetect adds none at the second and later capitals of a run.
        """
        if window[-1].isupper() and window[-2].isupper():
            return b""
        grams = [window[-size:] for size in range(1, len(window) + 1)]
        numbers = [self._numbers.get(gram) for gram in grams if gram != " "]
        return array("i", [number for number in numbers if number is not None]).tobytes()


@cache
def _model() -> _Model:
    return _Model()


def _normal_character(code: int) -> str:
    return str(_ngram().normalize(chr(code)))


def _word_pattern() -> re.Pattern[str]:
    """Match a run of characters that langdetect does not turn into spaces."""
    blocks = chain(range(0x100), range(0x2000, 0x2070))
    spaces = "".join(chr(code) for code in blocks if _normal_character(code) == " ")
    return re.compile(f"[^{re.escape(spaces)}]+")


@cache
def _ngram() -> Any:
    from langdetect.utils.ngram import NGram

    return NGram
