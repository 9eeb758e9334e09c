"""Where output goes: a file that appears when it is whole, a device, or standard output."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from hir_kit.errors import UsageError

STDOUT = "-"


@contextmanager
def open_target(path: str) -> Iterator[BinaryIO]:
    """Give a stream to write to: a file, or standard output for `-`.

    A file appears under its name only when everything has been written; until then, and if
    anything goes wrong, an older file of that name stays as it was. A device or a named pipe is
    written to directly.
    """
    if path == STDOUT:
        if sys.__stdout__ is None:
            raise UsageError("cannot write standard output: it is closed")
        yield sys.stdout.buffer
        with naming("standard output"):
            sys.stdout.buffer.flush()
    else:
        opened = _directly if is_device(path) else _atomically
        with opened(Path(path)) as stream:
            yield stream


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Make an error of the system say what could not be written; a closed pipe is no error."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"cannot write {name}: {error.strerror or error}") from error


def is_device(path: str) -> bool:
    """Return whether it is there and neither a file nor a directory, which must not be replaced."""
    target = Path(path)
    return target.exists() and not target.is_file() and not target.is_dir()


@contextmanager
def _directly(path: Path) -> Iterator[BinaryIO]:
    with naming(str(path)):
        stream = path.open("wb")
    try:
        yield stream
        with naming(str(path)):
            stream.flush()
    finally:
        with suppress(OSError):
            stream.close()


@contextmanager
def _atomically(path: Path) -> Iterator[BinaryIO]:
    refuse_directory(path)
    part = part_of(path)
    with naming(str(path)):
        stream = open_part(path)
    try:
        try:
            yield stream
            with naming(str(path)):
                stream.flush()
                os.fsync(stream.fileno())
        finally:
            with suppress(OSError):  # what matters has been flushed
                stream.close()
        with naming(str(path)):
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def refuse_directory(path: Path) -> None:
    """Raise UsageError where there is a directory of this name."""
    if path.is_dir():
        raise UsageError(f"cannot write {path}: it is a directory")


def open_part(path: Path) -> BinaryIO:
    """Open the place where a file waits; what killed processes have left of it is taken away."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        process = left.name.removeprefix(f".{path.name}.").removesuffix(".part")
        if process.isdecimal() and _is_over(int(process)):
            left.unlink(missing_ok=True)
    return part_of(path).open("wb")


def _is_over(process: int) -> bool:
    if os.name != "posix":  # elsewhere asking would end it
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def part_of(path: Path) -> Path:
    """Return where a file waits until it is whole: beside its target, so that a rename moves it."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")
