"""From groups to checked groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hir_kit import jsonl
from hir_kit.checking import Checked, Checker, CheckOptions
from hir_kit.errors import SpecError
from hir_kit.formats.base import Feedback, Reject
from hir_kit.registry import Registry
from hir_kit.rollouts import Group
from hir_kit.slotted import quickly_made
from hir_kit.time_limits import TimeLimit


@quickly_made
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
