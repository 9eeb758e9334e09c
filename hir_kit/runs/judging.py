"""Asking judges about a dump: many questions at a time, in any order, to one output.

Code checks the dump in the order of its rows, in worker processes, in a thread of its own here.
Rollouts wait for their answers in that order, and are written in it. Every answer is appended to a
file beside the output as it comes, so that it is not asked for again after the run was stopped.
"""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, Protocol, TypeVar

from hir_kit.model.verdict import Status, Verdict, follow_all
from hir_kit.plugins.standing import standing, used_by
from hir_kit.runs.answers import Answers
from hir_kit.runs.asked import Asked
from hir_kit.verify.counts import listed
from hir_kit.verify.judge import Blocked, Judge, Question, ask, is_in_judge

T = TypeVar("T")

_Found = tuple[Asked, list[Verdict], dict[int, str]]
"""A rollout, its verdicts, and by place who gave those that are not of code."""

_MAX_REASONS = 1000
_AHEAD = 3
_WAITING = 64
_JOIN_SECONDS = 2.0


@dataclass(slots=True)
class JudgedTally:
    """What was counted: rollouts, verdicts by who gave them, and why some are unknown.

    `used` is what each judge says that it took.
    """

    rollouts: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    restored: int = 0
    statuses: Counter[tuple[str, Status]] = field(default_factory=Counter)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    differ: int = 0
    used: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, asked: Asked, verdicts: Sequence[Verdict], givers: Mapping[int, str]) -> None:
        """Count one rollout; `givers` are the judges of its verdicts, by place."""
        self.rollouts += 1
        for place, verdict in enumerate(verdicts):
            self.statuses[givers.get(place, "code"), verdict.status] += 1
            if verdict.status is Status.UNKNOWN:
                key = (asked.ids[place], verdict.reason or "")
                if key not in self.unknown and len(self.unknown) >= _MAX_REASONS:
                    key = (asked.ids[place], "(other reasons)")
                self.unknown[key] += 1

    def to_json(self) -> dict[str, Any]:
        """Return the numbers for machines."""
        givers = sorted({giver for giver, _ in self.statuses})
        return {
            "schema": 1,
            "rollouts": self.rollouts,
            "asked": dict(sorted(self.asked.items())),
            "restored": self.restored,
            "verdicts": {
                giver: {status.value: self.statuses[giver, status] for status in Status}
                for giver in givers
            },
            "differ": self.differ,
            **({"used": self.used} if self.used else {}),
            "unknown": listed(self.unknown, "id", "reason"),
        }


class Sink(Protocol):
    """Where rows go."""

    def write(self, row: object) -> None:
        """Write one row."""


