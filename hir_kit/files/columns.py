"""The columns of a file as plain data, and their types in Arrow.

A column is one of the kinds below, a list of one, or a struct of several by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, get_args, get_origin, get_type_hints, is_typeddict

from hir_kit.errors import UsageError, needed
from hir_kit.files import jsonl

Kind = str | tuple["Kind"] | Mapping[str, "Kind"]
Columns = Mapping[str, Kind]

TEXT, NUMBER, INTEGER, TRUTH = "text", "number", "integer", "truth"
JSON = "json"
"""Any JSON value, kept as text of Arrow's type for JSON, so that no key is added or lost."""
TALK = "talk"
"""A prompt or completion: text in a file that has only text there, messages in one that has only
messages with `role` and `content`, JSON in any other."""
_MESSAGES: Kind = ({"role": TEXT, "content": TEXT},)


_KINDS = {str: TEXT, float: NUMBER, int: INTEGER, bool: TRUTH}


def columns_of(row: Any) -> Columns:
    """Return the columns of a row's type: a TypedDict, with a kind where Python has no type."""
    return {name: _kind_of(hint) for name, hint in get_type_hints(row, include_extras=True).items()}


def _kind_of(hint: Any) -> Kind:
    if is_typeddict(hint):
        return columns_of(hint)
    inner = [part for part in get_args(hint) if part is not type(None)]
    if get_origin(hint) is list:
        return (_kind_of(inner[0]),)
    if hasattr(hint, "__metadata__"):
        kind: Kind = hint.__metadata__[0]
        return kind
    return _kind_of(inner[0]) if inner else _KINDS[hint]


def resolved(columns: Columns, rows: Iterator[Mapping[str, Any]]) -> Columns:
    """Return the columns with what these rows hold in place of `TALK`."""
    seen: dict[tuple[str, ...], set[str]] = {}
    for row in rows:
        _note(columns, row, (), seen)
    return {name: _settled(kind, (name,), seen) for name, kind in columns.items()}


def _note(kind: Kind, value: Any, path: tuple[str, ...], seen: dict[Any, set[str]]) -> None:
    if value is None:
        return
    if kind == TALK:
        seen.setdefault(path, set()).add(_talk(value))
    elif isinstance(kind, Mapping):
        for name, inner in kind.items():
            _note(inner, value.get(name), (*path, name), seen)


def _talk(value: Any) -> str:
    if isinstance(value, str):
        return TEXT
    plain = all(message.keys() == {"role", "content"} for message in value)
    return "messages" if plain else JSON


def _settled(kind: Kind, path: tuple[str, ...], seen: dict[Any, set[str]]) -> Kind:
    if kind == TALK:
        found = seen.get(path, set())
        if found <= {"messages"}:
            return _MESSAGES
        return TEXT if found == {TEXT} else JSON
    if isinstance(kind, Mapping):
        return {name: _settled(inner, (*path, name), seen) for name, inner in kind.items()}
    return kind


def packed(kind: Kind, value: Any) -> Any:
    """Return the value as Arrow takes it for the kind; raises ValueError on a key without column.

    Only `JSON` and the names of keys are seen to: Arrow checks the types of the rest.
    """
    if value is None:
        return None
    if kind == JSON:
        return jsonl.dumps(value).decode()
    if isinstance(kind, tuple):
        return [packed(kind[0], item) for item in value]
    if isinstance(kind, Mapping):
        if surplus := value.keys() - kind.keys():
            raise ValueError(f"no column for {', '.join(sorted(surplus))}")
        return {name: packed(inner, value.get(name)) for name, inner in kind.items()}
    return value


def arrow_schema(columns: Columns, *, plain: bool = False) -> Any:
    """Return the Arrow schema of the columns; a plain one has text in place of JSON."""
    import pyarrow

    return pyarrow.schema([(name, _arrow(kind, plain)) for name, kind in columns.items()])


def _arrow(kind: Kind, plain: bool) -> Any:
    import pyarrow

    if isinstance(kind, tuple):
        return pyarrow.list_(_arrow(kind[0], plain))
    if isinstance(kind, Mapping):
        return pyarrow.struct([(name, _arrow(inner, plain)) for name, inner in kind.items()])
    if kind == JSON and not plain:
        return pyarrow.json_()
    types = {NUMBER: pyarrow.float64, INTEGER: pyarrow.int64, TRUTH: pyarrow.bool_}
    return types.get(kind, pyarrow.string)()


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
