"""The system calls that a function's process may make; any other one kills it.

What is allowed is what computing takes: memory without code in it, the answer, and the end. The
call itself cannot be caught: the kernel ends the process (`SECCOMP_RET_KILL_PROCESS`). Opening a
file fails, and goes no further: Python looks for the sources of errors.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from functools import lru_cache

from hir_plugin_code.sandbox.kernel import prctl

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32 = 0x40000000  # the same calls under other numbers

CALLS = {
    "x86_64": {
        "write": 1, "open": 2, "mmap": 9, "mprotect": 10, "munmap": 11, "brk": 12,
        "rt_sigprocmask": 14, "rt_sigreturn": 15, "sched_yield": 24, "mremap": 25, "madvise": 28,
        "getpid": 39, "exit": 60, "gettimeofday": 96, "sigaltstack": 131, "gettid": 186,
        "futex": 202, "clock_gettime": 228, "clock_getres": 229, "exit_group": 231, "openat": 257,
    },
    "aarch64": {
        "openat": 56, "write": 64, "exit": 93, "exit_group": 94, "futex": 98,
        "clock_gettime": 113, "clock_getres": 114, "sched_yield": 124, "sigaltstack": 132,
        "rt_sigprocmask": 135, "rt_sigreturn": 139, "gettimeofday": 169, "getpid": 172,
        "gettid": 178, "brk": 214, "munmap": 215, "mremap": 216, "mmap": 222, "mprotect": 226,
        "madvise": 233,
    },
}  # fmt: skip

_LOAD, _EQUAL, _GREATER, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x25, 0x35, 0x45, 0x06
_ALLOW, _KILL, _FAIL = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EACCES
_FAILING = ("open", "openat")
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16  # offsets in `struct seccomp_data`
_PROT_EXEC = 4
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2

_Line = tuple[int, int, int, int]


@lru_cache(maxsize=8)
def program(answer: int, largest: int) -> bytes:
    """Return the filter for this machine, as the kernel reads it.

    Args:
        answer: The one descriptor that may be written to.
        largest: How many bytes of memory may be asked for at once.

    Raises KeyError for a machine that is not known.
    """
    machine = os.uname().machine
    calls = CALLS[machine]
    careful = {
        "write": _is(0, answer),
        "mmap": [*_lacks(2, _PROT_EXEC), *_at_most(1, largest)],
        "mprotect": _lacks(2, _PROT_EXEC),
        "mremap": _at_most(2, largest),
    }
    lines = [(_LOAD, 0, 0, _ARCH), (_EQUAL, 1, 0, _AUDIT_ARCH[machine]), (_RETURN, 0, 0, _KILL)]
    lines += [(_LOAD, 0, 0, _NUMBER), (_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _KILL)]
    for name, number in calls.items():
        checks = careful.get(name, [])
        end = _FAIL if name in _FAILING else _ALLOW
        lines += [(_EQUAL, 0, len(checks) + 1, number), *checks, (_RETURN, 0, 0, end)]
    lines.append((_RETURN, 0, 0, _KILL))
    return b"".join(struct.pack("=HBBI", *line) for line in lines)


def _is(argument: int, value: int) -> list[_Line]:
    return [
        *_fits(argument),
        (_LOAD, 0, 0, _low(argument)), (_EQUAL, 1, 0, value), (_RETURN, 0, 0, _KILL),
    ]  # fmt: skip


def _at_most(argument: int, value: int) -> list[_Line]:
    return [
        *_fits(argument),
        (_LOAD, 0, 0, _low(argument)), (_GREATER, 0, 1, value), (_RETURN, 0, 0, _KILL),
    ]  # fmt: skip


def _lacks(argument: int, bits: int) -> list[_Line]:
    return [(_LOAD, 0, 0, _low(argument)), (_ANY_BIT, 0, 1, bits), (_RETURN, 0, 0, _KILL)]


def _fits(argument: int) -> list[_Line]:
    """Kill where an argument has more than 32 bits."""
    return [(_LOAD, 0, 0, _low(argument) + 4), (_EQUAL, 1, 0, 0), (_RETURN, 0, 0, _KILL)]


def _low(argument: int) -> int:
    return _ARGUMENTS + 8 * argument


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("lines", ctypes.c_char_p))


def install(filter: bytes) -> None:
    """Put this process under a filter for good; raises OSError."""
    prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(_Program(len(filter) // 8, filter)))
