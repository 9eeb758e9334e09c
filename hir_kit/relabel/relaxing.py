"""From a request to drop constraints to one that asks for them in a form that was reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hir_kit.model.constraint import ConstraintSpec
from hir_kit.relabel.calls import relaxed, stated
from hir_kit.relabel.contract import Kept, Rewriting, Stated
from hir_kit.relabel.statements.plan import WovenError
from hir_kit.relabel.statements.restating import restated
from hir_kit.relabel.statements.sought import Sought
from hir_kit.verify.binding import Bound
from hir_kit.verify.checker import Checker
from hir_kit.verify.relaxing import share_left
from hir_kit.verify.response import Response


def weakened(request: Rewriting, checker: Checker, text: str, within: float) -> Rewriting | None:
    """Return the request to keep in a weaker form what a response nearly met.

    Args:
        request: What is to be kept and dropped.
        checker: The instruction's constraints, bound.
        text: The response.
        within: The least share of what was asked that a weaker goal still asks for.

    Returns:
        The request with weaker forms among what is kept; what has none is dropped. None where
        nothing has one.
    """
    response = Response(checker.options.answer(text).text)
    weaker: dict[int, Kept] = {}
    with checker.limit:
        for one in request.dropped:
            if (found := _weaker(one, checker, response, within)) is not None:
                weaker[id(one)] = found
    return _with(request, weaker) if weaker else None


def weakened_to(
    request: Rewriting, checker: Checker, goals: Mapping[int, Mapping[str, Any]]
) -> Rewriting:
    """Return the request to keep constraints in a weaker form that is given.

    Args:
        request: What is to be kept and dropped.
        checker: The instruction's constraints, bound.
        goals: The kwargs that are others, by the places of constraints that are to be dropped.
    """
    with checker.limit:
        weaker = {
            id(one): _kept(one, checker.bind([_changed(one, goals[place])])[0], checker)
            for place, one in enumerate(request.constraints)
            if place in goals
        }
    return _with(request, weaker)


def _with(request: Rewriting, weaker: Mapping[int, Kept]) -> Rewriting:
    """Return the request with weaker forms among what is kept, in the instruction's order."""
    specs = [one.spec for one in request.constraints]
    kept = [*request.kept, *weaker.values()]
    return replace(
        request,
        kept=tuple(sorted(kept, key=lambda one: specs.index(one.original))),
        dropped=tuple(one for one in request.dropped if id(one) not in weaker),
    )


def _weaker(one: Stated, checker: Checker, response: Response, within: float) -> Kept | None:
    (bound,) = checker.bind([one.spec])
    if bound.verifier is None or response.is_blank:
        return None
    found = relaxed(bound.verifier, response, checker.limit)
    if found is None:
        return None
    was, now = bound.verifier.model_dump(), found.model_dump()
    if share_left(was, now) < within:
        return None
    changes = {name: value for name, value in now.items() if value != was[name]}
    (again,) = checker.bind([_changed(one, changes)])
    return _kept(one, again, checker) if again.verifier == found else None


def _changed(one: Stated, changes: Mapping[str, Any]) -> ConstraintSpec:
    return ConstraintSpec(one.spec.id, {**one.spec.kwargs, **changes})


def _kept(asked: Stated, bound: Bound, checker: Checker) -> Kept:
    """Return a weaker form with its sentence: that of the instruction, with another number."""
    now = stated(bound, checker.limit)
    sentence = _sentence(asked, now)
    spec = replace(bound.spec, text=sentence)
    return Kept(spec, now.description, asked.spec, wording=now.wording)


def _sentence(asked: Stated, now: Stated) -> str | None:
    if asked.text is None:
        return None
    try:
        return restated(asked.text, [Sought.of_stated(asked)], {0: Sought.of_stated(now)})
    except WovenError:
        return None
