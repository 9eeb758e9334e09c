"""Runs the commands of a page in forks of one process, which has loaded what they load.

Loading takes a second for each command, or seven with torch, and there are many. A command still
has a process, a directory, an environment and streams of its own.

    python forks.py serve NUMBER [trainer]   serve at the socket that has this file descriptor
    python forks.py SOCKET MODULE ...        be `python -m MODULE ...`, run by the one that serves
"""

from __future__ import annotations

import gc
import json
import os
import select
import socket
import sys
from typing import Any

MESSAGE = 1 << 20
"""The most bytes of a command with its environment."""


class Forks:
    """A process whose forks run commands, and the socket at which it is asked to.

    Args:
        environment: Of the process; each command brings its own.
        trainer: Whether to load torch and TRL, too.
    """

    def __init__(self, environment: dict[str, str], *, trainer: bool) -> None:
        import subprocess
        import tempfile

        self._folder = tempfile.TemporaryDirectory()
        self.address = f"{self._folder.name}/socket"
        with _socket() as server:
            server.bind(self.address)
            server.listen()
            self._process = subprocess.Popen(
                [sys.executable, __file__, "serve", str(server.fileno()), *["trainer"] * trainer],
                env=environment,
                pass_fds=[server.fileno()],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
            )

    def close(self) -> None:
        """End the process."""
        self._process.communicate()
        self._folder.cleanup()


def ask(address: str, command: list[str]) -> int:
    """Have a command run with the streams of this process, and return its exit code."""
    here = os.getcwd()  # noqa: PTH109  # pathlib takes longer to load than all of this
    asked = {"command": command, "directory": here, "environment": dict(os.environ)}
    with _socket() as connection:
        connection.connect(address)
        socket.send_fds(connection, [json.dumps(asked).encode()], [0, 1, 2])
        return int(connection.recv(16).decode())


def serve(number: int, *, trainer: bool) -> None:
    """Fork at each command; return in the process of the command, when all is set for it."""
    outside = [place for place in sys.path[1:] if place not in _given()]
    _load_engine()
    if trainer:
        _load_trainer()
    gc.freeze()  # a fork that goes over what is loaded would copy it
    with socket.socket(fileno=number) as server:
        asked, streams = _next(server)
    for place, stream in enumerate(streams):
        os.dup2(stream, place)
        os.close(stream)
    _open_streams()
    os.chdir(asked["directory"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.path[:] = [asked["directory"], *_given(), *outside]
    sys.argv[:] = asked["command"]


def _open_streams() -> None:
    """Open anew what Python opened at its start: what can be done to them has changed."""
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  # until the end
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, "utf-8", "backslashreplace", closefd=False)  # noqa: SIM115
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr


def _next(server: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Return what is asked for and the streams, each time in a new process.

    Exits when standard input ends, and it does with whoever started this process.
    """
    while True:
        if sys.stdin in select.select([server, sys.stdin], [], [])[0]:
            sys.exit()
        connection, _ = server.accept()
        with connection:
            message, streams, _, _ = socket.recv_fds(connection, MESSAGE, 3)
            asked = json.loads(message)
            if not os.fork() and _is_command(connection):
                return asked, streams
            for stream in streams:
                os.close(stream)


def _is_command(connection: socket.socket) -> bool:
    """Fork into the process of the command, and one that says how it ended."""
    command = os.fork()
    if not command:
        return True
    code = os.waitstatus_to_exitcode(os.waitpid(command, 0)[1])
    connection.send(str(code if code >= 0 else 128 - code).encode())
    os._exit(0)


def _socket() -> socket.socket:
    return socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def _given() -> list[str]:
    return os.environ["PYTHONPATH"].split(os.pathsep)


def _load_engine() -> None:
    import click
    import nltk.tokenize.punkt  # noqa: F401

    import hir_kit
    from hir_kit.cli import COMMANDS, cli
    from hir_verifiers.exact.profiles import profiles

    hir_kit.load(installed=False)
    profiles()
    for name in COMMANDS:
        cli.get_command(click.Context(cli), name)


def _load_trainer() -> None:
    import trl

    for name in ("GRPOTrainer", "KTOTrainer", "DPOTrainer", "SFTTrainer"):
        getattr(trl, name)


if __name__ == "__main__":
    if sys.argv[1] != "serve":
        sys.exit(ask(sys.argv[1], sys.argv[2:]))
    serve(int(sys.argv[2]), trainer="trainer" in sys.argv)
    import runpy

    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
