"""A plugin that is a plain file may import the modules that lie beside it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hir_kit import ConstraintSpec, load
from hir_kit.rewards.trl import TrlReward

RULE = '''
from hir_kit import Response, fails, passes, verifier
{imports}

@verifier("{id}", describe="Say it.", cases=(passes("{word}"), fails("no")))
def rule(response: Response) -> bool:
    """The word is there."""
    {inside}
    return {use} in response.text
'''


@pytest.fixture
def rule(plugin: Callable[..., Path]) -> Callable[..., Path]:
    """Give a function that writes a plugin, and the modules beside it."""

    def write(
        folder: str, id: str, word: str, imports: str, use: str, inside: str = "", **beside: str
    ) -> Path:
        for name, code in beside.items():
            plugin(code, f"{folder}/{name.replace('_in_', '/')}.py")
        code = RULE.format(id=id, word=word, imports=imports, use=use, inside=inside or "...")
        return plugin(code, f"{folder}/rules.py")

    return write


WAYS: dict[str, dict[str, Any]] = {
    "import": {"imports": "import helper", "use": "helper.WORD", "helper": "WORD = '{}'"},
    "from": {"imports": "from helper import WORD", "use": "WORD", "helper": "WORD = '{}'"},
    "in a function": {
        "imports": "", "inside": "import helper", "use": "helper.WORD", "helper": "WORD = '{}'",
    },
    "of a helper": {
        "imports": "import helper", "use": "helper.WORD",
        "helper": "from deeper import WORD", "deeper": "WORD = '{}'",
    },
    "a package": {
        "imports": "from kit import inner", "use": "inner.WORD",
        "kit_in___init__": "", "kit_in_inner": "from .words import WORD",
        "kit_in_words": "WORD = '{}'",
    },
    "a dotted name": {
        "imports": "import kit.inner", "use": "kit.inner.WORD",
        "kit_in___init__": "", "kit_in_inner": "WORD = '{}'",
    },
    "a folder": {
        "imports": "from parts.inner import WORD", "use": "WORD", "parts_in_inner": "WORD = '{}'",
    },
    "importlib's way": {
        "imports": "import helper as other, json", "use": "json.loads(json.dumps(other.WORD))",
        "helper": "import os.path, json\nWORD = '{}'",
    },
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_two_plugins_each_with_modules_of_one_name(rule: Callable[..., Path], way: str) -> None:
    def made(folder: str, word: str) -> Path:
        said = {key: code.replace("{}", word) for key, code in WAYS[way].items()}
        return rule(folder, f"acme:{word}", word, **said)

    before, path = set(sys.modules), list(sys.path)
    kit = load([made("a", "milk"), made("b", "bread")])
    for word, other in (("milk", "bread"), ("bread", "milk")):
        checker = kit.checker([ConstraintSpec(f"acme:{word}")])
        assert checker.check(f"some {word}").follow_all
        assert checker.check(f"some {other}").follow_all is False
    assert sys.path == path
    new = {name for name in set(sys.modules) - before if not name.startswith("hir_kit_plugin_")}
    assert not new & {"helper", "deeper", "kit", "kit.inner"}


def test_neither_python_nor_hir_kit_is_taken_from_the_folder(rule: Callable[..., Path]) -> None:
    mine = rule(
        "a", "acme:milk", "milk", "import json\nimport helper", "helper.WORD",
        helper="import hir_kit\nWORD = 'milk' if hir_kit.__name__ == 'hir_kit' else ''",
        json="raise RuntimeError('not this one')",
        hir_kit="raise RuntimeError('not this one')",
    )  # fmt: skip
    assert load([mine]).checker([ConstraintSpec("acme:milk")]).check("milk").follow_all


def test_what_a_helper_raises_names_its_file(rule: Callable[..., Path], here: Any) -> None:
    mine = rule("a", "acme:milk", "milk", "import helper", "''", helper="\n1 / 0")
    ran = here("plugins", "--plugin", mine)
    assert ran.code == 2
    assert "rules.py" in ran.err
    assert "(helper.py:2)" in ran.err


def test_a_module_that_is_not_there(rule: Callable[..., Path], here: Any) -> None:
    ran = here("plugins", "--plugin", rule("a", "acme:milk", "milk", "import helpless", "''"))
    assert ran.code == 2
    assert "No module named 'helpless'" in ran.err


def test_the_version_is_that_of_all_files(rule: Callable[..., Path]) -> None:
    def version(folder: str, helper: str) -> str:
        mine = rule(folder, "acme:milk", "milk", "import helper", "helper.WORD", helper=helper)
        (plugin,) = [one for one in load([mine]).plugins if one.name == "rules.py"]
        return plugin.version

    assert version("a", "WORD = 'milk'") == version("b", "WORD = 'milk'")
    assert version("c", "WORD = 'milk '") != version("b", "WORD = 'milk'")


def test_workers_and_rewards_find_it_too(
    rule: Callable[..., Path], process: Any, dump: Callable[..., Path], row: Any
) -> None:
    mine = rule("a", "acme:milk", "milk", "import helper", "helper.WORD", helper="WORD = 'milk'")
    asked = [{"id": "acme:milk"}]
    rows = [row("milk", "tea", constraints=asked, id=str(n)) for n in range(2)]
    ran = process("verify", dump(rows), "--plugin", mine, "--workers", "2", "-o", "-")
    assert [line["follow_all"] for line in ran.lines] == [True, False, True, False]
    reward = TrlReward(plugins=[mine], workers=1)
    assert reward(["p"], ["milk"], constraints=[json.dumps(asked)]) == [1.0]
