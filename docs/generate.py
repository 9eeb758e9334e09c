"""Write the generated parts of README.md, CONTRIBUTING.md and docs/.

    python docs/generate.py [PAGE...]  write what is stale, in these pages alone
    python docs/generate.py --check    exit with 1 where something is stale

Generated are the pages `verifiers.md`, `verifiers/*.md` and `cli.md`, the parts between
`<!-- generated: NAME -->` and `<!-- end generated -->`, and the output that console blocks show
(`sessions.py` runs them).
"""

from __future__ import annotations

import difflib
import inspect
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import samples
import sessions

sys.path[:0] = map(str, sessions.SOURCES)

_PART = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end generated -->)", re.DOTALL)
_NOTICE = "<!-- generated: all of this page, by docs/generate.py -->\n"


def pages() -> list[Path]:
    """Return the pages, README first. docs/deviations.md is written by hand and has no session."""
    found = sorted((sessions.ROOT / "docs").rglob("*.md"))
    first = [sessions.ROOT / "README.md", sessions.ROOT / "CONTRIBUTING.md"]
    return [*first, *(page for page in found if page.name != "deviations.md")]


def current(page: Path) -> str:
    """Return the page as it should be."""
    if (name := _name(page)) in _WHOLE:
        return _NOTICE + _WHOLE[name]()
    text = page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as directory:
        return sessions.replayed(_PART.sub(_part, text), Path(directory))


def _name(page: Path) -> str:
    """Return the name of a page as `_WHOLE` has it: its path within docs/."""
    docs = sessions.ROOT / "docs"
    return page.relative_to(docs).as_posix() if page.is_relative_to(docs) else page.name


def _part(match: re.Match[str]) -> str:
    return f"{match[1]}{_PARTS[match[2]]()}\n{match[3]}"


def verifiers_page() -> str:
    """Return the page with a table of all built-in verifiers, by pack."""
    from hir_kit import load
    from hir_kit.authoring.pages import summary_of

    registry = load(installed=False).registry
    parts = []
    for pack, ids in _packs().items():
        rows = [
            f"| [`{id}`](verifiers/{pack}.md#{_anchor(id)}) | {summary_of(registry[id])} |"
            for id in ids
        ]
        parts.append(f"## `{pack}`\n\n{len(ids)} verifiers: {_PACKS[pack]}.")
        if pack == _LANGUAGES:
            parts.append(
                f"[All of them](verifiers/{pack}.md), and [what each reads](languages.md)."
            )
        else:
            parts.append("\n".join([*_TABLE, *rows]))
    return "\n\n".join([_VERIFIERS_HEAD, *parts]) + "\n"


def pack_page(pack: str) -> str:
    """Return the page of the verifiers that one plugin registers."""
    from hir_kit import load
    from hir_kit.authoring.pages import as_markdown

    registry = load(installed=False).registry
    head = f"# Verifiers of `{pack}`\n\n{_PACKS[pack]}. [All verifiers](../verifiers.md)."
    return (
        "\n\n".join([head, *(as_markdown(registry[id], level=2) for id in _packs()[pack])]) + "\n"
    )


def languages_page() -> str:
    """Return the page of the verifiers of other languages: a table for each, with a case each."""
    from hir_kit import Status, load

    registry = load(installed=False).registry

    def shown(id: str, status: Status) -> str:
        case = next(case for case in registry[id].cases if case.expected is status)
        text = json.dumps(case.response, ensure_ascii=False).replace("|", "\\|")
        given = json.dumps(dict(case.kwargs), ensure_ascii=False).replace("|", "\\|")
        return f"`` {text} ``" + (f" with `` {given} ``" if case.kwargs else "")

    parts = [f"# Verifiers of `{_LANGUAGES}`", f"{_PACKS[_LANGUAGES]}. [All](../verifiers.md)."]
    ids = _packs()[_LANGUAGES]
    for code in sorted({id.partition(":")[0] for id in ids}):
        rows = [
            f"| `{id}` | {shown(id, Status.SATISFIED)} | {shown(id, Status.VIOLATED)} |"
            for id in ids
            if id.startswith(f"{code}:")
        ]
        table = ["| id | passes | fails |", "|---|---|---|", *rows]
        parts += [f"## `{code}`", "\n".join(table)]
    return "\n\n".join(parts) + "\n"


def _packs() -> dict[str, list[str]]:
    """Return the ids of the built-in verifiers by the plugin that registers them."""
    from hir_kit import load

    registry = load(installed=False).registry
    return {pack: [id for id in registry if registry.owner(id) == pack] for pack in _PACKS}


