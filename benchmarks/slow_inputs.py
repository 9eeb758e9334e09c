"""A search for texts that take a built-in verifier long.

    python benchmarks/slow_inputs.py [--examples 2000] [--kilobytes 64]

For every verifier, hypothesis makes texts out of few characters, repeated many times or mixed at
random, so that few words come again. It is told the CPU seconds per megabyte (of UTF-8) that each
took, and looks for more of them. From the worst ones on, as many texts are made by small changes,
going on from what takes longer. Each text is mixed anew: what a verifier keeps of the words of one
does not help with the next. The worst text found is measured again, ten times as long and with the
best of three runs. The limit is one second for each megabyte; the exit code is 1 where a verifier
takes longer.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings, target
from hypothesis import strategies as st

import hir_kit
from hir_kit import Response, Status, Verifier

PACKS = (
    "hir_verifiers",
    "hir_plugin_ifbench",
    "hir_plugin_iftrain",
    "hir_plugin_rlvr",
    "hir_plugin_muldimif",
)
"""The plugins whose verifiers must be fast, and answer on any text."""

LIMIT = 1.0
"""CPU seconds that a check may take for a megabyte of text."""

CLIMBS = 4
"""From how many of the worst texts the search goes on by small changes."""

# What the patterns of verifiers, of langdetect and of NLTK stumble over.
SIGNS = " \n\t.,:;!?*-_#<>[](){}\"'`@/\\0123aAkS\x1c\xa0é’“—。你ิΣİ\U0001d400\ud800"
WORDS = ["http://", "a@", "***", "******", "<<", "P.S.", "p. ", "n't", "e\u0301", "```", '{"a":']


@dataclass(frozen=True)
class Shape:
    """A long text in few words: `head`, `unit` again and again or its characters mixed, `tail`."""

    head: str
    unit: str
    tail: str
    mixed: bool = False

    def text(self, size: int, seed: int = 0) -> str:
        """Return a text of about so many characters; those of one seed are mixed alike."""
        if self.mixed:
            mixed = random.Random(seed).choices(self.unit, k=size)
            return f"{self.head}{''.join(mixed)}{self.tail}"
        return self.head + self.unit * (size // len(self.unit)) + self.tail


pieces = st.one_of(st.text(SIGNS, max_size=6), st.sampled_from(WORDS))
units = st.lists(pieces, min_size=1, max_size=3).map("".join).filter(len)
shapes = st.builds(Shape, pieces, units, pieces, st.booleans())


@dataclass(frozen=True)
class Worst:
    """The slowest text that was found for a verifier, and its CPU seconds per megabyte."""

    id: str
    seconds: float
    shape: Shape


def subjects() -> Iterator[Verifier]:
    """Give each built-in verifier once, bound to kwargs of a case that it documents."""
    registry = hir_kit.load().registry
    for id in registry:
        if registry.owner(id) in PACKS:
            yield registry[id].bind(_kwargs(registry[id]))


def _kwargs(cls: type[Verifier]) -> Mapping[str, Any]:
    """Return the kwargs of a case that passes: there the whole text tends to be read."""
    return next((case.kwargs for case in cls.cases if case.expected is Status.SATISFIED), {})


def seconds(verifier: Verifier, text: str, rounds: int = 1) -> float:
    """Return the CPU seconds of a check, the least of some rounds; each looks at a new response."""
    return min(_once(verifier, text) for _ in range(rounds))


def _once(verifier: Verifier, text: str) -> float:
    response = Response(text)
    start = time.process_time()
    verifier.check(response)
    return time.process_time() - start


def per_megabyte(verifier: Verifier, text: str) -> float:
    """Return the CPU seconds of a check for each megabyte of the text, as UTF-8."""
    return seconds(verifier, text) / len(text.encode("utf-8", "surrogatepass")) * 1e6


def search(verifier: Verifier, examples: int, size: int) -> Worst:
    """Look for the text that takes the verifier longest."""
    measure = _Measure(verifier, size)
    verifier.check(Response("Warm up. It loads what it needs."))
    _sample(measure, examples)
    for start in measure.worst(CLIMBS):
        _climb(measure, start, examples // CLIMBS)
    worst = measure.worst(1)[0]
    again = _Measure(verifier, 10 * size)
    return Worst(verifier.constraint_id, min(again(worst) for _ in range(3)), worst)


class _Measure:
    """Measures shapes with one verifier, and remembers what they took."""

    def __init__(self, verifier: Verifier, size: int) -> None:
        self._verifier, self._size = verifier, size
        self._found: dict[Shape, float] = {}
        self._seeds = count()

    def __call__(self, shape: Shape) -> float:
        """Return the CPU seconds per megabyte of a new text of this shape."""
        text = shape.text(self._size, next(self._seeds))
        self._found[shape] = per_megabyte(self._verifier, text)
        return self._found[shape]

    def worst(self, number: int) -> list[Shape]:
        """Return the shapes that took longest, the worst one first."""
        return sorted(self._found, key=lambda shape: -self._found[shape])[:number]


def _sample(measure: _Measure, examples: int) -> None:
    @seed(0)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.target],
        suppress_health_check=list(HealthCheck),
    )
    @given(shapes)
    def look(shape: Shape) -> None:
        target(measure(shape))

    look()


def _climb(measure: _Measure, start: Shape, steps: int) -> None:
    """Change a shape again and again, and go on from each that takes longer than the one before."""
    draw = random.Random(0)
    best, most = start, measure(start)
    for _ in range(steps):
        changed = _changed(best, draw)
        if (taken := measure(changed)) > most:
            best, most = changed, taken


def _changed(shape: Shape, draw: random.Random) -> Shape:
    """Put a piece into the unit, or take a character out, and sometimes mix it."""
    unit = shape.unit
    at = draw.randrange(len(unit) + 1)
    if len(unit) > 1 and draw.random() < 0.5:
        unit = unit[:at] + unit[at + 1 :] if at < len(unit) else unit[:-1]
    else:
        unit = unit[:at] + draw.choice([*SIGNS, *WORDS]) + unit[at:]
    return replace(shape, unit=unit, mixed=shape.mixed or draw.random() < 0.2)


def main() -> None:
    """Search for each verifier and print a table."""
    parser = argparse.ArgumentParser(description="Search for texts that take long to verify.")
    parser.add_argument("--examples", type=int, default=2000, help="texts for each verifier")
    parser.add_argument("--kilobytes", type=int, default=64, help="size of the texts")
    options = parser.parse_args()
    print("| verifier | worst CPU s/MB | text |\n| --- | ---: | --- |")
    worst = []
    for verifier in subjects():
        worst.append(search(verifier, options.examples, options.kilobytes * 1000))
        shown = ascii(worst[-1].shape.unit).replace("|", "\\|")
        how = "mixed" if worst[-1].shape.mixed else "repeated"
        print(f"| `{worst[-1].id}` | {worst[-1].seconds:.2f} | `{shown}` {how} |", flush=True)
    sys.exit(any(one.seconds > LIMIT for one in worst))


if __name__ == "__main__":
    main()
