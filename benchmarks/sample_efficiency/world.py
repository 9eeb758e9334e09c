"""A small world of instructions that real verifiers check on real text.

A text is a few sentences over a dozen words, perhaps with a title, bullets, highlights,
placeholders, a postscript or quotes. Every word stands after a space and is one token with it: from
words without spaces a model can glue text that means nothing and meets many constraints (IFEval
looks for keywords anywhere in a text, and counts what is glued as one word).

An instruction is a request with constraints of 17 kinds: 14 are IFEval's, decided by hir-kit's own
verifiers, three come from the plugin `rules.py`. Its constraints all hold on one random text, its
witness, so every instruction can be met. In reinforcement learning the model never sees a witness.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.sample_efficiency.rules import words_of
from hir_kit import Checker, CheckOptions, ConstraintSpec, Kit, load

RULES = Path(__file__).with_name("rules.py")
WORDS = (
    "tea", "milk", "leaf", "cup", "rice", "salt", "lemon", "river", "cloud", "wind", "bird", "moon",
)  # fmt: skip
LETTERS = "aeiolnrst"

Kwargs = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of constraint.

    Attributes:
        id: The constraint's id.
        text: The sentence that states it, with the kwargs in braces.
        propose: Draws kwargs that may well hold on a text.
    """

    id: str
    text: str
    propose: Callable[[random.Random, str], Kwargs] = field(default=lambda _rng, _text: {})


def _some_word(rng: random.Random, text: str) -> str:
    return rng.choice(words_of(text) or WORDS)


def _bound(rng: random.Random, count: int) -> tuple[str, int]:
    """Draw a relation and a number that hold for a count."""
    if rng.random() < 0.5 and count:
        return "at least", rng.randint(max(1, count - 2), count)
    return "less than", rng.randint(count + 1, count + 3)


def _number_words(rng: random.Random, text: str) -> Kwargs:
    relation, number = _bound(rng, len(words_of(text)))
    return {"relation": relation, "num_words": number}


def _number_sentences(rng: random.Random, text: str) -> Kwargs:
    relation, number = _bound(rng, text.count("."))
    return {"relation": relation, "num_sentences": number}


def _letter_frequency(rng: random.Random, text: str) -> Kwargs:
    letter = rng.choice(LETTERS)
    relation, number = _bound(rng, text.count(letter))
    return {"letter": letter, "let_relation": relation, "let_frequency": number}


def _order(rng: random.Random, text: str) -> Kwargs:
    first, second = rng.sample(range(len(words_of(text))), 2)
    words = words_of(text)
    return {"first": words[min(first, second)], "second": words[max(first, second)]}


KINDS = (
    Kind("keywords:existence", "Include {keywords[0]}.",
         lambda rng, text: {"keywords": [_some_word(rng, text)]}),
    Kind("keywords:forbidden_words", "Avoid {forbidden_words[0]}.",
         lambda rng, _text: {"forbidden_words": [rng.choice(WORDS)]}),
    Kind("keywords:frequency", "Say {keyword} {relation} {frequency} times.",
         lambda rng, text: {"keyword": _some_word(rng, text), "relation": "at least",
                            "frequency": rng.randint(2, 3)}),
    Kind("keywords:letter_frequency", "Use {letter} {let_relation} {let_frequency} times.",
         _letter_frequency),
    Kind("length_constraints:number_words", "Use {relation} {num_words} words.", _number_words),
    Kind("length_constraints:number_sentences", "Use {relation} {num_sentences} sentences.",
         _number_sentences),
    Kind("punctuation:no_comma", "Use no commas."),
    Kind("startend:end_checker", "End with {end_phrase}.",
         lambda _rng, text: {"end_phrase": (words_of(text) or WORDS)[-1]}),
    Kind("detectable_format:number_bullet_lists", "Write {num_bullets} bullets.",
         lambda rng, _text: {"num_bullets": rng.randint(1, 3)}),
    Kind("detectable_format:number_highlighted_sections", "Highlight at least {num_highlights}.",
         lambda rng, _text: {"num_highlights": rng.randint(1, 2)}),
    Kind("detectable_content:number_placeholders", "Use at least {num_placeholders} placeholders.",
         lambda rng, _text: {"num_placeholders": rng.randint(1, 2)}),
    Kind("detectable_content:postscript", "Add a postscript.",
         lambda _rng, _text: {"postscript_marker": "P.S."}),
    Kind("detectable_format:title", "Add a title."),
    Kind("startend:quotation", "Wrap it in quotes."),
    Kind("world:first_word", "Start with {word}.",
         lambda _rng, text: {"word": (words_of(text) or WORDS)[0]}),
    Kind("world:order", "Say {first} before {second}.", _order),
    Kind("world:no_repeats", "Repeat no word."),
)  # fmt: skip


