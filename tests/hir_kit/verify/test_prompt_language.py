"""Which language a prompt's script speaks for, and what `--languages auto` makes of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hir_kit
from hir_kit import ConstraintSpec
from hir_kit.cli import main
from hir_kit.plugin import scripts
from hir_kit.rewards.trl import TrlReward
from hir_kit.verify.prompt_language import IDS, in_prompts_language
from hir_kit.verify.scripts import script_language

REGISTRY = hir_kit.load(installed=False).registry


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Do not use commas.", None),
        ("Пиши без запятых.", None),
        ("123 !!!", None),
        ("", None),
        ("不要使用逗号", "zh"),
        ("请用 Python 写一个函数，不要写 class", "zh"),
        ("Translate 你好 into English.", None),
        ("読点を使わないで", "ja"),
        ("ひらがな", "ja"),
        ("쉼표를 쓰지 마세요 (Python)", "ko"),
        ("ห้ามใช้จุลภาค", "th"),
        ("अल्पविराम का प्रयोग न करें", "hi"),
        ("لا تستخدم الفواصل", "ar"),
        ("কমা ব্যবহার করবেন না", "bn"),
    ],
)
def test_the_script_of_most_letters_decides(text: str, language: str | None) -> None:
    assert script_language(text) == language


@given(st.text())
def test_letters_are_counted_once(text: str) -> None:
    assert sum(scripts(text).values()) == sum(map(str.isalpha, text))


def test_counts_and_punctuation_alone_get_the_language() -> None:
    specs = [ConstraintSpec(id, text="x") for id in sorted(REGISTRY) if ":" in id]
    prompt = [{"role": "system", "content": "English"}, {"role": "user", "content": "不要使用逗号"}]
    found = in_prompts_language(specs, prompt, REGISTRY)
    changed = {old.id for old, new in zip(specs, found, strict=True) if old != new}
    assert changed == IDS
    assert {new.id for new in found} & {f"zh:{id}" for id in IDS} == {f"zh:{id}" for id in IDS}
    assert all(new.text == "x" for new in found)


def test_where_nobody_knows_the_language_the_ids_stay() -> None:
    spec = ConstraintSpec("punctuation:no_comma")
    assert in_prompts_language([spec], "不要使用逗号", hir_kit.Registry()) == (spec,)


ROWS = [
    {
        "id": "a",
        "prompt": "介绍绿茶。不要使用任何逗号。",
        "responses": ["茶，香，淡，好，喝，", "茶香。"],
    },
    {"id": "b", "prompt": "Describe tea. No commas.", "responses": ["茶，香"]},
]


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "dump.jsonl"
    rows = [{**row, "constraints": [{"id": "punctuation:no_comma"}]} for row in ROWS]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    code = ended.value.code
    return code if isinstance(code, int) else 0


@pytest.mark.parametrize("workers", ["0", "1"])
def test_verify_reads_and_says_so(
    dump: Path, workers: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run("verify", str(dump), "--languages", "auto", "-o", "-", "--workers", workers) == 0
    out, err = capfd.readouterr()
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["follow_all"] for row in rows] == [False, True, True]
    assert "languages: counts and punctuation read as in zh (1)" in err
    assert "Hint" not in err


@pytest.mark.parametrize("command", [["verify"], ["relabel", "-o", "rows.jsonl"]])
def test_the_summary_for_machines_says_so_too(
    dump: Path, command: list[str], capfd: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    monkeypatch.chdir(dump.parent)
    assert run(command[0], str(dump), *command[1:], "--json") == 0
    assert "languages" not in json.loads(capfd.readouterr().out)
    assert run(command[0], str(dump), *command[1:], "--json", "--languages", "auto") == 0
    assert json.loads(capfd.readouterr().out)["languages"] == {"zh": 1}


def test_verify_hints_where_it_is_not_asked(dump: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("verify", str(dump), "-o", "-") == 0
    out, err = capfd.readouterr()
    assert all(json.loads(line)["follow_all"] for line in out.splitlines())
    assert "Hint: prompts in zh (1) meet counts or punctuation of English" in err


def test_relabelled_rows_hold_the_ids_with_the_language(
    dump: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run("relabel", str(dump), "--languages", "auto", "-o", "-") == 0
    rows = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    ids = {row["id"]: row["constraints"][0]["id"] for row in rows}
    assert ids["a/0"] == "zh:punctuation:no_comma"
    assert ids["b/0"] == "punctuation:no_comma"
    assert [row["label"] for row in rows if row["kind"] == "original"] == [False, True, True]


def test_a_reward_reads_them_too() -> None:
    columns: dict[str, Any] = {"constraints": [[{"id": "punctuation:no_comma"}]] * 2}
    prompts = ["不要使用任何逗号。", [{"role": "user", "content": "No commas."}]]
    completions = ["茶，香", "茶，香"]
    auto = TrlReward(workers=0, languages="auto")
    assert auto(prompts, completions, **columns) == [0.0, 1.0]
    assert TrlReward(workers=0)(prompts, completions, **columns) == [1.0, 1.0]
    with pytest.raises(hir_kit.UsageError, match="'auto' or None"):
        TrlReward(languages="zh")  # type: ignore[arg-type]  # it is wrong
