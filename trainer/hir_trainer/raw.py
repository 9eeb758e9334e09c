"""What a row is that nobody can train on yet, and the command that makes rows of its file."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from hir_kit.plugins.kit import Kit
from hir_kit.plugins.loading import load
from hir_kit.read.instructions import recognizes

_VERDICTS = frozenset({"id", "verdicts", "follow_all"})
_ANSWERS = frozenset({"response", "completion"})
"""Columns that no instruction has."""


def told(row: Mapping[str, Any], file: str, method: str, place: str) -> str | None:
    """Return what a row is, and how rows for a method are made of its file.

    None where no format of dumps knows it, and it is neither an instruction nor verdicts.
    """
    emit = f"--emit {method} -o rows.jsonl`"
    if row.keys() >= _VERDICTS:
        return (
            "these are verdicts on rollouts, not training rows. Make them of the dump: "
            f"`hir-kit relabel DUMP --verdicts {shlex.quote(file)} {emit}."
        )
    if dumps := _names(_kit().formats.values(), row, place):
        return (
            f"these are rollouts ({dumps}), not training rows. Make them: "
            f"`hir-kit relabel {shlex.quote(file)} {emit}."
        )
    if not row.keys() & _ANSWERS and (sources := _names(_kit().instructions.values(), row, place)):
        return (
            f"these are instructions ({sources}), not training rows: method hir trains on them. "
            f"For {method} sample responses, and make rows of these: `hir-kit relabel DUMP "
            f"--prompts {shlex.quote(file)} {emit}."
        )
    return None


@cache
def _kit() -> Kit:
    return load()


def _names(parts: Iterable[Any], row: Mapping[str, Any], place: str) -> str:
    return " or ".join(sorted(part.name for part in parts if recognizes(part, row, place)))
