"""hir-kit and a published checker side by side: the same responses, the same process, one core.

The two take turns; the time is CPU time. What is timed is verifying: neither side's objects that
hold the prompts and responses as they are read, nor making bools of what each returns. Each turn
makes new response objects and binds the constraints anew, so that nothing but the bounded caches of
words stays. The first passes are timed on their own: there the models are loaded too. In the second
half of a first pass they are loaded, and the texts are still new.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import hir_kit
from hir_kit.model.rollout import Group, Location, Reject, Rollout
from hir_kit.verify.checker import CheckedGroup, CheckOptions, check_groups

BESIDE = Path(__file__).resolve().parents[2] / "shared"
FEWEST_ROUNDS = 5

OURS, REFERENCE = "hir-kit", "reference"

Verdicts = list[tuple[list[bool], list[bool]]]
"""For each response whether its constraints are met, strictly and loosely."""


@dataclass(frozen=True)
class Item:
    """A prompt's constraints and one response to it."""

    key: int
    prompt: str
    ids: list[str]
    kwargs: list[dict[str, Any]]
    response: str


class Side(ABC):
    """One of the two that are compared."""

    @abstractmethod
    def read(self, items: Sequence[Item]) -> list[Any]:
        """Return the items as this side has them once it has read them."""

    @abstractmethod
    def verify(self, read: list[Any]) -> list[Any]:
        """Verify all, strictly and loosely: what is timed."""

    @abstractmethod
    def verdicts(self, verified: list[Any]) -> Verdicts:
        """Return what `verify` found, in bools."""


@dataclass(frozen=True)
class First:
    """The first pass of one side: CPU seconds for all responses and for their second half."""

    seconds: float
    second_half: float


def compare(reference: Side, items: Sequence[Item], rounds: int, how: CheckOptions) -> list[float]:
    """Measure both, print a table and how the verdicts agree; return the ratios of the rounds."""
    ours = _HirKit(how)
    firsts = {REFERENCE: _first_pass(reference, items), OURS: _first_pass(ours, items)}
    times, verdicts = _rounds({REFERENCE: reference, OURS: ours}, items, rounds)
    print(_table(len(items), firsts, times))
    print(_agreement(items, verdicts[REFERENCE], verdicts[OURS]))
    return _ratios(times)


def options_of(name: str, folder: str, words: Sequence[str] | None) -> argparse.Namespace:
    """Return what the command line asks for: the files, and the number of rounds."""
    parser = argparse.ArgumentParser(description=f"Compare hir-kit with {name}'s reference.")
    data = BESIDE / "data" / folder
    parser.add_argument("--prompts", type=Path, default=data / "prompts.jsonl")
    parser.add_argument("--responses", type=Path, default=data / "responses_qwen25_7b.jsonl")
    parser.add_argument(
        "--nltk-data", type=Path, default=BESIDE / "nltk_data", help="folder with punkt_tab"
    )
    parser.add_argument("--rounds", type=int, default=7, help="timed turns of each side, >= 5")
    options = parser.parse_args(words)
    if options.rounds < FEWEST_ROUNDS:
        parser.error(f"--rounds is {options.rounds}; at least {FEWEST_ROUNDS} are needed")
    for path in (options.prompts, options.responses):
        if not path.is_file():
            parser.error(f"{path} is not there: name the files with --prompts and --responses")
    return options


# What is verified.


def items_of(prompts: Path, responses: Path) -> list[Item]:
    """Return the prompts that have a response."""
    texts = {row["prompt"]: row["response"] for row in _rows(responses)}
    items = [
        Item(
            row["key"],
            row["prompt"],
            row["instruction_id_list"],
            [{k: v for k, v in kwargs.items() if v is not None} for kwargs in row["kwargs"]],
            texts[row["prompt"]],
        )
        for row in _rows(prompts)
        if row["prompt"] in texts
    ]
    if not items:
        sys.exit(f"no prompt of {prompts} has a response in {responses}")
    return items


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def find_punkt(folder: Path) -> None:
    """Show NLTK the folder, before the reference looks for its data and tries to download it."""
    import nltk

    nltk.data.path.insert(0, str(folder))
    try:
        nltk.data.find("tokenizers/punkt_tab")
    except LookupError:
        sys.exit(
            f"The reference cannot run without NLTK's Punkt data, which is not in {folder}: name "
            "the folder that holds tokenizers/punkt_tab with --nltk-data. NLTK 3.10 also refuses "
            "a folder that others may write to (chmod -R go-w FOLDER)."
        )


# The two sides.


