"""The language of a text: langdetect's own decision with the seed 0, reached without its detours.

langdetect walks the text character by character to list the n-grams it knows, then lets seven
random trials draw from that list until one language stands out. Here a word's n-grams are looked
up once and kept, and a trial weighs five draws in one pass. The operations on floating-point
numbers and the draws stay the same and in the same order, so the answer is the same to the bit.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from hir_verifiers.text.memo import Memo

SEED = 0

Row = list[float]
"""What an n-gram says: its probability in each language."""

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
    model = _model()
    rows = model.features(_without_stray_latin(_head(text)))
    if not rows:
        return None
    share = _probabilities(rows, len(model.codes))
    best = max(share)
    return model.codes[share.index(best)] if best > _detector().PROB_THRESHOLD else "unknown"


def languages() -> tuple[str, ...]:
    """Give the codes `detect` can answer with, sorted."""
    return tuple(sorted(_model().codes))


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
        text = _detector().URL_RE.sub(" ", text)
    if "@" in text:
        text = _detector().MAIL_RE.sub(" ", text)
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
    """langdetect's profiles, and the n-grams of the words seen so far."""

    def __init__(self, profiles: list[dict[str, Any]]) -> None:
        self.codes: tuple[str, ...] = tuple(profile["name"] for profile in profiles)
        self._profiles = [(profile["freq"], profile["n_words"]) for profile in profiles]
        self._rows: dict[str, Row | None] = {}
        self._trigrams = Memo(self._trigram_rows, _TRIGRAMS)
        self._words = Memo(self._word_rows, _WORDS)
        self._normal = Memo(_normal_character, _CHARACTERS)
        self._word_pattern = _word_pattern()

    def features(self, text: str) -> list[Row]:
        """List the n-grams of the text that some profile knows, in order."""
        words = self._word_pattern.findall(text)
        unfinished = words.pop() if words and text.endswith(words[-1]) else ""
        known = self._words
        found = list(
            chain.from_iterable(
                [known[w] if len(w) <= _LONG_WORD else self._word_rows(w) for w in words]
            )
        )
        if unfinished:
            found.extend(self._padded_rows(" " + unfinished))
        return found

    def _word_rows(self, word: str) -> tuple[Row, ...]:
        return self._padded_rows(f" {word} ")

    def _padded_rows(self, padded: str) -> tuple[Row, ...]:
        if not padded.isascii():
            padded = padded.translate(self._normal)
        windows = [padded[i : i + 3] for i in range(len(padded) - 2)]
        known = self._trigrams
        return tuple(chain(known[padded[:2]], *[known[window] for window in windows]))

    def _trigram_rows(self, window: str) -> tuple[Row, ...]:
        """Give the rows of the one, two and three characters that end a window.

        langdetect adds none at the second and later capitals of a run.
        """
        if window[-1].isupper() and window[-2].isupper():
            return ()
        grams = [window[-size:] for size in range(1, len(window) + 1)]
        rows = [self._row(gram) for gram in grams if gram != " "]
        return tuple(row for row in rows if row is not None)

    def _row(self, gram: str) -> Row | None:
        if gram not in self._rows:
            self._rows[gram] = self._build_row(gram)
        return self._rows[gram]

    def _build_row(self, gram: str) -> Row | None:
        row, known = [0.0] * len(self._profiles), False
        for index, (counts, totals) in enumerate(self._profiles):
            count = counts.get(gram)
            if count is not None:
                row[index], known = 1.0 * count / totals[len(gram) - 1], True
        return row if known else None


@cache
def _model() -> _Model:
    """Read the profiles in the order in which langdetect does: it decides the order of sums."""
    from langdetect.detector_factory import PROFILES_DIRECTORY

    paths = Path(PROFILES_DIRECTORY).iterdir()
    files = [path for path in paths if path.is_file() and not path.name.startswith(".")]
    return _Model([orjson.loads(path.read_bytes()) for path in files])


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


@cache
def _detector() -> Any:
    from langdetect.detector import Detector

    return Detector


# The decision.


def _probabilities(rows: list[Row], size: int) -> Row:
    """Average the languages' probabilities over seven random trials, as far as they can matter.

    A trial adds at most a seventh to a language. Once the first is further ahead than the trials
    to come can make good, the decision stands: four that agree are enough.
    """
    trials, rounding = 7, 1e-9
    draws = random.Random(SEED)
    share = [0.0] * size
    for left in reversed(range(trials)):
        share = [s + p / trials for s, p in zip(share, _trial(rows, size, draws), strict=True)]
        second, first = sorted(share)[-2:]
        if first - second > left / trials + rounding:
            break
    return share


def _trial(rows: list[Row], size: int, draws: random.Random) -> Row:
    """Multiply the rows of random n-grams until one language is all but certain.

    langdetect normalises after the first draw and after every fifth from there. The division is
    left for the next pass, where it is the first operation on each probability.
    """
    detector = _detector()
    weight = (detector.ALPHA_DEFAULT + draws.gauss(0.0, 1.0) * detector.ALPHA_WIDTH) / (
        detector.BASE_FREQ
    )
    draw = _drawer(rows, draws)
    start = 1.0 / size
    shares = [start * (weight + a) for a in draw()]
    total = sum(shares)
    for _ in range(0, detector.ITERATION_LIMIT, 5):
        if max(shares) / total > detector.CONV_THRESHOLD:
            break
        five = zip(shares, draw(), draw(), draw(), draw(), draw(), strict=True)
        shares = [
            p / total * (weight + a) * (weight + b) * (weight + c) * (weight + d) * (weight + e)
            for p, a, b, c, d, e in five
        ]
        total = sum(shares)
    return [p / total for p in shares]


def _drawer(rows: list[Row], draws: random.Random) -> Callable[[], Row]:
    """Give ``draws.choice(rows)`` as a function, without the checks that slow it down."""
    count = len(rows)
    bits, random_bits = count.bit_length(), draws.getrandbits

    def draw() -> Row:
        index = random_bits(bits)
        while index >= count:
            index = random_bits(bits)
        return rows[index]

    return draw
