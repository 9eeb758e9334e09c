"""Finding what states a constraint in an instruction, by what it is about."""

# ruff: noqa: E501  # patterns that are read by the line
from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from hir_kit.relabel.excision.locate import Searchable, fold, wanted
from hir_kit.relabel.excision.quotations import quotations
from hir_kit.relabel.statements.demands import commands, is_demand, is_remark, is_task
from hir_kit.relabel.statements.quantities import Quantity, quantities
from hir_kit.relabel.statements.sentences import split
from hir_kit.relabel.statements.sought import Sought
from hir_kit.relabel.statements.wordings import gist
from hir_kit.verify import topics
from hir_kit.verify.wording import Wording, name_of

Span = tuple[int, int]


_CUE = re.compile(
    r"\b(?P<noun>key\s?-?(?:words?|phrases?|terms?)|words?|letters?|terms?|phrases?|expressions?"
    r"|verbs?|nouns?|characters?|symbols?|mots?(?:-clés?)?|wort(?:e|es)?|wörter[n]?|begriffe?"
    r"|schlüssel\w+|buchstaben?|lettres?|terme|hashtags?)\b"
    r"|\b(?P<verb>includ\w+|inclusion|contain\w*|mention\w*|incorporat\w+|featur\w+|insert\w*"
    r"|add(?:ing)?|us(?:e|es|ed|ing)|usage|avoid\w*|exclud\w*|omit\w*|without|leav\w+ out|say(?:ing)?"
    r"|appear\w*|start\w*|begin\w*|end(?:s|ing)?|conclud\w*|finish\w*|exact phrase|clos(?:e|ing)"
    r"|inclu\w+|utilis\w+|évit\w+|sans|termin\w+|mentionn\w+|erwähn\w*|enthalt\w*|verwend\w*"
    r"|vermeid\w*|ohne|benutz\w*|ende\w*|schreib\w*)\b"
    r"|(?P<chinese>包含|包括|提到|提及|使用|出现|關鍵詞|关键词|关键字|不要|避免|以)"
)


_FILLING = frozenset({"and", "or", "the", "these", "with", "word"})


_GENERAL = frozenset({"word", "highlight", "character", "letter", "level"})
"""Units whose numbers say something of a topic only where it is named, too."""


_ALIKE = {"paragraph": ("section",)}
"""Units that people use for each other."""


_LOOSE = ("us", "add", "say", "feat", "start", "begin", "end", "without", "appear")


_AFTER = re.compile(
    r"['\"]?\]?\s*(?:\([^)]*\)\s*)?(?:for\s+)?(?:(?:must|should|shall|has to|have to|needs? to|to|can\s?not|can't|may|will|is|are"
    r"|doesn't|does not|isn't)\s+(?:not\s+|also\s+)*(?:be\s+)?(?:includ|mention|us|present|incorporat|featur|appear"
    r"|occur|not|found|written|said|absent|off|forbidden|banned|allowed|permitted|avoided|omitted)"
    r"|appears?\b|occurs?\b|at (?:least|most)\s|(?:less|fewer|more) than \S+ times|exactly \S+ times|\S+ or more times|\S+ times\b|once\b|twice\b)"
)


_SPEAKING = re.compile(
    r"(?:\b(?:in|into|only|entirely|using|purely|all|auf|en|au|exclusivement|nur|ausschließlich"
    r"|exclusively|fully|completely|speak|write|written)\s+(?:the\s+|only\s+|entirely\s+|all\s+|lowercase\s+|proper\s+|plain\s+|language\s+)*|[用以]\s*)$"
)


_SHOWN = 160
"""The most characters of a sentence that are shown."""


_SPOKEN = re.compile(r"\s*(?:language|only|text|letters|alone|exclusively|uniquement|please)\b")


_SAID = re.compile(r"[.!?…。！？]['\"*]*$")
_WORD = re.compile(r"[^\W\d_]{2}")


