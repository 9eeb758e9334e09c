"""Cutting an adjunct ("with at least 300 words") out of a sentence that says what to write."""

# ruff: noqa: E501  # patterns that are read by the line
from __future__ import annotations

import re
from collections.abc import Sequence

from hir_kit.relabel.statements.demands import kind_of
from hir_kit.relabel.statements.joints import Joint, Member, Parts, is_plain
from hir_kit.relabel.statements.plan import WovenError

_LIGHT = re.compile(
    r"(?:(?:with(?:out)?|in|into|to|using|of|for|that|which|contains?|containing|includes?|including|has|have|having|consists?|consisting|uses?|is|are"
    r"|be|the|an?|all|any|only|exactly|at|least|most|word|words|keywords?|letters?|your|entire|whole|written|wrapped|while|so|such|should|must|total|by"
    r"|response|answer|it|it's|that's|there|each|every|different|format|ensuring|making|make|sure|ensure|no|not|entirely|completely|excluding|as|used?|and|also|long|language"
    r"|doesn't|does|do|don't|avoids?|avoiding|written|mit|ohne|avec|sans|auf|en|das|dem|le|la|les|des|de|mots?"
    r"|wort|wörter|mindestens|höchstens|au moins|au plus|und|et)\b[\s,]*)*"
)

_TAIL = re.compile(
    r"(?:\s*\([^()]*\)|\s+(?:format(?:ting)?|form|style|letters?|long|each|total|in length|or phrases|marks?|symbols?|brackets?"
    r"|lists?|items?|points?|sections?|only|alone|whatsoever|at all|language|text|words?|sentences|characters?|markdown|in markdown(?: format)?|altogether|keywords?|allowed|permitted|maximum|max|minimum|au maximum|au minimum)\b"
    r"|['\"]?\s+(?:at least|at most|exactly|only|no more than|less than|more than)?\s*(?:once|twice|(?:\d+|\w+) times)(?: or more)?\b"
    r"|\s+(?:in|throughout|within|around|of|for|at the end of)\s+(?:your|the|its?|this)\s+(?:\w+\s+)?(?:response|answer|reply|output|text|entirety)\b"
    r"|\s+(?:somewhere\s+)?in (?:it|there|total|all)\b(?:\s+somewhere)?|\s+overall\b"
    r"|\s+(?:on top|at the (?:very )?(?:top|end|bottom|beginning|start))\b(?: of (?:it|the|your)\b(?: \w+)?)?"
    r"|,?\s+(?:such as|i\.e\.?,?|e\.g\.?,?|like|for example,?)\s+(?:\*[^*]+\*|<<[^>]+>>|\[[^\]]+\]|'[^']+')(?:,\s*(?:\*[^*]+\*|\[[^\]]+\]|'[^']+'))*(?:,?\s*etc\.?)?)*"
)

_GOES_ON = re.compile(
    r"\s*(?:$|[.!?:。！？，,;；)]|\s(?:that|which|who|whose|about|on|for|of|to|from|describing|and|but|or|in|with|without|as|by|using|regarding|explaining|summarizing|discussing|where|when|based|between|because|titled|called|entitled|--?|und|et|ohne|sans|avec|mit|über|sur|aber|mais)\b)"
)

_CLOSED = re.compile(r", (?:who|whose|which|where)\b[^,]*$|\b(?:would|does|do|did|is|are)$")
"""What a comma has to close."""
_BEGUN = re.compile(
    r"[,\s]*(?:and\s+)?(?:with(?:out)?|in|using|containing|including|that\s+\w+|which\s+\w+"
    r"|(?:also\s+)?(?!(?:no|not|at|less|fewer|more|exactly|the|an?|some|any)\b)[a-z]+)\s+"
)
_A_THING = re.compile(r"(?:an?|at least|at most|exactly|no|\d+|two|three|the words?)\b")
"""What a text has, and is not in: "in lowercase and a title"."""
_ABOUT = re.compile(r"(?:about|on|for|describing|regarding|titled|called)\b")


