"""What is quickly made is the same as what a frozen dataclass makes of its arguments."""

from __future__ import annotations

import copy
import inspect
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from hir_kit.checking import Checked
from hir_kit.rollouts import Group, Location, Rollout
from hir_kit.slotted import quickly_made
from hir_kit.specs import ConstraintSpec
from hir_kit.verdicts import Status, Verdict

SPEC = ConstraintSpec("punctuation:no_comma")
MADE = [
    Verdict(Status.VIOLATED, 3, reason="3 words"),
    Checked((Verdict(Status.SATISFIED),)),
    SPEC,
    Group("q", "Ask.", (SPEC,), (Rollout("q/0", "Tea."),), Location("dump", 1)),
]


@pytest.mark.parametrize("made", MADE)
def test_it_is_frozen_and_can_be_copied(made: object) -> None:
    name = made.__slots__[0]  # type: ignore[attr-defined]  # of a dataclass with slots
    with pytest.raises(FrozenInstanceError):
        setattr(made, name, None)
    with pytest.raises(FrozenInstanceError):
        delattr(made, name)
    assert copy.deepcopy(made) == pickle.loads(pickle.dumps(made)) == made


def test_each_one_has_a_default_of_its_own() -> None:
    one, other = ConstraintSpec("a:b"), ConstraintSpec("a:b")
    assert one.kwargs == {}
    assert one.kwargs is not other.kwargs


def test_what_is_found_out_afterwards_is_set() -> None:
    verdict = Verdict(Status.VIOLATED)
    assert replace(Checked(()), strict=(verdict,)).follow_all is False


def test_arguments_are_read_as_a_dataclass_reads_them() -> None:
    @dataclass(frozen=True, slots=True)
    class Usual:
        first: int
        second: str = "x"
        third: list[int] = field(default_factory=list)

    @quickly_made
    @dataclass(frozen=True, slots=True)
    class Quick:
        first: int
        second: str = "x"
        third: list[int] = field(default_factory=list)

    assert str(inspect.signature(Quick)) == str(inspect.signature(Usual))
    for arguments in [{"first": 1}, {"first": 1, "third": [2]}, {"second": "y", "first": 2}]:
        assert repr(Quick(**arguments)).endswith(repr(Usual(**arguments)).partition("Usual")[2])  # type: ignore[arg-type]  # of each kind
    with pytest.raises(TypeError, match="'first'"):
        Quick()  # type: ignore[call-arg]  # what is tested
    with pytest.raises(TypeError, match="fourth"):
        Quick(1, fourth=4)  # type: ignore[call-arg]  # what is tested
