"""Starts a sandbox and gives it jobs: the only part that runs in the process of hir-kit."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from hir_plugin_code.sandbox import wire

_MODULE = "hir_plugin_code.sandbox.worker"
_START_SECONDS = 120.0
_MARGIN_SECONDS = 10.0
_SLICE_SECONDS = 0.1
"""How long a wait lasts in which Python cannot be interrupted, as from another thread."""

_MOST_JOBS = 5000
"""After so many a sandbox is replaced by a new one."""

_PASSED_ON = ("HOME", "LD_LIBRARY_PATH", "NLTK_DATA", "PYTHONHOME")
_FIXED = {
    "LC_ALL": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "1",  # the order of sets may be part of a verdict; 0 lets XML ask for chance
    "PYTHONUTF8": "1",
    "TZ": "UTC",
    **dict.fromkeys(("MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"),
}


class NoSandboxError(Exception):
    """No sandbox can be had; the text says why."""


class SandboxLostError(Exception):
    """The sandbox has ended, or does not answer."""


@dataclass(frozen=True)
class Answer:
    """What came of a job: a kind of message (`wire`), with its words."""

    kind: bytes
    words: str


class Sandbox:
    """A process that gives each job a process of its own, with nothing to reach from there.

    It is used by one thread at a time, and ends with the thread that has started it.

    Args:
        packages: What functions may import beside the standard library.

    Raises NoSandboxError where none can be had.
    """

    def __init__(self, packages: tuple[str, ...]) -> None:
        if sys.platform != "linux":
            raise NoSandboxError(f"{sys.platform} has none, Linux does")
        ours, theirs = socket.socketpair()
        with theirs:
            self._socket = ours
            self._process = subprocess.Popen(
                (sys.executable, "-s", "-m", _MODULE, str(theirs.fileno()), *packages),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",  # `-m` puts it first, and whose files lie there is known
                env=_environment(),
                pass_fds=(theirs.fileno(),),
            )
        self._jobs = 0
        try:
            answer = self._hear(time.monotonic() + _START_SECONDS)
        except SandboxLostError as error:
            self.close()
            raise NoSandboxError(f"it did not start: {error}") from None
        except BaseException:
            self.close()
            raise
        if answer.kind != wire.READY:
            self.close()
            raise NoSandboxError(answer.words)

    @property
    def is_usable(self) -> bool:
        """Whether it is there, and may take one more job."""
        return self._jobs < _MOST_JOBS and self._process.poll() is None

    def run(self, job: wire.Job, seconds: float, memory: int) -> Answer:
        """Return what comes of a job.

        Args:
            job: The function, and what it is called with.
            seconds: How long it may compute.
            memory: How many bytes it may use.

        Raises SandboxLostError where the sandbox has ended; it is closed then, and also where
        anything else is raised while it works.
        """
        self._jobs += 1
        text = job.packed()
        ends = time.monotonic() + wire.UNLIMITED_WAIT * seconds + _MARGIN_SECONDS
        try:
            self._send(wire.JOB.pack(seconds, memory, len(text)) + text, ends)
            answer = self._hear(ends)
        except BaseException:
            self.close()
            raise
        if answer.kind == wire.LOST:
            self.close()
        return answer

    def close(self) -> None:
        """End it, and all that runs in it."""
        self._process.kill()
        self._process.wait()
        self._socket.close()

    def forget(self) -> None:
        """Let go of it, in a process that was forked from the one that has started it."""
        self._socket.close()
        self._process.returncode = 0

    def _send(self, data: bytes, ends: float) -> None:
        rest = memoryview(data)
        while rest:
            self._wait(select.POLLOUT, ends)
            try:
                rest = rest[self._socket.send(rest, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL) :]
            except BlockingIOError:
                continue
            except OSError:
                return  # what it has to say is heard next

    def _hear(self, ends: float) -> Answer:
        kind, length = wire.MESSAGE.unpack(self._received(wire.MESSAGE.size, ends))
        return Answer(kind, self._received(length, ends).decode("utf-8", "replace"))

    def _received(self, size: int, ends: float) -> bytes:
        data = b""
        while len(data) < size:
            self._wait(select.POLLIN, ends)
            try:
                part = self._socket.recv(size - len(data))
            except OSError as error:
                raise SandboxLostError(f"the sandbox cannot be heard: {error}") from None
            if not part:
                raise SandboxLostError("the sandbox has ended")
            data += part
        return data

    def _wait(self, event: int, ends: float) -> None:
        poll = select.poll()
        poll.register(self._socket, event)
        while not poll.poll(1000 * _SLICE_SECONDS):
            if time.monotonic() > ends:
                raise SandboxLostError("the sandbox does not answer")


def _environment() -> dict[str, str]:
    """Return an environment without what is nobody's business, and with the way to packages."""
    paths = os.pathsep.join(str(Path(path).absolute()) for path in sys.path)
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed, **_FIXED, "PYTHONPATH": paths}