_PACKS = {
    "hir_verifiers": "The constraints of IFEval (arXiv 2311.07911)",
    "hir_plugin_ifbench": "The constraints of IFBench (arXiv 2507.02833)",
    "hir_plugin_iftrain": "The constraints that IFTrain (arXiv 2507.02833) adds to IFEval's",
    "hir_plugin_rlvr": "The functions of RLVR-IFeval (arXiv 2411.15124)",
    "hir_plugin_code": "Functions that come with data, run in a sandbox or not at all",
    "hir_plugin_languages": "IFEval's constraints in other languages",
    "hir_plugin_muldimif": "Constraints that MulDimIF (arXiv 2505.07591) states as sentences",
}
_LANGUAGES = "hir_plugin_languages"
_TABLE = ("| id | summary |", "|---|---|")
_VERIFIERS_HEAD = """\
# Built-in verifiers

Each pack is a plugin with a page of its own. The same pages come from `hir-kit verifiers show ID`,
also for verifiers of your own. What "Passes" and "Fails" list is also what
`hir-kit verifiers check` runs."""


def _anchor(id: str) -> str:
    return re.sub(r"[^\w-]", "", id.lower())


def cli_page() -> str:
    """Return the page with the help of every command."""
    from hir_kit.cli import cli

    parts = [f"## `{name}`\n\n```text\n{text}```" for name, text in _helps(cli)]
    return "\n\n".join([_CLI_HEAD, *parts]) + "\n"


_CLI_HEAD = """\
# Commands

Exit codes of all commands:

| code | meaning |
|---|---|
| 0 | done; with `verify --check`: everything is met |
| 1 | `verify --check`: not all is met; `lint --check`: a finding; `verifiers check`: a case fails |
| 2 | could not run: a wrong option, file, plugin or configuration; `--strict`: a row was rejected |

Data go to standard output, warnings and progress to standard error. The summary of `verify` and
`relabel` goes to standard output too, unless `-o -` sends the data there. `--json` prints one
document with a `schema` number.

`HIR_KIT_LOAD_PLUGINS=a,b` loads only these plugins, built-in ones included.
`HIR_KIT_STRICT_PLUGINS=1` makes a broken installed plugin an error."""


