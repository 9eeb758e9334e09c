"""What checks responses for a trainer: worker processes, or the asking process itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Protocol

from hir_kit.errors import RowError, SpecError
from hir_kit.model.constraint import ConstraintSpec
from hir_kit.model.prompt import instruction_of, read_prompt
from hir_kit.model.verdict import Verdict, unknown
from hir_kit.plugins.kit import Kit, Origin
from hir_kit.plugins.loading import load_again
from hir_kit.processes.crew import TaskLostError
from hir_kit.processes.pool import Pool
from hir_kit.processes.wire import Setup
from hir_kit.read.chat_text import is_chat, read_chat
from hir_kit.time_limit import TimeLimit
from hir_kit.verify.checker import Checker, CheckOptions
from hir_kit.verify.instructed import instructed
from hir_kit.verify.registry import Registry

Verdicts = tuple[Verdict, ...]


@lru_cache(maxsize=4)
def loaded(origin: Origin) -> Kit:
    """Return what a rewarding process itself needs of verifiers and judges, loaded once."""
    return load_again(origin)


@dataclass(frozen=True, slots=True)
class CheckTask:
    """One response to check.

    Attributes:
        constraints: What to check it for.
        text: The response.
        prefill: What the chat template began it with, where that is known.
        prompt: What it answers, as the trainer hands it over, where that is known; constraints may
            leave kwargs to it.
    """

    constraints: tuple[ConstraintSpec, ...]
    text: str
    prefill: str = ""
    prompt: object = None

    def undecided(self, reason: str) -> Verdicts:
        """Return its verdicts where nobody can know them."""
        return (unknown(reason),) * len(self.constraints)


class Verifying(Protocol):
    """Something that checks responses. Threads may share it."""

    def check(self, tasks: Sequence[CheckTask]) -> list[Verdicts]:
        """Return, for each task, the verdicts on its constraints, in their order."""

    def close(self) -> None:
        """Give back what it holds."""


class LocalVerifying:
    """Checks in this process, one after the other.

    Args:
        registry: The verifiers that are loaded.
        options: How to check.
        limit: What keeps the time; by default one that is made of the options.
    """

    def __init__(
        self, registry: Registry, options: CheckOptions, limit: TimeLimit | None = None
    ) -> None:
        self._registry, self._options = registry, options
        self._limit = limit or TimeLimit(options.time_limit)

    def check(self, tasks: Sequence[CheckTask]) -> list[Verdicts]:
        """Return, for each task, the verdicts on its constraints, in their order."""
        with self._limit:
            return [self._verdicts(task) for task in tasks]

    def close(self) -> None:
        """Do nothing: there is nothing to give back."""

    def _verdicts(self, task: CheckTask) -> Verdicts:
        try:
            options = self._options.after(task.prefill)
            read = partial(_instruction, task.prompt)
            asked = instructed(task.constraints, read, self._registry)
            checker = Checker(self._registry, asked, options, self._limit)
        except SpecError as error:
            return task.undecided(str(error))
        return checker.check(task.text).strict


def _instruction(prompt: object) -> str:
    """Return the instruction of a prompt, without the marks of its template; "" where unknown."""
    try:
        read = read_prompt(prompt)
        if isinstance(read, str) and is_chat(read):
            read = read_chat(read).messages
    except RowError:
        return ""
    return instruction_of(read)


class PoolVerifying:
    """Checks in worker processes, which start at the first check.

    A check that overruns its time is stopped inside its process; one that cannot be stopped there
    (native code that never returns) costs the process, which is killed and replaced. Both are
    `unknown`.

    Args:
        count: How many processes at most.
        origin: What they load.
        options: How to check. Without a time limit (0), no process is ever killed.
    """

    def __init__(self, count: int, origin: Origin, options: CheckOptions) -> None:
        setup = Setup(_open, (origin, options), options.time_limit)
        self._pool: Pool[CheckTask, Verdicts] = Pool(count, setup)

    def check(self, tasks: Sequence[CheckTask]) -> list[Verdicts]:
        """Return, for each task, the verdicts on its constraints, in their order.

        Raises PluginError or RunError where no process can start, and RunError where one
        constraint costs one process after the other.
        """
        futures = [self._pool.submit(task) if task.constraints else None for task in tasks]
        found: list[Verdicts] = []
        try:
            for task, future in zip(tasks, futures, strict=True):
                try:
                    found.append(future.result() if future else ())
                except TaskLostError as error:
                    found.append(task.undecided(str(error)))
        except BaseException:
            for future in filter(None, futures):
                future.cancel()
            raise
        return found

    def close(self) -> None:
        """End the processes; the next check starts new ones."""
        self._pool.close()


def _open(
    origin: Origin, options: CheckOptions, limit: TimeLimit
) -> Callable[[CheckTask], Verdicts]:
    local = LocalVerifying(load_again(origin).registry, options, limit)
    return lambda task: local.check([task])[0]


def open_verifying(
    count: int, origin: Origin, registry: Registry, options: CheckOptions
) -> Verifying:
    """Return what checks: so many worker processes, or this process where the count is 0."""
    return PoolVerifying(count, origin, options) if count else LocalVerifying(registry, options)
