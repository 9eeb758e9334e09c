"""NLTK's word tokenizer, run on many short texts at once, and on one.

The tokenizer rewrites a text with some thirty patterns. On a text of a few characters nearly all
the time goes into calling them. In most sentences they only part words from the signs around them,
and the ends of contractions, which one pattern does as well.

To count words in capitals, texts are put between separators, and NLTK's own code goes
over all of them once, with its patterns changed in two places: a text begins and ends at a
separator, and "any character but these" is no separator either. Where a pattern has other means to
tell a separator from the end of a text, the texts are tokenized one by one. The patterns of
contractions, which take longest, are left out for texts that hold none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from functools import cache
from itertools import pairwise
from typing import Any

from hir_kit import loading
from hir_verifiers.exact.sentences import untimed
from hir_verifiers.nltk_modules import nltk_module

_SEPARATOR = "\ufdd0"  # never a character: in no word, no space, neither large nor small
_BEGINS, _ENDS = f"(?<={_SEPARATOR})", f"(?=\n?{_SEPARATOR})"
_AT_ONCE = 1 << 12
_SIGNS = '!"#$%&()*+/;<=>?@[\\]^_`{|}~«»‘’“”„\u2012\u2013\u2014\u2015'

_Kinds = tuple[Any, Any, Any]
"""NLTK's tokenizer with all rules, and with those that two kinds of texts need."""

_AT_END = re.compile(rf"(?:\$|{re.escape(_ENDS)})\Z")
_MANY_WORDS = re.compile(r"(?!.*(?:\\|\(\?|[*+]))(?:[^|]*\|){5}")  # `re` finds them faster

# A pattern in parts: an escape, a class, any other character.
_PART = re.compile(r"\\u[0-9A-Fa-f]{4}|\\.|\[\^?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
_HARMLESS_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|[sdwb]|[^0-9A-Za-z])")
_AROUND_LETTERS = re.compile(r"\(\?#X\)|\(\?i\)|\(\?=\\s\)|\\b|[() ]")
_LETTERS = re.compile("[a-z']+")
_LETTERS_BY_CASE = dict(zip("\u0130\u0131\u017f\u212a", "iisk", strict=True))  # to `re.IGNORECASE`
_HARMLESS_FLAGS = int(re.IGNORECASE | re.UNICODE)


# What a plain sentence is without: apostrophes but one between the letters of a word, and rows of
# signs that are read together.
_IN_ROW = re.compile(
    r"[-.:,'\"](?:(?<=-)-|(?<=\.)\.|(?<=[:,])[:,]|(?<=\")\"|"
    r"(?<=')(?:(?![A-Za-z0-9])|(?<![A-Za-z0-9]')|[^\s']*'))"
)
_ALONE = r";@#$%&?!*\[\](){}<>«»“”‘’„\u2012-\u2015"
_TOKEN = re.compile(rf"[{_ALONE}]|[:,](?!\d)|(?:[^\s{_ALONE}:,]|[:,](?=\d))+")
_OPENING, _CLOSING = re.compile(r'(?<![^ (\[{<«“‘„])"'), " '' "
_SUFFIX = re.compile(r"(?<=.)(?:'[sSmMdD]|'ll|'LL|'re|'RE|'ve|'VE|n't|N'T)\Z")
_AFTER_STOP = '])}>»”’" '


def tokens(sentence: str) -> list[str]:
    """List the tokens of one sentence, as ``nltk.word_tokenize`` does."""
    if _is_plain(sentence):
        return _of_plain(sentence)
    found: list[str] = _tokenizer().tokenize(sentence)
    return found


def _is_plain(sentence: str) -> bool:
    return (
        sentence.replace("\n", " ").isprintable()
        and "`" not in sentence
        and not _IN_ROW.search(sentence)
        and not may_be_contracted(sentence)
    )


