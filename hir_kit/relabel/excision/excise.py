"""The `excise` strategy: cutting constraints' own sentences and list items out of an instruction.

Only what stands alone is cut; in any doubt the instruction is refused, with a code that says why.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from hir_kit.relabel.contract import Refusal
from hir_kit.relabel.excision import references
from hir_kit.relabel.excision.cuts import Cut, Edit, apply_cuts, close_series, merge_cuts
from hir_kit.relabel.excision.headers import INTRODUCING, header_before, offers_choice
from hir_kit.relabel.excision.list_items import Item, Lines
from hir_kit.relabel.excision.locate import Searchable, Wanted, fold, wanted
from hir_kit.relabel.excision.quotations import last_request, quotations
from hir_kit.relabel.excision.sentences import (
    dangles,
    ends_sentence,
    has_end_mark,
    starts_sentence,
    tail_end,
    without_frame,
)
from hir_kit.relabel.statements.examine import implied, left_over
from hir_kit.relabel.statements.sought import Sought

_WORD = re.compile(r"[^\W\d_]+")
_PRONOUN_WITHIN = 60
"""How far into a sentence there may be a pronoun that another word has taken the place of."""
_UNFINISHED = re.compile(r"(?:[,，、;；]|\b(?:and|or))$")


class _RefusedError(Exception):
    """Carries a refusal out of the steps below."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.refusal = Refusal(code, reason)


def excise(prompt: str, drop: Sequence[str], keep: Sequence[str]) -> str | Refusal:
    """Return the instruction without some of its constraints, all else as it was.

    Each dropped constraint's sentence or list item is cut out, the list is numbered anew, and a
    header left without items goes too.

    Args:
        prompt: The instruction.
        drop: The sentences that state the constraints to be removed. They may differ from the
            instruction in case, white space, kind of quotes and final punctuation.
        keep: The sentences that state those that stay.

    Returns:
        The new instruction, or a refusal with one of these codes: `not-found` and `repeated`
            (a dropped text does not stand exactly once), `kept-not-found`, `kept-too` (a kept text
            is or holds a dropped one), `not-alone` (part of a longer sentence or item), `quoted`
            (in a quotation or code), `example` (in a worked example), `header` and `numbering`
            (the list cannot be mended), `choice` (the list offers alternatives), `count` (the
            instruction counts or names its rules), `dangling` (what stands before is left
            incomplete), `refers-back` (what follows points at what would be gone), `woven` (the
            rest still asks for it), `nothing-left`.
    """
    if not drop:
        return prompt
    try:
        return _Excision(prompt, drop, keep).result()
    except _RefusedError as refused:
        return refused.refusal


def take_out(prompt: str, cuts: Sequence[Cut], edits: Sequence[Edit]) -> str | Refusal:
    """Return the instruction without these stretches, its lists numbered anew, or a refusal.

    Args:
        prompt: The instruction.
        cuts: Whole sentences and list items.
        edits: What is to be put in the place of other stretches; none is inside a cut.
    """
    try:
        excision = _Excision(prompt, (), ())
        return excision.without(excision.items_filled(cuts), list(edits))
    except _RefusedError as refused:
        return refused.refusal


@dataclass(frozen=True, slots=True)
class _Found:
    """A dropped text and where it stands."""

    text: Wanted
    start: int
    end: int


