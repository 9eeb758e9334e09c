"""`hir-kit plugins` and `hir-kit formats`: what is loaded."""

from __future__ import annotations

import sys
from collections import Counter

import click

from hir_kit.cli.options import json_option, plugin_option

SCHEMA = 1


@click.command()
@plugin_option
@json_option
def plugins(plugin: tuple[str, ...], as_json: bool) -> None:
    """Show the plugins that are loaded, where they come from, and what is broken."""
    from hir_kit.plugins.kit import LoadedPlugin
    from hir_kit.plugins.loading import load
    from hir_kit.report.screen import print_json, print_table

    kit = load(plugin)
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


@click.command()
@plugin_option
@json_option
def formats(plugin: tuple[str, ...], as_json: bool) -> None:
    """Show the dump formats that can be read, and the datasets that --prompts reads."""
    from hir_kit.cli.options import load_kit
    from hir_kit.report.screen import print_json

    kit = load_kit(plugin)
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
