"""The words in capitals of a text, as ``nltk.word_tokenize`` and ``str.isupper`` count them.

NLTK's tokenizer rewrites each sentence with some thirty patterns. Few words can come out of it in
capitals, and what becomes of a word (a piece between spaces) depends on its own characters, on the
one before and after, and on whether it begins or ends the sentence: no pattern reaches further. So
plain words are counted as they stand, and NLTK is asked about the others only, about all at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from hir_kit import loading
from hir_verifiers.exact.memo import Memo
from hir_verifiers.exact.sentences import Span, sentence_spans
from hir_verifiers.exact.tokenizer import count_capitals, may_be_contracted, parting

_BEYOND_CAPITALS = 0x20000  # ideographs, and no script with capitals, are in the planes from here
_PIECES = 1 << 15
_LONG_PIECE = 120

# A capital that the tokenizer leaves with a small letter after it is in no word in capitals. It
# parts the two only in "'Tis" and "'Twas", and before "n't".
_TAIL = r"(?:(?![a-z])|(?=n't)|(?<='.))\S*"

# A word of capitals from A to Z with signs after it (but no apostrophe), after its first capital.
_WHOLE = r"(?<=[A-Z])(?<!\S[A-Z])([A-Z]*)[!-&(-/:-@\[-^`{-~]*(?!\S)"

_ASCII_CAPITAL = re.compile(f"[A-Z](?:{_WHOLE}|{_TAIL})")

_MAYBE_DIGIT = re.compile(r"[:,][^\x00-\x7f]")  # NLTK's `regex` may know more digits than `re`
_PLAIN_SPACES = (" ", "\n")  # what NLTK takes for a space in every pattern, or turns into one
_ENDER = re.compile(r"[.?!]")

# The words of letters only that the tokenizer takes apart.
_CONTRACTIONS = frozenset(["cannot", "gimme", "gonna", "gotta", "lemme", "wanna"])
_REST = frozenset(word[1:].upper() for word in _CONTRACTIONS)

# After these, at the end of a sentence, its full stop is still the last one.
_CLOSING = "])}>\"'»”’" + "".join(filter(str.isspace, map(chr, range(0x3001))))


def count_capital_words(text: str) -> int:
    """Count the tokens of ``nltk.word_tokenize(text)`` that ``isupper()``."""
    count = 0
    pieces, doubtful = [], []
    for match in _capital(text).finditer(text):
        if match[1] is not None and match[1] not in _REST:
            count += 1
            continue
        word = _whole_word(text, match)
        chunk = text[slice(*word)]
        decided = _decided_alone(chunk)
        if decided is not None:
            count += decided
        elif _is_within(text, word):
            pieces.append(f"x {chunk} x")
        else:
            doubtful.append(word)
    if doubtful:
        pieces += _pieces(text, doubtful)
    return count + _count_all(pieces) if pieces else count


def _decided_alone(chunk: str) -> int | None:
    """Return the count that a word has wherever it stands; None where that is in doubt."""
    if _MAYBE_DIGIT.search(chunk):
        return None
    parts = parting().split(chunk)
    if "'" in chunk and any("'" in part and any(map(str.isupper, part)) for part in parts):
        return None
    return None if may_be_contracted(chunk) else sum(map(str.isupper, parts))


def _is_within(text: str, word: Span) -> bool:
    """Return whether the word is the same to the tokenizer in any sentence.

    No sentence can end in it, and the beginning and end of one matter to other marks only.
    """
    start, stop = word
    spaced = text[start - 1 : start] in _PLAIN_SPACES and text[stop : stop + 1] in _PLAIN_SPACES
    return spaced and text[start].isalnum() and not _ENDER.search(text, start, stop)


def _whole_word(text: str, match: re.Match[str]) -> Span:
    """Give the word (between spaces) that may hold a token in capitals."""
    start, stop = match.span()
    while start and not text[start - 1].isspace():
        start -= 1
    return start, stop


def _capital(text: str) -> re.Pattern[str]:
    """Give the pattern of a capital with the rest of its word (group 1: see `_WHOLE`)."""
    return _ASCII_CAPITAL if text.isascii() else _any_capital()


@cache
@loading
def _any_capital() -> re.Pattern[str]:
    capitals = "".join(filter(str.isupper, map(chr, range(_BEYOND_CAPITALS))))
    few = "[A-Z\x80-\U0010ffff]"  # told apart faster than so many
    return re.compile(f"{few}(?<=[{capitals}])(?:{_WHOLE}|{_TAIL})")


def _pieces(text: str, words: list[Span]) -> Iterator[str]:
    """Give each word as a short text in which NLTK's tokenizer treats it as in its sentence.

    The sentence goes on as "x" on the sides where it does. A sentence may also end within a word
    (``yes."No``), whose parts are then words of their own.
    """
    waiting = iter(words)
    word = next(waiting, None)
    for start, stop in sentence_spans(text):
        end = None
        while word is not None and word[0] < stop:
            if word[1] > start:
                if end is None:
                    end = start + len(text[start:stop].rstrip(_CLOSING))
                yield _piece(text, word, (start, stop), end)
            if word[1] > stop:
                break
            word = next(waiting, None)


def _piece(text: str, word: Span, sentence: Span, end: int) -> str:
    """Cut the word out of its sentence, whose closing marks begin at `end`."""
    start, stop = max(word[0], sentence[0]), min(word[1], sentence[1])
    before = f"x{text[start - 1]}" if start > sentence[0] else ""
    if stop >= end:
        return before + text[start : sentence[1]]
    return f"{before}{text[start : stop + 1]}x"


def _count_all(pieces: list[str]) -> int:
    """Ask NLTK about the pieces, about all that are not known at once."""
    known = _counts()
    new = [piece for piece in dict.fromkeys(pieces) if piece not in known]
    found = dict(zip(new, count_capitals(new), strict=True)) if new else {}
    total = sum(found[piece] if piece in found else known[piece] for piece in pieces)
    known.keep({piece: n for piece, n in found.items() if len(piece) <= _LONG_PIECE})
    return total


@cache
def _counts() -> Memo[str, int]:
    return Memo(lambda piece: count_capitals([piece])[0], _PIECES)
