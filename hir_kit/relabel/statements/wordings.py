"""How a constraint is talked about, told from the sentence that asks for it and from its kwargs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from hir_kit.relabel.excision.locate import fold
from hir_kit.relabel.statements.quantities import quantities
from hir_kit.verify import topics
from hir_kit.verify.wording import Wording

_QUOTED = re.compile(r"(?<![\w'])'((?:[^'\n]|(?<=\w)'(?=\w)){1,120})'(?!\w)")
_WORDED = re.compile(
    rf"(?<=keyword )(?:{_QUOTED.pattern})|(?<=keywords )(?:{_QUOTED.pattern}(?:,|,? and)? ?)+"
)
"""Keywords, which may be the names of topics."""
_TEXTUAL = re.compile(r"word|phrase|text|term|letter|marker|string|name|prefix|suffix|emoji")
_LITERAL = re.compile(r"\['[^\[\]]*'\]")  # a list of keywords, as IFEval's sentences put it
_EXAMPLE = re.compile(r"\b(?:such as|i\.e\.|e\.g\.|for example|like)\b.*", re.DOTALL)
_LANGUAGE = re.compile(
    r"\b(?:in|only|entirely)\s+(?:the\s+|only\s+)*([a-z]+)\b|(中文|英文|英语|日语|法语)"
)
_PRESUPPOSED = re.compile(r"(?:\bthe|\bif an?|\beach|\bevery)\s+$")
_STOP = frozenset(
    word
    for line in (
        "the a an of to in on at by for with and or but not no is are be must should shall can may",
        "will your you response answer reply output text it its this that each every all any only",
        "do does use include contain have has make sure please entire whole than from as into",
    )
    for word in line.split()
)


def told(sentence: str | None, texts: tuple[str, ...] = ()) -> Wording:
    """Return the wording that a sentence and the texts among kwargs give; the rest is left open."""
    if sentence is None:
        return Wording(texts=texts)
    known = _of_sentence(sentence)
    folded = fold(sentence)
    own = tuple(text for text in texts if fold(text).strip() in folded)
    return Wording(
        topics=known.topics, texts=known.texts or own, unit=known.unit, least=known.least,
        most=known.most, language=known.language,
    )  # fmt: skip


@lru_cache(maxsize=2048)
def _of_sentence(sentence: str) -> Wording:
    folded = _LITERAL.sub("", fold(sentence))
    plain = _EXAMPLE.sub("", folded)
    unit, least, most = _count(plain)
    return Wording(
        topics=_topics(_WORDED.sub(" ", folded), counted=unit is not None),
        texts=tuple(match[1] for match in _QUOTED.finditer(plain)),
        unit=unit,
        least=least,
        most=most,
        language=_language(folded),
    )


def _topics(folded: str, *, counted: bool) -> tuple[str, ...]:
    """Return what a sentence is about; "the table" in one that counts its rows is presupposed."""
    found = []
    for name, topic in topics.named().items():
        places = [match.start() for match in topic.names.finditer(folded)]
        if places and not (counted and all(_PRESUPPOSED.search(folded[:at]) for at in places)):
            found.append(name)
    marks = {"comma", "period", "question", "exclamation"}
    return tuple(name for name in found if name != "punctuation" or marks.isdisjoint(found))


def _count(folded: str) -> tuple[str | None, int | None, int | None]:
    found = [(one.start, name, one) for name in topics.units() for one in quantities(folded, name)]
    if not found:
        return None, None, None
    _, name, first = min(found, key=lambda item: item[0])
    return name, first.least, first.most


def _language(folded: str) -> str | None:
    for match in _LANGUAGE.finditer(folded):
        word = match[1] or match[2]
        for code, names in topics.LANGUAGES.items():
            if word in names.split():
                return code
    return None


def texts_of(kwargs: Mapping[str, Any]) -> Iterable[str]:
    """Return the strings among kwargs that are named as texts are."""
    return _strings(value for name, value in kwargs.items() if _TEXTUAL.search(name))


def _strings(values: Iterable[Any]) -> Iterable[str]:
    for value in values:
        if isinstance(value, str) and value.strip():
            yield value
        elif isinstance(value, (list, tuple)):
            yield from _strings(value)


@lru_cache(maxsize=4096)
def gist(sentence: str) -> frozenset[str]:
    """Return the stems of what a sentence says beyond "your response must"."""
    words = re.findall(r"[^\W\d_]+|\d+", fold(sentence))
    return frozenset(_stem(word) for word in words if word not in _STOP)


def _stem(word: str) -> str:
    for suffix in ("ations", "ation", "ings", "ing", "ies", "ed", "ly", "es", "s", "e", "y"):
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    return word
