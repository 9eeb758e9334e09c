"""The command `hir-kit`. Its subcommands are imported when they are used, so that help is quick.

Exit codes: 0 done (with `verify --check`: and everything met), 1 no row of a dump could be used, or
not everything met (only `verify --check`), something found (only `lint --check`), or a failing case
(`verifiers check`), 2 could not run.
"""

from __future__ import annotations

import errno
import gc
import io
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click

from hir_kit._version import __version__
from hir_kit.errors import HirKitError, UsageError, near_matches

COMMANDS = {
    "verify": ("hir_kit.cli.verify:verify", "Check every response of a dump."),
    "judge": ("hir_kit.cli.judge:judge", "Ask judges what code cannot decide."),
    "relabel": ("hir_kit.cli.relabel:relabel", "Turn failures into replays."),
    "show": ("hir_kit.cli.show:show", "Show rollouts and replays in the terminal."),
    "report": ("hir_kit.cli.report:report", "Write one page of rollouts, replays and runs."),
    "eval": ("hir_kit.cli.eval:evaluate", "Make a benchmark's table of response files."),
    "convert": ("hir_kit.cli.convert:convert", "Write a dump as hir rows, one group a line."),
    "lint": ("hir_kit.cli.lint:lint", "Find what is wrong with instructions."),
    "train": ("hir_trainer.cli:train", "Train on relabelled rollouts with TRL."),
    "verifiers": ("hir_kit.cli.verifiers:verifiers", "List, show, check or start verifiers."),
    "plugins": ("hir_kit.cli.plugins:plugins", "Show what is loaded, and from where."),
    "formats": ("hir_kit.cli.plugins:formats", "Show the dump formats that can be read."),
    "demo": ("hir_kit.cli.demo:demo", "Verify, relabel and train on the shipped rollouts."),
}

_DONE, _CANNOT_RUN, _INTERRUPTED, _PIPE_CLOSED = 0, 2, 130, 141


class _PipeClosed(Exception):  # noqa: N818  # no error: the reader has had enough
    """Standard output is closed. Click would turn a BrokenPipeError into an exit of its own."""


def _command_of(name: str) -> click.Command | None:
    if name not in COMMANDS:
        return None
    module, attribute = COMMANDS[name][0].split(":")
    command: click.Command = getattr(import_module(module), attribute)
    return command


class _LazyGroup(click.Group):
    """A group that knows its commands by name and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002  # click's signature
        cmd_name: str,
    ) -> click.Command | None:
        return _command_of(cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _PipeClosed from error

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = near_matches(args[0], COMMANDS)
            raise UsageError(f"no command {args[0]!r}.{near} `hir-kit --help` lists all")
        return super().resolve_command(ctx, args)

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002  # click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hir-kit")
def cli() -> None:
    """Verify instruction-following rollouts, turn failures into replays, train on them."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    _mend_streams()
    gc.set_threshold(10_000)  # rows hold no cycles, and looking for some took a tenth of the time
    signal.signal(signal.SIGTERM, _terminate)
    try:
        code = run(arguments)
    except _Terminated as signalled:
        code = 128 + signalled.args[0]
    sys.exit(code)


class _Terminated(BaseException):
    """The command is to end; no guard around a check takes it for the check's own."""


def _terminate(number: int, _frame: FrameType | None) -> NoReturn:
    """Leave as an interrupt does, so that unfinished files are taken away."""
    raise _Terminated(number)


def _mend_streams() -> None:
    """Let nothing that is printed end in an error: odd characters, or a stream that is closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115  # until the end
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; a user's mistake is one line on stderr."""
    try:
        code: Any = cli.main(
            None if arguments is None else list(arguments),
            prog_name="hir-kit",
            standalone_mode=False,
        )
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)  # what is kept, whoever writes it has said
        return _INTERRUPTED
    except click.ClickException as error:
        error.show()
        return _CANNOT_RUN
    except HirKitError as error:
        return _fail(str(error))
    except (_PipeClosed, BrokenPipeError):
        _close_stdout()
        return _PIPE_CLOSED
    except OSError as error:
        return _fail(f"{error.strerror or error}{_where(error)}")
    return code if isinstance(code, int) else _DONE


def _where(error: OSError) -> str:
    """Return the file that an error is about; what it may be where none is named."""
    if error.filename:
        return f": {error.filename}"
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        temporary = f"temporary files in {tempfile.gettempdir()} (TMPDIR names another folder)"
        return f": standard output, or {temporary}"
    return ""


def _fail(message: str) -> int:
    click.echo(f"Error: {message}", err=True)
    try:
        sys.stdout.flush()
    except OSError:
        _close_stdout()
    return _CANNOT_RUN


def _close_stdout() -> None:
    """Keep the interpreter from writing to a closed pipe or full disk once more when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
