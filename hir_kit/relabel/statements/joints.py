"""A sentence in parts: whose each part is, and where clauses and adjuncts are joined."""

# ruff: noqa: E501  # patterns that are read by the line
from __future__ import annotations

import re
from dataclasses import dataclass

from hir_kit.relabel.statements.demands import kind_of
from hir_kit.relabel.statements.find import Page
from hir_kit.relabel.statements.openers import LEADING
from hir_kit.relabel.statements.plan import Plan
from hir_kit.relabel.statements.sentences import Sentence

_COORDINATOR = re.compile(
    r"(?<!\s)(?:(?:\s*[,;]\s*|\s+)(?:and|but|or|while|as well as|und|aber|sowie|et|mais)\s+(?:also\s+|then\s+|finally\s+|additionally,?\s+)*"
    r"|\s*[,;]\s+(?:also\s+|then\s+)?|\s+-{1,3}\s+|\s*[—–]\s*|\s*[，；]\s*(?:并且|而且|同时|并|且)?|(?<=[^\s])(?:并且|而且|同时))"
)

_ADJUNCT = re.compile(
    r"(?:,|(?<!\s))\s+(?:(?:all|only|entirely|completely|also)\s+)?(?=(?:with(?:out)?|in|into|to|using|containing|including|consisting"
    r"|having|excluding|avoiding|ensuring|making sure|while|by|for|separated|wrapped|written|so that|such that"
    r"|of (?:exactly|at least|at most|less|fewer|more|no more|\d)"
    r"|(?:mit|ohne|avec|sans)\b(?= )|(?:auf|in|en)(?= (?:höchstens|mindestens|maximal|genau|weniger|moins|\d+|englisch|deutsch|französisch|spanisch|kleinbuchstaben|großbuchstaben|anglais|français|allemand|espagnol|minuscules|majuscules))"
    r"|(?:that|which)(?: must| should)? (?:contains?|has|have|includes?|is|are|consists?|uses?|doesn't|does not|don't|do not|isn't|avoids?)"
    r"|that's)\b)"
)

_GOVERNED = re.compile(r"\b(?:(?:refrain|abstain|desist|stay away|keep away)\s+from|avoid)$")
"""What "using" after it belongs to."""
_NEAR = 40
"""How many characters such a verb has, at most."""
_NO_ITEM = re.compile(
    r"(?:please|so|then|because|since|if|when|unless|otherwise|which|but|and|or|not|followed)\b"
)
_OPENING = re.compile(
    r"(?:beyond|besides|apart|aside|other than|in|on top of|for|to|as|at|with|after|before|when|if|since"
    r"|also|finally|additionally|furthermore|please|first(?:ly)?|second(?:ly)?|third(?:ly)?)\b[^,]*"
)
"""What the items of a list do not begin with, and what opens a sentence before them."""
_INTERRUPTED = re.compile(r"\b(?:and|or|but|that|which|who|then)$")
_FINAL = re.compile(r"[.!?…。！？]*[)\"'”’]*\s*$")


@dataclass(frozen=True, slots=True)
class Joint:
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
class Member:
    """A part of a sentence with one owner: a constraint's place, or -1 for what is of none."""

    start: int
    end: int
    owner: int
    gone: bool
    number: bool = False


class Parts:
    """A sentence of which a part goes, or all of it.

    Attributes:
        page: The instruction.
        number: The place of the sentence.
        sentence: The sentence.
        members: Its parts that state constraints, in order.
        found: What is to be cut; what this sentence needs is added.
        folded: The instruction, folded.
        joints: Where parts are joined, in order.
        stop: Where the sentence's final mark begins.
    """

    def __init__(
        self, page: Page, number: int, sentence: Sentence, members: list[Member], found: Plan
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

    def _joints(self) -> list[Joint]:
        one = self.sentence
        closed = [span for span in self.page.quoted if one.start < span[1] and span[0] < one.body]
        brackets = [
            m.span()
            for m in re.finditer(r"\([^()]*\)|\[[^\[\]]*\]", self.folded[one.start : one.body])
        ]
        closed += [(low + one.start, high + one.start) for low, high in brackets]
        found: dict[int, Joint] = {}
        for pattern, strong in ((_ADJUNCT, False), (_COORDINATOR, True)):
            for match in pattern.finditer(self.folded, one.start, one.body):
                start, end = match.span()
                if any(low < start < high - 1 or low < end < high for low, high in closed):
                    continue
                bare = match[0].strip() in (",", ";")
                if not strong and _GOVERNED.search(
                    self.folded, max(one.start, start - _NEAR), start
                ):
                    continue
                if start > one.start and not (bare and start in found):
                    found[start] = Joint(start, end, match[0], strong)
        return [found[start] for start in sorted(found)]

    def between(self, one: int, other: int) -> Joint | None:
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

    def mark(self, end: int) -> str:
        """Return the final mark to be put where a cut takes the sentence's own ("a P.S.")."""
        last = self.page.text[end - 1 : end]
        return last if end >= self.sentence.body and last in (*".!。！",) else ""

    def rejoin(self, place: int, left: Joint) -> None:
        """Put "and" between the last two of "A, B and C" where C goes.

        Args:
            place: The place of the member that goes, the last one.
            left: The joint before it; the "and" may also be inside the member, if that is several.
        """
        end = self.members[place].end
        joined = any(
            "and" in joint.text.split()
            for joint in (left, *(j for j in self.joints if left.start <= j.start < end))
        )
        if place < 2 or not joined:
            return
        previous = self.members[place - 1]
        others = [j for j in self.joints if previous.end <= j.start < left.start and j.strong]
        before = others[-1] if others else self.between(place - 2, place - 1)
        if before is not None and self._begins_an_item(before, max(before.end, previous.start)):
            self.found.edits.append((before.start, before.end, " and "))

    def _begins_an_item(self, comma: Joint, end: int) -> bool:
        """Return whether a comma stands before the item of a list that reaches to a place."""
        before = self.folded[self.sentence.start : comma.start]
        clause = max(before.rfind("; "), before.rfind(": ")) + 1
        led, _, piece = before.rpartition(",")
        return (
            comma.bare
            and comma.strong
            and "," in comma.text
            and not _NO_ITEM.match(self.folded, comma.end)
            and not _OPENING.fullmatch(before[clause:].strip())
            and LEADING.isdisjoint(piece.split()[:1])
            and not _INTERRUPTED.search(led)
            and not any("," in j.text for j in self.joints if comma.end <= j.start < end)
        )

    def shown(self) -> str:
        """Return the sentence, on one line."""
        return self.page.shown(self.number)


_PLAIN = re.compile(
    r"(?:please|first|task|exact|exactly|whole|entire|i|want|need|would|like|whole|very|end|song|poem|story|essay|letter|email|article|post|summary|piece|there|have|having|full|explicitly|sure|ensure|have|has|this|wrap|wrapped|put|after|before|all|give|provide|write|make|create|me|us|you|your|the|an?|of|in|with|by|to|be|is|are|and|or|that|it|them|should|must|different|exactly|separated?|separating|responses?|answers?|replies|reply|for|each|this|question|request|all|only|text|output|symbols?|use|using|markdown|format)\b"
)


def is_plain(text: str) -> bool:
    """Return whether words only say that something is to be done with the response."""
    words = re.findall(r"[^\W\d_]+(?:['’]\w+)?", text)
    return all(_PLAIN.fullmatch(word) or kind_of(word + " ") in ("base", "third") for word in words)
