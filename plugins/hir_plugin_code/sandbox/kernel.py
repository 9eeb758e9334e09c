"""Calls to Linux that Python has no function for."""

from __future__ import annotations

import ctypes
import os
import signal
from contextlib import suppress
from functools import cache

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
_PR_CAP_AMBIENT, _CLEAR_ALL = 47, 4
_CAPABILITIES = 64
_CAPABILITY_VERSION = 0x20080522
_NOBODY = 65534


@cache
def libc() -> ctypes.CDLL:
    """Return the C library, with its error numbers."""
    return ctypes.CDLL(None, use_errno=True)


def called(function: str, *arguments: object) -> int:
    """Return what a function of the C library gives; raises OSError where that is -1."""
    result = int(getattr(libc(), function)(*arguments))
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {os.strerror(number)}")
    return result


def prctl(option: int, *arguments: object) -> None:
    """Change one property of this process; raises OSError."""
    rest = [*map(_word, arguments), *[ctypes.c_ulong(0)] * (4 - len(arguments))]
    called("prctl", option, *rest)


def _word(value: object) -> object:
    return ctypes.c_ulong(value) if isinstance(value, int) else value


def die_with_parent() -> None:
    """Let the system kill this process when the one that started it ends."""
    prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))


def gain_nothing() -> None:
    """Give up every way to more rights, and keep other processes from looking in."""
    prctl(_PR_SET_NO_NEW_PRIVS, 1)
    prctl(_PR_SET_DUMPABLE, 0)


def drop_rights(*, is_own_user: bool) -> None:
    """Drop all capabilities, and the user root.

    Args:
        is_own_user: Whether a namespace of users is around this process: it has one user then.
    """
    for number in range(_CAPABILITIES):
        try:
            prctl(_PR_CAPBSET_DROP, number)
        except OSError:  # no such capability, or none to drop with
            break
    if not is_own_user and os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    with suppress(OSError):  # a kernel without them
        prctl(_PR_CAP_AMBIENT, _CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    called("capset", header, (ctypes.c_uint32 * 6)())
