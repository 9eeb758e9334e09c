"""`hir-kit verifiers new`: a plugin project that installs and passes its own tests at once."""

from __future__ import annotations

import re
from pathlib import Path

from hir_kit._version import __version__
from hir_kit.errors import UsageError
from hir_kit.files.save import naming, open_target

_NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*\Z")

_FILES = {
    "pyproject.toml": """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "hir-kit-{dashed}"
version = "0.1.0"
description = "Constraint verifiers for hir-kit."
readme = "README.md"
requires-python = ">=3.10"
dependencies = ["hir-kit>={version}"]

[project.optional-dependencies]
dev = ["pytest>=8"]

[project.entry-points.hir_kit]
{dashed} = "hir_kit_{module}"

[tool.hatch.build.targets.wheel]
packages = ["hir_kit_{module}"]
""",
    "README.md": """\
# hir-kit-{dashed}

Constraint verifiers for [hir-kit](https://pypi.org/project/hir-kit/).

    pip install -e '.[dev]'
    pytest
    hir-kit plugins
    hir-kit verifiers show {module}:max_emoji
""",
    "hir_kit_{module}/__init__.py": '''\
"""The verifiers of hir-kit-{dashed}; hir-kit finds them by the entry point in pyproject.toml."""

from hir_kit import hookimpl


@hookimpl
def register_verifiers(register):
    from hir_kit_{module}.verifiers import MaxEmoji

    register(MaxEmoji)
''',
    "hir_kit_{module}/verifiers.py": '''\
"""One class per constraint. Its fields are the kwargs, its cases are documentation and test."""

from hir_kit import NonNegativeInt, Response, Verdict, Verifier, fails, passes


def count_emoji(text: str) -> int:
    """Count the characters of the main emoji blocks. An analysis: a pure function of the text."""
    return sum(1 for character in text if 0x1F300 <= ord(character) <= 0x1FAFF)


class MaxEmoji(Verifier, id="{module}:max_emoji"):
    """At most so many emoji.

    ## What it checks
    The number of characters between U+1F300 and U+1FAFF is at most `limit`.

    ## Known limits
    Emoji made of several characters, such as families, count several times.
    """

    limit: NonNegativeInt

    cases = (
        passes("Tea is ready \\U0001f375", limit=1),
        fails("Tea \\U0001f375 and cake \\U0001f370", limit=1),
    )

    def describe(self) -> str:
        """Return the sentence that asks for it."""
        return f"Use at most {{self.limit}} emoji."

    def check(self, response: Response) -> Verdict:
        """Count; `response.get` computes an analysis once per response."""
        n = response.get(count_emoji)
        return self.verdict(n <= self.limit, measured=n, reason=f"{{n}} emoji")
''',
    "tests/test_verifiers.py": '''\
"""The verifiers are found, and their own cases hold."""

import subprocess
import sys

import hir_kit


def test_it_is_loaded():
    assert "{module}:max_emoji" in hir_kit.load().registry


def test_its_cases_hold():
    command = [sys.executable, "-m", "hir_kit", "verifiers", "check", "{module}:max_emoji"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
''',
}


def write_project(name: str, directory: str) -> Path:
    """Write a plugin project `hir-kit-NAME` below a directory and return its folder.

    Raises UsageError where the name cannot be one, or the folder exists.
    """
    if not _NAME.match(name):
        raise UsageError(
            f"{name!r} is no name for a plugin: lower-case letters, digits, and single - or _ "
            "between them, starting with a letter"
        )
    module, dashed = name.replace("-", "_"), name.replace("_", "-")
    project = Path(directory) / f"hir-kit-{dashed}"
    if project.exists():
        raise UsageError(f"{project} exists already")
    for path, text in _FILES.items():
        target = project / path.format(module=module)
        _write(target, text.format(module=module, dashed=dashed, version=__version__))
    return project


def _write(path: Path, text: str) -> None:
    with naming(str(path)):
        path.parent.mkdir(parents=True, exist_ok=True)
    with open_target(str(path)) as stream:
        stream.write(text.encode())