@lru_cache(maxsize=32)
def read(text: str) -> Page:
    """Return an instruction, read; it is read several times while it is rewritten."""
    return Page(text)


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that speaks of a constraint.

    Attributes:
        start: Its first character.
        end: After its last one.
        sentence: The index of its sentence.
        kind: "text" (its sentence, word for word), "name", "quantity", "word" or "language".
        quantity: The quantity, where it is one.
    """

    start: int
    end: int
    sentence: int
    kind: str
    quantity: Quantity | None = None


class Page:
    """An instruction that is searched.

    Attributes:
        text: The instruction.
        folded: The same in lower case, with one kind of quotation mark.
        sentences: Its sentences.
        starts: Where each begins.
        ownership: For constraints that were looked for together, the places that speak of each.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = fold(text)
        self.sentences = split(text)
        self.starts = [one.start for one in self.sentences]
        self._known: dict[Sought, list[Hit]] = {}
        self._asks: dict[int, bool] = {}
        self._units: dict[str, list[Quantity]] = {}
        self.ownership: dict[frozenset[Sought], dict[Sought, list[Hit]]] = {}

    @cached_property
    def quoted(self) -> list[Span]:
        """The quotations and stretches of code, in order, the outermost ones."""
        merged: list[Span] = []
        for start, end in sorted(quotations(self.text)):
            if not merged or start >= merged[-1][1]:
                merged.append((start, end))
        return merged

    @cached_property
    def _source(self) -> Searchable:
        return Searchable(self.text)

    @cached_property
    def tasks(self) -> list[bool]:
        """For each sentence, whether it says what to write."""
        found = [is_task(self.body(n)) for n in range(len(self.sentences))]
        if found and not found[0]:
            found[0] = not (commands(self.body(0)) or is_demand(self.body(0)))
        return found

    def body(self, number: int) -> str:
        """Return a sentence, folded, without the example that belongs to it."""
        one = self.sentences[number]
        return self.folded[one.start : one.body]

    @cached_property
    def said(self) -> list[str]:
        """For each sentence, its body on one line."""
        return [" ".join(self.body(n).split()) for n in range(len(self.sentences))]

    def words(self, number: int) -> str:
        """Return the body of a sentence on one line."""
        return self.said[number]

    def shown(self, number: int) -> str:
        """Return the beginning of a sentence as it stands there, on one line."""
        one = self.sentences[number]
        return " ".join(self.text[one.start : one.end].split())[:_SHOWN]

    def example(self, number: int) -> str:
        """Return the lines of the example that belongs to a sentence, folded; "" without one."""
        one = self.sentences[number]
        return self.folded[one.body : one.end]

    def at(self, offset: int) -> int:
        """Return the index of the sentence at an offset."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def content(self, start: int, end: int) -> bool:
        """Return whether a stretch is inside a quotation of several words, or code."""
        low, high = self._quoting(start)
        if end > high:
            return False
        inner = self.text[low:high]
        return "`" in inner[:1] or len(inner.split()) > 4 or inner.lstrip()[:1] == ">"

    def _quoting(self, start: int) -> Span:
        """Return the last quotation that begins before a place or there."""
        place = bisect_right(self.quoted, (start, len(self.text)))
        return self.quoted[place - 1] if place else (0, 0)

    def _spoken(self, start: int, end: int) -> bool:
        """Return whether a stretch is a part of a quotation that is a sentence: 'No commas!'."""
        low, high = self._quoting(start)
        if low == start or end >= high:
            return False
        around = self.folded[low:start] + self.folded[end:high]
        return bool(_SAID.search(self.folded[low:high]) and _WORD.search(around))

    def hits(self, sought: Sought) -> list[Hit]:
        """Return the places that speak of a constraint, in order."""
        if sought not in self._known:
            self._known[sought] = self._hits(sought)
        return self._known[sought]

    def _hits(self, sought: Sought) -> list[Hit]:
        found = [*self._texts_of(sought), *self._names(sought.wording, hints=False)]
        found += self._quantities(sought.wording)
        found += self._words(sought.wording)
        found += self._language(sought.wording)
        return sorted(set(found), key=lambda hit: (hit.start, hit.end))

    def traces(self, sought: Sought) -> list[Hit]:
        """Return the places that may speak of a constraint, in order."""
        found = [*self._texts_of(sought), *self._names(sought.wording, hints=True)]
        found += self._quantities(sought.wording)
        found += self._numbers(sought.wording)
        found += self._words(sought.wording, strict=False)
        found += self._language(sought.wording, strict=False)
        found += self._alike(sought)
        return sorted(set(found), key=lambda hit: (hit.start, hit.end))

    def _texts_of(self, sought: Sought) -> Iterator[Hit]:
        for sentence in sought.sentences:
            for start, end in self._source.find(wanted(sentence)):
                if not self.content(start, end):
                    yield Hit(start, end, self.at(start), "text")

    def _names(self, wording: Wording, *, hints: bool) -> Iterator[Hit]:
        known = topics.named()
        patterns = [known[name].hints if hints else known[name].names for name in wording.topics]
        patterns += [name_of(name) for name in wording.names]
        if hints:
            patterns += [name_of(name) for name in wording.hints]
        for pattern in patterns:
            for match in pattern.finditer(self.folded):
                named = match.end() > match.start() and not self.content(*match.span())
                if named and (hints or not self._spoken(*match.span())):
                    yield Hit(*match.span(), self.at(match.start()), "name")

    def _counted(self, unit: str) -> list[Quantity]:
        """Return all quantities of a unit; many constraints are looked for by the same one."""
        if unit not in self._units:
            self._units[unit] = list(quantities(self.folded, unit))
        return self._units[unit]

    def _quantities(self, wording: Wording) -> Iterator[Hit]:
        if wording.unit is None:
            return
        about, named = None, [wording.unit]
        if wording.topics and wording.unit in _GENERAL:
            about = {hit.sentence for hit in self._names(wording, hints=False)}
            named.append("time")
        for one in sorted(
            (one for unit in named for one in self._counted(unit)),
            key=lambda one: one.start,
        ):
            number = self.at(one.start)
            if about is not None and number not in about:
                continue
            in_example = one.start >= self.sentences[number].body
            if not in_example and not self.content(one.start, one.end):
                yield Hit(one.start, one.end, self.at(one.start), "quantity", one)
        yield from self._alike_quantities(wording)

    def _alike_quantities(self, wording: Wording) -> Iterator[Hit]:
        """Yield the wanted number of what people call by another name: "3 parts" of paragraphs."""
        bounds = (wording.least, wording.most)
        for unit in _ALIKE.get(wording.unit or "", ()):
            for one in self._counted(unit):
                number = self.at(one.start)
                meant = (one.least, one.most) == bounds and not self.content(one.start, one.end)
                if meant and one.start < self.sentences[number].body:
                    yield Hit(one.start, one.end, number, "quantity", one)

    def _numbers(self, wording: Wording) -> Iterator[Hit]:
        """Yield the wanted number in a demand, where what is counted may be named elsewhere."""
        units: tuple[str, ...] = _ALIKE.get(wording.unit or "", ())
        if wording.unit in _GENERAL and wording.topics:
            units = (wording.unit, "time")
        for unit in units:
            for one in self._counted(unit):
                wanted_one = (one.least, one.most) == (wording.least, wording.most)
                if wanted_one and not self.content(one.start, one.end):
                    yield Hit(one.start, one.end, self.at(one.start), "number")

    def _words(self, wording: Wording, *, strict: bool = True) -> Iterator[Hit]:
        for text in wording.texts:
            folded = " ".join(fold(text).split())
            for start in _occurrences(self.folded, folded):
                end = start + len(folded)
                number = self.at(start)
                if self._content_word(start, end, folded):
                    continue
                cue = self._cued(start, end, number, wording)
                if cue is not None:
                    yield Hit(*cue, number, "word")
                elif not strict and folded not in ("a", "i") and self._demanding(number):
                    yield Hit(start, end, number, "word")

    def _content_word(self, start: int, end: int, text: str) -> bool:
        """Return whether a keyword stands inside a quotation that is more than keywords."""
        low, high = self._quoting(start)
        if end > high:
            return False
        inner = self.folded[low:high].strip("'\" .,!?*`")
        return len(inner.split()) > len(text.split()) + 6 and text not in inner[: len(text)]

    def _demanding(self, number: int) -> bool:
        """Return whether a sentence asks something of the response, or is a remark."""
        if number not in self._asks:
            body = self.body(number)
            told = is_remark(body)
            is_task = number == 0 or (self.tasks[number] and not told)
            self._asks[number] = not is_task and (told or is_demand(body))
        return self._asks[number]

    def _cued(self, start: int, end: int, number: int, wording: Wording) -> Span | None:
        """Return the span of "the word milk" where that is asked for, None where it is not."""
        one = self.sentences[number]
        low = max(one.start, start - 160)
        before = self.folded[low:start]
        quoted = before[-1:] in ("'", '"', "*", "[")
        after = _AFTER.match(self.folded, end)
        cues = list(_CUE.finditer(before))
        if cues:
            cue = cues[-1]
            between = before[cue.end() :]
            for text in wording.texts:
                between = between.replace(fold(text), " ")
            loose = cue.lastgroup == "verb" and cue[0].startswith(_LOOSE) and not quoted
            words = re.findall(r"[^\W\d_]+", between)
            words = [word for word in words if word not in _FILLING]
            limit = 0 if loose else 4 if quoted or cue.lastgroup == "noun" else 2
            if len(end_of := self.folded[start:end]) == 1:
                limit = min(limit, 1) if (quoted or cue.lastgroup == "noun") else -1
            if self.tasks[number] and cue.lastgroup == "noun" and not _asks(before[: cue.start()]):
                limit = -1
            closes = between.count(")") > between.count("(")
            if len(words) <= limit and end_of and not closes:
                return low + cue.start(), end
        if after is None or (self.tasks[number] and self.body(number).rstrip().endswith("?")):
            return None
        return (start - quoted, end) if end > start + 1 or quoted else None

    def _language(self, wording: Wording, *, strict: bool = True) -> Iterator[Hit]:
        if wording.language is None:
            return
        pattern = re.compile(rf"(?<![a-z])(?:{topics.language_names(wording.language)})(?![a-z])")
        for match in pattern.finditer(self.folded):
            if self.content(*match.span()):
                continue
            number = self.at(match.start())
            before = self.folded[max(0, match.start() - 40) : match.start()]
            spoken = _SPEAKING.search(before) or _SPOKEN.match(self.folded, match.end())
            if spoken or (not strict and self._demanding(number)):
                yield Hit(*match.span(), number, "language")

    def _alike(self, sought: Sought) -> Iterator[Hit]:
        """Yield sentences that say most of what a known sentence says."""
        for sentence in sought.sentences:
            meant = gist(_without(sentence, sought.wording.texts))
            if len(meant) < 2:
                continue
            needed = max(2, -(-len(meant) * 3 // 4))
            for number, one in enumerate(self.sentences):
                if one.end - one.start > 2000:
                    continue
                if len(gist(self.folded[one.start : one.end]) & meant) >= needed:
                    yield Hit(one.start, one.end, number, "alike")


_ASKS = re.compile(
    r"\b(?:includ\w+|inclusion|contain\w*|mention\w*|incorporat\w+|featur\w+|insert\w*|add(?:ing)?|us(?:es?|ed|ing)"
    r"|avoid\w*|exclud\w*|omit\w*|ha(?:s|ve|ving)|with(?:out)?|appear\w*|start\w*|begin\w*|end\w*|conclud\w*|say"
    r"|sans|avec|ohne|mit)\b[^.;]{0,40}$"
)


def _asks(before: str) -> bool:
    """Return whether what stands before "the word milk" asks for it, or forbids it."""
    return bool(_ASKS.search(before))


def _without(sentence: str, texts: Sequence[str]) -> str:
    """Return a sentence without the texts that it asks for: the task may be about them."""
    folded = fold(sentence)
    for text in texts:
        folded = folded.replace(fold(text), " ")
    return folded


def _occurrences(folded: str, text: str) -> Iterator[int]:
    """Yield where a text stands, not as a part of a longer word."""
    if not text:
        return
    at = folded.find(text)
    while at >= 0:
        before, after = folded[at - 1 : at], folded[at + len(text) : at + len(text) + 1]
        latin = text[0].isascii() and text[-1].isascii()
        glued = (before.isalnum() and before.isascii() and text[0].isalnum()) or (
            after.isalnum() and after.isascii() and text[-1].isalnum()
        )
        if not (latin and glued):
            yield at
        at = folded.find(text, at + len(text))
