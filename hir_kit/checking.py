"""Checking a response against the constraints of its instruction, strictly and loosely."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hir_kit.errors import UnknownConstraintError
from hir_kit.registry import Registry
from hir_kit.responses import Response
from hir_kit.specs import ConstraintSpec
from hir_kit.thinking import split_thinking
from hir_kit.time_limits import CheckTimeout, TimeLimit
from hir_kit.verdicts import Status, Verdict, follow_all, unknown
from hir_kit.verifiers import Verifier

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}")
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
    """

    strict: tuple[Verdict, ...]
    loose: tuple[Verdict, ...] | None = None
    thinking: bool = False

    @property
    def follow_all(self) -> bool | None:
        """Whether every constraint is satisfied; None where that is not known."""
        return follow_all(self.strict)


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
        self._timed_out = unknown(f"the check took longer than {self._limit.seconds:g} s")
        self._verifiers = [_bind(registry, spec) for spec in constraints]

    def check(self, text: str) -> Checked:
        """Return the verdicts on one response."""
        thinking, answer = ("", text) if self.options.keep_thinking else split_thinking(text)
        response = Response(answer)
        with self._limit:
            strict = tuple(self._judge(verifier, response) for verifier in self._verifiers)
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
        return tuple(q for item in bound if not isinstance(item, str) for q in item.quoted())

    def _loosely(self, response: Response, strict: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
        return tuple(
            verdict if verdict.satisfied else self._best(verifier, response, verdict)
            for verifier, verdict in zip(self._verifiers, strict, strict=True)
        )

    def _best(self, verifier: Verifier | str, response: Response, strict: Verdict) -> Verdict:
        """Satisfied if any variant is; else unknown if any variant is; else the strict verdict."""
        if isinstance(verifier, str) or strict is self._timed_out:
            return strict
        best = strict
        for variant in response.loose_variants[1:]:
            verdict = self._judge(verifier, variant)
            if verdict.satisfied:
                return verdict
            if verdict is self._timed_out:
                return verdict
            if verdict.status is Status.UNKNOWN and best.status is not Status.UNKNOWN:
                best = verdict
        return best

    def _judge(self, verifier: Verifier | str, response: Response) -> Verdict:
        if isinstance(verifier, str):
            return unknown(verifier)
        if response.is_blank:
            return _BLANK
        check = verifier.check_reference if self.options.reference else verifier.check
        try:
            verdict = self._limit.run(check, response)
        except CheckTimeout:
            return self._timed_out
        except Exception as error:  # a verifier may raise anything; none of it stops the run
            return unknown(_reason(error))
        if not isinstance(verdict, Verdict):
            return unknown(f"the verifier returned {type(verdict).__name__}, not a Verdict")
        return verdict


def _bind(registry: Registry, spec: ConstraintSpec) -> Verifier | str:
    """Return the verifier, or the reason why there is none."""
    try:
        return registry.bind(spec)
    except UnknownConstraintError as error:
        return str(error)


def _reason(error: Exception) -> str:
    """Return a one-line reason that is the same in every process."""
    message = " ".join(str(error).split())
    return _ADDRESS.sub("0x...", f"the check raised {type(error).__name__}: {message}"[:300])
