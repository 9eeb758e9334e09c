"""Finding what states a constraint in an instruction, by what it is about."""

# ruff: noqa: E501  # patterns that are read by the line
from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from hir_kit.relabel.contract import Stated
from hir_kit.relabel.excision.locate import Searchable, fold, wanted
from hir_kit.relabel.excision.quotations import quotations
from hir_kit.relabel.statements.demands import commands, is_demand, is_remark, is_task
from hir_kit.relabel.statements.quantities import Quantity, quantities
from hir_kit.relabel.statements.sentences import split
from hir_kit.relabel.statements.wordings import gist, told
from hir_kit.verify import topics
from hir_kit.verify.wording import Wording

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
_ALIKE = {"paragraph": ("section",), "section": ("paragraph",)}
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
_SPOKEN = re.compile(r"\s*(?:language|only|text|letters|alone|exclusively|uniquement|please)\b")


@lru_cache(maxsize=32)
def read(text: str) -> Page:
    """Return an instruction, read; it is read several times while it is rewritten."""
    return Page(text)


@dataclass(frozen=True, slots=True)
class Sought:
    """A constraint that is looked for in an instruction.

    Attributes:
        wording: How it is talked about.
        sentences: The sentences that state it, as far as they are known.
    """

    wording: Wording
    sentences: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, wording: Wording | None, text: str | None, description: str | None,
        kwargs: Mapping[str, Any],
    ) -> Sought:  # fmt: skip
        """Return what is looked for: the verifier's own wording, then what its sentences tell."""
        sentence = description if description is not None else text
        known = told(sentence, kwargs)
        if text is not None and description is not None and text != description:
            known = known.or_else(told(text, kwargs))
        whole = known if wording is None else wording.or_else(known)
        return cls(whole, tuple(filter(None, (text, description))))

    @classmethod
    def of_stated(cls, stated: Stated) -> Sought:
        """Return what is looked for where a constraint is known as a strategy knows it."""
        return cls.of(stated.wording, stated.text, stated.description, stated.spec.kwargs)

    @classmethod
    def of_text(cls, text: str) -> Sought:
        """Return what is looked for where only the sentence is known."""
        return cls(told(text, {}), (text,))

    @property
    def counts(self) -> bool:
        """Whether it is about a number."""
        return self.wording.unit is not None


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
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = fold(text)
        self.sentences = split(text)
        self._starts = [one.start for one in self.sentences]
        self._known: dict[Sought, list[Hit]] = {}

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

    def example(self, number: int) -> str:
        """Return the lines of the example that belongs to a sentence, folded; "" without one."""
        one = self.sentences[number]
        return self.folded[one.body : one.end]

    def at(self, offset: int) -> int:
        """Return the index of the sentence at an offset."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def content(self, start: int, end: int) -> bool:
        """Return whether a stretch is inside a quotation of several words, or code."""
        for low, high in self.quoted:
            if low > start:
                return False
            if end <= high and start >= low:
                inner = self.text[low:high]
                return "`" in inner[:1] or len(inner.split()) > 4 or inner.lstrip()[:1] == ">"
        return False

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
        patterns += [_own(name) for name in wording.names]
        if hints:
            patterns += [_own(name) for name in wording.hints]
        for pattern in patterns:
            for match in pattern.finditer(self.folded):
                if match.end() > match.start() and not self.content(*match.span()):
                    yield Hit(*match.span(), self.at(match.start()), "name")

    def _quantities(self, wording: Wording) -> Iterator[Hit]:
        if wording.unit is None:
            return
        about, named = None, [wording.unit]
        if wording.topics and wording.unit in _GENERAL:
            about = {hit.sentence for hit in self._names(wording, hints=False)}
            named.append("time")
        for one in sorted(
            (one for unit in named for one in quantities(self.folded, unit)),
            key=lambda one: one.start,
        ):
            number = self.at(one.start)
            if about is not None and number not in about:
                continue
            in_example = one.start >= self.sentences[number].body
            if not in_example and not self.content(one.start, one.end):
                yield Hit(one.start, one.end, self.at(one.start), "quantity", one)

    def _numbers(self, wording: Wording) -> Iterator[Hit]:
        """Yield the wanted number in a demand, where what is counted may be named elsewhere."""
        units: tuple[str, ...] = _ALIKE.get(wording.unit or "", ())
        if wording.unit in _GENERAL and wording.topics:
            units = (wording.unit, "time")
        for unit in units:
            for one in quantities(self.folded, unit):
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
                elif not strict and folded not in ("a", "i") and self._demanding(number, start):
                    yield Hit(start, end, number, "word")

    def _content_word(self, start: int, end: int, text: str) -> bool:
        """Return whether a keyword stands inside a quotation that is more than keywords."""
        for low, high in self.quoted:
            if low > start:
                return False
            if start >= low and end <= high:
                inner = self.folded[low:high].strip("'\" .,!?*`")
                return len(inner.split()) > len(text.split()) + 6 and text not in inner[: len(text)]
        return False

    def _demanding(self, number: int, start: int) -> bool:
        """Return whether a word stands in what is asked of the response, or in a remark."""
        body = self.body(number)
        if number == 0 or (self.tasks[number] and not is_remark(body)):
            return False
        return is_demand(body) or (is_remark(body) and start >= 0)

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
            if len(words) <= limit and end_of:
                return low + cue.start(), end
        question = self.tasks[number] and self.folded[: one.body].rstrip().endswith("?")
        if after is not None and not question and (len(self.folded[start:end]) > 1 or quoted):
            return start - quoted, end
        return None

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
            if spoken or (not strict and self._demanding(number, match.start())):
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
    r"|avoid\w*|exclud\w*|omit\w*|with(?:out)?|appear\w*|start\w*|begin\w*|end\w*|conclud\w*|say"
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


_COMPILED: dict[str, re.Pattern[str]] = {}


def _own(pattern: str) -> re.Pattern[str]:
    if pattern not in _COMPILED:
        _COMPILED[pattern] = re.compile(rf"(?<![a-z0-9_])(?:{pattern})")
    return _COMPILED[pattern]


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


def owned(page: Page, constraints: Sequence[Sought]) -> list[list[Hit]]:
    """Return for each constraint the places that speak of it and of no other one more.

    Where two constraints could be meant, it is the one with more to say for it in the sentence: its
    number agrees, its words stand there, too. A range may be two constraints' own.
    """
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
    kept: list[list[Hit]] = []
    for mine, hits in enumerate(every):
        left = []
        for hit in hits:
            rivals = [
                other
                for other in range(len(every))
                if other != mine and any(_rivals(hit, one) for one in every[other])
            ]
            ours = scores[mine].get(hit.sentence, 0)
            if all(_stronger(hit, ours, scores[other].get(hit.sentence, 0)) for other in rivals):
                left.append(hit)
        kept.append(left)
    return kept


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


def _stronger(hit: Hit, ours: int, theirs: int) -> bool:
    shared = hit.quantity is not None and hit.quantity.is_range
    return ours >= theirs or shared


def bounds_only(kept: Sought, gone: Sought) -> bool:
    """Return whether two constraints count the same, the one at least and the other at most."""
    one, other = kept.wording, gone.wording
    same = (one.topics, one.texts, one.unit) == (other.topics, other.texts, other.unit)
    return (
        same
        and one.unit is not None
        and (one.most, other.least) == (None, None)
        and one.least is not None
        and other.most is not None
    )


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


def agrees(wording: Wording, quantity: Quantity) -> bool:
    """Return whether what is said is what is wanted: the same bound, where it says one."""
    if wording.least is None and wording.most is None:
        return True
    if quantity.bare:
        number = quantity.least
        if wording.least is not None and wording.most is not None:
            return wording.least == number or wording.most == number
        return wording.bare and number in (wording.least, wording.most)
    if quantity.is_range:
        return (wording.least in (None, quantity.least)) and (wording.most in (None, quantity.most))
    return quantity.least == wording.least and quantity.most == wording.most
