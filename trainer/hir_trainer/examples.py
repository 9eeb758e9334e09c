"""The rows that one method trains on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hir_kit.errors import ConfigError
from hir_kit.files import jsonl
from hir_trainer.arguments import METHODS
from hir_trainer.rows import Row, read_rows

if TYPE_CHECKING:
    from datasets import Dataset

_ROLES = {"prompt": "user", "rejected_prompt": "user"}


@dataclass(frozen=True)
class Source:
    """One file that was read: what it holds and how many rows."""

    path: Path
    emission: str
    rows: int


@dataclass(frozen=True)
class Examples:
    """What a method trains on: the columns its trainer reads, in order, and where they are from."""

    rows: list[Row]
    sources: tuple[Source, ...]
    kinds: Counter[str]

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
        rows.extend(_derive(read, emission, method))
    if not rows:
        raise ConfigError(f"{', '.join(paths)}: {_NOTHING[method]}")
    columns = METHODS[method].columns
    kept = [{name: row.get(name) for name in columns} for row in rows]
    return Examples(kept, tuple(sources), Counter(row.get("kind", "row") for row in rows))


_NOTHING = {
    "sft": "holds no row with label true, so there is nothing for sft to imitate.",
    "kto": "holds no row for kto.",
    "dpo": "gives no pair: dpo needs replays, or groups with a success and a failure.",
}


def _derive(rows: list[Row], emission: str, method: str) -> Iterable[Row]:
    if emission != "hir":
        return rows
    from hir_kit.write.emissions import EMISSIONS

    emitted = EMISSIONS[method]
    derived = emitted.rows(rows)
    if emitted.order is None:
        return derived
    return map(jsonl.loads, emitted.order(map(jsonl.dumps, derived)))


def is_conversational(examples: Examples) -> bool:
    """Tell whether any text is a list of messages."""
    return any(isinstance(value, list) for row in examples.rows for value in row.values())


def unify(examples: Examples, template: object, model: str) -> Examples:
    """Bring all texts to one form: messages where any text is messages, else strings as they are.

    A string prompt becomes one user message, a string completion one assistant message; that
    means the same only if the model has a chat template.
    """
    if not is_conversational(examples):
        return examples
    if not template:
        raise ConfigError(
            f"the data holds messages, and the tokenizer of {model} has no chat template. Take a "
            "chat model, or relabel rollouts whose prompts are strings."
        )
    rows = [{name: _message(name, value) for name, value in row.items()} for row in examples.rows]
    return Examples(rows, examples.sources, examples.kinds)


def _message(column: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return [{"role": _ROLES.get(column, "assistant"), "content": value}]
