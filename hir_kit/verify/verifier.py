"""What a verifier is: a typed class whose fields are the kwargs, or a plain function made into one.

class MaxEmoji(Verifier, id="acme:max_emoji"):
    \"\"\"At most so many emoji.\"\"\"

    limit: PositiveInt

    def describe(self) -> str:
        return f"Use at most {self.limit} emoji."

    def check(self, response: Response) -> Verdict:
        n = response.get(count_emoji)
        return self.verdict(n <= self.limit, measured=n)
"""

from __future__ import annotations

import inspect
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import UnionType
from typing import Annotated, Any, ClassVar, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model, model_validator

from hir_kit.errors import KwargsError, PluginError, UsageError, boundary, near_matches, shown
from hir_kit.model.verdict import Measured, Status, Verdict, Word
from hir_kit.time_limit import TimeLimit
from hir_kit.verify.evidence import Span, places_of
from hir_kit.verify.facts import Fact
from hir_kit.verify.relaxing import Goal
from hir_kit.verify.response import Response
from hir_kit.verify.wording import Wording

R = TypeVar("R")
_MAX_PROBLEMS = 5
_CLASS_ATTRIBUTES = (
    "cases", "constraint_id", "english_only", "more_lines_never_hurt", "relaxes", "time_limit",
)  # fmt: skip


class Relation(Word):
    """IFEval's two relations between a count and its threshold."""

    AT_LEAST = "at least"
    LESS_THAN = "less than"

    def holds(self, count: int, threshold: int) -> bool:
        """Return whether the count stands in this relation to the threshold."""
        return count >= threshold if self is Relation.AT_LEAST else count < threshold

    def bounds(self, threshold: int) -> tuple[int, int | None]:
        """Return the least and the greatest count that stand in this relation to the threshold."""
        return (threshold, None) if self is Relation.AT_LEAST else (0, threshold - 1)


@dataclass(frozen=True, slots=True)
class Case:
    """An example that documents and tests a verifier at once."""

    response: str
    expected: Status
    kwargs: Mapping[str, Any] = field(default_factory=dict)


def passes(response: str, /, **kwargs: Any) -> Case:
    """Return a case whose response satisfies the constraint with these kwargs."""
    return Case(response, Status.SATISFIED, kwargs)


def fails(response: str, /, **kwargs: Any) -> Case:
    """Return a case whose response violates the constraint with these kwargs."""
    return Case(response, Status.VIOLATED, kwargs)


