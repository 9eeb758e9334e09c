"""The reward function of verl: `custom_reward_function`, by file or as `pkg://hir_kit.rewards.verl`.

verl calls it by keyword for one response, from many threads at once. It takes a number or a dict
with `score`; the other entries become columns of its dumps and validation metrics. It makes arrays
of them, and means of all that are no strings: so every response has the same entries, each a
finite number or a string.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from hir_kit.rewards.grading import Graded, Plugin, Settings, read_asked
from hir_kit.rewards.scoring import Given, Score

Row = dict[str, float | str]


class VerlReward:
    """A reward function for verl.

    A call returns `score`, `ila`, `cla` (numbers from 0 to 1), `acc` (that is `ila`, under the name
    that verl's validation puts first), `unknown` (how many verdicts are) and `verdicts` (as JSON).
    verl needs a number for every response: an unknown verdict counts as not satisfied.

    Args:
        score: "ila", "cla", or weights per constraint id (see docs/rewards.md).
        plugins: Python files with verifiers.
        registries: Registries of instruction classes, each `[PREFIX=]MODULE:NAME`.
        time_limit: Seconds per check; one that takes longer is unknown. 0: no limit.
        workers: Processes that verify, per process of verl that rewards; 0: that process itself.
        keep_thinking: Verify `<think>...</think>` as part of the response.
        thinking_opened: The chat template opens the thinking: all up to the first `</think>` is set
            aside.
        answer_tags: Verify what stands between `<answer>` and `</answer>`.

    Raises UsageError where an argument cannot be used.
    """

    def __init__(
        self,
        score: Given = "ila",
        *,
        plugins: Iterable[Plugin] = (),
        registries: Iterable[str] = (),
        time_limit: float = 5.0,
        workers: int = 2,
        keep_thinking: bool = False,
        thinking_opened: bool = False,
        answer_tags: bool = False,
    ) -> None:
        self._score = Score.of(score)
        self._settings = Settings.of(
            plugins,
            registries,
            time_limit,
            workers,
            keep_thinking=keep_thinking,
            thinking_opened=thinking_opened,
            answer_tags=answer_tags,
        )
        self.__name__ = f"hir_{self._score.name}"

    def __call__(
        self,
        data_source: str,
        solution_str: str,
        ground_truth: object,
        extra_info: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> Row:
        """Return the columns of one response.

        Args:
            data_source: Not read.
            solution_str: The response.
            ground_truth: The constraints, in any shape that hir-kit reads: JSON of
                `{instruction_id_list, kwargs}` as `hir-kit relabel --emit verl` writes it, or
                `ground_truth` of IF-RLVR.
            extra_info: Not read.
            **kwargs: Not read.
        """
        del data_source, extra_info, kwargs
        return self._grade([solution_str], [ground_truth])[0]

    def batch(
        self,
        data_sources: Sequence[str],
        solution_strs: Sequence[str],
        ground_truths: Sequence[object],
        extra_infos: Sequence[Mapping[str, Any]] | None = None,
        **kwargs: Any,
    ) -> list[Row]:
        """Return the columns of many responses, as verl's reward manager `batch` asks for them."""
        del data_sources, extra_infos, kwargs
        return self._grade(solution_strs, ground_truths)

    def _grade(self, texts: Sequence[str], asked: Sequence[object]) -> list[Row]:
        reads = [partial(read_asked, value) for value in asked]
        return [_row(item) for item in self._settings.grade(self._score, texts, reads)]


def _row(graded: Graded) -> Row:
    numbers = graded.numbers
    verdicts = graded.verdicts_json()
    return {"score": graded.least, "acc": numbers["ila"], **numbers, "verdicts": verdicts}


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: object,
    extra_info: Mapping[str, Any] | None = None,
    **options: Any,
) -> Row:
    """Return the columns of one response, as `VerlReward` does.

    The options are those of `VerlReward`, from verl's `reward_kwargs`; any other is not read.
    """
    reward = _reward(options)
    return reward(data_source, solution_str, ground_truth, extra_info)


def compute_scores(
    data_sources: Sequence[str],
    solution_strs: Sequence[str],
    ground_truths: Sequence[object],
    extra_infos: Sequence[Mapping[str, Any]] | None = None,
    **options: Any,
) -> list[Row]:
    """Return the columns of many responses: `compute_score` for verl's reward manager `batch`."""
    return _reward(options).batch(data_sources, solution_strs, ground_truths, extra_infos)


def _reward(options: Mapping[str, Any]) -> VerlReward:
    given = options.get("score", "ila")
    return _made(
        tuple(given.items()) if isinstance(given, Mapping) else given,
        tuple(options.get("plugins", ())),
        tuple(options.get("registries", ())),
        options.get("time_limit", 5.0),
        options.get("workers", 2),
        options.get("keep_thinking", False),
        options.get("thinking_opened", False),
        options.get("answer_tags", False),
    )


@lru_cache(maxsize=64)
def _made(
    score: str | tuple[tuple[str, float], ...],
    plugins: tuple[Plugin, ...],
    registries: tuple[str, ...],
    time_limit: float,
    workers: int,
    keep_thinking: bool,
    thinking_opened: bool,
    answer_tags: bool,
) -> VerlReward:
    return VerlReward(
        dict(score) if isinstance(score, tuple) else score,
        plugins=plugins,
        registries=registries,
        time_limit=time_limit,
        workers=workers,
        keep_thinking=keep_thinking,
        thinking_opened=thinking_opened,
        answer_tags=answer_tags,
    )
