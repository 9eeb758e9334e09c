"""`hir-kit verifiers`: list, show, check, new."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from hir_kit.cli.options import json_option, plugin_option
from hir_kit.cli.reading import load_kit

if TYPE_CHECKING:
    from hir_kit.plugins.kit import Origin

SCHEMA = 1


@click.group()
def verifiers() -> None:
    """List, show, check or start verifiers."""


@verifiers.command("list")
@plugin_option
@json_option
def list_(origin: Origin, as_json: bool) -> None:
    """List the constraint ids that can be verified, by the plugin that has them."""
    from hir_kit.authoring.pages import summary_of
    from hir_kit.model.verdict import counted
    from hir_kit.report.screen import print_json, print_table

    registry = load_kit(origin).registry
    rows = [(id, registry.owner(id), summary_of(registry[id])) for id in registry]
    if as_json:
        listed = [{"id": id, "plugin": owner, "summary": what} for id, owner, what in rows]
        return print_json({"schema": SCHEMA, "verifiers": listed})
    for pack in sorted({owner for _, owner, _ in rows}):
        of_pack = [[id, what] for id, owner, what in rows if owner == pack]
        title = f"{pack}: {counted(len(of_pack), 'verifier')}"
        print_table(sys.stdout, title, ["id", "summary"], of_pack)
    click.echo(f"{counted(len(rows), 'verifier')} in all")
    return None


@verifiers.command()
@click.argument("id")
@plugin_option
@json_option
def show(id: str, origin: Origin, as_json: bool) -> None:
    """Show one verifier: what it checks, its parameters, passing and failing cases."""
    from hir_kit.authoring.pages import as_json as to_json
    from hir_kit.authoring.pages import as_markdown
    from hir_kit.plugins.options import options_of
    from hir_kit.report.screen import print_json

    kit = load_kit(origin)
    cls, owner = kit.registry[id], kit.registry.owner(id)
    named = ("plugin", options_of(owner))
    options = [part for part in kit.options if (part.kind, part.name) == named]
    if as_json:
        page = {"schema": SCHEMA, **to_json(cls, owner)}
        if options:
            page["options"] = [row for part in options for row in part.to_json()]
        return print_json(page)
    click.echo(as_markdown(cls))
    if options:
        lines = [line for part in options for line in part.lines()]
        click.echo("\n".join([f"\n## Options of {owner} (--set NAME.KEY=VALUE)\n", *lines]))
    return None


@verifiers.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@plugin_option
@json_option
def check(ids: tuple[str, ...], origin: Origin, as_json: bool) -> int:
    """Run the verifiers' own cases; exit with 1 if one does not hold."""
    from hir_kit.authoring.cases import self_check
    from hir_kit.model.verdict import counted
    from hir_kit.report.screen import print_json

    registry = load_kit(origin).registry
    chosen = ids or tuple(registry)
    problems = [problem for id in chosen for problem in self_check(registry, id)]
    cases = sum(len(registry[id].cases) for id in chosen)
    if as_json:
        listed: list[dict[str, Any]] = [{"id": p.id, "message": p.message} for p in problems]
        print_json({"schema": SCHEMA, "verifiers": len(chosen), "cases": cases, "problems": listed})
        return 1 if problems else 0
    for problem in problems:
        click.echo(f"{problem.id}: {problem.message}")
    state = counted(len(problems), "problem") if problems else "all hold"
    click.echo(f"{counted(len(chosen), 'verifier')}, {counted(cases, 'case')}: {state}")
    return 1 if problems else 0


@verifiers.command()
@click.argument("name")
@click.option(
    "--directory", default=".", show_default=True, help="Where the project's folder is made."
)
def new(name: str, directory: str) -> None:
    """Write a plugin project NAME that installs and passes its own tests at once."""
    from hir_kit.authoring.scaffold import write_project

    project = write_project(name, directory)
    click.echo(f"Wrote {project}. Next:\n")
    click.echo(f"  cd {project}\n  pip install -e '.[dev]'\n  pytest")
