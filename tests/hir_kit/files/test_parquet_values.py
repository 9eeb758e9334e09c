"""What Arrow's values become: one JSON value each, or a reject with the reason."""

from __future__ import annotations

import datetime
import decimal
import math
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from hir_kit import FileFormatError, RowError
from hir_kit.files.records import records

UTC = datetime.timezone.utc
STRUCT = pa.struct([("a", pa.int64()), ("b", pa.string())])


def _write(path: Path, column: pa.Array, **options: Any) -> Path:
    parquet.write_table(pa.table({"x": column}), path, **options)
    return path


def _read(path: Path) -> list[Any]:
    return [record.data for record in records(str(path))]


VALUES: dict[str, tuple[Any, Any, Any]] = {
    "a string": (pa.string(), "ä\u2028", "ä\u2028"),
    "a large string": (pa.large_string(), "x", "x"),
    "an integer": (pa.uint64(), 2**64 - 1, 2**64 - 1),
    "a boolean": (pa.bool_(), False, False),
    "a number": (pa.float32(), 0.5, 0.5),
    "half a number": (pa.float16(), 0.5, 0.5),
    "a decimal": (pa.decimal128(10, 2), decimal.Decimal("1.25"), 1.25),
    "a whole decimal": (pa.decimal128(38, 2), decimal.Decimal("3.00"), 3),
    "a time stamp": (
        pa.timestamp("us", "UTC"),
        datetime.datetime(2026, 1, 2, 3, 4, 5, 6, UTC),
        "2026-01-02T03:04:05.000006+00:00",
    ),
    "nanoseconds": (pa.timestamp("ns"), 1_001, "1970-01-01T00:00:00.000001"),
    "a date": (pa.date32(), datetime.date(2026, 1, 2), "2026-01-02"),
    "a time": (pa.time64("ns"), 1_001, "00:00:00.000001"),
    "a duration": (pa.duration("ns"), 1_500_000_999, 1.5),
    "bytes of text": (pa.binary(), "ä".encode(), "ä"),
    "fixed bytes of text": (pa.binary(2), b"ab", "ab"),
    "a list": (pa.list_(pa.int64()), [1, None, 2], [1, None, 2]),
    "a list of fixed size": (pa.list_(pa.float64(), 2), [1.0, math.nan], [1.0, None]),
    "an empty list": (pa.list_(STRUCT), [], []),
    "structs with nulls": (pa.list_(STRUCT), [{"a": 1, "b": None}, None, {}], [{"a": 1}, None, {}]),
    "a map": (pa.map_(pa.string(), pa.list_(STRUCT)), [("k", [{"a": 1}])], {"k": [{"a": 1}]}),
    "a map with null": (pa.map_(pa.int32(), pa.int64()), [(1, None), (2, 3)], {"2": 3}),
    "an empty map": (pa.map_(pa.string(), pa.string()), [], {}),
    "a code": (pa.dictionary(pa.int8(), pa.string()), "x", "x"),
}  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
def test_a_value_has_one_meaning(name: str, tmp_path: Path) -> None:
    kind, value, wanted = VALUES[name]
    assert _read(_write(tmp_path / "x.parquet", pa.array([value, None], kind))) == [
        {"x": wanted},
        {},
    ]


@pytest.mark.parametrize("name", VALUES)
def test_in_a_struct_in_a_list(name: str, tmp_path: Path) -> None:
    kind, value, wanted = VALUES[name]
    if pa.types.is_dictionary(kind):
        pytest.skip("Parquet has no codes in structs")
    column = pa.array([[{"y": value}, {"y": None}]], pa.list_(pa.struct([("y", kind)])))
    [found] = _read(_write(tmp_path / "x.parquet", column))
    assert found == {"x": [{"y": wanted}, {}]}


def test_json_is_read_and_broken_json_is_a_reject(tmp_path: Path) -> None:
    column = pa.array(['{"a":null,"b":[1]}', "{", "-Infinity", "NaN", None], pa.json_())
    good, broken, endless, nan, missing = _read(_write(tmp_path / "x.parquet", column))
    assert good == {"x": {"a": None, "b": [1]}}
    assert str(broken).startswith("column 'x': not JSON")
    assert "-Infinity is no JSON value" in str(endless)
    assert nan == missing == {}


def test_missing_values_of_pandas_are_missing(tmp_path: Path) -> None:
    column = pa.array([math.nan, 1.0])
    assert _read(_write(tmp_path / "x.parquet", column)) == [{}, {"x": 1.0}]


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (pa.array([math.inf, 1.0]), "column 'x': the number inf"),
        (pa.array([[-math.inf], [1.0]]), "column 'x': the number -inf"),
        (pa.array([b"\xff\xfe", b"1"]), "column 'x': bytes that are not UTF-8"),
        (pa.array([b"\xff\xfe", b"1"]).view(pa.string()), "no Python value"),
        (
            pa.array([[("a", 1), ("a", 2)], []], pa.map_(pa.string(), pa.int64())),
            "column 'x': a map that holds the key 'a' twice",
        ),
        (
            pa.array([[(True, 1)], []], pa.map_(pa.bool_(), pa.int64())),
            "column 'x': a map with the key True",
        ),
    ],
)
def test_a_value_that_json_does_not_have_rejects_its_row_only(
    column: pa.Array, said: str, tmp_path: Path
) -> None:
    bad, good = _read(_write(tmp_path / "x.parquet", column))
    assert isinstance(bad, RowError)
    assert said in str(bad)
    assert isinstance(good, dict)


def test_a_column_twice_is_refused(tmp_path: Path) -> None:
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["x", "x"])
    parquet.write_table(table, tmp_path / "x.parquet")
    with pytest.raises(FileFormatError, match="two columns of one name: x"):
        _read(tmp_path / "x.parquet")


def test_a_file_without_rows_or_columns(tmp_path: Path) -> None:
    assert _read(_write(tmp_path / "x.parquet", pa.array([], pa.int64()))) == []
    parquet.write_table(pa.table({}), tmp_path / "y.parquet")
    assert _read(tmp_path / "y.parquet") == []


@pytest.mark.parametrize("place", [0.3, 0.6])
def test_damage_is_noticed_where_there_are_checksums(place: float, tmp_path: Path) -> None:
    path = _write(
        tmp_path / "x.parquet",
        pa.array([f"text {n}" * 50 for n in range(2000)]),
        compression="none",
        use_dictionary=False,
        write_page_checksum=True,
    )
    data = bytearray(path.read_bytes())
    data[int(len(data) * place)] ^= 0x01
    path.write_bytes(data)
    with pytest.raises(FileFormatError, match=r"x\.parquet is a damaged Parquet file"):
        _read(path)
