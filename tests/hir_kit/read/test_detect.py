"""Telling the format of a dump by its first rows."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import hir_kit
from hir_kit import PluginError, UsageError
from hir_kit.files.open import Input
from hir_kit.read.detect import detect

INSTRUCTIONS = Path(__file__).parents[3] / "examples" / "instructions"
KIT = hir_kit.load(installed=False)
PAIR = {"prompt": "Do.", "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}
IFEVAL = {**PAIR, "response": "x"}
FOREIGN = {"question": "Do.", "answer": "x"}


def _detect(*files: Path, formats: Any = None) -> str:
    return detect([Input(str(file)) for file in files], formats or KIT.formats)


@pytest.mark.parametrize("extra", [{}, {"schema": 2}, {"kwargs": None}])
def test_a_group_is_hir(extra: Any, dump: Any, row: Any) -> None:
    path = dump([row(**extra)])
    assert _detect(path) == "hir"


@pytest.mark.parametrize("emit", ["hir"])
def test_what_relabel_wrote_is_hir(
    emit: str, here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    out = tmp_path / "replays.jsonl"
    here("relabel", dump([row("One.", "a, b")]), "-o", out, "--emit", emit)
    assert _detect(out) == "hir"


@pytest.mark.parametrize("item", [IFEVAL, {"prompt": "Do.", "response": ["x", "y"]}])
def test_responses_with_their_prompt_are_ifeval(item: Any, dump: Any) -> None:
    assert _detect(dump([item])) == "ifeval"


@pytest.mark.parametrize(
    "item",
    [
        FOREIGN,
        {},
        PAIR,
        {"prompt": True, "response": "x"},
        {"prompt": 7.5, "response": "x"},  # a whole number is a row of the prompts file
        {"prompt": "Do.", "response": "x", "constraints": []},
        {"prompt": "Do.", "response": "x", "instruction_id_list": ["a:b"]},
        {"prompt": "Do.", "completion": "x", "constraints": []},
        {"prompt": "Do.", "responses": "x", "constraints": []},
    ],
)
def test_other_rows_are_no_ones_and_jsonl_is_never_guessed(item: Any, dump: Any) -> None:
    with pytest.raises(UsageError, match=r"no format recognizes .*--response-field") as caught:
        _detect(dump([item]))
    assert repr(sorted(item))[1:-1] in str(caught.value)
    assert f"Known: {', '.join(sorted(KIT.formats))}" in str(caught.value)


class _Claims:
    """A format that takes rows with a key."""

    def __init__(self, name: str, key: str) -> None:
        self.name, self.key = name, key

    def recognizes(self, row: Any) -> bool:
        return row[self.key] is not None


def test_two_candidates_are_named(dump: Any, row: Any) -> None:
    formats = {**KIT.formats, "acme": _Claims("acme", "prompt")}
    path = dump([row()])
    with pytest.raises(UsageError, match=rf"{path} can be read as acme or as hir: .*--format NAME"):
        _detect(path, formats=formats)


def test_a_format_that_raises_is_named(dump: Any, row: Any) -> None:
    formats = {"acme": _Claims("acme", "nothing")}
    with pytest.raises(PluginError, match=r"'acme': recognizes\(\) raised KeyError: 'nothing'"):
        _detect(dump([row()]), formats=formats)


def test_a_format_without_recognizes_is_never_guessed(dump: Any, row: Any) -> None:
    with pytest.raises(UsageError, match="Known: jsonl"):
        _detect(dump([row()]), formats={"jsonl": KIT.formats["jsonl"]})


def test_broken_rows_at_the_start_are_passed_over(dump: Any, row: Any) -> None:
    lines = [b"rubbish", b"[1", b'{"x": 1}', json.dumps(row()).encode()]
    assert _detect(dump(b"\n".join(lines))) == "hir"


def test_files_of_two_formats_are_refused(dump: Any, row: Any) -> None:
    one, two = dump([row()], "one.jsonl"), dump([IFEVAL], "two.jsonl")
    with pytest.raises(UsageError, match=r"one\.jsonl is of the format 'hir', .*two\.jsonl of 'if"):
        _detect(one, two)


@pytest.mark.parametrize("content", [b"", b"\n \n", b"rubbish\n7\n"])
def test_files_without_objects_do_not_count(content: bytes, dump: Any) -> None:
    empty = dump(content, "empty.jsonl")
    assert _detect(empty) == "hir"
    assert _detect(empty, dump([IFEVAL])) == "ifeval"


# the command


def test_the_format_is_said_unless_it_is_the_own_one(here: Any, dump: Any, row: Any) -> None:
    ran = here("verify", dump([IFEVAL]), "-o", "-")
    assert ran.code == 0
    assert ran.err.startswith("format: ifeval, by its rows; --format names another\n")
    assert here("verify", dump([IFEVAL]), "--format", "auto", "-o", "-") == ran
    assert "format:" not in here("verify", dump([IFEVAL]), "--format", "ifeval").err
    assert here("verify", dump([row()])).err == ""


def test_nothing_of_standard_input_is_lost(process: Any, row: Any) -> None:
    rows = [row("One.", id=f"q{n}") for n in range(2000)]
    data = b"".join(json.dumps(item).encode() + b"\n" for item in rows)
    ran = process("verify", "-", "-o", "-", stdin=data)
    assert [line["group"] for line in ran.lines] == [item["id"] for item in rows]
    assert process("verify", "-", "--check", stdin=data).code == 0


def test_a_later_row_of_another_shape_is_a_reject(
    here: Any, dump: Any, row: Any, rejects_of: Any, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    assert here("verify", dump([row(), IFEVAL, row(id="q2")]), "-o", out).code == 0
    assert [reject["line"] for reject in rejects_of(out)] == [2]
    assert len(out.read_bytes().splitlines()) == 2


def test_columns_mean_jsonl(here: Any, dump: Any) -> None:
    item = {"q": "Do.", "response": "x", "constraints": [{"id": "punctuation:no_comma"}]}
    ran = here("verify", dump([item]), "--prompt-field", "q", "-o", "-")
    assert (ran.code, ran.lines[0]["follow_all"]) == (0, True)
    assert "format" not in ran.err


def test_no_format_can_be_called_auto(here: Any, plugin: Any) -> None:
    code = """
from hir_kit import hookimpl

class Auto:
    name, summary, uses = "auto", "mine", frozenset()
    def read(self, files, options, feedback):
        return iter(())

@hookimpl
def register_formats(register):
    register(Auto())
"""
    ran = here("formats", "--plugin", plugin(code))
    assert ran.code == 2
    assert "no format can have the name 'auto'" in ran.err


@pytest.mark.parametrize("path", sorted(INSTRUCTIONS.glob("*.jsonl")), ids=lambda path: path.stem)
def test_instructions_given_as_the_dump_are_told_from_it(path: Path, here: Any) -> None:
    ran = here("verify", path)
    assert ran.code == 2
    assert re.search(
        rf"{path} is a file of instructions \([\w-]+\): give it with --prompts", ran.err
    )
    assert "and the responses as the dump" in ran.err
