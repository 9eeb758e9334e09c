"""A constraint as data: its id, its kwargs and, where known, the sentence that states it.

Datasets write kwargs in many shapes. `parse_kwargs` and `parse_constraints` read all of them and
never evaluate anything: a Python literal is parsed by `ast.literal_eval`, a string is data.
"""

from __future__ import annotations

import ast
import io
import json
import math
import re
import tokenize
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from hir_kit.errors import SpecError, near_matches, shown
from hir_kit.files import jsonl
from hir_kit.model.rows import ConstraintRow

_ID_KEYS = frozenset(("instruction_id_list", "instruction_id"))
_KEYS = frozenset(("id", "kwargs", "text"))
_PART = r"[^\s:'\"\[\]{},]+"
_LANGUAGE = r"[a-z]{2,3}(?:[-_][A-Za-z]{2,8})*"
_ID = re.compile(rf"(?:{_LANGUAGE}:)?{_PART}:{_PART}")
_ADJACENT = re.compile(
    r"['\"][\s\\]*[bBrRuU]{0,2}['\"]"
)  # also an empty string, or one in triple quotes
_MAX_NESTED_STRINGS = 3


@dataclass(frozen=True, slots=True)
class ConstraintSpec:
    """One atomic constraint of an instruction.

    Attributes:
        id: The field's own id, for example `"length_constraints:number_words"` (IFEval).
        kwargs: The parameters, with unset (null) ones left out.
        text: The sentence that states the constraint in the instruction; None if not known, which
            is what a blank one says.
    """

    id: str
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    text: str | None = None

    def __post_init__(self) -> None:
        if self.text is not None and (not self.text or self.text.isspace()):
            object.__setattr__(self, "text", None)

    @classmethod
    def from_json(cls, value: object) -> ConstraintSpec:
        """Read `{"id": ..., "kwargs": ..., "text": ...}`; raises SpecError on any other shape."""
        if not isinstance(value, (dict, Mapping)):
            raise SpecError(f"a constraint is an object with an 'id', got {shown(value)}")
        known = value.get("id")
        if not isinstance(known, str) or not known:
            raise SpecError(f"a constraint needs a non-empty string 'id', got {shown(value)}")
        if not _KEYS.issuperset(value):
            surplus = sorted(map(str, set(value) - _KEYS))
            raise SpecError(
                f"constraint {shown(known)} has the surplus keys {shown(surplus)}; allowed are "
                f"'id', 'kwargs', 'text'.{near_matches(surplus[0], sorted(_KEYS))}"
            )
        text = value.get("text")
        if text is not None and not isinstance(text, str):
            raise SpecError(
                f"constraint {shown(known)}: 'text' is a string or null, got {shown(text)}"
            )
        return cls(known, _kwargs_of(known, value.get("kwargs")), text)

    def to_json(self) -> ConstraintRow:
        """Return the object that `from_json` reads; `text` only where it is known."""
        row: ConstraintRow = {"id": self.id, "kwargs": dict(self.kwargs)}
        if self.text is not None:
            row["text"] = self.text
        return row


def is_constraint_id(text: str) -> bool:
    """Return whether a text reads `namespace:name`, with a language before it or without."""
    return _ID.fullmatch(text) is not None


def holds_constraints(value: object) -> bool:
    """Return whether a ground truth is one of constraints, well-formed or not.

    The answer to a math problem is not, nor is a list of texts that are no ids.
    """
    try:
        value = decoded(_plain(value))
    except SpecError:
        return False
    if isinstance(value, list):
        return bool(value) and all(_is_constraint(item) for item in value)
    return _is_pair(value)


def _is_constraint(item: object) -> bool:
    if isinstance(item, str):
        return is_constraint_id(item) or (_is_encoded(item) and holds_constraints(item))
    if isinstance(item, Mapping):
        return "id" in item or _is_pair(item)
    return _is_wrapped(item) and holds_constraints(item)


def parse_kwargs(value: object) -> dict[str, Any]:
    """Read the kwargs of one constraint, in any shape seen in datasets.

    Accepts an object, null, or a string that holds either as JSON or as a Python literal. Keys
    whose value is null are dropped: Hugging Face datasets fill every unused key with null.
    Raises SpecError on anything else.
    """
    value = _plain(value)
    if isinstance(value, str):
        value = _plain(decoded(value))
    if value is None:
        return {}
    if not isinstance(value, (dict, Mapping)):
        raise SpecError(f"kwargs are an object or null, got {shown(value)}")
    return {str(key): item for key, item in value.items() if item is not None}


def _kwargs_of(id: str, value: object) -> dict[str, Any]:
    try:
        return parse_kwargs(value)
    except SpecError as error:
        raise SpecError(f"constraint {shown(id)}: {error}") from None


