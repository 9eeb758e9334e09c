"""From constraints as data to the verifiers that decide them, or to the reasons why none does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from hir_kit.errors import CrashError, SpecError, UnknownConstraintError, UsageError, shown
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.time_limit import CheckTimeout, TimeLimit
from hir_kit.verify.registry import Registry
from hir_kit.verify.verifier import Verifier

_READING = "reading the kwargs"


class Bound(NamedTuple):
    """A constraint with what decides it.

    Attributes:
        spec: The constraint as data. Constraints of equal id and kwargs share one verifier, so what
            depends on the sentence that states it has to be taken from here.
        verifier: What decides it; None where nothing can.
        problem: Why nothing can.
    """

    spec: ConstraintSpec
    verifier: Verifier | None
    problem: str = ""


class Binder:
    """Finds the verifiers of constraints.

    Args:
        registry: The verifiers that are loaded.
        limit: What keeps the time: reading kwargs is code of a plugin, too.
    """

    def __init__(self, registry: Registry, limit: TimeLimit) -> None:
        self._registry, self._limit = registry, limit

    def bind(self, constraints: Iterable[ConstraintSpec]) -> tuple[Bound, ...]:
        """Return the constraints, bound; raises KwargsError where kwargs do not fit a verifier.

        Raises UsageError where one is no ConstraintSpec: an id, say.
        """
        known = [Bound(spec, self._known(spec)) for spec in constraints]
        for bound in known:
            if bound.verifier is None:
                break
        else:
            return tuple(known)
        with self._limit:  # not for what is known: opened first here, it takes its time
            return tuple([one if one.verifier else self._bound(one.spec) for one in known])

    def _known(self, spec: ConstraintSpec) -> Verifier | None:
        try:
            return self._registry.bound(spec)
        except Exception:  # kwargs that JSON does not know; binding says so
            return None

    def _bound(self, spec: ConstraintSpec) -> Bound:
        if not isinstance(spec, ConstraintSpec):
            raise UsageError(
                f"a constraint is a ConstraintSpec, as ConstraintSpec('keywords:existence', "
                f"{{'keywords': ['leaf']}}), got {shown(spec)}"
            )
        try:
            return Bound(spec, self._limit.run(self._registry.bind, spec))
        except UnknownConstraintError as error:
            return Bound(spec, None, str(error))
        except SpecError:
            raise
        except CheckTimeout as late:
            return Bound(spec, None, f"{_READING} {late}")
        except (Exception, SystemExit) as error:
            return Bound(spec, None, CrashError.of(self._registry, _READING, error).reason)