def command_names() -> list[tuple[str, ...]]:
    """Return every command and subcommand as words, the bare `hir-kit` first."""
    import click

    from hir_kit.cli import cli

    def below(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        yield path
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                child = command.get_command(context, name)
                assert child is not None
                yield from below(child, (*path, name))

    return list(below(cli, ()))


def _helps(cli: object) -> Iterator[tuple[str, str]]:
    from click.testing import CliRunner

    runner = CliRunner()
    for words in command_names():
        result = runner.invoke(
            cli,  # type: ignore[arg-type]  # a click.Command
            [*words, "--help"],
            prog_name="hir-kit",
            terminal_width=80,
        )
        yield " ".join(("hir-kit", *words)), result.output


def hook_signatures() -> dict[str, str]:
    """Return the hooks by name with their exact arguments."""
    from hir_kit.plugins import hooks as hookspecs

    return {
        name: f"{name}{inspect.signature(value)}".replace("'", "").removesuffix(" -> None")
        for name, value in vars(hookspecs).items()
        if name.startswith("register_")
    }


def _hooks() -> str:
    from hir_kit.plugins import hooks as hookspecs

    return "\n".join(
        f"- `{shown}`\n  {' '.join((inspect.getdoc(getattr(hookspecs, name)) or '').split())}"
        for name, shown in hook_signatures().items()
    )


def _names() -> str:
    import hir_kit

    rows = [f"| `{name}` | {_first_line(name)} |" for name in hir_kit.__all__]
    return "\n".join(["| name | what it is |", "|---|---|", *rows])


_PLAIN_NAMES = {
    "NonNegativeInt": "Pydantic's type for 0, 1, 2, ...",
    "PositiveInt": "Pydantic's type for 1, 2, 3, ...",
    "__version__": "The version of hir-kit.",
    "hookimpl": "The decorator for the hooks of a plugin.",
}


def _first_line(name: str) -> str:
    import hir_kit

    if name in _PLAIN_NAMES:
        return _PLAIN_NAMES[name]
    return (inspect.getdoc(getattr(hir_kit, name)) or "").split("\n", 1)[0].replace("|", r"\|")


def _rewriters() -> str:
    from hir_kit import load

    rows = [
        f"| `{item.name}` | {'yes' if item.default else 'no'} | {inspect.getdoc(item)} |"
        for item in load(installed=False).rewriters.values()
    ]
    return "\n".join(["| strategy | on by default | what it writes |", "|---|---|---|", *rows])


def _wording() -> str:
    from hir_kit.verify import topics

    def listed(names: Iterable[str]) -> str:
        return ", ".join(f"`{name}`" for name in sorted(names))

    return f"- topics: {listed(topics.named())}\n- units: {listed(topics.units())}"


def _formats() -> str:
    from hir_kit import load

    known = load(installed=False).formats
    rows = [f"| `{name}` | {known[name].summary} |" for name in sorted(known)]
    return "\n".join(["| format | what it reads |", "|---|---|", *rows])


def _instructions() -> str:
    from hir_kit import load

    known = load(installed=False).instructions
    rows = [f"| `{name}` | {known[name].summary} |" for name in sorted(known)]
    return "\n".join(["| `--prompts-format` | what it reads |", "|---|---|", *rows])


def _instruction_samples() -> str:
    """Return the first line of the sample of each source, which the tests read, too."""
    folder = sessions.ROOT / "examples" / "instructions"
    parts = []
    for path in sorted(folder.glob("*.jsonl")):
        line = path.read_text("utf-8").splitlines()[0]
        parts.append(f"`examples/instructions/{path.name}`:\n\n```json\n{line}\n```")
    return "\n\n".join(parts)


_TEA = {
    "id": "tea",
    "task": "Describe green tea.",
    "prompt": "Describe green tea. Use less than 20 words. Do not use commas. "
    "Include the keyword leaf.",
    "constraints": [
        {
            "id": "length_constraints:number_words",
            "kwargs": {"relation": "less than", "num_words": 20},
            "text": "Use less than 20 words.",
        },
        {"id": "punctuation:no_comma", "text": "Do not use commas."},
        {
            "id": "keywords:existence",
            "kwargs": {"keywords": ["leaf"]},
            "text": "Include the keyword leaf.",
        },
    ],
    "responses": ["Green tea is a mild, grassy drink made from the unfermented leaf."],
}


def _replay() -> str:
    """Return one replay as the README shows it."""
    from hir_kit import load, relabel_group
    from hir_kit.model.rollout import Location
    from hir_kit.read.format import Row
    from hir_kit.read.hir import read_group

    kit = load(installed=False)
    group = read_group(Row(Location("tea.jsonl", 1), b"", _TEA))
    checker = kit.checker(group.constraints)
    checked = [checker.check(rollout.text) for rollout in group.rollouts]
    replay = relabel_group(group, checked, checker, [kit.rewriters["render"]]).replays[0]
    verdicts = ", ".join(
        f"{spec.id.split(':')[1]} {verdict.status}"
        for spec, verdict in zip(group.constraints, checked[0].strict, strict=True)
    )
    shown = [
        ("asked", group.prompt, ""),
        ("response", replay.rollout.text, ""),
        ("verdicts", verdicts, "reward 0"),
        ("asks now", replay.prompt, ""),
        ("response", "the same", "reward 1"),
    ]
    lines = [f"{name:9} {text}{f'  -> {reward}' if reward else ''}" for name, text, reward in shown]
    return "\n".join(["```text", *lines, "```"])


_WHOLE: dict[str, Callable[[], str]] = {
    "verifiers.md": verifiers_page,
    **{f"verifiers/{pack}.md": partial(pack_page, pack) for pack in _PACKS},
    f"verifiers/{_LANGUAGES}.md": languages_page,
    "cli.md": cli_page,
}
_PARTS: dict[str, Callable[[], str]] = {
    **samples.parts(),
    "hooks": _hooks,
    "names": _names,
    "rewriters": _rewriters,
    "wording": _wording,
    "formats": _formats,
    "instructions": _instructions,
    "instruction-samples": _instruction_samples,
    "replay": _replay,
}


def difference(page: Path) -> str:
    """Return what is stale in a page as a diff; an empty string where nothing is."""
    old = page.read_text(encoding="utf-8") if page.exists() else ""
    lines = difflib.unified_diff(
        old.splitlines(), current(page).splitlines(), page.name, "as it should be", lineterm="", n=1
    )
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Write the pages that are named, or all, or check them; return the exit code."""
    named = [Path(name).resolve() for name in arguments if name != "--check"]
    everything = [*pages(), *(sessions.ROOT / "docs" / name for name in _WHOLE)]
    stale = 0
    for page in dict.fromkeys(named or everything):
        if "--check" in arguments:
            if problem := difference(page):
                stale = 1
                print(problem)
        else:
            page.parent.mkdir(exist_ok=True)
            page.write_text(current(page), encoding="utf-8")
    return stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
