"""Stopping a check that takes too long, without paying for it on every check.

In the main thread a timer signal ticks while a run lasts; the check that has overrun its time is
left by an exception raised from the signal handler. Python code, sleeps and the `re` module are
interrupted; native code that never returns to the interpreter is not.

Elsewhere (other threads, Windows) a watching thread raises the exception in the checking one. That
reaches Python code alone: a sleep, or one call of the `re` module, runs to its end first.

Either way a check that took longer than its time has timed out, even if it came to an answer or
swallowed the exception.

An import within a check is not interrupted, and its time does not count: left half done, the module
would fail every later check. A first import takes seconds on a busy machine or a slow disk. The
same holds for a function that is marked as `loading` what checks need.

Time in which the check could have gone on, but other processes had all cores, does not count where
the system tells it (Linux): verdicts must not depend on what else a machine does.
"""

from __future__ import annotations

import ctypes
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import CodeType, FrameType, TracebackType
from typing import Any, ParamSpec, TypeVar

from hir_kit.errors import UsageError

A = TypeVar("A")
P = ParamSpec("P")
R = TypeVar("R")

MAX_SECONDS = 1_000_000
_TICKS_PER_LIMIT = 4
_SHORTEST_TICK = 0.001
_LOADING: set[CodeType] = set()


class CheckTimeout(BaseException):
    """Raised inside a check that has overrun its time; no `except Exception` swallows it."""


class CheckLost(CheckTimeout):
    """Raised in place of a check that has cost its process; the argument says what it did."""


class TimeLimit(threading.local):
    """A context in which `run` calls checks of at most `seconds` each.

    A check may overrun by a quarter before it is stopped. Contexts of one object may be nested:
    the outermost counts. Threads may share one object: each has a clock of its own.

    Args:
        seconds: The limit per check; 0 means no limit.
    """

    def __init__(self, seconds: float) -> None:
        if not 0 <= seconds <= MAX_SECONDS:
            raise UsageError(
                f"a time limit is from 0 (no limit) to {MAX_SECONDS} seconds, got {seconds}"
            )
        self.seconds = seconds
        self._depth = 0
        self._clock: _SignalClock | _ThreadClock | None = None

    def __enter__(self) -> TimeLimit:
        depth, clock = self._depth, self._clock  # what a thread has of its own is slow to read
        self._depth = depth + 1
        if clock is not None:
            clock.renew()
        elif depth == 0 and self.seconds > 0:
            self._clock = _clock(self.seconds)
            self._clock.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._depth = depth = self._depth - 1
        if depth == 0 and self._clock is not None:
            self._clock.close()
            self._clock = None

    def run(self, check: Callable[[A], R], argument: A) -> R:
        """Return `check(argument)`; raises CheckTimeout where that took too long."""
        clock = self._clock
        if clock is None:
            return check(argument)
        late = False
        try:
            clock.begin()
            try:
                result = check(argument)
            finally:
                late = clock.end()
        except CheckTimeout:
            clock.end()  # it may have come while the clock was being stopped
            raise
        if late:
            raise CheckTimeout
        return result


def _clock(seconds: float) -> _SignalClock | _ThreadClock:
    in_main = threading.current_thread() is threading.main_thread()
    free = in_main and hasattr(signal, "SIGALRM") and signal.getitimer(signal.ITIMER_REAL)[0] == 0
    return _SignalClock(seconds) if free else _ThreadClock(seconds)


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


class _Elapsed:
    """The time that a check has had, without the time in which its thread waited for a core.

    How long the thread has waited is looked up at ticks, not for every check: what counts from is
    the last look before the check began.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._thread = threading.get_native_id()
        self._started: float | None = None
        self._before = self._waited()
        self._latest: float | None = None

    def begin(self) -> None:
        if self._latest is not None:
            self._before, self._latest = self._latest, None
        self._started = time.monotonic()

    def end(self) -> bool:
        """Stop counting, before anything else, and return whether the time was up."""
        started, self._started = self._started, None
        return self._is_over(started)

    @property
    def is_running(self) -> bool:
        """Whether a check is running."""
        return self._started is not None

    @property
    def is_over(self) -> bool:
        """Whether the check that is running has had its time."""
        return self._is_over(self._started)

    def _is_over(self, started: float | None) -> bool:
        if started is None or (elapsed := time.monotonic() - started) < self._seconds:
            return False
        return elapsed - (self._waited() - self._before) >= self._seconds

    def look(self) -> None:
        self._latest = self._waited()

    def _waited(self) -> float:
        return waited(thread=self._thread)


class _SignalClock:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._elapsed = _Elapsed(seconds)
        self._previous: Any = None
        self.begin, self.end = self._elapsed.begin, self._elapsed.end

    def open(self) -> None:
        self._previous = signal.signal(signal.SIGALRM, self._tick)
        self._start_timer()

    def close(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self._previous or signal.SIG_DFL)

    def renew(self) -> None:
        """Wind the clock up again: a check that uses the alarm itself has stopped it."""
        if signal.getitimer(signal.ITIMER_REAL)[1] == 0:
            signal.signal(signal.SIGALRM, self._tick)
            self._start_timer()

    def _start_timer(self) -> None:
        interval = max(self._seconds / _TICKS_PER_LIMIT, _SHORTEST_TICK)
        signal.setitimer(signal.ITIMER_REAL, interval, interval)

    def _tick(self, _signum: int, frame: FrameType | None) -> None:
        self._elapsed.look()
        if self._elapsed.is_running and _is_loading(frame):
            self._elapsed.begin()
        if self._elapsed.is_over:
            raise CheckTimeout


class _ThreadClock:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._thread = threading.get_ident()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._elapsed = _Elapsed(seconds)
        self._fired = False
        self.begin = self._elapsed.begin

    def open(self) -> None:
        threading.Thread(target=self._watch, daemon=True, name="hir-kit-time-limit").start()

    def close(self) -> None:
        self._closed.set()

    def renew(self) -> None:
        """Do nothing: no check can stop this clock."""

    def end(self) -> bool:
        """Stop the clock; return whether the time was up."""
        with self._lock:
            is_over = self._elapsed.end()
            if self._fired:
                self._take_back()
        return is_over

    def _watch(self) -> None:
        while not self._closed.wait(max(self._seconds / _TICKS_PER_LIMIT, _SHORTEST_TICK)):
            with self._lock:
                self._elapsed.look()
                self._fire_if_over()

    def _fire_if_over(self) -> None:
        if self._elapsed.is_running and _is_loading(sys._current_frames().get(self._thread)):
            self._elapsed.begin()
        if self._elapsed.is_over:
            self._fired = True
            _raise_in(self._thread, ctypes.py_object(CheckTimeout))

    def _take_back(self) -> None:
        """Clear an exception that is on its way, so that it hits nothing after the check."""
        _raise_in(self._thread, None)
        self._fired = False


def _raise_in(thread: int, error: ctypes.py_object[type[CheckTimeout]] | None) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), error)


def loading(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a function that reads what checks need, once: it is not timed and not interrupted."""
    _LOADING.add(function.__code__)
    return function


def _is_loading(frame: FrameType | None) -> bool:
    """Return whether an import, or a function marked so, is under way in this frame's check."""
    while frame is not None and frame.f_code is not TimeLimit.run.__code__:
        code = frame.f_code
        if code in _LOADING or code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
