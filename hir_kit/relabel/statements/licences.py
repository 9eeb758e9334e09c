"""Whether each verb behind an "and" still has one before it that it goes on from.

Of "It should end with this and contain that" the first goes: "contain that" needs "it should".
"""

from __future__ import annotations

import re

from hir_kit.relabel.statements.demands import HEAD, is_task, kind_of

_JOINING = re.compile(r",?\s(?:and|or|but)\s+(?:also\s+|then\s+)?")
_ENCLOSED = re.compile(r"\([^()]*\)|\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)")
_BEGINNING = re.compile(r"(?<![\w'’-])[a-z]")
_WISHING = re.compile(
    r"(?:i|we)(?:'d| would|'ll)? (?:like|want|need|love|prefer)\b(?! (?:you )?to\b)"
)
_SUBJECT = re.compile(r"\b(?:that|which|who|it|each|every|\w+s)\b")
_MODAL = r"(?:must|should|shall|has to|needs to|may|can)\b"
_RELATIVE = r"(?:that|which|who|whose|where)\b"
_WITHOUT_VERB = (
    re.compile(
        r"^(?:the|your|this|my|an?) (?:[\w-]+ ){0,3}[\w-]+, (?:which|who|that)\b[^,]*,? "
        r"(?:and|but|or)\b"
    ),
    re.compile(r"\b(?:that|which|who), [^,]*,? (?:and|or|but) (?:that|which|who)\b"),
    re.compile(rf"^(?:(?! {_RELATIVE}).)* and (?:in which|whose|where)\b"),
)
"""A subject without its verb, and a relative clause beside none."""
_PARTED = re.compile(rf"(?:the|your|this|my|an?) [^,]{{1,80}}, {_MODAL}")
_SUBJECT_FIRST = re.compile(r"(?:the|your|this|my) [\w-]+ ")
_VERB = re.compile(rf"\b(?:{_MODAL}|is|are|has|contains?|ends|includes?)\b")
_FROM = {"modal": {"modal"}, "base": {"modal", "base"}, "third": {"third", "modal"}}
"""From which kinds of verbs one of a kind can go on."""


def unlicensed(sentence: str, source: str) -> bool:
    """Return whether a sentence has a verb without what it goes on from, and had it before.

    Args:
        sentence: What is left of a sentence, folded.
        source: The sentence as it was, folded.
    """
    if any(one.search(sentence) and not one.search(source) for one in _WITHOUT_VERB):
        return True
    if _subject_only(sentence, source) or (_PARTED.match(sentence) and not _PARTED.match(source)):
        return True
    return _has_orphan(sentence) and not _has_orphan(source)


def _subject_only(sentence: str, source: str) -> bool:
    """Return whether all that a sentence said of its subject is gone: "The text, a long one."."""
    opening = _SUBJECT_FIRST.match(sentence)
    return (
        opening is not None
        and source.startswith(opening[0])
        and _VERB.search(source) is not None
        and _VERB.search(sentence) is None
    )


def _has_orphan(sentence: str) -> bool:
    bare = _ENCLOSED.sub(lambda match: "_" * len(match[0]), sentence)
    joined = {match.end() for match in _JOINING.finditer(bare)}
    subject = _SUBJECT.search(bare)
    seen = {"base"} if _commands(bare) else set[str]()
    for match in _BEGINNING.finditer(bare):
        start = match.start()
        kind = kind_of(bare[start : start + 80])
        named = kind == "third" and subject is not None and subject.start() < start
        if start in joined and kind in _FROM and seen.isdisjoint(_FROM[kind]) and not named:
            return True
        seen.add(kind)
    return False


def _commands(sentence: str) -> bool:
    """Return whether a sentence says what to write, and does not only wish for it."""
    return is_task(sentence) and not _WISHING.match(HEAD.sub("", sentence, count=1))
