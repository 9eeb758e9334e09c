"""Whether a rewritten instruction asks for what is kept, all of it, and for nothing that is not."""

# ruff: noqa: E501  # patterns that are read by the line
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

from hir_kit.relabel.excision.locate import fold
from hir_kit.relabel.excision.quotations import last_request
from hir_kit.relabel.statements.demands import is_demand, is_remark, tells
from hir_kit.relabel.statements.echoes import is_listed
from hir_kit.relabel.statements.find import Hit, Page, read
from hir_kit.relabel.statements.owning import asks_for_some, overlap, owned
from hir_kit.relabel.statements.quantities import words_of
from hir_kit.relabel.statements.sought import Sought, agrees, bounds_only
from hir_kit.relabel.statements.surplus import Surplus, surplus
from hir_kit.relabel.statements.wordings import gist
from hir_kit.verify.topics import units
from hir_kit.verify.wording import Wording

_FORM = re.compile(
    r"\b(?:as|in|into|using|with|without|form of|split|divided?|broken|organized|structured|wrapped"
    r"|containing|including|comme|sous forme de|als|mit|ohne|sans|avec|auf)\s+(?:\S+\s+){0,3}$"
)
_FAMILIES = {
    name: re.compile(rf"\b(?:{pattern})\b")
    for name, pattern in {
        "marks": r"punctuat\w+|marks?|symbols?|characters?|signs?|stops?|keys?|brackets?|quot\w+"
        r"|dash\w*|hyphen\w*|dots?|colons?|semicolons?",
        "case": r"letters?|caps|capital\w*|case|shift|big|shout\w*|characters?",
        "size": r"words?|sentences?|lines?|paragraphs?|sections?|parts?|pieces?|blocks?|limits?|count"
        r"|length|lengthy|pages?|points?|items?|blanks?|fields?|lists?|chapters?|times|number",
        "data": r"format\w*|markdown|parser?|machine|object|structure\w*|output|code|braces?|brackets?"
        r"|keys?|fields?|syntax|wrap\w*|schema",
        "listing": r"lists?|listed|items?",
        "naming": r"name|called|headlines?|label\w*",
        "wrapping": r"format\w*|wrap\w*|enclos\w*|surround\w*|output|first|last|open\w*|clos\w*",
        "form": r"format\w*|(?:an?|the|this|in|as|your) (?:[\w-]+ )?lists?|lines?|layout|structure\w*|stars?"
        r"|asterisks?|markdown|headlines?|headings?|brackets?|emphas\w+|output|parser?|machine|object|divide\w*|split|separat\w+",
        "text": r"words?|letters?|terms?|phrases?|say|mention\w*|writ(?:e|ing)|read|avoid\w*"
        r"|(?:includ\w+|us(?:e|es|ing)) (?:\w+ ){0,2}(?:it|them|this|that|these|those|one|both|all|any|every\w*|twice|once)"
        r"|begins?|beginning|starts?|starting|ends?|ending|finish\w*|clos(?:e|ing)|sign|last|first|follow\w*(?= (?:by|it|this|that|after|your|the (?:text|answer|response))\b|[.!]|$)|appear\w*",
        "fields": r"blanks?|fields?|brackets?|slots?|fill\w*|placeholders?|names?|addresses|details"
        r"|variables?|gaps?",
        "stress": r"format\w*|markdown|stars?|asterisks?|emphas\w+|stress\w*|bold\w*|italic\w*|cursive"
        r"|highlight\w*|mark\w*|sections?|parts?|passages?|phrases?|stand out|headings?|headlines?",
        "copies": r"versions?|answers?|responses?|replies|reply|again|repeat\w*|copy\w*|echo\w*|second|another|both|two"
        r"|request|prompt|question|alternative\w*|variants?|begin\w*|start\w*",
        "language": r"languages?|speak\w*|words?|translat\w+|native|foreign",
    }.items()
}
_FAMILY_OF = {
    **dict.fromkeys(("comma", "period", "question", "exclamation", "punctuation"), ("marks",)),
    "quotation": ("marks", "wrapping"),
    "json": ("data",),
    "title": ("form", "naming"),
    "bullet": ("form", "listing"),
    "case": ("case",),
    "ending": ("text",),
    "opening": ("text",),
    "two_answers": ("copies",),
    "repeat": ("copies",),
    "language_": ("language",),
    "time": ("text", "size"),
    "letter": ("text",),
    "placeholder": ("fields",),
    "highlight": ("stress",),
}
_LENGTHS = frozenset({"word", "sentence", "character", "paragraph", "line"})
_LONGEST = 300
_OF_THE_RESPONSE = re.compile(
    r"\b(?:your|the|this)\s+(?:whole\s+|entire\s+|final\s+)?(?:answer|response|reply|output)\b(?!\s+(?:again|twice))"
    r"|\b(?:cover|love|formal|resignation|recommendation)\s+letters?\b"
    r"|\blet's say\b|\b(?:main|key|essential|major|most important|salient) (?:points?|parts?)\b|\bspecific field\b"
)
"""What a demand is about in any case: the response, and a letter as a text."""
_NO_LETTERS = re.compile(r"[\s.]")
_CALLED = ("step", "part", "scene", "act", "day", "stanza", "verse", "piece", "section", "chapter")
"""What people call paragraphs and sections."""
_Bound = tuple[str, int | None]
"""Which bound it is, and of how many."""
_MARKER = re.compile(r"\bp\.?\s?(?:p\.?\s?)?s\b")
"""What a postscript begins with; "add a postscript" leaves that open."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A place that speaks against a rewritten instruction.

    Attributes:
        place: The constraint's place among those that were asked about.
        text: The sentence.
    """

    place: int
    text: str


