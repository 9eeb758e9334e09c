"""Everything that plugins gave."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from operator import not_
from typing import Any

from hir_kit._version import __version__
from hir_kit.errors import PluginError, UsageError, boundary, shown
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.prompt import Prompt
from hir_kit.model.rollout import Group, Location
from hir_kit.plugins.options import Options
from hir_kit.read.format import Format
from hir_kit.read.instructions import InstructionSource
from hir_kit.relabel.contract import Filter, Refusal, Rewriter
from hir_kit.verify.checker import Checker, CheckOptions
from hir_kit.verify.judge import Judge
from hir_kit.verify.registry import Registry

BUILT_IN = "built-in"


@dataclass(frozen=True, slots=True)
class LoadedPlugin:
    """A plugin, where it came from, and what went wrong if it could not be used.

    Attributes:
        name: The module, entry-point or file name.
        source: "built-in", "installed: <distribution>", "registry" or the file's path.
        version: The distribution's version, or the hash of plain files.
        provides: What it registered, for example `("verifier acme:max_emoji",)`.
        error: Why it is not in use; None where it is.
    """

    name: str
    source: str
    version: str
    provides: tuple[str, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """What a kit was loaded from, so that another process can load the same.

    Attributes:
        files: The plugin files.
        set: The options of parts that were given, by `NAME.key`; among them may be secrets.
        registries: The registries of instruction classes, each `[PREFIX=]MODULE:NAME`.
    """

    files: tuple[str, ...] = ()
    set: tuple[tuple[str, object], ...] = field(default=(), repr=False)
    registries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rewritten:
    """An instruction that was to be rewritten.

    Attributes:
        prompt: The new prompt; None where no strategy could write it.
        rewriter: The strategy that wrote it; None where none could.
        refusals: Per strategy that was tried and did not fit, why.
        kept: What the new prompt asks for, in order: weaker forms, and a text to be repeated
            without what was cut out of it. Empty where there is no new prompt.
    """

    prompt: Prompt | None
    rewriter: str | None
    refusals: Mapping[str, Refusal]
    kept: tuple[ConstraintSpec, ...] = ()


@dataclass(slots=True)
class Kit:
    """Everything that plugins gave: the start of every use from Python."""

    registry: Registry = field(default_factory=Registry)
    formats: dict[str, Format] = field(default_factory=dict)
    instructions: dict[str, InstructionSource] = field(default_factory=dict)
    rewriters: dict[str, Rewriter] = field(default_factory=dict)
    filters: dict[str, Filter] = field(default_factory=dict)
    judges: dict[str, Judge] = field(default_factory=dict)
    resources: dict[str, Callable[[], str]] = field(default_factory=dict)
    resource_ids: dict[str, frozenset[str]] = field(default_factory=dict)
    options: list[Options] = field(default_factory=list)
    origin: Origin = Origin()
    plugins: list[LoadedPlugin] = field(default_factory=list)

    def checker(
        self,
        constraints: Sequence[ConstraintSpec],
        options: CheckOptions = CheckOptions(),  # noqa: B008  # frozen
    ) -> Checker:
        """Return a checker for an instruction's constraints; see `Checker`."""
        return Checker(self.registry, constraints, options)

    def rewrite(
        self,
        prompt: Prompt,
        constraints: Sequence[ConstraintSpec],
        drop: Iterable[int],
        task: str | None = None,
        rewriters: Sequence[str] = (),
        relax: Mapping[int, Mapping[str, Any]] | None = None,
    ) -> Rewritten:
        """Return an instruction without some of its constraints, as `hir-kit relabel` writes it.

        Args:
            prompt: The instruction, a string or messages.
            constraints: What it asks, in order; `text` is the sentence that states each, if known.
            drop: The places of the constraints that shall go, from 0.
            task: The request without its constraints, if known.
            rewriters: The strategies to try, by name; none: those that are on by default.
            relax: For places of constraints that are to be asked for in a weaker form, the kwargs
                that change: `{0: {"num_words": 280}}`. Then the strategy `relax` writes, and after
                it those of the others that write weaker goals, as `llm` does.

        Raises UsageError where a place or a strategy is not there, KwargsError where the kwargs of
        a constraint do not fit its verifier.
        """
        from hir_kit.relabel.engine import asking_for, request_for  # most runs only verify
        from hir_kit.relabel.recovery import with_task
        from hir_kit.relabel.relaxing import weakened_to
        from hir_kit.relabel.rewriting import Attempt, choose_rewriters, rewrite
        from hir_kit.relabel.strategies import relaxing

        relax = relax or {}
        places = {*drop, *relax}
        for place in places:
            if place not in range(len(constraints)):
                name = "relax" if place in relax else "drop"
                raise UsageError(
                    f"{name}={shown(place)}: the places are those of the {len(constraints)} "
                    "constraints, from 0"
                )
        strategies = choose_rewriters(self.rewriters, rewriters)
        if relax:
            strategies = relaxing(strategies)
        checker = self.checker(constraints)
        here = Location("the given instruction", 1)
        keeps = [place not in places for place in range(len(constraints))]
        with checker.limit:
            group, _ = with_task(Group("", prompt, tuple(constraints), (), here, task), checker)
            request = asking_for(
                request_for(group, checker),
                compress(group.constraints, keeps),
                compress(group.constraints, map(not_, keeps)),
            )
            if relax:
                request = weakened_to(request, checker, relax)
            attempt = Attempt(request, checker, here, response=None)
            rewrite([attempt], strategies)
        asked = () if attempt.prompt is None else attempt.request.kept
        kept = tuple(one.spec for one in asked)
        return Rewritten(attempt.prompt, attempt.rewriter, attempt.reasons, kept)

    def provenance(self) -> dict[str, Any]:
        """Return what verdicts depend on besides the text: versions, resources, options."""
        told = {"hir_kit": __version__, "plugins": self.versions(), "resources": self.states()}
        chosen = self.chosen("rewriter", "filter", "judge", "plugin")
        return {**told, "options": chosen} if chosen else told

    def chosen(self, *kinds: str) -> dict[str, Any]:
        """Return the options that were given to parts of these kinds, of all without; no secret."""
        parts = [part for part in self.options if part.kind in kinds or not kinds]
        return {name: value for part in parts for name, value in sorted(part.public.items())}

    def states(self, asked: Collection[str] | None = None) -> dict[str, str]:
        """Return what every registered resource says of itself, in order of name.

        Args:
            asked: The constraint ids of a run: resources of other ids alone are left out.
        """
        return {
            name: _state(name, describe)
            for name, describe in sorted(self.resources.items())
            if asked is None or not (ids := self.resource_ids.get(name)) or ids & set(asked)
        }

    def versions(self) -> dict[str, str]:
        """Return the version of every plugin whose verifiers are loaded, for provenance."""
        return {
            plugin.name: plugin.version
            for plugin in self.plugins
            if any(item.startswith("verifier ") for item in plugin.provides)
        }


def _state(name: str, describe: Callable[[], str]) -> str:
    try:
        with boundary(describe, f"the resource {name!r}"):
            return str(describe())
    except PluginError as error:  # the run that it belongs to has its results
        return f"unknown ({error})"
