"""From responses and constraints, as a trainer hands them over, to verdicts.

Nothing that is wrong with one row stops a run: it is `unknown`, and the log names the reason once.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from hir_kit.errors import RowError, SpecError, UsageError, shown
from hir_kit.files import jsonl
from hir_kit.model.constraint import ConstraintSpec, parse_constraints
from hir_kit.model.prompt import read_prompt
from hir_kit.model.verdict import Status, Verdict, unknown
from hir_kit.plugins.kit import Origin
from hir_kit.read.answers import read_answer
from hir_kit.read.chat_text import single_answer
from hir_kit.rewards.judged import Answered, Judged, Judging
from hir_kit.rewards.reporting import report_thinking, report_unknown
from hir_kit.rewards.scoring import CLA, ILA, Score
from hir_kit.rewards.verifying import (
    CheckTask,
    LocalVerifying,
    PoolVerifying,
    Verifying,
    loaded,
)
from hir_kit.time_limit import TimeLimit
from hir_kit.verify.checker import CheckOptions
from hir_kit.verify.judge import Judge
from hir_kit.verify.prompt_language import in_prompts_language
from hir_kit.verify.thinking import prefill_of

Specs = tuple[ConstraintSpec, ...]
Plugin = str | os.PathLike[str]
Languages = Literal["auto"] | None


@dataclass(frozen=True, slots=True)
class Graded:
    """A response, verified.

    Attributes:
        specs: The constraints of its instruction; none where they could not be read.
        verdicts: One per constraint; one that says why where there are no constraints.
        score: How they become a number.
        judged: The places of the verdicts that were a judge's to give, be they unknown.
    """

    specs: Specs
    verdicts: tuple[Verdict, ...]
    score: Score
    judged: frozenset[int] = frozenset()

    @property
    def reward(self) -> float | None:
        """What it earned; None where that is not known."""
        return self.score.known(self.specs, self.verdicts)

    @property
    def least(self) -> float:
        """What it earned for certain: unknown verdicts counted as not satisfied."""
        return self.score.least(self.specs, self.verdicts)

    @property
    def unknown(self) -> int:
        """How many verdicts are unknown."""
        return sum(verdict.status is Status.UNKNOWN for verdict in self.verdicts)

    @property
    def numbers(self) -> dict[str, float]:
        """The numbers that are logged where a trainer needs one for every response."""
        return {
            "ila": ILA.least(self.specs, self.verdicts),
            "cla": CLA.least(self.specs, self.verdicts),
            "unknown": float(self.unknown),
        }

    def verdicts_json(self) -> str:
        """Return the verdicts as they stand in a verdict file, as JSON."""
        return jsonl.dumps([verdict.to_json() for verdict in self.verdicts]).decode()

    def constraints_json(self) -> str:
        """Return the constraints as they stand in a row of the `hir` format, as JSON."""
        return jsonl.dumps([spec.to_json() for spec in self.specs]).decode()


@dataclass(frozen=True, slots=True)
class Settings:
    """How a reward verifies. Rewards with equal settings share the worker processes of a process.

    Attributes:
        plugins: Python files with verifiers, as absolute paths.
        workers: Processes that verify; 0: the calling process itself.
        check: How responses are checked.
        registries: Registries of instruction classes, each `[PREFIX=]MODULE:NAME`.
        set: Options of parts by `NAME.key`, each value as `--set` takes it; among them may be
            secrets.
    """

    plugins: tuple[str, ...]
    workers: int
    check: CheckOptions
    registries: tuple[str, ...] = ()
    set: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @classmethod
    def of(
        cls,
        plugins: Iterable[Plugin],
        registries: Iterable[str],
        set: Mapping[str, object] | None,
        time_limit: float,
        workers: int,
        *,
        keep_thinking: bool,
        thinking_opened: bool,
        answer_tags: bool,
        languages: Languages = None,
    ) -> Settings:
        """Return the settings; raises UsageError where they cannot be used."""
        if isinstance(plugins, (str, os.PathLike)):
            raise UsageError(f"plugins are a list of files, got {plugins!r} alone")
        if isinstance(registries, str):
            raise UsageError(f"registries are a list, got {registries!r} alone")
        paths = [Path(plugin).absolute() for plugin in plugins]
        for path in paths:
            if not path.is_file():
                raise UsageError(f"the plugin {path} is no file")
        if not isinstance(workers, int) or workers < 0:
            raise UsageError(f"workers is a number of processes from 0 on, got {workers!r}")
        if languages not in ("auto", None):
            raise UsageError(f"languages is 'auto' or None, got {languages!r}")
        check = CheckOptions(
            keep_thinking=bool(keep_thinking),
            thinking_opened=bool(thinking_opened),
            answer_tags=bool(answer_tags),
            time_limit=TimeLimit(time_limit).seconds,
            languages=languages,
        )
        return cls(tuple(map(str, paths)), workers, check, tuple(registries), as_texts(set))

    @property
    def origin(self) -> Origin:
        """What is loaded."""
        return Origin(self.plugins, self.set, self.registries)

    def judging(self, judge: Judge | str | None, seconds: float, patience: int) -> Judging | None:
        """Return what asks a judge, which may be named: then it has the options that are set."""
        return None if judge is None else Judging(judge, seconds, patience, self.origin)

    def grade(
        self,
        score: Score,
        texts: Sequence[object],
        asked: Sequence[Callable[[], Specs]],
        prompts: Sequence[object] = (),
        judging: Judging | None = None,
    ) -> list[Graded]:
        """Return the verdicts on responses.

        Args:
            score: How verdicts become a number.
            texts: The responses; a RowError stands for one that cannot be read, None for no
                answer.
            asked: Per response, what reads its constraints; it may raise SpecError.
            prompts: Per response, what it answers, where that is known: it may begin the answer,
                and a judge is asked about no response without it.
            judging: What asks a judge; None: nobody is asked.
        """
        rows = self._rows(texts, asked, prompts)
        code = partial(self._by_code, rows)
        if judging is None:
            return self._graded(score, rows, map(Judged, code()))
        answered = self._to_judge(rows, prompts)
        return self._graded(
            score, rows, judging.decide(answered, loaded(self.origin).registry, code)
        )

    async def grade_async(
        self,
        score: Score,
        texts: Sequence[object],
        asked: Sequence[Callable[[], Specs]],
        prompts: Sequence[object],
        judging: Judging | None,
    ) -> list[Graded]:
        """Do the same in an event loop; what takes its time runs in a thread."""
        if judging is None:
            return await asyncio.to_thread(self.grade, score, texts, asked, prompts)
        rows = self._rows(texts, asked, prompts)
        kit = await asyncio.to_thread(loaded, self.origin)
        code = partial(self._by_code, rows)
        judged = await judging.decide_async(self._to_judge(rows, prompts), kit.registry, code)
        return self._graded(score, rows, judged)

    def _rows(
        self,
        texts: Sequence[object],
        asked: Sequence[Callable[[], Specs]],
        prompts: Sequence[object],
    ) -> list[_Row]:
        if self.check.languages is not None and prompts:
            pairs = zip(prompts, asked, strict=True)
            asked = [partial(self._in_language, prompt, read) for prompt, read in pairs]
        begun = [begun_by(prompt) for prompt in prompts] or [""] * len(texts)
        known = list(prompts) or [None] * len(texts)
        rows = [_row(*parts) for parts in zip(texts, asked, begun, known, strict=True)]
        report_thinking(self.check, rows)
        return rows

    def _by_code(self, rows: Sequence[_Row]) -> list[tuple[Verdict, ...]]:
        tasks = [row for row in rows if isinstance(row, CheckTask)]
        found = iter(_verifying(self).check(tasks) if tasks else ())
        return [next(found) if isinstance(row, CheckTask) else row.verdicts for row in rows]

    def _to_judge(self, rows: Sequence[_Row], prompts: Sequence[object]) -> list[Answered | None]:
        return [
            Answered.of(row, prompt, self.check) if isinstance(row, CheckTask) else None
            for row, prompt in zip(rows, prompts, strict=True)
        ]

    def _graded(self, score: Score, rows: Sequence[_Row], judged: Iterable[Judged]) -> list[Graded]:
        graded = [
            Graded(row.constraints, item.verdicts, score, item.judged)
            for row, item in zip(rows, judged, strict=True)
        ]
        report_unknown(graded)
        return graded

    def _in_language(self, prompt: object, read: Callable[[], Specs]) -> Specs:
        """Return the constraints, counts and punctuation in the language of the prompt's script."""
        specs = read()
        try:
            return in_prompts_language(specs, read_prompt(prompt), loaded(self.origin).registry)
        except RowError:
            return specs


