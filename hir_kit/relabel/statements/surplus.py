"""What an instruction asks beyond what a constraint checks: of each part, of one, or more words.

"At least 50 words per paragraph" is more than 50 words in all, "mention Tiber and Forum" more than
the keyword Tiber. A response that was checked for the one need not do the other.
"""

# ruff: noqa: E501  # patterns that are read by the line
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hir_kit.relabel.excision.locate import fold
from hir_kit.relabel.statements.demands import is_task, kind_of
from hir_kit.relabel.statements.find import Hit, Page
from hir_kit.relabel.statements.quantities import Quantity, quantities
from hir_kit.relabel.statements.sought import Sought, agrees

_PARTS = (
    r"(?:paragraph|sentence|section|line|bullet|item|point|stanza|verse|chapter|part|row|column|cell|step"
    r"|absatz|absätz|satz|abschnitt|zeile|paragraphe|phrase|ligne|párrafo|oraci|frase|sección|línea)"
)
_WHOLE = (
    r"(?:of\s+)?(?:(?:the|your|my|our|these|those|its|single|possible)\s+)*(?:responses?|answers?|repl(?:y|ies)|outputs?|time|word|letter|other"
    r"|character|requests?|cent|se|usual)\b|(?:my|your|our|the)\s"
)
_EVERY = r"(?:each|every|jede[rsnm]?|chaque|cada)"
_EACH = rf"{_EVERY}\s+(?!{_WHOLE})"
_PER = rf"(?:per|pro|je|par|por)\s+(?:{_PARTS}|(?<=per\s)(?!{_WHOLE}))"
_LATER = re.compile(
    rf"(?:\s+(?!(?:one|and|but|with|or|as)\b)[^\s.,;:!?()]+){{0,4}}?\s+(?:{_PER}|(?:in|for|of|on|about|within|dans|pour|en|para|für)\s+(?:each\b(?!\s+{_WHOLE})|{_EACH}))"
    r"|(?:\s+long|\s+lang)?\s+(?:each|apiece|chacune?)\b(?=\s*(?:[.,;:!?)]|$|(?:and|or|but)\b|in\s+length))|[^。；，,.;]{0,6}每[一]?[段句行节章条项]"
    rf"|(?:\s+[^\s.,;:!?()]+){{0,4}}?,?\s*\(?(?:such as|e\.g\.|like)\s[^,.;()]{{1,40}}[,)]\s*(?:in|for)\s+{_EACH}"
)
_FIRST = re.compile(
    rf"(?:^|[,;:]\s+|\b(?:that|sure|ensure|so)\s+)\(?{_EACH}(?![^.;:!?]*\b(?:and|but|while|whereas)\s+(?:the|your|it|there|this|in|overall|my|all)\b)[^.;:!?]*$"
    rf"|\b(?:in|for|within|under|dans|pour|en|para|für)\s+{_EACH}(?:(?!\s(?:and|but|then)\s)[^.;:!?,])*(?:,(?!\s*(?:and|but|then|also|or)\b)[^.;:!?,]*)?$"
    rf"|(?:^|[,;:]\s+|\b(?:that|sure|keep|make|all|both)\s+)(?:(?:all|both|the|your|of)\s+)*{_PARTS}(?:s|e|es|n|en|ones)\s+(?:(?:must|should|shall|may|can|have|has|are|be|need|of|with|under|to|not|only|contain)\s+)*$"
    rf"|\b(?:no|none of (?:the|your))\s+{_PARTS}s?\s+(?:(?:must|should|shall|may|can|have|has|be|with)\s+)*$"
    r"|每[一]?[个個]?(?:段|句|行|节|章|条|项|部分)[^。；，！？,.;!?]{0,14}$"
)
_PART = re.compile(rf"{_EVERY}|{_PARTS}|每")
_CLAUSE = 1000
"""How many characters around a word are looked at for what is asked of parts."""
_MOST = 24
_NTH = r"(?:first|second|third|fourth|fifth|last|final|opening|closing|1st|2nd|3rd)"
_ONE = rf"(?:{_NTH}\s+{_PARTS}|(?:title|introduction|conclusion|headline|postscript|subject line))"
_OF_ONE_FIRST = re.compile(
    rf"\b(?:the|your)\s+{_ONE}\w*\s+(?:(?:must|should|shall|has|have|needs?|is|be|contains?|to|only|also|of|with)\s+)+(?:\w+\s+){{0,2}}$"
    r"|\b(?:includ\w+|add\w*|contain\w*|(?:end|begin|start)\w* with)\s+an?\s+(?:\w+\s+)?(?:summary|title|introduction|conclusion|abstract|paragraph|sentence)\s+(?:of|with)\s+$"
)
_OF_ONE_LATER = re.compile(rf"\s+(?:long\s+)?(?:in|for|of)\s+(?:the|your)\s+{_ONE}")
_PARTIAL = re.compile(rf"\b(?:{_EVERY}|per|{_NTH})\b|每|\b\d+(?:st|nd|rd|th)\b")
_LIMITING = re.compile(
    r"\b(?:not?|never|without|avoid\w*|exclud\w*|omit\w*|refrain\w*|cannot)\b|n't\b|[不勿]"
)
_IN_ALL = re.compile(r"\s+(?:in (?:total|all)|altogether|overall|total|combined)\b")
_INNER = ("word", "sentence", "character", "line")
_OUTER = ("sentence", "paragraph", "section", "bullet", "line", "row", "answer")
_MADE_OF = re.compile(
    r"\s*(?:(?P<each>,?\s*\(?each\s+(?:(?:one\s+)?(?:of|with|containing|having|consisting\s+of|being|must|should|has|have|contain|be)\s+)*(?:\w+\s+){0,2})"
    r"|(?P<of>of|à|de|zu\s+je)\s+(?:\w+\s+){0,2}?|(?P<with>with|containing|having|mit|con)\s+(?:\w+\s+){0,2}?)$"
)
_AFTER_EACH = re.compile(r"(?:\s+long)?(?:\s+in)?\s+each\b(?!\s+other)")
_NEAR = re.compile(r"['\"*\])]*,?(?:\s+(?!and\b|or\b)[^\s.,;:!?]+){0,3}\s*$")
_JOINT = re.compile(
    r"\s*(?:[,、]\s*(?:(?:and|or|as well as|und|oder|et|ou|y|o)\s+)?|\s(?:and|or|as well as|und|oder|et|ou|y|o)\s+|[&/]|和|及|与|或|以及)\s*"
)
_LISTED = re.compile(
    r"\b(?:(?:key)?-?(?:words|phrases|terms)|keywords?|both|either|wörter|mots)\b[^.]*$"
)
_LEAD = re.compile(
    r"[\w-]+(?:\s|\b(?:(?:key)?-?(?:words?|phrases?|terms?)|following|both|either|these|exact|the|of|that|like|mots?|wörter)\b|[:\[('\"*]*(?=['\"\[*(]))*[:(\[]?\s*"
)
_QUOTED = re.compile(r"[*\[(]*['\"]([^'\"\n]{1,40})['\"][*\])]*")
_BARE = re.compile(
    r"(?:(?:the|a|an|le|la|les|l'|der|die|das|el|los|las)\s+)?([^\W\d_][\w-]*(?:\s[^\W\d_][\w-]*)?)"
    r"(?=\s*(?:[,.;!?)、，。]|$|&|/)|\s+(?:and|or|as well as|in|at|within|somewhere|once|twice|und|oder|et|ou|y|dans|en|mit)\b)"
)
_ENDED = re.compile(r"\s*(?:[.,;:!?)]|$)")
_HAN = re.compile(r"([\u4e00-\u9fff]{1,8}?)(?=[、，。；,.]|和|与|及|或|以及|这|等|$)")
_NO_ITEM = re.compile(
    r"(?:it|its|this|that|these|those|they|them|he|she|we|you|your|my|his|her|their|nothing|something|everything|anything|then|also|so|why|how|what|when"
    r"|where|who|more|most|less|others?|etc|only|please|not|no|never|once|twice|three|two|at|as|all|any|some|each|every|of|if|for|such|there|but|please"
    r"|be|do|is|are|\w+ly|\w+ing|explain|tell|say|talk|compare|describe|show|please|have|let|try|stick|speak|sound|stop)\b"
)


