"""Stopping a call into a plugin that takes too long, without paying for it on every call.

In the main thread a timer signal ticks while a run lasts; the call that has overrun its time is
left by an exception raised from the signal handler. Python code, sleeps and the `re` module are
interrupted; native code that never returns to the interpreter is not.

Elsewhere (other threads, Windows) a watching thread raises the exception in the calling one. That
reaches Python code alone: a sleep, or one call of the `re` module, runs to its end first.

Either way a call that took longer than its time has timed out, even if it came to an answer or
swallowed the exception.

An import within a call is not interrupted, and its time does not count: left half done, the module
would fail every later call. A first import takes seconds on a busy machine or a slow disk. The
same holds for a function that is marked as `loading` what calls need.

Time in which the call could have gone on, but other processes had all cores, does not count where
the system tells it (Linux): verdicts must not depend on what else a machine does.
"""

from __future__ import annotations

import ctypes
import math
import signal
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, ParamSpec, TypeVar

from hir_kit.errors import UsageError

A = TypeVar("A")
P = ParamSpec("P")
R = TypeVar("R")

SECONDS = 5.0
"""How long a call may take where nothing else is said."""

MAX_SECONDS = 1_000_000
_TICKS_PER_LIMIT = 4
_SHORTEST_TICK = 0.001


class CheckTimeout(BaseException):
    """Raised inside a call that has overrun its time; no `except Exception` swallows it.

    Where it leaves `TimeLimit.run`, its text goes on after the name of the call: "took longer than
    5 s".
    """


class CheckLost(CheckTimeout):
    """Raised in place of a call that has cost its process; its text says what it did."""


class _Here(threading.local):
    limit: TimeLimit | None = None


_here = _Here()


class TimeLimit(threading.local):
    """A context in which `run` makes calls of at most `seconds` each.

    A call may overrun by a quarter before it is stopped. Contexts of one object may be nested:
    the outermost counts. Threads may share one object: each has a clock of its own.

    Args:
        seconds: The limit per call; 0 means no limit.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        if not 0 <= seconds <= MAX_SECONDS:
            raise UsageError(
                f"a time limit is from 0 (no limit) to {MAX_SECONDS} seconds, got {seconds}"
            )
        self.seconds = seconds
        self._depth = 0
        self._clock: _Clock | None = None
        self._outer: TimeLimit | None = None

    def __enter__(self) -> TimeLimit:
        depth, clock = self._depth, self._clock  # what a thread has of its own is slow to read
        self._depth = depth + 1
        if clock is not None:
            clock.renew()
        elif depth == 0 and self.seconds > 0:
            self._clock = _clock(self.seconds, self.renewed)
            self._clock.open()
        if depth == 0:
            self._outer, _here.limit = _here.limit, self
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._depth = depth = self._depth - 1
        if depth == 0:
            _here.limit, self._outer = self._outer, None
            if self._clock is not None:
                self._clock.close()
                self._clock = None

    def run(self, call: Callable[[A], R], argument: A, seconds: float | None = None) -> R:
        """Return `call(argument)`; raises CheckTimeout where that took too long.

        A call within another one has what is left of that one's time.

        Args:
            call: What is called.
            argument: What it is given.
            seconds: A limit for this call alone, in place of that of all; 0: no limit.
        """
        clock = self._clock
        if clock is None:
            if not seconds:
                return call(argument)
            with TimeLimit(seconds) as own:
                return own.run(call, argument)
        if clock.started is not None:
            return call(argument)
        late = False
        try:
            clock.begin(seconds)
            try:
                result = call(argument)
            finally:
                late = clock.end()
        except CheckTimeout:
            clock.end()  # it may have come while the clock was being stopped
            raise CheckTimeout(clock.said) from None
        if late:
            raise CheckTimeout(clock.said)
        return result

    def hold(self) -> None:
        """Stop the clock, and the one around it: what follows is not timed and not interrupted."""
        if self._outer is not None:
            self._outer.hold()
        if self._clock is not None:
            self._clock.hold()

    def go_on(self) -> None:
        """Start the clock anew after `hold`."""
        if self._clock is not None:
            self._clock.go_on()
        if self._outer is not None:
            self._outer.go_on()

    def renewed(self) -> None:
        """Do nothing; called where a call that is running has been given all of its time again."""


def limit_of(seconds: float) -> TimeLimit:
    """Return the limit that this thread is within, if it allows so much; else a new one."""
    here = _here.limit
    return here if here is not None and here.seconds == seconds else TimeLimit(seconds)


def loading(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a function that reads what checks need, once: it is not timed and not interrupted."""

    @wraps(function)
    def load(*args: P.args, **kwargs: P.kwargs) -> R:
        limit = _here.limit
        if limit is None:
            return function(*args, **kwargs)
        limit.hold()
        try:
            return function(*args, **kwargs)
        finally:
            limit.go_on()

    return load


def waited(process: int | str = "self", thread: int | None = None) -> float:
    """Return for how many seconds a thread could have run and had no core; 0 where nobody tells.

    Args:
        process: The process; by default this one.
        thread: Its thread, as the system numbers it; by default its main thread.
    """
    place = (
        f"/proc/{process}/schedstat" if thread is None else f"/proc/self/task/{thread}/schedstat"
    )
    with suppress(OSError, ValueError, IndexError):
        return int(Path(place).read_bytes().split()[1]) / 1e9
    return 0.0


def _clock(seconds: float, renewed: Callable[[], None]) -> _Clock:
    in_main = threading.current_thread() is threading.main_thread()
    free = in_main and hasattr(signal, "SIGALRM") and signal.getitimer(signal.ITIMER_REAL)[0] == 0
    return (_SignalClock if free else _ThreadClock)(seconds, renewed)


