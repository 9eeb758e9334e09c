"""Stopping a check that takes too long, without paying for it on every check.

In the main thread a timer signal ticks while a run lasts; the check that has overrun its time is
left by an exception raised from the signal handler. Elsewhere (threads, Windows) a watching thread
raises the exception in the checking one. Python code, sleeps and the `re` module are interrupted;
native code that never returns to the interpreter is not.
"""

from __future__ import annotations

import ctypes
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, TypeVar

A = TypeVar("A")
R = TypeVar("R")

_TICKS_PER_LIMIT = 4


class CheckTimeout(BaseException):
    """Raised inside a check that has overrun its time; no `except Exception` swallows it."""


class TimeLimit:
    """A context in which `run` calls checks of at most `seconds` each.

    A check may overrun by a quarter before it is stopped. Contexts of one object may be nested:
    the outermost counts. One object serves one thread at a time.

    Args:
        seconds: The limit per check; 0 means no limit.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._depth = 0
        self._clock: _SignalClock | _ThreadClock | None = None

    def __enter__(self) -> TimeLimit:
        self._depth += 1
        if self._depth == 1 and self.seconds > 0:
            self._clock = _clock(self.seconds)
            self._clock.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._depth -= 1
        if self._depth == 0 and self._clock is not None:
            self._clock.close()
            self._clock = None

    def run(self, check: Callable[[A], R], argument: A) -> R:
        """Return `check(argument)`; raises CheckTimeout where that took too long."""
        clock = self._clock
        if clock is None:
            return check(argument)
        clock.begin()
        try:
            result = check(argument)
        except CheckTimeout:
            clock.cancel()
            raise
        except BaseException:
            clock.end()
            raise
        clock.end()
        return result


def _clock(seconds: float) -> _SignalClock | _ThreadClock:
    in_main = threading.current_thread() is threading.main_thread()
    free = in_main and hasattr(signal, "SIGALRM") and signal.getitimer(signal.ITIMER_REAL)[0] == 0
    return _SignalClock(seconds) if free else _ThreadClock(seconds)


class _SignalClock:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._started: float | None = None
        self._previous: Any = None

    def open(self) -> None:
        self._previous = signal.signal(signal.SIGALRM, self._tick)
        interval = self._seconds / _TICKS_PER_LIMIT
        signal.setitimer(signal.ITIMER_REAL, interval, interval)

    def close(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self._previous)

    def begin(self) -> None:
        self._started = time.monotonic()

    def end(self) -> None:
        self._started = None

    cancel = end

    def _tick(self, _signum: int, _frame: FrameType | None) -> None:
        if self._started is not None and time.monotonic() - self._started >= self._seconds:
            raise CheckTimeout


class _ThreadClock:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._thread = threading.get_ident()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._started: float | None = None
        self._fired = False

    def open(self) -> None:
        threading.Thread(target=self._watch, daemon=True, name="hir-kit-time-limit").start()

    def close(self) -> None:
        self._closed.set()

    def begin(self) -> None:
        self._started, self._fired = time.monotonic(), False

    def end(self) -> None:
        with self._lock:
            self._started = None
            fired = self._fired
        if fired:
            _await_the_exception()

    def cancel(self) -> None:
        with self._lock:
            self._started = None

    def _watch(self) -> None:
        while not self._closed.wait(self._seconds / _TICKS_PER_LIMIT):
            with self._lock:
                self._fire_if_over()

    def _fire_if_over(self) -> None:
        over = self._started is not None and time.monotonic() - self._started >= self._seconds
        if over and not self._fired:
            self._fired = True
            raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
            raise_in(ctypes.c_ulong(self._thread), ctypes.py_object(CheckTimeout))


def _await_the_exception() -> None:
    """Stay until the exception that is on its way arrives, so that it hits nothing else.

    It may have come and been swallowed by the check: then there is nothing to wait for.
    """
    for _ in range(200):
        time.sleep(0.001)
