"""Rewriting instructions: strategy by strategy, and what each result must pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hir_kit.errors import UsageError, near_matches
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.prompt import Prompt, instruction_of
from hir_kit.model.verdict import Verdict
from hir_kit.relabel.calls import answers
from hir_kit.relabel.contract import Refusal, Rewriter, Rewriting
from hir_kit.relabel.examination import examined
from hir_kit.relabel.quoting import following
from hir_kit.verify.checker import Checker
from hir_kit.verify.prompt_language import in_prompts_language, in_scripts_language

_COMMAS = ((frozenset("，、﹐﹑"), "zh"), (frozenset("،"), "ar"))
Claim = tuple[Checker, str, tuple[ConstraintSpec, ...]]
"""That a response satisfies constraints; the checker belongs to the original instruction."""
Recheck = Callable[[Sequence[Claim]], Sequence[tuple[Verdict, ...]]]


@dataclass(slots=True)
class Attempt:
    """An instruction that is to be rewritten, and what has come of it.

    Attributes:
        request: What strategies are asked.
        checker: The instruction's constraints, bound.
        row: Where it comes from, for messages.
        response: What must satisfy the kept constraints; None where there is no response yet.
        judged: What the response satisfies by a verdict of others than code, which is not to be had
            again.
        prompt: The new prompt; None as long as no strategy has given one.
        rewriter: The strategy that gave it.
        verdicts: The verdicts on the kept constraints, all satisfied.
        reasons: Per strategy that was tried before, why it did not fit.
    """

    request: Rewriting
    checker: Checker
    row: object
    response: str | None
    judged: tuple[tuple[ConstraintSpec, Verdict], ...] = ()
    prompt: Prompt | None = None
    rewriter: str | None = None
    verdicts: tuple[Verdict, ...] = ()
    reasons: dict[str, Refusal] = field(default_factory=dict)


def choose_rewriters(known: Mapping[str, Rewriter], names: Sequence[str]) -> list[Rewriter]:
    """Return the strategies to try, in order; no names means the ones that are on by default."""
    if not names:
        return [rewriter for rewriter in known.values() if rewriter.default]
    for name in names:
        if name == "relax":
            raise UsageError("relaxing is asked for by --relax first or --relax last")
        if name not in known:
            raise UsageError(
                f"no rewriter {name!r}.{near_matches(name, known)} Known: {', '.join(known)}"
            )
    return [known[name] for name in dict.fromkeys(names)]


def check_again(claims: Sequence[Claim]) -> list[tuple[Verdict, ...]]:
    """Return fresh verdicts on claims, one after the other, by their own checkers."""
    return [checker.verdicts(text, specs) for checker, text, specs in claims]


def rewrite(
    attempts: Sequence[Attempt], rewriters: Sequence[Rewriter], recheck: Recheck = check_again
) -> None:
    """Rewrite instructions. Each strategy is asked at once for all that those before it have left.

    Args:
        attempts: The instructions; what comes of them is noted there.
        rewriters: The strategies, in order.
        recheck: What verifies once more that responses satisfy what is kept.
    """
    waiting = list(attempts)
    for rewriter in rewriters:
        if not waiting:
            return
        _try(rewriter, waiting, recheck)
        waiting = [attempt for attempt in waiting if attempt.prompt is None]


def _try(rewriter: Rewriter, attempts: Sequence[Attempt], recheck: Recheck) -> None:
    limit = attempts[0].checker.limit
    with limit:
        given = answers(
            rewriter,
            [attempt.request for attempt in attempts],
            [attempt.row for attempt in attempts],
            limit,
        )
        claimed: list[tuple[Attempt, Prompt]] = []
        for attempt, answer in zip(attempts, given, strict=True):
            refusal = answer if isinstance(answer, Refusal) else _problem(answer, attempt, rewriter)
            if refusal is not None:
                attempt.reasons[rewriter.name] = refusal
            elif not isinstance(answer, Refusal):
                claimed.append((attempt, answer))
    found = iter(recheck([_claim(one) for one, _ in claimed if one.response is not None]))
    for attempt, prompt in claimed:
        verdicts = () if attempt.response is None else _verified(attempt, next(found))
        if isinstance(verdicts, Refusal):
            attempt.reasons[rewriter.name] = verdicts
        else:
            attempt.prompt, attempt.rewriter, attempt.verdicts = prompt, rewriter.name, verdicts


def _verified(attempt: Attempt, found: Sequence[Verdict]) -> tuple[Verdict, ...] | Refusal:
    """Return the verdicts on what is kept, or why a response does not surely satisfy it.

    Args:
        attempt: The instruction.
        found: What was found anew, in the order of `_claim`.
    """
    verdicts = _joined(attempt, found)
    if not all(verdict.satisfied for verdict in verdicts):
        return Refusal("not-satisfied", "the kept constraints do not verify a second time")
    own = _by_code(attempt)
    for spec, verdict in zip(_in_language(attempt, own), found[len(own) :], strict=True):
        if not verdict.satisfied:
            return Refusal(
                "language",
                f"as {spec.id} the response does not meet it: {verdict.reason}",
            )
    return verdicts


def _judged(attempt: Attempt) -> list[Verdict | None]:
    """Return for each kept constraint the verdict that code cannot give again."""
    known = [spec for spec, _ in attempt.judged]
    return [
        attempt.judged[known.index(kept.spec)][1] if kept.spec in known else None
        for kept in attempt.request.kept
    ]


def _by_code(attempt: Attempt) -> tuple[ConstraintSpec, ...]:
    pairs = zip(attempt.request.kept, _judged(attempt), strict=True)
    return tuple(kept.spec for kept, verdict in pairs if verdict is None)


def _in_language(attempt: Attempt, specs: Sequence[ConstraintSpec]) -> tuple[ConstraintSpec, ...]:
    """Return what others make of those that are read as in English.

    These are the prompt's language and the response's, which may be another one, and the commas of
    other scripts, of which there may be one in a text that is English for the most part.
    """
    registry, response = attempt.checker.registry, attempt.response or ""
    read = [
        *in_prompts_language(specs, attempt.request.prompt, registry),
        *in_scripts_language(specs, response, registry),
        *(commas for spec in specs if (commas := _commas(spec, response)).id in registry),
    ]
    return tuple(new for n, new in enumerate(read) if new not in specs and new not in read[:n])


def _commas(spec: ConstraintSpec, response: str) -> ConstraintSpec:
    """Return a constraint on commas as it is read where those of another script stand."""
    language = next((known for marks, known in _COMMAS if not marks.isdisjoint(response)), None)
    is_read = language is not None and spec.id == "punctuation:no_comma"
    return replace(spec, id=f"{language}:{spec.id}") if is_read else spec


def _claim(attempt: Attempt) -> Claim:
    specs = _by_code(attempt)
    return attempt.checker, attempt.response or "", (*specs, *_in_language(attempt, specs))


def _joined(attempt: Attempt, found: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Return the verdicts on all that is kept: what code has found, and what was judged."""
    by_code = iter(found)
    return tuple(next(by_code) if known is None else known for known in _judged(attempt))


def _problem(prompt: Prompt, attempt: Attempt, rewriter: Rewriter) -> Refusal | None:
    """Return why a rewritten prompt must not be used, whatever the response, or None."""
    request = attempt.request
    if (found := examined(prompt, request, removes=rewriter.removes)) is not None:
        return found
    if instruction_of(prompt).split() == instruction_of(request.prompt).split():
        return Refusal("unchanged", "the instruction would stay the same")
    kept = following(prompt, request, attempt.checker, answered=attempt.response is not None)
    if isinstance(kept, Refusal):
        return kept
    attempt.request = replace(request, kept=kept)
    return None
