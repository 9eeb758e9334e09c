"""`hir-kit plugins` and `hir-kit formats`: what is loaded."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from hir_kit.cli.options import json_option, plugin_option
from hir_kit.cli.reading import load_kit

if TYPE_CHECKING:
    from hir_kit.plugins.kit import Kit, LoadedPlugin, Origin
    from hir_kit.plugins.options import Options
    from hir_kit.read.format import Format
    from hir_kit.read.instructions import InstructionSource

SCHEMA = 1


@click.group(invoke_without_command=True)
@plugin_option
@json_option
@click.pass_context
def plugins(ctx: click.Context, origin: Origin, as_json: bool) -> None:
    """Show the plugins that are loaded, where they come from, and what is broken."""
    if ctx.invoked_subcommand is None:
        _list_plugins(origin, as_json)
    else:
        _refuse_before(ctx, origin, as_json)


def _refuse_before(ctx: click.Context, origin: Origin, as_json: bool) -> None:
    """Raise UsageError where options stand before `show`, which takes its own."""
    from hir_kit.errors import UsageError
    from hir_kit.plugins.kit import Origin

    if origin != Origin() or as_json:
        raise UsageError(f"options come after `{ctx.command_path} {ctx.invoked_subcommand}`")


def _list_plugins(origin: Origin, as_json: bool) -> None:
    from hir_kit.plugins.loading import load_again
    from hir_kit.report.screen import print_json, print_table

    kit = load_again(origin)
    resources = kit.states()
    if as_json:
        rows = [
            {
                "name": item.name,
                "source": item.source,
                "version": item.version,
                "provides": list(item.provides),
                "error": item.error,
            }
            for item in kit.plugins
        ]
        return print_json({"schema": SCHEMA, "plugins": rows, "resources": resources})

    def provided(item: LoadedPlugin) -> str:
        if item.error:
            return f"BROKEN: {item.error}"
        kinds = Counter(name.split(" ", 1)[0] for name in item.provides)
        return ", ".join(f"{n} {kind}{'s' if n > 1 else ''}" for kind, n in kinds.items())

    print_table(
        sys.stdout,
        "plugins",
        ["plugin", "from", "version", "provides"],
        [[item.name, item.source, item.version, provided(item)] for item in kit.plugins],
    )
    for name, state in resources.items():
        click.echo(f"\n{name}: {state}")
    return None


@plugins.command("show")
@click.argument("name")
@plugin_option
@json_option
def show_plugin(name: str, origin: Origin, as_json: bool) -> None:
    """Show what one plugin provides, and the options of its parts.

    NAME is the plugin's, or that of one of its parts.
    """
    from hir_kit.report.screen import print_json

    kit = load_kit(origin)
    plugin = _plugin_of(name, kit)
    name = plugin.name
    parts = [part for part in kit.options if _is_of(part, plugin)]
    if as_json:
        shown = {"name": name, "source": plugin.source, "version": plugin.version}
        options = [row for part in parts for row in part.to_json()]
        return print_json(
            {"schema": SCHEMA, **shown, "provides": list(plugin.provides), "options": options}
        )
    click.echo(f"{name} ({plugin.source}), version {plugin.version}")
    if plugin.error:
        click.echo(f"BROKEN: {plugin.error}")
    for item in plugin.provides:
        click.echo(f"- {item}")
    _print_options(parts)
    return None


def _plugin_of(name: str, kit: Kit) -> LoadedPlugin:
    """Return the plugin of this name, or the one with a part of this name."""
    from hir_kit.errors import UsageError, near_matches
    from hir_kit.plugins.options import options_of

    known = {plugin.name: plugin for plugin in kit.plugins}
    if name in known:
        return known[name]
    for plugin in kit.plugins:
        parts = [item.partition(" ")[2] for item in plugin.provides]
        if name in (options_of(plugin.name), *parts):
            return plugin
    raise UsageError(f"no plugin {name!r}.{near_matches(name, known)} Known: {', '.join(known)}")


def _is_of(part: Options, plugin: LoadedPlugin) -> bool:
    from hir_kit.plugins.options import options_of

    if part.kind == "plugin":
        return part.name == options_of(plugin.name)
    return f"{part.kind} {part.name}" in plugin.provides


def _print_options(parts: Sequence[Options]) -> None:
    lines = [line for part in parts for line in part.lines()]
    if lines:
        click.echo("\n".join(["", "options (--set NAME.KEY=VALUE)", *lines]))


@click.group(invoke_without_command=True)
@plugin_option
@json_option
@click.pass_context
def formats(ctx: click.Context, origin: Origin, as_json: bool) -> None:
    """Show the dump formats that can be read, and the datasets that --prompts reads."""
    if ctx.invoked_subcommand is None:
        _list_formats(load_kit(origin), as_json)
    else:
        _refuse_before(ctx, origin, as_json)


@formats.command("show")
@click.argument("name")
@plugin_option
@json_option
def show_format(name: str, origin: Origin, as_json: bool) -> None:
    """Show what one format reads, or one dataset of --prompts, and its options."""
    from hir_kit.errors import UsageError, near_matches
    from hir_kit.report.screen import print_json

    kit = load_kit(origin)
    known: dict[str, Format | InstructionSource] = {**kit.instructions, **kit.formats}
    if name not in known:
        raise UsageError(
            f"no format {name!r}.{near_matches(name, known)} Known: {', '.join(sorted(known))}"
        )
    parts = [part for part in kit.options if part.name == name and part.kind in _READERS]
    uses = sorted(getattr(kit.formats.get(name), "uses", ()))
    if as_json:
        options = [row for part in parts for row in part.to_json()]
        shown = {"name": name, "summary": known[name].summary, "uses": uses}
        return print_json({"schema": SCHEMA, **shown, "options": options})
    click.echo(f"{name}: {known[name].summary}")
    if uses:
        click.echo(f"uses {', '.join('--' + item.replace('_', '-') for item in uses)}")
    _print_options(parts)
    return None


_READERS = ("format", "source")


def _list_formats(kit: Kit, as_json: bool) -> None:
    from hir_kit.report.screen import print_json

    known = {name: kit.formats[name].summary for name in sorted(kit.formats)}
    sources = {name: kit.instructions[name].summary for name in sorted(kit.instructions)}
    if as_json:
        return print_json({"schema": SCHEMA, "formats": known, "instructions": sources})
    _print_summaries("dumps (--format)", known)
    click.echo()
    _print_summaries("instructions (--prompts, --prompts-format)", sources)
    return None


def _print_summaries(title: str, summaries: dict[str, str]) -> None:
    click.echo(title)
    width = max(map(len, summaries), default=0)
    for name, summary in summaries.items():
        click.echo(f"  {name:{width}}  {summary}")
