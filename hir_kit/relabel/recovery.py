"""Telling the task and the constraints of an instruction apart, where the dump does not.

The sentence of every constraint is located: the dataset's own, else the verifier's description.
What stands together before or after all else is the list of constraints; the rest, without the
list's header, is the task. It is taken only where task and sentences, put together again, are the
instruction, character by character.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from hir_kit.model.prompt import instruction_of
from hir_kit.model.rollout import Group
from hir_kit.relabel.calls import stated
from hir_kit.relabel.contract import Refusal
from hir_kit.relabel.excision import references
from hir_kit.relabel.excision.headers import header_before, is_header, offers_choice
from hir_kit.relabel.excision.list_items import Item, Lines
from hir_kit.relabel.excision.locate import Searchable, fold, wanted
from hir_kit.relabel.excision.quotations import quotations
from hir_kit.relabel.excision.sentences import (
    dangles,
    ends_sentence,
    has_end_mark,
    starts_sentence,
    tail_end,
)
from hir_kit.relabel.layout import Layout, find_layout
from hir_kit.verify.checker import Checker

Span = tuple[int, int]

_LEADS_ON = re.compile(
    r"\b(?:a|an|are|be|by|do|don't|for|from|if|in|into|is|it|must|never|not|note|of|on|only|please"
    r"|remember|rule|say|saying|says|said|should|so|than|the|then|this|to|unless|when|you|your)$"
)


@dataclass(frozen=True, slots=True)
class Recovered:
    """What could be told apart in an instruction.

    Attributes:
        task: The request without its constraints, or why it cannot be told.
        texts: For each constraint its sentence as the instruction words it, None where it does not
            stand there as a whole sentence or list item, exactly once.
    """

    task: str | Refusal
    texts: tuple[str | None, ...]


def recover(instruction: str, sentences: Sequence[str | None]) -> Recovered:
    """Tell the task and the constraints of an instruction apart.

    A sentence is found as it is; else whatever case, white space, kind of quotes and final
    punctuation it has.

    Args:
        instruction: The instruction.
        sentences: For each constraint, in order, the sentence that states it; None: not known.

    Returns:
        The texts, and the task or a refusal with one of these codes: `no-constraints`; `no-text`
            (a sentence is not known); `not-found` (a sentence does not stand there by itself,
            exactly once); `layout` (the sentences are neither first nor last, or what stands
            between them is no separator); `header` (what introduces them says more than that);
            `task` (what is left is no request by itself).
    """
    places = _Places(instruction)
    spans = _without_overlaps([places.find(sentence) for sentence in sentences])
    texts = tuple(instruction[slice(*span)] if span else None for span in spans)
    return Recovered(_task(places, sentences, spans, texts), texts)


def with_task(group: Group, checker: Checker) -> tuple[Group, Refusal | None]:
    """Return the group with its task, and its constraints with their texts, where they can be told.

    What the dump says itself stays. The second value says why there is no task, if there is none.

    Args:
        group: The group.
        checker: Its constraints, bound.
    """
    if group.task is not None and all(spec.text is not None for spec in group.constraints):
        return group, None
    with checker.limit:
        bound = checker.bind(group.constraints)
        sentences = [stated(one, checker.limit).sentence for one in bound]
    found = recover(instruction_of(group.prompt), sentences)
    task, refusal = (group.task, None) if group.task is not None else _told(found.task)
    has_task = task is not None and group.task is None
    specs = tuple(
        replace(spec, text=text) if text is not None and (has_task or spec.text is None) else spec
        for spec, text in zip(group.constraints, found.texts, strict=True)
    )
    return replace(group, constraints=specs, task=task), refusal


def _told(task: str | Refusal) -> tuple[str | None, Refusal | None]:
    return (None, task) if isinstance(task, Refusal) else (task, None)


class _Places:
    """An instruction in which whole sentences and list items are found."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._source = Searchable(text)

    @cached_property
    def lines(self) -> Lines:
        """The instruction's lines and list items."""
        return Lines(self.text)

    @cached_property
    def _quoted(self) -> list[Span]:
        return quotations(self.text)

    def find(self, sentence: str | None) -> Span | None:
        """Return where a sentence stands by itself, exactly once and outside of quotations."""
        sought = wanted(sentence or "")
        if sentence is None or sought.empty:
            return None
        found = self._source.find(sought)
        if len(found) != 1:
            return None
        start, end = found[0]
        span = self._as_it_is(sentence.strip(), start) or self._folded(
            start, tail_end(self.text, end), has_end_mark(sought.tail)
        )
        if span is None or any(low < start and span[1] <= high for low, high in self._quoted):
            return None
        return span

    def item(self, span: Span) -> Item | None:
        """Return the list item that starts with this sentence."""
        item = self.lines.items[self.lines.at(span[0])]
        return item if item is not None and item.content == span[0] else None

    def _as_it_is(self, sentence: str, start: int) -> Span | None:
        """Return the span of a sentence that stands there word for word, and begins one."""
        end = start + len(sentence)
        if not self.text.startswith(sentence, start):
            return None
        before, after = self.text[:start], self.text[end:]
        begins = not before or before[-1].isspace() or self.item((start, end)) is not None
        rest = after.lstrip()
        is_apart = after[: len(after) - len(rest)].count("\n") > 1  # in a paragraph of its own
        ends = not after or (after[0].isspace() and (is_apart or not rest[:1].islower()))
        return (start, end) if begins and ends and not sentence[0].islower() else None

    def _folded(self, start: int, end: int, stated: bool) -> Span | None:
        begins = starts_sentence(self.lines, start) or self.item((start, end)) is not None
        return (start, end) if begins and ends_sentence(self.lines, end, stated) else None


