"""Bringing the scattered rollouts of a flat dump together, group by group."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from hir_kit import jsonl
from hir_kit.formats.base import Feedback, Reject
from hir_kit.rollouts import Group, Location, Rollout
from hir_kit.specs import parse_constraints


@dataclass(slots=True)
class _Places:
    """Where the pieces of one group wait, and what all of them must agree on."""

    location: Location
    instruction: bytes
    offsets: list[int] = field(default_factory=list)


def gathered(pieces: Iterable[Group], feedback: Feedback) -> Iterator[Group]:
    """Yield whole groups, in order of first appearance.

    The rows wait in a temporary file, so that memory holds only where each one stands. A piece
    whose prompt or constraints differ from the first of its group is rejected: it is not a
    rollout of the same instruction.
    """
    places: dict[str, _Places] = {}
    with tempfile.TemporaryFile() as spool:
        for piece in pieces:
            instruction = _digest(piece)
            place = places.setdefault(piece.id, _Places(piece.location, instruction))
            if place.instruction != instruction:
                feedback.reject(Reject(piece.location, _differs(piece, place), _packed(piece)))
                continue
            place.offsets.append(spool.tell())
            spool.write(_packed(piece) + b"\n")
        for group_id, place in places.items():
            yield _joined(group_id, place.location, spool, place.offsets)


def _differs(piece: Group, place: _Places) -> str:
    return (
        f"group {piece.id!r} began at {place.location} with another prompt or other constraints; "
        "one group holds the rollouts of one instruction"
    )


def _digest(piece: Group) -> bytes:
    asked = [piece.prompt, [spec.to_json() for spec in piece.constraints]]
    return hashlib.blake2b(jsonl.dumps(asked), digest_size=16).digest()


def _packed(piece: Group) -> bytes:
    return jsonl.dumps(
        {
            "prompt": piece.prompt,
            "constraints": [spec.to_json() for spec in piece.constraints],
            "rollouts": [[r.id, r.text, r.entropy, r.logprob] for r in piece.rollouts],
            "task": piece.task,
        }
    )


def _joined(group_id: str, location: Location, spool: BinaryIO, offsets: list[int]) -> Group:
    parts = [_unpacked(spool, offset) for offset in offsets]
    return Group(
        group_id,
        parts[0]["prompt"],
        parse_constraints(parts[0]["constraints"]),
        tuple(Rollout(*fields) for part in parts for fields in part["rollouts"]),
        location,
        parts[0]["task"],
    )


def _unpacked(spool: BinaryIO, offset: int) -> dict[str, Any]:
    spool.seek(offset)
    data: dict[str, Any] = jsonl.loads(spool.readline())
    return data