def parse_constraints(value: object, kwargs: object = None) -> tuple[ConstraintSpec, ...]:
    """Read all constraints of one instruction.

    Accepts a list of objects with `id` (and `kwargs`, `text`), an object with
    `instruction_id_list` (or `instruction_id`) and `kwargs`, a list of ids with `kwargs` beside
    it, and each of these as a JSON string, as a Python literal, or wrapped in a list of one.
    Raises SpecError where the shape is another, or ids and kwargs differ in number.
    """
    return constraints_of(_plain(value), _plain(kwargs))


def constraints_of(value: object, kwargs: object = None) -> tuple[ConstraintSpec, ...]:
    """Read what `parse_constraints` reads, of values that come from JSON: they hold no arrays."""
    value = decoded(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = [decoded(item) if _is_encoded(item) else item for item in value]
        if len(items) == 1 and (_is_pair(items[0]) or _is_wrapped(items[0])):
            return constraints_of(items[0])
        if not items or (isinstance(items[0], str) and all(isinstance(one, str) for one in items)):
            return _from_ids(items, kwargs)
        return tuple([ConstraintSpec.from_json(item) for item in items])
    if _is_pair(value):
        assert isinstance(value, Mapping)
        ids = value["instruction_id_list" if "instruction_id_list" in value else "instruction_id"]
        return _from_ids(ids, value.get("kwargs"))
    raise SpecError(
        "constraints are a list of {id, kwargs, text}, or {instruction_id_list, kwargs}, "
        f"got {shown(value)}"
    )


def _from_ids(ids: object, kwargs: object) -> tuple[ConstraintSpec, ...]:
    ids = [ids] if isinstance(ids, str) else ids
    if not isinstance(ids, Sequence) or not all(isinstance(item, str) and item for item in ids):
        raise SpecError(f"instruction ids are a list of strings, got {shown(ids)}")
    kwargs = decoded(kwargs)
    if kwargs is None:
        kwargs = [None] * len(ids)
    if isinstance(kwargs, Mapping) and len(ids) == 1:
        kwargs = [kwargs]
    if not isinstance(kwargs, Sequence) or isinstance(kwargs, str):
        raise SpecError(f"kwargs are a list with one entry per id, got {shown(kwargs)}")
    if len(kwargs) != len(ids):
        raise SpecError(f"{len(ids)} instruction ids but {len(kwargs)} kwargs: one each is needed")
    return tuple(
        ConstraintSpec(known, _kwargs_of(known, item))
        for known, item in zip(ids, kwargs, strict=True)
    )


def _is_pair(value: object) -> bool:
    return isinstance(value, (dict, Mapping)) and not _ID_KEYS.isdisjoint(value)


def _is_wrapped(value: object) -> bool:
    """Return whether the only item of a list is the list of constraints itself.

    Strings in a list in a list are no ids: they are what a dataset says of each constraint.
    """
    return isinstance(value, list) and any(isinstance(item, Mapping) for item in value)


def _plain(value: object) -> object:
    """Return a value as JSON has it: arrays of numpy, at any depth, are lists, and NaN is null."""
    kind = type(value)
    if kind in _SCALARS:
        return value
    if kind not in _NESTED and hasattr(value, "tolist"):  # numpy's arrays and numbers
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (dict, Mapping)):  # a dict is told far faster
        return {key: _plain(item) for key, item in value.items()}
    return None if isinstance(value, float) and math.isnan(value) else value


_SCALARS = frozenset((str, int, bool, type(None)))
_NESTED = (dict, list)


def _is_encoded(value: object) -> bool:
    return isinstance(value, str) and value.lstrip()[:1] in ("{", "[")


def decoded(value: object) -> object:
    """Undo string encodings (JSON, then Python literals), at most three on top of each other.

    Raises SpecError on a string that is neither.
    """
    for _ in range(_MAX_NESTED_STRINGS):
        if not isinstance(value, str):
            return value
        value = _decode_once(value)
    return value


def _decode_once(text: str) -> object:
    try:
        return jsonl.loads(text)
    except ValueError:
        pass
    try:
        value = _python_literal(text.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise SpecError(
            f"neither JSON nor a Python literal of the same types: {shown(text)}"
        ) from None
    if _has_adjacent_strings(text.strip()):
        raise SpecError(
            "strings with no comma between them: a numpy array that was written out as text? Write "
            f"a list, or JSON: {shown(text)}"
        )
    return value


def _has_adjacent_strings(literal: str) -> bool:
    """Return whether Python would join two strings of a literal into one."""
    if not _ADJACENT.search(literal):  # most literals: telling tokens takes longer
        return False
    skipped = (tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT)
    tokens = tokenize.generate_tokens(io.StringIO(literal).readline)
    kinds = [token.type for token in tokens if token.type not in skipped]
    return (tokenize.STRING, tokenize.STRING) in pairwise(kinds)


def _python_literal(text: str) -> object:
    """Return what a literal means in JSON: a tuple is a list; a set, which has no order, nothing.

    Raises whatever the parser or the encoder raises.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # such as for "\\d" in a user's text
        value = ast.literal_eval(text)
    return jsonl.loads(json.dumps(value, allow_nan=False))
