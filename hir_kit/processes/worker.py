"""A process that works on tasks: `python -m hir_kit.processes.worker PROGRESS`.

It reads its setup and tasks from its standard input and writes messages to what was its standard
output; what a plugin prints goes to standard error. How far it is stands in the file PROGRESS that
its pool has mapped, too, so that a call that hangs or ends the process can be named.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import pickle
import sys
from typing import IO, Any

from hir_kit.errors import HirKitError, RunError
from hir_kit.processes.progress import WatchedLimit, find_cells
from hir_kit.processes.wire import DONE, FAILED, READY, Lease, Setup, packed, read, write


def main() -> None:
    """Serve until the input ends."""
    _end_with_parent()
    gc.set_threshold(10_000)  # as in `hir_kit.cli.main`
    stream = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # the stream must hold messages only
    try:
        _serve(sys.stdin.buffer, stream)
    except (EOFError, BrokenPipeError):
        with contextlib.suppress(BrokenPipeError):
            stream.close()


def _serve(tasks: IO[bytes], stream: IO[bytes]) -> None:
    def say(message: tuple[Any, ...]) -> None:
        write(stream, packed(message))

    setup: Setup = read(tasks)
    limit = WatchedLimit(setup.seconds, find_cells(sys.argv[1]), say)
    try:
        with limit:  # what loads here is seen to load
            work = setup.open(*setup.arguments, limit)
    except HirKitError as error:
        say((FAILED, error))
        return
    say((READY,))
    process = os.getpid()
    while True:
        lease: Lease = read(tasks)
        limit.begin(lease.lost, lease.suspects)
        try:
            outcome = work(lease.task)
            sys.stdout.flush()  # what plugins printed: an idle process may be killed
        except Exception as error:
            say((FAILED, _sendable(error)))
        else:
            if os.getpid() != process:
                os._exit(1)  # a call has forked, and its child has come back
            say((DONE, outcome))


def _sendable(error: Exception) -> Exception:
    """Return the error, or what it says where it cannot be pickled."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RunError(f"{type(error).__name__}: {error}")
    return error


def _end_with_parent() -> None:
    """Let Linux end this process with the one that started it, even inside a call that hangs."""
    if sys.platform == "linux":
        set_signal, kill = 1, 9
        ctypes.CDLL(None).prctl(set_signal, kill)


if __name__ == "__main__":
    main()