class _Excision:
    """One instruction and what is to be cut out of it."""

    def __init__(self, prompt: str, drop: Sequence[str], keep: Sequence[str]) -> None:
        self.prompt = prompt
        self.drop = list(dict.fromkeys(wanted(text) for text in drop))
        self.keep = list(dict.fromkeys(wanted(text) for text in keep))
        self.source = Searchable(prompt)

    @cached_property
    def lines(self) -> Lines:
        """The instruction's lines and list items; most texts are not found before they matter."""
        return Lines(self.prompt)

    def result(self) -> str:
        found = [self._find(text) for text in self.drop]
        kept = self._find_kept()
        self._check_place(found)
        return self.without([self._cut(each) for each in found], [], kept)

    def without(
        self, alone: list[Cut], changes: list[Edit], kept: Sequence[tuple[int, int]] = ()
    ) -> str:
        """Return the instruction without these cuts and with these changes."""
        edits, headers = self._mend_lists([cut.item for cut in alone if cut.item])
        merged = merge_cuts(self.prompt, alone + headers)
        cuts = [self._settled(cut) for cut in merged]
        for cut in cuts:
            self._check_seam(cut, changes)
        self._check_kept(cuts, kept)
        result = apply_cuts(self.prompt, cuts, edits + changes)
        self._check_remainder(result, cuts)
        self._check_woven(result)
        return result

    def items_filled(self, cuts: Sequence[Cut]) -> list[Cut]:
        """Return the cuts, with a list item in place of all its sentences."""
        found = [cut for cut in cuts if cut.item is not None]
        for cut in merge_cuts(self.prompt, [cut for cut in cuts if cut.item is None]):
            item = self.lines.items[self.lines.at(cut.start)]
            whole = self._item_cut(item, cut.start, cut.end) if item is not None else None
            found.append(whole or cut)
        return found

    def _find(self, text: Wanted) -> _Found:
        if text.empty:
            raise _RefusedError("not-found", "a dropped text is empty")
        places = self.source.find(text)
        if not places:
            raise _RefusedError("not-found", f"{text.body!r} does not stand in the instruction")
        if len(places) > 1:
            raise _RefusedError("repeated", f"{text.body!r} stands {len(places)} times")
        return _Found(text, *places[0])

    def _find_kept(self) -> list[tuple[int, int]]:
        spans: list[tuple[int, int]] = []
        for text in self.keep:
            if any(other.body in text.body for other in self.drop):
                raise _RefusedError("kept-too", f"{text.body!r} is kept and holds a dropped text")
            places = [] if text.empty else self.source.find(text)
            if not places:
                raise _RefusedError("kept-not-found", f"{text.body!r}, which stays, is not there")
            spans += places
        return sorted(spans)

    def _check_place(self, found: list[_Found]) -> None:
        """Refuse texts in quotations, code and worked examples."""
        quoted = quotations(self.prompt)
        last = last_request(self.prompt)
        for each in found:
            if any(start < each.start and each.end <= end for start, end in quoted):
                raise _RefusedError("quoted", f"{each.text.body!r} is in a quotation or code")
            if each.start < last:
                raise _RefusedError("example", f"{each.text.body!r} is in a worked example")

    def _cut(self, found: _Found) -> Cut:
        """Return the sentence or list item that a dropped text is."""
        tail = tail_end(self.prompt, found.end)
        item = self.lines.items[self.lines.at(found.start)]
        floor = item.content if item else self.lines.lines[self.lines.at(found.start)].start
        start = without_frame(self.prompt, found.start, floor)
        cut = None
        if _same_marks(found.text.tail, self.source.folded[found.end : tail]):
            cut = (
                self._item_cut(item, start, tail)
                if item
                else self._sentence_cut(found, start, tail)
            )
        if cut is None:
            raise _RefusedError("not-alone", f"{found.text.body!r} is part of something longer")
        return cut

    def _item_cut(self, item: Item, start: int, tail: int) -> Cut | None:
        last = self.lines.lines[self.lines.last_line(item)]
        rest = self.prompt[tail : last.end].strip()
        alone = start == item.content and rest in ("", ";", ",", "，", "、")
        end = tail + len(self.prompt[tail : last.end].rstrip())
        return Cut(item.start, end, item) if alone else None

    def _sentence_cut(self, found: _Found, start: int, tail: int) -> Cut | None:
        first, last = self.lines.at(start), self.lines.at(tail - 1)
        if any(self.lines.items[number] for number in range(first, last + 1)):
            return None
        if self.lines.enclosing(first) is not None:
            return None
        stated = has_end_mark(found.text.tail)
        alone = starts_sentence(self.lines, start) and ends_sentence(self.lines, tail, stated)
        return Cut(start, tail, None) if alone else None

    def _mend_lists(self, dropped: list[Item]) -> tuple[list[Edit], list[Cut]]:
        """Return the new numbers of the items that stay, and the headers of emptied lists."""
        gone = {item.line for item in dropped}
        edits: list[Edit] = []
        headers: list[Cut] = []
        seen: set[int] = set()
        for dropped_item in dropped:
            if dropped_item.line in seen:
                continue
            items = self.lines.siblings(dropped_item)
            seen |= {item.line for item in items}
            left = [item for item in items if item.line not in gone]
            self._check_list(items)
            edits += self._renumber(items, left)
            headers += [] if left else self._header(items[0])
        return edits, headers

    def _check_list(self, items: list[Item]) -> None:
        if self.lines.is_roman(items):
            raise _RefusedError("numbering", "the list has Roman numbers")
        if offers_choice(self.prompt[: items[0].start]):
            raise _RefusedError("choice", "the list offers alternatives")

    def _renumber(self, items: list[Item], left: list[Item]) -> list[Edit]:
        values = [item.value for item in items if item.value is not None]
        if not values:
            return []
        self._check_continuation(items[-1])
        if len(values) > 1 and len(set(values)) == 1:
            return []
        if values != list(range(values[0], values[0] + len(values))):
            raise _RefusedError("numbering", "the list's numbers do not follow each other")
        return [
            (*item.span, item.renumbered(value))
            for value, item in enumerate(left, start=values[0])
            if item.value != value
        ]

    def _check_continuation(self, last: Item) -> None:
        """Refuse where a later list goes on counting from this one."""
        for number in range(self.lines.last_line(last) + 1, len(self.lines.lines)):
            other = self.lines.items[number]
            if other is not None and other.style == last.style:
                if last.value is not None and other.value == last.value + 1:
                    raise _RefusedError("numbering", "a later list goes on counting")
                return

    def _header(self, first: Item) -> list[Cut]:
        header = header_before(self.prompt, first.start)
        if header is None:
            raise _RefusedError("header", "what introduces the emptied list says more than that")
        return [Cut(*header, None, header=True)] if header[0] < header[1] else []

    def _check_seam(self, cut: Cut, changes: Sequence[Edit]) -> None:
        """Refuse where the text around a cut does not fit together any more."""
        before = self.prompt[: cut.start].rstrip()
        after = self.prompt[cut.end :].lstrip()
        following = self._without_marker(cut.end)
        begin = len(self.prompt) - len(following)
        near = [edit for edit in changes if begin <= edit[0] < begin + _PRONOUN_WITHIN]
        for start, end, new in sorted(near, reverse=True):
            following = f"{following[: start - begin]}{new}{following[end - begin :]}"
        gone = self.prompt[cut.start : cut.end]
        if references.refers_back(following, first=not before) and not references.goes_on(
            fold(before), fold(gone), fold(following)
        ):
            raise _RefusedError("refers-back", f"{after[:60]!r} refers to what would be gone")
        if _begins_small(before, self.prompt[cut.end :], gone) and cut.item is None:
            raise _RefusedError("dangling", f"{after[:40]!r} would begin a sentence")
        series = before[-1:] == self.prompt[cut.end - 1] == "；"
        stops = _UNFINISHED.search(before[-24:]) if cut.item else dangles(before)
        if before and not cut.followed and not series and stops:
            raise _RefusedError("dangling", f"{before[-40:]!r} would be left incomplete")

    def _without_marker(self, offset: int) -> str:
        """Return what follows, without the marker of a list item."""
        following = self.prompt[offset:].lstrip()
        start = len(self.prompt) - len(following)
        if start >= len(self.prompt):
            return ""
        item = self.lines.items[self.lines.at(start)]
        return self.prompt[item.content if item and item.start == start else start :]

    def _settled(self, cut: Cut) -> Cut:
        cut = close_series(self.prompt, cut)
        return replace(cut, followed=self._goes_on(cut))

    def _goes_on(self, cut: Cut) -> bool:
        """Return whether an item of the same list follows the cut."""
        following = len(self.prompt) - len(self.prompt[cut.end :].lstrip())
        item = None
        if following < len(self.prompt):
            item = self.lines.items[self.lines.at(following)]
        same = cut.item is not None and item is not None and item.style == cut.item.style
        return same and item is not None and item.start == following

    def _check_kept(self, cuts: list[Cut], kept: Sequence[tuple[int, int]]) -> None:
        for start, end in kept:
            if any(start < cut.end and cut.start < end for cut in cuts):
                raise _RefusedError("kept-too", "a kept text stands inside what would be cut")

    def _check_remainder(self, result: str, cuts: list[Cut]) -> None:
        """Refuse where the result as a whole is not what was asked for."""
        left = Searchable(result)
        if any(left.holds(text) for text in self.drop):
            raise _RefusedError("repeated", "a dropped text would still stand")
        if not all(left.find(text) for text in self.keep):
            raise _RefusedError("kept-too", "a kept text would be gone")
        if not _request_left(left.folded, self.keep):
            raise _RefusedError("nothing-left", "no request would be left")
        if references.counts_rules(left.folded):
            raise _RefusedError("count", "the instruction says how many rules it has")
        if any(cut.item for cut in cuts) and references.names_rule(left.folded):
            raise _RefusedError("count", "the instruction speaks of a rule by its number")
        self._check_pointers(left.folded, cuts)

    def _check_pointers(self, folded: str, cuts: list[Cut]) -> None:
        if any(cut.header for cut in cuts) and references.names_list(folded):
            raise _RefusedError("refers-back", "the instruction speaks of rules that would be gone")
        if any(references.points_up(text.body) for text in self.keep):
            raise _RefusedError("refers-back", "a kept constraint refers to something above it")
        pieces = self._outside([(cut.start, cut.end) for cut in cuts])
        for number, cut in enumerate(cuts):
            text = self.source.folded[cut.start : cut.end]
            if not references.introduces(text):
                continue
            before = " ".join(pieces[: number + 1])
            after = " ".join(pieces[number + 1 :])
            if thing := references.loses_its_thing(text, fold(before), fold(after)):
                raise _RefusedError("refers-back", f"later text relies on the {thing!r} cut out")

    def _check_woven(self, result: str) -> None:
        kept, dropped = ([Sought.of_text(one.body + one.tail) for one in texts]
                         for texts in (self.keep, self.drop))  # fmt: skip
        if found := (implied(kept, dropped) or left_over(result, kept, dropped)):
            asked = self.drop[found.place].body
            raise _RefusedError("woven", f"{found.text!r} still asks for {asked!r}")

    def _outside(self, spans: list[tuple[int, int]]) -> list[str]:
        """Return the instruction's pieces between these spans, which are in order."""
        pieces, position = [], 0
        for start, end in spans:
            pieces.append(self.prompt[position : max(position, start)])
            position = max(position, end)
        return [*pieces, self.prompt[position:]]


def _begins_small(before: str, after: str, gone: str) -> bool:
    """Return whether a small letter would follow a final mark where a capital one did."""
    same_line = after[:1] == " " and before[-1:] in (*".!?:", "")
    ended = gone.rstrip()[-1:] in (*".!?",) and not gone.rstrip().endswith("...")
    return same_line and not ended and after.lstrip()[:1].islower() and gone.lstrip()[:1].isupper()


def _same_marks(sought: str, found: str) -> bool:
    """Return whether the marks inside final quotes, which a text may be about, are the same."""
    about = "!?！？…;；:："
    inside = [text[: text.rfind("'") + 1] for text in (sought, found)]
    first, second = ([mark for mark in text if mark in about] for text in inside)
    return first == second


def _request_left(folded: str, keep: Sequence[Wanted]) -> bool:
    """Return whether more than kept constraints and words that introduce them is left."""
    left = " ".join(folded.split())
    for text in keep:
        left = left.replace(text.body, " ")
    return any(word not in INTRODUCING for word in _WORD.findall(left))
