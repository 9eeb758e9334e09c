"""What a replay must still pass once its instruction is written: its thinking, and filters.

Thinking that a completion keeps is trained on. Where it speaks of what the instruction no longer
asks for ("the user wants no commas"), it is refused or taken out, as `--thinking` says. Filters are
the user's own examination: they see the whole replay.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from hir_kit.errors import CrashError, HirKitError, UsageError, boundary, near_matches
from hir_kit.relabel.contract import Draft, Filter, Refusal
from hir_kit.relabel.rewriting import Attempt
from hir_kit.relabel.statements.sought import Sought
from hir_kit.relabel.statements.thoughts import spoken_of
from hir_kit.relabel.statements.weaker import as_before
from hir_kit.time_limit import CheckTimeout
from hir_kit.verify.checker import CheckOptions
from hir_kit.verify.thinking import split_thinking

Thinking = Literal["keep", "drop", "refuse"]
"""What is done with thinking that speaks of what is not asked for any more."""


def choose_filters(known: dict[str, Filter], names: Sequence[str]) -> list[Filter]:
    """Return the filters of these names; raises UsageError where there is none of a name."""
    for name in names:
        if name not in known:
            raise UsageError(
                f"no filter {name!r}.{near_matches(name, known)} Known: {', '.join(known)}"
            )
    return [known[name] for name in dict.fromkeys(names)]


def sift(attempts: Sequence[Attempt], thinking: Thinking, filters: Sequence[Filter]) -> None:
    """Take back the prompts of those attempts that must not become replays, and note why.

    With "drop", thinking is taken out of the response instead.
    """
    for attempt in attempts:
        if attempt.prompt is None or attempt.response is None:
            continue
        if (found := _thinking_problem(attempt, thinking)) is not None:
            _take_back(attempt, "thinking", found)
            continue
        for one in filters:
            if (found := _refusal(one, attempt)) is not None:
                _take_back(attempt, one.name, found)
                break


def _take_back(attempt: Attempt, by: str, refusal: Refusal) -> None:
    attempt.prompt = attempt.rewriter = None
    attempt.reasons[by] = refusal


def _thinking_problem(attempt: Attempt, thinking: Thinking) -> Refusal | None:
    """Return why a response's thinking forbids a replay; take the thinking out where that helps."""
    text = attempt.response or ""
    options = attempt.checker.options
    thought, _ = split_thinking(text, opened=options.thinking_opened)
    if thinking == "keep" or options.keep_thinking or not thought.strip():
        return None
    request = attempt.request
    weaker = [one.original for one in request.kept if one.relaxed_from is not None]
    gone = [*request.dropped, *(one for one in request.constraints if one.spec in weaker)]
    kept, dropped = ([Sought.of_stated(one) for one in some] for some in (request.kept, gone))
    said = spoken_of(thought, kept, dropped)
    if said is None and weaker:
        harder = as_before(thought, kept, [Sought.of_stated(one) for one in request.asked])
        said = None if harder is None else harder.text
    if said is None:
        return None
    answer = _without(text, len(thought), options)
    if thinking == "drop" and answer is not None:
        attempt.response = answer
        return None
    return Refusal("thinking", f"the thinking speaks of what is not asked for: {said!r}")


def _without(text: str, thinking: int, options: CheckOptions) -> str | None:
    """Return a response without its thinking; None where its answer would be read as another.

    What a chat template has opened is closed at once: the mark that closes it stays.
    """
    verified = options.answer(text).text
    both = (text[thinking:], f"</think>{text[thinking:]}")
    return next((shorter for shorter in both if options.answer(shorter).text == verified), None)


def _refusal(one: Filter, attempt: Attempt) -> Refusal | None:
    """Return a filter's refusal; one that fails, hangs or gives something else refuses, too."""
    request = attempt.request
    draft = Draft(
        prompt=attempt.prompt or "",
        original=request.prompt,
        task=request.task,
        answer=attempt.checker.options.answer(attempt.response or "").text,
        kept=request.kept,
        dropped=request.dropped,
    )
    what = f"the filter {one.name!r}: refusal()"
    limit = attempt.checker.limit
    try:
        with limit, boundary(one, what, attempt.row):
            found: object = limit.run(one.refusal, draft)
    except CheckTimeout as late:
        return Refusal("timed-out", f"{what} {late}")
    except CrashError as error:
        return Refusal("failed", str(error))
    except HirKitError as error:
        return Refusal("failed", str(CrashError.of(one, what, error, attempt.row)))
    if found is None or (
        isinstance(found, Refusal) and isinstance(found.code, str) and isinstance(found.reason, str)
    ):
        return found
    return Refusal("failed", f"{what} returned {type(found).__name__}, no Refusal and not None")
