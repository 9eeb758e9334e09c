"""A second world, whose constraints pull both ways: most of them to more text, the rest to less.

Words, texts, verifiers and starting models are those of `world`. What differs is what an
instruction asks for. Its numbers are those of the witness, with nothing to spare: all its words,
sentences and letters, and no more of them. One or two constraints ask for less, all others for
more: a longer text meets more of them, and misses the rest. The others hang together: they
name the first word, the last one, one before another, all of the same few words. So the share of
constraints rewards a long text that gives up what asks for less.
"""

from __future__ import annotations

import random
import re

from benchmarks.sample_efficiency.rules import words_of
from benchmarks.sample_efficiency.world import (
    KINDS,
    LETTERS,
    WORDS,
    Instruction,
    Kind,
    Kwargs,
    World,
    write_text,
)

_MARKS = {
    "bullets": re.compile(r"^-", re.M),
    "highlights": re.compile(r" \* [a-z]+\*"),
    "placeholders": re.compile(r" \[ [a-z]+\]"),
}


def _words(relation: str, more: int) -> Kind:
    def propose(_rng: random.Random, text: str) -> Kwargs:
        return {"relation": relation, "num_words": len(words_of(text)) + more}

    return Kind("length_constraints:number_words", "Use {relation} {num_words} words.", propose)


def _sentences(relation: str, more: int) -> Kind:
    def propose(_rng: random.Random, text: str) -> Kwargs:
        return {"relation": relation, "num_sentences": text.count(".") + more}

    return Kind(
        "length_constraints:number_sentences", "Use {relation} {num_sentences} sentences.", propose
    )


def _letters(relation: str, more: int) -> Kind:
    def propose(rng: random.Random, text: str) -> Kwargs:
        letter = rng.choice(LETTERS)
        count = text.count(letter) + more
        return {"letter": letter, "let_relation": relation, "let_frequency": count}

    return Kind(
        "keywords:letter_frequency", "Use {letter} {let_relation} {let_frequency} times.", propose
    )


def _marks(id: str, text: str, name: str, marks: str) -> Kind:
    """Return a kind that asks for all the marks there are; where there are none, it never holds."""

    def propose(_rng: random.Random, said: str) -> Kwargs:
        return {name: len(_MARKS[marks].findall(said)) or 99}

    return Kind(id, text, propose)


_AS_THEY_ARE = {
    "keywords:existence", "keywords:frequency", "startend:end_checker", "world:first_word",
    "world:order", "detectable_content:postscript", "detectable_format:title",
}  # fmt: skip
MORE = (
    *(kind for kind in KINDS if kind.id in _AS_THEY_ARE),
    _words("at least", 0),
    _sentences("at least", 0),
    _letters("at least", 0),
    _marks("detectable_format:number_bullet_lists", "Write {num_bullets} bullets.",
           "num_bullets", "bullets"),
    _marks("detectable_format:number_highlighted_sections", "Highlight at least {num_highlights}.",
           "num_highlights", "highlights"),
    _marks("detectable_content:number_placeholders",
           "Use at least {num_placeholders} placeholders.", "num_placeholders", "placeholders"),
)  # fmt: skip
LESS = (
    _words("less than", 1),
    _sentences("less than", 1),
    _letters("less than", 1),
    *(kind for kind in KINDS if kind.id == "world:no_repeats"),
)


class TradeWorld(World):
    """Draws instructions of which one or two constraints ask for less, and all others for more."""

    def draw(self, rng: random.Random, name: str, fewest: int, most: int) -> Instruction:
        """Return an instruction with so many constraints."""
        while True:
            topic = rng.choice(WORDS)
            text = write_text(rng, topic)
            wanted, less = rng.randint(fewest, most), rng.randint(1, 2)
            found = [
                [
                    spec
                    for kind in rng.sample(kinds, len(kinds))
                    if (spec := self._on(kind, rng, text))
                ]
                for kinds in (LESS, MORE)
            ]
            chosen = [*found[0][:less], *found[1][: wanted - less]]
            if len(chosen) == wanted:
                rng.shuffle(chosen)
                return Instruction(name, f"Write about {topic}.", tuple(chosen), text)
