"""A judge in a reward: it is asked what code could not decide, of a whole batch at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from hir_kit.errors import RowError
from hir_kit.model.prompt import Prompt, read_prompt
from hir_kit.model.verdict import Status, Verdict
from hir_kit.read.special_tokens import without_special
from hir_kit.rewards.grading import Graded
from hir_kit.verify.checker import NO_ANSWER, CheckOptions
from hir_kit.verify.judge import SECONDS, Judge, Question, ask, claimed
from hir_kit.verify.thinking import prefill_of


async def judged(
    graded: Sequence[Graded],
    judge: Judge,
    prompts: Iterable[object],
    texts: Iterable[object],
    *,
    check: CheckOptions,
    seconds: float = SECONDS,
) -> list[Graded]:
    """Return graded responses with the verdicts of a judge where code gave none.

    What the judge does not claim, or fails on, stays `unknown`.

    Args:
        graded: What code has said.
        judge: Whom to ask; once, with all questions.
        prompts: What each response answers.
        texts: The responses; one that is no string is not asked about.
        check: How the answers are told from the responses.
        seconds: How long the judge may take; 0: as long as it likes.
    """
    asked: list[tuple[int, Question]] = []
    verdicts = [list(item.verdicts) for item in graded]
    for row, (item, prompt, text) in enumerate(zip(graded, prompts, texts, strict=True)):
        if not isinstance(text, str) or (said := _prompt(prompt)) is None:
            continue
        response = check.after(prefill_of(said)).answer(without_special(text)).text
        for place, (spec, verdict) in enumerate(zip(item.specs, item.verdicts, strict=False)):
            claim = claimed([judge], spec) if verdict.status is Status.UNKNOWN else None
            if isinstance(claim, Verdict):
                verdicts[row][place] = claim
            elif claim is not None and not response.strip():
                verdicts[row][place] = NO_ANSWER
            elif claim is not None:
                asked.append((row, Question(spec, said, None, response, str(row), place)))
    if asked:
        found = await ask(judge, [question for _, question in asked], seconds)
        for (row, question), verdict in zip(asked, found, strict=True):
            verdicts[row][question.place] = verdict
    return [replace(item, verdicts=tuple(one)) for item, one in zip(graded, verdicts, strict=True)]


def _prompt(value: object) -> Prompt | None:
    try:
        return read_prompt(value)
    except RowError:
        return None
