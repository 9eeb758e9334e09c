"""Which constraint a place in an instruction speaks of, where several could be meant."""

from __future__ import annotations

from collections.abc import Sequence

from hir_kit.relabel.statements.find import Hit, Page
from hir_kit.relabel.statements.sought import Sought, agrees


def owned(page: Page, constraints: Sequence[Sought]) -> list[list[Hit]]:
    """Return for each constraint the places that speak of it and of no other one more.

    Where two constraints could be meant, it is the one with more to say for it in the sentence: its
    number agrees, its words stand there, too. A range may be two constraints' own.
    """
    known = page.ownership
    key = tuple(constraints)
    if key not in known:
        known[key] = _owned(page, constraints)
    return known[key]


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
    scores = [_scores(one, hits) for one, hits in zip(constraints, every, strict=True)]
    return [
        [hit for hit in hits if not _is_others(hit, mine, every, scores)]
        for mine, hits in enumerate(every)
    ]


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
