"""Checking a response against the constraints of its instruction, strictly and loosely."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from hir_kit.errors import SpecError, UnknownConstraintError, shown
from hir_kit.files import jsonl
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.rollout import Group, Reject
from hir_kit.model.verdict import Status, Verdict, follow_all, unknown
from hir_kit.read.format import Feedback
from hir_kit.verify.registry import Registry
from hir_kit.verify.response import Response
from hir_kit.verify.thinking import split_thinking
from hir_kit.verify.time_limit import CheckLost, CheckTimeout, TimeLimit
from hir_kit.verify.verifier import Verifier, asked

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}")
_MEASURED = (int, float, str, type(None))
_REASONS = frozenset((str, type(None)))
_PLAIN = frozenset((int, bool, str, type(None)))
_BLANK = Verdict(Status.VIOLATED, reason="the response is empty")


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """How responses are checked.

    Attributes:
        loose: Judge the eight transformed responses of IFEval's loose evaluation too.
        reference: Answer as the published reference does, where hir-kit deviates from it.
        keep_thinking: Verify `<think>...</think>` as part of the response.
        time_limit: Seconds per check; a check that takes longer is `unknown`. 0: no limit.
    """

    loose: bool = False
    reference: bool = False
    keep_thinking: bool = False
    time_limit: float = 5.0


@dataclass(frozen=True, slots=True)
class Checked:
    """The verdicts on one response, one per constraint, in the constraints' order.

    Attributes:
        strict: Verdicts on the response as it is.
        loose: Verdicts of loose evaluation; None where it was not asked for.
        thinking: Whether thinking was set aside.
        judged: The places whose verdict is not of code, and cannot be had from it again.
        follow_all: Whether every constraint is satisfied, strictly; None where that is not known.
    """

    strict: tuple[Verdict, ...]
    loose: tuple[Verdict, ...] | None = None
    thinking: bool = False
    judged: frozenset[int] = frozenset()
    follow_all: bool | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "follow_all", follow_all(self.strict))


class Checker:
    """The constraints of one instruction, bound to their verifiers, ready for any response.

    Args:
        registry: The verifiers that are loaded.
        constraints: What the instruction asks; an id without a verifier gives `unknown`.
        options: How to check.
        limit: The time limit to share with other checkers of a run; by default an own one.

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
        self._limit = limit or TimeLimit(options.time_limit)
        self._timed_out = _timed_out(self._limit.seconds)
        self._lost: list[Verdict] = []
        self._verifiers = self._bind_all(registry, constraints)

    def check(self, text: str) -> Checked:
        """Return the verdicts on one response."""
        thinking, answer = ("", text) if self.options.keep_thinking else split_thinking(text)
        response = Response(answer)
        with self._limit:
            strict = tuple([self._judge(verifier, response) for verifier in self._verifiers])
            loose = self._loosely(response, strict) if self.options.loose else None
        return Checked(strict, loose, bool(thinking))

    @property
    def verifiers(self) -> list[Verifier | None]:
        """The bound verifiers, in the constraints' order; None where no verifier has the id."""
        return [None if isinstance(item, str) else item for item in self._verifiers]

    def recheck(self, text: str, places: Sequence[int]) -> tuple[Verdict, ...]:
        """Return fresh strict verdicts on one response, for the constraints at these places."""
        answer = text if self.options.keep_thinking else split_thinking(text)[1]
        response = Response(answer)
        with self._limit:
            return tuple(self._judge(self._verifiers[i], response) for i in places)

    def quoted(self, places: Sequence[int]) -> tuple[str, ...]:
        """Return the texts that the constraints at these places want in the instruction."""
        bound = (self._verifiers[i] for i in places)
        return tuple(
            text for item in bound if not isinstance(item, str) for text in asked(item, item.quoted)
        )

    def _loosely(self, response: Response, strict: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
        if follow_all(strict):
            return strict
        return tuple(
            verdict if verdict.satisfied else self._best(verifier, response, verdict)
            for verifier, verdict in zip(self._verifiers, strict, strict=True)
        )

    def _best(self, verifier: Verifier | str, response: Response, strict: Verdict) -> Verdict:
        """Satisfied if any variant is; else unknown if any variant is; else the strict verdict."""
        if isinstance(verifier, str) or self._is_final(strict):
            return strict
        best = strict
        for variant in response.loose_variants[1:]:
            verdict = self._judge(verifier, variant)
            if verdict.satisfied or self._is_final(verdict):
                return verdict
            if verdict.status is Status.UNKNOWN and best.status is not Status.UNKNOWN:
                best = verdict
        return best

    def _is_final(self, verdict: Verdict) -> bool:
        """Return whether the check is not to be tried on other variants: it took its time."""
        if verdict.status is not Status.UNKNOWN:
            return False
        return verdict is self._timed_out or any(verdict is lost for lost in self._lost)

    def _judge(self, verifier: Verifier | str, response: Response) -> Verdict:
        if isinstance(verifier, str):
            return unknown(verifier)
        if response.is_blank:
            return _BLANK
        check = verifier.check_reference if self.options.reference else verifier.check
        try:
            verdict = self._limit.run(check, response)
        except CheckLost as lost:
            self._lost.append(unknown(f"the check {lost}"))
            return self._lost[-1]
        except CheckTimeout:
            return self._timed_out
        except (Exception, SystemExit) as error:  # a verifier may raise anything; the run goes on
            return unknown(_reason("the check", error))
        return verdict if (wrong := _wrong(verdict)) is None else unknown(wrong)

    def _bind_all(
        self, registry: Registry, constraints: Sequence[ConstraintSpec]
    ) -> list[Verifier | str]:
        bound: list[Verifier | str] = []
        for spec in constraints:
            verifier = _known(registry, spec)
            if verifier is None:
                break
            bound.append(verifier)
        else:
            return bound
        with self._limit:  # not for what is known: opened first here, it takes its time
            return bound + [self._bind(registry, spec) for spec in constraints[len(bound) :]]

    def _bind(self, registry: Registry, spec: ConstraintSpec) -> Verifier | str:
        """Return the verifier, or the reason why there is none."""
        try:
            return self._limit.run(registry.bind, spec)
        except UnknownConstraintError as error:
            return str(error)
        except SpecError:
            raise
        except CheckLost as lost:
            return f"reading the kwargs {lost}"
        except CheckTimeout:
            return f"reading the kwargs took longer than {self._limit.seconds:g} s"
        except (Exception, SystemExit) as error:
            return _reason("reading the kwargs", error)


def _known(registry: Registry, spec: ConstraintSpec) -> Verifier | None:
    """Return the verifier of a constraint that has been bound before; else None."""
    try:
        return registry.bound(spec)
    except Exception:  # kwargs that JSON does not know; binding says so
        return None


@cache
def _timed_out(seconds: float) -> Verdict:
    return unknown(f"the check took longer than {seconds:g} s")


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


def _reason(what: str, error: BaseException) -> str:
    """Return a one-line reason that is the same in every process."""
    try:
        message = " ".join(str(error).split())
    except Exception as second:
        message = f"(its message raised {type(second).__name__})"
    said = f"{what} raised {type(error).__name__}" + (f": {message}" if message else "")
    return _ADDRESS.sub("0x...", said[:300])


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
                checker = Checker(registry, group.constraints, options, limit)
            except SpecError as error:
                row = jsonl.dumps(group.to_json())
                feedback.reject(Reject(group.location, f"group {group.id!r}: {error}", row))
                continue
            checked = tuple(checker.check(rollout.text) for rollout in group.rollouts)
            yield CheckedGroup(group, checker, checked)