class _HirKit(Side):
    def __init__(self, how: CheckOptions) -> None:
        self._how = how
        self._known = hir_kit.load().registry

    def read(self, items: Sequence[Item]) -> list[Group]:
        return list(map(_group, items))

    def verify(self, read: list[Group]) -> list[CheckedGroup]:
        for id in {spec.id for group in read for spec in group.constraints}:
            self._known[id]  # imports its module, for the first pass to pay
        registry = self._known.copied()  # a new one: it keeps what is bound
        return list(check_groups(read, registry, self._how, _Feedback()))

    def verdicts(self, verified: list[CheckedGroup]) -> Verdicts:
        return [
            ([v.satisfied for v in one.strict], [v.satisfied for v in one.loose or ()])
            for group in verified
            for one in group.checked
        ]


def _group(item: Item) -> Group:
    pairs = zip(item.ids, item.kwargs, strict=True)
    constraints = tuple(hir_kit.ConstraintSpec(id, kwargs) for id, kwargs in pairs)
    rollouts = (Rollout(f"{item.key}/0", item.response),)
    return Group(str(item.key), item.prompt, constraints, rollouts, Location("prompts", 0))


class _Feedback:
    """Takes no rejects: every row of the benchmark can be read."""

    def reject(self, reject: Reject) -> None:
        raise SystemExit(f"rejected: {reject.reason}")

    def advance(self, size: int) -> None:
        pass


# Timing.


def _timed(side: Side, items: Sequence[Item]) -> tuple[float, Verdicts]:
    read = side.read(items)
    gc.collect()  # else the turn in which all that was imported is looked through is chance
    start = time.process_time()
    verified = side.verify(read)
    seconds = time.process_time() - start
    return seconds, side.verdicts(verified)


def _first_pass(side: Side, items: Sequence[Item]) -> First:
    """Time the very first pass in two parts. It is the warm-up of the rounds as well."""
    half = len(items) // 2
    begin, _ = _timed(side, items[:half])
    end, _ = _timed(side, items[half:])
    return First(begin + end, end)


def _rounds(
    sides: dict[str, Side], items: Sequence[Item], rounds: int
) -> tuple[dict[str, list[float]], dict[str, Verdicts]]:
    times: dict[str, list[float]] = {name: [] for name in sides}
    verdicts: dict[str, Verdicts] = {}
    for number in range(rounds + 1):  # the first is to warm up
        for name, side in sides.items():
            seconds, verdicts[name] = _timed(side, items)
            if number:
                times[name].append(seconds)
    return times, verdicts


# What is printed.


def environment(*packages: str) -> str:
    """Return what runs: Python, hir-kit, the packages, and what verdicts depend on."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    versions = ", ".join(
        f"{name} {version(name)}" for name in (*packages, "nltk", "langdetect", "regex", "pydantic")
    )
    states = ", ".join(f"{name}: {state}" for name, state in hir_kit.load().states().items())
    return f"{python}, hir-kit {hir_kit.__version__}, {versions}\n{states}\n"


def _table(count: int, firsts: dict[str, First], times: dict[str, list[float]]) -> str:
    half = count - count // 2
    rows = [
        ("", "hir-kit", "reference", "ratio"),
        ("---", "---:", "---:", "---:"),
        _speeds(f"responses/s, median of {len(times[OURS])} rounds", count, times),
        _speeds(
            "responses/s, texts seen for the first time", half, _seconds(firsts, "second_half")
        ),
        _cold("first pass, CPU s", _seconds(firsts, "seconds")),
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def _seconds(firsts: dict[str, First], name: str) -> dict[str, list[float]]:
    return {side: [getattr(first, name)] for side, first in firsts.items()}


def _speeds(label: str, count: int, times: dict[str, list[float]]) -> tuple[str, ...]:
    shown = (_spread([count / t for t in times[side]], 0) for side in (OURS, REFERENCE))
    return (label, *shown, _spread(_ratios(times), 1))


def _ratios(times: dict[str, list[float]]) -> list[float]:
    return [theirs / ours for theirs, ours in zip(times[REFERENCE], times[OURS], strict=True)]


def _cold(label: str, times: dict[str, list[float]]) -> tuple[str, ...]:
    ours, theirs = times[OURS][0], times[REFERENCE][0]
    return label, f"{ours:.2f}", f"{theirs:.2f}", f"{theirs / ours:.1f}"


def _spread(values: list[float], digits: int) -> str:
    middle = f"{median(values):,.{digits}f}"
    if len(values) == 1:
        return middle
    return f"{middle} ({min(values):,.{digits}f} to {max(values):,.{digits}f})"


def _agreement(items: Sequence[Item], theirs: Verdicts, ours: Verdicts) -> str:
    lines = []
    for way, name in enumerate(("strict", "loose")):
        pairs = [
            (item.key, id, a, b)
            for item, one, other in zip(items, theirs, ours, strict=True)
            for id, a, b in zip(item.ids, one[way], other[way], strict=True)
        ]
        different = [f"{key} {id}" for key, id, a, b in pairs if a != b]
        share = 1 - len(different) / len(pairs)
        lines.append(f"Equal {name} verdicts: {share:.2%} of {len(pairs)}. {'; '.join(different)}")
    return "\n".join(line.strip() for line in lines)
