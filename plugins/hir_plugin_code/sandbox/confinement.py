"""The process of one function: what it may use, until its end, which comes from outside if need be.

The process that forks it has no files, no network and no rights left, nor has it ever seen a job:
the text goes from the client to the process that works on it.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from hir_plugin_code.sandbox import function, seccomp, wire
from hir_plugin_code.sandbox.kernel import die_with_parent

ANSWER = 3  # the descriptor; 0, 1 and 2 are the null device's
_MOST_FILES = 64
_LOOK_SECONDS = 0.25
_MOST_HEARD = 1024  # bytes
_PAGE = resource.getpagesize()


@dataclass(frozen=True)
class Limits:
    """What a function may use.

    Attributes:
        seconds: How long it may compute.
        memory: How many bytes it may use.
        mapped: How many bytes of addresses a process has before it begins.
        resident: How many bytes of memory it has then.
    """

    seconds: float
    memory: int
    mapped: int
    resident: int = 0


@dataclass(frozen=True)
class End:
    """How a process came to its end: a kind of message, with its words."""

    kind: bytes
    words: str = ""
    resident: int = 0


Work = Callable[[function.Tell], None]


def attempt(work: Work, limits: Limits, client: int, prepare: Callable[[], None]) -> End:
    """Let a process of its own do some work; return how it ended.

    Args:
        work: What it does under lock, with what tells the answer.
        limits: What it may use.
        client: The socket of the client: where that is gone, the work ends.
        prepare: What it does before the lock is shut.
    """
    lock = seccomp.program(ANSWER, limits.memory)
    heard, said = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _live(work, limits, said, prepare, parent, lock)
    os.close(said)
    try:
        is_late, answer = _listen(child, heard, client, limits.seconds)
    finally:
        os.close(heard)
        os.kill(child, signal.SIGKILL)
        _, status, used = os.wait4(child, 0)
    return _end(status, answer, used.ru_maxrss * 1024, limits, is_late=is_late)


def _live(
    work: Work,
    limits: Limits,
    said: int,
    prepare: Callable[[], None],
    parent: int,
    lock: bytes,
) -> None:
    """Be the child; never returns."""
    try:
        die_with_parent()
        if os.getppid() != parent:
            os._exit(1)
        prepare()
        os.write(said, wire.STARTED)
        os.dup2(said, ANSWER)
        os.closerange(ANSWER + 1, _MOST_FILES)
        _limit(limits)
        tell = function.teller(ANSWER)
        function.silence(tell)
        seccomp.install(lock)
        work(tell)
    finally:
        os._exit(1)


def _limit(limits: Limits) -> None:
    seconds = int(limits.seconds) + 2  # the parent is quicker
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, limits.mapped + 2 * limits.memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_NOFILE, ANSWER + 1),
    ):
        resource.setrlimit(what, (most, most))


def _listen(child: int, heard: int, client: int, seconds: float) -> tuple[bool, bytes]:
    """Return whether a child has taken too long, and what it has said by its end."""
    poll = select.poll()
    poll.register(heard, select.POLLIN)
    poll.register(client, select.POLLRDHUP)
    answer, ends = b"", time.monotonic() + wire.UNLIMITED_WAIT * seconds
    while len(answer) <= _MOST_HEARD:
        left = seconds - _computed(child)
        if left <= 0 or time.monotonic() > ends:
            return True, answer
        ready = poll.poll(1000 * min(_LOOK_SECONDS, left + 0.001))
        if any(descriptor == client for descriptor, _ in ready):
            os._exit(0)  # the child ends with this process
        if ready:
            part = os.read(heard, _MOST_HEARD)
            if not part:
                return False, answer
            answer += part
    return False, answer


def _computed(process: int) -> float:
    """Return for how many seconds a process has computed."""
    with suppress(OSError):
        return time.clock_gettime((~process << 3) | 2)  # the clock of its processor time
    return 0.0


def _end(status: int, answer: bytes, resident: int, limits: Limits, *, is_late: bool) -> End:
    if not answer.startswith(wire.STARTED):
        return End(wire.LOST)
    if is_late:
        return End(wire.LATE)
    if limits.resident and resident - limits.resident > limits.memory:
        return End(wire.LARGE)
    words = answer[len(wire.STARTED) :].decode("utf-8", "replace")
    if words and os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0:
        return End(wire.ANSWER, words, resident)
    if os.WIFSIGNALED(status):
        return End(wire.KILLED, str(os.WTERMSIG(status)), resident)
    return End(wire.ENDED, str(os.WEXITSTATUS(status)), resident)


def mapped() -> int:
    """Return how many bytes of addresses this process has."""
    with open("/proc/self/statm", "rb") as file:  # noqa: PTH123  # before files are gone
        return int(file.read().split()[0]) * _PAGE
