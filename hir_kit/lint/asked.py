"""An instruction whose constraints have their verifiers, and what these say of themselves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from hir_kit.errors import CrashError, PluginError
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.prompt import as_messages
from hir_kit.read.instructions import Instruction
from hir_kit.relabel.calls import stated
from hir_kit.relabel.statements.sought import Sought
from hir_kit.time_limit import TimeLimit
from hir_kit.verify.binding import Bound
from hir_kit.verify.facts import Amount, Begins, Ends, Fact, InLanguage, Mentions
from hir_kit.verify.verifier import Verifier, asked

_FACTS = (Amount, Begins, Ends, InLanguage, Mentions)


@dataclass(frozen=True, slots=True)
class Asked:
    """A constraint with its verifier.

    Attributes:
        spec: The constraint as data.
        verifier: What decides it.
        described: The sentence by which the verifier asks for it.
        facts: What is true of every response that meets it.
        quoted: The texts that the prompt must hold for it to make sense.
        sought: What is looked for where people ask for it.
    """

    spec: ConstraintSpec
    verifier: Verifier
    described: str
    facts: tuple[Fact, ...]
    quoted: tuple[str, ...]
    sought: Sought

    @property
    def sentence(self) -> str:
        """What asks for it: the dataset's own text, the verifier's description, or else its id."""
        return self.spec.text or self.described or self.spec.id

    @property
    def texts(self) -> list[str]:
        """The texts among its kwargs."""
        return [text for value in self.spec.kwargs.values() for text in _strings(value)]


def asked_by(spec: ConstraintSpec, verifier: Verifier, limit: TimeLimit) -> Asked:
    """Return a constraint with what its verifier says.

    Raises PluginError where the verifier raises or gives something else, CheckTimeout where it does
    not come back.
    """
    described, facts, quoted = limit.run(_said, verifier)
    if not isinstance(facts, (tuple, list)) or not all(isinstance(one, _FACTS) for one in facts):
        raise _wrong(verifier, "entails", "facts")
    if not isinstance(quoted, (tuple, list)) or not all(isinstance(one, str) for one in quoted):
        raise _wrong(verifier, "quoted", "strings")
    sought = Sought.of_stated(stated(Bound(spec, verifier), limit))
    return Asked(spec, verifier, str(described), tuple(facts), tuple(quoted), sought)


def _said(verifier: Verifier) -> tuple[object, object, object]:
    return (
        asked(verifier, verifier.describe),
        asked(verifier, verifier.entails),
        asked(verifier, verifier.quoted),
    )


def _wrong(verifier: Verifier, method: str, what: str) -> PluginError:
    said = f"{verifier.constraint_id}: {method}()"
    return CrashError.of(verifier, said, TypeError(f"it gives no tuple of {what}"))


@dataclass(frozen=True)
class Looked:
    """An instruction, with those of its constraints that have a verifier.

    Attributes:
        item: The instruction.
        constraints: The constraints, in order.
    """

    item: Instruction
    constraints: tuple[Asked, ...]

    @cached_property
    def prompt(self) -> str:
        """All that is said to the model."""
        return "\n\n".join(str(said["content"]) for said in as_messages(self.item.prompt))

    @property
    def sought(self) -> list[Sought]:
        """What is looked for in the prompt: the constraints, then those that nothing decides."""
        decided = [one.spec for one in self.constraints]
        others = [spec.text for spec in self.item.constraints if spec not in decided]
        known = [one.sought for one in self.constraints]
        return [*known, *(Sought.of_text(text) for text in others if text is not None)]


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
