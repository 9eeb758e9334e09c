"""What still asks for a dropped constraint without naming it: lengths, marks, reasons, examples."""

# ruff: noqa: E501  # patterns that are read by the line
from __future__ import annotations

import re
from collections.abc import Sequence

from hir_kit.relabel.statements.find import Page, read
from hir_kit.relabel.statements.owning import owned
from hir_kit.relabel.statements.quantities import words_of
from hir_kit.relabel.statements.sought import Sought
from hir_kit.verify import topics

_LONG = re.compile(
    r"\b(?:long(?:er|ish|est)?(?! (?:ago|term|run|way|before|since|distance|john|island|beach|time|lasting|standing|day|days|hours?|walk|journey|trip|hair|history))(?<!how long)(?<!as long)(?<!so long)"
    r"|lengthy|lengthier|lengthily|at length|full-length|elaborate(?:ly)?(?! (?:on|upon)\b)|elaboration"
    r"|pad(?:ding|ded)?|filler|expand(?:ed)?(?! (?:on|upon)\b|:)|verbose|wordy|expansive|several pages|(?:\d+|two|three|four|five|many|full)[\s-]pages?|the more the|less is|too short|nothing shorter|fill (?:the|a|up)"
    r"|lange?[rns]?|longue?s?|largo|larga|extenso)\b|长文|較長|较长|长篇|篇幅"
)
_DEEP = re.compile(
    r"\b(?:detailed|(?:in|more|much|great|every|full) details?|in[- ]depth|extensive(?:ly)?|comprehensive(?! understanding)|exhaustive(?:ly)?|thorough(?:ly)?"
    r"|ausführlich\w*|détaillée?s?|detallad\w)\b|详细|詳細|详尽"
)
"""What asks for more words, and for no number of sentences: one may say a lot."""
_SHORT = re.compile(
    r"\b(?:short(?:er|est|ly|ish)?(?!(?:haired|sighted|[- ](?:stor|film|term|circuit|sleeve|video|ur[il]|link|code|distance|range|notice|walk|trip|flight|hair|skirt|break|supply|sell|sale)))|brief(?:er|ly|est)?(?!case)|brevity|concise(?:ly|ness)?|succinct\w*|terse\w*|crisp|compact|to the point|in a nutshell|pithy|curt|laconic|tight|snappy"
    r"|tweet|one-?liner|(?:a|one|single|two|few|couple of)[\s-](?:single )?(?:lines?|pages?|sentences?|paragraphs?|breath|glance)|no more than an?|too long|(?:more|longer) is|don't ramble|no rambling|ramble|no fluff|few words|in a word"
    r"|(?:hates?|dislikes?|despises?|can't stand|cannot stand|don't like|doesn't like|do not like|not|no|never|without|avoid|nothing|tired of|skips?|bored by|no time for)\s+(?:(?:a|an|any|very|too|overly|reads?|reading|writes?|writing|gets?|these|such|big|the)\s+)*(?:long|lengthy|verbose|wordy|endless|walls? of)(?! (?:ago|term|run|way|before|since|distance))"
    r"|kurz\w*|knapp\w*|bref|brève(?:ment)?|courte?s?|concise?|breve|corto|corta)\b|简短|簡短|简洁|簡潔|简练|精简|短一点|短些|扼要"
)
_MEASURE = re.compile(
    r"\b(?:words?|sentences?|characters?|wörtern?|sätzen?|zeichen|mots|phrases)\s+(?:long|lang|in length)\b"
)
_SIZED = {"word", "sentence", "character"}
_MARKS = {"comma", "period", "question", "exclamation", "quotation", "punctuation"}
_PUNCTUATION = re.compile(
    r"\b(?:punctuat\w+|unpunctuated|ponctuation|satzzeichen|interpunktion|zeichensetzung|puntuación|interpunzione|pontuação)\b|标点|標點|句読点"
)
_KNOWING = (
    r"(?:because|since|as|so that|given that|weil|da|parce que|car|puisque|porque|因为|因為)\b[^.;!?]*"
    r"|(?:speak|understand|read|know|fluent|native|learn|stud|practi|parle|compren|sprech|versteh|habla)\w*\b[^.;!?]{0,30}"
)
_BECAUSE = re.compile(r"\b(?:because|so that|weil|damit|parce que|puisque|porque)\b|因为|因為")
_EXAMPLE = re.compile(
    r"(?:example|format|template|sample|layout|pattern|structure|like this|like below|as follows|look like|exemple|modèle|beispiel|vorlage|格式|示例|例如|模板)[^\n]{0,60}[:：]\s*\n((?:[^\n]*\S[^\n]*(?:\n|$))+)"
)
_SHOWN = {
    "bullet": re.compile(r"^\s*[*\-•]\s+\S", re.M),
    "title": re.compile(r"<<[^<>\n]*>>|^#\s+\S|^\s*title\b", re.M),
    "heading": re.compile(r"^#{1,6}\s+\S", re.M),
    "highlight": re.compile(r"(?<![*\w])\*[^*\s][^*\n]*\*(?![*\w])"),
    "paragraph_": re.compile(r"\*{3}(?!\*)"),
    "placeholder": re.compile(r"\[[^\[\]\n]+\]"),
    "postscript": re.compile(r"\bp\.\s?(?:p\.\s?)?s\b"),
    "json": re.compile(r"^\s*[{\[]", re.M),
    "two_answers": re.compile(r"\*{6}"),
    "quotation": re.compile(r"^\s*'(?:.*')?\s*$", re.M),
    "table": re.compile(r"\|[^\n]*\|"),
    "section": re.compile(r"^\s*(?:section|part|chapter|day)\s+\w+", re.M),
    "choice": re.compile(r"answer is (?:yes|no|maybe)"),
}
_PARTIAL = frozenset({"table", "json", "xml", "heading", "row", "column", "attribute", "level"})
_OF_A_PART = re.compile(
    r"\b(?:tables?|tabular|rows?|columns?|json|xml|headings?|subheadings?)\b(?!.*\b(?:answer|response|text)\b).*"
)
"""What is said of a part of the response, "a table of 3 rows for conciseness", and not of all of it."""
_TWO = re.compile(r"\b(?:two|2) (?:different|distinct|alternative|separate)\b")
_STRUCTURES = {"bullet", "paragraph", "section", "answer", "line", "row"}
_QUOTED = re.compile(r"(?<!\w)'[^']{1,80}'(?!\w)")
_NO_ITEMS = (
    r"(?:words?|sentences?|letters?|times|characters?|percent|years?|days?|months?|weeks?|hours?|minutes?|dollars?|euros?|people|persons?|and|or|to|in|of|for|with|the|a|is|are|am|pm"
    r"|year|day|month|week|hour|minute|feet|foot|miles?|km|meters?|-)"
)
_LISTING = r"\b(?:list|name|give|write|tell|provide|suggest|what are|recommend|brainstorm|generate|create|describe|compose|make|come up with|enumerate|outline|share|offer|need|want|identify|mention|explain)\s+(?:(?!for|with|about|in|from|by|to|on)[\w-]+\s+){0,3}?"


