"""The language of a text: langdetect's own decision with the seed 0, reached without its detours.

langdetect removes addresses, walks the first 10,000 characters one by one to list the n-grams it
knows, then lets seven random trials draw from that list until one language stands out. Here the
list comes from tables (`ngrams`), and the trials are run on arrays (`trials`).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from hir_kit import loading
from hir_verifiers.exact.alphabet import code_points
from hir_verifiers.exact.ngrams import NGrams
from hir_verifiers.exact.profiles import detector, profiles
from hir_verifiers.exact.trials import most_likely

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LIMIT = 10_000
_WINDOW = 1 << 14
_REACH = 2_700  # how far a cut of the text can change what is left after _scrub (see _head)


def detect(text: str) -> str | None:
    """Give the code that langdetect finds with seed 0 ("en", "zh-cn"), None without features.

    The seed is the call's own: neither ``DetectorFactory.seed`` nor any other random state is read
    or changed, and the same text always gives the same code.
    """
    grams = _grams(_head(text))
    return most_likely(grams) if len(grams) else None


# The text that langdetect looks at.


def _head(text: str) -> str:
    """Give the first 10,000 characters after URLs and addresses are gone.

    A match is bounded (2,084 characters for a URL, 575 for an address, 2 for a letter with its
    mark), so all but the last `_REACH` characters of a scrubbed window are as in the whole text,
    and the rest of a long text need not be read.
    """
    size = _WINDOW
    scrubbed = _scrub(text[:size])
    while size < len(text) and len(scrubbed) < _LIMIT + _REACH:
        size *= 4
        scrubbed = _scrub(text[:size])
    return scrubbed[:_LIMIT]


def _scrub(text: str) -> str:
    if "http" in text:
        text = detector().URL_RE.sub(" ", text)
    if "@" in text:
        text = detector().MAIL_RE.sub(" ", text)
    if not text.isascii() and any(mark in text for mark in _ngram().DMARK_CLASS):
        text = _ngram().normalize_vi(text)
    return text


@cache
def _ngram() -> Any:
    from langdetect.utils.ngram import NGram

    return NGram


# Its n-grams.


def _grams(text: str) -> NDArray[np.int32]:
    if text.isascii():
        return _known().of_ascii(text.encode("ascii"))
    return _known().of(_without_stray_latin(code_points(text)))


def _without_stray_latin(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Drop Latin letters from a text that is mostly in another script."""
    import numpy as np

    is_latin = (codes >= ord("A")) & (codes <= ord("z"))  # langdetect's range, with [ \ ] ^ _ `
    latin, other = np.count_nonzero(is_latin), np.count_nonzero(codes >= 0x300)
    return codes[~is_latin] if latin * 2 < other else codes


@cache
@loading
def _known() -> NGrams:
    return NGrams(profiles().numbers)
