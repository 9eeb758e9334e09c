"""Options that several commands share, and what they mean for the engine."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from hir_kit.model.rollout import Group
    from hir_kit.plugins.kit import Kit
    from hir_kit.read.format import Feedback, Format
    from hir_kit.read.instructions import Instructions
    from hir_kit.read.parcel import Item
    from hir_kit.verify.checker import CheckOptions

F = TypeVar("F", bound=Callable[..., Any])


class FiniteRange(click.FloatRange):
    """A range of numbers without NaN, which no comparison keeps out, and infinity."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number, or fail as click does."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return number


def plugin_option(function: F) -> F:
    """Add `--plugin`."""
    return click.option(
        "--plugin",
        "plugin",
        multiple=True,
        metavar="FILE",
        help="A Python file with verifiers of your own; may be repeated.",
    )(function)


def json_option(function: F) -> F:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")(
        function
    )


def reading_options(function: F) -> F:
    """Add the options that say how a dump is read."""
    for option in reversed(_READING):
        function = option(function)
    return function


def running_options(function: F) -> F:
    """Add the options that say who works on a dump, and whether a stopped run is gone on with."""
    for option in reversed(_RUNNING):
        function = option(function)
    return function


def checking_options(function: F) -> F:
    """Add the options that say how responses are checked."""
    for option in reversed(_CHECKING):
        function = option(function)
    return plugin_option(function)


def _expanded(
    ctx: click.Context,  # noqa: ARG001  # click's signature
    param: click.Parameter,  # noqa: ARG001  # click's signature
    value: tuple[str, ...],
) -> tuple[str, ...]:
    """Return the files for the directories and patterns among the names."""
    from hir_kit.files.names import expand

    return tuple(expand(value))


_COLUMNS = ("prompt_field", "response_field", "constraints_field", "group_by")

_READING = (
    click.argument("dump", nargs=-1, required=True, metavar="DUMP...", callback=_expanded),
    click.option(
        "--format",
        "format_name",
        metavar="NAME",
        help="How the dump is written; see `hir-kit formats`. By default `auto`: what its first "
        "rows show; `jsonl` with any of the column options.",
    ),
    click.option(
        "--prompts",
        multiple=True,
        metavar="FILE",
        callback=_expanded,
        help="Instructions with their constraints, where the dump has none of its own; may be "
        "repeated. `hir-kit formats` lists the datasets that are read. `hf:OWNER/NAME[:SPLIT]` "
        "loads one from the Hugging Face hub: the only option that uses the network.",
    ),
    click.option(
        "--prompts-format",
        metavar="NAME",
        help="How the --prompts files are written. By default told from their first row.",
    ),
    click.option("--prompt-field", metavar="COLUMN", help="Column with the prompt (jsonl)."),
    click.option("--response-field", metavar="COLUMN", help="Column with the response (jsonl)."),
    click.option(
        "--constraints-field",
        metavar="COLUMN",
        help="Column with the constraints, or with their ids beside a column `kwargs` (jsonl).",
    ),
    click.option("--group-by", metavar="COLUMN", help="Column that tells the groups (jsonl)."),
    click.option(
        "--tokenizer",
        metavar="NAME",
        help="Tokenizer of the model, where the dump holds token ids (open-instruct): a folder, a "
        "`tokenizer.json`, or a name on the hub.",
    ),
    click.option("--strict", is_flag=True, help="Exit with 2 when a row was rejected."),
)

_FORMAT_OPTIONS = (
    "prompts",
    "prompt_field",
    "response_field",
    "constraints_field",
    "group_by",
    "tokenizer",
)

_CHECKING = (
    click.option(
        "--keep-thinking",
        is_flag=True,
        help="Verify <think>...</think> as part of the response instead of setting it aside.",
    ),
    click.option(
        "--reference",
        is_flag=True,
        help="Answer as the published checkers do where hir-kit deviates (docs/deviations.md).",
    ),
    click.option(
        "--time-limit",
        type=FiniteRange(min=0, max=1_000_000),
        default=5.0,
        show_default=True,
        metavar="SECONDS",
        help="Per check; one that takes longer is `unknown`. 0: no limit.",
    ),
)


_RUNNING = (
    click.option(
        "--workers",
        type=click.IntRange(min=0, max=4096),
        metavar="N",
        help="Worker processes; the output is the same for any number. By default one for each "
        "core, and none for a small dump. 0: work in this process.",
    ),
    click.option(
        "--engine",
        type=click.Choice(["local", "ray"]),
        default="local",
        show_default=True,
        help="Who works: processes of this machine, or a Ray cluster (pip install 'hir-kit[ray]').",
    ),
    click.option(
        "--address",
        metavar="ADDRESS",
        help="The Ray cluster, as `ray.init` takes it. By default one of this machine's cores.",
    ),
    click.option(
        "--resume",
        is_flag=True,
        help="Go on with a run that was stopped: the same command, input and versions.",
    ),
)


