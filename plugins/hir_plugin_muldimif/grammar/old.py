"""MulDimIF's sentences that say one thing only, and the verifiers that decide it.

A sentence is bound where the whole of it is one of the forms below. Whatever else it says, a
reason, a second wish, a part of the answer that is meant, leaves it without a verifier.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Bound = tuple[str, dict[str, Any]]

_SUBJECT = r"(?:(?:the|your) (?:(?:entire|whole|final) )?(?:answer|response|output|reply|text) )"
_MUST = rf"(?:{_SUBJECT}?(?:must|should) )?"
_HAS = r"(?:(?:be|contain|have|include|use|consist of) )?"
_NUMBER = r"(\d{1,3}(?:,\d{3})+|\d{1,6})"
_TAIL = r" words?(?: long| in length)?"
_AT_MOST = (
    rf"(?:(?:{_HAS}(?:at most|no more than|no longer than|a maximum of))"
    r"|not exceed|be limited to at most|be limited to a maximum of)"
)
_AT_LEAST = rf"{_HAS}(?:at least|a minimum of)"
_QUOTED = r"(?:'[^\"'「」“”]+'|\"[^\"'「」“”]+\")"
_LIST = rf"{_QUOTED}(?:(?:, and |, | and ){_QUOTED})*"
_MARK = r"(period|question mark|exclamation mark|semicolon)"
# What makes the published checker read more than keywords out of the sentence.
_SAYS_MORE = re.compile(
    r"\b(?:or|each|every|at\s+(?:least|most)|minimum|maximum|not\s+exceed|no\s+more\s+than|avoid\w*"
    r"|single|discussing|must|multiple)\b",
    re.IGNORECASE,
)


def verifier_of(checker: str, sentence: str) -> Bound | None:
    """Return the id and kwargs that decide what a sentence says; None where it says more or other.

    `checker` is the class of MulDimIF's evaluation that is given the sentence.
    """
    text = " ".join(sentence.split()).removesuffix(".")
    for form, bound in _FORMS.get(checker, ()):
        if match := form.fullmatch(text):
            return bound(match)
    return None


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _at_most(match: re.Match[str]) -> Bound:
    return "muldimif:words", {"max_words": _number(match[1])}


def _at_least(match: re.Match[str]) -> Bound | None:
    number = _number(match[1])
    return ("muldimif:words", {"min_words": number}) if number else None


def _between(match: re.Match[str]) -> Bound:
    low, high = sorted((int(match[1]), int(match[2])))
    return "muldimif:words", {"min_words": low, "max_words": high}


def _exactly(match: re.Match[str]) -> Bound:
    number = int(match[1])
    return "muldimif:words", {"min_words": number, "max_words": number}


def _keywords(match: re.Match[str]) -> Bound | None:
    found = [item[1:-1] for item in re.findall(_QUOTED, match[1])]
    if any(item != item.strip() or _SAYS_MORE.search(item) for item in found):
        return None
    return "muldimif:keywords", {"keywords": found}


def _ending(match: re.Match[str]) -> Bound:
    return "muldimif:ending_punctuation", {"mark": match[1].lower()}


def _without_kwargs(id: str) -> Callable[[re.Match[str]], Bound]:
    return lambda _: (id, {})


_Forms = tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Bound | None]], ...]
_FORMS: Mapping[str, _Forms] = {
    "Length_Words": (
        (_form(rf"{_MUST}{_AT_MOST} {_NUMBER}{_TAIL}"), _at_most),
        (_form(rf"{_MUST}{_AT_LEAST} {_NUMBER}{_TAIL}"), _at_least),
        (_form(rf"{_MUST}{_HAS}between (\d+) (?:and|to) (\d+){_TAIL}"), _between),
        (_form(rf"{_MUST}{_HAS}exactly (\d+){_TAIL}"), _exactly),
    ),
    "Content_Keywords": (
        (_form(rf"{_MUST}include (?:the )?(?:keyword|term|word|phrase)s? ({_LIST})"), _keywords),
    ),
    "Content_Punctuation": (
        (_form(rf"{_MUST}(?:end|conclude) with an? {_MARK}"), _ending),
        (_form(rf"(?:the )?ending punctuation (?:must|should) be an? {_MARK}"), _ending),
    ),
    "Language_English": (
        (
            _form(rf"{_MUST}use capitalized letters for each word"),
            _without_kwargs("muldimif:capitalized_words"),
        ),
        (
            _form(rf"{_MUST}be (?:written |provided )?in all uppercase letters"),
            _without_kwargs("muldimif:uppercase"),
        ),
    ),
}