def echoed(
    text: str, kept: Sequence[Sought], dropped: Sequence[Sought], changed: Sequence[str] = ()
) -> str | None:
    """Return the sentence, or the example, that still asks for what is dropped, if there is one.

    Args:
        text: A message of the rewritten prompt.
        kept: What it asks for.
        dropped: What it must not ask for.
        changed: The sentences from which something was cut, folded: their reasons may be its.
    """
    page = read(text)
    hits = [{hit.sentence for hit in mine} for mine in owned(page, kept)]
    said = [
        (
            number,
            _QUOTED.sub(" ", page.words(number)),
            [who for who, told in zip(kept, hits, strict=True) if number in told],
        )
        for number, sentence in enumerate(page.sentences)
        if not page.content(sentence.start, sentence.end)
    ]
    for one in dropped:
        for number, body, explaining in said:
            if (
                _is_sized(body, one, explaining)
                or _is_marked(page, number, body, one, explaining)
                or _is_known(body, one)
                or is_listed(page, number, body, one)
                or ("two_answers" in one.wording.topics and _TWO.search(body))
                or (body in changed and _BECAUSE.search(body))
            ):
                return page.shown(number)
    return exemplified(page, dropped)


def speaks_of_length(body: str, one: Sought) -> bool:
    """Return whether a text, folded, speaks of a length as a constraint does."""
    return _is_sized(body, one, ())


