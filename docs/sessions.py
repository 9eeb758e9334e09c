"""Runs what a page shows: console sessions, Python blocks, files; and says how it should read.

A page is one session. It starts in an empty directory that holds `examples/`, and its blocks run
from top to bottom. A comment on the line before a block says more:

    <!-- file: NAME -->      the block is the content of that file
    <!-- exit: N -->         the block's last command exits with N
    <!-- not run: WHY -->    the block is shown only
    <!-- output -->          a text block: what the Python block before it printed

In output, a line `...` stands for lines left out, and `...` within a line for what differs from
run to run. `pip install DIR` does without pip: the project is put on the path with the metadata
that an installer would write, so that its entry points are found and nothing is downloaded.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import forks

ROOT = Path(__file__).parents[1]
SOURCES = [ROOT, ROOT / "verifiers", ROOT / "trainer", ROOT / "plugins"]

_BLOCK = re.compile(r"((?:^<!-- [^\n]+ -->\n)*)^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NOTE = re.compile(r"<!-- ([\w ]+?)(?:: (.*?))? -->")
_GAP = "..."
_SHELL = """
set -o pipefail
forked() { "$SESSION_PYTHON" -I -S "$SESSION_FORKS" "$SESSION_SOCKET" "$@"; }
python() { if [ "$1" = -m ]; then forked "${@:2}"; else "$SESSION_PYTHON" "$@"; fi; }
hir-kit() { forked hir_kit "$@"; }
"""


class SessionError(Exception):
    """A block of a page does not do what the page says."""


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its text, where the text starts, and its comments."""

    language: str
    body: str
    start: int
    notes: dict[str, str]


@dataclass(frozen=True)
class Command:
    """One command of a console block, as it is written and as it is run, and its output."""

    lines: tuple[str, ...]
    output: tuple[str, ...]

    @property
    def line(self) -> str:
        """The command without its prompt."""
        return "\n".join(self.lines).removeprefix("$ ")


