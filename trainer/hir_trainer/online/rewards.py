"""Verdicts and rewards, through TRL's public reward function.

TRL calls it with the rows of one batch; the trainer reads from it afterwards what was verified.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hir_kit.errors import ConfigError, HirKitError
from hir_kit.model.constraint import ConstraintSpec, parse_constraints
from hir_kit.model.prompt import Prompt, read_completion
from hir_kit.model.verdict import Verdict
from hir_kit.rewards.grading import Graded
from hir_kit.rewards.scoring import Score
from hir_kit.rewards.trl import LogExtra, LogMetric, log_means, log_rows
from hir_kit.rewards.verifying import CheckTask, Verifying
from hir_kit.verify.checker import Checked, Checker, CheckOptions
from hir_kit.verify.registry import Registry


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

    def job(self, text: str, places: Sequence[int] | None = None) -> CheckTask:
        """Return the work of checking one response, at all places unless some are given."""
        every = range(len(self.constraints)) if places is None else places
        return CheckTask(self.constraints, text, tuple(every))


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
        self._score = Score.of(name)
        self._registry, self._options, self._verifying = registry, options, verifying

    def __call__(
        self,
        prompts: Sequence[Prompt],
        completions: Sequence[Any],
        constraints: Sequence[Any],
        log_extra: LogExtra | None = None,
        log_metric: LogMetric | None = None,
        **columns: Any,
    ) -> list[float | None]:
        """Return the reward of each completion; None where it is not known."""
        del prompts
        texts = [read_completion(completion) for completion in completions]
        self.checkers = self._bind(constraints)
        jobs = [checker.job(text) for checker, text in zip(self.checkers, texts, strict=True)]
        pairs = zip(self.checkers, self._verifying.check(jobs), strict=True)
        graded = [Graded(checker.constraints, found, self._score) for checker, found in pairs]
        self.samples = [
            Sample(text, Checked(item.verdicts), item.reward)
            for text, item in zip(texts, graded, strict=True)
        ]
        if log_extra:
            log_rows(graded, columns, log_extra)
        if log_metric:
            log_means(graded, log_metric)
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
