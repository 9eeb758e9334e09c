"""Checking a response against the constraints of its instruction, strictly and loosely."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from hir_kit.errors import CrashError, SpecError, shown
from hir_kit.files import jsonl
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.rollout import Group, Reject
from hir_kit.model.verdict import Status, Verdict, follow_all, unknown
from hir_kit.read.format import Feedback
from hir_kit.time_limit import SECONDS, CheckTimeout, TimeLimit
from hir_kit.verify.binding import Binder, Bound
from hir_kit.verify.evidence import Span
from hir_kit.verify.registry import Registry
from hir_kit.verify.response import Response
from hir_kit.verify.thinking import SET_ASIDE, Answer, opens_thinking, prefill_of, read_answer
from hir_kit.verify.verifier import Verifier

_MEASURED = (int, float, str, type(None))
_REASONS = frozenset((str, type(None)))
_PLAIN = frozenset((int, bool, str, type(None)))
_MAX_SPANS = 1000
NO_ANSWER = Verdict(Status.VIOLATED, reason="no answer")
"""The verdict on an empty response: refused, cut off while it thought, or blank."""


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """How responses are checked.

    Attributes:
        loose: Check the eight transformed responses of IFEval's loose evaluation too.
        reference: Answer as the published reference does, where hir-kit deviates from it.
        keep_thinking: Verify `<think>...</think>` as part of the response.
        thinking_opened: The chat template opens the thinking; see `split_thinking`.
        answer_tags: Verify what stands between `<answer>` and `</answer>`.
        time_limit: Seconds per check; a check that takes longer is `unknown`. 0: no limit.
        languages: "auto": whoever knows the prompt reads counts and punctuation in the language of
            its script (see `in_prompts_language`). None: ids mean what they say.
    """

    loose: bool = False
    reference: bool = False
    keep_thinking: bool = False
    thinking_opened: bool = False
    answer_tags: bool = False
    time_limit: float = SECONDS
    languages: Literal["auto"] | None = None

    def after(self, prefill: str) -> CheckOptions:
        """Return the options for an answer that the chat template begins with a text."""
        opened = opens_thinking(prefill)
        if opened is None or opened == self.thinking_opened:
            return self
        return replace(self, thinking_opened=opened)

    def of(self, group: Group) -> CheckOptions:
        """Return the options for a group, whose dump may say what its answers begin with."""
        prefill = group.meta.get("prefill")
        return self.after(prefill if isinstance(prefill, str) else prefill_of(group.prompt))

    def answer(self, text: str) -> Answer:
        """Return what is verified of a response."""
        return read_answer(
            text,
            keep_thinking=self.keep_thinking,
            opened=self.thinking_opened,
            answer_tags=self.answer_tags,
        )


@dataclass(frozen=True, slots=True)
class Checked:
    """The verdicts on one response, one per constraint, in the constraints' order.

    Attributes:
        strict: Verdicts on the response as it is.
        loose: Verdicts of loose evaluation; None where it was not asked for.
        notes: What was found in telling the answer from the text; see `Answer`.
        judged: The places whose verdict is not of code, and cannot be had from it again.
    """

    strict: tuple[Verdict, ...]
    loose: tuple[Verdict, ...] | None = None
    notes: tuple[str, ...] = ()
    judged: frozenset[int] = frozenset()

    @property
    def follow_all(self) -> bool | None:
        """Whether every constraint is satisfied, strictly; None where that is not known."""
        return follow_all(self.strict)

    @property
    def thinking(self) -> bool:
        """Whether thinking was set aside."""
        return SET_ASIDE in self.notes


class Checker:
    """The constraints of one instruction, bound to their verifiers, ready for any response.

    Args:
        registry: The verifiers that are loaded.
        constraints: What the instruction asks; an id without a verifier gives `unknown`.
        options: How to check.
        limit: The time limit to share with other checkers of a run; by default an own one.

    Attributes:
        options: How to check.
        limit: The time limit.
        registry: The verifiers that are loaded.
        bound: The constraints with their verifiers, in order.

    Raises KwargsError where the kwargs of a constraint do not fit its verifier.
    """

    def __init__(
        self,
        registry: Registry,
        constraints: Sequence[ConstraintSpec],
        options: CheckOptions = CheckOptions(),  # frozen
        limit: TimeLimit | None = None,
    ) -> None:
        self.options = options
        self.limit = limit or TimeLimit(options.time_limit)
        self.registry = registry
        self._binder = Binder(registry, self.limit)
        self._overrun: list[Verdict] = []
        self.bound = self._binder.bind(constraints)

    def check(self, text: str) -> Checked:
        """Return the verdicts on one response."""
        answer = self.options.answer(text)
        response = Response(answer.text)
        with self.limit:
            strict = tuple([self._verdict(one, response) for one in self.bound])
            loose = self._loosely(response, strict) if self.options.loose else None
        return Checked(strict, loose, answer.notes)

    def verdicts(self, text: str, constraints: Iterable[ConstraintSpec]) -> tuple[Verdict, ...]:
        """Return fresh strict verdicts on one response for any constraints, in their order.

        Raises KwargsError where the kwargs of one do not fit its verifier.
        """
        bound = self.bind(constraints)
        response = Response(self.options.answer(text).text)
        with self.limit:
            return tuple([self._verdict(one, response) for one in bound])

    def bind(self, constraints: Iterable[ConstraintSpec]) -> tuple[Bound, ...]:
        """Return any constraints with their verifiers; raises KwargsError as `verdicts` does."""
        return self._binder.bind(constraints)

    @property
    def constraints(self) -> tuple[ConstraintSpec, ...]:
        """The constraints, in order."""
        return tuple(one.spec for one in self.bound)

    @property
    def verifiers(self) -> list[Verifier | None]:
        """The bound verifiers, in the constraints' order; None where no verifier has the id."""
        return [one.verifier for one in self.bound]

    def thinking(self, text: str) -> int:
        """Return how many characters a text begins with that are no part of the response."""
        return self.options.answer(text).start

    def evidence(self, text: str) -> list[Span]:
        """Return the places in a text that its verdicts rest on, where verifiers can say.

        What a verifier raises, or where it takes too long, costs its own places alone.
        """
        answer, found = self.options.answer(text), set[Span]()
        start, response = answer.start, Response(answer.text)
        with self.limit:
            for one in self.bound:
                found.update(self._places(one.verifier, response))
        return [(start + first, start + last) for first, last in sorted(found)[:_MAX_SPANS]]

    def _places(self, verifier: Verifier | None, response: Response) -> list[Span]:
        if verifier is None or response.is_blank:
            return []
        try:
            spans = self.limit.run(verifier.evidence, response, verifier.time_limit)
            end = len(response.text)
            return [(int(a), int(b)) for a, b in spans if 0 <= a < b <= end]
        except (CheckTimeout, Exception, SystemExit):  # it is shown, and decides nothing
            return []

    def _loosely(self, response: Response, strict: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
        if follow_all(strict):
            return strict
        pairs = zip(self.bound, strict, strict=True)
        return tuple([v if v.satisfied else self._best(one, response, v) for one, v in pairs])

    def _best(self, one: Bound, response: Response, strict: Verdict) -> Verdict:
        """Satisfied if any variant is; else unknown if any variant is; else the strict verdict."""
        if one.verifier is None or self._has_overrun(strict):
            return strict
        if strict.status is Status.VIOLATED and not one.verifier.may_be_met_in_part:
            variants = response.whole_variants
        else:
            variants = response.loose_variants[1:]
        best = strict
        for variant in variants:
            verdict = self._verdict(one, variant)
            status = verdict.status
            if status is Status.VIOLATED:  # mostly
                continue
            if status is Status.SATISFIED or self._has_overrun(verdict):
                return verdict
            if best.status is not Status.UNKNOWN:
                best = verdict
        return best

    def _has_overrun(self, verdict: Verdict) -> bool:
        """Return whether the check is not to be tried on other variants: it took its time."""
        return verdict.status is Status.UNKNOWN and any(verdict is one for one in self._overrun)

    def _verdict(self, one: Bound, response: Response) -> Verdict:
        verifier = one.verifier
        if verifier is None:
            return unknown(one.problem)
        if response.is_blank:
            return NO_ANSWER
        check = verifier.check_reference if self.options.reference else verifier.check
        try:
            verdict = self.limit.run(check, response, verifier.time_limit)
        except CheckTimeout as late:
            self._overrun.append(unknown(f"the check {late}"))
            return self._overrun[-1]
        except (Exception, SystemExit) as error:  # a verifier may raise anything; the run goes on
            return unknown(CrashError.of(verifier, "the check", error).reason)
        return verdict if (wrong := _wrong(verdict)) is None else unknown(wrong)


def _wrong(verdict: object) -> str | None:
    """Return what is wrong with what a check returned: it is written out and counted."""
    if type(verdict) is Verdict and type(verdict.status) is Status:
        is_plain = type(verdict.reason) in _REASONS and type(verdict.measured) in _PLAIN
        return None if is_plain else _wrong_part(verdict)
    if not isinstance(verdict, Verdict):
        return f"the check returned {type(verdict).__name__}, not a Verdict"
    if not isinstance(verdict.status, Status):
        return f"the check returned the status {shown(verdict.status)}, which is no Status"
    return _wrong_part(verdict)


def _wrong_part(verdict: Verdict) -> str | None:
    measured, reason = verdict.measured, verdict.reason
    if reason is not None and not isinstance(reason, str):
        return f"the check gave {type(reason).__name__} as reason, not a string"
    if not isinstance(measured, _MEASURED):
        return f"the check measured {type(measured).__name__}, not a number or a string"
    if isinstance(measured, float) and not math.isfinite(measured):
        return f"the check measured {measured}, which JSON cannot hold"
    return None


@dataclass(frozen=True, slots=True)
class CheckedGroup:
    """A group with its bound constraints and the verdicts on each rollout, in order."""

    group: Group
    checker: Checker
    checked: tuple[Checked, ...]


def check_groups(
    groups: Iterable[Group],
    registry: Registry,
    options: CheckOptions,
    feedback: Feedback,
    limit: TimeLimit | None = None,
) -> Iterator[CheckedGroup]:
    """Yield the groups with their verdicts.

    A group with kwargs that do not fit a verifier is rejected as a whole: its constraints are not
    what they claim to be. A constraint id without a verifier is `unknown` and rejects nothing.

    Args:
        groups: What to check.
        registry: The verifiers that are loaded.
        options: How to check.
        feedback: Where rejected groups go.
        limit: What keeps the time; by default one that is made of the options.
    """
    with limit or TimeLimit(options.time_limit) as limit:
        for group in groups:
            try:
                checker = Checker(registry, group.constraints, options.of(group), limit)
            except SpecError as error:
                row = jsonl.dumps(group.to_json())
                feedback.reject(Reject(group.location, f"group {group.id!r}: {error}", row))
                continue
            checked = tuple([checker.check(rollout.text) for rollout in group.rollouts])
            yield CheckedGroup(group, checker, checked)
