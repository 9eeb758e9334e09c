"""Files with rows of the `hir` format, packed in every way that is read."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
import zstandard

Row = dict[str, Any]


def _parquet(data: bytes) -> bytes:
    """Pack JSON lines as a foreign writer would: types inferred, all structs filled with nulls."""
    import pyarrow
    from pyarrow import parquet

    rows = [json.loads(line) for line in data.splitlines() if line.strip()]
    stream = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(rows), stream)
    return stream.getvalue()


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "jsonl": lambda data: data,
    "gz": lambda data: gzip.compress(data, mtime=0),
    "zst": lambda data: zstandard.ZstdCompressor().compress(data),
    "parquet": _parquet,
}


@pytest.fixture(params=PACKINGS)
def pack(request: pytest.FixtureRequest) -> Callable[[Iterable[Row]], bytes]:
    """Give a function that packs rows, in each way in turn."""

    def packed(rows: Iterable[Row]) -> bytes:
        return PACKINGS[request.param](b"".join(json.dumps(row).encode() + b"\n" for row in rows))

    return packed
