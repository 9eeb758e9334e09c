"""The judge: questions become requests, answers become verdicts, and votes one verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, Field, PositiveInt, model_validator

from hir_kit import ConstraintSpec, Status, Verdict, unknown
from hir_kit.plugin import Question, unanswered
from hir_plugin_judge import wording
from hir_plugin_judge.reading import read_band, read_quick, read_reasoned
from hir_plugin_llm import model
from hir_plugin_llm.request import Request, Unanswered

CRITERION = "judge:criterion"
_TOP = 20  # log-probabilities of a token: the most that servers give


class JudgeOptions(BaseModel):
    """How soft constraints are judged."""

    mode: Literal["reasoned", "quick"] = Field(
        default="reasoned",
        description="`reasoned`: evidence, then a verdict. `quick`: one word, by its probability; "
        "the server must give log-probabilities.",
    )
    votes: PositiveInt = Field(
        default=1, description="How often each question is asked; votes that differ are `unknown`."
    )
    temperature: float | None = Field(
        default=None, ge=0, description="By default 0 for one vote, 0.7 for several."
    )
    max_tokens: PositiveInt = Field(
        default=2048, description="Tokens of an answer, thinking included."
    )
    met_from: float = Field(
        default=0.9, gt=0, le=1, description="`quick`: the probability of yes that means met."
    )
    not_met_to: float = Field(
        default=0.1, ge=0, lt=1, description="`quick`: the probability of yes that means not met."
    )

    calibration: str | None = Field(
        default=None,
        description="`quick`: take the two from this file, which `hir-kit judge calibrate -o` or "
        "`probe -o` wrote.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> JudgeOptions:
        if self.not_met_to >= self.met_from:
            raise ValueError("not_met_to is less than met_from: what is between is unknown")
        if self.calibration is not None and self.mode != "quick":
            raise ValueError("calibration is for mode=quick: other verdicts have no band")
        return self


class ModelJudge:
    """Asks a model about one constraint at a time."""

    name = "judge"
    options = JudgeOptions

    def __init__(self) -> None:
        self.configure(JudgeOptions())

    def configure(self, options: JudgeOptions) -> None:
        """Take the options, and the model of the plugin `llm`."""
        self._given, self._model = options, model()
        self._band = options.met_from, options.not_met_to
        if options.calibration is not None:
            self._band = read_band(options.calibration)

    def claims(self, spec: ConstraintSpec) -> bool:
        """Return whether the constraint is a criterion."""
        return spec.id == CRITERION

    def begin(self) -> None:
        """Take what a batch has answered; raises UsageError where the options cannot be used."""
        self._model.client.begin()

    def problem(self) -> str | None:
        """Return why it cannot be asked; None where it can."""
        return self._model.client.problem()

    def used(self) -> dict[str, Any]:
        """Return which model was asked, how, how often, and what it cost."""
        given = self._model.client.options
        counts = self._model.client.usage.to_json(given.input_price, given.output_price)
        return {"model": given.model, "prompt": self._prompt, **counts}

    def close(self) -> None:
        """Leave the cache as one file; make the batch file appear."""
        self._model.client.close()

    @property
    def _prompt(self) -> str:
        return f"{wording.VERSION}/{self._given.mode}"

    async def judge(self, questions: Sequence[Question]) -> Sequence[Verdict]:
        """Return one verdict per question, all asked at once."""
        votes = self._given.votes
        asked = [self._request(question, n) for question in questions for n in range(votes)]
        answers = await self._model.client.answers(
            [request for request in asked if request is not None]
        )
        found = iter(answers)
        rows = [None if request is None else next(found) for request in asked]
        return [
            self._decided(question, rows[n * votes : (n + 1) * votes])
            for n, question in enumerate(questions)
        ]

    def _request(self, question: Question, sample: int) -> Request | None:
        criterion = question.spec.kwargs.get("criterion")
        if not isinstance(criterion, str) or not criterion.strip():
            return None
        given = self._given
        several = 0.7 if given.votes > 1 else 0.0
        temperature = several if given.temperature is None else given.temperature
        if given.mode == "quick":
            sampling = {"temperature": temperature, "max_tokens": 1, "logprobs": True}
            messages = wording.quick(question, criterion)
            sampling["top_logprobs"] = _TOP
            return Request(messages, self._prompt, sampling, None, sample)
        sampling = {"temperature": temperature, "max_tokens": given.max_tokens}
        messages = wording.reasoned(question, criterion)
        return Request(messages, self._prompt, sampling, wording.SCHEMA, sample)

    def _decided(
        self, question: Question, answers: Sequence[dict[str, Any] | Unanswered | None]
    ) -> Verdict:
        """Return what all votes say; unknown where they differ, or one says nothing."""
        votes = [self._read(question, answer) for answer in answers]
        statuses = [vote.status for vote in votes]
        chosen = next((vote for vote in votes if vote.status is Status.UNKNOWN), votes[0])
        if len(set(statuses)) == 1 or chosen.status is Status.UNKNOWN:
            return self._told(chosen, votes)
        met = statuses.count(Status.SATISFIED)
        return self._told(unknown(f"the votes differ: {met} of {len(votes)} say met"), votes)

    def _read(self, question: Question, answer: dict[str, Any] | Unanswered | None) -> Verdict:
        if answer is None:
            return unknown("the constraint has no kwarg 'criterion' that says what is judged")
        if isinstance(answer, Unanswered):
            return unanswered(str(answer))
        if self._given.mode == "quick":
            return read_quick(answer, *self._band)
        return read_reasoned(answer, question.response)

    def _told(self, verdict: Verdict, votes: Sequence[Verdict]) -> Verdict:
        """Return the verdict with who gave it, and how."""
        detail: dict[str, Any] = {"model": self._model.client.options.model, "prompt": self._prompt}
        said: Mapping[str, Any] = verdict.detail or {}
        detail |= said
        if len(votes) > 1:
            detail["votes"] = [vote.status.value for vote in votes]
        return replace(verdict, detail=detail)
