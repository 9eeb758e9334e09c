"""Verdicts and rewards, through TRL's public reward function.

TRL calls it with the rows of one batch; the trainer reads from it afterwards what was verified.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hir_kit.checking import Checked, Checker, CheckOptions
from hir_kit.errors import ConfigError, HirKitError
from hir_kit.registry import Registry
from hir_kit.rollouts import Prompt, read_completion
from hir_kit.specs import ConstraintSpec, parse_constraints
from hir_kit.verdicts import Status, Verdict
from hir_kit.workers.messages import Job
from hir_kit.workers.verifying import Verifying

Reward = Callable[[Checked], float | None]

_MARKS = {Status.SATISFIED: "+", Status.VIOLATED: "-", Status.UNKNOWN: "?"}


@dataclass(frozen=True, slots=True)
class Sample:
    """One sampled response, verified.

    Attributes:
        text: The response.
        checked: Its verdicts.
        reward: What it earned; None where that is not known.
    """

    text: str
    checked: Checked
    reward: float | None


def ila(checked: Checked) -> float | None:
    """Return 1 where every constraint is satisfied, else 0; None where any verdict is unknown.

    A violation would settle it. But with a constraint that is never decided, such as a soft one
    without a judge, responses could then earn 0 and never 1.
    """
    share = cla(checked)
    return None if share is None else float(share == 1)


def cla(checked: Checked) -> float | None:
    """Return the share of constraints that are satisfied; None where any verdict is unknown."""
    statuses = [verdict.status for verdict in checked.strict]
    if Status.UNKNOWN in statuses or not statuses:
        return None
    return statuses.count(Status.SATISFIED) / len(statuses)


REWARDS: dict[str, Reward] = {"ila": ila, "cla": cla}


class RemoteChecker(Checker):
    """A checker whose checks run elsewhere; the constraints are bound here too, for their words.

    Args:
        registry: The verifiers that are loaded.
        constraints: What the instruction asks.
        options: How to check.
        verifying: What checks.
    """

    def __init__(
        self,
        registry: Registry,
        constraints: Sequence[ConstraintSpec],
        options: CheckOptions,
        verifying: Verifying,
    ) -> None:
        super().__init__(registry, constraints, options)
        self.constraints = tuple(constraints)
        self._verifying = verifying

    def check(self, text: str) -> Checked:
        """Return the verdicts on one response."""
        return Checked(self.recheck(text, range(len(self.constraints))))

    def recheck(self, text: str, places: Sequence[int]) -> tuple[Verdict, ...]:
        """Return fresh verdicts on one response, for the constraints at these places."""
        return self._verifying.check([self.job(text, places)])[0]

    def job(self, text: str, places: Sequence[int] | None = None) -> Job:
        """Return the work of checking one response, at all places unless some are given."""
        every = range(len(self.constraints)) if places is None else places
        return Job(self.constraints, text, tuple(every))


class HirReward:
    """The reward of HiR: a callable as TRL's reward functions are.

    It remembers what it verified last, in `samples` and `checkers`, row by row.

    Args:
        name: "ila" or "cla".
        registry: The verifiers that are loaded.
        options: How to check.
        verifying: What checks.
    """

    def __init__(
        self, name: str, registry: Registry, options: CheckOptions, verifying: Verifying
    ) -> None:
        self.__name__ = f"hir_{name}"
        self.samples: list[Sample] = []
        self.checkers: list[RemoteChecker] = []
        self._reward = REWARDS[name]
        self._registry, self._options, self._verifying = registry, options, verifying

    def __call__(
        self,
        prompts: Sequence[Prompt],
        completions: Sequence[Any],
        constraints: Sequence[Any],
        log_extra: Callable[[str, list[Any]], None] | None = None,
        log_metric: Callable[[str, float], None] | None = None,
        **columns: Any,
    ) -> list[float | None]:
        """Return the reward of each completion; None where it is not known."""
        del prompts, columns
        texts = [read_completion(completion) for completion in completions]
        self.checkers = self._bind(constraints)
        jobs = [checker.job(text) for checker, text in zip(self.checkers, texts, strict=True)]
        checked = [Checked(verdicts) for verdicts in self._verifying.check(jobs)]
        self.samples = [
            Sample(text, result, self._reward(result))
            for text, result in zip(texts, checked, strict=True)
        ]
        if log_extra:
            _log_columns(log_extra, checked)
        if log_metric:
            _log_means(log_metric, checked)
        return [sample.reward for sample in self.samples]

    def _bind(self, rows: Sequence[Any]) -> list[RemoteChecker]:
        """Return the checker of each row; the rows of a group share one."""
        checkers: list[RemoteChecker] = []
        for place, value in enumerate(rows):
            same = place > 0 and value == rows[place - 1]
            checkers.append(checkers[-1] if same else self._checker(value))
        return checkers

    def _checker(self, value: Any) -> RemoteChecker:
        try:
            specs = parse_constraints(value)
            return RemoteChecker(self._registry, specs, self._options, self._verifying)
        except HirKitError as error:
            raise ConfigError(f"the column constraints of the dataset: {error}") from error


def _log_columns(log_extra: Callable[[str, list[Any]], None], checked: list[Checked]) -> None:
    """Log one value per completion: the share satisfied, and a mark per constraint."""
    log_extra("cla", [cla(result) for result in checked])
    marks = ["".join(_MARKS[verdict.status] for verdict in result.strict) for result in checked]
    log_extra("verdicts", marks)


def _log_means(log_metric: Callable[[str, float], None], checked: list[Checked]) -> None:
    """Log the accuracies over the responses without an unknown verdict, and the others' share."""
    known: Mapping[str, list[float]] = {
        name: [value for value in map(reward, checked) if value is not None]
        for name, reward in REWARDS.items()
    }
    for name, values in known.items():
        for value in values:
            log_metric(f"hir/{name}", value)  # one by one: TRL takes their mean over all devices
    for result in checked:
        log_metric("hir/unknown", float(cla(result) is None))
