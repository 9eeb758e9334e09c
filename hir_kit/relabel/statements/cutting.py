"""Cutting statements out of an instruction: whole sentences, clauses, numbers of a range.

A clause is cut so that what stays reads as if it had been written so: connectors, capitals,
articles, and what several clauses share ("Your answer must A and B").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from hir_kit.relabel.contract import Refusal, Rewriting
from hir_kit.relabel.excision.cuts import Edit
from hir_kit.relabel.excision.excise import take_out
from hir_kit.relabel.excision.quotations import last_request
from hir_kit.relabel.statements.clauses import Clauses
from hir_kit.relabel.statements.find import Hit, Page, read
from hir_kit.relabel.statements.joints import Member
from hir_kit.relabel.statements.owning import owned
from hir_kit.relabel.statements.plan import Plan, WovenError
from hir_kit.relabel.statements.pronouns import named_again
from hir_kit.relabel.statements.quantities import Quantity
from hir_kit.relabel.statements.sought import Sought, bounds_only
from hir_kit.relabel.tongues import language_of

_BOUNDS = {
    "en": ("at least", "at most"),
    "de": ("mindestens", "höchstens"),
    "fr": ("au moins", "au plus"),
    "zh": ("至少", "不超过"),
}
_SPOKEN = {
    "en": re.compile(
        r"\b(?:between|from|to|and|or|words?|sentences?|paragraphs?|characters?|letters|times|points)\b"
    ),
    "de": re.compile(r"\b(?:zwischen|bis|und|wörtern?|sätzen?|absätzen?)\b"),
    "fr": re.compile(r"\b(?:à|et|mots|phrases|paragraphes)\b"),
    "zh": re.compile(r"[到至字句段]"),
}
"""What tells the language of a range, which may be another one than its instruction's."""
_TOPIC = re.compile(r"\s+(?:about|on|for|regarding|describing)\s[^,;:]+,\s*")
"""What a task says between two parts of a statement."""
_TO_RANGE = re.compile(r"(?:\b(?:somewhere|anywhere|between|entre|zwischen)\s+)*$")
"""What leads to a range, and to no single number."""


def cut(instruction: str, request: Rewriting) -> str | Refusal:
    """Return the instruction without what states the dropped constraints, or why it cannot be cut.

    Where an instruction holds worked examples, only its last request counts. Refusals have the
    codes of `excise`, and `not-found`, `kept-not-found` and `woven`.
    """
    start = last_request(instruction)
    page = read(instruction[start:])
    specs = [stated.spec for stated in request.dropped]
    constraints = [Sought.of_stated(stated) for stated in request.constraints]
    dropped = [stated.spec in specs for stated in request.constraints]
    hits = owned(page, constraints)
    for stated, gone, mine in zip(request.constraints, dropped, hits, strict=True):
        if not mine:
            code = "not-found" if gone else "kept-not-found"
            sentence = stated.sentence or stated.spec.id
            return Refusal(code, f"nothing in the instruction states {sentence!r}")
    try:
        found = plan(page, constraints, dropped)
    except WovenError as woven:
        return Refusal("woven", f"cannot be cut out: {str(woven)!r}")
    if not found.cuts and not found.edits:
        return Refusal("not-found", "nothing in the instruction states what is dropped")
    result = take_out(page.text, found.cuts, found.edits)
    return result if isinstance(result, Refusal) else instruction[:start] + result


def plan(page: Page, constraints: Sequence[Sought], dropped: Sequence[bool]) -> Plan:
    """Return what has to go for some of the constraints to be gone.

    Args:
        page: The instruction.
        constraints: All that it asks for.
        dropped: For each constraint whether it goes.

    Raises WovenError where a statement cannot be cut out of its sentence.
    """
    hits = owned(page, constraints)
    asked = (topic for one in constraints for topic in one.wording.topics)
    found = Plan([], [], frozenset(asked))
    of_sentence: dict[int, list[tuple[Hit, int]]] = {}
    for owner, mine in enumerate(hits):
        for hit in mine:
            of_sentence.setdefault(hit.sentence, []).append((hit, owner))
    for number, here in sorted(of_sentence.items()):
        if not any(dropped[owner] for _, owner in here):
            continue
        if _others_too(here, constraints, dropped) or _one_bound(
            page, here, constraints, dropped, found
        ):
            continue
        members = _members(here, dropped, page, number)
        for one, two in pairwise(members):
            if one.end > two.start and one.gone != two.gone:
                raise WovenError(page.text[one.start : two.end])
        Clauses(page, number, page.sentences[number], members, found).cut()
    found.edits += named_again(page, found.cuts)
    return found


