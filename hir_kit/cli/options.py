"""Options that several commands share, each group of them given as one typed object."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from hir_kit.plugins.kit import Origin
    from hir_kit.verify.checker import CheckOptions

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read, and how.

    Attributes:
        dump: The files.
        format_name: Their format; None where their rows tell.
        prompts: Files of instructions.
        prompts_format: Their format; None where their rows tell.
        prompt_field: A column of the dump, as the next three.
        response_field: See above.
        constraints_field: See above.
        group_by: See above.
        strict: Whether a reject makes the command fail.
    """

    dump: tuple[str, ...]
    format_name: str | None
    prompts: tuple[str, ...]
    prompts_format: str | None
    prompt_field: str | None
    response_field: str | None
    constraints_field: str | None
    group_by: str | None
    strict: bool

    @property
    def files(self) -> tuple[str, ...]:
        """All that is read."""
        return (*self.dump, *self.prompts)

    @property
    def columns(self) -> dict[str, str]:
        """The columns that are named, by the name that `ReadOptions` has for each."""
        names = ("prompt_field", "response_field", "constraints_field", "group_by")
        return {name: value for name in names if (value := getattr(self, name))}

    def in_the_bytes(self) -> dict[str, Any]:
        """Return what the output depends on, besides the dump, by the option's name."""
        return {key: item for key, item in asdict(self).items() if key not in ("dump", "strict")}


@dataclass(frozen=True, slots=True)
class Running:
    """Who works on a dump, and whether a stopped run is gone on with; see the options."""

    workers: int | None
    engine: str
    address: str | None
    resume: bool


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


def gathered(
    name: str,
    make: Callable[..., object],
    names: Sequence[str],
    options: Sequence[Callable[[F], F]],
) -> Callable[[F], F]:
    """Return what adds options to a command, which gets one object made of all of them."""

    def decorate(function: F) -> F:
        @functools.wraps(function)
        def call(*arguments: Any, **given: Any) -> Any:
            own = {key: given.pop(key) for key in names if key in given}
            return function(*arguments, **given, **{name: make(**own)})

        decorated: Any = call
        for option in reversed(options):
            decorated = option(decorated)
        return decorated  # type: ignore[no-any-return]  # click's options give what they take

    return decorate


def _names_of(settings: type[Any]) -> list[str]:
    return [field.name for field in fields(settings)]


def json_option(function: F) -> F:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")(
        function
    )


def _expanded(
    ctx: click.Context,  # noqa: ARG001  # click's signature
    param: click.Parameter,  # noqa: ARG001  # click's signature
    value: tuple[str, ...],
) -> tuple[str, ...]:
    """Return the files for the directories and patterns among the names."""
    from hir_kit.files.names import expand

    return tuple(expand(value))


_DUMP = click.argument("dump", nargs=-1, required=True, metavar="DUMP...", callback=_expanded)

_READING = (
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
        "`tokenizer.json`, or a name on the hub. Short for `--set open-instruct.tokenizer=NAME`.",
    ),
    click.option("--strict", is_flag=True, help="Exit with 2 when a row was rejected."),
)

_PLUGINS = (
    click.option(
        "--plugin",
        "plugin",
        multiple=True,
        metavar="FILE",
        help="A Python file with verifiers of your own; may be repeated.",
    ),
    click.option(
        "--registry",
        multiple=True,
        metavar="[PREFIX=]MODULE:NAME",
        help="A registry of instruction classes, as IFEval's and its forks have one "
        "(INSTRUCTION_DICT); PREFIX: stands before its ids. May be repeated.",
    ),
    click.option(
        "--set",
        "set_",
        multiple=True,
        metavar="NAME.KEY=VALUE",
        help="An option of a format, rewriter, judge or plugin of this NAME; may be repeated. "
        "`hir-kit plugins show NAME` lists them.",
    ),
)

_VERDICTS = (
    click.option(
        "--verdicts",
        multiple=True,
        metavar="FILE",
        callback=_expanded,
        help="Verdicts to take where code cannot decide, by rollout id and place: a file that "
        "`judge` or `verify` wrote; may be repeated.",
    ),
    click.option(
        "--verdicts-win",
        is_flag=True,
        help="Take those of the files where code decides otherwise, too. By default that is an "
        "error.",
    ),
)

_CHECKING = (
    click.option(
        "--keep-thinking",
        is_flag=True,
        help="Verify <think>...</think> as part of the response instead of setting it aside.",
    ),
    click.option(
        "--thinking-opened",
        is_flag=True,
        help="The chat template opens the thinking: all up to the first </think> is set aside. "
        "Where the dump has the prompt as it was rendered, it is told from that.",
    ),
    click.option(
        "--answer-tags",
        is_flag=True,
        help="Verify what stands between <answer> and </answer>.",
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


def languages_option(function: F) -> F:
    """Add `--languages`."""
    return click.option(
        "--languages",
        type=click.Choice(["auto"]),
        help="auto: read counts and punctuation in the language of the prompt's script, such as "
        "zh:punctuation:no_comma (docs/languages.md). By default ids mean what they say.",
    )(function)


def _origin(
    plugin: Sequence[str],
    registry: Sequence[str],
    set_: Sequence[str],
    tokenizer: str | None = None,
) -> Origin:
    from hir_kit.plugins.kit import Origin
    from hir_kit.plugins.options import parse_set

    given = parse_set(set_)
    if tokenizer is not None:
        given["open-instruct.tokenizer"] = tokenizer
    return Origin(tuple(plugin), tuple(given.items()), tuple(registry))


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Verdicts that others have given; see the options."""

    verdicts: tuple[str, ...]
    verdicts_win: bool


def _check_options(**given: Any) -> CheckOptions:
    from hir_kit.verify.checker import CheckOptions

    return CheckOptions(**given)


plugin_option = gathered("origin", _origin, ("plugin", "registry", "set_", "tokenizer"), _PLUGINS)
"""Add `--plugin`, `--registry` and `--set`, given as `origin`; `--tokenizer` is one of them."""

reading_options = gathered("reading", Reading, _names_of(Reading), (_DUMP, *_READING))
"""Add the options that say how a dump is read, given as `reading`."""

file_options = gathered(
    "reading", functools.partial(Reading, dump=()), _names_of(Reading)[1:], _READING
)
"""Add the same without the dump: for commands that take files of more than one kind."""

workers_option = _RUNNING[0]
"""Add `--workers`."""

running_options = gathered("running", Running, _names_of(Running), _RUNNING)
"""Add the options that say who works on a dump, given as `running`."""

verdicts_option = gathered("given", Verdicts, _names_of(Verdicts), _VERDICTS)
"""Add `--verdicts` and `--verdicts-win`, given as `given`."""

_CHECKED = ("keep_thinking", "thinking_opened", "answer_tags", "reference", "time_limit")
_check = gathered("check", _check_options, _CHECKED, _CHECKING)


def checking_options(function: F) -> F:
    """Add the options that say how responses are checked, given as `check`, and the plugins'."""
    return plugin_option(_check(function))