def speaks_of_marks(body: str, one: Sought) -> bool:
    """Return whether a text, folded, speaks of punctuation, of which a constraint is about a mark."""
    return not _MARKS.isdisjoint(one.wording.topics) and bool(_PUNCTUATION.search(body))


def _is_sized(body: str, one: Sought, explaining: Sequence[Sought]) -> bool:
    """Return whether a sentence speaks of the length that is gone, in its direction."""
    wording = one.wording
    if wording.unit not in _SIZED or wording.topics or wording.texts:
        return False
    body = _MEASURE.sub(" ", body)
    about = {name for who in explaining for name in (*who.wording.topics, who.wording.unit)}
    if not (_PARTIAL.isdisjoint(about) or one.is_of_each):
        body = _OF_A_PART.sub(" ", body)
    for pattern, bound in ((_LONG, "least"), (_SHORT, "most")):
        theirs = any(
            who.wording.unit in _SIZED and getattr(who.wording, bound) is not None
            for who in explaining
        )
        if getattr(wording, bound) is None or theirs:
            continue
        deep = bound == "least" and wording.unit != "sentence" and _DEEP.search(body)
        if deep or pattern.search(body):
            return True
    return False


def _is_marked(
    page: Page, number: int, body: str, one: Sought, explaining: Sequence[Sought]
) -> bool:
    """Return whether a sentence speaks of punctuation as a whole, of which a mark is dropped."""
    if not speaks_of_marks(body, one):
        return False
    theirs = any(not _MARKS.isdisjoint(who.wording.topics) for who in explaining)
    return not theirs and not (page.tasks[number] and body.endswith("?"))


def _is_known(body: str, one: Sought) -> bool:
    """Return whether a sentence says who reads, or why, in words that name a dropped language."""
    code = one.wording.language
    if code is None or "case" in one.wording.topics:
        return False
    name = rf"(?<![a-z])(?:{topics.language_names(code)})(?![a-z])"
    return bool(re.search(rf"(?<![a-z])(?:{_KNOWING}){name}|{name}[ -](?:speak|only|native)", body))


def is_listed(page: Page, number: int, body: str, one: Sought) -> bool:
    """Return whether a task asks for so many things as there were to be parts: "list five facts"."""
    wording = one.wording
    if wording.unit not in _STRUCTURES or not (number == 0 or page.tasks[number]):
        return False
    wanted = {n for n in (wording.least, wording.most) if n is not None and n > 1}
    said = "|".join([*words_of(wanted), *map(str, wanted)])
    if not said:
        return False
    return bool(
        re.search(rf"{_LISTING}(?:{said})\s+(?!{_NO_ITEMS}\b)(?:[\w-]+\s+){{0,2}}?[\w-]+s\b", body)
    )


def exemplified(page: Page, dropped: Sequence[Sought]) -> str | None:
    """Return a line of an example of the format that shows what is dropped."""
    for match in _EXAMPLE.finditer(page.folded):
        for one in dropped:
            for topic in (*one.wording.topics, one.wording.unit or ""):
                found = _SHOWN[topic].search(match[1]) if topic in _SHOWN else None
                if found is not None:
                    low = match.start(1) + found.start()
                    return " ".join(page.text[low:].strip().split("\n")[0].split())[:160]
    return None
