"""What "it" and "also" after a cut sentence become, so that they do not point at what is gone."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from hir_kit.relabel.excision import references
from hir_kit.relabel.excision.cuts import Cut, Edit
from hir_kit.relabel.statements.demands import HEAD
from hir_kit.relabel.statements.find import Page

_ADDING = (
    r"(?:(?:additionally|furthermore|moreover|in addition|besides|finally|lastly|please|and),?\s+)*"
)
_MODAL = r"(?:must|should|shall|has to|have to|needs? to|can|may|will|would|cannot|can't)"
_PRONOUN = re.compile(rf"{_ADDING}(it)\s+(?:also\s+)?(?={_MODAL}\b)")
_ALSO = re.compile(
    rf"{_ADDING}(?:it|(?:the|your|this)\s+(?:\w+\s+){{1,2}}?)\s*{_MODAL}( also)\s+(?!note\b)"
)
_THINGS = (
    r"(?:title|headline|heading|postscript|section|paragraph|bullet|sentence|line|word|name|list"
    r"|table|conclusion|introduction|ending|end|beginning|quote|keyword|placeholder|tone)"
)
_TEXT = (
    r"(?:response|answer|reply|output|text|essay|story|poem|song|post|email|summary|article|script|blog"
    r"|pitch|review|version|explanation|description|letter|speech|message|report|translation|toast|note|ad)"
)
_SUBJECT = re.compile(
    rf"((?:the|your|this)\s+(?:(?:entire|whole|final|full|complete|cover|blog)\s+)?{_TEXT})\s+"
    rf"(?=(?:also\s+)?(?:{_MODAL}|is|are|has|have|contains?|includes?|ends?|starts?|does|consists?|appears?)\b)"
)
_WRAPPED = re.compile(
    rf"(?:wrap|put|write|keep|make|enclose|surround|give|format)\s+(?:it|the (?:whole|entire) thing"
    rf"|(?:(?:the|your)\s+)?(?:(?:entire|whole)\s+)?{_TEXT})\b"
)
_OTHER = re.compile(rf"\b(?:an?|one|another|its|the|this|that)\s+(?:\w+\s+){{0,2}}?{_THINGS}\b")


def named_again(page: Page, cuts: Sequence[Cut]) -> Iterator[Edit]:
    """Yield what is put in the place of "it", and of "also", at the start of what follows cuts.

    "It" is the response where the sentence that goes was about the response, and about no part of
    it ("a title") that could be meant, too.
    """
    gone = {
        n
        for cut in cuts
        for n in range(bisect_left(page.starts, cut.start), bisect_left(page.starts, cut.end))
    }
    for number in sorted(gone):
        if number + 1 >= len(page.sentences) or number + 1 in gone:
            continue
        following = page.sentences[number + 1]
        if (also := _ALSO.match(page.folded, following.start, following.body)) is not None:
            yield (*also.span(1), "")
        pronoun = _PRONOUN.match(page.folded, following.start, following.body)
        if pronoun is not None and _is_told_before(page, number):
            continue
        name = _name(page, number) if pronoun is not None else None
        if pronoun is not None and name is not None:
            start, end = pronoun.span(1)
            yield start, end, name if page.text[start].isupper() else name[0].lower() + name[1:]


def _is_told_before(page: Page, number: int) -> bool:
    """Return whether what "it" means after a sentence is named before that one, too."""
    one, following = page.sentences[number], page.sentences[number + 1]
    return references.goes_on(
        page.folded[: one.start],
        page.folded[one.start : one.end],
        page.folded[following.start : following.body],
    )


def _name(page: Page, number: int) -> str | None:
    """Return what a sentence calls the response, with a capital; None where it may mean a part."""
    one = page.sentences[number]
    head = HEAD.match(page.folded, one.start, one.body)
    start = head.end() if head is not None else one.start
    subject = _SUBJECT.match(page.folded, start, one.body)
    begun = subject or _WRAPPED.match(page.folded, start, one.body)
    if begun is None or _OTHER.search(page.folded, begun.end(), one.body):
        return None
    if subject is None:
        return "Your response"
    name = " ".join(page.text[slice(*subject.span(1))].split())
    return name[0].upper() + name[1:]
