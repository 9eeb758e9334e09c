"""Constraints and responses that a user can get wrong, through the real command.

No traceback, no silent pass, no lost row.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

Row = dict[str, Any]

WORDS: Row = {
    "id": "length_constraints:number_words",
    "kwargs": {"relation": "at least", "num_words": 3},
}


def _verify(here: Any, path: Path, tmp_path: Path, *options: str) -> tuple[Any, list[Row]]:
    """Verify a dump; return what the command said and the verdict lines."""
    out = tmp_path / "verdicts.jsonl"
    ran = here("verify", path, "-o", out, *options)
    lines = out.read_bytes().splitlines() if out.exists() else []
    return ran, [json.loads(line) for line in lines]


# prompts that ask nothing


@pytest.mark.parametrize("prompt", ["", " \n", [{"role": "user", "content": ""}]])
@pytest.mark.parametrize("options", [(), ("--response-field", "responses")])
def test_nobody_trains_on_an_empty_prompt(
    prompt: Any, options: tuple[str, ...], here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    path = dump([{**row("Tea."), "prompt": prompt}, {**row("Tea."), "id": "b"}])
    ran = here("relabel", path, "-o", out, *options)
    assert ":1: the prompt is empty" in ran.err
    (written,) = [json.loads(line) for line in out.read_bytes().splitlines()]
    assert written["prompt"] != prompt


# constraints that are not what they claim


def test_check_says_what_was_checked(here: Any, dump: Any, row: Any) -> None:
    ran = here("verify", dump([row("Tea.", "Mate.")]), "--check")
    assert (ran.code, "check: all is met: 2 rollouts, 2 verdicts" in ran.err) == (0, True)
    ran = here("verify", dump([row("Tea.", "a, b")]), "--check")
    assert ran.code == 1
    assert "check: not all is met: 2 rollouts, 2 verdicts; 1 without everything" in ran.err
    ran = here("verify", dump([row("Tea."), {"id": 1}]), "--check")
    assert (ran.code, "and 1 rejected" in ran.err) == (1, True)
    assert "check:" not in here("verify", dump([row("Tea.")])).err


def test_a_soft_constraint_names_what_judges_it(here: Any, dump: Any, row: Any) -> None:
    soft = {"id": "judge:criterion", "kwargs": {"criterion": "Be kind."}}
    ran = here("verify", dump([row("Tea.", constraints=[soft])]))
    assert "`hir-kit judge DUMP -o FILE` asks one" in ran.out.decode()


@pytest.mark.parametrize("id", [3, 3.0, "3"])
def test_an_integral_number_is_an_id(
    id: Any, here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    responses = [{"text": "Tea.", "id": id}]
    assert here("verify", dump([{**row(), "responses": responses, "id": id}]), "-o", out).code == 0
    [found] = [json.loads(line) for line in out.read_bytes().splitlines()]
    assert (found["group"], found["id"]) == ("3", "3")
    bad = here("verify", dump([{**row("Tea."), "id": 3.5}]))
    assert "an id is a string or an integer, got 3.5" in bad.err


def test_an_unknown_constraint_id_is_unknown_and_the_run_goes_on(
    here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    misspelt = {"id": "punctuation:no_commas", "kwargs": {}}
    path = dump([row("One, two.", constraints=[misspelt, WORDS]), row("Fine.", id="q2")])
    ran, lines = _verify(here, path, tmp_path)
    assert ran.code == 0
    assert [[v["status"] for v in line["verdicts"]] for line in lines] == [
        ["unknown", "violated"],
        ["satisfied"],
    ]
    assert "punctuation:no_comma'" in lines[0]["verdicts"][0]["reason"]
    report = ran.out.decode()
    assert "unknown, and why:" in report
    assert "Did you mean 'punctuation:no_comma'" in report


def test_an_unknown_id_alone_is_no_pass(here: Any, dump: Any, row: Any, tmp_path: Path) -> None:
    path = dump([row(constraints=[{"id": "acme:nothing_near"}])])
    ran, lines = _verify(here, path, tmp_path, "--check", "--json")
    assert ran.code == 1
    assert lines[0]["follow_all"] is None
    assert ran.json["strict"]["rollouts"] == {"followed": 0, "failed": 0, "undetermined": 1}
    assert ran.json["unknown"][0]["count"] == 1
    assert "hir-kit verifiers list" in ran.json["unknown"][0]["reason"]


BAD_KWARGS = {
    "missing": ({"relation": "at least"}, ["'num_words' is missing"]),
    "surplus": (
        {"relation": "at least", "num_word": 3, "num_words": 3},
        ["unknown kwarg 'num_word'", "Did you mean 'num_words'? Given"],
    ),
    "wrong type": ({"relation": "at least", "num_words": "many"}, ["'num_words'", "integer"]),
    "no such word": ({"relation": "at lest", "num_words": 3}, ["'relation'", "at least"]),
    "fraction": ({"relation": "at least", "num_words": 3.5}, ["'num_words'", "integer"]),
    "boolean": ({"relation": "at least", "num_words": True}, ["'num_words'", "integer"]),
    "a list": (["at least", 3], ["kwargs are an object or null"]),
    "text": ("about three", ["neither JSON nor a Python literal", "'about three'"]),
}


@pytest.mark.parametrize("case", BAD_KWARGS)
def test_kwargs_that_do_not_fit_reject_the_row(
    case: str, here: Any, dump: Any, row: Any, rejects_of: Any, tmp_path: Path
) -> None:
    kwargs, said = BAD_KWARGS[case]
    wrong = row(id="wrong", constraints=[{"id": WORDS["id"], "kwargs": kwargs}])
    path = dump([row("Good one."), wrong, row("Good two.", id="q2")])
    ran, lines = _verify(here, path, tmp_path)
    assert ran.code == 0
    assert [line["id"] for line in lines] == ["q1/0", "q2/0"]
    [reject] = rejects_of(tmp_path / "verdicts.jsonl")
    assert (reject["file"], reject["line"]) == (str(path), 2)
    assert WORDS["id"] in reject["reason"]
    for part in said:
        assert part in reject["reason"]
    assert json.loads(reject["row"])["id"] == "wrong"
    assert f"{path}:2" in ran.err
    assert "1 row was rejected" in ran.err


def test_an_error_of_kwargs_says_what_was_given_and_what_is_allowed(
    here: Any, dump: Any, row: Any, rejects_of: Any, tmp_path: Path
) -> None:
    path = dump([row(constraints=[{"id": WORDS["id"], "kwargs": {"words": 3}}])])
    _verify(here, path, tmp_path)
    [reject] = rejects_of(tmp_path / "verdicts.jsonl")
    assert "Given: {'words': 3}" in reject["reason"]
    assert "Allowed: " in reject["reason"]
    assert "num_words: int" in reject["reason"]
    assert "'at least' | 'less than'" in reject["reason"]


def test_the_wrong_item_of_a_list_is_named(
    here: Any, dump: Any, row: Any, rejects_of: Any, tmp_path: Path
) -> None:
    kwargs = {"keywords": ["fine", 7]}
    path = dump([row(constraints=[{"id": "keywords:existence", "kwargs": kwargs}])])
    _verify(here, path, tmp_path)
    [reject] = rejects_of(tmp_path / "verdicts.jsonl")
    assert "'keywords'[1]" in reject["reason"]


def test_giant_kwargs_do_not_make_a_giant_reason(
    here: Any, dump: Any, row: Any, rejects_of: Any, tmp_path: Path
) -> None:
    kwargs = {"nonsense": "x" * 100_000}
    path = dump([row(constraints=[{"id": WORDS["id"], "kwargs": kwargs}])])
    ran, _ = _verify(here, path, tmp_path)
    [reject] = rejects_of(tmp_path / "verdicts.jsonl")
    assert len(reject["reason"]) < 2000
    assert len(ran.err) < 3000
    assert "x" * 100_000 in reject["row"]


def test_strict_turns_rejects_into_exit_2_and_still_writes(
    here: Any, dump: Any, row: Any, rejects_of: Any, tmp_path: Path
) -> None:
    wrong = row(id="wrong", constraints=[{"id": WORDS["id"], "kwargs": {}}])
    ran, lines = _verify(here, dump([wrong, row()]), tmp_path, "--strict")
    assert ran.code == 2
    assert len(lines) == 1
    assert len(rejects_of(tmp_path / "verdicts.jsonl")) == 1


def test_a_rejected_row_is_no_pass_for_check(
    here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    wrong = row(id="wrong", constraints=[{"id": WORDS["id"], "kwargs": {}}])
    assert _verify(here, dump([wrong, row()]), tmp_path, "--check")[0].code == 1


@pytest.mark.parametrize("keyword", ["C++", "(", "[a-z", "a|b", ".*", "\\", "$5", "^x", "?"])
def test_a_regex_metacharacter_as_keyword_is_a_plain_text(
    keyword: str, here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    constraint = {"id": "keywords:existence", "kwargs": {"keywords": [keyword]}}
    path = dump([row(f"Look: {keyword} is here", "Nothing", constraints=[constraint])])
    _, lines = _verify(here, path, tmp_path, "--loose")
    assert [line["verdicts"][0]["status"] for line in lines] == ["satisfied", "violated"]


def test_one_id_twice_gives_two_verdicts_in_order(
    here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    asked = [
        {"id": "keywords:existence", "kwargs": {"keywords": [word]}} for word in ("b", "a", "b")
    ]
    _, lines = _verify(here, dump([row("a", constraints=asked)]), tmp_path)
    statuses = [verdict["status"] for verdict in lines[0]["verdicts"]]
    assert statuses == ["violated", "satisfied", "violated"]


# responses that are odd


@pytest.mark.parametrize("text", ["", " ", "\n\t \u3000\n"])
def test_a_blank_response_follows_nothing(
    text: str, here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    ran, lines = _verify(here, dump([row(text)]), tmp_path, "--loose", "--check")
    assert ran.code == 1
    assert lines[0]["follow_all"] is False
    assert lines[0]["verdicts"][0]["reason"] == "no answer"
    assert lines[0]["loose"] == [{"status": "violated"}]


def test_a_response_of_two_megabytes_is_judged(
    here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    text = "word and word\n" * 150_000
    asked = [WORDS, {"id": "punctuation:no_comma"}]
    ran, lines = _verify(here, dump([row(text, constraints=asked)]), tmp_path)
    assert ran.code == 0
    assert [verdict["status"] for verdict in lines[0]["verdicts"]] == ["satisfied"] * 2
    assert lines[0]["verdicts"][0]["measured"] == 450_000


ODD_TEXTS = {
    "NUL": "one\0two three four",
    "lone surrogate": "one \ud83d two three",
    "right to left": "\u200fשלום עולם טוב",
    "CJK": "我们 喜欢 苹果",
    "control": "one \x1b[31mtwo\x07 three \x7f",
    "line separators": "one\u2028two\u2029three\x85four",
}


@pytest.mark.parametrize("name", ODD_TEXTS)
@pytest.mark.parametrize("command", ["verify", "relabel"])
def test_odd_text_goes_through_and_comes_out_as_json(
    command: str, name: str, here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    text = ODD_TEXTS[name]
    asked = [
        {**WORDS, "text": f"At least three words {text}."},
        {"id": "keywords:existence", "kwargs": {"keywords": [text, "missing"]}, "text": text},
    ]
    item = row(text, constraints=asked, id=f"q {text}", task=f"Say {text}.", prompt=f"Do {text}")
    out = tmp_path / "out.jsonl"
    ran = here(command, dump([item]), "-o", out)
    assert ran.code == 0
    lines = [json.loads(line) for line in out.read_bytes().split(b"\n") if line]
    assert lines[0]["id"] == f"q {text}/0"
    assert lines[0]["verdicts"][0]["status"] == "satisfied"
    assert lines[0]["verdicts"][1]["status"] == "violated"


@pytest.mark.parametrize("name", ["lone surrogate", "control"])
def test_an_odd_id_is_reported_escaped(name: str, process: Any, dump: Any, row: Any) -> None:
    path = dump([row(constraints=[{"id": f"acme:{ODD_TEXTS[name]}"}])])
    ran = process("verify", path)
    assert ran.code == 0
    assert b"acme:one " in ran.out
    assert b"\x1b" not in ran.out
    assert b"\\ud83d" in ran.out or b"\\x1b" in ran.out


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_that_cannot_show_it_is_no_error(
    encoding: str, process: Any, dump: Any, row: Any
) -> None:
    asked = [{"id": "acme:苹果"}, {"id": WORDS["id"], "kwargs": {"苹果": 1}}]
    path = dump([row(constraints=[item]) for item in asked])
    assert process("verify", path, env={"PYTHONIOENCODING": encoding}).code == 0