def left_over(text: str, kept: Sequence[Sought], dropped: Sequence[Sought]) -> Witness | None:
    """Return the sentence that still asks for a dropped constraint, if there is one.

    What speaks of a kept constraint, too, is the kept one's. Quotations and code are content. A
    task may speak of sections or of a language without asking for so many or for that one.
    """
    page = read(text)
    if not any(_is_named(page, one) for one in dropped):
        return None
    hits = owned(page, [*kept, *dropped])
    owners = [hit for mine in hits[: len(kept)] for hit in mine]
    theirs = {hit.sentence for hit in owners}
    for place, (sought, mine) in enumerate(zip(dropped, hits[len(kept) :], strict=True)):
        for hit in mine:
            if not (_of_the_task(page, sought, hit) or _at_least_so(page, hit, sought, kept, hits)):
                return Witness(place, shown(page, hit))
        if (label := _label(page, sought)) is not None and label.sentence not in theirs:
            return Witness(place, shown(page, label))
        strict = {(hit.start, hit.end) for hit in page.hits(sought)}
        for hit in page.traces(sought):
            if (hit.start, hit.end) in strict:
                continue
            if hit.kind == "number" and not any(overlap(hit, one) for one in owners):
                return Witness(place, shown(page, hit))
            if hit.sentence in theirs:
                continue
            if hit.kind == "alike" or _demanding(page, hit):
                return Witness(place, shown(page, hit))
    return None


def _is_named(page: Page, sought: Sought) -> bool:
    """Return whether anything may speak of a constraint, be it another's."""
    return bool(page.hits(sought) or page.traces(sought) or _label(page, sought))


def _at_least_so(
    page: Page, hit: Hit, gone: Sought, kept: Sequence[Sought], hits: Sequence[Sequence[Hit]]
) -> bool:
    """Return whether a place asks for something without a limit, as a kept constraint does."""
    return (
        hit.quantity is None
        and asks_for_some(page.body(hit.sentence))
        and any(
            bounds_only(one, gone) and any(hit.start == other.start for other in mine)
            for one, mine in zip(kept, hits, strict=False)
        )
    )