def _of_plain(sentence: str) -> list[str]:
    end = len(sentence.rstrip(" \n").rstrip(_AFTER_STOP)) - 1
    after = sentence[end + 1 :]
    if end > 0 and sentence[end] == "." and not _OPENING.search(after, 1):  # it ends the sentence
        found = [*_parted(sentence[:end]), ".", *_TOKEN.findall(after.replace('"', _CLOSING))]
    else:
        found = _parted(sentence)
    return _with_parted_suffixes(found) if "'" in sentence else found


def _parted(text: str) -> list[str]:
    if '"' in text:
        text = _OPENING.sub(" `` ", text).replace('"', _CLOSING)
    return _TOKEN.findall(text)


def _with_parted_suffixes(words: list[str]) -> list[str]:
    parted: list[str] = []
    for word in words:
        suffix = _SUFFIX.search(word) if "'" in word else None
        parted += [word[: suffix.start()], suffix[0]] if suffix else [word]
    return parted


def count_capitals(texts: Sequence[str]) -> list[int]:
    """Count for each text its tokens that ``isupper()``."""
    many = _tokenizers_of_many()
    if len(texts) == 1 or many is None or any(_SEPARATOR in text for text in texts):
        kinds, at_once, count = _tokenizers_of_one(), 1, _count_alone
    else:
        kinds, at_once, count = many, _AT_ONCE, _count_together
    counts: dict[str, int] = {}
    for tokenizer, some in zip(kinds, _by_what_they_need(texts), strict=True):
        for at in range(0, len(some), at_once):
            together = some[at : at + at_once]
            counts |= zip(together, count(tokenizer, together), strict=True)
    return [counts[text] for text in texts]


def _count_alone(tokenizer: Any, texts: Sequence[str]) -> Iterator[int]:
    return (sum(map(str.isupper, tokenizer.tokenize(text))) for text in texts)


def _count_together(tokenizer: Any, texts: Sequence[str]) -> Iterator[int]:
    tokens = tokenizer.tokenize(_SEPARATOR.join(["", *texts, ""]))
    are_capitals = list(map(str.isupper, tokens))
    ends = [place for place, token in enumerate(tokens) if token == _SEPARATOR]
    return (sum(are_capitals[start:stop]) for start, stop in pairwise(ends))