class Verifier(BaseModel):
    """Decides one kind of constraint. A subclass declares its kwargs as typed fields.

    Class arguments: `id`, the constraint id (`"namespace:name"`); leave it out for an abstract
    base. Subclasses define `describe` and `check`, and list `cases`. Where a check takes long by
    nature, `time_limit = 30.0` gives it so many seconds in place of `--time-limit`; 0: no limit.
    `english_only = True` says that it reads words or sentences as English writes them, with spaces.
    `relaxes = Number("limit", "at most")` says what of it can be asked for in a weaker form.
    `more_lines_never_hurt = True` says that a text meets it whenever a part of its lines does; or
    it names the kwarg that is a relation, if it holds where that is "at least". Loose evaluation
    then tries no parts. It has to be true of `check` and of `check_reference`.

    Instances are immutable and are bound once per distinct kwargs, then check any number of
    responses. A check has no side effects and uses nothing random.
    """

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, validate_default=True, ignored_types=(property,)
    )

    constraint_id: ClassVar[str] = ""
    cases: ClassVar[tuple[Case, ...]] = ()
    time_limit: ClassVar[float | None] = None
    english_only: ClassVar[bool] = False
    relaxes: ClassVar[Goal | None] = None
    more_lines_never_hurt: ClassVar[bool | str] = False

    def __init_subclass__(cls, *, id: str = "", **kwargs: Any) -> None:
        """Take the constraint id from the class statement."""
        super().__init_subclass__(**kwargs)
        for name in _CLASS_ATTRIBUTES:
            if name in vars(cls).get("__annotations__", {}):
                raise PluginError(f"{cls.__name__}: write `{name} = ...` without a type")
        if cls.time_limit is not None:
            try:
                TimeLimit(cls.time_limit)
            except (UsageError, TypeError) as error:
                raise PluginError(f"{cls.__name__}.time_limit: {error}") from None
        cls.constraint_id = id

    @model_validator(mode="before")
    @classmethod
    def _read_json_types(cls, data: Any) -> Any:
        """Accept what JSON and Parquet make of a value: 3.0 for an int, a string for an enum."""
        if not isinstance(data, (dict, Mapping)):  # a dict is told far faster
            return data
        fields = cls.__pydantic_fields__
        read = dict(data)
        for key, value in data.items():
            if isinstance(value, (float, str)) and key in fields:
                read[key] = _as_annotated(value, fields[key].annotation)
        return read

    @classmethod
    def with_instruction(
        cls,
        kwargs: Mapping[str, Any],
        instruction: str,  # noqa: ARG003  # for those that override it
    ) -> Mapping[str, Any]:
        """Return the kwargs of a constraint, with what they leave to the instruction it is part of.

        By default they are returned as they are. It is asked wherever the prompt is known, before
        the constraint is bound.
        """
        return kwargs

    @classmethod
    def bind(cls, kwargs: Mapping[str, Any]) -> Verifier:
        """Return the verifier for these kwargs.

        Raises KwargsError naming the id, what was given and what is allowed, where a key is
        missing or surplus or a value has the wrong type.
        """
        try:
            return cls.model_validate(dict(kwargs))
        except ValidationError as error:
            raise KwargsError(_explain(cls, kwargs, error)) from None

    @property
    def may_be_met_in_part(self) -> bool:
        """Whether a part of the lines of a text may meet this where the whole does not."""
        told = self.more_lines_never_hurt
        if isinstance(told, str):
            return getattr(self, told, None) != Relation.AT_LEAST
        return not told

    def describe(self) -> str:
        """Return the sentence that asks for this constraint, as an instruction would put it.

        An empty one says that nobody knows it: then no replay keeps the constraint without a text.
        """
        raise PluginError(f"{type(self).__name__} does not define describe()")

    def check(self, response: Response) -> Verdict:  # noqa: ARG002  # for subclasses
        """Return the verdict on one response that is not blank."""
        raise PluginError(f"{type(self).__name__} does not define check()")

    def check_reference(self, response: Response) -> Verdict:
        """Return what the published reference says, where that differs; by default `check`."""
        return self.check(response)

    def quoted(self) -> tuple[str, ...]:
        """Return the texts that the instruction must hold word for word for this to make sense.

        A constraint such as "repeat the request" points at the instruction itself: a rewritten
        instruction may ask for it only where the quoted text is still there.
        """
        return ()

    def entails(self) -> tuple[Fact, ...]:
        """Return what is true of every response with words in it that meets this constraint.

        `hir-kit lint` holds these facts against those of the other constraints, and their numbers
        and texts against the prompt. Leave out what is not surely true.
        """
        return ()

    def evidence(self, response: Response) -> Sequence[Span]:
        """Return where in the text that is what `check` looks for: begin and end, in characters.

        By default these are the places of the texts that `entails()` names. `hir-kit show` and
        `hir-kit report` mark them. Nothing depends on them.
        """
        return places_of(self.entails(), response.text)

    def wording(self) -> Wording:
        """Return how people talk about this constraint, beyond what `describe()` tells.

        Topics, units and texts are told from the sentence and the kwargs; here goes what it does
        not say: other names of the thing, what only hints at it, the exact bounds.
        """
        return Wording()

    def relax(self, response: Response) -> Verifier | None:
        """Return the nearest weaker form of this that a response meets which violates it.

        None where there is none, or the response meets this as it is. By default it is found by
        `relaxes`. Numbers are such as a person would write: 280 for a response of 287 words.
        """
        if self.relaxes is None or self.check(response).status is not Status.VIOLATED:
            return None
        return self.relaxes.weaker(self, response)

    def verdict(self, ok: bool, *, measured: Measured = None, reason: str | None = None) -> Verdict:
        """Return satisfied or violated; the reason is kept for violations only."""
        if ok:
            return Verdict(Status.SATISFIED, measured)
        return Verdict(Status.VIOLATED, measured, reason)


def verifier(
    id: str, *, describe: str, cases: tuple[Case, ...] = (), relaxes: Goal | None = None
) -> Callable[[Callable[..., bool | Verdict]], type[Verifier]]:
    """Make a verifier out of a function `(response, *, kwarg: type = default) -> bool | Verdict`.

    Args:
        id: The constraint id, `"namespace:name"`.
        describe: The sentence that asks for it; `{kwarg}` is replaced by the kwarg's value.
        cases: Examples, made by `passes(...)` and `fails(...)`.
        relaxes: What of it can be asked for in a weaker form.

    The decorated name becomes the verifier class. What the function returns must be a bool or a
    Verdict; anything else makes the verdict `unknown`. Raises PluginError where the function's
    signature cannot be read as kwargs, or `describe` names something that is no kwarg.
    """

    def decorate(function: Callable[..., bool | Verdict]) -> type[Verifier]:
        made = _class_of(function, id, describe, cases)
        made.relaxes = relaxes
        return made

    return decorate


def _class_of(
    function: Callable[..., bool | Verdict], id: str, sentence: str, cases: tuple[Case, ...]
) -> type[Verifier]:
    fields = _fields_of(function, id)
    _check_sentence(sentence, fields, id)

    def describe_(self: Verifier) -> str:
        return sentence.format(**{name: getattr(self, name) for name in fields})

    def check_(self: Verifier, response: Response) -> Verdict:
        result = function(response, **{name: getattr(self, name) for name in fields})
        if isinstance(result, bool):
            return self.verdict(result)
        if isinstance(result, Verdict):
            return result
        raise TypeError(
            f"{function.__name__}() returned {type(result).__name__}, not a bool or a Verdict"
        )

    made: type[Verifier] = create_model(
        function.__name__,
        __base__=Verifier,
        __module__=function.__module__,
        __doc__=function.__doc__ or sentence,
        __cls_kwargs__={"id": id},
        **fields,
    )
    made.cases = cases
    made.describe = describe_  # type: ignore[method-assign]  # the class is made here
    made.check = check_  # type: ignore[method-assign]  # the class is made here
    return made