def unexplained(text: str, kept: Sequence[Sought], dropped: Sequence[Sought]) -> str | None:
    """Return a demand that no kept constraint explains and that could mean a dropped one.

    It could where it speaks of things of the same family: of letters, say, where a constraint on
    capitals is dropped. The wish for a tone or a reader means none.
    """
    page = read(text)
    explained = {hit.sentence for mine in owned(page, kept) for hit in mine}
    families = [family for one in dropped for family in _families(one)]
    for number, sentence in enumerate(page.sentences):
        body = page.body(number)
        if number == 0 or number in explained or page.tasks[number] or tells(body):
            continue
        if len(body) > _LONGEST or body.rstrip().endswith((":", "：")):
            continue  # a text that is pasted without marks around it; a header
        if page.content(sentence.start, sentence.end) or not (is_demand(body) or is_remark(body)):
            continue
        body = _OF_THE_RESPONSE.sub(" ", body)
        if any(family.search(body) for family in families):
            return page.shown(number)
    return None


def _families(sought: Sought) -> list[re.Pattern[str]]:
    wording = sought.wording
    names = {name for topic in wording.topics for name in _FAMILY_OF.get(topic, ("form",))}
    if wording.unit is not None:
        names |= set(_FAMILY_OF.get(wording.unit, ("size",)))
    if wording.texts:
        names.add("text")
    if wording.language is not None and "case" not in wording.topics:
        names.add("language")
    return [_FAMILIES[name] for name in sorted(names)]


def _of_the_task(page: Page, sought: Sought, hit: Hit) -> bool:
    """Return whether something is only named where the task is said, and not asked for.

    "Which sections does it have?" names sections; "in two sections", "as a list" ask for them.
    """
    if hit.kind != "name" or not page.tasks[hit.sentence]:
        return False
    body = page.body(hit.sentence)
    if not (sought.counts or body.rstrip().endswith("?")) or _formed(page, hit):
        return False
    return not any(
        one.quantity is not None and one.sentence == hit.sentence for one in page.hits(sought)
    )


def _formed(page: Page, hit: Hit) -> bool:
    """Return whether a place is led up to as the form of a text: "as a list", "split into parts"."""
    start = page.sentences[hit.sentence].start if page.sentences else 0
    return bool(_FORM.search(page.folded[max(start, hit.start - 40) : hit.start]))


def _demanding(page: Page, hit: Hit) -> bool:
    """Return whether a hint stands where something is asked of the response."""
    body = page.body(hit.sentence)
    if page.tasks[hit.sentence] and not (hit.sentence and is_remark(body)):
        return _formed(page, hit) or bool(_FORM.match(page.folded[hit.start : hit.end] + " "))
    return is_demand(body) or is_remark(body)


def _label(page: Page, sought: Sought) -> Hit | None:
    """Return a mere label ("Length: Sentences") that names what is counted."""
    if sought.wording.unit is None:
        return None
    for number in range(len(page.sentences)):
        body = page.body(number)
        label = len(body) < 60 and len(body.split()) <= 3 and ":" in body
        if label and (match := units()[sought.wording.unit].search(body)):
            start = page.sentences[number].start
            return Hit(start + match.start(), start + match.end(), number, "name")
    return None


def lost(
    before: str, after: str, kept: Sequence[Sought], gone: Sequence[Sought],
    asked: Sequence[Sought] | None = None,
) -> Witness | None:  # fmt: skip
    """Return the statement of a kept constraint that is no longer there, if one is not.

    Args:
        before: The instruction as it was.
        after: As it is now.
        kept: What has to be in both.
        gone: What was in the first.
        asked: What stood for each of `kept` in the first, where one of them is a weaker form: then
            other words than before state it.
    """
    old, new = read(before), read(after)
    asked = kept if asked is None else asked
    hits_before = owned(old, [*asked, *gone])
    hits_after = owned(new, kept)
    for place, (was, now) in enumerate(zip(hits_before, hits_after, strict=False)):
        if was and not now:
            return Witness(place, shown(old, was[0]))
        if asked[place] != kept[place]:
            continue
        said = {_said(new, hit) for hit in now}
        known = {hit.kind for hit in now}
        for hit in was:
            if hit.kind == "text" and known - {"text"}:
                continue  # its words are there, its subject may be another
            if hit.quantity is not None and hit.quantity.is_range and not asked[place].is_exact:
                continue
            if _said(old, hit) not in said and not _word_said(old, hit, said):
                return Witness(place, shown(old, hit))
    return None


