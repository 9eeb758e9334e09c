"""What is found to be wrong with an instruction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hir_kit.model.rollout import Location
from hir_kit.model.verdict import Word

_SHOWN = 70


class Kind(Word):
    """What kind of fault it is."""

    BAD_KWARGS = "bad-kwargs"
    NO_VERIFIER = "no-verifier"
    CRASH = "crash"
    CONTRADICTION = "contradiction"
    TWICE = "twice"
    OTHER_NUMBER = "other-number"
    MORE_ASKED = "more-asked"
    NOT_IN_PROMPT = "not-in-prompt"
    ENGLISH_ONLY = "english-only"
    NO_TASK = "no-task"


MEANINGS = {
    Kind.BAD_KWARGS: "the kwargs do not fit the verifier",
    Kind.NO_VERIFIER: "no verifier has the id (one line an id)",
    Kind.CRASH: "the verifier raises, or does not come back",
    Kind.CONTRADICTION: "no response can meet two constraints at once, or one alone",
    Kind.TWICE: "a constraint stands there twice",
    Kind.OTHER_NUMBER: "the prompt states another number or relation than the kwargs",
    Kind.MORE_ASKED: "the prompt asks for more than is checked: of each part, or more words",
    Kind.NOT_IN_PROMPT: "the prompt does not name a text of the kwargs",
    Kind.ENGLISH_ONLY: "the verifier reads English, and the prompt is in a script without spaces",
    Kind.NO_TASK: "neither the dataset nor the prompt tells task and sentences apart (one line)",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of an instruction.

    Attributes:
        kind: What kind of fault.
        location: The row of the instruction; the first one, where it is of several.
        key: The dataset's id of the instruction.
        id: The constraint, or the two, that it is about; None where it is about all.
        message: What is wrong, in one line.
        count: How many constraints, or instructions, have it.
    """

    kind: Kind
    location: Location
    key: str
    id: str | None
    message: str
    count: int = 1

    def to_json(self) -> dict[str, Any]:
        """Return the object that `hir-kit lint --json` prints."""
        return {
            "kind": str(self.kind),
            "file": self.location.file,
            "line": self.location.line,
            "key": self.key,
            "id": self.id,
            "message": self.message,
            "count": self.count,
        }


def short(text: str) -> str:
    """Return a text on one line, cut where it is long."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else f"{flat[: _SHOWN - 3]}..."
