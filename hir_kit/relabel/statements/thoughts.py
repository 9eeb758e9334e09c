"""Whether a text that asks for nothing, thinking say, speaks of what is not asked for any more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hir_kit.relabel.excision.locate import fold
from hir_kit.relabel.statements.echoes import speaks_of_length, speaks_of_marks
from hir_kit.relabel.statements.examine import shown
from hir_kit.relabel.statements.find import Hit, Page, read
from hir_kit.relabel.statements.owning import overlap, owned
from hir_kit.relabel.statements.pointing import counts_demands
from hir_kit.relabel.statements.quantities import words_of
from hir_kit.relabel.statements.sought import Sought

_MARKS = {
    "comma": ",，、",
    "period": ".。",
    "question": "?？",
    "exclamation": "!！",
    "quotation": "\"'“”",
}
_OTHER_NAMES = {
    "comma": r"punctuation|that mark|pauses?|separat\w+|标点|標點",
    "case": r"shout\w*|loud|\bcaps\b|letters?|yell\w*|scream\w*|case\b|big|small",
    "title": r"head(?:ing|line|er)s?|chevrons?|name it|<<|brackets?",
    "quotation": r"quot\w+|' '|''|wrap\w*|enclos\w*|speech",
    "bullet": r"lists?|listed|asterisks?|stars?|dashes|dots|points?|items?",
    "highlight": r"asterisks?|stars?|bold|italic\w*|emphas\w+|mark(?:ed|ing|down)?\b|\*\w",
    "paragraph_": r"paragraphs?|asterisks?|\*\*\*|blocks?|parts?|divid\w+",
    "section": r"sections?|parts?|divid\w+|chapters?",
    "placeholder": r"brackets?|blanks?|\[|fill",
    "postscript": r"p\.?\s?s\b|afterthought|postscript|at the end",
    "json": r"json|braces?|keys?|object|\{",
    "two_answers": r"two|both|second|twice|versions?|another|alternative|asterisks?",
    "repeat": r"repeat\w*|again|verbatim|first|copy",
    "ending": r"end\w*|finish\w*|clos\w+|last|final\w*",
    "opening": r"start\w*|begin\w*|open\w*|first",
    "choice": r"options?|answer is|yes|no|maybe|choose|pick",
    "language_": r"languages?|translat\w+|speak\w*",
}
_NUMBER_WORDS = {1: ("once", "single"), 2: ("twice", "both", "pair", "couple"), 3: ("thrice",)}


def spoken_of(text: str, kept: Sequence[Sought], dropped: Sequence[Sought]) -> str | None:
    """Return the sentence of a text that speaks of a dropped constraint, or may, if there is one.

    What speaks of a kept constraint, too, is the kept one's. In doubt it speaks of the dropped
    one: by a name, a hint, its mark in quotation marks, its number, its keyword; or by the number
    of demands that there were.
    """
    if not dropped:
        return None
    page = read(text)
    hits = owned(page, [*kept, *dropped])
    for mine in hits[len(kept) :]:
        if mine:
            return shown(page, mine[0])
    theirs = [hit for mine in hits[: len(kept)] for hit in mine]
    for one in dropped:
        for start, end in _places(page, one):
            place = Hit(start, end, page.at(start), "name")
            if not any(overlap(place, other) for other in theirs):
                return shown(page, place)
    return counts_demands(page)


def _places(page: Page, one: Sought) -> Iterator[tuple[int, int]]:
    """Yield where a text may speak of a constraint."""
    for hit in page.traces(one):
        yield hit.start, hit.end
    for pattern in _patterns(one):
        yield from (match.span() for match in pattern.finditer(page.folded))
    for number, sentence in enumerate(page.sentences):
        body = page.body(number)
        if speaks_of_length(body, one) or speaks_of_marks(body, one):
            yield sentence.start, sentence.start + 1


def _patterns(one: Sought) -> Iterator[re.Pattern[str]]:
    wording = one.wording
    for topic in wording.topics:
        if topic in _MARKS:
            quoted = rf"['\"“”‘’`(]\s*[{re.escape(_MARKS[topic])}]\s*['\"“”‘’`)]"
            yield re.compile(quoted)
        if topic in _OTHER_NAMES:
            yield re.compile(rf"(?<![a-z])(?:{_OTHER_NAMES[topic]})(?![a-z])")
    for text in wording.texts:
        yield re.compile(rf"(?<!\w){re.escape(fold(text))}(?!\w)")
    numbers = {n for n in (wording.least, wording.most) if n is not None and n > 0}
    numbers |= {wording.most + 1} if wording.most is not None and wording.least is None else set()
    if wording.unit is not None and numbers:
        said = words_of(numbers)
        said += [word for n in numbers for word in _NUMBER_WORDS.get(n, ())]
        yield re.compile(rf"(?<![\w.])(?:{'|'.join([*said, *map(str, numbers)])})(?![\w]|\.\d)")
