"""hir-kit and IFEval's reference (in lm-eval) side by side; see `side_by_side`.

    python -m benchmarks.ifeval_reference

needs the packages in benchmarks/requirements.txt, the prompts and responses of IFEval, and NLTK's
Punkt data for the reference.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence

import hir_kit
from benchmarks.side_by_side import (
    Item,
    Verdicts,
    Verify,
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
    ratios = compare(_reference(), items, options.rounds, hir_kit.CheckOptions(loose=True))
    return [("verifying IFEval, times as fast as the reference", ratios, "at least 20")]


def _reference() -> Verify:
    import langdetect
    from lm_eval.tasks.ifeval import utils

    langdetect.DetectorFactory.seed = 0

    def verify(items: Sequence[Item]) -> Verdicts:
        random.seed(0)  # it draws a letter where a sign is asked for
        found = []
        for item in items:
            example = utils.InputExample(item.key, item.ids, item.prompt, item.kwargs)
            strict = utils.test_instruction_following_strict(example, item.response)
            loose = utils.test_instruction_following_loose(example, item.response)
            found.append((strict.follow_instruction_list, loose.follow_instruction_list))
        return found

    return verify


if __name__ == "__main__":
    main()
