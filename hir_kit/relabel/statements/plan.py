"""What is to be cut out of an instruction and changed in it."""

from __future__ import annotations

from dataclasses import dataclass

from hir_kit.relabel.excision.cuts import Cut, Edit


class WovenError(Exception):
    """A statement that cannot be cut out; carries the witness."""


@dataclass(slots=True)
class Plan:
    """What is to be cut out and changed.

    Attributes:
        cuts: Whole sentences and list items.
        edits: What is put in the place of other stretches.
        topics: What the constraints are about; of what else a text speaks, it asks for itself.
    """

    cuts: list[Cut]
    edits: list[Edit]
    topics: frozenset[str] = frozenset()
