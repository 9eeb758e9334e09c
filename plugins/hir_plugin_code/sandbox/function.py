"""Runs one function, in a process that is its own and under lock: what is left is to compute.

Nothing here is a boundary. The watch over Python's audit events puts a name to what a function
tries, where the system call that would follow ends the process without a word.
"""

from __future__ import annotations

import io
import os
import random
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from hir_plugin_code.sandbox.wire import (
    DIFFERS,
    FALSE,
    LONGEST_WORDS,
    NO_BOOL,
    RAISED,
    TRIED,
    TRUE,
    Job,
)

_FILE, _MODULE = "<function>", "function"
_MOST_PRINTED = 1 << 16  # characters
_HARMLESS = """
    array.__new__ builtins.id code.__new__ compile exec function.__new__ object.__delattr__
    object.__getattr__ object.__setattr__ sys._getframe sys._getframemodulename sys.unraisablehook
"""
_IS_HARMLESS = frozenset(_HARMLESS.split())

Tell = Callable[[str], None]


def teller(descriptor: int) -> Tell:
    """Return what gives the answer and ends the process; the first answer is the only one."""
    write, end = os.write, os._exit

    def tell(words: str) -> None:
        write(descriptor, words.encode("utf-8", "replace")[:LONGEST_WORDS])
        end(0)

    return tell


def watch(tell: Tell) -> None:
    """End at the first event of Python that is more than computing, and say which."""

    harmless, is_no_file = _IS_HARMLESS, _is_no_file

    def hear(event: str, details: tuple[Any, ...]) -> None:
        if event not in harmless and not (event == "open" and is_no_file(details)):
            what = f"import of {details[0]}" if event == "import" and details else event
            tell(f"{TRIED}{what}")

    sys.addaudithook(hear)


def _is_no_file(details: tuple[Any, ...]) -> bool:
    """Return whether an error in Python asks for its source, as `ast.parse` does: "<unknown>"."""
    path = details[0] if details else None
    return type(path) is str and path.startswith("<") and path.endswith(">")


class _Nowhere(io.TextIOBase):
    """Takes what is printed, up to a point, and keeps none of it."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._left = _MOST_PRINTED

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, text: str) -> int:
        """Count the text."""
        self._left -= len(text)
        if self._left < 0:
            self._tell(f"{TRIED}more than {_MOST_PRINTED} characters of output")
        return len(text)


def silence(tell: Tell) -> None:
    """Let what is printed go nowhere, and nothing be read."""
    for name in ("stdout", "stderr", "__stdout__", "__stderr__"):
        setattr(sys, name, _Nowhere(tell))
    for name in ("stdin", "__stdin__"):
        setattr(sys, name, io.StringIO())


def run(job: Job) -> str:
    """Return what the words of the answer are: the function is called twice."""
    module = sys.modules[_MODULE] = ModuleType(_MODULE)
    try:
        exec(compile(job.source, _FILE, "exec"), vars(module))  # the sandbox is for this
        function = vars(module)[job.function]
        random.seed(0)
        first = function(*job.arguments)
        if first is not True and first is not False:
            return f"{NO_BOOL}{_name_beside_bool(type(first))}"
        random.seed(1)  # what draws lots may be seen to
        second = function(*job.arguments)
    except BaseException as error:
        return f"{RAISED}{_name(type(error))}{_place(error)}"
    if second is not first:
        return f"{DIFFERS}{first}"
    return TRUE if first else FALSE


_name_of = type.__dict__["__name__"].__get__


def _name(cls: type) -> str:
    """Return the name of a class, whatever its own class makes of that."""
    return str(_name_of(cls))


def _name_beside_bool(cls: type) -> str:
    """Return the name of a class that is not `bool`, as numpy's is not, which is called so."""
    name = _name(cls)
    return "another class named bool" if name == "bool" else name


def _place(error: BaseException) -> str:
    """Return the last line of the function that the error came through, behind a space."""
    trace, line = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == _FILE:
            line = trace.tb_lineno
        trace = trace.tb_next
    return "" if line is None else f" {line}"
