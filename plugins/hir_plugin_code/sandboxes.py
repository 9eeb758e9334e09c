"""The sandboxes of this process: started when a function needs one, and ended with it."""

from __future__ import annotations

import atexit
import os
import threading
from functools import cache

from hir_kit import loading
from hir_plugin_code.sandbox.client import Answer, NoSandboxError, Sandbox, SandboxLostError
from hir_plugin_code.sandbox.wire import Job

_MEGABYTE = 1 << 20


class Sandboxes:
    """One sandbox for each set of packages that functions import.

    Threads may share it. A process that is forked from this one has sandboxes of its own.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[tuple[str, ...], Sandbox] = {}
        self._why_not: dict[tuple[str, ...], str] = {}

    def run(self, job: Job, packages: tuple[str, ...], seconds: float, megabytes: int) -> Answer:
        """Return what comes of a job.

        Raises NoSandboxError where none can be had, SandboxLostError where one ended at this job.
        """
        with self._lock:
            sandbox = self._open.get(packages)
            if sandbox is None or not sandbox.is_usable:
                sandbox = self._start(packages)
            return sandbox.run(job, seconds, megabytes * _MEGABYTE)

    @loading
    def _start(self, packages: tuple[str, ...]) -> Sandbox:
        if packages in self._why_not:
            raise NoSandboxError(self._why_not[packages])
        if packages in self._open:
            self._open.pop(packages).close()
        try:
            self._open[packages] = Sandbox(packages)
        except NoSandboxError as error:
            self._why_not[packages] = str(error)  # not tried for every check
            raise
        return self._open[packages]

    def close(self) -> None:
        """End all of them, and forget why there were none."""
        self._why_not.clear()
        while self._open:
            self._open.popitem()[1].close()

    def forget(self) -> None:
        """Begin anew in a process that was forked."""
        self._lock = threading.Lock()
        while self._open:
            self._open.popitem()[1].forget()


@cache
def sandboxes() -> Sandboxes:
    """Return the sandboxes of this process."""
    made = Sandboxes()
    atexit.register(made.close)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=made.forget)
    return made


__all__ = ["NoSandboxError", "SandboxLostError", "Sandboxes", "sandboxes"]
