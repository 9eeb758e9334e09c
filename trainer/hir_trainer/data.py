"""The rows that one method trains on: written by `hir-kit relabel`, read and checked.

A mistake is a ConfigError that names file and line: a row left out in silence would change what
the model learns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hir_kit.errors import ConfigError, FileFormatError, RowError, UsageError, shown
from hir_kit.files import jsonl
from hir_kit.files.columns import TALK
from hir_kit.files.open import STDIN
from hir_kit.files.records import records
from hir_kit.model.rows import SCHEMA
from hir_kit.model.verdict import counted
from hir_kit.write.emissions import EMISSIONS
from hir_trainer.raw import told
from hir_trainer.teaches import is_equal_pair

if TYPE_CHECKING:
    from datasets import Dataset

Row = dict[str, Any]

_HIR = ("prompt", "completion", "label", "kind", "id", "group")
"""The columns of `hir` rows without which no other emission can be made of them."""

_OPTIONAL = "rejected_prompt"

EQUAL = "both halves the same"

_NOTHING = {
    "sft": "holds no row with label true, so there is nothing for sft to imitate.",
    "kto": "holds no row for kto.",
    "dpo": "gives no pair: dpo needs replays, or groups with a success and a failure.",
}


@dataclass(frozen=True)
class Source:
    """One file that was read: what it holds and how many rows."""

    path: Path
    emission: str
    rows: int


@dataclass(frozen=True)
class Examples:
    """What a method trains on.

    Attributes:
        rows: The columns that its trainer reads, in order.
        sources: Where they are from.
        row_kinds: Of each row, its kind.
        left_out: How many were left out, by the reason.
    """

    rows: list[Row]
    sources: tuple[Source, ...]
    row_kinds: tuple[str, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def kinds(self) -> Counter[str]:
        """How many rows there are of each kind."""
        return Counter(self.row_kinds)

    @property
    def summary(self) -> str:
        """How many there are, by label and by kind, and how many were left out."""
        parts = []
        if "label" in self.columns:
            good = sum(row["label"] for row in self.rows)
            parts.append(f"{good} true, {len(self.rows) - good} false")
        parts.append(", ".join(f"{n} {kind}" for kind, n in sorted(self.kinds.items())))
        parts += [f"{n} left out: {reason}" for reason, n in self.left_out.items()]
        return f"{counted(len(self.rows), 'example')} ({'; '.join(parts)})"

    def only(self, kept: Sequence[bool], reason: str) -> Examples:
        """Return the rows that are kept; the others are counted as left out."""
        if all(kept):
            return self
        return replace(
            self,
            rows=list(compress(self.rows, kept)),
            row_kinds=tuple(compress(self.row_kinds, kept)),
            left_out={**self.left_out, reason: len(kept) - sum(kept)},
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns in use; `rejected_prompt` is one only where some pair has it."""
        in_use = (name for name in self.rows[0] if any(row[name] is not None for row in self.rows))
        return tuple(in_use)

    def dataset(self, shared: bool = False) -> Dataset:
        """Return the rows as the dataset that TRL takes, in memory.

        Args:
            shared: Whether other processes train on it too. Then it lies in the datasets cache:
                TRL's `precompute_ref_log_probs` hands its results on through files beside it.
        """
        from datasets import Dataset

        columns = {name: [row[name] for row in self.rows] for name in self.columns}
        dataset = Dataset.from_dict(columns)
        if not shared:
            return dataset
        rows = {"rows": [{name: row[name] for name in self.columns} for row in self.rows]}
        return Dataset.from_generator(_each, features=dataset.features, gen_kwargs=rows)


def _each(rows: list[Row]) -> Iterator[Row]:
    yield from rows


def read_examples(paths: Sequence[str], method: str) -> Examples:
    """Read the files of a run and derive from them what the method trains on."""
    rows: list[Row] = []
    sources: list[Source] = []
    for path in map(Path, paths):
        emission, read = read_rows(path, method)
        sources.append(Source(path, emission, len(read)))
        rows.extend(_derived(read, method) if emission == "hir" else read)
    if not rows:
        raise ConfigError(f"{', '.join(paths)}: {_NOTHING[method]}")
    kept = [{name: row.get(name) for name in EMISSIONS[method].trains} for row in rows]
    examples = Examples(kept, tuple(sources), tuple(row.get("kind", "row") for row in rows))
    if method == "dpo":
        examples = examples.only([not is_equal_pair(row) for row in kept], EQUAL)
        if not examples.rows:
            raise ConfigError(f"{', '.join(paths)}: both halves of every pair are the same.")
    return examples


def _derived(rows: list[Row], method: str) -> Iterable[Row]:
    """Return the rows of a method's emission, made from `hir` rows as `relabel` makes them."""
    emission = EMISSIONS[method]
    derived = emission.rows(rows)
    if emission.order is None:
        return derived
    return map(jsonl.loads, emission.order(map(jsonl.dumps, derived)))


def read_rows(path: Path, method: str) -> tuple[str, list[Row]]:
    """Return how the file was emitted, and its rows, all of them fit for the method."""
    emission, rows = "", []
    for place, row in numbered_rows(path):
        _check_made(row, path, method, place)
        if not emission:
            emission = _emission(row)
            _check_method(emission, method, path)
        _check_row(row, emission, place)
        rows.append(row)
    if not rows:
        raise ConfigError(f"{path}: holds no rows. Write it with `hir-kit relabel`.")
    return emission, rows


