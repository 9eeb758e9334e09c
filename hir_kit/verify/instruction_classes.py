"""Verifiers out of a published registry of instruction classes, as IFEval's and its forks have one.

    INSTRUCTION_DICT = {"acme:no_comma": CommaChecker, ...}

Such a class has `build_description(**kwargs)`, which gives the sentence and keeps the kwargs, and
`check_following(text)`. What is not given, and what it does not like, it often draws at random:
that is never taken for what was asked.
"""

from __future__ import annotations

import copy
import inspect
import random
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import NoneType
from typing import Any, ClassVar, TypeVar, get_type_hints

from pydantic import ConfigDict, PrivateAttr, create_model

from hir_kit.errors import PluginError, shown
from hir_kit.model.verdict import Verdict, unknown
from hir_kit.verify.response import Response
from hir_kit.verify.verifier import Verifier

T = TypeVar("T")

_LIMITS = """## Known limits
The verdicts are those of the published class. Where it draws at random what is not given, they are
`unknown`."""
_METHODS = ("build_description", "check_following")
_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def verifiers_from(
    registry: Mapping[str, type[Any]], *, prefix: str = ""
) -> tuple[type[Verifier], ...]:
    """Return a verifier class for each instruction class of a registry, in its order.

    Args:
        registry: Instruction classes by constraint id, such as IFEval's `INSTRUCTION_DICT`. A class
            is made with its id, has `build_description(**kwargs)` and `check_following(text)`.
        prefix: What stands before each id, such as `"acme:"`, where the ids are taken already.

    The kwargs are the parameters of `build_description`, with the types that it names. A class that
    draws at random, or raises, gives `unknown` with the reason. langdetect has the seed 0.

    Raises PluginError where the registry is no mapping of ids to such classes.
    """
    if not isinstance(registry, Mapping) or not registry:
        raise PluginError(f"a registry is a mapping of ids to classes, got {shown(registry)}")
    return tuple(_verifier(id, cls, prefix) for id, cls in registry.items())


class _InstructionVerifier(Verifier):
    """Asks an instruction class."""

    model_config = ConfigDict(validate_default=False)  # those of the class

    instruction: ClassVar[tuple[str, type[Any]]]
    _built: _Built = PrivateAttr()

    @classmethod
    def bind(cls, kwargs: Mapping[str, Any]) -> Verifier:
        """Return the verifier for these kwargs; raises what the class raises about them."""
        verifier = super().bind({name: _whole(value) for name, value in kwargs.items()})
        assert isinstance(verifier, _InstructionVerifier)
        verifier._built = verifier._build()
        return verifier

    def _build(self) -> _Built:
        """Build the instruction twice: one that draws at random gives itself away."""
        (first, drew), (second, _) = (_watched(self._described) for _ in range(2))
        if not drew and first == second:
            return first
        name, given = self.instruction[1].__name__, self._given()
        left = [name for name in type(self).model_fields if name not in given]
        what = f"what is not given: {', '.join(left)}" if left else f"in place of {shown(given)}"
        return _Built("", "", f"{name} draws at random {what}")

    def _given(self) -> dict[str, Any]:
        """Return the kwargs, as the class may keep and change them."""
        return copy.deepcopy({name: getattr(self, name) for name in sorted(self.model_fields_set)})

    def _described(self) -> _Built:
        made, text = self._made()
        ask = getattr(made, "get_instruction_args", None)
        return _Built(text if isinstance(text, str) else "", repr(ask()) if ask else "")

    def _made(self) -> tuple[Any, Any]:
        """Return an instance of the class with the kwargs, and what it says about them."""
        id, cls = self.instruction
        made = cls(id)
        return made, made.build_description(**self._given())

    def describe(self) -> str:
        """Return the sentence that `build_description` gives."""
        if self._built.problem:
            raise PluginError(f"{self.constraint_id}: {self._built.problem}")
        return self._built.sentence

    def check(self, response: Response) -> Verdict:
        """Ask `check_following` of a new instance: a check may note things in its own."""
        if self._built.problem:
            return unknown(self._built.problem)
        name = self.instruction[1].__name__
        answer, drew = _watched(lambda: self._made()[0].check_following(response.text))
        if drew:
            return unknown(f"{name}.check_following draws at random")
        return self.verdict(_truth(answer), reason=f"{name} says no")

    def quoted(self) -> tuple[str, ...]:
        """Return the request that is to be repeated, where there is one."""
        request = getattr(self, "prompt_to_repeat", None)
        return (request.strip(),) if isinstance(request, str) else ()


