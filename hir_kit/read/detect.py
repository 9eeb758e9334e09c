"""Which format files are in, told by their first rows."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from typing import Any

from hir_kit.errors import RowError, UsageError, shown
from hir_kit.files.open import Input
from hir_kit.files.records import records
from hir_kit.read.format import Format
from hir_kit.read.instructions import InstructionSource, recognizes

AUTO = "auto"
DEFAULT = "hir"
_LOOKED_AT = 10  # rows; a broken one at the start of a dump is a reject like any other


def detect(
    files: Sequence[Input],
    formats: Mapping[str, Format],
    sources: Mapping[str, InstructionSource] | None = None,
) -> str:
    """Return the name of the one format whose `recognizes` takes the first rows of all files.

    The first rows that hold a JSON object are looked at until one is recognized. Nothing of
    standard input is lost by that. Files without such rows do not count. `sources` are there to say
    of a file of instructions what it is.

    Raises UsageError where no format or more than one recognizes a file, or two files differ, and
    CrashError where a format's or source's own code does.
    """
    try:
        return _of_all(files, formats, sources or {}) or DEFAULT
    except BaseException:
        for file in files:
            file.close()
        raise


def holds_instructions(
    file: Input, formats: Mapping[str, Format], sources: Mapping[str, InstructionSource]
) -> bool:
    """Return whether a file holds instructions without responses, by its first rows.

    No format takes one of them, and a source takes the first. Nothing of standard input is lost.
    Raises CrashError where a format's or source's own code does.
    """
    with closing(_first_rows(file)) as found:
        rows = list(found)
    if not rows or any(recognizes(one, row, file) for row in rows for one in formats.values()):
        return False
    return any(recognizes(one, rows[0], file) for one in sources.values())


def _of_all(
    files: Sequence[Input],
    formats: Mapping[str, Format],
    sources: Mapping[str, InstructionSource],
) -> str | None:
    """Return the name of the format of all files; None where no file holds a JSON object."""
    found: tuple[str, Input] | None = None
    for file in files:
        name = _of_file(file, formats, sources)
        if name and found and name != found[0]:
            raise UsageError(
                f"{found[1]} is of the format {found[0]!r}, {file} of {name!r}: read them in two "
                "runs, or `--format NAME` reads all alike"
            )
        found = found or ((name, file) if name else None)
    return found[0] if found else None


def _of_file(
    file: Input, formats: Mapping[str, Format], sources: Mapping[str, InstructionSource]
) -> str | None:
    """Return the name of the file's format; None where the file holds no JSON object."""
    first = None
    with closing(_first_rows(file)) as rows:
        for row in rows:
            first = row if first is None else first
            names = [name for name in sorted(formats) if recognizes(formats[name], row, file)]
            if len(names) > 1:
                raise UsageError(
                    f"{file} can be read as {' or as '.join(names)}: say which by `--format NAME`"
                )
            if names:
                return names[0]
    if first is None:
        return None
    if asks := [name for name in sorted(sources) if recognizes(sources[name], first, file)]:
        raise UsageError(
            f"{file} is a file of instructions ({' or '.join(asks)}): give it with --prompts, and "
            "the responses as the dump. `--format NAME` reads it as a dump"
        )
    known = ", ".join(sorted(formats)) or "none; HIR_KIT_LOAD_PLUGINS leaves all out"
    raise UsageError(
        f"no format recognizes {file}, whose keys are {shown(sorted(first))}. `--format NAME` "
        f"forces one. Known: {known}. For one response a line in columns of your "
        "own, name them: --prompt-field, --response-field, --constraints-field, --group-by"
    )


def _first_rows(file: Input) -> Generator[dict[str, Any], None, None]:
    with file.looking(), closing(records(file)) as rows:
        for record in islice(rows, _LOOKED_AT):
            data = record.data
            if not isinstance(data, RowError):
                yield data
