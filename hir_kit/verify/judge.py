"""Judges: they decide the constraints that no code can decide, many questions at a time.

Every call into a judge goes through `claimed` and `ask`. Whatever is wrong with an answer, or with
the judge, makes a verdict `unknown` with a reason that names the judge; it never becomes a score.
"""

from __future__ import annotations

import math
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Any, Protocol, TypeVar

from hir_kit.errors import CrashError, UsageError, boundary, near_matches
from hir_kit.files import jsonl
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.prompt import Prompt
from hir_kit.model.verdict import Status, Verdict, unanswered, unknown

CRITERION = "judge:criterion"
"""The id of a soft constraint; its kwarg `criterion` says what is judged."""

SECONDS = 120.0
"""How long a judge may take for one batch of questions."""


class Blocked(Exception):  # noqa: N818  # raised in a judge, and turned into `unknown`
    """A judge took too long; raised in its code where it does not even await."""


@dataclass(frozen=True, slots=True)
class Question:
    """Whether a response meets one constraint of its instruction.

    Attributes:
        spec: The constraint, with its `text` where that is known.
        prompt: What was sent to the model.
        task: The request without its constraints; None where it is not known.
        response: What the model answered; thinking is set aside as for checks.
        rollout: The id of the rollout.
        place: Which of the instruction's constraints it is, from 0.
    """

    spec: ConstraintSpec
    prompt: Prompt
    task: str | None
    response: str
    rollout: str
    place: int


class Judge(Protocol):
    """Decides constraints that code cannot decide.

    Attributes:
        name: What `--judge` takes.
    """

    name: str

    def claims(self, spec: ConstraintSpec) -> bool:
        """Return whether it decides such a constraint; the first judge that does is asked."""

    async def judge(self, questions: Sequence[Question]) -> Sequence[Verdict]:
        """Return one verdict for each question, in their order.

        May be called again while it awaits. What it cannot decide is `unknown` with a reason. Where
        it raises for several questions, it is asked each of them alone.
        """


class StandingJudge(Protocol):
    """What a judge may have beside `Judge` where it stands on something outside, such as a server.

    Each of the methods may be missing.
    """

    def begin(self) -> None:
        """Begin a run of questions; raises UsageError where an option cannot be used."""

    def problem(self) -> str | None:
        """Return why it cannot be asked as things are, on one line; None where it can."""

    def used(self) -> Mapping[str, Any]:
        """Return what it took to answer, by name, as JSON can hold it; summaries show it."""

    def close(self) -> None:
        """Finish: no more questions come."""


J = TypeVar("J", bound=Judge)


def choose_judges(known: Mapping[str, J], names: Sequence[str]) -> list[J]:
    """Return the judges to ask, the first that claims a constraint.

    No names means all that can be asked, those that were loaded last first: a judge of one's own
    before the built-in one.

    Raises UsageError where there is none, none of a name, or one that is named cannot be asked.
    """
    for name in names:
        if name not in known:
            loaded = ", ".join(known) or "none; `--plugin FILE` loads one"
            raise UsageError(f"no judge {name!r}.{near_matches(name, known)} Known: {loaded}")
    if not known:
        raise UsageError("no judge is loaded: `--plugin FILE` loads one (docs/plugins.md, A judge)")
    chosen = {name: known[name] for name in names or reversed(list(known))}
    problems = {name: said for name, judge in chosen.items() if (said := _problem(judge))}
    if problems and (names or len(problems) == len(chosen)):
        said = "; ".join(f"{name!r}: {problem}" for name, problem in problems.items())
        raise UsageError(f"the judge cannot be asked: {said} (docs/judging.md)")
    return [judge for name, judge in chosen.items() if name not in problems]


def _problem(judge: Judge) -> str | None:
    problem = getattr(judge, "problem", None)
    if problem is None:
        return None
    with boundary(judge, f"the judge {judge.name!r}: problem()"):
        said: str | None = problem()
    return said


def as_criterion(sentence: str) -> ConstraintSpec:
    """Return what a judge is asked in place of a constraint with this sentence."""
    return ConstraintSpec(CRITERION, {"criterion": sentence}, sentence)


