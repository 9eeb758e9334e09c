"""Reading files that are packed: gzip, zstd and Parquet, from disk and from a pipe."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from hir_kit import FileFormatError, RowError, UsageError
from hir_kit.files.open import Input, open_binary
from hir_kit.files.records import Record, records

Row = dict[str, Any]
ROWS = [{"id": f"q{n}", "n": n, "text": "ä" * n} for n in range(700)]


def _lines(rows: list[Row]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def _data(file: Path) -> list[Any]:
    return [record.data for record in records(str(file))]


def test_all_packings_give_the_same_records(pack: Any, tmp_path: Path) -> None:
    file = tmp_path / "dump"  # no ending: the first bytes tell
    file.write_bytes(pack(ROWS))
    sizes: list[int] = []
    found = list(records(str(file), sizes.append))
    assert [record.data for record in found] == ROWS
    assert [record.number for record in found] == list(range(1, 701))
    assert json.loads(found[3].raw) == ROWS[3]
    assert sum(sizes) == file.stat().st_size


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_several_members_and_empty_ones_are_one_file(kind: str, tmp_path: Path) -> None:
    one: Callable[[bytes], bytes] = (
        gzip.compress if kind == "gz" else zstandard.ZstdCompressor().compress
    )
    file = tmp_path / f"dump.jsonl.{kind}"
    parts = [one(_lines(ROWS[:3])), one(b""), one(_lines(ROWS[3:]))]
    file.write_bytes(b"".join(parts))
    assert _data(file) == ROWS


def test_zeros_after_gzip_and_frames_without_data_are_nothing(tmp_path: Path) -> None:
    zeros, frames = tmp_path / "a.gz", tmp_path / "b.zst"
    zeros.write_bytes(gzip.compress(_lines(ROWS)) + b"\0" * 512)
    skippable = b"\x53\x2a\x4d\x18\x04\x00\x00\x00abcd"
    packed = zstandard.ZstdCompressor().compress(_lines(ROWS))
    frames.write_bytes(skippable + packed + skippable)
    assert _data(zeros) == ROWS
    assert _data(frames) == ROWS


def test_zstd_with_a_long_window(tmp_path: Path) -> None:
    how = zstandard.ZstdCompressionParameters(window_log=28, compression_level=1)
    packer = zstandard.ZstdCompressor(compression_params=how).compressobj()
    file = tmp_path / "a.zst"
    file.write_bytes(packer.compress(_lines(ROWS)) + packer.flush())
    assert _data(file) == ROWS


def test_a_line_over_many_chunks(tmp_path: Path) -> None:
    row = {"text": os.urandom(150_000).hex()}
    file = tmp_path / "a.jsonl.gz"
    file.write_bytes(gzip.compress(_lines([row, row])))
    assert _data(file) == [row, row]


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.9, 0.999])
def test_a_packed_file_that_is_cut_short_is_never_read_as_a_shorter_one(
    share: float, pack: Any, tmp_path: Path
) -> None:
    whole = pack(ROWS)
    if whole.startswith(b"{"):
        pytest.skip("a cut line of text is a reject")
    file = tmp_path / "dump.jsonl.gz"
    file.write_bytes(whole[: max(int(len(whole) * share), 5)])
    with pytest.raises(FileFormatError, match=r"dump\.jsonl\.gz") as caught:
        _data(file)
    assert "cut short" in str(caught.value) or "damaged" in str(caught.value)


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_a_flipped_byte_is_noticed(kind: str, tmp_path: Path) -> None:
    data = _lines(ROWS)
    compressor = zstandard.ZstdCompressor(write_checksum=True)
    packed = bytearray(gzip.compress(data) if kind == "gz" else compressor.compress(data))
    packed[len(packed) // 2] ^= 0xFF
    file = tmp_path / "dump"
    file.write_bytes(packed)
    with pytest.raises(FileFormatError, match="dump is damaged"):
        _data(file)


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.zst", "a.parquet", "a.PARQUET"])
@pytest.mark.parametrize("content", [b"", b"<html>", b"\0\0\0\0"])
def test_a_file_that_is_not_what_its_name_says(name: str, content: bytes, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(FileFormatError, match="something else than it is named"):
        _data(file)


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst"])
def test_text_under_a_compressed_name_is_read(name: str, tmp_path: Path) -> None:
    """Browsers and proxies unpack on the way."""
    file = tmp_path / name
    file.write_bytes(_lines(ROWS))
    assert _data(file) == ROWS


def test_a_missing_package_is_named_with_what_to_install(
    pack: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "dump"
    file.write_bytes(pack(ROWS))
    for name in ("pyarrow", "pyarrow.parquet", "zstandard"):
        monkeypatch.setitem(sys.modules, name, None)
    head = file.read_bytes()[:4]
    if head in (b"PAR1", b"\x28\xb5\x2f\xfd"):
        extra = "parquet" if head == b"PAR1" else "zstd"
        with pytest.raises(UsageError, match=rf"pip install 'hir-kit\[{extra}\]'"):
            _data(file)
    else:
        assert _data(file) == ROWS


# what can be read once


def test_a_pipe_is_looked_at_and_then_read_whole(pack: Any, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(pack(ROWS),))
    writer.start()
    file = Input(str(pipe))
    for _ in range(2):
        with file.looking(), closing(records(file)) as look:
            assert next(look).data == ROWS[0]
    assert [record.data for record in records(file)] == ROWS
    writer.join()
    assert str(file) == str(pipe)


def test_a_pipe_is_read_without_a_look(pack: Any, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(pack(ROWS),))
    writer.start()
    assert _data(pipe) == ROWS
    writer.join()


def test_standard_input_from_a_file_is_looked_at_from_where_it_stands(
    pack: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "dump"
    file.write_bytes(pack(ROWS))
    with file.open("rb") as stream:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream))
        held = Input("-")
        for _ in range(2):
            with held.looking(), closing(records(held)) as look:
                assert next(look).data == ROWS[0]
        assert [record.data for record in records(held)] == ROWS


def test_rows_come_as_they_are_written() -> None:
    """`tail -f dump | hir-kit verify -` must not wait for a full buffer."""
    code = (
        "from hir_kit.files.records import records\n"
        "for record in records('-'): print(record.data['id'], flush=True)"
    )
    path = os.pathsep.join(part for part in sys.path if part)
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    ) as process:
        assert process.stdin
        assert process.stdout
        for row in ROWS[:3]:
            process.stdin.write(_lines([row]))
            process.stdin.flush()
            assert process.stdout.readline().strip().decode() == row["id"]
        process.stdin.close()
        assert process.stdout.read() == b""


def test_open_binary_unpacks(tmp_path: Path) -> None:
    file = tmp_path / "qa.tsv.gz"
    file.write_bytes(gzip.compress(b"a\tb\n"))
    with open_binary(str(file)) as stream:
        assert stream.read() == b"a\tb\n"


@settings(deadline=None, max_examples=60)
@given(st.lists(st.binary(max_size=3000), max_size=4), st.binary(max_size=10))
def test_any_bytes_after_a_magic_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, parts: list[bytes], tail: bytes
) -> None:
    file = tmp_path_factory.mktemp("any") / "dump"
    packed = b"".join(map(gzip.compress, parts))
    file.write_bytes(packed + tail)
    wanted = b"".join(parts) if packed else None
    try:
        with open_binary(str(file)) as stream:
            found = stream.read()
    except FileFormatError:
        assert tail.strip(b"\0")
    else:
        assert found in (wanted, tail)


def test_records_say_what_is_wrong_with_a_line(tmp_path: Path) -> None:
    file = tmp_path / "dump.jsonl.gz"
    file.write_bytes(gzip.compress(b'{"a":1}\n\nrubbish\n[1]\n'))
    good, bad, array = records(str(file))
    assert good == Record(1, b'{"a":1}')
    assert good.data == {"a": 1}
    assert isinstance(bad.data, RowError)
    assert isinstance(array.data, RowError)
    assert (bad.number, bad.raw, str(bad.data)[:8]) == (3, b"rubbish", "not JSON")
    assert (array.number, str(array.data)) == (4, "a line is a JSON object, got an array")


INDENTED = [
    [{"id": "a", "text": "{\n}", "n": [1, {"x": []}]}],
    [{"id": "a", "text": "}"}, {"id": "b", "n": {}}],
    [{"text": "x" * 3 * 2**18}, {"text": "y"}],
]


@pytest.mark.parametrize("indent", [0, 1, 4, "\t"])
@pytest.mark.parametrize("rows", INDENTED)
def test_objects_over_several_lines_are_read(rows: list[Row], indent: Any, tmp_path: Path) -> None:
    if indent == 0:
        indent = " " * 7
    for between, end in (("\n", ""), ("\n\n", "\n"), ("\r\n", "\r\n")):
        text = between.join(json.dumps(row, indent=indent) for row in rows) + end
        file = tmp_path / "dump.json"
        file.write_bytes(text.encode())
        found = list(records(str(file)))
        assert [record.data for record in found] == rows
        assert [json.loads(record.raw) for record in found] == rows
        assert all(b"\n" not in record.raw for record in found)
        assert found[0].number == 1


def test_an_object_over_several_lines_that_is_cut_short_is_one_bad_row(tmp_path: Path) -> None:
    file = tmp_path / "dump.json"
    file.write_text(json.dumps({"id": "a"}, indent=1) + '\n{\n "id": "b",\n', encoding="utf-8")
    good, bad = records(str(file))
    assert good.data == {"id": "a"}
    assert bad.number == 4
    assert isinstance(bad.data, RowError)