class Adjuncts(Parts):
    """A sentence whose adjuncts are cut."""

    def cut_adjunct(self, member: Member, place: int, right: Joint | None) -> None:
        """Cut an adjunct out of a sentence that says what to write."""
        low = self.members[place - 1].end if place else self.sentence.start
        joints = [
            joint for joint in self.joints if low <= joint.start and joint.end <= member.start
        ]
        begin = self._opening(joints, member)
        if begin is None and place and joints and joints[-1].strong:
            begin = self._beside(place, joints[-1])
        if begin is None:
            raise WovenError(self.shown())
        tail = _TAIL.match(self.folded, member.end, self.stop)
        end = tail.end() if tail is not None else member.end
        if self.folded[end : end + 1] in "'\"" and self.folded[end : end + 1]:
            end += 1
            tail = _TAIL.match(self.folded, end, self.stop)
            end = tail.end() if tail is not None else end
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
                    raise WovenError(self.shown())
                end = self.stop
            else:
                raise WovenError(self.shown())
        self._take_adjunct(self._with_coordinator(begin, end), end, place)

    def _with_coordinator(self, begin: Joint, end: int) -> Joint:
        """Return the "and" before an adjunct ("A and without B"), if it would join nothing."""
        before = next((j for j in self.joints if j.strong and j.start < begin.start < j.end), None)
        goes_on = any(joint.start == end and joint.strong for joint in self.joints)
        return before if before is not None and not goes_on else begin

    def _beside(self, place: int, joint: Joint) -> Joint | None:
        """Return the joint of "with A and B" before B, where A is another statement."""
        before = self.folded[self.members[place - 1].end : joint.start]
        between = self.folded[joint.end : self.members[place].start]
        light = _LIGHT.fullmatch(between)
        tail = _TAIL.fullmatch(before.lstrip("'\")]*"))
        return joint if light is not None and tail is not None else None

    def _beside_one(self, place: int, begin: Joint) -> bool:
        """Return whether an adjunct comes right after another one, as the items of a list do."""
        between = self.folded[self.members[place - 1].end : begin.start]
        return _TAIL.fullmatch(between.lstrip("'\")]*>")) is not None

    def _opening(self, joints: Sequence[Joint], member: Member) -> Joint | None:
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
            elif verbal and (begin is None or is_plain(between)):
                return joint
            elif begin is not None or joint.strong:
                return begin
            if joint.strong:
                return begin
        return begin

    def _take_adjunct(self, begin: Joint, end: int, place: int) -> None:
        end = self._closed(begin.start, end)
        following = next((joint for joint in self.joints if joint.start == end), None)
        kind = "" if following is None else kind_of(self.folded[following.end : following.end + 80])
        if (
            following is not None
            and following.strong
            and kind in ("prep", "ing")
            and not begin.strong
        ):
            joined = (
                place > 0 and "and" in following.text.split() and self._beside_one(place, begin)
            )
            closes = _CLOSED.search(self.folded, self.sentence.start, begin.start)
            new = " and " if joined else ", " if closes and begin.text[:1] == "," else " "
            self.found.edits.append((begin.start, following.end, new))
            return
        if following is not None and following.bare and kind in ("noun", "prep"):
            about = _ABOUT.match(self.folded, following.end)
            more = place + 1 < len(self.members)
            another = kind == "noun" and more and not begin.strong
            apart = kind == "prep" and not self._shares(following)
            if not (about or another or apart or begin.text.lstrip().startswith(",")):
                raise WovenError(self.shown())
            if about is None and another:
                self._pass_on(begin, end, following, place)
                return
            apart = kind == "prep" and begin.text[:1] == ","
            listed = about is None and (place > 0 or apart)
            self.found.edits.append((begin.start, following.end, ", " if listed else " "))
            return
        if following is not None and following.strong and kind in ("third", "modal"):
            that = re.compile(r",?\s+(?:that|which)\s+").match(self.folded, begin.start)
            if that is not None:
                self.found.edits.append((that.end(), following.end, ""))
                return
            if not begin.strong or kind_of(self.folded[begin.end :]) != kind:
                raise WovenError(self.shown())
        if (
            following is not None
            and following.strong
            and kind == "noun"
            and not (place and begin.strong)
        ):
            self._pass_on(begin, end, following, place)
            return
        self.found.edits.append((begin.start, end, self.mark(end)))
        if end >= self.stop and place + 1 == len(self.members):
            self.rejoin(place, begin)

    def _shares(self, joint: Joint) -> bool:
        """Return whether a thing joined further on ("and a title") needs what leads to a first one."""
        return any(
            one.strong
            and "and" in one.text.split()
            and kind_of(self.folded[one.end : one.end + 80]) == "noun"
            for one in self.joints
            if one.start > joint.start
        )

    def _pass_on(self, begin: Joint, end: int, following: Joint, place: int) -> None:
        """Cut A out of "with A and B": B needs what A began with."""
        first = _BEGUN.match(self.folded, begin.start, end)
        if first is None:
            raise WovenError(self.shown())
        if first[0].split()[-1] in ("in", "into") and _A_THING.match(self.folded, following.end):
            if not place:
                raise WovenError(self.shown())
            self.found.edits.append((begin.start, end, ""))
            return
        self.found.edits.append((first.end(), following.end, ""))

    def _closed(self, start: int, end: int) -> int:
        """Return where a cut ends that takes a bracket's closing with its opening."""
        piece = self.folded[start:end]
        if (
            piece.count("(") > piece.count(")")
            and (at := self.folded.find(")", end, self.stop)) >= 0
        ):
            return at + 1
        return end
