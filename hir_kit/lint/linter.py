"""Looking at instructions one by one, and what is said of all of them at the end."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b

from hir_kit.errors import KwargsError, PluginError
from hir_kit.files import jsonl
from hir_kit.lint.asked import Asked, Looked, asked_by
from hir_kit.lint.contradictions import conflicts
from hir_kit.lint.finding import Finding, Kind, short
from hir_kit.lint.otherwise import asked_more, not_in_prompt, other_numbers
from hir_kit.model.rollout import Group
from hir_kit.model.verdict import counted
from hir_kit.read.instructions import Instruction
from hir_kit.relabel.recovery import with_task
from hir_kit.time_limit import CheckTimeout, TimeLimit
from hir_kit.verify.binding import Binder
from hir_kit.verify.checker import Checker
from hir_kit.verify.facts import InLanguage
from hir_kit.verify.judge import CRITERION
from hir_kit.verify.registry import Registry

_SECONDS = 5.0


class Linter:
    """Finds what is wrong with instructions.

    Args:
        registry: The verifiers that are loaded.

    Attributes:
        looked_at: How many instructions it has seen; one that comes again counts once.
    """

    def __init__(self, registry: Registry) -> None:
        self.looked_at = 0
        self._registry, self._limit = registry, TimeLimit(_SECONDS)
        self._binder = Binder(registry, self._limit)
        self._seen: set[bytes] = set()
        self._without: dict[str, _Without] = {}
        self._no_task: Finding | None = None

    def look(self, item: Instruction) -> list[Finding]:
        """Return what is wrong with one instruction; nothing for one that was seen already."""
        if self._is_known(item):
            return []
        self.looked_at += 1
        with self._limit:
            bound = list(self._bind(item))
        known = tuple(one for one in bound if isinstance(one, Asked))
        self._note_task(item)
        return [
            *(one for one in bound if isinstance(one, Finding)),
            *_findings(Looked(item, known)),
        ]

    def at_the_end(self) -> Iterator[Finding]:
        """Yield what is said once of all instructions."""
        for id in sorted(self._without):
            yield self._without[id].finding()
        if (first := self._no_task) is not None:
            many = counted(first.count, "instruction")
            said = f"no task, and the prompt does not tell it: {first.message} ({many} like that)"
            yield replace(first, message=said)

    def _is_known(self, item: Instruction) -> bool:
        specs = [spec.to_json() for spec in item.constraints]
        known = blake2b(jsonl.dumps([item.prompt, specs, item.task]), digest_size=16).digest()
        if known in self._seen:
            return True
        self._seen.add(known)
        return False

    def _bind(self, item: Instruction) -> Iterator[Asked | Finding]:
        """Yield each constraint with what its verifier says, or what is wrong with it."""
        for spec in item.constraints:
            try:
                (bound,) = self._binder.bind([spec])
                if bound.verifier is not None:
                    yield asked_by(spec, bound.verifier, self._limit)
                elif spec.id in self._registry:
                    yield Finding(Kind.CRASH, item.location, item.key, spec.id, bound.problem)
                elif spec.id != CRITERION:
                    self._note_without(item, spec.id, bound.problem, has_text=spec.text is not None)
            except KwargsError as error:
                why = str(error).removeprefix(f"{spec.id}: ")
                yield Finding(Kind.BAD_KWARGS, item.location, item.key, spec.id, why)
            except (PluginError, CheckTimeout) as error:
                yield Finding(Kind.CRASH, item.location, item.key, spec.id, str(error))

    def _note_without(self, item: Instruction, id: str, problem: str, *, has_text: bool) -> None:
        noted = self._without.setdefault(id, _Without(item, id, problem))
        noted.count += 1
        noted.without_text += not has_text

    def _note_task(self, item: Instruction) -> None:
        if item.task is not None:
            return
        group = Group(item.key, item.prompt, item.constraints, (), item.location)
        try:
            told, refusal = with_task(group, Checker(self._registry, item.constraints))
        except (KwargsError, PluginError):
            return
        if told.task is None and refusal is not None:
            self._count_no_task(item, refusal.reason)

    def _count_no_task(self, item: Instruction, reason: str) -> None:
        if self._no_task is None:
            self._no_task = Finding(Kind.NO_TASK, item.location, item.key, None, reason, 0)
        self._no_task = replace(self._no_task, count=self._no_task.count + 1)


class _Without:
    """An id that has no verifier."""

    def __init__(self, first: Instruction, id: str, problem: str) -> None:
        self.count = self.without_text = 0
        self._first, self._id, self._problem = first, id, problem

    def finding(self) -> Finding:
        """Return what is said of it."""
        said = f"{self._problem.split(' `hir-kit')[0]} It is on {counted(self.count, 'constraint')}"
        if self.without_text:
            said += f", {self.without_text} without a text"
        first = self._first
        return Finding(Kind.NO_VERIFIER, first.location, first.key, self._id, said, self.count)


def _findings(looked: Looked) -> Iterator[Finding]:
    """Yield what is wrong with an instruction whose constraints have their verifiers."""
    item = looked.item

    def found(kind: Kind, id: str, message: str) -> Finding:
        return Finding(kind, item.location, item.key, id, message)

    for first, second, why in conflicts(looked.constraints):
        ids = dict.fromkeys(looked.constraints[place].spec.id for place in (first, second))
        yield found(
            Kind.CONTRADICTION, " and ".join(ids), _contradiction(looked, first, second, why)
        )
    for one, before in _repeated(looked):
        said = f"the same id and kwargs as of {short(before.sentence)!r}"
        yield found(Kind.TWICE, one.spec.id, said)
    for one, said in other_numbers(looked):
        yield found(Kind.OTHER_NUMBER, one.spec.id, said)
    for one, said in asked_more(looked):
        yield found(Kind.MORE_ASKED, one.spec.id, said)
    for one, text in not_in_prompt(looked):
        yield found(Kind.NOT_IN_PROMPT, one.spec.id, f"the prompt does not hold {short(text)!r}")
    yield from (
        found(
            Kind.ENGLISH_ONLY,
            one.spec.id,
            "it reads English, and the prompt's script has no spaces",
        )
        for one in _misread(looked)
    )


def _contradiction(looked: Looked, first: int, second: int, why: str) -> str:
    if first == second:
        return f"nothing can meet it: {why}"
    one, two = (short(looked.constraints[place].sentence) for place in (first, second))
    return f"{one!r} and {two!r}: {why}"


def _repeated(looked: Looked) -> Iterator[tuple[Asked, Asked]]:
    """Yield each constraint that was there before, with the one before it."""
    for place, one in enumerate(looked.constraints):
        for before in looked.constraints[:place]:
            if (one.spec.id, one.spec.kwargs) == (before.spec.id, before.spec.kwargs):
                yield one, before
                break


def _misread(looked: Looked) -> Iterator[Asked]:
    """Yield the constraints that read English, where the prompt is in a script without spaces."""
    facts = [fact for one in looked.constraints for fact in one.facts]
    if InLanguage("en") in facts or not _has_no_spaces(looked.prompt):
        return
    yield from (one for one in looked.constraints if one.verifier.english_only)


_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")


_ENGLISH = re.compile(r"[a-z]+ [a-z]+ [a-z]+|english|英文|英语|英語|영어", re.IGNORECASE)


def _has_no_spaces(text: str) -> bool:
    """Return whether a request is in a script without spaces, and does not speak of English."""
    letters = [char for char in text if char.isalpha()]
    unspaced = sum(unicodedata.name(char, "").startswith(_UNSPACED) for char in letters)
    return 2 * unspaced > len(letters) and not _ENGLISH.search(text)
