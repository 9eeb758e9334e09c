"""Instructions out of hir-kit's own verifiers: tasks, four to six constraints, each seen once."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from hir_kit import ConstraintSpec, Kit


def _parts(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


SUBJECTS = _parts(
    "green tea|a lost umbrella|a rainy day|the night sky|learning to swim|a broken bicycle|an old "
    "library|city parks|a small bakery|the first day at school|growing tomatoes|a train journey|a "
    "noisy neighbour|a winter market|how bread is made|a birthday party|a mountain hut|the sea in "
    "autumn|a new job|a friendly dog|saving money|a garden in spring|an evening walk|a chess club|"
    "a music lesson|clean water|a late parcel|healthy breakfasts|a village fair|how clouds form|an "
    "honest apology|the moon|good sleep|a museum visit|travelling by bus|a family recipe"
)
TASKS = _parts(
    "Write a short note to a friend about {}.|Describe {} to a child.|Give some advice about {}.|"
    "Write a short story about {}.|Explain why people care about {}.|Write a diary entry about {}.|"
    "Write an email to a colleague about {}.|Write a small advertisement about {}."
)
WORDS = _parts("river|window|purple|garden|letter|morning|silver|bridge|music|paper|winter|candle")
AVOIDED = _parts("important|great|help|very|also|enjoy|beautiful|wonderful|love|time|good|day")
ENDS = ("Good luck!", "That is all.", "See you soon.", "Is there anything else I can help with?")

Draw = Callable[[random.Random], tuple[str, dict[str, Any]]]


def _words(relation: str, *numbers: int) -> Draw:
    def draw(rng: random.Random) -> tuple[str, dict[str, Any]]:
        kwargs = {"relation": relation, "num_words": rng.choice(numbers)}
        return "length_constraints:number_words", kwargs

    return draw


KINDS: dict[str, Draw] = {
    "short": _words("less than", 30, 40, 50, 60, 80),
    "long": _words("at least", 20, 30, 40, 50),
    "sentences": lambda rng: (
        "length_constraints:number_sentences",
        {"relation": rng.choice(("less than", "at least")), "num_sentences": rng.randint(3, 5)},
    ),
    "comma": lambda _: ("punctuation:no_comma", {}),
    "word": lambda rng: ("keywords:existence", {"keywords": rng.sample(WORDS, 1)}),
    "avoid": lambda rng: ("keywords:forbidden_words", {"forbidden_words": rng.sample(AVOIDED, 2)}),
    "bullets": lambda rng: (
        "detectable_format:number_bullet_lists", {"num_bullets": rng.randint(2, 4)},
    ),
    "title": lambda _: ("detectable_format:title", {}),
    "place": lambda _: ("detectable_content:number_placeholders", {"num_placeholders": 1}),
    "postscript": lambda _: ("detectable_content:postscript", {"postscript_marker": "P.S."}),
    "highlight": lambda rng: (
        "detectable_format:number_highlighted_sections", {"num_highlights": rng.randint(1, 2)},
    ),
    "end": lambda rng: ("startend:end_checker", {"end_phrase": rng.choice(ENDS)}),
    "quotes": lambda _: ("startend:quotation", {}),
    "lower": lambda _: ("change_case:english_lowercase", {}),
    "letter": lambda rng: (
        "keywords:letter_frequency",
        {"letter": rng.choice("qzxjk"), "let_frequency": 2, "let_relation": "less than"},
    ),
}  # fmt: skip


def draw(kit: Kit, seed: int, count: int) -> list[dict[str, Any]]:
    """Return rows of the `hir` format, without responses; half of them say what the task is."""
    rng = random.Random(f"real-model-{seed}")
    return [_row(kit, rng, f"{seed}-{number}", number % 2 == 0) for number in range(count)]


def _row(kit: Kit, rng: random.Random, name: str, says_task: bool) -> dict[str, Any]:
    from hir_kit.files import jsonl

    task = rng.choice(TASKS).format(rng.choice(SUBJECTS))
    kinds = rng.sample(list(KINDS), rng.randint(4, 6))
    if {"short", "long"} <= set(kinds):
        kinds.remove("long")  # the two could contradict each other
    specs = []
    for kind in kinds:
        name_, kwargs = KINDS[kind](rng)
        text = kit.registry.bind(ConstraintSpec(name_, kwargs)).describe()
        specs.append({"id": name_, "kwargs": kwargs, "text": text})
    asked = "\n".join([task, *(f"- {spec['text']}" for spec in specs)])
    return {
        "id": name,
        "task": task if says_task else None,
        "prompt": [{"role": "user", "content": asked}],
        "constraints": jsonl.dumps(specs).decode(),
    }