@dataclass(frozen=True, slots=True)
class Surplus:
    """More than a constraint checks.

    Attributes:
        place: The constraint's place among those that were asked about.
        hit: What speaks of the constraint.
        sure: Whether it cannot be meant for something else.
    """

    place: int
    hit: Hit
    sure: bool = True


def surplus(
    page: Page, constraints: Sequence[Sought], hits: Sequence[Sequence[Hit]]
) -> Iterator[Surplus]:
    """Yield where an instruction asks for more than one of the constraints in it does.

    Args:
        page: The instruction.
        constraints: All that are asked for.
        hits: For each, the places that speak of it and of no other one.
    """
    known = [fold(text).strip() for one in constraints for text in one.wording.texts]
    for place, (sought, mine) in enumerate(zip(constraints, hits, strict=True)):
        if _is_partial(sought):
            continue
        for hit in mine:
            if _is_its(sought, hit) and _of_parts(page, sought, hit):
                yield Surplus(place, hit)
            if (sure := _made_of(page, hit, hits)) is not None:
                yield Surplus(place, hit, sure)
            if hit.kind == "word" and _counted(page, sought, hit, hits):
                yield Surplus(place, hit)
            if hit.kind == "word" and (sure := _further(page, sought, hit, known)) is not None:
                yield Surplus(place, hit, sure)


