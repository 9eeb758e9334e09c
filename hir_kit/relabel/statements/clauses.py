"""Cutting clauses out of a sentence, so that what stays reads as if it had been written so."""

# ruff: noqa: E501  # patterns that are read by the line
from __future__ import annotations

import re
from dataclasses import replace

from hir_kit.relabel.excision.cuts import Cut, Edit
from hir_kit.relabel.excision.headers import is_header
from hir_kit.relabel.statements.adjuncts import Adjuncts
from hir_kit.relabel.statements.demands import HEAD, kind_of
from hir_kit.relabel.statements.inline_lists import without_items
from hir_kit.relabel.statements.joints import Joint, Member, is_plain
from hir_kit.relabel.statements.openers import LEADING
from hir_kit.relabel.statements.plan import WovenError
from hir_kit.verify import topics

_ATTRIBUTE = re.compile(
    r"[\s-]*(?:long\s+)?(?=[a-z])(?!(?:and|or|but|in|with|without|that|which|about|on|for|of|to|from|as|by|using|at|long|total|each|max\w*|min\w*)\b)"
)

_IT = re.compile(
    r"it\s+(?=(?:must|should|shall|has to|needs to|can|is|contains?|ends?|starts?)\b)",
    re.IGNORECASE,
)

_RESPONSE = re.compile(
    r"(?:the|your|this)\s+(?:\w+\s+){0,2}?(?:response|answer|reply|output|text|essay|letter|story|poem|song|post|email|summary|article|script|blog|pitch|review|table|version)\b"
    r"|your\s+(?:entire\s+|whole\s+)?(?!title|headline|name|subject|first|last|ending|introduction|conclusion|list)\w+"
    r"(?=\s+(?:has|is|must|should|contains|uses|does)\b)"
)

_NOUNS_BEFORE = re.compile(r"\b(?:the|your|my|its|this|entire|whole|an?|each|of|full)\s+$")

_SERVES = re.compile(
    r"(?:.*\b(?:these|those|this|that|which)\b.*\b(?:constraints?|requirements?|limits?|limitations?|considered|crucial|important|required?)"
    r"|(?:then )?(?:you (?:can|may|should) )?(?:then |now )?(?:give|provide|write) (?:me )?(?:your |the )?(?:answer|response|reply)|as this is\b|no other\b|not allowed|to (?:ensure|provide|maintain|help|make)\b|only\b|nothing\b|ending with single|and only)"
)

_STOPPED = re.compile(r"[.!?]['\"”’]$|\bP\.\s?(?:P\.\s?)?S\.$", re.IGNORECASE)
_IF = re.compile(
    r"(?:(?:additionally|also|furthermore|moreover|and|but|however),?\s+)*"
    r"((?:if|when|where|whenever|should)\s+(?:you|an?|any|tables?|using|information|data|the|it|there)\b[^,;:.]*)$"
)
_HAN_CLAUSE = re.compile(
    r"(?:也|还|還|再|请|請)?(?:必须|必須|务必|需要?|应该?|應|要|不要|不得|不能|不可|不用|不|避免|请勿|勿|包含|包括|提到|提及|使用|用|出现|以|写|寫)"
)
"""What begins a Chinese clause that needs no subject."""
_MODAL_FIRST = re.compile(r"\b(?:soll|sollte|sollen|muss|müssen|darf|dürfen)\s+")
_VERB_LAST = re.compile(
    r"\s(?:enthalten|haben|sein|umfassen|nennen|verwenden|vermeiden|bestehen|stehen|enden|beginnen)$"
)
_OF_A_WORD = re.compile(r"the (?:key)?(?:words?|letters?|phrases?|terms?)\b")
_OF_WORDS = re.compile(r"(?:also\s+)?(?:be|appear|occur|stand|stay|remain|start|begin|end)\b")
"""What a word can do itself."""
_NEW_CLAUSE = re.compile(
    r"(?:(th(?:ose|ese|ey|eir)|such)\b)?(?:(?!\b(?:that|which|who|whose|and|or|but)\b)[^,;:.!?]){0,60}?"
    r"\b(?:must|should|shall|has to|have to)\b"
)
"""What has a subject of its own, which may point at what goes."""
_THAT = re.compile(r"that\s+(it\s+)?")
_BEING = re.compile(r"\b(?:be|is|are)\s+")
_QUOTE = re.compile(r"['\"”’]")
_SEPARATES = re.compile(r"(?:separate|divide|split|delimit)\s")
"""What is done with two things at once: "separate the one and the other by a line"."""
_ASKED = re.compile(r"\b(?:must|should|shall|has to|have to|needs? to|can|may)\b")
_SHARING = re.compile(r"\b(?:each|every|all|both|no|none|any|neither|either)\b")
"""What a first clause is about, and what one after a semicolon need not be about."""


