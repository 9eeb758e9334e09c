"""Cutting statements out of an instruction: whole sentences, clauses, numbers of a range.

A clause is cut so that what stays reads as if it had been written so: connectors, capitals,
articles, and what several clauses share ("Your answer must A and B").
"""

# ruff: noqa: E501  # patterns that are read by the line
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from hir_kit.relabel.contract import Refusal, Rewriting
from hir_kit.relabel.excision.cuts import Cut, Edit
from hir_kit.relabel.excision.excise import take_out
from hir_kit.relabel.excision.quotations import last_request
from hir_kit.relabel.statements.demands import HEAD, kind_of
from hir_kit.relabel.statements.find import Hit, Page, Sought, bounds_only, owned, read
from hir_kit.relabel.statements.quantities import Quantity
from hir_kit.relabel.statements.sentences import Sentence

Span = tuple[int, int]

_COORDINATOR = re.compile(
    r"(?:\s*[,;]\s*|\s+)(?:and|but|or|while|as well as)\s+(?:also\s+|then\s+|finally\s+|additionally,?\s+)*"
    r"|\s*[,;]\s+(?:also\s+|then\s+)?|\s+--?\s+|\s*[—–]\s*|\s*[，；]\s*(?:并且|而且|同时|并|且)?|(?<=[^\s])(?:并且|而且|同时)"
)
_ADJUNCT = re.compile(
    r",?\s+(?:(?:all|only|entirely|completely|also)\s+)?(?=(?:with(?:out)?|in|into|to|using|containing|including|consisting"
    r"|having|excluding|avoiding|ensuring|making sure|while|by|for|separated|wrapped|written|so that|such that"
    r"|of (?:exactly|at least|at most|less|fewer|more|no more|\d)"
    r"|(?:that|which)(?: must| should)? (?:contains?|has|have|includes?|is|are|consists?|uses?|doesn't|does not|don't|do not|isn't|avoids?)"
    r"|that's)\b)"
)
_LIGHT = re.compile(
    r"(?:(?:with(?:out)?|in|into|to|using|of|for|that|which|contains?|containing|includes?|including|has|have|having|consists?|consisting|uses?|is|are"
    r"|be|the|an?|all|any|only|exactly|at|least|most|word|words|keywords?|letters?|your|entire|whole|written|wrapped|while|so|such|should|must|total|by"
    r"|response|answer|it|it's|that's|there|each|every|different|format|ensuring|making|make|sure|ensure|no|not|entirely|completely|excluding|as|used?|and|also|long|language"
    r"|doesn't|does|do|don't|avoids?|avoiding|written)\b[\s,]*)*"
)
_TAIL = re.compile(
    r"(?:\s*\([^()]*\)|\s+(?:format(?:ting)?|form|style|letters?|long|each|total|in length|or phrases|marks?|symbols?|brackets?"
    r"|lists?|items?|points?|sections?|only|alone|whatsoever|at all|language|text|words?|sentences|characters?|markdown|in markdown(?: format)?|altogether|keywords?|allowed|permitted)\b"
    r"|['\"]?\s+(?:at least|at most|exactly|only|no more than|less than|more than)?\s*(?:once|twice|(?:\d+|\w+) times)(?: or more)?\b"
    r"|\s+(?:in|throughout|within|around|of|for|at the end of)\s+(?:your|the|its?|this)\s+(?:\w+\s+)?(?:response|answer|reply|output|text|entirety)\b"
    r"|,?\s+(?:such as|i\.e\.?,?|e\.g\.?,?|like|for example,?)\s+(?:\*[^*]+\*|<<[^>]+>>|\[[^\]]+\]|'[^']+')(?:,\s*(?:\*[^*]+\*|\[[^\]]+\]|'[^']+'))*(?:,?\s*etc\.?)?)*"
)
_GOES_ON = re.compile(
    r"\s*(?:$|[.!?:。！？，,;；)]|\s(?:that|which|who|whose|about|on|for|of|to|from|describing|and|but|or|in|with|without|as|by|using|regarding|explaining|summarizing|discussing|where|when|based|between|because|titled|called|entitled|--?)\b)"
)
_ATTRIBUTE = re.compile(
    r"[\s-]*(?:long\s+)?(?=[a-z])(?!(?:and|or|but|in|with|without|that|which|about|on|for|of|to|from|as|by|using|at|long|total|each|max\w*|min\w*)\b)"
)
_FINAL = re.compile(r"[.!?…。！？]*[)\"'”’]*\s*$")
_IT = re.compile(
    r"it\s+(?=(?:must|should|shall|has to|needs to|can|is|contains?|ends?|starts?)\b)",
    re.IGNORECASE,
)
_RESPONSE = re.compile(
    r"(?:the|your|this)\s+(?:\w+\s+){0,2}?(?:response|answer|reply|output|text|essay|letter|story|poem|song|post|email|summary|article|script|blog|pitch|review|table|version)\b"
)