def as_texts(set: Mapping[str, object] | None) -> tuple[tuple[str, str], ...]:
    """Return options as `--set` takes them, so that they can be compared; raises UsageError."""
    given = {} if set is None else set
    if not isinstance(given, Mapping):
        raise UsageError(f"set holds options by 'NAME.key', got {shown(given)}")
    return tuple((name, _as_text(name, value)) for name, value in given.items())


def _as_text(name: str, value: object) -> str:
    try:
        return value if isinstance(value, str) else jsonl.dumps(value).decode()
    except TypeError:
        raise UsageError(f"the option {name} is no JSON: {shown(value)}") from None


@dataclass(frozen=True, slots=True)
class _Unreadable:
    reason: str
    constraints: Specs = ()

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        return (unknown(self.reason),) * max(len(self.constraints), 1)


_Row = CheckTask | _Unreadable


def _row(text: object, read: Callable[[], Specs], prefill: str, prompt: object) -> _Row:
    try:
        specs = read()
    except SpecError as error:
        return _Unreadable(str(error))
    if not specs:
        return _Unreadable("the instruction has no constraints")
    if text is None:
        text = ""  # no answer, as where a dump has null
    if isinstance(text, RowError):
        return _Unreadable(str(text), specs)
    if not isinstance(text, str):
        return _Unreadable(f"a response is a text, got {shown(text)}", specs)
    try:
        return CheckTask(specs, single_answer(text), prefill, prompt)
    except RowError as error:
        return _Unreadable(str(error), specs)


