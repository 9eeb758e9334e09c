"""Ids that tell apart what has one name in several dumps: files, rows, groups."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

from hir_kit.files import jsonl
from hir_kit.model.rollout import Group
from hir_kit.read.format import stem


class FileNames:
    """A short name for each file, for ids made from it: two of one name are told apart."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._counts: Counter[str] = Counter()

    def __getitem__(self, file: str) -> str:
        """Return the name: without folders and ending; `name~2` for the second of that name."""
        if file not in self._names:
            name = stem(file)
            self._counts[name] += 1
            count = self._counts[name]
            self._names[file] = name if count == 1 else f"{name}~{count}"
        return self._names[file]


class RowNames:
    """Ids that no two rows share, where each row is a group: `q`, then `q~2` for the next `q`.

    Of each id eight bytes are kept, in some 70 bytes of memory.
    """

    def __init__(self) -> None:
        self._taken: set[int] = set()
        self._counts: dict[str, int] = {}

    def id(self, given: str, *, is_taken: bool = False) -> str:
        """Return the id of the next row with this one, which may be taken by a row to come."""
        name, number = given, self._counts.get(given, 1)
        is_free = not is_taken and self._take(name)
        while not is_free:
            number += 1
            name = f"{given}~{number}"
            is_free = self._take(name)
        if number > 1:
            self._counts[given] = number
        return name

    def _take(self, name: str) -> bool:
        taken = len(self._taken)
        digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        self._taken.add(int.from_bytes(digest, "big"))
        return len(self._taken) > taken


class GroupNames:
    """Ids for groups whose rows share a name: `q` for its first instruction, `q~2` for another.

    Args:
        names: The names that are taken, by other rows, too.
    """

    def __init__(self, names: RowNames) -> None:
        self._names = names
        self._of: dict[tuple[str, bytes], str] = {}

    def id(self, group: Group) -> str:
        """Return the id of the group that this row belongs to by its name and its instruction."""
        key = group.id, asked_digest(group)
        if key not in self._of:
            self._of[key] = self._names.id(group.id)
        return self._of[key]


class GroupNumbers:
    """Ids for groups that have none: `scope:0`, `scope:1`, in order of first appearance."""

    def __init__(self) -> None:
        self._numbers: dict[str, dict[bytes, int]] = {}

    def id(self, scope: object, *key: object) -> str:
        """Return the id of the group that this key tells, within a scope such as a step."""
        digest = hashlib.blake2b(jsonl.dumps(key), digest_size=16).digest()
        numbers = self._numbers.setdefault(str(scope), {})
        return f"{scope}:{numbers.setdefault(digest, len(numbers))}"


def asked_digest(group: Group) -> bytes:
    """Return what tells whether two groups ask the same: prompt and constraints."""
    asked = [
        group.prompt,
        [[spec.id, _plain(spec.kwargs), spec.text] for spec in group.constraints],
    ]
    return hashlib.blake2b(jsonl.dumps(asked), digest_size=16).digest()


def _plain(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the kwargs in order of their names, with 3 for 3.0: some writers make floats."""
    return {
        name: int(value) if isinstance(value, float) and value.is_integer() else value
        for name, value in sorted(kwargs.items())
    }
