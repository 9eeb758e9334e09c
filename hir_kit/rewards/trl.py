"""The reward function of TRL's trainers (GRPO, RLOO).

TRL calls it by keyword with `prompts`, `completions` and every other column of the dataset, one
value per completion, and takes a list of numbers; None leaves a completion out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from hir_kit.errors import UsageError
from hir_kit.model.verdict import Status
from hir_kit.rewards.grading import Graded, Languages, Plugin, Settings, read_asked, readable
from hir_kit.rewards.scoring import CLA, ILA, Given, Score
from hir_kit.verify.judge import SECONDS, Judge

LogExtra = Callable[[str, list[Any]], None]
LogMetric = Callable[[str, float], None]

_KEPT = ("id", "task")


class _TrlReward:
    """What both kinds of reward function have in common."""

    def __init__(
        self,
        score: Given = "ila",
        *,
        column: str = "constraints",
        kwargs_column: str | None = None,
        plugins: Iterable[Plugin] = (),
        registries: Iterable[str] = (),
        set: Mapping[str, object] | None = None,
        time_limit: float = 5.0,
        workers: int = 2,
        keep_thinking: bool = False,
        thinking_opened: bool = False,
        answer_tags: bool = False,
        log_columns: bool = True,
        name: str | None = None,
        judge: Judge | str | None = None,
        judge_time_limit: float = SECONDS,
        judge_patience: int = 3,
        languages: Languages = None,
    ) -> None:
        self._score = Score.of(score)
        self._settings = Settings.of(
            plugins,
            registries,
            set,
            time_limit,
            workers,
            keep_thinking=keep_thinking,
            thinking_opened=thinking_opened,
            answer_tags=answer_tags,
            languages=languages,
        )
        self._column, self._kwargs_column = column, kwargs_column
        self._log_columns = log_columns
        self._judging = self._settings.judging(judge, judge_time_limit, judge_patience)
        self.__name__ = name or f"hir_{self._score.name}"

    def _asked(
        self, prompts: Sequence[Any], completions: Sequence[Any], columns: Mapping[str, Any]
    ) -> tuple[Any, ...]:
        """Return what `Settings.grade` takes."""
        asked = self._values(self._column, columns)
        name = self._kwargs_column
        kwargs = self._values(name, columns) if name else [None] * len(asked)
        texts = [readable(completion) for completion in completions]
        pairs = zip(asked, kwargs, strict=True)
        reads = [partial(read_asked, *pair) for pair in pairs]
        return self._score, texts, reads, prompts, self._judging

    def _values(self, name: str, columns: Mapping[str, Any]) -> Sequence[Any]:
        if name in columns:
            values: Sequence[Any] = columns[name]
            return values
        raise UsageError(
            f"the dataset has no column {name!r} with constraints. It has: "
            f"{', '.join(sorted(columns)) or 'prompt alone'}. Name the right one: column='...', "
            "and kwargs_column='...' where the kwargs stand beside the ids"
        )

    def _log(
        self,
        graded: Sequence[Graded],
        columns: Mapping[str, Any],
        log_extra: LogExtra | None,
        log_metric: LogMetric | None,
    ) -> None:
        if log_extra and self._log_columns:
            log_rows(graded, columns, log_extra)
        if log_metric:
            log_means(graded, log_metric)


class TrlReward(_TrlReward):
    """A reward function for TRL: `GRPOTrainer(reward_funcs=TrlReward("ila"), ...)`.

    A call returns one number from 0 to 1 per completion, None where it is not known.

    Args:
        score: "ila", "cla", or weights per constraint id (see docs/rewards.md).
        column: The dataset's column of constraints, in any shape that hir-kit reads: a list of
            `{id, kwargs, text}`, the same as JSON, `ground_truth` of IF-RLVR, or a list of ids.
        kwargs_column: The column of kwargs, where `column` holds ids alone (IFEval).
        plugins: Python files with verifiers.
        registries: Registries of instruction classes, each `[PREFIX=]MODULE:NAME`.
        set: Options of parts by `NAME.key`, such as `{"code.allow": True}`.
        time_limit: Seconds per check; one that takes longer is unknown. 0: no limit.
        workers: Processes that verify, started at the first call; 0: this process, where native
            code that never returns cannot be stopped.
        keep_thinking: Verify `<think>...</think>` as part of the response.
        thinking_opened: The chat template opens the thinking: all up to the first `</think>` is set
            aside. Without it, that is done where the prompt ends with `<think>`.
        answer_tags: Verify what stands between `<answer>` and `</answer>`.
        log_columns: Log constraints, verdicts, id and task to TRL's table of completions, from
            where `hir-kit relabel` reads them. One reward of a trainer can do so.
        name: What TRL calls it in its logs; by default "hir_ila", "hir_cla", "hir_weighted".
        judge: What decides where code cannot: the name of a judge, whose options stand in `set`, or
            one that is loaded, such as `hir_kit.load([...]).judges["mine"]`. It is asked once for
            all completions of a call, while code checks them.
        judge_time_limit: Seconds it may take; then its verdicts are unknown. 0: no limit.
        judge_patience: After so many calls in a row of which it decided nothing, RunError is
            raised: there is nothing to train on. 0: never.
        languages: "auto": counts and punctuation are read in the language of the prompt's script.

    Raises UsageError where an argument cannot be used, or the dataset has no such column.
    """

    def __call__(
        self,
        prompts: Sequence[Any],
        completions: Sequence[Any],
        log_extra: LogExtra | None = None,
        log_metric: LogMetric | None = None,
        **columns: Any,
    ) -> list[float | None]:
        """Return the reward of each completion; None where it is not known."""
        graded = self._settings.grade(*self._asked(prompts, completions, columns))
        self._log(graded, columns, log_extra, log_metric)
        return [item.reward for item in graded]


class AsyncTrlReward(_TrlReward):
    """The same as a coroutine: TRL awaits it together with its other asynchronous rewards.

    It takes the arguments of `TrlReward`.
    """

    async def __call__(
        self,
        prompts: Sequence[Any],
        completions: Sequence[Any],
        log_extra: LogExtra | None = None,
        log_metric: LogMetric | None = None,
        **columns: Any,
    ) -> list[float | None]:
        """Return the reward of each completion; None where it is not known."""
        asked = self._asked(prompts, completions, columns)
        graded = await self._settings.grade_async(*asked)
        self._log(graded, columns, log_extra, log_metric)
        return [item.reward for item in graded]


def log_rows(graded: Sequence[Graded], columns: Mapping[str, Any], log_extra: LogExtra) -> None:
    """Log what `hir-kit relabel` needs, one value per completion."""
    log_extra("constraints", [item.constraints_json() if item.specs else None for item in graded])
    log_extra("verdicts", [item.verdicts_json() for item in graded])
    for name in _KEPT:
        if name in columns:
            log_extra(name, list(columns[name]))


def log_means(graded: Sequence[Graded], log_metric: LogMetric) -> None:
    """Log the accuracies over the responses where they are known, and the share of the unknown.

    One value per response, and one per verdict that was a judge's to give: TRL takes their mean
    over all devices.
    """
    for item in graded:
        for score in (ILA, CLA):
            value = score.known(item.specs, item.verdicts)
            if value is not None:
                log_metric(f"hir/{score.name}", value)
        log_metric("hir/unknown", float(item.unknown > 0))
        for place in sorted(item.judged):
            is_unknown = item.verdicts[place].status is Status.UNKNOWN
            log_metric("hir/judge_unknown", float(is_unknown))


ila_reward, cla_reward = TrlReward("ila"), TrlReward("cla")