@dataclass(frozen=True, slots=True)
class _Built:
    """An instruction with its kwargs.

    Attributes:
        sentence: What its `build_description` gave.
        arguments: What it says of its kwargs.
        problem: Why it cannot be asked; empty where it can.
    """

    sentence: str
    arguments: str
    problem: str = ""


def _verifier(id: str, cls: type[Any], prefix: str) -> type[Verifier]:
    if not isinstance(id, str):
        raise PluginError(f"the ids of a registry are strings, got {shown(id)}")
    missing = [name for name in _METHODS if not callable(getattr(cls, name, None))]
    if not isinstance(cls, type) or missing:
        lacks = f"; it lacks {' and '.join(missing)}" if missing else ""
        raise PluginError(f"{id}: a class with {' and '.join(_METHODS)}, got {shown(cls)}{lacks}")
    parameters, is_open = _parameters(id, cls)
    made: type[_InstructionVerifier] = create_model(
        cls.__name__,
        __base__=_Open if is_open else _InstructionVerifier,
        __module__=cls.__module__,
        __doc__=f"{inspect.getdoc(cls) or f'The instruction class {cls.__name__}.'}\n\n{_LIMITS}",
        __cls_kwargs__={"id": prefix + id},
        **parameters,
    )
    made.instruction = (id, cls)
    return made


class _Open(_InstructionVerifier):
    """One whose class takes any kwargs beside those that it names."""

    model_config = ConfigDict(extra="allow")


def _parameters(id: str, cls: type[Any]) -> tuple[dict[str, Any], bool]:
    """Return the kwargs with types and defaults, and whether any other is taken as well."""
    build: Callable[..., Any] = cls.build_description
    found = list(inspect.signature(build).parameters.values())[1:]
    hints = _hints(build)
    fields = {}
    for parameter in found:
        if parameter.kind not in _NAMED:
            continue
        if parameter.name in dir(Verifier):
            raise PluginError(f"{id}: a kwarg cannot be named {parameter.name!r}")
        hint = hints.get(parameter.name, Any)
        is_required = parameter.default is parameter.empty
        fields[parameter.name] = (hint, ... if is_required else parameter.default)
    return fields, any(one.kind is one.VAR_KEYWORD for one in found)


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    try:
        return get_type_hints(function)
    except Exception:  # a name that is imported for type checkers alone, say
        return {}


def _whole(value: object) -> object:
    """Return an integer that JSON or Parquet made a float of as an integer."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _truth(answer: object) -> bool:
    """Return what an answer says; raises TypeError where it is none."""
    if isinstance(answer, re.Match | NoneType):  # of `re.search`
        return answer is not None
    if isinstance(answer, bool) or type(answer).__name__ in ("bool", "bool_"):  # numpy's, too
        return bool(answer)
    raise TypeError(f"check_following returned {type(answer).__name__}, not a bool")


def _watched(call: Callable[[], T]) -> tuple[T, bool]:
    """Return what a call gives, and whether it drew from a common source of random numbers.

    What it drew is put back.
    """
    numpy = sys.modules.get("numpy.random")
    before = random.getstate(), numpy and numpy.get_state(legacy=False)
    try:
        with _seeded():
            given = call()
    finally:
        drew = random.getstate() != before[0]
        if drew:
            random.setstate(before[0])
        if numpy and repr(numpy.get_state(legacy=False)) != repr(before[1]):
            numpy.set_state(before[1])
            drew = True
    return given, drew


@contextmanager
def _seeded() -> Iterator[None]:
    """Let langdetect answer the same each time."""
    factory = getattr(sys.modules.get("langdetect"), "DetectorFactory", None)
    if factory is None:
        yield
        return
    seed, factory.seed = factory.seed, 0
    try:
        yield
    finally:
        factory.seed = seed
