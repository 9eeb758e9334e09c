"""Kwargs that constraints leave to the instruction that they are part of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from operator import is_not

from hir_kit.errors import HirKitError
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.prompt import instruction_of
from hir_kit.model.rollout import Group
from hir_kit.verify.registry import Registry
from hir_kit.verify.verifier import Verifier

_OF_ALL = Verifier.with_instruction.__func__  # type: ignore[attr-defined]  # a method of the class


def instructed(
    constraints: Sequence[ConstraintSpec], instruction: Callable[[], str], registry: Registry
) -> tuple[ConstraintSpec, ...]:
    """Return the constraints, with what `Verifier.with_instruction` adds to their kwargs.

    The instruction is asked for where a constraint may need it.
    """
    return tuple([_instructed(spec, instruction, registry) for spec in constraints])


def instruct_groups(groups: Iterable[Group], registry: Registry) -> Iterator[Group]:
    """Yield the groups with such constraints."""
    for group in groups:
        specs = instructed(group.constraints, partial(instruction_of, group.prompt), registry)
        is_changed = any(map(is_not, specs, group.constraints))
        yield replace(group, constraints=specs) if is_changed else group


def _instructed(
    spec: ConstraintSpec, instruction: Callable[[], str], registry: Registry
) -> ConstraintSpec:
    if spec.id not in registry:
        return spec
    try:
        cls = registry[spec.id]
        if cls.with_instruction.__func__ is _OF_ALL:  # type: ignore[attr-defined]  # as above
            return spec
        given = dict(spec.kwargs)  # which other rows have, too: nobody is to change them
        kwargs = cls.with_instruction(given, instruction())
    except HirKitError:  # of a module or kwargs that are broken, which binding says
        return spec
    is_left = kwargs is given and given == spec.kwargs
    return spec if is_left else replace(spec, kwargs=kwargs)