class _Clock(ABC):
    """The time that a call has had, without the time in which its thread waited for a core.

    How long the thread has waited is looked up at ticks, not for every call: what counts from is
    the last look before the call began.

    Attributes:
        started: When the call that is running began, or its clock was started anew; None where
            none is running.
    """

    def __init__(self, seconds: float, renewed: Callable[[], None]) -> None:
        self.started: float | None = None
        self._default = self._limit = self._shortest = seconds
        self._renewed = renewed
        self._thread = threading.get_native_id()
        self._before = self._waited()
        self._latest: float | None = None
        self._held = 0
        self._fired = False

    def begin(self, seconds: float | None) -> None:
        if self._latest is not None:
            self._before, self._latest = self._latest, None
        self._limit = self._default if seconds is None else seconds or math.inf
        if self._limit < self._shortest:
            self._shortest = self._limit
            self.quicken()
        self._fired = False
        self.started = time.monotonic()

    def end(self) -> bool:
        """Stop counting, before anything else, and return whether the time was up.

        It was where the exception has been raised, though it turn out later that the thread had
        waited until then: the call may have swallowed it.
        """
        started, self.started = self.started, None
        if started is None or time.monotonic() - started < self._limit:  # mostly
            return self._fired
        return self._fired or self._is_over(started)

    def hold(self) -> None:
        self._held += 1

    def go_on(self) -> None:
        if self._held == 1 and self.started is not None:
            self._before, self._latest = self._waited(), None
            self.started = time.monotonic()
        self._held -= 1

    @property
    def said(self) -> str:
        """What is said of a call that has overrun its time."""
        return f"took longer than {self._limit:g} s"

    @property
    def interval(self) -> float:
        """How often to look."""
        return max(self._shortest / _TICKS_PER_LIMIT, _SHORTEST_TICK)

    def look(self, frame: FrameType | None) -> bool:
        """Return whether the call that is running in this frame has had its time."""
        self._latest = self._waited()
        if self._held:
            return False
        if self.started is not None and _is_importing(frame):
            self.started, self._before = time.monotonic(), self._latest
            self._renewed()
        is_over = self._is_over(self.started)
        self._fired = is_over or self._fired
        return is_over

    def _is_over(self, started: float | None) -> bool:
        if started is None or (elapsed := time.monotonic() - started) < self._limit:
            return False
        return elapsed - (self._waited() - self._before) >= self._limit

    def _waited(self) -> float:
        return waited(thread=self._thread)

    @abstractmethod
    def open(self) -> None:
        """Start ticking."""

    @abstractmethod
    def close(self) -> None:
        """Stop ticking."""

    @abstractmethod
    def quicken(self) -> None:
        """Tick more often from now on."""

    @abstractmethod
    def renew(self) -> None:
        """Go on ticking where a call may have stopped it."""


class _SignalClock(_Clock):
    _previous: Any = None
    _is_ticking = _has_raised = False

    def open(self) -> None:
        self._previous = signal.signal(signal.SIGALRM, self._tick)
        self.quicken()

    def close(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self._previous or signal.SIG_DFL)

    def quicken(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, self.interval, self.interval)

    def renew(self) -> None:
        """Wind the clock up again: a call that uses the alarm itself has stopped it."""
        if signal.getitimer(signal.ITIMER_REAL)[1] == 0:
            signal.signal(signal.SIGALRM, self._tick)
            self.quicken()

    def _tick(self, _signum: int, frame: FrameType | None) -> None:
        if self._is_ticking:  # for longer than the interval: on a busy machine
            return
        self._is_ticking = True
        try:
            is_over = self.look(frame)
        finally:
            self._is_ticking = False
        self._has_raised = is_over and not self._has_raised  # to every other tick: what is left
        if self._has_raised:  # in the meantime is not stopped while it closes its files
            raise CheckTimeout


class _ThreadClock(_Clock):
    def __init__(self, seconds: float, renewed: Callable[[], None]) -> None:
        super().__init__(seconds, renewed)
        self._ident = threading.get_ident()
        self._lock = threading.Lock()
        self._closed = threading.Event()

    def open(self) -> None:
        threading.Thread(target=self._watch, daemon=True, name="hir-kit-time-limit").start()

    def close(self) -> None:
        self._closed.set()

    def quicken(self) -> None:
        """Do nothing: the interval is read before every tick."""

    def renew(self) -> None:
        """Do nothing: no call can stop this clock."""

    def end(self) -> bool:
        """Stop the clock; return whether the time was up."""
        with self._lock:
            is_over = super().end()
            self._take_back()
        return is_over

    def hold(self) -> None:
        """Hold the clock, and keep an exception from what follows that is on its way."""
        with self._lock:
            super().hold()
            self._take_back()

    def _watch(self) -> None:
        while not self._closed.wait(self.interval):
            with self._lock:
                if self.look(sys._current_frames().get(self._ident)):
                    self._raise(ctypes.py_object(CheckTimeout))

    def _take_back(self) -> None:
        """Clear an exception that is on its way, so that it hits nothing after the call."""
        if self._fired:
            self._raise(None)
            self._fired = False

    def _raise(self, error: ctypes.py_object[type[CheckTimeout]] | None) -> None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._ident), error)


def _is_importing(frame: FrameType | None) -> bool:
    """Return whether an import is under way in this frame's call."""
    while frame is not None and frame.f_code is not TimeLimit.run.__code__:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