def begun_by(prompt: object) -> str:
    """Return the thinking that a prompt, as a trainer hands it over, begins the answer with."""
    return prefill_of(prompt) if isinstance(prompt, str | list) else ""


def read_asked(value: object, kwargs: object = None) -> Specs:
    """Return constraints in any shape that `parse_constraints` reads; arrays are lists."""
    if isinstance(value, str) and (kwargs is None or isinstance(kwargs, str)):
        return _read_once(value, kwargs)
    return parse_constraints(value, kwargs)


@lru_cache(maxsize=4096)
def _read_once(value: str, kwargs: str | None) -> Specs:
    """The rows of a group, and of the next epoch, ask for the same."""
    return parse_constraints(value, kwargs)


def readable(completion: object) -> object:
    """Return the text of a completion, or the RowError that says why there is none."""
    try:
        return read_answer(completion).text
    except RowError as error:
        return error


def function_of(given: object) -> Callable[..., Any]:
    """Return a function that is given itself, or as text: `MODULE:NAME`; raises UsageError."""
    if callable(given):
        return given
    module, _, name = str(given).partition(":")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise UsageError(f"the fallback {given!r} cannot be imported: {error}") from None
    if not callable(found):
        raise UsageError(f"the fallback {given!r} is no function")
    return found  # type: ignore[no-any-return]  # what was imported


_OPEN: dict[Settings, Verifying] = {}
_OPENING = threading.Lock()


def _verifying(settings: Settings) -> Verifying:
    """Return what verifies, one for all rewards of this process with these settings."""
    with _OPENING:
        if settings not in _OPEN:
            _OPEN[settings] = _open(settings)
        return _OPEN[settings]


def _open(settings: Settings) -> Verifying:
    if settings.workers:
        return PoolVerifying(settings.workers, settings.origin, settings.check)
    return LocalVerifying(loaded(settings.origin).registry, settings.check)