def _is_partial(sought: Sought) -> bool:
    """Return whether a verifier's own sentence speaks of each part, or of one."""
    return bool(sought.sentences) and _speaks_of_parts(sought.sentences[-1])


@lru_cache(maxsize=1024)
def _speaks_of_parts(sentence: str) -> bool:
    return _PARTIAL.search(fold(sentence)) is not None


def _is_its(sought: Sought, hit: Hit) -> bool:
    """Return whether a place is a word of a constraint, or its number."""
    bounds = (sought.wording.least, sought.wording.most)
    if hit.quantity is None:
        return hit.kind == "word"
    return agrees(sought.wording, hit.quantity) or (
        hit.quantity.bare and hit.quantity.least in bounds
    )


def _of_parts(page: Page, sought: Sought, hit: Hit) -> bool:
    """Return whether something is asked of each part of the response, or of one part."""
    one = page.sentences[hit.sentence]
    before, after = page.folded[one.start : hit.start], page.folded[hit.end : one.body]
    if hit.kind == "word" and _limits(page.body(hit.sentence)):
        return False  # what is nowhere is in no part
    later = _LATER.match(after.lstrip("'\"*]"))
    if later and hit.kind == "word" and not re.search(_PARTS, later[0] + after[later.end() :][:20]):
        later = None
    if later and sought.wording.unit == "time" and later[0].split()[0] in ("each", "apiece"):
        later = None  # each of several words
    return bool(
        later
        or (_has_parts(page.body(hit.sentence)) and _FIRST.search(before[-_CLAUSE:]))
        or (hit.kind == "quantity" and (_OF_ONE_FIRST.search(before) or _OF_ONE_LATER.match(after)))
    )


@lru_cache(maxsize=64)
def _quantities(body: str, unit: str) -> tuple[Quantity, ...]:
    return tuple(quantities(body, unit))


@lru_cache(maxsize=32)
def _limits(body: str) -> bool:
    return _LIMITING.search(body) is not None


@lru_cache(maxsize=32)
def _has_parts(body: str) -> bool:
    """Return whether a sentence names what `_FIRST` looks for, or else it need not look."""
    return _PART.search(body) is not None


def _made_of(page: Page, hit: Hit, hits: Sequence[Sequence[Hit]]) -> bool | None:
    """Return whether so many parts are each to have so many of something else; None: no word of it.

    False where it may be the whole that is to have them: "3 paragraphs with 50 words".
    """
    one = page.sentences[hit.sentence]
    if hit.quantity is None:
        return None
    for unit in _OUTER:
        for outer in _quantities(page.folded[one.start : one.body], unit):
            found = _inner_of(page, one.start + outer.end, one.body, hits)
            mine = (one.start + outer.start, one.start + outer.end)
            if found is not None and ((hit.start, hit.end) == mine or found[0] == hit.start):
                return found[1]
    return None