_ABOUT = re.compile(r"(?:about|on|for|describing|regarding|titled|called)\b")


class WovenError(Exception):
    """A statement that cannot be cut out; carries the witness."""


@dataclass(frozen=True, slots=True)
class _Joint:
    """A place where clauses are joined."""

    start: int
    end: int
    text: str
    strong: bool

    @property
    def bare(self) -> bool:
        """Whether it is a comma alone."""
        return self.text.strip() in (",", ";", "，", "；")


@dataclass(frozen=True, slots=True)
class _Member:
    """A part of a sentence with one owner: a constraint's place, or -1 for what is of none."""

    start: int
    end: int
    owner: int
    gone: bool
    number: bool = False


def cut(instruction: str, request: Rewriting) -> str | Refusal:
    """Return the instruction without what states the dropped constraints, or why it cannot be cut.

    Where an instruction holds worked examples, only its last request counts. Refusals have the codes
    of `excise`, and `not-found`, `kept-not-found` and `woven`.
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


@dataclass(slots=True)
class Plan:
    """What is to be cut out and changed."""

    cuts: list[Cut]
    edits: list[Edit]


def plan(page: Page, constraints: Sequence[Sought], dropped: Sequence[bool]) -> Plan:
    """Return what has to go for some of the constraints to be gone.

    Args:
        page: The instruction.
        constraints: All that it asks for.
        dropped: For each constraint whether it goes.

    Raises WovenError where a statement cannot be cut out of its sentence.
    """
    hits = owned(page, constraints)
    found = Plan([], [])
    for number, sentence in enumerate(page.sentences):
        here = [
            (hit, owner)
            for owner, mine in enumerate(hits)
            for hit in mine
            if hit.sentence == number
        ]
        if not any(dropped[owner] for _, owner in here):
            continue
        if _others_too(here, constraints, dropped) or _one_bound(
            page, here, constraints, dropped, found
        ):
            continue
        members = _members(here, dropped)
        for one, two in pairwise(members):
            if one.end > two.start and one.gone != two.gone:
                raise WovenError(page.text[one.start : two.end])
        _Clauses(page, number, sentence, members, found).cut()
    return found


def _members(here: Sequence[tuple[Hit, int]], dropped: Sequence[bool]) -> list[_Member]:
    """Return the parts of a sentence that state constraints, in order, neighbours of one joined."""
    every = sorted(
        (
            _Member(hit.start, hit.end, owner, dropped[owner], hit.quantity is not None)
            for hit, owner in here
        ),
        key=lambda member: (member.start, -member.end),
    )
    joined: list[_Member] = []
    for member in every:
        last = joined[-1] if joined else None
        same = last is not None and (last.owner == member.owner or (last.gone and member.gone))
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
        spans = {(one.start, one.end) for one, other in here if not dropped[other]}
        if not all((one.start, one.end) in spans for one, other in here if dropped[other]):
            return False
        first, last = _numbers(page, hit.quantity)
        lower = constraints[owner].wording.least is not None
        new = f"at least {first}" if lower else f"at most {last}"
        low, high = hit.quantity.number
        found.edits.append((low if hit.quantity.unit_first else hit.quantity.start, high, new))
        return True
    return False


def _numbers(page: Page, quantity: Quantity) -> tuple[str, str]:
    """Return both numbers of a range as the instruction writes them."""
    low, high = quantity.number
    text = page.text[low:high]
    match = re.match(
        r"(?:in the range (?:of|from) |between |from )?(.+?)\s*(?:-|–|\bto\b|\band\b|\bor\b|à|\bet\b|\bbis\b|\bund\b|到|至|~)\s*(.+)",
        text,
    )
    if match is None:
        raise WovenError(text)
    return match[1], match[2]


class _Clauses:
    """A sentence of which only a part goes, or all of it."""

    def __init__(
        self, page: Page, number: int, sentence: Sentence, members: list[_Member], found: Plan
    ) -> None:
        self.page, self.number, self.sentence = page, number, sentence
        self.members, self.found = members, found
        self.folded = page.folded
        self.joints = self._joints()
        match = _FINAL.search(self.folded, max(sentence.start, sentence.body - 8), sentence.body)
        self.stop = match.start() if match else sentence.body
        self.stop = (
            max(self.stop, min(members[-1].end, sentence.body))
            if members[-1].end <= sentence.body
            else self.stop
        )

    def cut(self) -> None:
        """Add to the plan what has to go."""
        task = self.page.tasks[self.number]
        if not task:
            self.members = self._with_own(self.members)
            if all(member.gone for member in self.members):
                self._whole()
                return
        elif self._says_no_more():
            self._whole()
            return
        elif self._attributive():
            return
        for place, member in enumerate(self.members):
            if member.gone:
                self._clause(place, task=task)

    def _whole(self) -> None:
        one = self.sentence
        start = one.item.start if one.item is not None else one.start
        self.found.cuts.append(Cut(start, one.end, one.item))

    def _says_no_more(self) -> bool:
        """Return whether there is no word in the sentence beyond what goes and what leads to it."""
        if (self.number == 0 and len(self.page.sentences) == 1) or not all(
            m.gone for m in self.members
        ):
            return False
        rest, at = [], self.sentence.start
        for member in [*self.members, None]:
            rest.append(self.folded[at : member.start if member else self.stop])
            at = member.end if member else at
        words = re.findall(r"[^\W\d_]+", " ".join(rest))
        return _is_plain(" ".join(words)) and "?" not in self.folded[self.stop : self.sentence.body]

    def _joints(self) -> list[_Joint]:
        one = self.sentence
        closed = [span for span in self.page.quoted if one.start < span[1] and span[0] < one.body]
        brackets = [
            m.span()
            for m in re.finditer(r"\([^()]*\)|\[[^\[\]]*\]", self.folded[one.start : one.body])
        ]
        closed += [(low + one.start, high + one.start) for low, high in brackets]
        found: dict[int, _Joint] = {}
        for pattern, strong in ((_ADJUNCT, False), (_COORDINATOR, True)):
            for match in pattern.finditer(self.folded, one.start, one.body):
                start, end = match.span()
                if any(low < start < high - 1 or low < end < high for low, high in closed):
                    continue
                bare = match[0].strip() in (",", ";")
                if start > one.start and not (bare and start in found):
                    found[start] = _Joint(start, end, match[0], strong)
        return [found[start] for start in sorted(found)]

    def _with_own(self, members: list[_Member]) -> list[_Member]:
        """Return the members with those clauses between them that demand something else."""
        one = self.sentence
        strong = [joint for joint in self.joints if joint.strong]
        edges = [one.start, *(joint.end for joint in strong), self.stop]
        ends = [*(joint.start for joint in strong), self.stop]
        found = list(members)
        for place, (low, high) in enumerate(zip(edges, ends, strict=False)):
            if low >= high or any(member.start < high and low < member.end for member in members):
                continue
            chunk = self.folded[low:high]
            kind = kind_of(HEAD.sub("", chunk, count=1) if place == 0 else chunk)
            inside = any(member.start < low and high < member.end for member in members)
            if inside or len(chunk.split()) < 2 or _serves(chunk):
                continue
            headed = HEAD.match(f"{self.folded[low:high]}{self.folded[high : high + 2]}")
            if place == 0 and headed is not None and headed.end() >= high - low:
                continue
            left = place == 0 and not _is_plain(HEAD.sub("", chunk, count=1))
            if left or kind in ("base", "modal", "subject", "third"):
                found.append(_Member(low, high, -1, gone=False))
        return sorted(found, key=lambda member: member.start)

    def _attributive(self) -> bool:
        """Take "300+ word" out of "a 300+ word essay", if that is all."""
        if len(self.members) != 1 or not self.members[0].gone:
            gone = [member for member in self.members if member.gone]
            if len(gone) != 1:
                return False
        member = next(member for member in self.members if member.gone)
        if not member.number:
            return False
        after = _ATTRIBUTE.match(self.folded, member.end)
        before = self.folded[self.sentence.start : member.start]
        article = re.search(r"\b(an?|your)\s+(?:[a-z]+,?\s+){0,2}$", before)
        if after is None or after.end() >= self.stop or article is None:
            return False
        end = after.end()
        if article.end(1) < len(before.rstrip()):
            start = self.sentence.start + len(before.rstrip(", "))
            self.found.edits.append((start, end, " "))
        elif article[1] in ("a", "an"):
            new = "an" if self.folded[end] in "aeiou" else "a"
            start = self.sentence.start + article.start(1)
            old = self.page.text[start : start + len(article[1])]
            new = new.capitalize() if old[0].isupper() else new
            self.found.edits.append((start, end, f"{new} "))
        else:
            self.found.edits.append((member.start, end, ""))
        return True

    def _clause(self, place: int, *, task: bool) -> None:
        member = self.members[place]
        left = self._between(place - 1, place) if place else None
        right = self._between(place, place + 1) if place + 1 < len(self.members) else None
        if task:
            self._adjunct(member, place, right)
            return
        if (place and left is None) or (place + 1 < len(self.members) and right is None):
            raise WovenError(self._shown())
        if right is None:
            assert left is not None
            self._last(place, left)
        else:
            self._before(left, right)

    def _between(self, one: int, other: int) -> _Joint | None:
        """Return where the clauses of two members meet."""
        low, high = self.members[one].end, self.members[other].start
        inside = [joint for joint in self.joints if low <= joint.start and joint.end <= high]
        if self.members[one].owner == -1 or self.members[other].owner == -1:
            inside = [
                joint for joint in self.joints if low - 1 <= joint.start and joint.end <= high + 1
            ]
        strong = [joint for joint in inside if joint.strong]
        for joint in reversed(strong):
            if kind_of(self.folded[joint.end : high + 60]) != "noun":
                return joint
        if strong:
            return strong[-1]
        return inside[-1] if inside else None

    def _last(self, place: int, left: _Joint) -> None:
        """Cut the last clause, with its connector; the lines of an example go with it."""
        one = self.sentence
        end = self.stop
        if one.end > one.body:
            mark = self.page.text[self.stop : one.body].strip().rstrip(":：") or "."
            self.found.edits.append((left.start, one.end, mark))
        else:
            colon = self.folded[end : one.body].strip() == "" and self.folded[end - 1 : end] == ":"
            if self.folded[one.body - 1 : one.body] == ":" or colon:
                raise WovenError(self._shown())
            self.found.edits.append((left.start, end, ""))
        if place >= 2 and "and" in left.text.split():
            before = self._between(place - 2, place - 1)
            if before is not None and before.bare and before.strong:
                self.found.edits.append((before.start, before.end, " and "))

    def _before(self, left: _Joint | None, right: _Joint) -> None:
        """Cut a clause that another one follows, and leave that one what both share."""
        start = left.end if left is not None else self.sentence.start
        following = self.folded[right.end : right.end + 120]
        kind = kind_of(following)
        if kind == "third" and re.search(
            r"\b(?:should|must|shall)\b", self.folded[start : right.start]
        ):
            kind = "base"
            self._infinitive(right.end)
        shared = self._parallel(start, right.start, kind, first=left is None)
        if left is not None and (shared is None or shared <= left.end + 1):
            if not right.bare or left.bare:
                self.found.edits.append((left.start, right.start, ""))
                if left.bare and len(self.members) == 3 and right.text.strip().startswith(", and"):
                    self.found.edits.append((right.start, right.end, " and "))
            else:
                self.found.edits.append((left.end, right.end, ""))
            return
        if kind == "noun" and self._several(start, right.start):
            raise WovenError(self._shown())
        if shared is not None and shared > self.sentence.start:
            self.found.edits.append((shared, right.end, ""))
            return
        self._first(right, kind)

    def _several(self, start: int, end: int) -> bool:
        """Return whether a stretch holds clauses with verbs of their own."""
        return any(
            joint.strong
            and kind_of(self.folded[joint.end : joint.end + 80]) in ("base", "modal", "third")
            for joint in self.joints
            if start < joint.start < end
        )

    def _infinitive(self, at: int) -> None:
        """Make "contains" of "should have A, and contains B" fit what it will follow."""
        verb = re.compile(r"\w+").match(self.folded, at)
        if verb is None:
            return
        plain = {"has": "have", "is": "be", "does": "do"}.get(verb[0])
        if plain is not None:
            self.found.edits.append((*verb.span(), plain))
        elif verb[0].endswith("s"):
            self.found.edits.append((verb.end() - 1, verb.end(), ""))

    def _first(self, right: _Joint, kind: str) -> None:
        """Cut a first clause that shares nothing; the next one begins the sentence."""
        if kind in ("noun", "prep", "third", "ing"):
            raise WovenError(self._shown())
        text = self.page.text
        rest = right.end
        match = _IT.match(text, rest)
        subject = _RESPONSE.search(self.folded, self.sentence.start, right.start)
        if kind == "modal":
            raise WovenError(self._shown())
        if match is not None:
            words = text[subject.start() : subject.end()] if subject else "the response"
            new, rest = f"{words[:1].upper()}{words[1:]} ", match.end()
        else:
            new = text[rest : rest + 1]
            new = new.upper() if text[self.sentence.start].isupper() else new
            rest += 1
        self.found.edits.append((self.sentence.start, rest, new))

    def _parallel(self, start: int, end: int, kind: str, *, first: bool) -> int | None:
        """Return where in a clause the part starts that is built like the next clause."""
        begin = start
        if first:
            head = HEAD.match(self.folded, start, end)
            begin = head.end() if head else start
        if kind == "subject":
            return begin
        seen_verb = False
        for match in re.finditer(r"(?<![\w'’-])[\w'\"<*\[(#]", self.folded[begin:end]):
            at = begin + match.start()
            here = kind_of(self.folded[at : min(end, at + 80)])
            if kind == "noun":
                if here in ("base", "third", "ing", "prep"):
                    seen_verb = True
                elif here == "modal":
                    continue
                elif seen_verb:
                    return at
                continue
            if here == kind and not _NOUNS_BEFORE.search(self.folded, max(0, at - 12), at):
                return at
        return self._parallel(start, end, "noun", first=first) if kind == "prep" else None

    def _adjunct(self, member: _Member, place: int, right: _Joint | None) -> None:
        """Cut an adjunct out of a sentence that says what to write."""
        low = self.members[place - 1].end if place else self.sentence.start
        joints = [
            joint for joint in self.joints if low <= joint.start and joint.end <= member.start
        ]
        begin = self._opening(joints, member)
        if begin is None and place and joints and joints[-1].strong:
            begin = self._beside(place, joints[-1])
        if begin is None:
            raise WovenError(self._shown())
        tail = _TAIL.match(self.folded, member.end, self.stop)
        end = tail.end() if tail is not None else member.end
        if self.folded[end : end + 1] in "'\"" and self.folded[end : end + 1]:
            end += 1
        end = min(end, self.stop)
        if right is not None:
            end = max(end, member.end)
            between = self.folded[end : right.start]
            if between.strip() and not _GOES_ON.match(self.folded, end):
                end = right.start
        if re.fullmatch(
            r"[?!.…]*['\"”’]*[.]?", self.page.text[end : self.sentence.body]
        ) and re.search(r"['\"”’]", self.page.text[end : self.sentence.body]):
            self.found.edits.append((begin.start, self.sentence.end, "."))
            return
        if self.sentence.end > self.sentence.body and end >= self.stop:
            self.found.edits.append((begin.start, self.sentence.end, "."))
            return
        if not _GOES_ON.match(self.folded, end):
            if begin.strong:
                later = [joint for joint in self.joints if joint.strong and joint.start >= end]
                if later or place + 1 < len(self.members):
                    raise WovenError(self._shown())
                end = self.stop
            else:
                raise WovenError(self._shown())
        self._take_adjunct(self._with_coordinator(begin, end), end, place)

    def _with_coordinator(self, begin: _Joint, end: int) -> _Joint:
        """Return the "and" before an adjunct ("A and without B"), if it would join nothing."""
        before = next((j for j in self.joints if j.strong and j.start < begin.start < j.end), None)
        goes_on = any(joint.start == end and joint.strong for joint in self.joints)
        return before if before is not None and not goes_on else begin

    def _beside(self, place: int, joint: _Joint) -> _Joint | None:
        """Return the joint of "with A and B" before B, where A is another statement."""
        before = self.folded[self.members[place - 1].end : joint.start]
        between = self.folded[joint.end : self.members[place].start]
        light = _LIGHT.fullmatch(between)
        tail = _TAIL.fullmatch(before.lstrip("'\")]*"))
        return joint if light is not None and tail is not None else None

    def _opening(self, joints: Sequence[_Joint], member: _Member) -> _Joint | None:
        """Return where the adjunct begins: all between there and the statement only leads to it."""
        begin = None
        for joint in reversed(joints):
            between = self.folded[joint.end : member.start]
            light = _LIGHT.match(between)
            leads = light is not None and light.end() == len(between)
            kind = kind_of(self.folded[joint.end : member.start + 40])
            verbal = joint.strong and kind in ("base", "modal", "subject", "third", "ing")
            if leads and (not joint.strong or verbal):
                begin = joint
            elif verbal and (begin is None or _is_plain(between)):
                return joint
            elif begin is not None or joint.strong:
                return begin
            if joint.strong:
                return begin
        return begin

    def _take_adjunct(self, begin: _Joint, end: int, place: int) -> None:
        end = self._closed(begin.start, end)
        following = next((joint for joint in self.joints if joint.start == end), None)
        kind = "" if following is None else kind_of(self.folded[following.end : following.end + 80])
        if (
            following is not None
            and following.strong
            and kind in ("prep", "ing")
            and not begin.strong
        ):
            self.found.edits.append((begin.start, following.end, " "))
            return
        if following is not None and following.bare and kind in ("noun", "prep"):
            about = _ABOUT.match(self.folded, following.end)
            if about is None and not begin.text.lstrip().startswith(","):
                raise WovenError(self._shown())
            self.found.edits.append((begin.start, following.end, " "))
            return
        if following is not None and following.strong and kind in ("third", "modal"):
            that = re.compile(r",?\s+(?:that|which)\s+").match(self.folded, begin.start)
            if that is None:
                raise WovenError(self._shown())
            self.found.edits.append((that.end(), following.end, ""))
            return
        if following is not None and following.strong and kind == "noun" and not place:
            # "with A and B": B needs what A began with
            first = re.compile(
                r"[,\s]*(?:and\s+)?(?:with(?:out)?|in|using|containing|including|that\s+\w+|which\s+\w+|(?:also\s+)?\w+s?)\s+"
            ).match(self.folded, begin.start, end)
            if first is None:
                raise WovenError(self._shown())
            self.found.edits.append((first.end(), following.end, ""))
            return
        self.found.edits.append((begin.start, end, ""))

    def _closed(self, start: int, end: int) -> int:
        """Return where a cut ends that takes a bracket's closing with its opening."""
        piece = self.folded[start:end]
        if (
            piece.count("(") > piece.count(")")
            and (at := self.folded.find(")", end, self.stop)) >= 0
        ):
            return at + 1
        return end

    def _shown(self) -> str:
        return " ".join(self.page.text[self.sentence.start : self.sentence.end].split())[:160]