def numbered_rows(path: Path) -> Iterator[tuple[str, Row]]:
    """Yield the objects of a file of JSON lines or a Parquet file, each with its place."""
    file = "./-" if str(path) == STDIN else str(path)  # read again by every process, so no pipe
    try:
        for record in records(file):
            place = f"{path}, line {record.number}"
            if isinstance(record.data, RowError):
                raise ConfigError(f"{place}: {record.data}.")
            yield place, record.data
    except ConfigError:
        raise
    except (UsageError, FileFormatError) as error:
        raise ConfigError(f"{error}.") from error


def _check_made(row: Row, path: Path, method: str, place: str) -> None:
    """Refuse a row that is not one of an emission: a raw one may hold a failure, and look alike.

    Rows that hir-kit wrote have a `schema`. Others are taken where they have the columns of an
    emission and no others.
    """
    emission = _emission(row)
    required, columns = set(_required(emission)), EMISSIONS[emission].columns
    if "responses" not in row and ("schema" in row or (required <= row.keys() <= columns.keys())):
        return
    if said := told(row, str(path), method, place):
        raise ConfigError(f"{place}: {said}")
    if not required <= row.keys():
        raise ConfigError(
            f"{place}: this is no row to train on; its columns are {shown(sorted(row))}. Make rows "
            f"of rollouts: `hir-kit relabel DUMP --emit {method}`."
        )
    if emission == "sft":
        others = ", ".join(sorted(row.keys() - columns.keys()))
        raise ConfigError(
            f"{place}: rows of `--emit sft` have no {others}, and nothing says that this response "
            "is one to imitate. Write the file with `hir-kit relabel DUMP --emit sft`, or leave "
            "prompt and completion alone in it."
        )


def _emission(row: Row) -> str:
    if "verdicts" in row or "hindsight" in row:
        return "hir"
    if "chosen" in row or "rejected" in row:
        return "dpo"
    return "kto" if "label" in row else "sft"


def _check_method(emission: str, method: str, path: Path) -> None:
    if emission in ("hir", method):
        return
    raise ConfigError(
        f"{path}: holds rows of `--emit {emission}`, and method is {method}. Set method: "
        f"{emission}, or write the file with `hir-kit relabel --emit {method}` (or without "
        "--emit, for any method)."
    )


def _check_row(row: Row, emission: str, place: str) -> None:
    if row.get("schema", SCHEMA) != SCHEMA:
        raise ConfigError(
            f"{place}: schema is {row['schema']!r}, and this hir-kit reads {SCHEMA}: "
            "write the file again with `hir-kit relabel` of this version."
        )
    if missing := [name for name in _required(emission) if name not in row]:
        raise ConfigError(
            f"{place}: {', '.join(missing)} missing in a row that is read as one of `--emit "
            f"{emission}`; its columns are {shown(sorted(row))}. Write the file with `hir-kit "
            f"relabel DUMP --emit {emission}`."
        )
    if (own := _emission(row)) != emission:
        raise ConfigError(
            f"{place}: this is a row of `--emit {own}`, and the file begins with one of `--emit "
            f"{emission}`. Give the rows in files of their own."
        )
    for name in _texts(emission):
        if name != _OPTIONAL or row.get(name) is not None:
            _check_text(row[name], f"{place}: {name}")
    if not isinstance(row.get("label", True), bool):
        raise ConfigError(f"{place}: label must be true or false, not {row['label']!r}.")
    if emission == "hir" and row["kind"] == "replay":
        _check_replay(row, place)
    if emission == "dpo":
        _check_pair(row, place)


def _required(emission: str) -> tuple[str, ...]:
    """Return the columns that a row has to have."""
    names = _HIR if emission == "hir" else EMISSIONS[emission].trains
    return tuple(name for name in names if name != _OPTIONAL)


def _texts(emission: str) -> Iterator[str]:
    """Yield the columns of prompts and responses."""
    return (name for name, kind in EMISSIONS[emission].columns.items() if kind == TALK)


def _check_text(value: Any, place: str) -> None:
    """Check a prompt or completion: a string, or messages that hold text."""
    if isinstance(value, str):
        return
    if not isinstance(value, list) or not value:
        raise ConfigError(f"{place} must be a string or a list of messages, not {value!r}.")
    for number, message in enumerate(value, start=1):
        fields = (message.get("role"), message.get("content")) if type(message) is dict else (None,)
        if not all(isinstance(field, str) for field in fields):
            raise ConfigError(
                f"{place}: message {number} must be an object with role and content, both "
                f"strings, not {message!r}."
            )


def _check_replay(row: Row, place: str) -> None:
    hindsight = row.get("hindsight")
    if not isinstance(hindsight, dict) or "original_prompt" not in hindsight:
        raise ConfigError(f"{place}: a replay needs hindsight.original_prompt.")
    _check_text(hindsight["original_prompt"], f"{place}: hindsight.original_prompt")


def _check_pair(row: Row, place: str) -> None:
    if is_equal_pair(row):
        raise ConfigError(
            f"{place}: both halves of the pair are the same. A pair of one response under two "
            "instructions needs the original one as rejected_prompt."
        )


def unify(rows: list[Row], template: object, model: str) -> list[Row]:
    """Bring all texts to one form: messages where any text is messages, else strings as they are.

    A string prompt becomes one user message, a string completion one assistant message; that
    means the same only if the model has a chat template.
    """
    if not any(isinstance(value, list) for row in rows for value in row.values()):
        return rows
    if not template:
        raise ConfigError(
            f"the data holds messages, and the tokenizer of {model} has no chat template. Take a "
            "chat model, or relabel rollouts whose prompts are strings."
        )
    return [{name: _message(name, value) for name, value in row.items()} for row in rows]


def _message(column: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    role = "user" if column in ("prompt", "rejected_prompt") else "assistant"
    return [{"role": role, "content": value}]
