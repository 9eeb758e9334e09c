"""What is said of a function that gave no bool: one line, the same for the same behaviour."""

from __future__ import annotations

import re
import signal

from hir_plugin_code.options import CodeOptions
from hir_plugin_code.sandbox import wire
from hir_plugin_code.sandbox.client import Answer

_LONGEST = 80  # characters of a word that a function has chosen
_RAISED = re.compile(r"(.+?)(?: ([0-9]+))?", re.DOTALL)


def explained(answer: Answer, options: CodeOptions) -> str:
    """Return what a function did, to be read after its name: "raised KeyError in line 3"."""
    if answer.kind == wire.LATE:
        return f"took longer than {options.seconds:g} s"
    if answer.kind == wire.LARGE:
        return f"used more than {options.megabytes} MB of memory"
    if answer.kind == wire.KILLED:
        return _killed(answer.words, options)
    if answer.kind == wire.ANSWER and answer.words:
        return _answered(answer.words[0], answer.words[1:])
    return "ended its process without an answer"


def _killed(number: str, options: CodeOptions) -> str:
    if number == str(int(signal.SIGSYS)):
        return (
            "was stopped by the sandbox: it made a system call that is not allowed, or asked for "
            f"more than {options.megabytes} MB at once"
        )
    return f"crashed (signal {number})"


def _answered(kind: str, words: str) -> str:
    if kind == wire.TRIED:
        return f"tried what is not allowed: {_plain(words)}"
    if kind == wire.NO_BOOL:
        return f"returned {_plain(words)}, not a bool"
    if kind == wire.DIFFERS:
        return "did not say the same twice"
    if kind == wire.RAISED and (match := _RAISED.fullmatch(words)):
        line = f" in line {match[2]}" if match[2] else ""
        return f"raised {_plain(match[1])}{line}"
    return "gave an answer of its own making"


def _plain(words: str) -> str:
    """Return words that a function may have chosen, fit for one line of a report."""
    text = "".join(char if char.isprintable() else "?" for char in words)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
