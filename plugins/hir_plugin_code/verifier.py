"""Functions that come with the data, as verifiers: `code:python`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from hir_kit import Response, Status, Verdict, Verifier, fails, passes, unknown
from hir_plugin_code.answers import explained
from hir_plugin_code.classify import Function, classified, digest
from hir_plugin_code.options import Chosen
from hir_plugin_code.sandbox import wire
from hir_plugin_code.sandbox.client import Answer
from hir_plugin_code.sandboxes import NoSandboxError, SandboxLostError, sandboxes

_OFF = (
    "it is decided by Python that comes with the data, which is not run; "
    "`--set code.allow=true` runs it in a sandbox"
)
_VERIF_INSTRUCTION = "instruction"
_TWO_PARAGRAPHS = '''\
def check_following(instruction, response):
    """hir-kit's own example."""
    return len(response.split("\\n\\n")) == 2
'''
_CAPITALS = '''\
import re

def evaluate(response):
    """hir-kit's own example."""
    return re.search(r"[A-Z]", response) is None
'''
_OWN = frozenset(map(digest, (_TWO_PARAGRAPHS, _CAPITALS)))
"""The cases below are no data: they run without leave, and in the sandbox all the same."""


Takes = Literal["response", "instruction, response"]


class Python(Verifier, id="code:python"):
    """A function that comes with the data says so.

    ## What it checks
    The Python in `source` defines a function, `check_following(instruction, response)` or
    `evaluate(response)` or the one that `function` names. It is called twice with the response, and
    the verdict is what it returns, where that is `True` or `False` both times. Where `also` has
    other functions for the same constraint, all have to agree.

    Nothing runs unless `--set code.allow=true` is given, and nothing ever runs in hir-kit's own
    process: each call has a process of its own in a sandbox of the operating system, without files,
    network and other processes, and with limits on time, memory and output
    ([code that comes with data](../code.md)). The verdict is `unknown`, and the reason names the
    function by the beginning of the SHA-256 of its source, where it is not run, tries something
    else than computing, raises, takes too long, returns anything but a bool, or does not say the
    same twice.

    ## Known limits
    Linux on x86-64 and aarch64 alone have such a sandbox; elsewhere all verdicts are `unknown`.
    What a function asks of the instruction is asked of `instruction`, and without that of the
    prompt's; where neither is known, as in a reward of verl, one that looks at it is not run. What
    depends on chance or the clock is not run. `seconds` and `megabytes` limit a function, and
    `--time-limit` does not.

    ## Relabelling
    The sentence is not known from the source: without the constraint's text, or `asks`, no replay
    can ask for it. A function that looks at the instruction is kept only where all of it is.

    ## References
    VerInstruct (arXiv 2506.09942), HIR-16K (arXiv 2512.23457), AutoIF (arXiv 2406.13542). VerIF
    calls every function with the word "instruction" as instruction; `--reference` does so, too.
    """

    source: str
    function: str | None = None
    takes: Takes | None = None
    instruction: str | None = None
    also: list[str] = Field(default_factory=list)
    asks: str | None = None

    cases = (
        passes("Tea.\n\nMilk.", source=_TWO_PARAGRAPHS, asks="Write two paragraphs."),
        fails("Tea.", source=_TWO_PARAGRAPHS, asks="Write two paragraphs."),
        passes("tea", source=_CAPITALS, asks="Use no capital letters."),
        fails("Tea", source=_CAPITALS, asks="Use no capital letters."),
    )
    time_limit = 0.0  # the sandbox counts the time that the function computes

    @classmethod
    def with_instruction(cls, kwargs: Mapping[str, Any], instruction: str) -> Mapping[str, Any]:
        """Give the instruction to a function that looks at it, unless the row gives another."""
        if kwargs.get("instruction") is not None or not instruction:
            return kwargs
        asks = cls.bind(kwargs)
        reads = isinstance(asks, Python) and asks._reads()
        return {**kwargs, "instruction": instruction} if reads else kwargs

    def describe(self) -> str:
        """Return the sentence; an empty one where nobody knows it."""
        return self.asks or ""

    def quoted(self) -> tuple[str, ...]:
        """Return the instruction, where a function looks at it."""
        return (self.instruction,) if self._reads() and self.instruction is not None else ()

    def check(self, response: Response) -> Verdict:
        """Ask each function."""
        return self._agreed(response, self.instruction)

    def check_reference(self, response: Response) -> Verdict:
        """Ask each function with VerIF's instruction."""
        return self._agreed(response, _VERIF_INSTRUCTION)

    def _reads(self) -> bool:
        """Return whether a function looks at the instruction."""
        return any(self._classified(source).reads_instruction for source in self._sources())

    def _sources(self) -> tuple[str, ...]:
        return (self.source, *self.also)

    def _classified(self, source: str) -> Function:
        count = None if self.takes is None else len(self.takes.split(", "))
        return classified(source, self.function, count)

    def _agreed(self, response: Response, instruction: str | None) -> Verdict:
        verdicts = []
        for source in self._sources():
            verdicts.append(self._decided(source, response.text, instruction))
            if verdicts[-1].status is Status.UNKNOWN:
                return verdicts[-1]
        if len({verdict.status for verdict in verdicts}) > 1:
            return unknown(f"the {len(verdicts)} functions for this constraint disagree")
        return verdicts[0]

    def _decided(self, source: str, text: str, instruction: str | None) -> Verdict:
        name = digest(source)
        if not Chosen.options.allow and name not in _OWN:
            return unknown(_OFF)
        found, said = self._classified(source), f"the function {name}"
        if found.refused is not None:
            return unknown(f"{said} is not run: it {found.refused}")
        if found.reads_instruction and instruction is None:
            return unknown(f"{said} is not run: it looks at the instruction, which is not given")
        arguments = (text,) if found.takes == 1 else (instruction or "", text)
        try:
            return self._answered(wire.Job(source, found.name, arguments), found.packages, said)
        except NoSandboxError as error:
            return unknown(f"no sandbox here: {error}")
        except SandboxLostError as error:
            return unknown(f"{said} has no verdict: {error}")

    def _answered(self, job: wire.Job, packages: tuple[str, ...], said: str) -> Verdict:
        options = Chosen.options
        answer = sandboxes().run(job, packages, options.seconds, options.megabytes)
        if answer == Answer(wire.ANSWER, wire.TRUE):
            return self.verdict(True)
        if answer == Answer(wire.ANSWER, wire.FALSE):
            return self.verdict(False, reason=f"{said} says no")
        return unknown(f"{said} {explained(answer, options)}")