_LABEL = re.compile(r"[^\n:：]{1,40}[:：][ \t]+")
_OPENER_WORDS = 6
_ASIDE = re.compile(r", (?:and|but|or), ")
_AT_AN_EDGE = re.compile(r"\b(?:at|on) (?:the )?(?:very )?(?:end|beginning|start|top|bottom)\b")
_OF_ITS_OWN = frozenset({"comma", "title", "postscript", "json", "placeholder", "case", "bullet"})
"""What is asked for wherever it is named."""


class Clauses(Adjuncts):
    """A sentence whose clauses are cut; what says what to write loses adjuncts."""

    def cut(self) -> None:
        """Add to the plan what has to go."""
        task = self.page.tasks[self.number]
        listed = self._from_list() if task or not all(m.gone for m in self.members) else None
        if listed is not None:
            self.found.edits += listed
            return
        if not task:
            self.members = self._with_own(self._with_conditions(self.members))
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

    def _from_list(self) -> list[Edit] | None:
        """Return what takes items out of a list within the sentence, None where there is none."""
        one = self.sentence
        quoted = [span for span in self.page.quoted if one.start < span[1] and span[0] < one.body]
        edits = without_items(self.folded, one.start, self.stop, self.members, quoted)
        begins = self.page.text[one.start]
        if edits and edits[0][0] == one.start and (begins.isupper() or begins.isdigit()):
            start, end, _ = edits[0]
            edits[0] = (start, end + 1, self.page.text[end].upper())
        if edits and edits[-1][1] == self.stop and _QUOTE.search(self.folded, self.stop, one.body):
            edits[-1] = (edits[-1][0], one.body, f"{edits[-1][2]}.")
        return edits

    def _whole(self) -> None:
        one = self.sentence
        if (label := self._label()) is not None:
            self.found.edits.append((label, self.page.sentences[self.number + 1].start, ""))
            return
        start = one.item.start if one.item is not None else one.start
        self.found.cuts.append(Cut(start, one.end, one.item))

    def _label(self) -> int | None:
        """Return where "Rules: " ends before a sentence, if others stand beside it in its line."""
        one, text = self.sentence, self.page.text
        label = _LABEL.match(text, one.start, one.body)
        if label is None or one.item is not None or not is_header(label[0]):
            return None
        beside = any(
            "\n" not in text[one.end : following.start]
            for following in self.page.sentences[self.number + 1 : self.number + 2]
        )
        return label.end() if beside else None

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
        return is_plain(" ".join(words)) and "?" not in self.folded[self.stop : self.sentence.body]

    def _with_conditions(self, members: list[Member]) -> list[Member]:
        """Return the members, each with the "if ..., " before it."""
        return [replace(one, start=self._condition(one)) for one in members]

    def _condition(self, member: Member) -> int:
        """Return where a member begins, which is before its condition if it has one."""
        before = [joint for joint in self.joints if joint.strong and joint.end <= member.start]
        if not before or not before[-1].bare:
            return member.start
        start = before[-2].end if len(before) > 1 else self.sentence.start
        found = _IF.search(self.folded, start, before[-1].start)
        inside = any(one.start < before[-1].start and start < one.end for one in self.members)
        return member.start if found is None or inside else found.start(1)

    def _with_own(self, members: list[Member]) -> list[Member]:
        """Return the members with those clauses between them that demand something else."""
        one = self.sentence
        strong = [joint for joint in self.joints if joint.strong]
        edges = [one.start, *(joint.end for joint in strong), self.stop]
        ends = [*(joint.start for joint in strong), self.stop]
        found = list(members)
        head = HEAD.match(self.folded, one.start, self.stop)
        for place, (low, high) in enumerate(zip(edges, ends, strict=False)):
            if low >= high or any(member.start < high and low < member.end for member in members):
                continue
            chunk = self.folded[low:high]
            kind = kind_of(HEAD.sub("", chunk, count=1) if place == 0 else chunk)
            inside = any(member.start < low and high < member.end for member in members)
            if inside or len(chunk.split()) < 2 or _serves(chunk):
                continue
            if head is not None and high <= head.end():
                continue
            if _SEPARATES.match(HEAD.sub("", chunk, count=1)) and self._noun_at(high):
                continue
            left = place == 0 and not is_plain(HEAD.sub("", chunk, count=1))
            if left or kind in ("base", "modal", "subject", "third") or self._asks_more(chunk):
                found.append(Member(low, high, -1, gone=False))
        return sorted(found, key=lambda member: member.start)

    def _asks_more(self, chunk: str) -> bool:
        """Return whether a clause speaks of what no constraint is about, "a title" say."""
        return any(
            topic.names.search(chunk)
            for name, topic in topics.named().items()
            if name in _OF_ITS_OWN and name not in self.found.topics
        )

    def _noun_at(self, end: int) -> bool:
        """Return whether what is joined at the end of a clause is no clause but another thing."""
        following = next((joint for joint in self.joints if joint.start == end), None)
        return following is not None and kind_of(self.folded[following.end :]) == "noun"

    def _attributive(self) -> bool:
        """Take "300+ word" out of "a 300+ word essay", if that is all."""
        gone = [member for member in self.members if member.gone]
        if len(gone) != 1 or not gone[0].number:
            return False
        member = gone[0]
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
        left = self.between(place - 1, place) if place else None
        right = self.between(place, place + 1) if place + 1 < len(self.members) else None
        if task:
            self.cut_adjunct(member, place, right)
            return
        if (place and left is None) or (place + 1 < len(self.members) and right is None):
            raise WovenError(self.shown())
        if right is None:
            assert left is not None
            self._last(place, left)
        else:
            self._before(left, right)

    def _last(self, place: int, left: Joint) -> None:
        """Cut the last clause, with its connector; the lines of an example go with it."""
        one = self.sentence
        end = self.stop
        if one.end > one.body:
            mark = self.page.text[self.stop : one.body].strip().rstrip(":：") or "."
            self.found.edits.append((left.start, one.end, mark))
        else:
            colon = self.folded[end : one.body].strip() == "" and self.folded[end - 1 : end] == ":"
            if self.folded[one.body - 1 : one.body] == ":" or colon:
                raise WovenError(self.shown())
            stopped = _STOPPED.search(self.page.text[: left.start]) is not None
            only = stopped and self.page.text[end : one.body] == "."
            self.found.edits.append((left.start, one.body if only else end, self.mark(end)))
        self.rejoin(place, left)

    def _before(self, left: Joint | None, right: Joint) -> None:
        """Cut a clause that another one follows, and leave that one what both share."""
        start = left.end if left is not None else self.sentence.start
        if right.bare and self._opens(start, right.start):
            raise WovenError(self.shown())
        following = self.folded[right.end : right.end + 120]
        kind = kind_of(following)
        if kind == "third" and re.search(
            r"\b(?:should|must|shall)\b", self.folded[start : right.start]
        ):
            kind = "base"
            self._infinitive(right.end)
        if kind != "subject" and self._has_subject(start, right.start):
            raise WovenError(self.shown())
        if kind == "noun" and (clause := _NEW_CLAUSE.match(self.folded, right.end, self.stop)):
            if left is not None or right.bare or clause[1]:
                raise WovenError(self.shown())
            kind = "subject"
        if left is None and (joined := self._with_one_subject(right)) is not None:
            self.found.edits.append(joined)
            return
        if left is None and _HAN_CLAUSE.match(self.folded, right.end):
            self.found.edits.append((start, right.end, ""))
            return
        if left is None and kind == "base" and self._is_of_a_word(right):
            led = HEAD.match(self.folded, self.sentence.start, right.start)
            self.found.edits.append((led.end() if led else self.sentence.start, right.end, ""))
            return
        shared = self._parallel(start, right.start, kind, first=left is None)
        shared = self._described(start, right.start, kind) if shared is None else shared
        if left is not None and (shared is None or shared <= left.end + 1):
            if not right.bare or left.bare:
                self.found.edits.append((left.start, right.start, ""))
                if left.bare and len(self.members) == 3 and right.text.strip().startswith(", and"):
                    self.found.edits.append((right.start, right.end, " and "))
            else:
                self.found.edits.append((left.end, right.end, ""))
            return
        if kind == "noun" and self._several(start, right.start):
            raise WovenError(self.shown())
        opener = self.folded[self.sentence.start : shared or 0]
        if left is None and shared is not None and _AT_AN_EDGE.search(opener):
            shared = None  # it says where what goes was to stand
        if shared is not None and shared > self.sentence.start:
            head = self.folded[self.sentence.start : shared]
            if ";" in right.text and _SHARING.search(head):
                raise WovenError(self.shown())
            self.found.edits.append((shared, right.end, ""))
            return
        self._first(right, kind)

    def _with_one_subject(self, right: Joint) -> Edit | None:
        """Return what leaves "Make sure your text B" of "Make sure your text A and that it B"."""
        that = _THAT.match(self.folded, right.end)
        head = HEAD.match(self.folded, self.sentence.start, right.start)
        if that is None or head is None or head.end() == self.sentence.start:
            return None
        subject = _RESPONSE.match(self.folded, head.end(), right.start)
        if that[1] is None:
            led = self.folded[: head.end()].rstrip().endswith("that")
            return head.end(), that.end() if led else right.end, ""
        return None if subject is None else (subject.end(), that.end() - 1, "")

    def _is_of_a_word(self, right: Joint) -> bool:
        """Return whether a word does what goes, and the writer what follows: "X should appear and use Y"."""
        head = HEAD.match(self.folded, self.sentence.start, right.start)
        start = head.end() if head is not None else self.sentence.start
        led = head is not None and self.folded[: head.end()].rstrip().endswith(",")
        return bool(
            led
            and _OF_A_WORD.match(self.folded, start, right.start)
            and not _OF_WORDS.match(self.folded, right.end)
        )

    def _described(self, start: int, end: int, kind: str) -> int | None:
        """Return where what the response is begins: "must be A and organized into B"."""
        being = None
        if kind == "ing":
            being = _BEING.search(self.folded, start, end)
        elif kind == "noun" and self._ends_with_verbs(end):
            being = _MODAL_FIRST.search(self.folded, start, end)
        return being.end() if being is not None else None

    def _ends_with_verbs(self, end: int) -> bool:
        """Return whether both clauses end with their verbs: "soll A enthalten und B haben"."""
        return all(_VERB_LAST.search(self.folded[:at].rstrip()) for at in (end, self.stop))

    def _opens(self, start: int, end: int) -> bool:
        """Return whether a stretch ends with what opens the next clause: "..., and at the end"."""
        ands = [
            one for one in self.joints if one.strong and start < one.start < end and not one.bare
        ]
        if _ASIDE.search(self.folded, start, end):
            return True
        opener = self.folded[ands[-1].end : end] if ands else ""
        words = opener.split()
        return 0 < len(words) <= _OPENER_WORDS and (
            kind_of(opener) == "prep" or words[0] in LEADING
        )

    def _several(self, start: int, end: int) -> bool:
        """Return whether a stretch holds clauses with verbs of their own."""
        return any(
            joint.strong
            and kind_of(self.folded[joint.end : joint.end + 80]) in ("base", "modal", "third")
            for joint in self.joints
            if start < joint.start < end
        )

    def _has_subject(self, start: int, end: int) -> bool:
        """Return whether a stretch holds a clause with a subject of its own, behind another one."""
        return any(
            joint.strong
            and kind_of(self.folded[joint.end : min(end, joint.end + 80)]) == "subject"
            and _ASKED.search(self.folded, start, joint.start)
            and not _serves(self.folded[joint.end : end])
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

    def _first(self, right: Joint, kind: str) -> None:
        """Cut a first clause that shares nothing; the next one begins the sentence."""
        if kind in ("noun", "prep", "third", "ing"):
            raise WovenError(self.shown())
        text = self.page.text
        rest = right.end
        match = _IT.match(text, rest)
        subject = _RESPONSE.search(self.folded, self.sentence.start, right.start)
        if kind == "modal":
            raise WovenError(self.shown())
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
        if kind in ("subject", "condition"):
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


def _serves(chunk: str) -> bool:
    """Return whether a clause only says how important another one is, or in other words the same."""
    return bool(_SERVES.match(chunk))
