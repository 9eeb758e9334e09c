"""Functions that want more than a verdict get none, and nothing else either."""

from __future__ import annotations

from pathlib import Path

import pytest

from hir_kit import Status

from .conftest import Ask
from .hostile import GET, HOSTILE, ONE


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_unknown_and_has_no_effect(ask: Ask, name: str, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    verdict = ask(HOSTILE[name].replace("MARK", str(mark)))
    assert verdict.status is Status.UNKNOWN
    assert verdict.reason
    assert verdict.reason.isprintable()
    assert len(verdict.reason) < 250
    assert list(tmp_path.iterdir()) == []
    fine = ask("def evaluate(response):\n    return response == 'Tea is hot.'")
    assert fine.status is Status.SATISFIED


CHANGES = {
    "json": (
        "import json\n" + ONE + "    json.loads = lambda text: {}\n    return True",
        "import json\n" + ONE + "    return json.loads(response) == [1]",
        "[1]",
    ),
    "re": (
        "import re\n" + ONE + "    re.search = re.match = lambda *_: None\n    return True",
        "import re\n" + ONE + "    return re.search('a', response) is not None",
        "tea",
    ),
    "builtins": (
        GET + ONE + "    get('builtins').len = lambda _: 0\n    return True",
        ONE + "    return len(response) == 3",
        "tea",
    ),
    "a class": (
        "import collections\n"
        + ONE
        + "    collections.Counter.most_common = lambda *_: []\n    return True",
        "import collections\n"
        + ONE
        + "    return collections.Counter(response).most_common(1) == [('a', 2)]",
        "aab",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_one_changes_the_next_does_not_see(ask: Ask, name: str) -> None:
    change, use, response = CHANGES[name]
    assert ask(change, response).status is Status.SATISFIED
    assert ask(use, response).status is Status.SATISFIED


def test_no_response_is_seen_by_the_function_of_another(ask: Ask) -> None:
    keep = (
        GET
        + ONE
        + "    kept = getattr(get('builtins'), 'kept', [])\n    kept.append(response)\n"
        + "    get('builtins').kept = kept\n    return len(set(kept)) == 1"
    )
    assert ask(keep, "the first secret").status is Status.SATISFIED
    assert ask(keep, "the second secret").status is Status.SATISFIED


def test_the_environment_is_not_there(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    from hir_plugin_code.sandboxes import sandboxes

    monkeypatch.setenv("SECRET_TOKEN", "x" * 20)
    sandboxes().close()
    source = GET + ONE + "    return sorted(getattr(get('o' + 's'), 'env' + 'iron')) == ['TZ']"
    assert ask(source).status is Status.SATISFIED


REFUSED = {
    "import os.path\n" + ONE + "    return True": "imports os",
    "from os import environ\n" + ONE + "    return True": "imports os",
    "from . import x\n" + ONE + "    return True": "imports .,",
    "from llm_call import llm_score\n" + ONE + "    return True": "asks a model",
    ONE + "    return llm_score(response) > 5": "asks a model",
    "def evaluate(response:\n": "is no Python (line 1)",
    "def evaluate(a, b, c):\n    return True": "of 3 arguments",
    "def evaluate():\n    return True": "of 0 arguments",
    "def evaluate(response, *, more):\n    return True": "of 1 arguments",
    f"import {'x' * 9000}\n" + ONE + "    return True": f"imports {'x' * 40}, which",
    f"def evaluate(a, b, c):\n    __{'x' * 9000}__": f"uses __{'x' * 38}, which",
    f"def {'x' * 9000}(a, b, c): pass": f"'{'x' * 40}' of 3 arguments",
    "x = 1": "defines no function",
    "": "defines no function",
    "x = 1\0": "no",
    "(" * 9000 + ONE: "no",
    "-" * 19000 + "1": "",
    "#" * 20_001: "is longer than 20000 characters",
    "\ud800": "cannot be parsed",
}


@pytest.mark.parametrize("source", REFUSED, ids=range(len(REFUSED)))
def test_what_is_refused_says_why(ask: Ask, source: str) -> None:
    verdict = ask(source)
    assert verdict.status is Status.UNKNOWN
    assert REFUSED[source] in str(verdict.reason)
    assert "is not run: it" in str(verdict.reason)
    assert len(str(verdict.reason)) < 250


def test_a_class_that_is_called_as_bool_is_none(ask: Ask) -> None:
    named = ask(ONE + "    bool = type('bool', (int,), {})\n    return bool(1)")
    assert named.status is Status.UNKNOWN
    assert "returned another class named bool, not a bool" in str(named.reason)
    assert "line None" not in str(ask("x = 1\0").reason)
