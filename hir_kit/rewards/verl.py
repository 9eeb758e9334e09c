"""The reward function of verl: `custom_reward_function`, by file or as `pkg://hir_kit.rewards.verl`.

verl calls it by keyword for one response, from many threads at once. It takes a number or a dict
with `score`; the other entries become columns of its dumps and validation metrics. It makes arrays
of them, and means of all that are no strings: so every response has the same entries, each a
finite number or a string.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from inspect import signature
from typing import Any

from hir_kit.errors import UsageError, shown
from hir_kit.model.constraint import holds_constraints
from hir_kit.rewards.grading import Graded, Plugin, Settings, function_of, read_asked
from hir_kit.rewards.scoring import Given, Score
from hir_kit.verify.judge import SECONDS, Judge

Row = dict[str, float | str]
Fallback = Callable[..., Any]


class VerlReward:
    """A reward function for verl.

    A call returns `score`, `ila`, `cla` (numbers from 0 to 1), `acc` (that is `ila`, under the name
    that verl's validation puts first), `unknown` (how many verdicts are) and `verdicts` (as JSON).
    verl needs a number for every response: an unknown verdict counts as not satisfied.

    Args:
        score: "ila", "cla", or weights per constraint id (see docs/rewards.md).
        plugins: Python files with verifiers.
        registries: Registries of instruction classes, each `[PREFIX=]MODULE:NAME`.
        set: Options of parts by `NAME.key`, such as `{"code.allow": True}`.
        time_limit: Seconds per check; one that takes longer is unknown. 0: no limit.
        workers: Processes that verify, per process of verl that rewards; 0: that process itself.
        keep_thinking: Verify `<think>...</think>` as part of the response.
        thinking_opened: The chat template opens the thinking: all up to the first `</think>` is set
            aside.
        answer_tags: Verify what stands between `<answer>` and `</answer>`.
        judge: What decides where code cannot: the name of a judge, whose options stand in `set`, or
            one that is loaded. It is asked beside code, with
            `extra_info["instruction"]` as the instruction (`--emit verl` writes it).
        judge_time_limit: Seconds it may take for a call; then its verdicts are unknown. 0: no
            limit.
        judge_patience: After so many calls in a row of which it decided nothing, RunError is
            raised: there is nothing to train on. 0: never.
        fallback: What rewards the rows of a mixed run that have no constraints: a function that
            verl could call itself, such as `verl.utils.reward_score.default_compute_score`. It is
            called by keyword and returns a number, or a dict with `score`. As text it is
            `MODULE:NAME`, imported when the first such row comes.

    Raises UsageError where an argument cannot be used, and, called without a `fallback`, where a
    data source has no constraints, or with a `judge`, where a row has no instruction.
    """

    def __init__(
        self,
        score: Given = "ila",
        *,
        plugins: Iterable[Plugin] = (),
        registries: Iterable[str] = (),
        set: Mapping[str, object] | None = None,
        time_limit: float = 5.0,
        workers: int = 2,
        keep_thinking: bool = False,
        thinking_opened: bool = False,
        answer_tags: bool = False,
        judge: Judge | str | None = None,
        judge_time_limit: float = SECONDS,
        judge_patience: int = 100,
        fallback: Fallback | str | None = None,
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
        )
        self._judging = self._settings.judging(judge, judge_time_limit, judge_patience)
        self._fallback = fallback
        self._constrained: list[str] = []  # few
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
            data_source: Handed to the `fallback`, and named where there is none.
            solution_str: The response.
            ground_truth: The constraints, in any shape that hir-kit reads: JSON of
                `{instruction_id_list, kwargs}` as `hir-kit relabel --emit verl` writes it, or
                `ground_truth` of IF-RLVR.
            extra_info: Handed to the `fallback`; a judge reads `instruction` of it.
            **kwargs: Handed to the `fallback`.
        """
        return self.batch([data_source], [solution_str], [ground_truth], [extra_info], **kwargs)[0]

    def batch(
        self,
        data_sources: Sequence[str],
        solution_strs: Sequence[str],
        ground_truths: Sequence[object],
        extra_infos: Sequence[Mapping[str, Any] | None] | None = None,
        **kwargs: Any,
    ) -> list[Row]:
        """Return the columns of many responses, as verl's reward manager `batch` asks for them."""
        infos = extra_infos if extra_infos is not None else [None] * len(solution_strs)
        calls = list(zip(data_sources, solution_strs, ground_truths, infos, strict=True))
        ours = [call for call in calls if self._is_ours(call[0], call[2])]
        graded = iter(
            self._settings.grade(
                self._score,
                [text for _, text, _, _ in ours],
                [partial(read_asked, truth) for _, _, truth, _ in ours],
                [_instruction(info) for *_, info in ours] if self._judging else (),
                self._judging,
            )
        )
        mine = set(map(id, ours))
        return [
            _row(next(graded)) if id(call) in mine else self._of_others(*call, **kwargs)
            for call in calls
        ]

    def _is_ours(self, source: str, truth: object) -> bool:
        """Return whether a row has constraints, or should; raises UsageError where nobody has it.

        One bad row of a data source that has constraints is unknown, and stops nothing.
        """
        if holds_constraints(truth):
            self._constrained.append(source)
            return True
        if self._fallback is not None:
            return False
        if source in self._constrained:
            return True
        raise UsageError(
            f"the ground truth {shown(truth)} of the data source {shown(source)} holds no "
            "constraints. In a mixed run give what rewards its other rows: "
            "VerlReward(fallback=verl.utils.reward_score.default_compute_score)"
        )

    def _of_others(self, source: str, text: str, truth: object, info: object, **more: Any) -> Row:
        """Return the columns of a row without constraints, all that the others have."""
        found = function_of(self._fallback)(
            data_source=source, solution_str=text, ground_truth=truth, extra_info=info, **more
        )
        score = float(found["score"] if isinstance(found, Mapping) else found)
        acc = float(found.get("acc", score)) if isinstance(found, Mapping) else score
        return {
            "score": score,
            "acc": acc,
            "ila": 0.0,
            "cla": 0.0,
            "unknown": 0.0,
            "verdicts": "[]",
        }


def _instruction(info: Mapping[str, Any] | None) -> object:
    """Return what a judge is told that the response answers; raises UsageError."""
    if info is not None and info.get("instruction"):
        return info["instruction"]
    raise UsageError(
        "a judge needs the instruction: give each row `extra_info.instruction`, as "
        f"`hir-kit relabel --emit verl` does; extra_info is {shown(info)}"
    )


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


_OPTIONS = tuple(signature(VerlReward).parameters)
_MADE: dict[str, VerlReward] = {}


def _reward(options: Mapping[str, Any]) -> VerlReward:
    """Return the reward with these options, the same for the same."""
    known = {name: options[name] for name in _OPTIONS if name in options}
    key = repr(known)
    if key not in _MADE:
        _MADE[key] = VerlReward(**known)
    return _MADE[key]
