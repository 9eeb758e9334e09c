"""The test of a sandbox at its start: it tries what must not work, and what must."""

from __future__ import annotations

import mmap
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from hir_plugin_code.sandbox import function, wire
from hir_plugin_code.sandbox.confinement import End, Limits, attempt
from hir_plugin_code.sandbox.kernel import libc

_SOURCE = "import re\ndef probe(text):\n    return re.fullmatch('[a-z]+', text) is not None"
_PTRACE_TRACEME = 0
_MEGABYTE = 1 << 20


class Unavailable(Exception):  # noqa: N818  # it is a state of affairs
    """There is no sandbox here; the text says why."""


def _map_code() -> object:
    return mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_EXEC)


TRIED: dict[str, Callable[[], object]] = {
    "opening a file": lambda: os.open(sys.executable, os.O_RDONLY),
    "listing a folder": lambda: list(Path("/").iterdir()),
    "writing a file": lambda: os.open("/probe", os.O_WRONLY | os.O_CREAT),
    "looking at a file": lambda: Path("/").stat(),
    "reading": lambda: os.read(0, 1),
    "writing to standard output": lambda: os.write(1, b"x"),
    "a socket": lambda: socket.socket(),
    "a pair of sockets": lambda: socket.socketpair(),
    "a process": os.fork,
    "a thread": lambda: threading.Thread(target=int).start(),
    "another program": lambda: os.execv(sys.executable, [sys.executable]),
    "a signal": lambda: os.kill(os.getppid() or 1, signal.SIGKILL),
    "tracing": lambda: libc().ptrace(_PTRACE_TRACEME, 0, None, None),
    "new namespaces": lambda: libc().unshare(0x10000000),
    "memory that is code": _map_code,
    "random bytes": lambda: os.urandom(1),
    "more memory than allowed": lambda: bytearray(1 << 30),
}
"""What the kernel alone must end a function's process for, or refuse to its face."""

_PREVENTED = (
    (wire.KILLED, str(int(signal.SIGSYS))),
    (wire.ANSWER, f"{wire.RAISED}{PermissionError.__name__}"),
)


def measured(limits: Limits, client: int) -> Limits:
    """Return the limits with what a process has before it begins.

    Raises Unavailable where something gets through that must not, or computing does not.
    """
    _check_files()
    limits = replace(limits, memory=64 * _MEGABYTE)
    end = attempt(_compute, limits, client, _nothing)
    if (end.kind, end.words) != (wire.ANSWER, wire.TRUE):
        raise Unavailable(f"a function cannot compute under seccomp ({_said(end)})")
    for name, call in TRIED.items():
        end = attempt(lambda tell, call=call: _try(call, tell), limits, client, _nothing)  # type: ignore[misc]  # mypy reads the default as a part of Work
        if (end.kind, end.words) not in _PREVENTED:
            raise Unavailable(f"{name} is not prevented ({_said(end)})")
    return replace(limits, resident=attempt(_compute, limits, client, _nothing).resident)


def _check_files() -> None:
    """Raise Unavailable where this process, which has no filter, can open a folder."""
    try:
        os.close(os.open("/", os.O_RDONLY | os.O_DIRECTORY))
    except PermissionError:
        return
    raise Unavailable("opening a folder is not prevented")


def _nothing() -> None:
    """Prepare nothing."""


def _compute(tell: function.Tell) -> None:
    function.watch(tell)
    tell(function.run(wire.Job(_SOURCE, "probe", ("tea",))))


def _try(call: Callable[[], object], tell: function.Tell) -> None:
    try:
        call()
    except BaseException as error:
        tell(f"{wire.RAISED}{type(error).__name__}")
    tell(wire.TRUE)


def _said(end: End) -> str:
    return f"{end.kind.decode()} {end.words}".strip()