def claimed(judges: Iterable[Judge], spec: ConstraintSpec) -> Judge | Verdict | None:
    """Return the first judge that claims a constraint; a verdict where one cannot say."""
    for judge in judges:
        try:
            if judge.claims(spec):
                return judge
        except (Exception, SystemExit) as error:
            return unknown(_raised(judge, "claims()", error))
    return None


async def ask(
    judge: Judge, questions: Sequence[Question], seconds: float = SECONDS
) -> list[Verdict]:
    """Return the verdicts of a judge, one for each question, whatever it does.

    Args:
        judge: Whom to ask.
        questions: What to ask.
        seconds: How long it may take; 0: as long as it likes.
    """
    answers = await _within(_guarded(judge, questions), seconds)
    if isinstance(answers, Blocked):
        return [_late(judge, seconds)] * len(questions)
    if isinstance(answers, BaseException):
        if len(questions) == 1:
            return [unanswered(_raised(judge, "judge()", answers))]
        return [(await ask(judge, [question], seconds))[0] for question in questions]
    if not isinstance(answers, Sequence) or isinstance(answers, str):
        reason = f"returned {type(answers).__name__}, not a sequence of verdicts"
        return [unknown(f"the judge {judge.name!r} {reason}")] * len(questions)
    if len(answers) != len(questions):
        reason = f"gave {len(answers)} answers to {len(questions)} questions"
        return [unknown(f"the judge {judge.name!r} {reason}")] * len(questions)
    return [_checked(judge, answer) for answer in answers]


async def _guarded(judge: Judge, questions: Sequence[Question]) -> object:
    """Return what the judge answers, or what it raised."""
    try:
        return await judge.judge(questions)
    except (Exception, SystemExit) as error:
        return error


def is_in_judge(frame: FrameType | None) -> bool:
    """Return whether this frame is of a judge's code."""
    while frame is not None:
        if frame.f_code is _guarded.__code__:
            return True
        frame = frame.f_back
    return False


async def _within(answer: Coroutine[Any, Any, object], seconds: float) -> object:
    """Return what is awaited; Blocked where it takes too long."""
    import asyncio  # takes longer than all of hir-kit's own modules to load

    task = asyncio.ensure_future(answer)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds or None)
    finally:
        task.cancel()
    if not done:
        return Blocked()
    return RuntimeError("it cancelled itself") if task.cancelled() else task.result()


def _late(judge: Judge, seconds: float) -> Verdict:
    return unanswered(f"the judge {judge.name!r} took longer than {seconds:g} s")


def _raised(judge: Judge, what: str, error: BaseException) -> str:
    return CrashError.of(judge, f"the judge {judge.name!r}: {what}", error).reason


def _checked(judge: Judge, answer: object) -> Verdict:
    """Return the answer if it is a verdict that can be written; else `unknown`."""
    wrong = _wrong(answer)
    if wrong is None:
        assert isinstance(answer, Verdict)
        return answer
    return unknown(f"the judge {judge.name!r} gave {wrong}")


def _wrong(answer: object) -> str | None:
    if not isinstance(answer, Verdict):
        return f"{type(answer).__name__}, not a Verdict"
    if not isinstance(answer.status, Status):
        return f"the status {answer.status!r}, which is no Status"
    if answer.reason is not None and not isinstance(answer.reason, str):
        return f"{type(answer.reason).__name__} as reason, not a string"
    measured = answer.measured
    if not isinstance(measured, int | float | str | None):
        return f"{type(measured).__name__} as measured, not a number or a string"
    if isinstance(measured, float) and not math.isfinite(measured):
        return f"{measured} as measured, which JSON cannot hold"
    if answer.detail is None:
        return None
    try:
        jsonl.loads(jsonl.dumps(answer.detail))
    except (TypeError, ValueError) as error:
        return f"a detail that JSON cannot hold ({error})"
    return None if isinstance(answer.detail, Mapping) else "a detail that is no mapping"
