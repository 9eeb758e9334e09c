"""Reading the dump that a command names, with the plugins that it names."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hir_kit.cli.options import Reading
    from hir_kit.files.open import Input
    from hir_kit.plugins.kit import Kit, Origin
    from hir_kit.read.format import Feedback, Format, Item
    from hir_kit.read.instructions import Instructions
    from hir_kit.time_limit import TimeLimit


def refuse_overwriting(output: str | None, files: Sequence[str]) -> None:
    """Raise UsageError where the output, or the rejects beside it, is a file that is read.

    A name that ends as that of a folder is none of a file, either.
    """
    from hir_kit.errors import UsageError

    if output is None or output == "-":
        return
    if output.endswith(("/", os.sep)):
        raise UsageError(f"cannot write {output}: that is a directory; name a file in it")
    for target in (Path(output), Path(f"{output}.rejects.jsonl")):
        read = [Path(file) for file in files]
        if target.is_file() and any(path.is_file() and path.samefile(target) for path in read):
            raise UsageError(f"cannot write {target}: it is read by this run; give another name")


def read_items(
    kit: Kit,
    reading: Reading,
    feedback: Feedback,
    limit: TimeLimit,
    *,
    whole_groups: bool,
    files: Sequence[Input] | None = None,
    reader: Format | None = None,
    known: Instructions | None = None,
) -> Iterator[Item]:
    """Return the groups of the dump, read or not; a row that takes longer than the limit is none.

    The instructions that `--prompts` names are read at once. `files` are those of the dump, where
    they have been looked at. A `reader` that is given reads them; options that it has no use for
    are for the other files of the command. `known` are the instructions, where they have been read.
    """
    from hir_kit.files.open import Input
    from hir_kit.read.format import ReadOptions, guarded

    files = [Input(name) for name in reading.dump] if files is None else files
    reader = reader or _forced(kit, reading)
    known = instructions_of(kit, reading, feedback, limit) if known is None else known
    if reader is None:
        reader = _detected(kit, files)
        _refuse_unused(kit, reader, reading)
    options = ReadOptions(
        whole_groups=whole_groups, instructions=known, limit=limit, **reading.columns
    )
    return guarded(reader, files, options, feedback)


def _check_prompts(reading: Reading) -> None:
    from hir_kit.errors import UsageError
    from hir_kit.files.open import STDIN

    if reading.prompts_format is not None and not reading.prompts:
        raise UsageError("--prompts-format says how the files of --prompts are written")
    if STDIN in reading.prompts and STDIN in reading.dump:
        raise UsageError("the dump and --prompts are both `-`: one of them has to be a file")


def instructions_of(
    kit: Kit, reading: Reading, feedback: Feedback, limit: TimeLimit
) -> Instructions | None:
    """Return the instructions of `--prompts`; None where it is not given."""
    from hir_kit.read.instructions import load_instructions

    _check_prompts(reading)
    if not reading.prompts:
        return None
    return load_instructions(
        reading.prompts, kit.instructions, feedback, reading.prompts_format, limit
    )


def _forced(kit: Kit, reading: Reading) -> Format | None:
    """Return the format that the options ask for; None where the rows shall tell."""
    from hir_kit.read.detect import AUTO

    name = reading.format_name
    if name is None and reading.columns:
        name = "jsonl"
    if name is None or name == AUTO:
        return None
    if name == "jsonl" and not reading.group_by:
        click.echo("groups: rows that ask the same; --group-by names a column", err=True)
    reader = _named(kit, name)
    _refuse_unused(kit, reader, reading)
    return reader


def _detected(kit: Kit, files: Sequence[Input]) -> Format:
    """Return the format that the first rows show."""
    from hir_kit.read.detect import DEFAULT, detect

    name = detect(files, kit.formats, kit.instructions)
    if name != DEFAULT:
        click.echo(f"format: {name}, by its rows; --format names another", err=True)
    return _named(kit, name)


def _refuse_unused(kit: Kit, reader: Format, reading: Reading) -> None:
    from hir_kit.errors import UsageError

    given = [*(["prompts"] if reading.prompts else []), *reading.columns]
    unused = [f"--{name.replace('_', '-')}" for name in given if name not in reader.uses]
    others = (
        kit.chosen("format").keys() - kit.chosen("rewriter", "judge", "plugin", "source").keys()
    )
    unused += [f"--set {name}" for name in sorted(others) if not name.startswith(f"{reader.name}.")]
    if unused:
        raise UsageError(
            f"the format {reader.name!r} does not use {' and '.join(unused)}; "
            "`--format` names another, `hir-kit formats` shows all"
        )


def _named(kit: Kit, name: str) -> Format:
    from hir_kit.errors import UsageError, near_matches

    if name not in kit.formats:
        known = ", ".join(sorted(kit.formats)) or "none; HIR_KIT_LOAD_PLUGINS leaves all out"
        raise UsageError(f"no format {name!r}.{near_matches(name, kit.formats)} Known: {known}")
    return kit.formats[name]


def prints_aside() -> AbstractContextManager[object]:
    """Send what plugins print to standard error: standard output is for data."""
    return redirect_stdout(sys.stderr)


def load_kit(origin: Origin) -> Kit:
    """Load all plugins, and say on stderr which installed ones are broken."""
    from hir_kit.plugins.loading import load_again

    with prints_aside():
        kit = load_again(origin)
    for plugin in kit.plugins:
        if plugin.error:
            click.echo(
                f"Warning: plugin {plugin.name} ({plugin.source}) is not in use: {plugin.error}",
                err=True,
            )
    return kit
