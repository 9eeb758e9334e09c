"""Options of parts: given by `--set`, in every process, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hir_kit
from hir_kit import OptionError

CODE = """
from enum import Enum
from pydantic import BaseModel, Field, PositiveInt, SecretStr
import hir_kit
from hir_kit import Response, Verdict, Verifier, hookimpl
from hir_kit.plugin import Refusal

class Tone(str, Enum):
    PLAIN = "plain"
    LOUD = "loud"

class Limits(BaseModel):
    most: PositiveInt = Field(default=1, description="How many marks are fine.")
    tone: Tone = Tone.PLAIN
    marks: list[str] = ["!"]
    key: SecretStr | None = None

limits = Limits()

class Marks(Verifier, id="mine:marks"):
    def describe(self) -> str:
        return "Few marks."
    def check(self, response: Response) -> Verdict:
        found = sum(response.text.count(mark) for mark in limits.marks)
        key = limits.key.get_secret_value() if limits.key else None
        return self.verdict(found <= limits.most, measured=f"{found} {key}")

def configure(given):
    global limits
    if given.tone is Tone.LOUD and given.most < 2:
        raise ValueError("loud needs two marks")
    limits = given

@hookimpl
def register_verifiers(register):
    register(Marks)

@hookimpl
def register_options(register):
    register(Limits, configure)
"""
ROW = {"id": "q", "prompt": "Few marks.", "constraints": [{"id": "mine:marks"}]}


@pytest.fixture
def mine(plugin: Callable[..., Path]) -> Path:
    return plugin(CODE)


def _measured(kit: hir_kit.Kit, text: str) -> Any:
    return kit.checker([hir_kit.ConstraintSpec("mine:marks")]).check(text).strict[0].measured


def test_values_are_read_as_their_types(mine: Path) -> None:
    given = {"mine.py.most": "2", "mine.py.marks": '["!", "?"]', "mine.py.key": "s3"}
    kit = hir_kit.load([mine], installed=False, set=given)
    assert _measured(kit, "What?!") == "2 s3"
    assert kit.chosen() == {"mine.py.marks": ["!", "?"], "mine.py.most": 2}
    assert kit.provenance()["options"] == kit.chosen()
    assert "options" not in hir_kit.load([mine], installed=False).provenance()
    assert "s3" not in repr(kit.origin)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("mine.py.mots=3", "has no option 'mots'. Did you mean 'most'? It has: key, marks, most"),
        ("mine.py.most=0", "mine.py.most (plugin, int > 0): input should be greater than 0, got 0"),
        ("mine.py.most=x", "input should be a valid integer, unable to parse string"),
        ("mine.py.tone=flat", "input should be 'plain' or 'loud', got 'flat'"),
        ("mine.py.tone=loud", "cannot use its options: ValueError: loud needs two marks"),
        ("mine.most=3", "no part named 'mine' is loaded. Did you mean 'mine.py'?"),
        ("render.most=3", "render.most: 'render' has no options"),
        ("mine.py.most", "--set takes NAME.key=value"),
        ("most=3", "an option is NAME.key, such as judge.model, got 'most'"),
    ],
)
def test_what_is_no_option_is_refused(
    given: str, said: str, mine: Path, here: Callable[..., Any], dump: Callable[..., Path]
) -> None:
    ran = here("verify", dump([{**ROW, "responses": ["!"]}]), "--plugin", mine, "--set", given)
    assert ran.code == 2
    assert said in ran.err


def test_an_option_of_a_plugin_that_is_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OptionError, match="no part named 'absent' is loaded"):
        hir_kit.load(set={"absent.key": 1})
    monkeypatch.setenv("HIR_KIT_LOAD_PLUGINS", "hir_verifiers")
    with pytest.raises(OptionError, match="'hir_plugin_dumps' is not loaded: HIR_KIT_LOAD"):
        hir_kit.load(set={"hir_plugin_dumps.key": 1})


def test_a_wrong_secret_is_not_shown(mine: Path) -> None:
    with pytest.raises(OptionError, match=r"mine\.py\.key") as raised:
        hir_kit.load([mine], installed=False, set={"mine.py.key": ["hidden"]})
    assert "hidden" not in str(raised.value)


@pytest.mark.parametrize("workers", [0, 2])
def test_workers_have_the_same_options_and_resuming_asks_for_them(
    workers: int, mine: Path, here: Callable[..., Any], dump: Callable[..., Path], tmp_path: Path
) -> None:
    path, out = dump([{**ROW, "responses": ["Oh! Ah!"]}]), tmp_path / "out.jsonl"
    chosen = ("--set", "mine.py.most=2", "--set", "mine.py.key=s3")
    ran = here("verify", path, "--plugin", mine, *chosen, "--workers", workers, "-o", out)
    assert ran.code == 0
    assert json.loads(out.read_bytes())["verdicts"] == [{"status": "satisfied", "measured": "2 s3"}]


def test_options_are_shown(mine: Path, here: Callable[..., Any]) -> None:
    shown = here("plugins", "show", "mine.py", "--plugin", mine).out.decode()
    assert "- verifier mine:marks" in shown
    assert "- `mine.py.most`: int > 0, by default `1`. How many marks are fine." in shown
    rows = here("plugins", "show", "mine.py", "--plugin", mine, "--json").json["options"]
    assert {row["name"]: row["default"] for row in rows} == {
        "mine.py.most": 1,
        "mine.py.tone": "plain",
        "mine.py.marks": ["!"],
        "mine.py.key": None,
    }
    shown = here("verifiers", "show", "mine:marks", "--plugin", mine).out.decode()
    assert "## Options of mine.py" in shown
    shown = here("formats", "show", "open-instruct").out.decode()
    assert "`open-instruct.tokenizer`: str | None" in shown
    assert here("formats", "show", "open-instrct").code == 2
    of_its_part = here("plugins", "show", "open-instruct").out
    assert of_its_part == here("plugins", "show", "hir_plugin_dumps").out
    assert here("plugins", "show", "code").out.startswith(b"hir_plugin_code (built-in)")
    assert here("plugins", "show", "none").code == 2
    assert here("plugins", "--json", "show", "mine.py").code == 2


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("class M(BaseModel):\n    a: int", "the option 'a' of the judge 'j' needs a default"),
        ("M = frozenset()", "the options of the judge 'j' are a class of pydantic.BaseModel"),
    ],
)
def test_options_that_a_part_cannot_have(
    model: str, said: str, plugin: Callable[..., Path], here: Callable[..., Any]
) -> None:
    code = f"""
from pydantic import BaseModel
from hir_kit import hookimpl
{model}
class J:
    name = "j"
    options = M
    def configure(self, options): pass
    def claims(self, spec): return True
    async def judge(self, questions): return []
@hookimpl
def register_judges(register):
    register(J())
"""
    ran = here("plugins", "--plugin", plugin(code))
    assert ran.code == 2
    assert said in ran.err
