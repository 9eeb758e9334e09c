"""Dumps that are broken, or something else: what can be read is read, the rest is kept aside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

Row = dict[str, Any]


def _verify(here: Any, path: Path, tmp_path: Path, *options: str) -> tuple[Any, list[Row]]:
    """Verify a dump; return what the command said and the verdict lines."""
    out = tmp_path / "verdicts.jsonl"
    ran = here("verify", path, "-o", out, *options)
    lines = out.read_bytes().splitlines() if out.exists() else []
    return ran, [json.loads(line) for line in lines]


# files that are broken


RUN_ON = "Tea.<|im_end|>\n<|im_start|>user\nMore?"


@pytest.mark.parametrize("command", ["verify", "relabel", "convert"])
def test_one_bad_response_costs_none_of_its_siblings(
    command: str, here: Any, dump: Any, row: Any, rejects_of: Any, tmp_path: Path
) -> None:
    path, out = dump([row("Tea.", RUN_ON, "a, b"), row(RUN_ON, id="q2")]), tmp_path / "out.jsonl"
    target = [out] if command == "convert" else ["-o", out]
    ran = here(command, path, *target)
    assert ran.code == 0
    said = "1 row and 1 response of rows whose others are sound were rejected"
    assert f"Warning: {said}; all are in {out}.rejects.jsonl:" in ran.err
    aside = sorted(rejects_of(out), key=lambda one: int(one["line"]))
    assert [one.get("response") for one in aside] == ["q1/1", None]
    assert aside[0]["reason"].startswith("response q1/1: the answer holds '<|im_start|>'")
    assert aside[0]["row"] == RUN_ON
    assert json.loads(aside[1]["row"])["id"] == "q2"
    written = [json.loads(line) for line in out.read_bytes().splitlines()]
    if command == "convert":
        ids = [[one.get("id") for one in group["responses"]] for group in written]
        assert ids == [[None, "q1/2"]], "it is named as before"
    else:
        assert [one["id"] for one in written] == ["q1/0", "q1/2"]
    assert here(command, path, *target, "--strict").code == 2


def test_a_truncated_last_line_is_rejected_and_the_rest_is_read(
    here: Any, dump: Any, row: Any, rejects_of: Any, tmp_path: Path
) -> None:
    whole = json.dumps(row()).encode()
    path = dump(whole + b"\n" + whole[:-20])
    ran, lines = _verify(here, path, tmp_path)
    assert ran.code == 0
    assert len(lines) == 1
    [reject] = rejects_of(tmp_path / "verdicts.jsonl")
    assert reject["line"] == 2
    assert "not JSON" in reject["reason"]
    assert "line 1" not in reject["reason"]
    assert reject["row"] == whole[:-20].decode()


def test_blank_lines_bom_and_crlf_are_read(here: Any, dump: Any, row: Any, tmp_path: Path) -> None:
    one, two = (json.dumps(row(id=id)).encode() for id in ("q1", "q2"))
    path = dump(b"\xef\xbb\xbf" + one + b"\r\n\r\n  \n" + two + b"\r\n\n")
    ran, lines = _verify(here, path, tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert [line["group"] for line in lines] == ["q1", "q2"]


def test_invalid_utf8_is_rejected_with_its_bytes(
    here: Any, dump: Any, row: Any, rejects_of: Any, tmp_path: Path
) -> None:
    whole = json.dumps(row()).encode()
    path = dump(whole.replace(b"new", b"n\xff\xfew") + b"\n" + whole)
    ran, lines = _verify(here, path, tmp_path)
    assert ran.code == 0
    assert len(lines) == 1
    [reject] = rejects_of(tmp_path / "verdicts.jsonl")
    assert "UTF-8" in reject["reason"]
    assert "n\\xff\\xfew" in reject["row"]


NOT_ROWS = {
    "a string": (b'"text"', "got a string"),
    "a number": (b"7", "got a number"),
    "null": (b"null", "got null"),
    "an array, later": (b"[1]", "got an array"),
    "Infinity": (b'{"id": Infinity}', "not JSON"),
    "a number over the range": (b'{"id": 1e999}', "not JSON"),
    "nested too deeply": (b'{"id": ' + b"[" * 500 + b"]" * 500 + b"}", "deep"),
    "nested far too deeply": (b"[" * 100_000, "deep"),
    "two documents": (b"{} {}", "not JSON"),
    "no prompt": (b'{"constraints": [], "responses": []}', "no 'prompt'"),
    "no constraints": (b'{"prompt": "x", "responses": ["x"]}', "no 'constraints'"),
    "no responses": (b'{"prompt": "x", "constraints": []}', "no 'responses'"),
    "responses empty": (b'{"prompt": "x", "constraints": [], "responses": []}', "empty"),
    "responses null": (b'{"prompt": "x", "constraints": [], "responses": null}', "null"),
    "a response of numbers": (b'{"prompt": "x", "constraints": [], "responses": [7]}', "/0"),
    "prompt empty": (b'{"prompt": [], "constraints": [], "responses": ["x"]}', "empty"),
    "prompt without role": (
        b'{"prompt": [{"content": "x"}], "constraints": [], "responses": ["x"]}',
        "'role'",
    ),
    "a prompt of pictures": (
        b'{"prompt": [{"role": "user", "content": [{}]}], "constraints": [], "responses": ["x"]}',
        "content",
    ),
    "constraints a number": (b'{"prompt": "x", "constraints": 7, "responses": ["x"]}', "7"),
    "a constraint without id": (
        b'{"prompt": "x", "constraints": [{"kwargs": {}}], "responses": ["x"]}',
        "'id'",
    ),
    "a constraint with surplus": (
        b'{"prompt": "x", "constraints": [{"id": "a:b", "kwarg": {}}], "responses": ["x"]}',
        "Did you mean 'kwargs'?",
    ),
    "schema of the future": (
        b'{"prompt": "x", "constraints": [], "responses": ["x"], "schema": 2}',
        "schema 2",
    ),
    "entropy over the range": (
        b'{"prompt": "x", "constraints": [], "responses": [{"text": "x", "entropy": 1'
        + b"0" * 400
        + b"}]}",
        "'entropy'",
    ),
    "task a list": (b'{"prompt": "x", "task": [], "constraints": [], "responses": ["x"]}', "task"),
    "id a list": (b'{"prompt": "x", "id": [], "constraints": [], "responses": ["x"]}', "id"),
    "kwargs a set": (
        (
            b'{"prompt": "x", "constraints": [{"id": "a:b", "kwargs": "{\'a\': {1, 2}}"}], '
            b'"responses": ["x"]}'
        ),
        "{1, 2}",
    ),
    "kwargs an endless number": (
        b'{"prompt": "x", "constraints": [{"id": "a:b", "kwargs": "0x'
        + b"f" * 5000
        + b'"}], "responses": ["x"]}',
        "0xfff",
    ),
    "constraints in many lists": (
        b'{"prompt": "x", "constraints": "' + b"[" * 990 + b"]" * 990 + b'", "responses": ["x"]}',
        "[[[",
    ),
}


@pytest.mark.parametrize("name", NOT_ROWS)
def test_a_row_that_is_something_else_is_rejected(
    name: str, here: Any, dump: Any, row: Any, rejects_of: Any, tmp_path: Path
) -> None:
    line, said = NOT_ROWS[name]
    path = dump(json.dumps(row()).encode() + b"\n" + line + b"\n" + json.dumps(row()).encode())
    ran, lines = _verify(here, path, tmp_path)
    assert ran.code == 0
    assert len(lines) == 2
    [reject] = rejects_of(tmp_path / "verdicts.jsonl")
    assert reject["line"] == 2
    assert said in reject["reason"]
    assert len(reject["reason"]) < 600
    assert reject["row"] == line.decode()


@pytest.mark.parametrize("start", [b"", b"\n  \n", b"\xef\xbb\xbf", b"  "])
def test_a_small_json_array_is_read(
    start: bytes, here: Any, dump: Any, row: Any, tmp_path: Path, rejects_of: Any
) -> None:
    rows = [row(), 7, row(id="a, \u00e9 \n b")]
    path = dump(start + json.dumps(rows, indent=2).encode())
    ran, lines = _verify(here, path, tmp_path)
    assert (ran.code, [item["group"] for item in lines]) == (0, ["q1", "a, \u00e9 \n b"])
    [reject] = rejects_of(tmp_path / "verdicts.jsonl")
    assert (reject["line"], reject["row"]) == (2, "7")
    assert reject["reason"] == "an element is a JSON object, got a number"


def test_a_large_json_array_is_refused_with_the_way_out(
    here: Any, dump: Any, row: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hir_kit.files.records.LARGEST_ARRAY", 1000)
    path = dump(json.dumps([row()] * 20, indent=2).encode())
    ran, lines = _verify(here, path, tmp_path)
    assert (ran.code, lines) == (2, [])
    assert "JSON array of more than" in ran.err
    assert f"jq -c '.[]' {path}" in ran.err
    assert not (tmp_path / "verdicts.jsonl").exists()


@pytest.mark.parametrize("content", [b"[1, 2", b"[", b'[{"a": 1}]\n[{"a": 2}]'])
def test_what_begins_as_an_array_and_is_none_is_an_error(
    content: bytes, here: Any, dump: Any, tmp_path: Path
) -> None:
    ran, _ = _verify(here, dump(content), tmp_path)
    assert ran.code == 2
    assert "begins as a JSON array, but is none" in ran.err


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_said_and_is_no_pass(
    content: bytes, here: Any, dump: Any, tmp_path: Path
) -> None:
    path = dump(content)
    ran, lines = _verify(here, path, tmp_path)
    assert (ran.code, lines) == (0, [])
    assert f"no rollouts in {path}" in ran.err
    assert _verify(here, path, tmp_path, "--check")[0].code == 1
    assert "no rollouts" in here("relabel", path, "-o", tmp_path / "out.jsonl").err


@pytest.mark.parametrize("command", ["verify", "relabel", "convert"])
def test_a_dump_without_a_usable_row_is_an_error(
    command: str, here: Any, dump: Any, row: Any, tmp_path: Path, rejects_of: Any
) -> None:
    refused = {"id": "length_constraints:number_words", "kwargs": {"num_words": -1}}
    bad = [row(constraints=[refused])]
    if command == "convert":  # which verifies nothing
        bad = [row(prompt=7)]
    path, out = dump(bad), tmp_path / "out.jsonl"
    arguments = (command, path, *(() if command == "convert" else ("-o",)), out)
    ran = here(*arguments)
    assert ran.code == 1
    assert "no row of the dump could be used" in ran.err
    assert (out.read_bytes(), len(rejects_of(out))) == (b"", 1)
    assert here(*arguments, "--strict").code == 2
    path.write_bytes(path.read_bytes() + json.dumps(row()).encode())
    assert here(*arguments).code == 0


def test_a_missing_file_is_named(here: Any, tmp_path: Path) -> None:
    path = tmp_path / "nowhere.jsonl"
    ran, _ = _verify(here, path, tmp_path)
    assert (ran.code, ran.err) == (2, f"Error: cannot read {path}: No such file or directory\n")


def test_a_directory_without_data_is_named(here: Any, tmp_path: Path) -> None:
    ran, _ = _verify(here, tmp_path, tmp_path)
    assert ran.code == 2
    assert ran.err.startswith(f"Error: no data in the directory {tmp_path}: looked for names that")


@pytest.mark.parametrize("option", ["--prompts", "--plugin"])
def test_a_missing_second_file_is_named(
    option: str, here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    ran = here("verify", dump([row()]), option, tmp_path / "nowhere.py")
    assert ran.code == 2
    assert "nowhere.py: No such file or directory" in ran.err


def test_the_second_file_missing_leaves_the_older_output(
    here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    kept = tmp_path / "out.jsonl.rejects.jsonl"
    for path in (out, kept):
        path.write_bytes(b"older\n")
    first = dump(json.dumps(row()).encode() + b"\nrubbish\n")
    ran = here("verify", first, tmp_path / "nowhere.jsonl", "-o", out)
    assert ran.code == 2
    assert (out.read_bytes(), kept.read_bytes()) == (b"older\n", b"older\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "dump.jsonl",
        "out.jsonl",
        "out.jsonl.rejects.jsonl",
    ]


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"BZh91AY", "bunzip2 -c"),
        (b"\xfd7zXZ\x00", "xz -dc"),
        (b"PK\x03\x04", "zip archive"),
        (b"PARE\x15\x04", "encrypted"),
        (b"ARROW1\x00\x00", "write it as Parquet"),
        (b"\xff\xff\xff\xff\x10", "to_parquet"),
        ('{"id": 1}'.encode("utf-16"), "iconv -f UTF-16"),
    ],
)
def test_a_file_of_another_kind_is_named(here: Any, tmp_path: Path, head: bytes, what: str) -> None:
    (tmp_path / "dump").write_bytes(head + b"\n")
    ran = here("verify", tmp_path / "dump")
    assert ran.code == 2
    assert what in ran.err
    assert "one JSON object a line" in ran.err


@pytest.mark.parametrize(
    ("options", "unused"),
    [
        (["--format", "hir", "--prompts", "p.jsonl"], "--prompts"),
        (["--format", "ifeval", "--group-by", "x"], "--group-by"),
        (["--format", "verl", "--response-field", "x"], "--response-field"),
    ],
)
def test_an_option_that_the_format_does_not_use_is_refused(
    here: Any, tmp_path: Path, options: list[str], unused: str
) -> None:
    ran = here("verify", tmp_path / "dump.jsonl", *options)
    assert ran.code == 2
    assert f"does not use {unused}" in ran.err