def _said(page: Page, hit: Hit) -> tuple[str, str]:
    return hit.kind, " ".join(page.folded[hit.start : hit.end].split()).rstrip(".,;")


def _word_said(page: Page, hit: Hit, said: set[tuple[str, str]]) -> bool:
    """Return whether a word is asked for, by another cue maybe: "the letter n", "n appears"."""
    kind, text = _said(page, hit)
    return kind == "word" and any(
        other == kind and (text.endswith(words) or words.endswith(text)) for other, words in said
    )


def disagreeing(text: str, kept: Sequence[Sought]) -> Witness | None:
    """Return where an instruction says something else than a kept constraint's kwargs do.

    A number that is not said at all disagrees, too, unless it is that of "some" or of "none".
    """
    page = read(text)
    hits = owned(page, kept)
    for place, (sought, mine) in enumerate(zip(kept, hits, strict=True)):
        wording = sought.wording
        numbers = [hit for hit in mine if hit.quantity is not None]
        if (other := _other_number(page, wording, mine)) is not None:
            return Witness(place, shown(page, other))
        if (half := _half_said(wording, numbers, _bounds_at(kept, hits))) is not None:
            return Witness(place, shown(page, half))
        if sought.counts and mine and not numbers and not _implied_number(page, sought, mine):
            return Witness(place, shown(page, mine[0]))
        if "postscript" in wording.topics:
            if mine and (marker := _other_marker(page, wording)) is not None:
                return Witness(place, marker)
            continue
        for asked in wording.texts:
            if mine and " ".join(asked.lower().split()) not in " ".join(page.folded.split()):
                return Witness(place, asked)
    return next((_witness(page, one) for one in surplus(page, kept, hits)), None)


def _other_marker(page: Page, wording: Wording) -> str | None:
    """Return what a postscript is said to begin with, where it is something else than is wanted.

    "Add a postscript" leaves it open.
    """
    for text in wording.texts:
        if _MARKER.match(text.lower()) is None:
            return None if text.lower() in page.folded else text
    wanted = {_NO_LETTERS.sub("", text.lower()) for text in wording.texts}
    said = (match[0] for match in _MARKER.finditer(page.folded))
    return next((one for one in said if _NO_LETTERS.sub("", one) not in wanted), None)


def asking_more(text: str, constraints: Sequence[Sought]) -> Iterator[Witness]:
    """Yield where an instruction's last request, for sure, asks for more than is checked."""
    page = read(text[last_request(text) :])
    for one in surplus(page, constraints, owned(page, constraints)):
        if one.sure:
            yield _witness(page, one)


def _witness(page: Page, more: Surplus) -> Witness:
    return Witness(more.place, shown(page, more.hit))


def _other_number(page: Page, wording: Wording, mine: Sequence[Hit]) -> Hit | None:
    """Return where another number is said than the wanted one.

    A mere number says none where it stands in the constraint's own sentence and is not a length, or
    in the task where that sentence is known, or where it repeats what was said with its relation.
    """
    texts = [hit for hit in mine if hit.kind == "text"]
    found = [(hit, hit.quantity) for hit in mine if hit.quantity is not None]
    said = any(not one.bare and agrees(wording, one) for _, one in found)
    for hit, quantity in found:
        if agrees(wording, quantity):
            continue
        own = wording.unit not in _LENGTHS and any(
            text.start <= hit.start and hit.end <= text.end for text in texts
        )
        again = (said or own) and quantity.least in (wording.least, wording.most)
        if not (quantity.bare and (again or (texts and page.tasks[hit.sentence]))):
            return hit
    return None


def _bounds_at(
    kept: Sequence[Sought], hits: Sequence[Sequence[Hit]]
) -> dict[tuple[int, int], set[_Bound]]:
    """Return for each place of a number the bounds of all constraints that it may be of."""
    found: dict[tuple[int, int], set[_Bound]] = {}
    for one, mine in zip(kept, hits, strict=True):
        for hit in mine:
            if hit.quantity is not None:
                bounds = found.setdefault((hit.start, hit.end), {("least", 0)})
                bounds |= {("least", one.wording.least), ("most", one.wording.most)}
    return found


