"""Which constraint a place in an instruction speaks of, where several could be meant."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hir_kit.relabel.statements.find import Hit, Page
from hir_kit.relabel.statements.sought import Sought, agrees, bounds_only

_LIMITING = re.compile(
    r"\b(?:not?|never|without|avoid\w*|limit\w*|only|most|max\w*|fewer|less|under|below|than|over\w*"
    r"|sparing\w*|hardly|rare\w*|barely|too|exceed\w*|easy|light\w*|moderat\w*|restrain\w*|restrict\w*"
    r"|careful\w*|reduc\w*|cut|keep|modest\w*|single|one|seldom|occasional\w*)\b|n't\b|[不勿少]"
)
_ASKING = re.compile(
    r"\b(?:us(?:e|ing)|includ(?:e|ing)|put|hav(?:e|ing)|contain\w*|add|writ(?:e|ing)|with|appear\w*"
    r"|mention\w*|highlight\w*|capitali[sz]e)\b"
)
_CLAUSE = re.compile(r"[,;.:!?]|\b(?:but|and)\b")


def owned(page: Page, constraints: Sequence[Sought]) -> list[list[Hit]]:
    """Return for each constraint the places that speak of it and of no other one more.

    Where two constraints could be meant, it is the one with more to say for it in the sentence: its
    number agrees, its words stand there, too. A range may be two constraints' own.
    """
    known = page.ownership
    key = frozenset(constraints)  # in any order, and however often each is named
    if key not in known:
        every = list(dict.fromkeys(constraints))
        known[key] = dict(zip(every, _owned(page, every), strict=True))
    return [known[key][one] for one in constraints]


def _owned(page: Page, constraints: Sequence[Sought]) -> list[list[Hit]]:
    every = [page.hits(one) for one in constraints]
    every = [
        _with_words(one, hits, every, n)
        for n, (one, hits) in enumerate(zip(constraints, every, strict=True))
    ]
    texts = [[hit for hit in hits if hit.kind == "text"] for hits in every]
    every = [
        _within_texts(hits, [hit for m, those in enumerate(texts) if m != n for hit in those])
        for n, hits in enumerate(every)
    ]
    every = _with_free_ones(page, constraints, every)
    scores = [_scores(one, hits) for one, hits in zip(constraints, every, strict=True)]
    return [
        [hit for hit in hits if not _is_others(hit, mine, every, scores)]
        for mine, hits in enumerate(every)
    ]


def asks_for_some(text: str) -> bool:
    """Return whether a text asks for something, and sets no limit: "use some words in capitals"."""
    return _ASKING.search(text) is not None and _LIMITING.search(text) is None


def _with_free_ones(
    page: Page, constraints: Sequence[Sought], every: Sequence[list[Hit]]
) -> list[list[Hit]]:
    """Return the hits without those of a limit that ask for at least one, where another does."""
    found = list(every)
    for n, one in enumerate(constraints):
        for m, limit in enumerate(constraints):
            if one.wording.least == 1 and bounds_only(one, limit):
                free = {hit for hit in every[n] if hit.quantity is None and _is_free(page, hit)}
                found[m] = [hit for hit in found[m] if hit not in free]
    return found


def _is_free(page: Page, hit: Hit) -> bool:
    """Return whether the clause around a place asks for some of it."""
    one = page.sentences[hit.sentence]
    before = [match.end() for match in _CLAUSE.finditer(page.folded, one.start, hit.start)]
    after = _CLAUSE.search(page.folded, hit.end, one.body)
    clause = page.folded[before[-1] if before else one.start : after.start() if after else one.body]
    return asks_for_some(clause)


def _is_others(
    hit: Hit, mine: int, every: Sequence[Sequence[Hit]], scores: Sequence[dict[int, int]]
) -> bool:
    """Return whether another constraint that means the same place has more to say for it."""
    if hit.quantity is not None and hit.quantity.is_range and not hit.quantity.is_exact:
        return False
    ours = scores[mine].get(hit.sentence, 0)
    return any(
        theirs.get(hit.sentence, 0) > ours and any(_rivals(hit, one) for one in hits)
        for theirs, hits in zip(scores, every, strict=True)
    )


def _within_texts(hits: list[Hit], others: Sequence[Hit]) -> list[Hit]:
    """Return the hits of a constraint whose own text stands there without those beside it.

    Beside it is what stands in the same sentence, or in another constraint's text.
    """
    texts = [hit for hit in hits if hit.kind == "text"]
    if not texts:
        return hits
    return [
        hit
        for hit in hits
        if any(_inside(hit, text) for text in texts)
        or (
            not any(text.sentence == hit.sentence for text in texts)
            and not any(_inside(hit, other) for other in others)
        )
    ]


def _inside(hit: Hit, text: Hit) -> bool:
    return text.start <= hit.start and hit.end <= text.end


def _scores(sought: Sought, hits: Sequence[Hit]) -> dict[int, int]:
    """Return for each sentence how much there is to say for a constraint being stated in it."""
    found: dict[int, set[str]] = {}
    for hit in hits:
        kinds = found.setdefault(hit.sentence, set())
        kinds.add(hit.kind)
        if hit.quantity is not None and agrees(sought.wording, hit.quantity):
            kinds.add("agrees")
    weight = {"text": 6, "agrees": 2, "word": 2}
    return {number: sum(weight.get(kind, 1) for kind in kinds) for number, kinds in found.items()}


def _with_words(
    sought: Sought, hits: list[Hit], every: Sequence[Sequence[Hit]], mine: int
) -> list[Hit]:
    """Return the hits without the numbers of times that are another word's.

    They are the last word's before them in their sentence, else the next one's.
    """
    if not sought.wording.texts or sought.wording.unit != "time":
        return hits
    words = [
        (hit, n) for n, them in enumerate(every) for hit in them if hit.kind in ("word", "text")
    ]
    kept = []
    for hit in hits:
        if hit.kind == "quantity":
            near = [(one, n) for one, n in words if one.sentence == hit.sentence]
            before = [(one.end, n) for one, n in near if one.start < hit.start]
            after = [(one.start, n) for one, n in near if one.start >= hit.start]
            owners = (
                {n for at, n in before if at == max(before)[0]}
                if before
                else {n for at, n in after if at == min(after)[0]}
            )
            if mine not in owners:
                continue
        kept.append(hit)
    return kept


def _rivals(hit: Hit, other: Hit) -> bool:
    """Return whether two constraints mean the same place; a whole sentence may hold both."""
    whole = (hit.kind == "text") != (other.kind == "text")
    return not whole and overlap(hit, other)


def overlap(one: Hit, other: Hit) -> bool:
    """Return whether two places have a character in common."""
    return one.start < other.end and other.start < one.end
