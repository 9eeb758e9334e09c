"""Bringing the scattered rollouts of a flat dump together, group by group."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from hir_kit import jsonl
from hir_kit.formats.base import Feedback, Reject
from hir_kit.rollouts import Group, Location, Rollout
from hir_kit.specs import parse_constraints


@dataclass(frozen=True, slots=True)
class _First:
    """Where a group began, and what all of its pieces must agree on."""

    location: Location
    instruction: bytes


def alike(pieces: Iterable[Group], feedback: Feedback) -> Iterator[Group]:
    """Yield the pieces that ask what the first piece of their group asks; reject the others.

    A piece with another prompt or other constraints is not a rollout of the same instruction.
    """
    firsts: dict[str, _First] = {}
    for piece in pieces:
        instruction = _digest(piece)
        first = firsts.setdefault(piece.id, _First(piece.location, instruction))
        if first.instruction == instruction:
            yield piece
        else:
            feedback.reject(Reject(piece.location, _differs(piece, first), _packed(piece)))


def gathered(pieces: Iterable[Group]) -> Iterator[Group]:
    """Yield whole groups, in order of first appearance.

    The rows wait in a temporary file, so that memory holds only where each one stands.
    """
    places: dict[str, tuple[Location, list[int]]] = {}
    with tempfile.TemporaryFile() as spool:
        for piece in pieces:
            _, offsets = places.setdefault(piece.id, (piece.location, []))
            offsets.append(spool.tell())
            spool.write(_packed(piece) + b"\n")
        for group_id, (location, offsets) in places.items():
            yield _joined(group_id, location, spool, offsets)


def _differs(piece: Group, first: _First) -> str:
    return (
        f"group {piece.id!r} began at {first.location} with another prompt or other constraints; "
        "one group holds the rollouts of one instruction"
    )


def _digest(piece: Group) -> bytes:
    asked = [
        piece.prompt,
        [[spec.id, _plain(spec.kwargs), spec.text] for spec in piece.constraints],
    ]
    return hashlib.blake2b(jsonl.dumps(asked), digest_size=16).digest()


def _plain(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the kwargs in order of their names, with 3 for 3.0: some writers make floats."""
    return {
        name: int(value) if isinstance(value, float) and value.is_integer() else value
        for name, value in sorted(kwargs.items())
    }


def _packed(piece: Group) -> bytes:
    return jsonl.dumps(
        {
            "prompt": piece.prompt,
            "constraints": [spec.to_json() for spec in piece.constraints],
            "rollouts": [[r.id, r.text, r.entropy, r.logprob, r.meta] for r in piece.rollouts],
            "task": piece.task,
            "meta": piece.meta,
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
        parts[0]["meta"],
    )


def _unpacked(spool: BinaryIO, offset: int) -> dict[str, Any]:
    spool.seek(offset)
    data: dict[str, Any] = jsonl.loads(spool.readline())
    return data