def _fields_of(function: Callable[..., Any], id: str) -> dict[str, Any]:
    parameters = list(inspect.signature(function).parameters.values())
    if not parameters:
        raise PluginError(f"verifier {id!r}: the function must take the response first")
    hints = get_type_hints(function, include_extras=True)
    fields = {}
    for parameter in parameters[1:]:
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise PluginError(
                f"verifier {id!r}: '*' and positional-only parameters cannot be kwargs"
            )
        if parameter.name in vars(Verifier):
            raise PluginError(f"verifier {id!r}: a kwarg cannot be named {parameter.name!r}")
        if parameter.name not in hints:
            raise PluginError(f"verifier {id!r}: give the parameter {parameter.name!r} a type")
        default = ... if parameter.default is parameter.empty else parameter.default
        fields[parameter.name] = (hints[parameter.name], default)
    return fields


def _check_sentence(sentence: str, fields: Mapping[str, Any], id: str) -> None:
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}
    except ValueError as error:
        raise PluginError(f"verifier {id!r}: describe={sentence!r}: {error}") from None
    for name in sorted(names - set(fields)):
        raise PluginError(
            f"verifier {id!r}: describe={sentence!r} names {name!r}, which is no kwarg."
            f"{near_matches(name, fields)} Write {{{{ and }}}} for braces"
        )


def _as_annotated(value: Any, annotation: Any) -> Any:
    if annotation is str:
        return value
    if annotation is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and isinstance(annotation, type) and issubclass(annotation, Enum):
        return annotation._value2member_map_.get(value, value)
    return value


def _explain(cls: type[Verifier], given: Mapping[str, Any], error: ValidationError) -> str:
    errors = error.errors(include_input=False, include_url=False)
    problems = [_problem(cls, item) for item in errors[:_MAX_PROBLEMS]]
    if len(errors) > _MAX_PROBLEMS:
        problems.append(f"and {len(errors) - _MAX_PROBLEMS} more")
    given_ = shown(dict(given), 300)
    said = "; ".join(problems)
    end = "" if said.endswith("?") else "."
    return f"{cls.constraint_id}: {said}{end} Given: {given_}. {allowed_kwargs(cls)}"


def _problem(cls: type[Verifier], error: Any) -> str:
    name = str(error["loc"][0]) if error["loc"] else ""
    if error["type"] == "extra_forbidden":
        return f"unknown kwarg {shown(name)}.{near_matches(name, cls.model_fields)}".rstrip(".")
    if error["type"] == "missing":
        return f"kwarg {name!r} is missing"
    where = f"kwarg {name!r}" + "".join(f"[{part!r}]" for part in error["loc"][1:])
    message = str(error["msg"])
    return (f"{where}: " if name else "") + message[:1].lower() + message[1:]


def allowed_kwargs(cls: type[Verifier]) -> str:
    """Return one sentence that names the kwargs of a verifier with their types."""
    if not cls.model_fields:
        return "It takes no kwargs."
    shown = ", ".join(
        f"{name}: {type_name(cls, name)}{'' if info.is_required() else ' (optional)'}"
        for name, info in cls.model_fields.items()
    )
    return f"Allowed: {shown}."


def asked(verifier: Verifier, method: Callable[[], R]) -> R:
    """Return what `describe` or `quoted` of a verifier gives; PluginError where it raises."""
    with boundary(verifier, f"{verifier.constraint_id}: {method.__name__}()"):
        return method()


def type_name(cls: type[BaseModel], name: str) -> str:
    """Return the type of one field as a reader would write it, with its limits."""
    info = cls.model_fields[name]
    limits = [_limit(item) for item in info.metadata]
    return " ".join([_spelt(info.annotation), *filter(None, limits)])


def _spelt(annotation: Any) -> str:
    """Return a type's name without what is this process's own, such as a validator's address."""
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return " | ".join(repr(item.value) for item in annotation)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _spelt(arguments[0])
    if origin in (Union, UnionType):
        return " | ".join(map(_spelt, arguments))
    if isinstance(origin, type):
        return f"{origin.__name__}[{', '.join(map(_spelt, arguments))}]"
    if annotation is type(None):
        return "None"
    return annotation.__name__ if isinstance(annotation, type) else _bare(annotation)


def _bare(annotation: Any) -> str:
    return " | ".join(map(repr, get_args(annotation))) or str(annotation).replace("typing.", "")


def _limit(constraint: Any) -> str:
    for attribute, sign in (("gt", ">"), ("ge", ">="), ("lt", "<"), ("le", "<=")):
        bound = getattr(constraint, attribute, None)
        if bound is not None:
            return f"{sign} {bound}"
    length = getattr(constraint, "min_length", None)
    return f"of length >= {length}" if length is not None else ""