def _without_overlaps(spans: list[Span | None]) -> list[Span | None]:
    """Return the spans without those that share text with another one."""
    known = [span for span in spans if span is not None]
    return [
        None
        if span is None or sum(other[0] < span[1] and span[0] < other[1] for other in known) > 1
        else span
        for span in spans
    ]


def _task(
    places: _Places,
    sentences: Sequence[str | None],
    spans: Sequence[Span | None],
    texts: Sequence[str | None],
) -> str | Refusal:
    known = [span for span in spans if span is not None]
    if not spans:
        return Refusal("no-constraints", "the instruction has no constraints")
    if any(sentence is None for sentence in sentences):
        return Refusal("no-text", "a constraint has neither a text nor a description")
    if len(known) < len(spans):
        missing = next(s for s, span in zip(sentences, spans, strict=True) if span is None)
        return Refusal("not-found", f"{missing!r} does not stand there by itself, exactly once")
    if problem := _list_problem(places, known):
        return problem
    task = _rest(places, known)
    if isinstance(task, Refusal):
        return task
    layout = find_layout(places.text, task, texts) or Layout()
    if layout.render(task, [text for text in texts if text]) != places.text:
        return Refusal("layout", "task and constraints put together are not the instruction")
    same_line = "\n" not in layout.between
    return _request_problem(task, same_line) or task


def _list_problem(places: _Places, spans: Sequence[Span]) -> Refusal | None:
    """Return why the sentences are not all of a list, where they are items of one."""
    items = [places.item(span) for span in spans]
    first = items[0]
    if first is None:
        return None
    siblings = places.lines.siblings(first)
    if [item.line for item in siblings] != [item.line for item in items if item is not None]:
        return Refusal("layout", "the list has other items than the constraints")
    if offers_choice(places.text[: first.start]):
        return Refusal("header", "the list offers alternatives")
    return None


def _rest(places: _Places, spans: Sequence[Span]) -> str | Refusal:
    """Return what stands before or after all sentences, without their header."""
    text = places.text
    item = places.item(spans[0])
    header = header_before(text, item.start if item else spans[0][0])
    if header is None:
        return Refusal("header", "what introduces the constraints says more than that")
    before, after = text[: header[0]].strip(), text[spans[-1][1] :].strip()
    if before and any(char.isalnum() for char in after):
        return Refusal("layout", "the constraints stand in the middle")
    return before or after


def _request_problem(task: str, same_line: bool) -> Refusal | None:
    """Return why a task is no request by itself, or None.

    Args:
        task: The task.
        same_line: Whether the constraints stand on a line with it.
    """
    folded = fold(task)
    if not any(char.isalpha() for char in task) or is_header(task):
        return Refusal("task", "no request is left")
    if same_line and (dangles(task) or _LEADS_ON.search(folded[-24:])):
        return Refusal("task", f"{task[-40:]!r} is left incomplete")
    if references.counts_rules(folded) or references.names_rule(folded):
        return Refusal("task", "the request counts or names the constraints")
    return None
