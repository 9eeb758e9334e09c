"""The sandbox: `python -m hir_plugin_code.sandbox.worker SOCKET [PACKAGE ...]`, from `client`.

Its first process waits for the second, which is the first of its namespace: with it everything in
there ends. The second one loads what functions may import, gives up files, network and rights,
tests that this holds, and forks a process for each job.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
from contextlib import suppress
from dataclasses import replace
from functools import partial

from hir_plugin_code.sandbox import function, landlock, namespaces, seccomp, wire
from hir_plugin_code.sandbox.confinement import Limits, attempt, mapped
from hir_plugin_code.sandbox.kernel import die_with_parent, drop_rights, gain_nothing
from hir_plugin_code.sandbox.preload import preload
from hir_plugin_code.sandbox.probes import Unavailable, measured

_CLIENT = 10  # the descriptor of the socket
_MOST_FILES = 64


def main() -> None:
    """Start, say so, and serve until the client is gone; never returns."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command
    given, *packages = sys.argv[1:]
    os.dup2(int(given), _CLIENT)
    if int(given) != _CLIENT:
        os.close(int(given))
    try:
        die_with_parent()
        has_namespaces = namespaces.enter()
        if child := os.fork():
            os.close(_CLIENT)
            os.waitpid(child, 0)
            os._exit(0)
        limits = _shut_in(packages, has_namespaces=has_namespaces)
        _say(wire.READY)
        _serve(limits)
    except EOFError:
        pass
    except BaseException as error:
        name = "" if isinstance(error, Unavailable) else f"{type(error).__name__}: "
        _say(wire.REFUSED, f"{name}{error}")
    finally:
        os._exit(0)


def _shut_in(packages: list[str], *, has_namespaces: bool) -> Limits:
    """Load what is needed, and give up everything else; return the limits that jobs start from."""
    die_with_parent()
    if os.uname().machine not in seccomp.CALLS:
        raise Unavailable(f"the system calls of {os.uname().machine} are not known")
    preload(packages)
    limits = Limits(1.0, 0, mapped())
    if has_namespaces:
        with suppress(OSError):  # Landlock is enough, and more cannot be had everywhere
            namespaces.leave_files()
    drop_rights(is_own_user=has_namespaces)
    gain_nothing()
    die_with_parent()  # a change of the user takes that back
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MOST_FILES, _MOST_FILES))
    try:
        landlock.give_up_files()
    except OSError as error:
        raise Unavailable(f"Landlock cannot be had ({os.strerror(error.errno or 0)})") from None
    gc.freeze()  # what is there is no garbage: children need not look at it
    return measured(limits, _CLIENT)


def _serve(limits: Limits) -> None:
    """Give each job a process; raises EOFError where the client is gone."""
    while True:
        seconds, memory, size = wire.JOB.unpack(wire.read_exactly(_CLIENT, wire.JOB.size))
        text: list[bytes] = []  # filled in the child alone
        end = attempt(
            partial(_work, text),
            replace(limits, seconds=seconds, memory=memory),
            _CLIENT,
            partial(_read, text, size),
        )
        _say(end.kind, end.words)
        if end.kind == wire.LOST:  # some of the text may be left in the socket
            return


def _read(text: list[bytes], size: int) -> None:
    text.append(wire.read_exactly(_CLIENT, size))


def _work(text: list[bytes], tell: function.Tell) -> None:
    job = wire.Job.unpacked(text.pop())
    function.watch(tell)
    tell(function.run(job))


def _say(kind: bytes, words: str = "") -> None:
    data = wire.message(kind, words)
    while data:
        data = data[os.write(_CLIENT, data) :]


if __name__ == "__main__":
    main()