def write_text(rng: random.Random, topic: str) -> str:
    """Return a random text about a word, which it uses more than others."""
    pick = rng.sample if rng.random() < 0.4 else rng.choices
    words = pick([*WORDS, *[topic] * 6], k=rng.randint(2, 7))
    text = _sentences(rng, words)
    text += "".join(f"\n- {rng.choice(WORDS)}" for _ in range(rng.choice((0, 0, 0, 0, 1, 2, 3))))
    if rng.random() < 0.25:
        text = f"<< {rng.choice(WORDS)}>>\n{text}"
    if rng.random() < 0.25:
        text += f"\nP.S. {rng.choice(WORDS)}"
    return f'"{text}"' if rng.random() < 0.2 else text


def _sentences(rng: random.Random, words: Sequence[str]) -> str:
    commas, highlights, holders = (rng.random() < share for share in (0.5, 0.3, 0.3))
    stops = set(rng.sample(range(len(words)), min(len(words), rng.randint(1, 3))))
    if rng.random() < 0.5:
        stops.discard(len(words) - 1)
    parts = []
    for place, word in enumerate(words):
        odds = rng.random()
        dressed = f" * {word}*" if highlights and odds < 0.3 else f" {word}"
        dressed = f" [ {word}]" if holders and odds > 0.75 else dressed
        end = "." if place in stops else "," if commas and rng.random() < 0.25 else ""
        parts.append(dressed + end)
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction with a text that meets it.

    Attributes:
        id: Its name.
        task: The request without its constraints.
        constraints: What it asks for.
        witness: A text on which all constraints hold.
    """

    id: str
    task: str
    constraints: tuple[ConstraintSpec, ...]
    witness: str

    @property
    def prompt(self) -> list[dict[str, str]]:
        """The messages that a model gets."""
        sentences = [self.task, *(str(spec.text) for spec in self.constraints)]
        return [{"role": "user", "content": " ".join(sentences)}]

    def to_json(self) -> dict[str, Any]:
        """Return the row of the `hir` format, without responses."""
        constraints = [spec.to_json() for spec in self.constraints]
        return {"id": self.id, "task": self.task, "constraints": constraints,
                "prompt": self.prompt}  # fmt: skip


class World:
    """Draws instructions; the same generator state gives the same instructions."""

    def __init__(self) -> None:
        self.kit: Kit = load([RULES])

    def draw(self, rng: random.Random, name: str, fewest: int, most: int) -> Instruction:
        """Return an instruction with so many constraints, of different kinds."""
        while True:
            topic = rng.choice(WORDS)
            text = write_text(rng, topic)
            wanted = rng.randint(fewest, most)
            held = [spec for kind in rng.sample(KINDS, len(KINDS)) if (spec := self._on(
                kind, rng, text))]  # fmt: skip
            if len(held) >= wanted:
                return Instruction(name, f"Write about {topic}.", tuple(held[:wanted]), text)

    def _on(self, kind: Kind, rng: random.Random, text: str) -> ConstraintSpec | None:
        """Return a constraint of the kind that holds on the text, or None."""
        kwargs = kind.propose(rng, text)
        spec = ConstraintSpec(kind.id, kwargs, kind.text.format(**kwargs))
        return spec if self.checker([spec]).check(text).follow_all else None

    def checker(self, constraints: Sequence[ConstraintSpec]) -> Checker:
        """Return a checker for constraints."""
        return self.kit.checker(constraints, CheckOptions(time_limit=0))


def vocabulary() -> list[str]:
    """Return every token of the world: words with the space before them, and signs."""
    sentences = " ".join([kind.text for kind in KINDS] + ["about at least less than"])
    spoken = {word.strip(".") for word in sentences.split() if "{" not in word}
    words = sorted({*WORDS, *spoken, *LETTERS, *map(str, range(40))})
    starts = sorted({kind.text.split()[0] for kind in KINDS} | {"Write"})
    signs = ["\n-", "\nP.S.", "\n", " [", "]", " *", "*", "<<", ">>", ".", ",", '"']
    return [*(f" {word}" for word in words), *starts, *signs]
