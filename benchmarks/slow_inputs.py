"""A search for texts that take a built-in verifier long.

    python benchmarks/slow_inputs.py [--examples 2000] [--kilobytes 64] [id ...]

Every verifier is bound to all kwargs of its documented cases, and hypothesis makes texts out of few
characters and of the words of these cases, repeated many times or mixed at random, so that few
words come again. Of a language's, those are left out that read a text as the built-in verifier
does. Hypothesis is told the CPU seconds per megabyte (of UTF-8) that each
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
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, groupby
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings, target
from hypothesis import strategies as st

import hir_kit
from hir_kit import Case, Response, Status, Verifier

PACKS = (
    "hir_verifiers",
    "hir_plugin_ifbench",
    "hir_plugin_iftrain",
    "hir_plugin_rlvr",
    "hir_plugin_muldimif",
)
"""The plugins whose verifiers must be fast, and answer on any text."""

LANGUAGES = "hir_plugin_languages"
"""The plugin whose verifiers must be fast, too; there are hundreds."""

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


@dataclass(frozen=True)
class Worst:
    """The slowest text that was found for a verifier, and its CPU seconds per megabyte."""

    id: str
    seconds: float
    shape: Shape


@dataclass(frozen=True)
class Subject:
    """A verifier that a text is searched for, and what texts are made of."""

    verifier: Verifier
    words: tuple[str, ...]

    def pieces(self) -> st.SearchStrategy[str]:
        """Give what shapes are put together from."""
        return st.text(SIGNS, max_size=6) | st.sampled_from(WORDS) | st.sampled_from(self.words)

    def shapes(self) -> st.SearchStrategy[Shape]:
        """Give texts in few words."""
        units = st.lists(self.pieces(), min_size=1, max_size=3).map("".join).filter(len)
        return st.builds(Shape, self.pieces(), units, self.pieces(), st.booleans())


def subjects(packs: Container[str] = PACKS) -> Iterator[Subject]:
    """Give each verifier of the packs once for all kwargs of cases that pass.

    There the whole text tends to be read.
    """
    registry = hir_kit.load().registry
    plain = {registry[id].check for id in registry if registry.owner(id) in PACKS}
    for id in registry:
        cls, owner = registry[id], registry.owner(id)
        if owner in packs and not (owner == LANGUAGES and cls.check in plain):
            words = tuple(dict.fromkeys(word for case in cls.cases for word in _words(case)))
            for kwargs in _kwargs(cls):
                yield Subject(cls.bind(kwargs), words or (" ",))


def _kwargs(cls: type[Verifier]) -> Iterable[Mapping[str, Any]]:
    passing = [case.kwargs for case in cls.cases if case.expected is Status.SATISFIED]
    return {repr(kwargs): kwargs for kwargs in passing or [{}]}.values()


def _words(case: Case) -> Iterator[str]:
    """Give the words and the lines of a case, and its characters beyond ASCII."""
    yield from case.response.split()[:20]
    yield from (f"{line}\n" for line in case.response.splitlines()[:3])
    yield from (char for char in case.response if not char.isascii())


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


def search(subject: Subject, examples: int, size: int) -> Worst:
    """Look for the text that takes the verifier longest."""
    verifier = subject.verifier
    measure = _Measure(verifier, size)
    verifier.check(Response("Warm up. It loads what it needs."))
    _sample(measure, subject.shapes(), examples)
    for start in measure.worst(CLIMBS):
        _climb(measure, start, subject.words, examples // CLIMBS)
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


def _sample(measure: _Measure, shapes: st.SearchStrategy[Shape], examples: int) -> None:
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


def _climb(measure: _Measure, start: Shape, words: Sequence[str], steps: int) -> None:
    """Change a shape again and again, and go on from each that takes longer than the one before."""
    draw = random.Random(0)
    best, most = start, measure(start)
    for _ in range(steps):
        changed = _changed(best, words, draw)
        if (taken := measure(changed)) > most:
            best, most = changed, taken


def _changed(shape: Shape, words: Sequence[str], draw: random.Random) -> Shape:
    """Put a piece into the unit, or take a character out, and sometimes mix it."""
    unit = shape.unit
    at = draw.randrange(len(unit) + 1)
    if len(unit) > 1 and draw.random() < 0.5:
        unit = unit[:at] + unit[at + 1 :] if at < len(unit) else unit[:-1]
    else:
        unit = unit[:at] + draw.choice([*SIGNS, *WORDS, *words]) + unit[at:]
    return replace(shape, unit=unit, mixed=shape.mixed or draw.random() < 0.2)


def main() -> None:
    """Search for each verifier and print a table."""
    parser = argparse.ArgumentParser(description="Search for texts that take long to verify.")
    parser.add_argument("--examples", type=int, default=2000, help="texts for each verifier")
    parser.add_argument("--kilobytes", type=int, default=64, help="size of the texts")
    parser.add_argument("ids", nargs="*", metavar="id", help="how the ids begin; all else")
    options = parser.parse_args()
    print("| verifier | worst CPU s/MB | text |\n| --- | ---: | --- |")
    is_slow = False
    for id, found in groupby(subjects((*PACKS, LANGUAGES)), lambda one: one.verifier.constraint_id):
        if id.startswith(tuple(options.ids) or ""):
            size = options.kilobytes * 1000
            worst = max((search(one, options.examples, size) for one in found), key=_seconds)
            print(_row(worst), flush=True)
            is_slow = is_slow or worst.seconds > LIMIT
    sys.exit(is_slow)


def _seconds(worst: Worst) -> float:
    return worst.seconds


def _row(worst: Worst) -> str:
    shown = ascii(worst.shape.unit).replace("|", "\\|")
    how = "mixed" if worst.shape.mixed else "repeated"
    return f"| `{worst.id}` | {worst.seconds:.2f} | `{shown}` {how} |"


if __name__ == "__main__":
    main()
