"""The hooks a plugin can implement, all of the form `register_x(register)`.

    from hir_kit import hookimpl

    @hookimpl
    def register_verifiers(register):
        register(MaxEmoji)

A plugin is a module. Built-in plugins are listed in `hir_kit.plugins`, installed ones announce
themselves under the entry-point group `hir_kit`, and a plain file is given with `--plugin FILE`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from pydantic import BaseModel

    from hir_kit.read.format import Format
    from hir_kit.read.instructions import InstructionSource
    from hir_kit.relabel.contract import Filter, Rewriter
    from hir_kit.verify.judge import Judge
    from hir_kit.verify.verifier import Verifier

hookspec = pluggy.HookspecMarker("hir_kit")
hookimpl = pluggy.HookimplMarker("hir_kit")


@hookspec
def register_verifiers(register: Callable[[type[Verifier]], None]) -> None:
    """Call `register(VerifierClass)` for each verifier."""


@hookspec
def register_verifier_modules(register: Callable[[str, Sequence[str]], None]) -> None:
    """Call `register(module, ids)` for each module of verifiers, for packs of many.

    The module is imported when one of its ids is first met; it defines exactly these verifiers.
    With `yields=True` an id is given up to another plugin that registers it.
    """


@hookspec
def register_formats(register: Callable[[Format], None]) -> None:
    """Call `register(format)` for each dump format that the plugin reads."""


@hookspec
def register_instructions(register: Callable[[InstructionSource], None]) -> None:
    """Call `register(source)` for each dataset whose instructions the plugin reads.

    `--prompts` takes its files.
    """


@hookspec
def register_rewriters(register: Callable[[Rewriter], None]) -> None:
    """Call `register(rewriter)` for each strategy that rewrites instructions."""


@hookspec
def register_filters(register: Callable[[Filter], None]) -> None:
    """Call `register(filter)` for each examination of replays that `--filter` can ask for."""


@hookspec
def register_judges(register: Callable[[Judge], None]) -> None:
    """Call `register(judge)` for each judge of what code cannot decide."""


@hookspec
def register_options(
    register: Callable[[type[BaseModel], Callable[[Any], object]], None],
) -> None:
    """Call `register(model, configure)` once, where the plugin as a whole has options.

    `configure(options)` is called when they are known, before anything of the plugin is in use.
    """


@hookspec
def register_resources(register: Callable[..., None]) -> None:
    """Call `register(name, describe)` for each outside resource whose choice changes verdicts.

    `describe()` says which one is in use; `hir-kit plugins` and every run's summary show it. With
    `ids=(...)` only the summary of a run with one of these constraints does.
    """
