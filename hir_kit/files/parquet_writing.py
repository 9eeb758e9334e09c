"""Writing Parquet: rows wait as JSON lines in a temporary file until all of them are known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from hir_kit import jsonl
from hir_kit.errors import UsageError
from hir_kit.files.columns import Columns, arrow_schema, packed, resolved
from hir_kit.files.extras import needed

_ROWS, _BYTES = 1000, 16 << 20  # of a row group, at most

Batch = list[dict[str, Any]]


def write_parquet(path: str, spool: BinaryIO, stream: BinaryIO, columns: Columns) -> None:
    """Write JSON lines as Parquet.

    Args:
        path: The file's name, for messages.
        spool: The lines, one JSON object each; seekable.
        stream: Where the Parquet file goes.
        columns: What it holds.

    Raises UsageError where a row does not fit the columns.
    """
    parquet = needed("pyarrow.parquet", "parquet", "writing Parquet")
    columns = resolved(columns, (row for batch in _batches(spool) for row in batch))
    plain, schema = arrow_schema(columns, plain=True), arrow_schema(columns)
    first = 1
    with parquet.ParquetWriter(
        stream, schema, compression="zstd", write_page_checksum=True
    ) as writer:
        for batch in _batches(spool):
            writer.write_table(_table(path, batch, first, columns, plain).cast(schema))
            first += len(batch)


def _batches(spool: BinaryIO) -> Iterator[Batch]:
    spool.seek(0)
    batch: Batch = []
    size = 0
    for line in spool:
        batch.append(jsonl.loads(line))
        size += len(line)
        if len(batch) == _ROWS or size >= _BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _table(path: str, batch: Batch, first: int, columns: Columns, plain: Any) -> Any:
    from pyarrow import ArrowException, Table

    try:
        return Table.from_pylist([packed(columns, row) for row in batch], schema=plain)
    except (ArrowException, ValueError, TypeError, OverflowError) as error:
        if len(batch) > 1:  # which row is it?
            for place, row in enumerate(batch):
                _table(path, [row], first + place, columns, plain)
        named = f" (id {batch[0]['id']!r})" if "id" in batch[0] else ""
        raise UsageError(
            f"cannot write row {first}{named} of {path} as Parquet: {error}. Write JSON lines: "
            "a name that ends in .jsonl, .jsonl.gz or .jsonl.zst"
        ) from None
