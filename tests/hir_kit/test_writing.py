"""Output files by their ending: JSON lines, gzip, zstd and Parquet."""

from __future__ import annotations

import gzip
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
import zstandard
from pyarrow import parquet

from hir_kit import UsageError
from hir_kit.files.columns import INTEGER, JSON, NUMBER, TALK, TEXT
from hir_kit.files.records import records
from hir_kit.files.save import open_sink

Row = dict[str, Any]
ENDINGS = ["jsonl", "jsonl.gz", "jsonl.zst", "parquet", "JSONL.GZ"]
COLUMNS = {"id": TEXT, "n": INTEGER, "x": ({"free": JSON, "score": NUMBER},), "said": TALK}
ROWS: list[Row] = [
    {"id": f"q{n}", "n": n, "x": [{"free": {"a": None, str(n): [n]}, "score": n / 4}], "said": "ä"}
    for n in range(2500)
]


def _write(path: Path, rows: list[Row], columns: Any = None) -> Path:
    with open_sink(str(path), COLUMNS if columns is None else columns) as sink:
        for row in rows:
            sink.write(row)
    return path


def _read(path: Path) -> list[Any]:
    return [record.data for record in records(str(path))]


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_written_is_read_again_and_the_same_bytes(ending: str, tmp_path: Path) -> None:
    one, two = (_write(tmp_path / f"{name}.{ending}", ROWS) for name in ("one", "two"))
    assert _read(one) == ROWS
    assert one.read_bytes() == two.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([one.name, two.name])


