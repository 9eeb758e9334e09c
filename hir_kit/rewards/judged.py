"""A judge in a reward: it is asked what code cannot decide, of a whole batch at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from hir_kit.errors import RowError, RunError
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.prompt import Prompt
from hir_kit.model.verdict import Status, Verdict
from hir_kit.plugins.kit import Origin
from hir_kit.read.chat_text import read_asked
from hir_kit.rewards.verifying import CheckTask, Verdicts, loaded
from hir_kit.verify.checker import NO_ANSWER, CheckOptions
from hir_kit.verify.judge import SECONDS, Judge, Question, ask, choose_judges, claimed
from hir_kit.verify.registry import Registry

T = TypeVar("T")

_BUILT_IN = Origin()

_Place = tuple[int, int]
"""A row of the batch, and a constraint of its instruction."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A response as a judge is asked about it.

    Attributes:
        specs: The constraints of its instruction.
        prompt: The instruction.
        response: What is verified of the response.
    """

    specs: tuple[ConstraintSpec, ...]
    prompt: Prompt
    response: str

    @classmethod
    def of(cls, task: CheckTask, prompt: object, check: CheckOptions) -> Answered | None:
        """Return what is asked about beside a check; None where the prompt is none."""
        try:
            asked, _ = read_asked(prompt)
        except RowError:
            return None
        return cls(task.constraints, asked, check.after(task.prefill).answer(task.text).text)


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdicts on one response.

    Attributes:
        verdicts: One per constraint.
        judged: The places of those that were a judge's to give, be they unknown.
    """

    verdicts: Verdicts
    judged: frozenset[int] = frozenset()


class Judging:
    """Asks a judge beside code, batch after batch, and stops where it has died.

    Args:
        judge: Whom to ask, once a batch, with all questions; or the name of a judge.
        seconds: How long the judge may take for a batch; 0: as long as it likes.
        patience: After how many batches in a row of which it decided nothing it counts as dead;
            0: never.
        origin: What is loaded to find a judge by its name.
    """

    def __init__(
        self,
        judge: Judge | str,
        seconds: float = SECONDS,
        patience: int = 0,
        origin: Origin = _BUILT_IN,
    ) -> None:
        self._given, self._seconds, self._patience = judge, seconds, patience
        self._origin = origin
        self._silent = 0

    @cached_property
    def _judge(self) -> Judge:
        given = self._given
        name = given if isinstance(given, str) else given.name
        known = loaded(self._origin).judges if isinstance(given, str) else {name: given}
        return choose_judges(known, [name])[0]

    def decide(
        self,
        rows: Sequence[Answered | None],
        registry: Registry,
        code: Callable[[], list[Verdicts]],
    ) -> list[Judged]:
        """Return the verdicts of code, and those of the judge where code gave none.

        The judge is asked in a thread of its own while code checks in this one. What code could
        have decided and has not is asked after that. What the judge does not claim, or fails on,
        stays `unknown`.

        Args:
            rows: The responses; None is one that is not asked about.
            registry: The verifiers: what they could decide, code is asked first.
            code: Gives the verdicts of code, row by row.

        Raises RunError where the judge counts as dead, UsageError where it cannot be asked at all,
        and what `code` raises.
        """
        checked: Future[list[Verdicts]] = Future()
        checked.set_running_or_notify_cancel()  # a judge that cannot be asked does not cancel it
        judged = _in_thread(self._decided(rows, registry, lambda: asyncio.wrap_future(checked)))
        try:
            checked.set_result(code())
        except BaseException:
            checked.set_exception(CancelledError())  # the judge's thread ends by it
            raise
        return judged.result()

    async def decide_async(
        self,
        rows: Sequence[Answered | None],
        registry: Registry,
        code: Callable[[], list[Verdicts]],
    ) -> list[Judged]:
        """Do the same in an event loop; code checks in a thread."""
        return await self._decided(rows, registry, lambda: asyncio.to_thread(code))

    async def _decided(
        self,
        rows: Sequence[Answered | None],
        registry: Registry,
        code: Callable[[], Awaitable[list[Verdicts]]],
    ) -> list[Judged]:
        first = self._claims(rows, lambda _, spec: spec.id not in registry)
        answers, by_code = await asyncio.gather(self._answers(first), code())
        left = self._claims(rows, lambda at, spec: spec.id in registry and _is_open(by_code, at))
        answers |= await self._answers(left)
        self._refuse_dead(list(answers.values()))
        given = {**first, **left, **answers}
        return [_merged(row, verdicts, given) for row, verdicts in enumerate(by_code)]

    def _claims(
        self,
        rows: Sequence[Answered | None],
        is_wanted: Callable[[_Place, ConstraintSpec], bool],
    ) -> dict[_Place, Question | Verdict]:
        """Return what the judge is to be asked, or what is to be said without asking."""
        found: dict[_Place, Question | Verdict] = {}
        for row, item in enumerate(rows):
            for at, spec in enumerate(item.specs if item is not None else ()):
                if item is None or not is_wanted((row, at), spec):
                    continue
                claim = claimed([self._judge], spec)
                if isinstance(claim, Verdict):
                    found[row, at] = claim
                elif claim is not None and not item.response.strip():
                    found[row, at] = NO_ANSWER
                elif claim is not None:
                    asked = Question(spec, item.prompt, None, item.response, str(row), at)
                    found[row, at] = asked
        return found

    async def _answers(self, claims: Mapping[_Place, Question | Verdict]) -> dict[_Place, Verdict]:
        asked = {place: item for place, item in claims.items() if isinstance(item, Question)}
        if not asked:
            return {}
        found = await ask(self._judge, list(asked.values()), self._seconds)
        return dict(zip(asked, found, strict=True))

    def _refuse_dead(self, found: Sequence[Verdict]) -> None:
        if not found:
            return
        is_silent = all(verdict.status is Status.UNKNOWN for verdict in found)
        self._silent = self._silent + 1 if is_silent else 0
        if self._patience and self._silent >= self._patience:
            raise RunError(
                f"the judge {self._judge.name!r} decided none of its questions in "
                f"{self._silent} steps in a row, so there is nothing to train on; it last said: "
                f"{found[-1].reason}"
            )


def _is_open(by_code: Sequence[Verdicts], place: _Place) -> bool:
    row, at = place
    return by_code[row][at].status is Status.UNKNOWN


def _merged(row: int, verdicts: Verdicts, given: Mapping[_Place, Question | Verdict]) -> Judged:
    """Return the verdicts of code, and what the judge says where they are unknown."""
    merged, judged = list(verdicts), set[int]()
    for at, verdict in enumerate(verdicts):
        said = given.get((row, at))
        if verdict.status is Status.UNKNOWN and isinstance(said, Verdict):
            merged[at] = said
            judged.add(at)
    return Judged(tuple(merged), frozenset(judged))


def _in_thread(work: Coroutine[Any, Any, T]) -> Future[T]:
    """Run a coroutine in a thread that a process which ends does not wait for."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(asyncio.run(work))
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True, name="hir-kit-judge").start()
    return future
