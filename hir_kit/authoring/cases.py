"""Running verifiers' own cases: documentation, self-check and test in one."""

from __future__ import annotations

from dataclasses import dataclass

from hir_kit.errors import HirKitError
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.verdict import Status
from hir_kit.verify.checker import Checker, CheckOptions
from hir_kit.verify.registry import Registry
from hir_kit.verify.response import Response
from hir_kit.verify.verifier import Case, Verifier
from hir_kit.verify.wording import Wording

_METHODS = {"describe": 0, "wording": 0, "entails": 0, "quoted": 0, "evidence": 1, "relax": 1}
"""What a verifier says besides its verdict, and whether it is asked about a response."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A verifier, and what is wrong with its own cases or its description."""

    id: str
    message: str


def self_check(registry: Registry, id: str) -> list[Problem]:
    """Return what is wrong with one verifier: cases that do not hold, or none at all."""
    cases = registry[id].cases
    problems = [
        Problem(id, f"has no case that is {status}")
        for status in (Status.SATISFIED, Status.VIOLATED)
        if all(case.expected is not status for case in cases)
    ]
    problems += [
        Problem(id, f"does not define {name}()")
        for name in ("describe", "check")
        if getattr(registry[id], name) is getattr(Verifier, name)
    ]
    for number, case in enumerate(cases, start=1):
        message = _run(registry, id, case)
        if message:
            problems.append(Problem(id, f"case {number}, {case.response!r}: {message}"))
    return problems


def _run(registry: Registry, id: str, case: Case) -> str | None:
    spec = ConstraintSpec(id, case.kwargs)
    try:
        checker = Checker(registry, [spec], CheckOptions())
        verifier = registry.bind(spec)
    except HirKitError as error:
        return str(error)
    if problem := _said_wrong(verifier, Response(case.response)):
        return problem
    verdict = checker.check(case.response).strict[0]
    if verdict.status is case.expected:
        return None
    return f"expected {case.expected}, got {verdict.status} ({verdict.reason or 'no reason'})"


def _said_wrong(verifier: Verifier, response: Response) -> str | None:
    """Return what is wrong with what a verifier says besides its verdict: its author's code."""
    said: dict[str, object] = {}
    for method, given in _METHODS.items():
        try:
            said[method] = getattr(verifier, method)(*[response] * given)
        except Exception as error:  # the author's
            return f"{method}() raised {type(error).__name__}: {error}"
    if not isinstance(said["describe"], str) or not said["describe"].strip():
        return "describe() gives no sentence"
    if not isinstance(said["wording"], Wording):
        return f"wording() returned {type(said['wording']).__name__}, not a Wording"
    return None