def _half_said(
    wording: Wording, numbers: Sequence[Hit], known: dict[tuple[int, int], set[_Bound]]
) -> Hit | None:
    """Return a range of which a bound is nobody's, or a number where the other bound is not said."""
    if wording.least is None and wording.most is None:
        return None
    said: set[int | None] = {None, 0}
    for hit in numbers:
        if hit.quantity is not None:
            least, most = hit.quantity.least, hit.quantity.most
            bounds: set[_Bound] = {("least", least), ("most", most)}
            if hit.quantity.is_range and not bounds <= known[hit.start, hit.end]:
                return hit
            said |= {least, most}
    complete = {wording.least, wording.most} <= said
    return None if complete or not numbers else numbers[0]


def _implied_number(page: Page, sought: Sought, mine: Sequence[Hit]) -> bool:
    """Return whether a number that no unit follows is the wanted one, or none has to be said."""
    bound = max(sought.wording.least or 0, sought.wording.most or 0)
    if bound <= 1 or any(hit.kind == "text" for hit in mine):
        return True
    said = [
        int(number)
        for sentence in {hit.sentence for hit in mine}
        for number in re.findall(r"(?<![\d.])\d{1,6}(?![\d.]\d)", page.body(sentence))
    ]
    if said:
        return max(said) == bound
    known = sought.is_exact or sought.wording.bare
    return bound > 1 and known and _so_many_things(page, sought, bound)


def _so_many_things(page: Page, sought: Sought, bound: int) -> bool:
    """Return whether the task asks for so many things that are to be the parts: "list 6 reasons"."""
    things = "|".join([*map(re.escape, map(fold, sought.wording.texts)), *_CALLED])
    number = "|".join([str(bound), *words_of({bound})])
    wanted = re.compile(rf"\b(?:{number})[\s-]+(?:[\w-]+[\s-]+){{0,2}}?(?:{things})s?\b")
    return wanted.search(page.folded) is not None or any(
        is_listed(page, number, page.words(number), sought) for number in range(len(page.sentences))
    )


def implied(kept: Sequence[Sought], dropped: Sequence[Sought]) -> Witness | None:
    """Return a kept constraint whose fulfilment would fulfil a dropped one, if there is one."""
    for place, gone in enumerate(dropped):
        for one in kept:
            if _implies(one, gone):
                return Witness(place, " / ".join(one.sentences) or "a kept constraint")
    return None


def _implies(kept: Sought, gone: Sought) -> bool:
    mine, theirs = kept.wording, gone.wording
    if not (theirs.topics or theirs.texts or theirs.unit or theirs.language):
        meant = frozenset().union(*(gist(text) for text in gone.sentences))
        said = frozenset().union(*(gist(text) for text in kept.sentences))
        return bool(meant) and len(meant & said) >= -(-len(meant) * 4 // 5)
    if gone.is_of_each and not kept.is_of_each and theirs.unit is None:
        return False
    if not set(theirs.topics) <= set(mine.topics) or theirs.language not in (None, mine.language):
        return False
    if not {text.lower() for text in theirs.texts} <= {text.lower() for text in mine.texts}:
        return False
    return theirs.unit is None or _within(kept, gone)


def _within(kept: Sought, gone: Sought) -> bool:
    mine, theirs = kept.wording, gone.wording
    if mine.unit != theirs.unit:
        return False
    low, high = theirs.least or 0, inf if theirs.most is None else theirs.most
    if not (low <= (mine.least or 0) and (inf if mine.most is None else mine.most) <= high):
        return False
    if kept.is_of_each and not gone.is_of_each and low == 0:
        return False  # a limit for each part says nothing of the whole
    return not (gone.is_of_each and not kept.is_of_each and low > 0)  # a total limits every part


def shown(page: Page, hit: Hit) -> str:
    """Return the sentence of a place, on one line."""
    if page.sentences:
        return page.shown(hit.sentence)
    return " ".join(page.text[hit.start : hit.end].split())