@dataclass(slots=True)
class Asking:
    """Asks judges, so many batches at a time.

    Attributes:
        judges: The judges, by name.
        answers: Answers that need not be asked for again.
        concurrency: How many batches of questions are on their way at most. A batch holds the
            questions of one rollout for one judge.
        seconds: How long a batch may take; 0: as long as it likes.
        heard: Told every answer of a judge, with the rollout and the question.
        tally: What was counted.
    """

    judges: Mapping[str, Judge]
    answers: Answers
    concurrency: int
    seconds: float
    heard: Callable[[Asked, Question, Verdict], None] | None = None
    tally: JudgedTally = field(default_factory=JudgedTally)

    def run(self, outcomes: Iterator[T], lines: Callable[[T], list[bytes]], sink: Sink) -> None:
        """Write a row for every line of the outcomes, in their order."""
        judges = self.judges.values()
        with standing("judge", judges), _unblocked(self.seconds) as beat:
            loop = asyncio.new_event_loop()
            try:
                loop.run_until_complete(self._run(outcomes, lines, sink, beat))
            finally:
                _end(loop)
        self.tally.used = {
            judge.name: used for judge in judges if (used := used_by("judge", judge))
        }

    async def _run(
        self,
        outcomes: Iterator[T],
        lines: Callable[[T], list[bytes]],
        sink: Sink,
        beat: Callable[[], float | None],
    ) -> None:
        _keep_beating(beat)
        room = asyncio.Semaphore(self.concurrency)
        waiting: deque[asyncio.Task[_Found]] = deque()

        async def write() -> None:
            asked, verdicts, givers = await waiting.popleft()
            self.tally.add(asked, verdicts, givers)
            sink.write(
                {
                    "id": asked.rollout,
                    "group": asked.group,
                    "verdicts": [verdict.to_row() for verdict in verdicts],
                    "follow_all": follow_all(verdicts),
                }
            )

        try:
            async with aclosing(_fed(outcomes)) as fed:
                async for outcome in fed:
                    for line in lines(outcome):
                        waiting.append(asyncio.create_task(self._judged(line, room)))
                        while len(waiting) > max(_WAITING, 4 * self.concurrency):
                            await write()
                while waiting:
                    await write()
        finally:
            for task in waiting:
                task.cancel()

    async def _judged(self, line: bytes, room: asyncio.Semaphore) -> _Found:
        asked = Asked.from_line(line)
        names = list(asked.questions)
        found = await asyncio.gather(
            *(self._ask(self.judges[name], asked.questions[name], room) for name in names)
        )
        verdicts, givers = list(asked.verdicts), dict[int, str]()
        for name, answers in zip(names, found, strict=True):
            for question, answer in zip(asked.questions[name], answers, strict=True):
                if self.heard is not None:
                    self.heard(asked, question, answer)
                place, by_code = question.place, verdicts[question.place].status
                if answer.status is Status.UNKNOWN and by_code is not Status.UNKNOWN:
                    continue
                self.tally.differ += by_code not in (Status.UNKNOWN, answer.status)
                verdicts[place], givers[place] = answer, name
        return asked, verdicts, givers

    async def _ask(
        self, judge: Judge, questions: Sequence[Question], room: asyncio.Semaphore
    ) -> list[Verdict]:
        known = [self.answers.get(judge, question) for question in questions]
        new = [one for one, answer in zip(questions, known, strict=True) if answer is None]
        self.tally.restored += len(questions) - len(new)
        if new:
            self.tally.asked[judge.name] += len(new)
            async with room:
                given = await ask(judge, new, self.seconds)
            for question, answer in zip(new, given, strict=True):
                self.answers.add(judge, question, answer)
            rest = iter(given)
            return [next(rest) if answer is None else answer for answer in known]
        return [answer for answer in known if answer is not None]


async def _fed(items: Iterator[T]) -> AsyncGenerator[T, None]:
    """Yield what a thread takes from an iterator, a few items ahead."""
    loop, found = asyncio.get_running_loop(), asyncio.Queue[tuple[list[T], BaseException | None]]()
    room, is_over = threading.Semaphore(_AHEAD), threading.Event()

    def feed() -> None:
        error = None
        try:
            for item in items:
                loop.call_soon_threadsafe(found.put_nowait, ([item], None))
                room.acquire()
                if is_over.is_set():
                    break
        except BaseException as raised:
            error = raised
        finally:
            items.close()  # type: ignore[attr-defined]  # a generator
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(found.put_nowait, ([], error))

    thread = threading.Thread(target=feed, daemon=True, name="hir-kit-checks")
    thread.start()
    try:
        while True:
            some, error = await found.get()
            if error is not None:
                raise error
            if not some:
                return
            yield some[0]
            room.release()
    finally:
        is_over.set()
        room.release()
        thread.join(_JOIN_SECONDS)


@contextmanager
def _unblocked(seconds: float) -> Iterator[Callable[[], float | None]]:
    """Leave a judge that lets the event loop stand still, by an exception in its code.

    Gives what is to be called while the loop runs; it says how long until the next call.
    """
    in_main = threading.current_thread() is threading.main_thread()
    if not seconds or not in_main or not hasattr(signal, "SIGALRM"):
        yield lambda: None
        return
    last = time.monotonic()
    interval = seconds / 4

    def beat() -> float | None:
        nonlocal last
        last = time.monotonic()
        return interval

    def look(_number: int, frame: FrameType | None) -> None:
        if time.monotonic() - last > seconds and is_in_judge(frame):
            beat()
            raise Blocked

    before = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, interval, interval)
    try:
        yield beat
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _end(loop: asyncio.AbstractEventLoop) -> None:
    """Close a loop; a judge that goes on when it is cancelled is not waited for."""
    if left := asyncio.all_tasks(loop):
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.wait(left, timeout=_JOIN_SECONDS))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


def _keep_beating(beat: Callable[[], float | None]) -> None:
    interval = beat()
    if interval is not None:
        asyncio.get_running_loop().call_later(interval, _keep_beating, beat)