def test_the_endings_mean_what_they_say(tmp_path: Path) -> None:
    lines = b"".join(json.dumps(row, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
                     for row in ROWS)  # fmt: skip
    assert _write(tmp_path / "a.jsonl", ROWS).read_bytes() == lines
    assert gzip.decompress(_write(tmp_path / "a.gz", ROWS).read_bytes()) == lines
    with zstandard.ZstdDecompressor().stream_reader(
        _write(tmp_path / "a.zst", ROWS).read_bytes()
    ) as stream:
        assert stream.read() == lines


@pytest.mark.parametrize("ending", ENDINGS)
def test_lines_that_are_json_already_are_taken(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{ending}"
    with open_sink(str(path), COLUMNS) as sink:
        for row in ROWS[:3]:
            sink.write_line(json.dumps(row).encode())
    assert _read(path) == ROWS[:3]


@pytest.mark.parametrize("ending", ENDINGS)
def test_nothing_at_all_is_a_file_without_rows(ending: str, tmp_path: Path) -> None:
    assert _read(_write(tmp_path / f"a.{ending}", [])) == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_goes_wrong_leaves_the_older_file(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{ending}"
    path.write_bytes(b"older")
    with pytest.raises(UnicodeEncodeError), open_sink(str(path), COLUMNS) as sink:
        sink.write_line("\ud83d".encode())
    assert path.read_bytes() == b"older"
    assert [path.name for path in tmp_path.iterdir()] == [path.name]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is full")
@pytest.mark.parametrize("ending", ["gz", "zst", "parquet"])
def test_a_full_disk_is_named(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{ending}"
    path.symlink_to("/dev/full")
    rows = [{"id": os.urandom(50_000).hex()} for _ in range(20)]
    with pytest.raises(UsageError, match=rf"cannot write {path}: No space left on device"):
        _write(path, rows)


# Parquet


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (["a", None, "b"], "string"),
        ([[{"role": "user", "content": "a"}], None], "list<element: struct<role: string, content"),
        ([None], "list<element: struct<role: string, content"),
        (["a", [{"role": "user", "content": "a"}]], "extension<arrow.json>"),
        ([[{"role": "user", "content": "a", "name": None}]], "extension<arrow.json>"),
    ],
)
def test_prompts_get_the_type_that_holds_all_of_them(
    said: list[Any], kind: str, tmp_path: Path
) -> None:
    rows = [{"said": value} for value in said]
    path = _write(tmp_path / "a.parquet", rows)
    assert str(parquet.read_schema(path).field("said").type).startswith(kind)
    assert [row.get("said") for row in _read(path)] == said


def test_free_objects_keep_their_keys_and_get_no_others(tmp_path: Path) -> None:
    free = [{"a": 1}, {"b": None}, {}, [1, "x", None], "text", 2**70, "\ud83d", None]
    rows = [{"x": [{"free": value} for value in free]}]
    [row] = _read(_write(tmp_path / "a.parquet", rows))
    assert [item.get("free") for item in row["x"]] == free


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"id": "lone \ud83d"}, "surrogates"),
        ({"id": 7}, "Expected bytes"),
        ({"id": "a", "n": 2**70}, "row 4 (id 'a')"),
        ({"id": "a", "new": 1}, "no column for new"),
        ({"id": "a", "x": [{"y": 1}]}, "no column for y"),
    ],
)
def test_a_row_that_does_not_fit_is_named(row: Row, said: str, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    with pytest.raises(UsageError) as caught:
        _write(path, [*ROWS[:3], row, *ROWS[3:6]])
    assert f"cannot write row 4 (id {row['id']!r}) of {path} as Parquet" in str(caught.value)
    assert said in str(caught.value)
    assert not path.exists()


def test_an_output_without_columns_cannot_be_parquet(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no columns"), open_sink(str(tmp_path / "a.parquet")):
        pass


@pytest.mark.parametrize(("ending", "extra"), [("parquet", "parquet"), ("zst", "zstd")])
def test_a_missing_package_is_named_before_anything_is_read(
    ending: str, extra: str, here: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pyarrow", "pyarrow.parquet", "zstandard"):
        monkeypatch.setitem(sys.modules, name, None)
    ran = here("verify", tmp_path / "nowhere.jsonl", "-o", tmp_path / f"a.{ending}")
    assert ran.code == 2
    assert f"pip install 'hir-kit[{extra}]'" in ran.err


# the commands


@pytest.fixture
def rollouts(dump: Any, row: Any) -> Path:
    """Give a dump with successes, failures and replays; prompts are text and messages."""
    asked = [
        {"id": "punctuation:no_comma", "text": "Use no commas."},
        {"id": "keywords:existence", "kwargs": {"keywords": ["tea"]}, "text": "Say tea."},
        {"id": "acme:unknown", "kwargs": {"n": 1}, "text": "Be nice."},
    ]
    text = "Write a note. Use no commas. Say tea."
    prompts = [text, [{"role": "system", "content": "Hi."}, {"role": "user", "content": text}]]
    return dump(
        row("Tea, then.", "No tea", "Tea.", id=f"q{n}", prompt=prompts[n], task="Write a note.",
            constraints=asked[: 2 + n], meta={"n": n})
        for n in (0, 1)
    )  # fmt: skip


@pytest.mark.parametrize("ending", ["jsonl.gz", "jsonl.zst", "parquet"])
@pytest.mark.parametrize("options", [[], ["--loose"]])
def test_verdicts_in_every_file_are_the_same(
    options: list[str], ending: str, here: Any, rollouts: Path, tmp_path: Path
) -> None:
    plain, packed = tmp_path / "v.jsonl", tmp_path / f"v.{ending}"
    for out in (plain, packed):
        assert here("verify", rollouts, "-o", out, *options).code == 0
    assert _without_nulls(_read(packed)) == _without_nulls(_read(plain))


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("emit", ["hir", "sft", "kto", "dpo", "verl"])
@pytest.mark.parametrize("option", ["--messages", "--no-messages"])
def test_every_emission_in_parquet_is_the_same(
    emit: str, option: str, here: Any, rollouts: Path, tmp_path: Path
) -> None:
    plain, packed = tmp_path / "r.jsonl", tmp_path / "r.parquet"
    for out in (plain, packed):
        assert here("relabel", rollouts, "-o", out, "--emit", emit, option).code == 0
    rows = _read(packed)
    assert rows == _without_nulls(_read(plain))
    assert rows


def test_a_dump_that_is_the_output_of_a_directory_is_refused(
    here: Any, dump: Any, row: Any, tmp_path: Path
) -> None:
    dump([row()])
    ran = here("verify", tmp_path, "-o", tmp_path / "verdicts.jsonl")
    assert ran.code == 0
    ran = here("verify", tmp_path, "-o", tmp_path / "verdicts.jsonl")
    assert ran.code == 2
    assert "it is read by this run" in ran.err
