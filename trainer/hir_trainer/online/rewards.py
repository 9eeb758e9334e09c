"""Verdicts and rewards, through TRL's public reward function.

TRL calls it with the rows of one batch; the trainer reads from it afterwards what was verified.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from hir_kit.errors import ConfigError, HirKitError, RowError
from hir_kit.model.constraint import parse_constraints
from hir_kit.model.prompt import Prompt
from hir_kit.model.verdict import Verdict, unknown
from hir_kit.read.answers import read_answer
from hir_kit.read.chat_text import single_answer
from hir_kit.relabel.rewriting import Claim
from hir_kit.rewards.grading import Graded, begun_by
from hir_kit.rewards.judged import Answered, Judged, Judging
from hir_kit.rewards.reporting import report_once, report_unknown
from hir_kit.rewards.scoring import Score
from hir_kit.rewards.trl import LogExtra, LogMetric, log_means, log_rows
from hir_kit.rewards.verifying import CheckTask, Verifying
from hir_kit.time_limit import TimeLimit
from hir_kit.verify.calibration import Trust
from hir_kit.verify.checker import Checked, Checker, CheckOptions
from hir_kit.verify.registry import Registry
from hir_kit.verify.thinking import prefill_of


@dataclass(frozen=True, slots=True)
class Sample:
    """One sampled response, verified.

    Attributes:
        text: The response.
        checked: Its verdicts.
        reward: What it earned; None where that is not known.
        relied_on: The verdicts for replays: *met* of a judge is `unknown` where it is not trusted.
    """

    text: str
    checked: Checked
    reward: float | None
    relied_on: Checked


class HirReward:
    """The reward of HiR: a callable as TRL's reward functions are.

    It remembers what it verified last, in `samples` and `checkers`, row by row. `prefill` is what
    the chat template begins an answer with, where that is known.

    Args:
        name: "ila" or "cla".
        registry: The verifiers that are loaded.
        options: How to check.
        verifying: What checks.
        judging: What asks a judge about a whole batch at once; None: nobody is asked.
        trust: Which verdicts of a judge replays may stand on, by default what is measured to be
            right; rewards stand on all of them.
    """

    def __init__(
        self,
        name: str,
        registry: Registry,
        options: CheckOptions,
        verifying: Verifying,
        judging: Judging | None = None,
        trust: Trust | None = None,
    ) -> None:
        self.__name__ = f"hir_{name}"
        self.prefill = ""
        self.samples: list[Sample] = []
        self.checkers: list[Checker] = []
        self._score = Score.of(name)
        self._registry, self._options, self._verifying = registry, options, verifying
        self._limit = TimeLimit(options.time_limit)
        self._judging, self._trust = judging, trust or Trust()

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
        texts = [read_answer(completion).text for completion in completions]
        begun = [begun_by(prompt) or self.prefill for prompt in prompts]
        self.checkers = self._bind(list(zip(constraints, begun, strict=True)))
        tasks = [
            CheckTask(checker.constraints, text, prefill)
            for checker, text, prefill in zip(self.checkers, texts, begun, strict=True)
        ]
        problems = list(map(_problem, texts))
        sound = [place for place, problem in enumerate(problems) if problem is None]
        decided = iter(self._decided([tasks[n] for n in sound], [prompts[n] for n in sound]))
        judged = [
            next(decided) if problem is None else Judged(task.undecided(problem))
            for task, problem in zip(tasks, problems, strict=True)
        ]
        graded = [
            Graded(task.constraints, item.verdicts, self._score, item.judged)
            for task, item in zip(tasks, judged, strict=True)
        ]
        report_unknown(graded)
        self.samples = [self._sample(text, item) for text, item in zip(texts, graded, strict=True)]
        if log_extra:
            log_rows(graded, columns, log_extra)
        if log_metric:
            log_means(graded, log_metric)
            self._log_untrusted(log_metric)
        return [sample.reward for sample in self.samples]

    def _decided(self, tasks: Sequence[CheckTask], prompts: Sequence[Prompt]) -> list[Judged]:
        """Return the verdicts of code, and those of the judge where there is one."""
        if self._judging is None:
            return [Judged(verdicts) for verdicts in self._verifying.check(tasks)]
        asked = [
            Answered.of(task, prompt, self._options)
            for task, prompt in zip(tasks, prompts, strict=True)
        ]
        code = partial(self._verifying.check, tasks)
        return self._judging.decide(asked, self._registry, code)

    def _sample(self, text: str, graded: Graded) -> Sample:
        """Return a response with its verdicts, and with those of them that replays stand on."""
        checked = Checked(graded.verdicts, judged=graded.judged)
        return Sample(text, checked, graded.reward, self._relied_on(graded))

    def _relied_on(self, graded: Graded) -> Checked:
        verdicts, judged = list(graded.verdicts), set(graded.judged)
        for place in graded.judged:
            problem = self._trust.problem(graded.specs[place], verdicts[place])
            if problem is not None:
                verdicts[place] = unknown(problem)
                judged.discard(place)
                report_once(f"verdict `met` of a judge not replayed on: {problem}")
        return Checked(tuple(verdicts), judged=frozenset(judged))

    def _log_untrusted(self, log_metric: LogMetric) -> None:
        """Log the share of the judge's *met* that are not replayed on."""
        for sample in self.samples:
            for place in sorted(sample.checked.judged):
                if sample.checked.strict[place].satisfied:
                    log_metric("hir/untrusted", float(place not in sample.relied_on.judged))

    def check_again(self, claims: Sequence[Claim]) -> list[tuple[Verdict, ...]]:
        """Return fresh verdicts on what replays claim, all at once."""
        return self._verifying.check(
            [
                CheckTask(specs, text, "<think>" if checker.options.thinking_opened else "")
                for checker, text, specs in claims
            ]
        )

    def _bind(self, rows: Sequence[tuple[Any, str]]) -> list[Checker]:
        """Return the checker of each row; the rows of a group share one."""
        checkers: list[Checker] = []
        for place, value in enumerate(rows):
            same = place > 0 and value == rows[place - 1]
            checkers.append(checkers[-1] if same else self._checker(*value))
        return checkers

    def _checker(self, value: Any, prefill: str) -> Checker:
        try:
            specs = parse_constraints(value)
            return Checker(self._registry, specs, self._options.after(prefill), self._limit)
        except HirKitError as error:
            raise ConfigError(f"the column constraints of the dataset: {error}") from error


def _problem(text: str) -> str | None:
    """Return why a completion is no single answer, as in a dump; None where it is one."""
    try:
        single_answer(text)
    except RowError as error:
        return str(error)
    return None


def template_prefill(tokenizer: Any, options: Any) -> str:
    """Return the thinking that a tokenizer's chat template begins an answer with, if any.

    Args:
        tokenizer: The model's; one without a chat template begins nothing.
        options: What the template is rendered with (`chat_template_kwargs`).
    """
    if not getattr(tokenizer, "chat_template", None):
        return ""
    talk = [{"role": "user", "content": "Hello."}]
    text = tokenizer.apply_chat_template(
        talk, tokenize=False, add_generation_prompt=True, **(options or {})
    )
    return prefill_of(text)
