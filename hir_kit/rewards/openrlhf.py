"""The reward function of OpenRLHF: a file with `reward_func`, given as the remote reward model.

OpenRLHF calls `reward_func(queries, prompts, labels)` in a thread, with lists of one by default,
and takes a dict of tensors: `rewards` for the advantages, `scores` from 0 to 1 for filtering, and
`extra_logs`. A query is the prompt with the response, special tokens included. The label is the
column that `--data.label_key` names. Where the function raises, OpenRLHF goes on without a reward.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from hir_kit.errors import RowError, UsageError, shown
from hir_kit.model.constraint import holds_constraints
from hir_kit.read.special_tokens import after_prompt
from hir_kit.rewards.grading import Languages, Plugin, Settings, function_of, read_asked
from hir_kit.rewards.scoring import Given, Score
from hir_kit.verify.judge import SECONDS, Judge


class OpenRlhfReward:
    """A reward function for OpenRLHF.

    A call returns `rewards` and `scores`, the same numbers from 0 to 1, and `extra_logs` with
    `ila`, `cla` and `unknown` (how many verdicts are): tensors with one number per response.
    OpenRLHF needs a number for every response: an unknown verdict counts as not satisfied. A query
    that does not begin with its prompt (OpenRLHF cuts long prompts) is unknown.

    Args:
        score: "ila", "cla", or weights per constraint id (see docs/rewards.md).
        plugins: Python files with verifiers.
        registries: Registries of instruction classes, each `[PREFIX=]MODULE:NAME`.
        set: Options of parts by `NAME.key`, such as `{"code.allow": True}`.
        time_limit: Seconds per check; one that takes longer is unknown. 0: no limit.
        workers: Processes that verify, per process of OpenRLHF that rewards; 0: that process
            itself.
        keep_thinking: Verify `<think>...</think>` as part of the response.
        thinking_opened: The chat template opens the thinking: all up to the first `</think>` is set
            aside. Without it, that is done where the prompt ends with `<think>`.
        answer_tags: Verify what stands between `<answer>` and `</answer>`.
        end_tokens: What a model ends its response with, besides the special tokens that are known;
            it is not part of the response.
        judge: What decides where code cannot: the name of a judge, whose options stand in `set`, or
            one that is loaded. It is asked beside code, with the prompt as the chat template
            wrote it read back.
        judge_time_limit: Seconds it may take for a call; then its verdicts are unknown. 0: no
            limit.
        judge_patience: After so many calls in a row of which it decided nothing, RunError is
            raised: there is nothing to train on. 0: never.
        languages: "auto": counts and punctuation are read in the language of the prompt's script.
        fallback: What rewards the rows of a mixed run whose label holds no constraints: a reward
            function of OpenRLHF, or `MODULE:NAME`. It is called with the queries, prompts and
            labels of those rows, and returns their rewards, or a dict with `rewards`.

    Raises UsageError where an argument cannot be used.
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
        end_tokens: Iterable[str] = (),
        judge: Judge | str | None = None,
        judge_time_limit: float = SECONDS,
        judge_patience: int = 100,
        languages: Languages = None,
        fallback: Callable[..., Any] | str | None = None,
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
        self._judging = self._settings.judging(judge, judge_time_limit, judge_patience)
        self._end_tokens = tuple(token for token in end_tokens if token)
        self._fallback, self._has_constraints = fallback, False
        self.__name__ = f"hir_{self._score.name}"

    def __call__(
        self, queries: Sequence[str], prompts: Sequence[str], labels: Sequence[object], **_: Any
    ) -> dict[str, Any]:
        """Return rewards, scores and logs.

        Args:
            queries: Prompts with their responses.
            prompts: The prompts.
            labels: The constraints of each, in any shape that hir-kit reads, such as JSON of
                `{instruction_id_list, kwargs}`.
        """
        import torch

        pairs = zip(queries, prompts, strict=True)
        texts = [self._response(query, prompt) for query, prompt in pairs]
        asked = [partial(read_asked, label) for label in labels]
        others = self._others(labels)
        graded = self._settings.grade(self._score, texts, asked, prompts, self._judging)
        numbers = [item.least for item in graded]
        if others:
            given = [[column[place] for place in others] for column in (queries, prompts, labels)]
            found = function_of(self._fallback)(*given)
            found = found["rewards"] if isinstance(found, Mapping) else found
            for place, number in zip(others, found, strict=True):
                numbers[place] = float(number)
        rewards = torch.tensor(numbers, dtype=torch.float32)
        logs = {
            name: torch.tensor([item.numbers[name] for item in graded], dtype=torch.float32)
            for name in ("ila", "cla", "unknown")
        }
        return {"rewards": rewards, "scores": rewards.clone(), "extra_logs": logs}

    def _others(self, labels: Sequence[object]) -> list[int]:
        """Return which rows the fallback rewards; raises UsageError where nobody does."""
        others = [place for place, label in enumerate(labels) if not holds_constraints(label)]
        self._has_constraints = self._has_constraints or len(others) < len(labels)
        if others and self._fallback is None and not self._has_constraints:
            raise UsageError(
                f"the label {shown(labels[others[0]])} holds no constraints. In a mixed run give "
                "what rewards its other rows: OpenRlhfReward(fallback=...)"
            )
        return others if self._fallback is not None else []

    def _response(self, query: str, prompt: str) -> str | RowError:
        found = after_prompt(query, prompt)
        if found is None:
            return RowError(
                "the query does not begin with its prompt, so the response cannot be told from "
                f"it: {shown(query)}"
            )
        return self._without_end(found)

    def _without_end(self, text: str) -> str:
        while ends := [token for token in self._end_tokens if text.endswith(token)]:
            text = text[: -len(max(ends, key=len))]
        return text


reward_func = OpenRlhfReward("ila")
