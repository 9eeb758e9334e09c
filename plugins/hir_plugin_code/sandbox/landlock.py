"""Landlock: no file can be opened, whatever its path; no port, and no signal to the outside."""

from __future__ import annotations

import ctypes
import os

from hir_plugin_code.sandbox.kernel import called

_CREATE_RULESET, _RESTRICT_SELF = 444, 446  # on every architecture
_VERSION = 1
_FILES = ((1, 0x1FFF), (2, 1 << 13), (3, 1 << 14), (5, 1 << 15))
"""What can be forbidden of files, by the version that brought it: all is."""
_PORTS, _SCOPES = (4, 0b11), (6, 0b11)  # bind and connect; abstract sockets and signals


def version() -> int:
    """Return the version that the kernel has; raises OSError where it has none."""
    return called("syscall", _CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)


def give_up_files() -> int:
    """Take every right from this process and its children; return the version; raises OSError."""
    have = version()
    rights = sum(bits for since, bits in _FILES if have >= since)
    parts = [rights, *(bits for since, bits in (_PORTS, _SCOPES) if have >= since)]
    rules = (ctypes.c_uint64 * len(parts))(*parts)
    size = ctypes.c_size_t(ctypes.sizeof(rules))
    ruleset = called("syscall", _CREATE_RULESET, rules, size, 0)
    try:
        called("syscall", _RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return have