def _by_what_they_need(texts: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Give the texts that may hold a contraction, of the others those that end in "x", the rest."""
    kinds: tuple[list[str], list[str], list[str]] = ([], [], [])
    for text in texts:
        kinds[0 if may_be_contracted(text) else 1 if text.endswith("x") else 2].append(text)
    return kinds


def may_be_contracted(text: str) -> bool:
    """Return whether the text may hold a contraction that the tokenizer takes apart."""
    contraction = _contractions()
    if contraction is None:
        return True
    if not text.isascii():
        for letter, plain in _LETTERS_BY_CASE.items():
            text = text.replace(letter, plain)
    return bool(contraction.search(text.lower()))


@cache
def parting() -> re.Pattern[str]:
    """Give a pattern of the signs by which the tokenizer parts a word, wherever it stands.

    Beside these it takes words apart at apostrophes and in contractions only, and before the full
    stop that ends a sentence. Of two commas or colons side by side it may leave one to the next
    part, which is in capitals or not all the same.
    """
    signs = [sign for sign in _SIGNS if _parts(sign)]
    rows = [f"{re.escape(sign)}{{2,}}" for sign in ".-" if _parts(2 * sign)]
    before_others = [rf"{sign}(?!\d)" for sign in ":," if _parts(sign)]
    return re.compile("|".join([f"[{re.escape(''.join(signs))}]", *rows, *before_others]))


def _parts(sign: str) -> bool:
    first, *rest = _tokenizer().tokenize(f"A{sign}A")
    return bool(first == "A" and rest and rest[-1] == "A")


@cache
def _contractions() -> re.Pattern[str] | None:
    """Give a pattern of the words that NLTK parts, None where they cannot be told.

    Nothing that NLTK does before brings two characters together that were apart.
    """
    tokenizer = _tokenizer()
    rules = [*tokenizer.CONTRACTIONS2, *tokenizer.CONTRACTIONS3]
    words = [_AROUND_LETTERS.sub("", rule.pattern) for rule in rules]
    return re.compile("|".join(words)) if all(map(_LETTERS.fullmatch, words)) else None


@cache
@loading
def _tokenizer() -> Any:
    """Give NLTK's tokenizer without a wall-clock limit on its patterns."""
    return _changed(untimed)


@cache
def _tokenizers_of_one() -> _Kinds:
    return _with_fewer_rules(_tokenizer())


@cache
@loading
def _tokenizers_of_many() -> _Kinds | None:
    """Give NLTK's tokenizer for texts with separators; None where its patterns do not allow it."""
    import regex

    try:
        tokenizer = _changed(_separating)
    except ValueError:
        return None
    parted = (re.compile(_SEPARATOR), f" {_SEPARATOR} ")  # NLTK has just done so to the whole
    rows = (regex.compile(r"[^\S ]\s*| \s+"), " ")  # as the rule for all spaces, but for one alone
    last = [
        rows if (rule.pattern, by) == (r"\s+", " ") else (rule, by)
        for rule, by in tokenizer.ENDING_QUOTES
    ]
    tokenizer.ENDING_QUOTES = [parted, *last]
    return _with_fewer_rules(tokenizer)


def _with_fewer_rules(tokenizer: Any) -> _Kinds:
    """Give the tokenizer, one without contractions, and one for texts that end in a letter too.

    Rules for the end of a text are about signs.
    """
    plain = copy(tokenizer)
    plain.CONTRACTIONS2 = plain.CONTRACTIONS3 = []
    inner = copy(plain)
    inner.PUNCTUATION = [rule for rule in plain.PUNCTUATION if not _AT_END.search(rule[0].pattern)]
    return tokenizer, inner, plain


def _changed(change: Callable[[Any], Any]) -> Any:
    """Give NLTK's tokenizer with each of its patterns changed."""
    tokenizer = nltk_module("nltk.tokenize.destructive").NLTKWordTokenizer()
    for name in ("STARTING_QUOTES", "PUNCTUATION", "ENDING_QUOTES"):
        setattr(tokenizer, name, [(change(rule), by) for rule, by in getattr(tokenizer, name)])
    for name in ("PARENS_BRACKETS", "DOUBLE_DASHES"):
        rule, by = getattr(tokenizer, name)
        setattr(tokenizer, name, (change(rule), by))
    for name in ("CONTRACTIONS2", "CONTRACTIONS3"):
        setattr(tokenizer, name, list(map(change, getattr(tokenizer, name))))
    return tokenizer


def _separating(pattern: Any) -> Any:
    """Give the pattern for texts with separators; raises ValueError where there is none."""
    import regex

    engine: Any = re if isinstance(pattern, re.Pattern) else regex
    if pattern.flags & ~(_HARMLESS_FLAGS | engine.compile("").flags):
        raise ValueError(pattern.pattern)
    parts = _PART.findall(pattern.pattern)
    source = "".join(_separating_part(part, engine.compile) for part in parts)
    if _MANY_WORDS.match(source):
        engine = re
    return engine.compile(source, pattern.flags & re.IGNORECASE)


def _separating_part(part: str, compile: Callable[[str], Any]) -> str:
    if part in ("^", "$"):
        return _BEGINS if part == "^" else _ENDS
    if part[0] == "[" and len(part) > 1:
        return _separating_class(part, compile)
    if part == "." or (part[0] == "\\" and not _HARMLESS_ESCAPE.fullmatch(part)):
        raise ValueError(part)
    return part


def _separating_class(part: str, compile: Callable[[str], Any]) -> str:
    """Leave the separator out of what a class stands for."""
    if part.startswith("[^") and part != "[^]":
        part = f"[^{_SEPARATOR}{part[2:]}"
    if part in ("[]", "[^]") or compile(part).match(_SEPARATOR):
        raise ValueError(part)
    return part
