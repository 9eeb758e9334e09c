"""Whether what remains of an instruction still asks, in other words, for what was cut out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil

from hir_kit.relabel.excision.locate import fold
from hir_kit.relabel.excision.signature import Quantity, Signature, signature

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|[。！？；\x00]|\n(?=[ \t]*\n)|\n(?=[ \t]*\S{1,3}[ \t])")
_CUE = re.compile(
    r"\b(?P<keyword>key\s?-?(?:words?|phrases?|terms?))\b"
    r"|\b(?P<verb>includ(?:e|es|ed|ing)|inclusion|contain(?:s|ing)?|mention(?:s|ed|ing)?"
    r"|incorporat(?:e|es|ing)|featur(?:e|es|ing)|insert(?:ing)?|add(?:ing)?|us(?:e|es|ing)|usage"
    r"|start(?:s|ing)?|begin(?:s|ning)?|end(?:s|ing)?|conclud(?:e|es|ing)|finish(?:es|ing)?"
    r"|avoid(?:s|ing)?|exclud(?:e|es|ing)|omit(?:s|ting)?|without|leav(?:e|es|ing)\s+out"
    r"|(?:first|last|opening|closing)\s+(?:word|sentence|line|phrase))\b"
    r"|(?P<chinese>包含|包括|提到|提及|使用|出现|關鍵詞|关键词)"
)
_TERM = re.compile(
    r"\b(?:words?|verbs?|nouns?|terms?|phrases?|names?|expressions?|sentences?|text)\b|词|詞"
)
_PASSIVE = re.compile(
    r"'?\s*(?:(?:must|should|has to|needs? to|to|is|are)\s+)?(?:be\s+)?"
    r"(?:included|mentioned|used|present|incorporated|featured)\b"
    r"|'\s*(?:(?:must|should|has to|needs? to|to)\s+)?(?:appears?|occurs?)\b"
)
_WORK = re.compile(
    r"(?:note|letter|poem|text|answer|e-?mail|story|essay|summary|article|translation|version|blog"
    r"|post|speech|script|description|review|message|paragraph|list|haiku|song)s?\b"
)
_ALIKE = {
    "f_divided": ("f_heading", "u_section", "u_paragraph"),
    "f_titled": ("f_title",),
    "f_capital": ("f_lower",),
    "f_lower": ("f_capital",),
}


def still_asked(dropped: str, rest: Sequence[str], kept: Sequence[str]) -> str | None:
    """Return the sentence that still asks for a dropped constraint, or None.

    Args:
        dropped: The dropped constraint's text.
        rest: What remains of the instruction besides the kept constraints' texts.
        kept: The kept constraints' texts.
    """
    gone = signature(dropped)
    for text in kept:
        if _implies(signature(text), gone):
            return text
    for sentence in rest:
        if _asks(sentence, gone):
            return sentence
    return None


def sentences(pieces: Sequence[str]) -> list[str]:
    """Return the sentences in these pieces of an instruction."""
    found = (part.strip() for piece in pieces for part in _SENTENCE.split(piece))
    return [sentence for sentence in found if any(char.isalnum() for char in sentence)]


def _asks(sentence: str, gone: Signature) -> bool:
    """Return whether a sentence of the request asks for the dropped constraint."""
    left = signature(sentence) if len(sentence) < 2000 else signature.__wrapped__(sentence)
    if left.units & gone.units or left.asked & gone.features:
        return True
    if any(_work_in(name, sentence) for name in gone.features if name[:11] == "f_language:"):
        return True
    label = left.size <= 1 or (left.size <= 3 and ":" in sentence)
    if _alike(left, gone) or (label and _names_topic(left, gone)):
        return True
    if any(_mentions(fold(sentence), quote) for quote in gone.quotes):
        return True
    return _same_words(left, gone)


def _work_in(feature: str, sentence: str) -> bool:
    """Return whether "a French note" is asked for; "the French Revolution" is a subject."""
    language = feature.partition(":")[2]
    return any(_WORK.match(after) for after in fold(sentence).split(f"{language} ")[1:])


def _alike(left: Signature, gone: Signature) -> bool:
    """Return whether "organized into several sections" meets headings, sections or paragraphs."""
    return any(
        feature in left.features
        and any(other in gone.features or other in gone.units for other in others)
        for feature, others in _ALIKE.items()
    )


def _names_topic(left: Signature, gone: Signature) -> bool:
    """Return whether a mere label ("Length: Sentences") names what the constraint is about."""
    return bool(left.stems & (gone.units | gone.features))


def _same_words(left: Signature, gone: Signature) -> bool:
    """Return whether a sentence has most of the constraint's words."""
    if gone.numbers and not gone.numbers & left.numbers:
        return False
    known = bool(gone.quantities or gone.features or gone.quotes)
    share, least = (0.75, 4) if known else (0.6, 1)
    needed = max(least, ceil(share * len(gone.stems)))
    return len(left.stems & gone.stems) >= needed


def _mentions(folded: str, quote: str) -> bool:
    """Return whether a sentence asks for a text to be used, rather than speaks of it."""
    at = folded.find(quote)
    while at >= 0:
        end = at + len(quote)
        if _whole(folded, at, end) and _cued(folded, at, end):
            return True
        at = folded.find(quote, end)
    return False


def _whole(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    latin = text[start].isascii()
    return not (latin and ((before.isalnum() and before.isascii()) or after.isalpha()))


def _cued(folded: str, start: int, end: int) -> bool:
    quoted = folded[start - 1 : start] == "'"
    cue = None
    for cue in _CUE.finditer(folded, max(0, start - 80), start):
        if cue["keyword"] or cue["chinese"]:
            return True
    if cue is not None:
        between = folded[cue.end() : start]
        marked = quoted or _TERM.search(between) is not None
        if len(between.split()) <= (7 if marked else 1) and (marked or cue[0][:2] != "us"):
            return True
    return bool(_PASSIVE.match(folded, end))


def _implies(left: Signature, gone: Signature) -> bool:
    """Return whether a kept constraint asks for all that the dropped one asked for."""
    if not (gone.quantities or gone.features or gone.quotes):
        return bool(gone.stems) and len(left.stems & gone.stems) >= ceil(0.8 * len(gone.stems))
    if gone.each and not left.each and not gone.quantities:
        return False
    if not (gone.quotes <= left.quotes and gone.features <= left.features):
        return False
    return all(_covered(q, left, gone) for q in gone.quantities)


def _covered(wanted: Quantity, left: Signature, gone: Signature) -> bool:
    unit, low, high = wanted
    for other, least, most in left.quantities:
        if other == unit and low <= least and most <= high:
            # A limit for each part says nothing of the whole; a total limits every part.
            loose = (left.each and not gone.each and low == 0) or (
                gone.each and not left.each and low > 0
            )
            if not loose:
                return True
    return False