_NOUNS_BEFORE = re.compile(r"\b(?:the|your|my|its|this|entire|whole|an?|each|of|full)\s+$")
_PLAIN = re.compile(
    r"(?:please|first|task|exact|exactly|whole|entire|i|want|need|would|like|whole|very|end|song|poem|story|essay|letter|email|article|post|summary|piece|there|have|having|full|explicitly|sure|ensure|have|has|this|wrap|wrapped|put|after|before|all|give|provide|write|make|create|me|us|you|your|the|an?|of|in|with|by|to|be|is|are|and|or|that|it|them|should|must|different|exactly|separated?|separating|responses?|answers?|replies|reply|for|each|this|question|request|all|only|text|output|symbols?|use|using|markdown|format)\b"
)


_SERVES = re.compile(
    r"(?:.*\b(?:these|those|this|that|which)\b.*\b(?:constraints?|requirements?|limits?|limitations?|considered|crucial|important|required?)"
    r"|(?:then )?(?:you (?:can|may|should) )?(?:then |now )?(?:give|provide|write) (?:me )?(?:your |the )?(?:answer|response|reply)|as this is\b|no other\b|not allowed|to (?:ensure|provide|maintain|help|make)\b|only\b|nothing\b|ending with single|and only)"
)


def _is_plain(text: str) -> bool:
    """Return whether words only say that something is to be done with the response."""
    words = re.findall(r"[^\W\d_]+(?:['’]\w+)?", text)
    return all(_PLAIN.fullmatch(word) or kind_of(word + " ") in ("base", "third") for word in words)


def _serves(chunk: str) -> bool:
    """Return whether a clause only says how important another one is, or in other words the same."""
    return bool(_SERVES.match(chunk))