def _inner_of(
    page: Page, start: int, end: int, hits: Sequence[Sequence[Hit]]
) -> tuple[int, bool] | None:
    """Return where the number begins that parts are to have each, and whether that is sure."""
    text = page.folded[start:end]
    theirs = {one.start for mine in hits for one in mine if one.quantity is not None}
    for unit in _INNER:
        for inner in quantities(text, unit):
            joint, after = _MADE_OF.match(text[: inner.start]), text[inner.end :]
            if joint is None or _IN_ALL.match(after):
                continue
            sure = joint["each"] or joint["of"] or _AFTER_EACH.match(after)
            if sure or start + inner.start not in theirs:
                return start + inner.start, bool(sure)
    return None


def _counted(page: Page, sought: Sought, hit: Hit, hits: Sequence[Sequence[Hit]]) -> bool:
    """Return whether a word that only has to be there is to be there so often."""
    if sought.wording.unit is not None:
        return False
    after = page.folded[hit.end : min(page.sentences[hit.sentence].body, hit.end + _CLAUSE)]
    return any(
        _NEAR.match(after[: one.start]) is not None
        and not any(
            theirs.quantity is not None and theirs.start == hit.end + one.start
            for mine in hits
            for theirs in mine
        )
        and ((one.least or 0) > 1 or (one.most is not None and not one.bare))
        for one in quantities(after, "time")
    )


def _further(page: Page, sought: Sought, hit: Hit, known: Sequence[str]) -> bool | None:
    """Return whether a word that no constraint has is listed with one's; None: there is none.

    False where it may be no word of the list.
    """
    one = page.sentences[hit.sentence]
    body, end = page.folded[one.start : one.body], hit.end - one.start
    own = [fold(text).strip() for text in sought.wording.texts]
    asked = next((text for text in own if body[:end].endswith(text)), None)
    if asked is None or sought.wording.topics:
        return None
    lead = _LEAD.match(body, hit.start - one.start)
    start = end - len(asked)
    items = list(_items(page, one.start, body, min(lead.end(), start) if lead else start))
    if not any(asked in item for item, _ in items):
        items = list(_items(page, one.start, body, start))
    others = [sure for item, sure in items if not any(_alike(item, text) for text in known)]
    return None if not others else any(others)


def _items(page: Page, base: int, body: str, at: int) -> Iterator[tuple[str, bool]]:
    """Yield the items of a list in a sentence, each with whether it is one for sure.

    These are not all those of a long list: from each word that is known, others are looked for.
    """
    named, joint = bool(_LISTED.search(body[max(0, at - _CLAUSE) : at])), ""
    for _ in range(_MOST):
        quoted = _QUOTED.match(body, at)
        found = quoted or _HAN.match(body, at) or _BARE.match(body, at)
        ends = found is not None and _ENDED.match(body, found.end()) is not None
        if found is None or (quoted is None and _is_clause(found[1], named=named and ends)):
            return
        capital = page.text[base + found.start(1)].isupper()
        article = found.start(1) > found.start()
        sure = quoted is not None or named or capital or article or joint not in ("", ",", "and")
        yield found[1].strip(" .,!?"), sure
        following = _JOINT.match(body, found.end())
        if following is None or following.end() == found.end():
            return
        at, joint = following.end(), following[0].strip(" ,")


def _alike(item: str, text: str) -> bool:
    """Return whether an item is a text, or a part of it."""
    shorter, longer = sorted((item, text), key=len)
    if item == text or item.startswith(f"{text} "):
        return True
    return shorter in longer and (len(shorter) > 2 or not shorter.isascii())


@lru_cache(maxsize=1024)
def _is_clause(item: str, *, named: bool) -> bool:
    """Return whether what seems to be an item begins another demand: "and use", "and your".

    In a list that is named ("the words") a verb by itself is a word, too.
    """
    if _NO_ITEM.match(item):
        return True
    return not (named and " " not in item) and (is_task(item) or kind_of(f"{item} ") != "noun")