def check_options(settings: dict[str, Any], *, loose: bool = False) -> CheckOptions:
    """Return the engine's options for the checking options of a command."""
    from hir_kit.verify.checker import CheckOptions

    return CheckOptions(
        loose=loose,
        reference=settings["reference"],
        keep_thinking=settings["keep_thinking"],
        time_limit=settings["time_limit"],
    )


def refuse_overwriting(output: str | None, settings: dict[str, Any]) -> None:
    """Raise UsageError where the output, or the rejects beside it, is a file that is read."""
    from hir_kit.errors import UsageError

    if output is None or output == "-":
        return
    read = [Path(file) for file in (*settings["dump"], *settings["prompts"], *settings["plugin"])]
    for target in (Path(output), Path(f"{output}.rejects.jsonl")):
        if target.is_file() and any(path.is_file() and path.samefile(target) for path in read):
            raise UsageError(f"cannot write {target}: it is read by this run; give another -o")


def read_groups(
    kit: Kit, settings: dict[str, Any], feedback: Feedback, *, whole_groups: bool
) -> Iterator[Group]:
    """Return the groups of the dump that the reading options describe.

    The instructions that `--prompts` names are read at once.
    """
    from hir_kit.read.format import ReadOptions

    given = {name: settings[name] for name in _FORMAT_OPTIONS if settings[name]}
    _check_prompts(settings)
    files: Sequence[str] = settings["dump"]
    reader = _forced(kit, settings["format_name"], given)
    known = _instructions(kit, settings, feedback)
    if reader is None:
        reader, files = _detected(kit, files)
        _refuse_unused(reader, given)
    given.pop("prompts", None)
    options = ReadOptions(whole_groups=whole_groups, instructions=known, **given)
    return reader.read(files, options, feedback)


def read_parcels(
    kit: Kit, settings: dict[str, Any], feedback: Feedback, *, whole_groups: bool
) -> Iterator[Item]:
    """Return what `read_groups` does, not parsed yet where the format can leave that to others."""
    from hir_kit.read.parcel import Parcels

    groups = read_groups(kit, settings, feedback, whole_groups=whole_groups)
    return groups.packed if isinstance(groups, Parcels) else groups


def _check_prompts(settings: dict[str, Any]) -> None:
    from hir_kit.errors import UsageError
    from hir_kit.files.open import STDIN

    if settings["prompts_format"] is not None and not settings["prompts"]:
        raise UsageError("--prompts-format says how the files of --prompts are written")
    if STDIN in settings["prompts"] and STDIN in settings["dump"]:
        raise UsageError("the dump and --prompts are both `-`: one of them has to be a file")


def _instructions(kit: Kit, settings: dict[str, Any], feedback: Feedback) -> Instructions | None:
    from hir_kit.read.instructions import load_instructions

    if not settings["prompts"]:
        return None
    files, name = settings["prompts"], settings["prompts_format"]
    return load_instructions(files, kit.instructions, feedback, name)


def _forced(kit: Kit, name: str | None, given: dict[str, Any]) -> Format | None:
    """Return the format that the options ask for; None where the rows shall tell."""
    from hir_kit.read.detect import AUTO

    if name is None and any(column in given for column in _COLUMNS):
        name = "jsonl"
    if name is None or name == AUTO:
        return None
    reader = _named(kit, name)
    _refuse_unused(reader, given)
    return reader


def _detected(kit: Kit, files: Sequence[str]) -> tuple[Format, Sequence[str]]:
    """Return the format that the first rows show, and the files to be read by it."""
    from hir_kit.read.detect import DEFAULT, detect

    detected = detect(files, kit.formats, kit.instructions)
    if detected.name != DEFAULT:
        click.echo(f"format: {detected.name}, by its rows; --format names another", err=True)
    return _named(kit, detected.name), detected.files


def _refuse_unused(reader: Format, given: dict[str, Any]) -> None:
    from hir_kit.errors import UsageError

    unused = [f"--{name.replace('_', '-')}" for name in given if name not in reader.uses]
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


def load_kit(files: Sequence[str]) -> Kit:
    """Load all plugins, and say on stderr which installed ones are broken."""
    from hir_kit.plugins.loading import load

    with prints_aside():
        kit = load(files)
    for plugin in kit.plugins:
        if plugin.error:
            click.echo(
                f"Warning: plugin {plugin.name} ({plugin.source}) is not in use: {plugin.error}",
                err=True,
            )
    return kit
