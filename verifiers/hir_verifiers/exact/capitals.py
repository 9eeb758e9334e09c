"""The words in capitals of a text, as ``nltk.word_tokenize`` and ``str.isupper`` count them.

NLTK's tokenizer rewrites each sentence with some thirty patterns. Few words can come out of it in
capitals, and what becomes of a word (a piece between spaces) depends on its own characters, on the
one before and after, and on whether it begins or ends the sentence: no pattern reaches further. So
plain words are counted as they stand, and the others are cut at the signs that part any word. Of a
part only an apostrophe between letters is in doubt. NLTK is asked about those, about all at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import compress
from operator import not_

from hir_kit import loading
from hir_verifiers.exact.memo import Memo
from hir_verifiers.exact.sentences import Span, sentence_spans
from hir_verifiers.exact.tokenizer import count_capitals, may_be_contracted, parting
from hir_verifiers.signs import SPACES

_BEYOND_CAPITALS = 0x20000  # ideographs, and no script with capitals, are in the planes from here
_PIECES = 1 << 15
_LONG_PIECE = 120

_Part = tuple[int, int, int, int]
"""A part of a word: start and stop, and those of what stands right around it."""

# A capital that the tokenizer leaves with a small letter after it is in no word in capitals. It
# parts the two only in "'Tis" and "'Twas", and before "n't".
_TAIL = r"(?:(?![a-z])|(?=n't)|(?<='.))\S*"

# A word of capitals from A to Z with signs after it (but no apostrophe), after its first capital.
_WHOLE = r"(?<=[A-Z])(?<!\S[A-Z])([A-Z]*)[!-&(-/:-@\[-^`{-~]*(?!\S)"

_ASCII_CAPITAL = re.compile(f"[A-Z](?:{_WHOLE}|{_TAIL})")

# Where a word may be parted otherwise than `parting` tells: NLTK's `regex` may know more digits
# than `re`, and a sentence may end before a colon.
_MAYBE_PARTED = re.compile(r"[:,](?![\x00-\x7f])[\W\d]|\.:\d")

# What may be a letter with case, and an apostrophe between two of them.
_CASED = r"A-Za-z\x80-\u1fff\u2070-\u2fff\ua640-\U0001ffff"
_BETWEEN = re.compile(f"[{_CASED}][^'{_CASED}]*'[^{_CASED}]*[{_CASED}]")

_FOR_ENDS = re.compile(r"[.\x1c-\x1f]")

# The words of letters only that the tokenizer takes apart.
_CONTRACTIONS = frozenset(["cannot", "gimme", "gonna", "gotta", "lemme", "wanna"])
_REST = frozenset(word[1:].upper() for word in _CONTRACTIONS)

# After these, at the end of a sentence, its full stop is still the last one.
_CLOSING = "])}>\"'»”’" + SPACES


def count_capital_words(text: str) -> int:
    """Count the tokens of ``nltk.word_tokenize(text)`` that ``isupper()``."""
    count = 0
    doubtful: list[_Part] = []
    for match in _capital(text).finditer(text):
        if match[1] is not None and match[1] not in _REST:
            count += 1
            continue
        start, stop = _whole_word(text, match)
        word = text[start:stop]
        if _MAYBE_PARTED.search(word) or may_be_contracted(word):
            doubtful.append((max(start - 1, 0), start, stop, stop + 1))
        else:
            alone, parts = _decided(word, start)
            count += alone
            doubtful += parts
    return count + _count_all(_pieces(text, doubtful)) if doubtful else count


def _decided(word: str, at: int) -> tuple[int, list[_Part]]:
    """Return the count of the parts that are what they are wherever they stand, and the others.

    Args:
        word: A word without contractions.
        at: Where it begins.
    """
    parts = parting().split(word)
    doubts = list(map(_is_doubtful, parts)) if "'" in word else []
    if not any(doubts):
        return sum(map(str.isupper, parts)), []
    decided = sum(map(str.isupper, compress(parts, map(not_, doubts))))
    return decided, list(compress(_places(word, at), doubts))


def _is_doubtful(part: str) -> bool:
    """Return whether the count depends on whether an apostrophe parts the letters around it."""
    return "'" in part and bool(_BETWEEN.search(part)) and any(map(str.isupper, part))


def _places(word: str, at: int) -> Iterator[_Part]:
    """Give the parts of a word that begins at this place."""
    before, begin = -1, 0
    for sign in parting().finditer(word):
        yield at + before, at + begin, at + sign.start(), at + sign.end()
        before, begin = sign.span()
    yield at + before, at + begin, at + len(word), at + len(word) + 1


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


def _pieces(text: str, parts: list[_Part]) -> list[str]:
    """Give each part as a short text in which NLTK's tokenizer treats it as in its sentence.

    The sentence goes on as "x" on the sides where it does. Where it ends matters to a full stop, to
    an apostrophe at the end, and to white space that is none to NLTK's tokenizer.
    """
    pieces: list[str] = []
    at_ends = []
    for part in parts:
        if text[part[2] - 1] == "'" or _FOR_ENDS.search(text, max(part[0], 0), part[3]):
            at_ends.append(part)
        else:
            pieces.append(_piece(text, part, (0, len(text)), len(text)))
    if at_ends:
        pieces += _pieces_of_sentences(text, at_ends)
    return pieces


def _pieces_of_sentences(text: str, parts: list[_Part]) -> Iterator[str]:
    """Give the pieces of parts to which the ends of sentences matter.

    A sentence may also end within a part (``yes.'No``), which makes two pieces of it.
    """
    waiting = iter(parts)
    part = next(waiting, None)
    for start, stop in sentence_spans(text):
        end = None
        while part is not None and part[1] < stop:
            if part[2] > start:
                if end is None:
                    end = start + len(text[start:stop].rstrip(_CLOSING))
                yield _piece(text, part, (start, stop), end)
            if part[2] > stop:
                break
            part = next(waiting, None)


def _piece(text: str, part: _Part, sentence: Span, end: int) -> str:
    """Cut the part out of its sentence, whose closing marks begin at `end`."""
    before, start, stop, after = part
    first = f"x{text[max(before, sentence[0]) : start]}" if start > sentence[0] else ""
    start = max(start, sentence[0])
    if stop >= end:
        return first + text[start : sentence[1]]
    return f"{first}{text[start : min(after, sentence[1])]}x"


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
