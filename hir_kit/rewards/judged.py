"""A judge in a reward: it is asked what code could not decide, of a whole batch at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from hir_kit.errors import RowError, RunError
from hir_kit.model.prompt import Prompt, read_prompt
from hir_kit.model.verdict import Status, Verdict
from hir_kit.read.special_tokens import without_special
from hir_kit.rewards.grading import Graded
from hir_kit.verify.checker import NO_ANSWER, CheckOptions
from hir_kit.verify.judge import SECONDS, Judge, Question, ask, claimed
from hir_kit.verify.thinking import prefill_of


class Judging:
    """Asks a judge after code, batch after batch, and stops where it has died.

    Args:
        judge: Whom to ask; once a batch, with all questions.
        seconds: How long the judge may take for a batch; 0: as long as it likes.
        patience: After how many batches in a row of which it decided nothing it counts as dead;
            0: never.
    """

    def __init__(self, judge: Judge, seconds: float = SECONDS, patience: int = 0) -> None:
        self._judge, self._seconds, self._patience = judge, seconds, patience
        self._silent = 0

    async def judged(
        self,
        graded: Sequence[Graded],
        prompts: Iterable[object],
        texts: Iterable[object],
        *,
        check: CheckOptions,
    ) -> list[Graded]:
        """Return graded responses with the verdicts of the judge where code gave none.

        What the judge does not claim, or fails on, stays `unknown`.

        Args:
            graded: What code has said.
            prompts: What each response answers.
            texts: The responses; one that is no string is not asked about.
            check: How the answers are told from the responses.

        Raises RunError where the judge counts as dead.
        """
        verdicts = [list(item.verdicts) for item in graded]
        asked = list(self._questions(graded, verdicts, prompts, texts, check))
        if asked:
            found = await ask(self._judge, [question for _, question in asked], self._seconds)
            for (row, question), verdict in zip(asked, found, strict=True):
                verdicts[row][question.place] = verdict
            self._refuse_dead(found)
        pairs = zip(graded, verdicts, strict=True)
        return [replace(item, verdicts=tuple(one)) for item, one in pairs]

    def _refuse_dead(self, found: Sequence[Verdict]) -> None:
        is_silent = all(verdict.status is Status.UNKNOWN for verdict in found)
        self._silent = self._silent + 1 if is_silent else 0
        if self._patience and self._silent >= self._patience:
            raise RunError(
                f"the judge {self._judge.name!r} decided none of its questions in "
                f"{self._silent} steps in a row, so there is nothing to train on; it last said: "
                f"{found[-1].reason}"
            )

    def _questions(
        self,
        graded: Sequence[Graded],
        verdicts: Sequence[list[Verdict]],
        prompts: Iterable[object],
        texts: Iterable[object],
        check: CheckOptions,
    ) -> Iterator[tuple[int, Question]]:
        """Yield what to ask, with the row; what needs no asking is put among the verdicts."""
        for row, (item, prompt, text) in enumerate(zip(graded, prompts, texts, strict=True)):
            if not isinstance(text, str) or (said := _prompt(prompt)) is None:
                continue
            response = check.after(prefill_of(said)).answer(without_special(text)).text
            for place, (spec, verdict) in enumerate(zip(item.specs, item.verdicts, strict=False)):
                claim = claimed([self._judge], spec) if verdict.status is Status.UNKNOWN else None
                if isinstance(claim, Verdict):
                    verdicts[row][place] = claim
                elif claim is not None and not response.strip():
                    verdicts[row][place] = NO_ANSWER
                elif claim is not None:
                    yield row, Question(spec, said, None, response, str(row), place)


def _prompt(value: object) -> Prompt | None:
    try:
        return read_prompt(value)
    except RowError:
        return None
