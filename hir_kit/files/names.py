"""From what the user names to the files that are read: directories and patterns in order."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from hir_kit.errors import UsageError
from hir_kit.files.hub import is_hub_name
from hir_kit.files.open import STDIN

_LINES = (".jsonl", ".ndjson")
DATA_ENDINGS = (*_LINES, *(f"{end}{z}" for end in _LINES for z in (".gz", ".zst")), ".parquet")
REJECTS = ".rejects.jsonl"


def expand(names: Iterable[str]) -> list[str]:
    """Return the files that names stand for, in the order of the names.

    A directory stands for the data files in it. A name with `*`, `?` or `[`, which is no file
    itself, stands for the files that match. Both come in natural order (`2.jsonl` before
    `10.jsonl`), without hidden files and without files of rejected rows. `**` goes through links to
    folders, and into each folder once. Any other name stands
    for itself, also `hf:NAME`, a dataset of the hub.

    Raises UsageError where nothing is found, and where a file is named twice.
    """
    found = [(name, file) for name in names for file in _files(name)]
    first: dict[str, str] = {}
    for name, file in found:
        key = file if file == STDIN else os.path.realpath(file)
        if key in first:
            by = "" if name == first[key] == file else f", by {first[key]!r} and by {name!r}"
            raise UsageError(f"{file} is given twice{by}: its rollouts would count twice")
        first[key] = name
    return [file for _, file in found]


def _files(name: str) -> Sequence[str]:
    path = Path(name)
    if is_hub_name(name):
        return (name,)
    if name != STDIN and path.is_dir():
        return _in_directory(path)
    if name != STDIN and glob.has_magic(name) and not path.exists():
        return _matching(name)
    return (name,)


def _in_directory(directory: Path) -> list[str]:
    try:
        names = [path.name for path in directory.iterdir() if path.is_file()]
    except OSError as error:
        raise UsageError(f"cannot read {directory}: {error.strerror or error}") from None
    found = [str(directory / name) for name in names if _is_data(name)]
    if not found:
        raise UsageError(
            f"no data in the directory {directory}: looked for names that end in "
            f"{', '.join(DATA_ENDINGS)}. For those of its folders, or others, give a pattern in "
            f"quotes: '{directory}/**/*.jsonl'"
        )
    return sorted(found, key=_natural)


def _is_data(name: str) -> bool:
    name = name.lower()
    return name.endswith(DATA_ENDINGS) and not name.startswith(".") and not name.endswith(REJECTS)


def _matching(pattern: str) -> list[str]:
    matches = set(_globbed(pattern))
    found = [name for name in matches if Path(name).is_file() and not name.endswith(REJECTS)]
    if not found:
        raise UsageError(
            f"no file matches {pattern!r}; `*` and `?` stand for a part of a name, `**` for any "
            "number of folders"
        )
    return sorted(found, key=_natural)


def _globbed(pattern: str) -> Iterator[str]:
    """Yield what matches. `glob` alone would follow links in a circle as far as the system does."""
    before, stars, after = pattern.partition(f"**{os.sep}")
    if not stars or (before and not before.endswith(os.sep)):
        yield from glob.glob(pattern)  # noqa: PTH207  # Path.glob takes none from /
        return
    for top in glob.glob(before) if before else [""]:  # noqa: PTH207
        for folder in _folders(top):
            yield from _globbed(glob.escape(folder) + after)


def _folders(top: str) -> Iterator[str]:
    """Yield a folder and all below it that are not hidden, each once, ready for a name behind."""
    met: set[str] = set()
    for folder, below, _ in os.walk(top or os.curdir, followlinks=True):
        real = os.path.realpath(folder)
        if real in met:
            below.clear()
            continue
        met.add(real)
        below[:] = sorted(name for name in below if not name.startswith("."))
        name = os.path.join(folder, "")  # noqa: PTH118  # a Path drops the slash at the end
        yield name if top else name.removeprefix(f"{os.curdir}{os.sep}")


def _natural(file: str) -> list[list[int | str]]:
    """Return what sorts numbers in a path by their value; every second part is a number."""
    parts = [re.split(r"([0-9]+)", part) for part in Path(file).parts]
    return [[int(bit) if i % 2 else bit for i, bit in enumerate(part)] for part in parts] + [[file]]
