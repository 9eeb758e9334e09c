"""`hir-kit verify`: what it writes, counts, prints and exits with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

NO_COMMA = {"id": "punctuation:no_comma", "kwargs": {}}
WORDS = {
    "id": "length_constraints:number_words",
    "kwargs": {"relation": "at least", "num_words": 3},
}
MISSING = {"id": "acme:missing"}


@pytest.fixture
def mixed(dump: Any, row: Any) -> Path:
    """A dump with one group of each kind."""
    return dump(
        [
            row("a, b", "no", "one two three", constraints=[NO_COMMA, WORDS]),
            row("a, b", "c, d", id="q2"),
            row("one", "two", id="q3"),
            row("one", "a, b", id="q4", constraints=[NO_COMMA, MISSING]),
            row("one", id="q5", constraints=[MISSING]),
            row("one", id="q6", constraints=[]),
        ]
    )


def test_one_line_a_rollout_in_input_order(here: Any, mixed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert here("verify", mixed, "-o", out).code == 0
    lines = [json.loads(line) for line in out.read_bytes().splitlines()]
    assert [line["id"] for line in lines] == [
        "q1/0", "q1/1", "q1/2", "q2/0", "q2/1", "q3/0", "q3/1", "q4/0", "q4/1", "q5/0", "q6/0",
    ]  # fmt: skip
    assert lines[1] == {
        "id": "q1/1",
        "group": "q1",
        "verdicts": [
            {"status": "satisfied", "measured": 0},
            {"status": "violated", "measured": 1, "reason": "1 word, at least 3 wanted"},
        ],
        "follow_all": False,
    }
    assert [line["follow_all"] for line in lines] == [
        False, False, True, False, False, True, True, None, False, None, None,
    ]  # fmt: skip
    assert not (tmp_path / "out.jsonl.rejects.jsonl").exists()


def test_the_counts_add_up(here: Any, mixed: Path) -> None:
    report = here("verify", mixed, "--json").json
    assert report["schema"] == 1
    assert report["rollouts"] == 11
    assert report["rejected"] == 0
    assert report["groups"] == {
        "all-failed": 1, "mixed": 1, "all-passed": 1, "undetermined": 3,
    }  # fmt: skip
    strict = report["strict"]
    assert strict["rollouts"] == {"followed": 3, "failed": 5, "undetermined": 3}
    assert strict["ila"] == pytest.approx(3 / 8)
    assert strict["constraints"]["all"] == {"satisfied": 6, "violated": 6, "unknown": 3}
    assert strict["cla"] == pytest.approx(6 / 12)
    assert strict["constraints"]["acme:missing"]["unknown"] == 3
    assert report["loose"] is None
    assert [(item["id"], item["count"]) for item in report["unknown"]] == [("acme:missing", 3)]
    assert "sentence splitter" in report["resources"]


def test_a_constraint_called_all_does_not_hide_the_total(here: Any, dump: Any, row: Any) -> None:
    path = dump([row(constraints=[{"id": "all"}, NO_COMMA])])
    report = here("verify", path, "--json").json
    assert report["strict"]["constraints"]["all"] == {
        "satisfied": 1,
        "violated": 0,
        "unknown": 1,
    }


def test_pieces_of_a_group_are_counted_as_one_group(here: Any, dump: Any) -> None:
    rows = [
        {"prompt": f"Do {g}.", "response": text, "constraints": [NO_COMMA], "g": g}
        for g, text in [("a", "x"), ("b", "x"), ("a", "x, y"), ("b", "y")]
    ]
    report = here("verify", dump(rows), "--group-by", "g", "--json").json
    assert (report["groups"]["mixed"], report["groups"]["all-passed"]) == (1, 1)


def test_the_report_names_what_matters(here: Any, mixed: Path) -> None:
    report = here("verify", mixed, "--loose").out.decode()
    assert report.startswith("11 rollouts, 6 groups, 15 verdicts\n")
    for part in ("strict", "loose", "37.50 %", "acme:missing", "mixed", "unknown, and why:",
                 "3 x acme:missing: no verifier for the constraint id 'acme:missing'",
                 "sentence splitter: "):  # fmt: skip
        assert part in report


def test_a_long_list_of_unknowns_is_cut_and_says_so(here: Any, dump: Any, row: Any) -> None:
    path = dump([row(constraints=[{"id": f"acme:{i}"} for i in range(9)])])
    assert "... and 4 more kinds (--json)" in here("verify", path).out.decode()
    assert len(here("verify", path, "--json").json["unknown"]) == 9


def test_loose_verdicts_stand_beside_the_strict_ones(
    here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    path = dump([row("Sure, here:\nIPv6 is new", "a, b")])
    report = here("verify", path, "--loose", "-o", out, "--json").json
    lines = [json.loads(line) for line in out.read_bytes().splitlines()]
    assert [line["loose"] for line in lines] == [
        [{"status": "satisfied"}],
        [{"status": "violated"}],
    ]
    assert [line["follow_all"] for line in lines] == [False, False]
    assert (report["strict"]["ila"], report["loose"]["ila"]) == (0.0, 0.5)


GOOD, BAD, UNKNOWN = (
    {"constraints": [NO_COMMA]},
    {"constraints": [WORDS]},
    {"constraints": [MISSING]},
)
REJECT = {"constraints": [{**WORDS, "kwargs": {}}]}


@pytest.mark.parametrize(
    ("rows", "options", "code"),
    [
        ([GOOD, BAD, UNKNOWN, REJECT], [], 0),
        ([GOOD, BAD, UNKNOWN, REJECT], ["--strict"], 2),
        ([GOOD], ["--check", "--strict"], 0),
        ([GOOD, BAD], ["--check"], 1),
        ([GOOD, BAD], ["--check", "--strict"], 1),
        ([GOOD, UNKNOWN], ["--check"], 1),
        ([GOOD, REJECT], ["--check"], 1),
        ([GOOD, REJECT], ["--check", "--strict"], 2),
        ([], ["--check"], 1),
        ([], [], 0),
    ],
)
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_exit_codes(
    more: list[str], rows: list[Any], options: list[str], code: int, here: Any, dump: Any, row: Any
) -> None:
    path = dump([row("one", **item) for item in rows])
    assert here("verify", path, *options, *more).code == code


def test_data_alone_goes_to_standard_output(process: Any, mixed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    with mixed.open("ab") as stream:
        stream.write(b"rubbish\n")
    process("verify", mixed, "-o", out)
    ran = process("verify", mixed, "-o", "-")
    assert ran.out == out.read_bytes()
    assert len(ran.lines) == 11
    assert "11 rollouts" in ran.err
    assert "1 row was rejected" in ran.err


def test_relabel_puts_data_alone_on_standard_output(here: Any, mixed: Path) -> None:
    ran = here("relabel", mixed, "-o", "-")
    assert {line["schema"] for line in ran.lines} == {1}
    assert "relabelled" in ran.err


def test_rejects_of_an_earlier_run_do_not_stay(
    here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    rejects = tmp_path / "out.jsonl.rejects.jsonl"
    here("verify", dump([row(), {"bad": 1}]), "-o", out)
    assert len(rejects.read_bytes().splitlines()) == 1
    here("verify", dump([row()]), "-o", out)
    assert not rejects.exists()


@pytest.mark.parametrize(
    "command",
    [
        ["verifiers", "list"],
        ["verifiers", "show", "keywords:existence"],
        ["verifiers", "check"],
        ["plugins"],
        ["formats"],
    ],
    ids=" ".join,
)
def test_json_of_every_command_has_its_schema(command: list[str], here: Any) -> None:
    ran = here(*command, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.json["schema"] == 1


def test_json_of_relabel_has_its_schema(here: Any, mixed: Path, tmp_path: Path) -> None:
    report = here("relabel", mixed, "-o", tmp_path / "out.jsonl", "--json").json
    assert (report["schema"], report["rejected"]) == (1, 0)


def test_formats_are_told_by_the_options(here: Any, dump: Any) -> None:
    pair = {"instruction_id_list": [NO_COMMA["id"]], "kwargs": [{}]}
    prompts = dump([{"key": 1, "prompt": "Do.", **pair}], "prompts.jsonl")
    answers = dump([{"prompt": "Do.", "response": "One."}], "answers.jsonl")
    assert here("verify", answers, "--prompts", prompts, "--check").code == 0
    flat = dump([{"prompt": "Do.", "response": "One.", "ids": [NO_COMMA["id"]], "kwargs": [{}]}])
    assert here("verify", flat, "--constraints-field", "ids", "--check").code == 0
    assert here("verify", flat, "--format", "jsonl", "--strict").code == 2


def test_pairs_for_dpo_do_not_mix_two_groups_of_one_name(
    here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    """Ids are the user's: two rows that carry the same one are still two instructions."""
    path = dump([row("fine", prompt="First."), row("a, b", prompt="Second.")])
    out = tmp_path / "out.jsonl"
    here("relabel", path, "-o", out, "--emit", "dpo")
    assert out.read_bytes() == b""


def test_reference_answers_as_the_reference_does(here: Any, dump: Any, row: Any) -> None:
    asked = {"id": "keywords:existence", "kwargs": {"keywords": [":("]}}
    path = dump([row("I am sad :(", constraints=[asked])])
    assert here("verify", path, "--check").code == 0
    report = here("verify", path, "--reference", "--json").json
    assert report["strict"]["rollouts"]["undetermined"] == 1
    assert "the reference raises" in report["unknown"][0]["reason"]
