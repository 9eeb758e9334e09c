"""The rewriter `llm`: a model writes the instruction anew, and is asked whether it did.

The engine examines the result as that of any strategy. Beside that the model says of each
constraint, in a question of its own, whether the new instruction asks for it: all that is kept must
be there, and nothing that is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hir_kit import UsageError
from hir_kit.plugin import Prompt, Refusal, Rewriting, with_instruction
from hir_plugin_llm.options import LlmOptions
from hir_plugin_llm.reply import objects_in, text_of
from hir_plugin_llm.request import Request, Unanswered
from hir_plugin_llm.wording import asks_for, write_anew

if TYPE_CHECKING:
    from hir_plugin_llm.client import Client

SECONDS = 180.0


class LlmRewriter:
    """Writes instructions by a model; asked for by `--rewriter llm`."""

    name = "llm"
    default = False
    removes = True
    relaxes = True
    time_limit = SECONDS
    options = LlmOptions

    def __init__(self) -> None:
        self.configure(LlmOptions())

    def configure(self, options: LlmOptions) -> None:
        """Take the options."""
        self._options = options
        self._client: Client | None = None

    @property
    def client(self) -> Client:
        """The client, which judges of the same plugins ask, too."""
        if self._client is None:
            from hir_plugin_llm.client import Client  # loads asyncio, and few runs ask a model

            self._client = Client(self._options)
        return self._client

    def begin(self) -> None:
        """Take what a batch has answered; raises UsageError where nobody can be asked."""
        if (problem := self.client.problem()) is not None:
            raise UsageError(
                f"the rewriter {self.name!r} cannot be asked: {problem} (docs/judging.md)"
            )
        self.client.begin()

    def used(self) -> dict[str, Any]:
        """Return how often the model was asked, and what it cost."""
        return self.client.usage.to_json(self._options.input_price, self._options.output_price)

    def close(self) -> None:
        """Leave the cache as one file; make the batch file appear."""
        self.client.close()

    def rewrite(self, request: Rewriting) -> Prompt | Refusal:
        """Return the new prompt, or why there is none."""
        return self.rewrite_all([request])[0]

    def rewrite_all(self, requests: Sequence[Rewriting]) -> Sequence[Prompt | Refusal]:
        """Return one answer per request, all asked at once."""
        if not self._options.model:
            return [Refusal("no-model", str(self.client.problem()))] * len(requests)
        import asyncio

        async def every() -> list[Prompt | Refusal]:
            return list(await asyncio.gather(*(self._one(request) for request in requests)))

        return asyncio.run(every())

    async def _one(self, request: Rewriting) -> Prompt | Refusal:
        if any(item.sentence is None for item in (*request.kept, *request.constraints)):
            return Refusal("no-text", "nobody knows what a constraint says")
        try:
            written = await self._asked([write_anew(request)], "instruction")
            asked, wanted = _questions(request, written[0])
            said = await self._asked(asked, "asked")
        except ValueError as error:
            return Refusal("unanswered", str(error))
        for (sentence, is_wanted), answer in zip(wanted, said, strict=True):
            if answer != ("yes" if is_wanted else "no"):
                what = "does not ask" if is_wanted else "may still ask"
                return Refusal("not-confirmed", f"the model says it {what}: {sentence!r}")
        return with_instruction(request.prompt, written[0])

    async def _asked(self, requests: Sequence[Request], field: str) -> list[str]:
        """Return one field of each answer; raises ValueError where one has none."""
        return [_field(answer, field) for answer in await self.client.answers(requests)]


def _questions(
    request: Rewriting, instruction: str
) -> tuple[list[Request], list[tuple[str, bool]]]:
    """Return what is asked of a new instruction: each sentence, with whether it should be there."""
    wanted = [(item.sentence or "", True) for item in request.kept]
    wanted += [(item.sentence or "", False) for item in request.dropped]
    wanted += [
        (was.sentence or "", False)
        for item, was in zip(request.kept, request.asked, strict=True)
        if item.relaxed_from is not None
    ]
    return [asks_for(instruction, sentence) for sentence, _ in wanted], wanted


def _field(answer: dict[str, Any] | Unanswered, name: str) -> str:
    if isinstance(answer, Unanswered):
        raise ValueError(str(answer))
    found = [item[name] for item in objects_in(text_of(answer)) if isinstance(item.get(name), str)]
    if len(set(found)) != 1 or not found[0].strip():
        raise ValueError(f"the answer holds no object with one {name!r}")
    return str(found[0])
