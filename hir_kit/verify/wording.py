"""How people talk about a constraint, so that what states it is found in any words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from hir_kit.errors import PluginError, near_matches, shown
from hir_kit.verify import topics as known

_RELATIONS = ("at least", "less than", "at most", "exactly")


@dataclass(frozen=True, slots=True)
class Wording:
    r"""How a constraint is talked about. What is not said is told from `describe()`.

    Attributes:
        topics: Of what hir-kit knows the names of, in several languages: "comma", "case", "json",
            "title", "highlight", "bullet", ... (`hir_kit.verify.topics`).
        names: Further patterns (of `re`, over lower-case text with `'` for any quotation mark);
            each that matches speaks of the constraint: `r"alliterat\w+"`.
        hints: Patterns that may speak of it. They state nothing, but where one is left behind the
            instruction is refused.
        texts: Texts that are asked for, or forbidden, word for word: keywords, an end phrase. They
            may be the subject of the task, too; only where they are asked for they state it.
        unit: What is counted: "word", "sentence", "paragraph", "bullet", "time", ...
        least: The least count that is asked for, None: no bound.
        most: The greatest count that is asked for, None: no bound.
        bare: Whether "two sections" means at least two.
        language: The code of the language that is asked for.
    """

    topics: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    unit: str | None = None
    least: int | None = None
    most: int | None = None
    bare: bool = False
    language: str | None = None

    def __post_init__(self) -> None:
        """Refuse topics and units that are not known, and patterns that are none."""
        for field in ("topics", "names", "hints", "texts"):
            given = getattr(self, field)
            if not isinstance(given, tuple):
                raise PluginError(f"{field} are a tuple of texts, got {shown(given)}")
        for name in self.topics:
            _refuse_unknown("topic", name, known.named())
        if self.unit is not None:
            _refuse_unknown("unit", self.unit, known.units())
        for field, patterns in (("names", self.names), ("hints", self.hints)):
            for pattern in patterns:
                try:
                    name_of(pattern)
                except re.error as error:
                    raise PluginError(f"{field}: {pattern!r} is no pattern: {error}") from error

    def or_else(self, other: Wording) -> Wording:
        """Return this wording, with the other's word on what this one does not speak of.

        One with topics or a unit speaks of all.
        """
        if self.topics or self.unit is not None:
            return self if self.hints or not other.hints else replace(self, hints=other.hints)
        return Wording(
            self.topics or other.topics,
            self.names or other.names,
            self.hints or other.hints,
            self.texts or other.texts,
            other.unit,
            other.least,
            other.most,
            other.bare,
            self.language or other.language,
        )

    @classmethod
    def count(cls, unit: str, number: int, relation: str, **more: Any) -> Wording:
        """Return the wording of a count.

        Args:
            unit: What is counted.
            number: The number that is asked for.
            relation: "at least", "less than", "at most" or "exactly".
            more: Other attributes of the wording.
        """
        _refuse_unknown("relation", relation, _RELATIONS)
        least = number if relation in ("at least", "exactly") else None
        most = {"less than": number - 1, "at most": number, "exactly": number}.get(relation)
        return cls(unit=unit, least=least, most=most, **more)


@cache
def name_of(pattern: str) -> re.Pattern[str]:
    """Return what finds a name at the beginning of a word; re.error where it is no pattern."""
    return re.compile(rf"(?<![a-z0-9_])(?:{pattern})")


def _refuse_unknown(kind: str, name: str, names: Iterable[str]) -> None:
    if name not in names:
        near = near_matches(name, names) or f" Known: {', '.join(sorted(names))}"
        raise PluginError(f"no {kind} {name!r}.{near}")