def _members(
    here: Sequence[tuple[Hit, int]], dropped: Sequence[bool], page: Page, number: int
) -> list[Member]:
    """Return the parts of a sentence that state constraints, in order, neighbours of one joined.

    Those between which a task says what to write are not: "in Latin [on tea], no other language".
    """
    every = sorted(
        (
            Member(hit.start, hit.end, owner, dropped[owner], hit.quantity is not None)
            for hit, owner in here
        ),
        key=lambda member: (member.start, -member.end),
    )
    joined: list[Member] = []
    for member in every:
        last = joined[-1] if joined else None
        same = last is not None and (last.owner == member.owner or (last.gone and member.gone))
        if same and last is not None and page.tasks[number]:
            same = _TOPIC.match(page.folded, last.end, member.start) is None
        if last is not None and same:
            joined[-1] = replace(last, end=max(last.end, member.end))
        elif last is None or member.end > last.end or last.gone != member.gone:
            joined.append(member)
    return joined


def _others_too(
    here: Sequence[tuple[Hit, int]], constraints: Sequence[Sought], dropped: Sequence[bool]
) -> bool:
    """Return whether a sentence is a kept constraint's as well, of the same but for the bounds.

    "Include a few words in capitals" is one with "at least 1", where "less than 5" is dropped.
    """
    kept = {(hit.start, hit.end): owner for hit, owner in here if not dropped[owner]}
    return all(
        (hit.start, hit.end) in kept
        and hit.quantity is None
        and bounds_only(constraints[kept[hit.start, hit.end]], constraints[owner])
        for hit, owner in here
        if dropped[owner]
    )


def _one_bound(
    page: Page,
    here: Sequence[tuple[Hit, int]],
    constraints: Sequence[Sought],
    dropped: Sequence[bool],
    found: Plan,
) -> bool:
    """Take one bound of a range whose other bound is a kept constraint's: the prompt's number."""
    for hit, owner in here:
        if dropped[owner] or hit.quantity is None or not hit.quantity.is_range:
            continue
        if constraints[owner].is_exact:
            continue
        spans = {(one.start, one.end) for one, other in here if not dropped[other]}
        if not all((one.start, one.end) in spans for one, other in here if dropped[other]):
            return False
        lower = constraints[owner].wording.least is not None
        found.edits.append(_bound(page, hit.quantity, lower=lower))
        return True
    return False


def _bound(page: Page, quantity: Quantity, *, lower: bool) -> Edit:
    """Return what writes one bound of a range in its place, in the words of its language."""
    first, last = _numbers(page, quantity)
    low, high = quantity.number
    language = _language(page, quantity)
    if language not in _BOUNDS or page.text[quantity.end : quantity.end + 1] == "之":
        raise WovenError(page.text[quantity.start : quantity.end])
    space = "" if language == "zh" else " "
    start = low if quantity.unit_first else quantity.start
    if (leading := _TO_RANGE.search(page.folded[:start])) is not None:
        start = leading.start()
    new = f"{_BOUNDS[language][not lower]}{space}{first if lower else last}"
    begins = page.text[start].isupper() or page.text[:start].rstrip(" ")[-1:] in ("", *".!?")
    return start, high, new.capitalize() if begins and language != "zh" else new


def _language(page: Page, quantity: Quantity) -> str | None:
    written = page.folded[quantity.start : quantity.end]
    own = [language for language, known in _SPOKEN.items() if known.search(written)]
    return own[0] if own else language_of(page.text)


def _numbers(page: Page, quantity: Quantity) -> tuple[str, str]:
    """Return both numbers of a range as the instruction writes them."""
    low, high = quantity.number
    text = page.text[low:high]
    if quantity.is_exact:
        return text, text
    match = re.match(
        r"(?:in the range (?:of|from) |between |from )?(.+?)"
        r"\s*(?:-|–|\bto\b|\band\b|\bor\b|à|\bet\b|\bbis\b|\bund\b|到|至|~)\s*(.+)",
        text,
    )
    if match is None:
        raise WovenError(text)
    return match[1], match[2]
