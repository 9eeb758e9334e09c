"""Datasets by name, loaded by the package `datasets`: the one thing that uses the network."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hir_kit.errors import RowError, UsageError, needed
from hir_kit.files import jsonl
from hir_kit.files.parquet import BATCH, row_converter, rows_of_batch, without_nanoseconds
from hir_kit.files.records import Record

PREFIX = "hf:"
_NAME = re.compile(
    r"hf:(?P<path>[^@#:\s]+)"
    r"(?:@(?P<revision>[^#:\s]+))?"
    r"(?:#(?P<config>[^:\s]+))?"
    r"(?::(?P<split>[\w.-]+(?:\[[^\]\s]*\])?))?"
)
_LOCAL = (".", "/", "~")  # no name on the hub begins so
_FORM = "hf:OWNER/NAME[@REVISION][#CONFIG][:SPLIT]"


def is_hub_name(name: str) -> bool:
    """Return whether this names a dataset and no file."""
    return name.startswith(PREFIX)


def hub_records(name: str) -> Iterator[Record]:
    """Yield the rows of the dataset that `hf:OWNER/NAME[@REVISION][#CONFIG][:SPLIT]` names.

    It comes from the Hugging Face hub, or from where `datasets` has kept it; a local folder is read
    in place. Without a split it has to have one only. No code of the dataset is run.

    Raises UsageError where the package is missing, the name is none, or it cannot be loaded.
    """
    loaded = _loaded(name)
    target = without_nanoseconds(loaded.features.arrow_schema)
    convert = row_converter(loaded.features.arrow_schema)
    number = 0
    for batch in loaded.with_format("arrow").iter(batch_size=BATCH):
        for row in rows_of_batch(batch, target, convert):
            number += 1
            raw = b"" if isinstance(row, RowError) else jsonl.dumps(row)
            yield Record(number, raw, row)


def _loaded(name: str) -> Any:
    match = _NAME.fullmatch(name)
    if match is None:
        raise UsageError(f"{name!r} names no dataset: {_FORM}")
    path = match["path"]
    if path.startswith(_LOCAL) and not Path(path).expanduser().exists():
        raise UsageError(f"cannot load {name}: there is no folder {path}. {_FORM} names a dataset")
    datasets = needed("datasets", "train", f"{name}, a dataset of the hub,")
    if not sys.stderr.isatty():
        datasets.disable_progress_bars()
    try:
        loaded = datasets.load_dataset(
            match["path"], match["config"], split=match["split"], revision=match["revision"]
        )
    except Exception as error:  # of the network, the hub, the files, or the package itself
        raise UsageError(_why_not(name, match["path"], error)) from None
    return _only_split(name, loaded) if isinstance(loaded, datasets.DatasetDict) else loaded


def _only_split(name: str, splits: Any) -> Any:
    if len(splits) == 1:
        return next(iter(splits.values()))
    raise UsageError(f"{name} has the splits {', '.join(splits)}: say which, {name}:SPLIT")


def _why_not(name: str, path: str, error: Exception) -> str:
    said = " ".join(str(error).split())[:300]
    return (
        f"cannot load {name} ({type(error).__name__}: {said}). Without the network, or where its "
        f"rows do not fit one schema, give its file: `hf download {path} --repo-type dataset "
        "--local-dir DIR`, then --prompts DIR/FILE"
    )