def blocks(page: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page."""
    for match in _BLOCK.finditer(page):
        notes = {name: value or "" for name, value in _NOTE.findall(match[1])}
        yield Block(match[2], match[3], match.start(3), notes)


def commands(body: str) -> list[Command]:
    """Return the commands of a console block; a backslash at the end continues a command."""
    found: list[Command] = []
    lines = body.splitlines()
    while lines:
        command = [lines.pop(0)]
        if not command[0].startswith("$ "):
            raise SessionError(f"a console block starts with '$ ', not {command[0]!r}")
        while command[-1].endswith("\\"):
            command.append(lines.pop(0))
        output = []
        while lines and not lines[0].startswith("$ "):
            output.append(lines.pop(0))
        found.append(Command(tuple(command), tuple(output)))
    return found


def replayed(page: str, directory: Path) -> str:
    """Return the page with the output that its blocks have when they run in this directory."""
    session, parts, end = _Session(directory), [], 0
    for block in blocks(page):
        parts += [page[end : block.start], session.replay(block)]
        end = block.start + len(block.body)
    return "".join([*parts, page[end:]])


class _Session:
    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._path = list(SOURCES)
        self._plugins = _default_plugins()
        self._printed = ""
        shutil.copytree(ROOT / "examples", directory / "examples")

    def replay(self, block: Block) -> str:
        """Run a block and return the text that it should have."""
        if "not run" in block.notes:
            return block.body
        if "file" in block.notes:
            target = self._directory / block.notes["file"]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.body, encoding="utf-8")
        elif block.language == "console":
            return self._replay_console(block)
        elif block.language == "python":
            self._printed = self._run(["python", "-c", block.body], block.body)
        elif "output" in block.notes:
            return _updated(tuple(block.body.splitlines()), self._printed)
        return block.body

    def _replay_console(self, block: Block) -> str:
        steps = commands(block.body)
        texts = []
        for number, step in enumerate(steps, start=1):
            code = int(block.notes.get("exit", "0")) if number == len(steps) else 0
            texts.append("\n".join(step.lines) + "\n" + self._replay_command(step, code))
        return "".join(texts)

    def _replay_command(self, step: Command, code: int) -> str:
        if step.line.startswith("pip install "):
            self._install(self._directory / step.line.split()[-1])
            return "".join(f"{line}\n" for line in step.output)
        real = self._run(["bash", "-c", f"{_SHELL}{step.line}"], step.line, code)
        return _updated(step.output, real)

    def _run(self, command: list[str], shown: str, code: int = 0) -> str:
        program = sys.executable if command[0] == "python" else command[0]
        result = subprocess.run(
            [program, *command[1:]],
            cwd=self._directory,
            env=self._environment() | _served(shown),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        if result.returncode != code:
            raise SessionError(
                f"exit code {result.returncode}, not {code}: {shown}\n{result.stdout}"
            )
        # NLTK's own data give the same sentences as those that ship; only the name differs.
        return result.stdout.replace("nltk punkt_tab/english", "embedded")

    def _environment(self) -> dict[str, str]:
        return _environment(
            HIR_KIT_LOAD_PLUGINS=",".join(self._plugins),
            HOME=str(self._directory),
            PYTHONPATH=os.pathsep.join(map(str, self._path)),
        )

    def _install(self, project: Path) -> None:
        self._path.append(project)
        self._plugins += write_metadata(project, project)


def _served(line: str) -> dict[str, str]:
    """Return what a command line's functions of `_SHELL` need."""
    trainer = "hir-kit train" in line or "hir_trainer" in line
    return {"SESSION_FORKS": forks.__file__, "SESSION_SOCKET": _forks(trainer=trainer).address}


@cache
def _forks(*, trainer: bool) -> forks.Forks:
    path = os.pathsep.join(map(str, SOURCES))
    made = forks.Forks(_environment(PYTHONPATH=path), trainer=trainer)
    atexit.register(made.close)
    return made


def _environment(**more: str) -> dict[str, str]:
    """Return the environment of all that is run."""
    return {
        **{name: value for name, value in os.environ.items() if name != "NLTK_DATA"},
        "COLUMNS": "80",
        "CUDA_VISIBLE_DEVICES": "",
        "HF_HUB_OFFLINE": "1",
        "PYTHONUTF8": "1",
        "SESSION_PYTHON": sys.executable,
        **more,
    }


def _default_plugins() -> list[str]:
    from hir_kit.plugins.loading import DEFAULT_PLUGINS

    return list(DEFAULT_PLUGINS)


def write_metadata(project: Path, site: Path) -> list[str]:
    """Write the `.dist-info` of a project into a directory; return the names of its plugins."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    described = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    points: dict[str, str] = described["entry-points"]["hir_kit"]
    name, version = described["name"], described["version"]
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    (info / "METADATA").write_text(head, encoding="utf-8")
    listed = "".join(f"{point} = {target}\n" for point, target in points.items())
    (info / "entry_points.txt").write_text(f"[hir_kit]\n{listed}", encoding="utf-8")
    return list(points)


def _updated(shown: tuple[str, ...], real: str) -> str:
    """Return the shown output if it is the real one, else the real one, trimmed at the same place.

    Where lines were left out, as many lines before and after the gap are shown as before.
    """
    lines = [line.rstrip() for line in real.splitlines()]
    lines = list(shown) if _is_shown(lines, shown) else _trimmed(lines, shown)
    return "".join(f"{line}\n" for line in lines)


def _is_shown(real: list[str], shown: tuple[str, ...]) -> bool:
    pattern = "".join(
        r"(?:.*\n)*?" if line == _GAP else re.escape(line).replace(r"\.\.\.", ".*") + r"\n"
        for line in shown
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in real)) is not None


def _trimmed(real: list[str], shown: tuple[str, ...]) -> list[str]:
    if _GAP not in shown:
        return real
    head, tail = shown.index(_GAP), shown[::-1].index(_GAP)
    if head + tail >= len(real):
        return real
    last = len(real) - tail
    return [
        *map(_kept, shown[:head], real[:head]),
        _GAP,
        *map(_kept, shown[len(shown) - tail :], real[last:]),
    ]


def _kept(shown: str, real: str) -> str:
    """Return the shown line where it still fits: it may have gaps that a real one has not."""
    return shown if _is_shown([real], (shown,)) else real
