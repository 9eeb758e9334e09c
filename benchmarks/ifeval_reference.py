"""hir-kit and IFEval's reference (in lm-eval) side by side; see `side_by_side`.

    python -m benchmarks.ifeval_reference

needs the packages in benchmarks/requirements.txt, the prompts and responses of IFEval, and NLTK's
Punkt data for the reference.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
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


def main(words: Sequence[str] | None = None) -> list[tuple[str, list[float], str]]:
    """Measure both, print a table; return what is compared, the ratios of the rounds, the aim."""
    options = options_of("IFEval", "ifeval", words)
    items = items_of(options.prompts, options.responses)
    find_punkt(options.nltk_data)
    logging.disable()  # the reference logs each text whose language it cannot tell
    print(environment("lm_eval"))
    ratios = compare(_Reference(), items, options.rounds, hir_kit.CheckOptions(loose=True))
    return [("verifying IFEval, times as fast as the reference", ratios, "at least 20")]


class _Reference(Side):
    def __init__(self) -> None:
        import langdetect
        from lm_eval.tasks.ifeval import utils

        langdetect.DetectorFactory.seed = 0
        self._library = utils

    def read(self, items: Sequence[Item]) -> list[Any]:
        example = self._library.InputExample
        return [
            (example(item.key, item.ids, item.prompt, item.kwargs), item.response) for item in items
        ]

    def verify(self, read: list[Any]) -> list[Any]:
        random.seed(0)  # it draws a letter where a sign is asked for
        strict = self._library.test_instruction_following_strict
        loose = self._library.test_instruction_following_loose
        return [(strict(*one), loose(*one)) for one in read]

    def verdicts(self, verified: list[Any]) -> Verdicts:
        return [
            (strict.follow_instruction_list, loose.follow_instruction_list)
            for strict, loose in verified
        ]


if __name__ == "__main__":
    main()
