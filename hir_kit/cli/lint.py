"""`hir-kit lint`: what is wrong with instructions, before anyone pays for rollouts."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from hir_kit.cli.options import Reading, json_option, plugin_option, reading_options
from hir_kit.cli.reading import load_kit, prints_aside, read_items
from hir_kit.lint.finding import MEANINGS, Finding, Kind

if TYPE_CHECKING:
    from hir_kit.files.open import Input
    from hir_kit.lint.linter import Linter
    from hir_kit.plugins.kit import Kit, Origin
    from hir_kit.read.format import Feedback
    from hir_kit.read.instructions import Instruction

SCHEMA = 1


@click.command(
    epilog="Kinds:\n\n\b\n" + "\n".join(f"{kind}: {said}" for kind, said in MEANINGS.items())
)
@reading_options
@click.option(
    "--ignore",
    multiple=True,
    type=click.Choice([kind.value for kind in Kind]),
    metavar="KIND",
    help="Leave out findings of this kind; may be repeated.",
)
@click.option("--check", is_flag=True, help="Exit with 1 when something is found.")
@json_option
@plugin_option
def lint(
    ignore: tuple[str, ...],
    check: bool,
    as_json: bool,
    reading: Reading,
    origin: Origin,
) -> int:
    """Find what is wrong with instructions, one line a finding.

    DUMP is a file of instructions, as `--prompts` takes them, or a dump of any format; also a
    directory, a pattern in quotes, `hf:OWNER/NAME[:SPLIT]`, or `-`. Each instruction is looked at
    once. What is not surely wrong is not said.
    """
    from hir_kit.lint.linter import Linter
    from hir_kit.model.verdict import counted
    from hir_kit.report.screen import Monitor, print_json, print_rejects
    from hir_kit.write.rejects import Rejects

    kit = load_kit(origin)
    linter, out = Linter(kit.registry), sys.stdout
    kept: list[Finding] = []
    with (
        Rejects(None) as rejects,
        Monitor(rejects, reading.dump, "lint") as monitor,
        prints_aside(),
    ):
        for finding in _findings(linter, _instructions(kit, reading, monitor)):
            if finding.kind.value in ignore:
                continue
            kept.append(finding)
            if not as_json:
                click.echo(_line(finding), file=out)
    print_rejects(rejects)
    if as_json:
        found = [finding.to_json() for finding in kept]
        counts = {"instructions": linter.looked_at, "rejected": rejects.count}
        print_json({"schema": SCHEMA, "findings": found, **counts})
    else:
        seen = counted(linter.looked_at, "instruction")
        click.echo(f"{seen}: {counted(len(kept), 'finding')}")
    if rejects.count and (reading.strict or not linter.looked_at):
        return 2 if reading.strict else 1
    return 1 if check and kept else 0


def _findings(linter: Linter, items: Iterable[Instruction]) -> Iterator[Finding]:
    for item in items:
        yield from linter.look(item)
    yield from linter.at_the_end()


def _instructions(kit: Kit, reading: Reading, feedback: Feedback) -> Iterator[Instruction]:
    """Yield the instructions of files of instructions, then those of a dump."""
    from hir_kit.files.hub import is_hub_name
    from hir_kit.files.open import Input
    from hir_kit.read.format import opened
    from hir_kit.read.instructions import Instruction, each_instruction
    from hir_kit.time_limit import TimeLimit

    limit, source = TimeLimit(), _source(kit, reading)
    dump: list[Input] = []
    for name in reading.dump:
        file = Input(name)
        if is_hub_name(name):
            yield from each_instruction(name, kit.instructions, feedback, source, limit)
        elif _is_of_instructions(kit, reading, file):
            yield from each_instruction(file, kit.instructions, feedback, source, limit)
        else:
            dump.append(file)
    if dump:
        items = read_items(kit, reading, feedback, limit, whole_groups=False, files=dump)
        for group in opened(items, feedback, limit):
            asked = (group.prompt, group.constraints, group.location, group.task, group.meta)
            yield Instruction(group.id, *asked)


def _is_of_instructions(kit: Kit, reading: Reading, file: Input) -> bool:
    """Return whether a file is read as instructions: by --format, or by its first rows."""
    from hir_kit.read.detect import holds_instructions

    if reading.format_name is not None or reading.columns:
        return _source(kit, reading) is not None
    return holds_instructions(file, kit.formats, kit.instructions)


def _source(kit: Kit, reading: Reading) -> str | None:
    """Return the --format, where it names a source of instructions and no format of dumps."""
    name = reading.format_name
    return name if name in kit.instructions and name not in kit.formats else None


def _line(finding: Finding) -> str:
    from hir_kit.report.screen import visible

    parts = [str(finding.location), finding.key, *([finding.id] if finding.id else [])]
    return visible(f"{': '.join([*parts, finding.message])} [{finding.kind}]")
